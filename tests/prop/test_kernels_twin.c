/* test-links: wb_run */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/run_child.h"

/*
 * Kernels 6.16 and 6.17 under one design: what they do differently with
 * ioends, bios and requests has three listed causes.  With all three set to
 * 6.16's values the streams are equal; each one alone makes some workload
 * differ, and only in the streams that it can reach.
 */
#ifdef __SANITIZE_ADDRESS__
#define NR_WORKLOADS 30
#else
#define NR_WORKLOADS 120
#endif

#if WBSIM_BLOCK
#include "tests/prop/random_workload.h"

static const char *const streams[] = { "folios", "ioend_ranges", "conversions",
				       "bios",   "splits",       "requests",
				       "fills" };

enum cause { MAX_SECTORS, MAX_SEGMENTS, READAHEAD, NR_CAUSES };

static const struct cfg_override pins[] = {
	{ "kernel.block.max_sectors_bytes", "1280KiB" },
	{ "kernel.block.nvme_max_segments", "128" },
	{ "kernel.mm.readahead_order", "from-folio" },
	{ "kernel.mm.readahead_mark_at_end", "true" },
	{ "kernel.mm.readahead_whole_fallback", "true" },
};

static const enum cause cause_of[] = { MAX_SECTORS, MAX_SEGMENTS, READAHEAD,
				       READAHEAD, READAHEAD };

/* First stream that a cause may change; the rest come after it. */
static const char *const reaches[NR_CAUSES] = {
	[MAX_SECTORS] = "splits requests",
	[MAX_SEGMENTS] = "splits requests",
	[READAHEAD] = "folios ioend_ranges bios splits requests fills",
};

/* Of each workload: 6.16; 6.17 with all pinned; 6.17 with one cause left. */
#define NR_VARIANTS (2 + NR_CAUSES)

static json_t *workload_of(size_t index)
{
	json_t *workload = new_workload(index);
	json_t *thread =
		json_array_get(json_object_get(workload, "threads"), 0);

	/* one price list: threads must not interleave otherwise */
	json_object_set_new(workload, "costs",
			    json_string("instruction-clock-linux-6.17"));
	json_object_set_new(workload, "kernel", json_string("linux-6.16"));
	json_object_set_new(workload, "design", json_string("writeback-range"));
	json_t *files = json_object_get(workload, "files");
	json_t *ops = json_object_get(thread, "ops");

	json_array_append_new(files, json_pack("{s:s, s:s, s:i}", "name", "m",
					       "initial", "written",
					       "size_bytes", 1 << 20));
	json_array_append_new(files, json_pack("{s:s}", "name", "s"));
	if (index % 4 == 3)
		return workload;
	if (index % 4 == 1) {
		json_object_set_new(workload, "device",
				    json_string("nvme-no-mdts"));
		json_object_set_new(workload, "frames",
				    json_pack("{s:s}", "policy", "never"));
	}
	/* faults bring the readahead in, long runs of small or large folios
	 * the limits of requests */
	json_array_append_new(ops,
			      json_pack("{s:s, s:s, s:i, s:i}", "op", "mmap",
					"file", "m", "total_bytes", 1 << 20,
					"stride_bytes", 4096 << (index % 3)));
	json_array_append_new(
		ops, json_pack("{s:s, s:s}", "op", "msync", "file", "m"));
	json_array_append_new(
		ops, json_pack("{s:s, s:s, s:i, s:i}", "op", "write", "file",
			       "s", "total_bytes", 3 << 20, "write_bytes",
			       index % 2 ? 4096 : 1 << 20));
	json_array_append_new(
		ops, json_pack("{s:s, s:s}", "op", "fsync", "file", "s"));
	return workload;
}

static int variant_job(size_t index, void *arg, char **ret_data,
		       size_t *ret_bytes)
{
	size_t variant = index % NR_VARIANTS;
	struct cfg_override overrides[8];
	size_t nr = 0;

	(void)arg;
	if (variant > 0)
		overrides[nr++] =
			(struct cfg_override){ "kernel.base", "linux-6.17" };
	for (size_t i = 0; variant > 0 && i < NR(pins); i++)
		if (variant == 1 || (size_t)cause_of[i] != variant - 2)
			overrides[nr++] = pins[i];
	json_t *workload = workload_of(index / NR_VARIANTS);
	const struct run_request request = {
		.json = workload,
		.overrides = overrides,
		.nr_overrides = nr,
	};
	char *text = run_here(&request);
	json_t *result = json_loads(text, 0, NULL);

	SIM_ASSERT(result != NULL);
	*ret_data =
		json_dumps(json_object_get(result, "streams"), JSON_COMPACT);
	*ret_bytes = strlen(*ret_data) + 1;
	free(text);
	json_decref(result);
	json_decref(workload);
	return 0;
}

static bool stream_differs(const json_t *a, const json_t *b, const char *name)
{
	return !json_equal(json_object_get(a, name), json_object_get(b, name));
}

/* Do variant @text and 6.16 differ, and only where @allowed says so? */
static bool differs(const char *old_text, const char *text, const char *allowed)
{
	json_t *old = json_loads(old_text, 0, NULL);
	json_t *new = json_loads(text, 0, NULL);
	bool ret = false;

	for (size_t i = 0; i < NR(streams); i++) {
		if (!stream_differs(old, new, streams[i]))
			continue;
		ret = true;
		if (!strstr(allowed, streams[i]))
			fail_msg("stream %s differs, allowed: %s", streams[i],
				 allowed);
	}
	json_decref(old);
	json_decref(new);
	return ret;
}

static void each_difference_has_a_listed_cause(void **state)
{
	size_t nr = (size_t)NR_WORKLOADS * NR_VARIANTS;
	struct run_jobs jobs = { NULL, calloc(nr, sizeof(char *)) };
	unsigned int nr_differ[NR_CAUSES] = { 0 };

	(void)state;
	assert_non_null(jobs.texts);
	assert_int_equal(jobs_run(nr, 0, variant_job, run_job_done, &jobs), 0);
	for (size_t i = 0; i < NR_WORKLOADS; i++) {
		char **texts = &jobs.texts[i * NR_VARIANTS];

		assert_false(differs(texts[0], texts[1], ""));
		for (size_t cause = 0; cause < NR_CAUSES; cause++)
			nr_differ[cause] += differs(texts[0], texts[2 + cause],
						    reaches[cause]);
	}
	for (size_t cause = 0; cause < NR_CAUSES; cause++)
		if (!nr_differ[cause])
			fail_msg("cause %zu made no workload differ", cause);
	for (size_t i = 0; i < nr; i++)
		free(jobs.texts[i]);
	free(jobs.texts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_difference_has_a_listed_cause),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
#else
int main(void)
{
	return 77;
}
#endif
