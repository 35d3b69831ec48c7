/* test-links: wb_run */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "tests/unit/run_child.h"

#if WBSIM_BLOCK

#define ZONEFS_OPS                                                             \
	"\"ops\": [ { \"op\": \"open\", \"file\": \"seq/{thread}\","           \
	" \"o_direct\": true },"                                               \
	" { \"op\": \"write\", \"file\": \"seq/{thread}\","                    \
	" \"total_bytes\": \"8MiB\", \"write_bytes\": \"2MiB\" },"             \
	" { \"op\": \"fsync\", \"file\": \"seq/{thread}\" },"                  \
	" { \"op\": \"close\", \"file\": \"seq/{thread}\" } ]"

#define ZONEFS_RUN(errors)                                                     \
	"{ \"kernel\": \"linux-7.3\", \"device\": \"nvme-zns-recorded\","      \
	" \"filesystem\": { \"type\": \"zonefs\", \"explicit_open\": true,"    \
	" \"errors\": \"" errors "\" },"                                       \
	" \"files\": [ { \"name\": \"seq/{thread}\" } ],"                      \
	" \"threads\": [ { \"count\": 3, " ZONEFS_OPS " } ] }"

static const char zonefs_run[] = ZONEFS_RUN("remount-ro");
static const char zonefs_repair[] = ZONEFS_RUN("repair");
static const char zonefs_zone_ro[] = ZONEFS_RUN("zone-ro");
static const char zonefs_zone_offline[] = ZONEFS_RUN("zone-offline");

/* A writer that goes on after the first fsync would be told nothing twice. */
static const char xfs_run[] =
	"{ \"kernel\": \"linux-6.17\", \"device\": \"nvme-mdts-512k\","
	" \"files\": [ { \"name\": \"f{thread}\" } ],"
	" \"threads\": [ { \"count\": 3, \"ops\": ["
	" { \"op\": \"open\", \"file\": \"f{thread}\", \"create\": true },"
	" { \"op\": \"write\", \"file\": \"f{thread}\","
	" \"total_bytes\": \"8MiB\" },"
	" { \"op\": \"fsync\", \"file\": \"f{thread}\" },"
	" { \"op\": \"fsync\", \"file\": \"f{thread}\" } ] } ] }";

/* Two writes and fsyncs of each file, in zones 1 to 3 of 6.17 and 0 to 2 of 7.3 */
#define XFSZ_OPS                                                               \
	"\"ops\": [ { \"op\": \"open\", \"file\": \"f{thread}\","              \
	" \"create\": true }, { \"op\": \"write\", \"file\": \"f{thread}\","   \
	" \"total_bytes\": \"8MiB\" },"                                        \
	" { \"op\": \"fsync\", \"file\": \"f{thread}\" },"                     \
	" { \"op\": \"write\", \"file\": \"f{thread}\","                       \
	" \"offset_bytes\": \"8MiB\", \"total_bytes\": \"32MiB\" },"           \
	" { \"op\": \"fsync\", \"file\": \"f{thread}\" } ]"

#define XFSZ_RUN(kernel, rule)                                                 \
	"{ \"kernel\": { \"base\": \"" kernel "\", \"xfs_zoned\": {" rule      \
	" } }, \"device\": \"nvme-zns-recorded\","                             \
	" \"filesystem\": \"xfs-zoned\","                                      \
	" \"files\": [ { \"name\": \"f{thread}\" } ],"                         \
	" \"threads\": [ { \"count\": 3, " XFSZ_OPS " } ] }"

static const char xfsz_6_17[] = XFSZ_RUN("linux-6.17", "");
static const char xfsz_7_3[] = XFSZ_RUN("linux-7.3", "");
static const char xfsz_plugged[] =
	XFSZ_RUN("linux-6.17", "\"data_op\": \"write\"");

/* Errors of the threads of a run with @faults; all its checks hold. */
static void run_with(const char *experiment, const char *faults, size_t nr,
		     int *ret_errors)
{
	json_t *json = json_loads(experiment, 0, NULL);
	struct run_request request = { .json = json };
	char *text = NULL;
	json_t *result;

	assert_non_null(json);
	json_object_set_new(json, "faults", json_loads(faults, 0, NULL));
	assert_int_equal(run_all(&request, 1, &text), 0);
	assert_non_null(text);
	result = json_loads(text, 0, NULL);
	assert_non_null(result);
	for (size_t i = 0; i < nr; i++) {
		json_t *thread =
			json_array_get(json_object_get(result, "threads"), i);

		ret_errors[i] = (int)json_integer_value(
			json_object_get(thread, "error"));
	}
	json_decref(result);
	json_decref(json);
	free(text);
}

/* One thread was told of an error; which one is the scheduler's choice. */
static void assert_one_failed(const int *errors)
{
	size_t nr_failed = 0;

	for (size_t i = 0; i < 3; i++) {
		assert_true(errors[i] == 0 || errors[i] == -EIO);
		nr_failed += errors[i] != 0;
	}
	assert_int_equal(nr_failed, 1);
}

static void without_faults_nothing_fails(void **state)
{
	int errors[3];

	(void)state;
	run_with(zonefs_run, "[]", 3, errors);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(errors[i], 0);
}

/* errors=remount-ro, the default: nobody writes any more */
static void a_failed_write_remounts_zonefs_read_only(void **state)
{
	int errors[3];
	size_t nr[2] = { 0 };

	(void)state;
	run_with(zonefs_run, "[ { \"type\": \"bio-error\", \"nth\": 3 } ]", 3,
		 errors);
	for (size_t i = 0; i < 3; i++) {
		nr[0] += errors[i] == -EIO;
		nr[1] += errors[i] == -EROFS;
	}
	assert_int_equal(nr[0], 1);
	assert_int_equal(nr[1], 2);
}

static void the_other_errors_options_stop_one_writer_only(void **state)
{
	static const char *const runs[] = { zonefs_repair, zonefs_zone_ro,
					    zonefs_zone_offline };
	int errors[3];

	(void)state;
	for (size_t run = 0; run < 3; run++) {
		run_with(runs[run],
			 "[ { \"type\": \"bio-error\", \"nth\": 3 } ]", 3,
			 errors);
		assert_one_failed(errors);
	}
}

static void each_bio_may_fail_and_nothing_hangs(void **state)
{
	char faults[64];
	int errors[3];

	(void)state;
	for (int nth = 1; nth <= 24; nth += 4) {
		snprintf(faults, sizeof(faults),
			 "[ { \"type\": \"bio-error\", \"nth\": %d } ]", nth);
		run_with(zonefs_run, faults, 3, errors);
		run_with(xfs_run, faults, 3, errors);
		if (nth <= 3) /* one bio for each file */
			assert_int_equal(errors[0] + errors[1] + errors[2],
					 -EIO);
	}
}

static void a_zone_goes_offline_in_mid_run(void **state)
{
	int errors[3];

	(void)state;
	run_with(zonefs_run,
		 "[ { \"type\": \"zone-offline\", \"zone\": 2,"
		 " \"at_ns\": 2000000 } ]",
		 3, errors);
	assert_int_equal(errors[0], -EROFS);
	assert_int_equal(errors[1], -EIO);
	assert_int_equal(errors[2], -EROFS);
	run_with(zonefs_repair,
		 "[ { \"type\": \"zone-offline\", \"zone\": 2,"
		 " \"at_ns\": 2000000 } ]",
		 3, errors);
	assert_int_equal(errors[0], 0);
	assert_int_equal(errors[1], -EIO);
	assert_int_equal(errors[2], 0);
}

static void a_zone_becomes_read_only_after_some_writes(void **state)
{
	int errors[3];

	(void)state;
	run_with(zonefs_run,
		 "[ { \"type\": \"zone-read-only\", \"zone\": 3,"
		 " \"after_writes\": 5 } ]",
		 3, errors);
	assert_int_equal(errors[0], -EROFS);
	assert_int_equal(errors[1], -EROFS);
	assert_int_equal(errors[2], -EIO);
}

static void fsync_reports_a_failed_write(void **state)
{
	int errors[3];

	(void)state;
	run_with(xfs_run, "[ { \"type\": \"bio-error\", \"nth\": 2 } ]", 3,
		 errors);
	assert_one_failed(errors);
}

static const char *const zone_faults[] = {
	"[ { \"type\": \"zone-offline\", \"zone\": 2, \"after_writes\": 90 } ]",
	"[ { \"type\": \"zone-read-only\", \"zone\": 2,"
	" \"after_writes\": 90 } ]",
};

/* Zone 2 is one file's; its zone stays open, the others go on. */
static void up_to_6_18_a_dead_zone_costs_its_file_only(void **state)
{
	int errors[3];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		run_with(xfsz_6_17, zone_faults[i], 3, errors);
		assert_one_failed(errors);
	}
}

static void plugged_writes_to_a_dead_zone_fail_alike(void **state)
{
	int errors[3];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		run_with(xfsz_plugged, zone_faults[i], 3, errors);
		assert_one_failed(errors);
	}
}

/* One zone for data: that kernel's writeback would wait for ever. */
static void without_a_zone_left_writeback_fails(void **state)
{
	static const char run[] =
		XFSZ_RUN("linux-6.17", "\"max_open_zones\": 2");
	int errors[3];
	json_t *json = json_loads(run, 0, NULL);
	char *text;

	(void)state;
	json_object_set_new(json, "device",
			    json_loads("{ \"base\": \"nvme-zns-recorded\","
				       " \"zones\": { \"max_open\": 2 } }",
				       0, NULL));
	text = json_dumps(json, 0);
	run_with(text, "[ { \"type\": \"zone-offline\", \"zone\": 1 } ]", 3,
		 errors);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(errors[i], -EIO);
	free(text);
	json_decref(json);
}

/* Log and metadata in conventional zones, here on a disk. */
static void a_log_that_cannot_be_written_ends_the_file_system(void **state)
{
	json_t *json = json_loads(xfsz_6_17, 0, NULL);
	int errors[3];
	char *text;

	(void)state;
	json_object_set_new(json, "device", json_string("smr-hdd"));
	json_object_set_new(
		json, "filesystem",
		json_loads("{ \"base\": \"xfs-zoned\", \"external\": false }",
			   0, NULL));
	text = json_dumps(json, 0);
	run_with(text, "[]", 3, errors);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(errors[i], 0);
	run_with(text, "[ { \"type\": \"zone-offline\", \"zone\": 0 } ]", 3,
		 errors);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(errors[i], -EIO);
	free(text);
	json_decref(json);
}

static void from_7_2_on_a_failed_write_ends_the_file_system(void **state)
{
	int errors[3];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		run_with(xfsz_7_3, zone_faults[i], 3, errors);
		for (size_t t = 0; t < 3; t++)
			assert_int_equal(errors[t], -EIO);
	}
}

static void each_append_may_fail_and_nothing_hangs(void **state)
{
	static const char *const runs[] = { xfsz_6_17, xfsz_7_3, xfsz_plugged };
	char fault[64];
	int errors[3];

	(void)state;
	for (int nth = 1; nth < 900; nth += 113) {
		snprintf(fault, sizeof(fault),
			 "[ { \"type\": \"bio-error\", \"nth\": %d } ]", nth);
		for (size_t i = 0; i < 3; i++) {
			run_with(runs[i], fault, 3, errors);
			if (i < 2 || nth == 1) /* plugged: few bios */
				assert_true(errors[0] + errors[1] + errors[2] <
					    0);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_faults_nothing_fails),
		cmocka_unit_test(a_failed_write_remounts_zonefs_read_only),
		cmocka_unit_test(the_other_errors_options_stop_one_writer_only),
		cmocka_unit_test(each_bio_may_fail_and_nothing_hangs),
		cmocka_unit_test(a_zone_goes_offline_in_mid_run),
		cmocka_unit_test(a_zone_becomes_read_only_after_some_writes),
		cmocka_unit_test(fsync_reports_a_failed_write),
		cmocka_unit_test(up_to_6_18_a_dead_zone_costs_its_file_only),
		cmocka_unit_test(plugged_writes_to_a_dead_zone_fail_alike),
		cmocka_unit_test(without_a_zone_left_writeback_fails),
		cmocka_unit_test(
			a_log_that_cannot_be_written_ends_the_file_system),
		cmocka_unit_test(
			from_7_2_on_a_failed_write_ends_the_file_system),
		cmocka_unit_test(each_append_may_fail_and_nothing_hangs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
	return 77;
}

#endif
