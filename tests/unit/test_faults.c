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

static const char zonefs_run[] =
	"{ \"kernel\": \"linux-7.3\", \"device\": \"nvme-zns-recorded\","
	" \"filesystem\": { \"type\": \"zonefs\", \"explicit_open\": true },"
	" \"files\": [ { \"name\": \"seq/{thread}\" } ],"
	" \"threads\": [ { \"count\": 3, " ZONEFS_OPS " } ] }";

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

static void without_faults_nothing_fails(void **state)
{
	int errors[3];

	(void)state;
	run_with(zonefs_run, "[]", 3, errors);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(errors[i], 0);
}

static void the_nth_bio_stops_its_writer_only(void **state)
{
	int errors[3];
	size_t nr_failed = 0;

	(void)state;
	run_with(zonefs_run, "[ { \"type\": \"bio-error\", \"nth\": 3 } ]", 3,
		 errors);
	for (size_t i = 0; i < 3; i++) {
		assert_true(errors[i] == 0 || errors[i] == -EIO);
		nr_failed += errors[i] != 0;
	}
	assert_int_equal(nr_failed, 1);
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
	assert_int_equal(errors[0], 0);
	assert_int_equal(errors[1], 0);
	assert_int_equal(errors[2], -EIO);
}

static void fsync_reports_a_failed_write(void **state)
{
	int errors[3];

	(void)state;
	run_with(xfs_run, "[ { \"type\": \"bio-error\", \"nth\": 2 } ]", 3,
		 errors);
	assert_int_equal(errors[0], 0);
	assert_int_equal(errors[1], -EIO);
	assert_int_equal(errors[2], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_faults_nothing_fails),
		cmocka_unit_test(the_nth_bio_stops_its_writer_only),
		cmocka_unit_test(each_bio_may_fail_and_nothing_hangs),
		cmocka_unit_test(a_zone_goes_offline_in_mid_run),
		cmocka_unit_test(a_zone_becomes_read_only_after_some_writes),
		cmocka_unit_test(fsync_reports_a_failed_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
	return 77;
}

#endif
