/* test-links: wb_run */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/run_child.h"

#if WBSIM_BLOCK

#define MIB 1048576u

/* One run of the study's workload on a disk of 70 MB/s. */
static json_t *figures(const char *kernel, const char *min_writeback_zone)
{
	struct cfg_override overrides[] = {
		{ .path = "kernel", .value = kernel },
		{ .path = "device.disk.media_bytes_per_s", .value = "70MB/s" },
		{ .path = "kernel.xfs_zoned.min_writeback_zone",
		  .value = min_writeback_zone },
	};
	struct run_request request = {
		.path = WBSIM_SOURCE_DIR "/workloads/zoned-chunks.json",
		.overrides = overrides,
		.nr_overrides = 3,
	};
	char *text = NULL;
	json_t *result;
	json_t *ret;

	assert_int_equal(run_all(&request, 1, &text), 0);
	assert_non_null(text);
	result = json_loads(text, 0, NULL);
	ret = json_incref(json_object_get(result, "figures"));
	json_decref(result);
	free(text);
	return ret;
}

static uint64_t value(const json_t *figures, const char *name)
{
	return (uint64_t)json_integer_value(
		json_object_get(json_object_get(figures, name), "value"));
}

/* Published: chunks of 30 to 40 MB, 5 to 7 extents in a file of 256 MB. */
static void chunks_leave_files_in_pieces(void **state)
{
	json_t *f = figures("linux-6.17", "false");

	(void)state;
	assert_in_range(value(f, "writeback_chunk"), 28 * MIB, 42 * MIB);
	assert_in_range(value(f, "extents_per_file"), 5, 7);
	json_decref(f);
}

/* Published: gone with chunks of a zone. */
static void chunks_of_a_zone_leave_files_whole(void **state)
{
	json_t *f = figures("linux-6.17", "true");

	(void)state;
	assert_in_range(value(f, "writeback_chunk"), 128 * MIB, 256 * MIB);
	assert_int_equal(value(f, "extents_per_file"), 1);
	json_decref(f);
	f = figures("linux-7.3", "true");
	assert_int_equal(value(f, "extents_per_file"), 1);
	json_decref(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chunks_leave_files_in_pieces),
		cmocka_unit_test(chunks_of_a_zone_leave_files_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
	return 77;
}

#endif
