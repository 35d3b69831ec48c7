/* test-links: wb_run */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/run_child.h"

/*
 * Twin test: a random workload under both designs, everything else equal,
 * CPU costs of the designs included where several threads interleave by
 * time.  What reaches ioends and the block layer must be the same.
 */
#ifdef __SANITIZE_ADDRESS__
#define NR_WORKLOADS 60
#else
#define NR_WORKLOADS 300
#endif
#define NR_WORKLOADS_FULL 1000

#if WBSIM_BLOCK
#include "tests/prop/random_workload.h"

static const char *const compared[] = { "folios", "ioend_ranges", "conversions",
					"bios",   "splits",       "requests" };

static void same_costs(struct experiment *e)
{
	e->costs.designs.map_blocks = e->costs.designs.writeback_range;
}

/* What two results must have in common, as one text. */
static char *extract(const json_t *result, bool times_too)
{
	json_t *streams = json_object_get(result, "streams");
	json_t *common = json_object();

	for (size_t i = 0; i < NR(compared); i++) {
		json_t *stream = json_object_get(streams, compared[i]);

		SIM_ASSERT(stream != NULL);
		json_object_set(common, compared[i], stream);
	}
	/* which file bytes went to which block, in order: the last one stays */
	json_t *placement = json_object_get(json_object_get(result, "counters"),
					    "ioend.placement_digest");

	SIM_ASSERT(placement != NULL);
	json_object_set(common, "placement", placement);
	if (times_too)
		json_object_set(common, "event_digest",
				json_object_get(result, "event_digest"));
	char *text = json_dumps(common, JSON_INDENT(1));

	SIM_ASSERT(text != NULL);
	json_decref(common);
	return text;
}

/* Job 2 i is workload i under the old design, 2 i + 1 under the new one. */
static int twin_job(size_t index, void *arg, char **ret_data, size_t *ret_bytes)
{
	static const struct cfg_override designs[] = {
		{ "design", "map-blocks" },
		{ "design", "writeback-range" },
	};
	json_t *workload = new_workload(index / 2);
	const struct run_request request = {
		.json = workload,
		.overrides = &designs[index % 2],
		.nr_overrides = 1,
		.adjust = index / 2 % 2 ? same_costs : NULL,
	};

	(void)arg;
	signal(SIGSEGV, SIG_DFL);
	signal(SIGABRT, SIG_DFL);
	char *text = run_here(&request);
	json_t *result = json_loads(text, 0, NULL);

	SIM_ASSERT(result != NULL);
	*ret_data = extract(result, request.adjust != NULL);
	*ret_bytes = strlen(*ret_data) + 1;
	free(text);
	json_decref(result);
	json_decref(workload);
	return 0;
}

static void print_workload(size_t index)
{
	json_t *workload = new_workload(index);
	char *text = json_dumps(workload, JSON_INDENT(2));

	fprintf(stderr, "workload %zu:\n%s\n", index, text);
	free(text);
	json_decref(workload);
}

/* The first workload whose twins differ, or @nr. */
static size_t first_difference(char **texts, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		const char *old = texts[2 * i];
		const char *new = texts[2 * i + 1];

		if (old && new &&strcmp(old, new) == 0)
			continue;
		print_workload(i);
		fprintf(stderr, "map-blocks:\n%s\nwriteback-range:\n%s\n",
			old ? old : "failed", new ? new : "failed");
		return i;
	}
	return nr;
}

/* Every stream is met somewhere, else the test would compare nothing. */
static void count_records(const char *text, json_int_t *records)
{
	json_t *common = json_loads(text, 0, NULL);

	assert_non_null(common);
	for (size_t i = 0; i < NR(compared); i++)
		records[i] += json_integer_value(json_object_get(
			json_object_get(common, compared[i]), "records"));
	json_decref(common);
}

static void both_designs_write_the_same_streams(void **state)
{
	size_t nr =
		getenv("WBSIM_PROP_FULL") ? NR_WORKLOADS_FULL : NR_WORKLOADS;
	struct run_jobs jobs = { NULL, calloc(2 * nr, sizeof(char *)) };
	json_int_t records[NR(compared)] = { 0 };

	(void)state;
	assert_non_null(jobs.texts);
	int status = jobs_run(2 * nr, 0, twin_job, run_job_done, &jobs);

	assert_int_equal(first_difference(jobs.texts, nr), nr);
	assert_int_equal(status, 0);
	for (size_t i = 0; i < 2 * nr; i++) {
		count_records(jobs.texts[i], records);
		free(jobs.texts[i]);
	}
	for (size_t i = 0; i < NR(compared); i++)
		assert_true(records[i] > (json_int_t)nr / 4);
	free(jobs.texts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_designs_write_the_same_streams),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
#else
int main(void)
{
	return 77;
}
#endif
