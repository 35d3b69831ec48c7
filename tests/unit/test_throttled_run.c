/* test-links: wb_run */
/*
 * Whole runs of a writer that is faster than its device.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "sim/base/units.h"
#include "tests/unit/run_child.h"

#if WBSIM_BLOCK

#define JIFFY_NS (4 * NS_PER_MS)

/* 40 MB/s device, 16 MiB in writes of 64 KiB */
#define RUN(dirty_bytes, writers)                                              \
	"{ \"kernel\": \"linux-6.17\", \"filesystem\": \"xfs\","               \
	" \"device\": { \"base\": \"null-blk-10us\", \"mbps\": 40 },"          \
	" \"vm\": { \"dirty_bytes\": \"" dirty_bytes "\","                     \
	" \"dirty_background_bytes\": \"1MiB\" },"                             \
	" \"files\": [ { \"name\": \"f{thread}\", \"initial\": \"empty\" } ]," \
	" \"threads\": [ { \"count\": " writers ", \"ops\": ["                 \
	" { \"op\": \"open\", \"file\": \"f{thread}\", \"create\": true },"    \
	" { \"op\": \"write\", \"file\": \"f{thread}\","                       \
	" \"total_bytes\": \"16MiB\", \"write_bytes\": \"64KiB\" },"           \
	" { \"op\": \"fsync\", \"file\": \"f{thread}\" } ] } ] }"

/* A FUSE mount beside a device that wrote back 40 GB lately */
#define MOUNT(floor)                                                           \
	"{ \"kernel\": { \"base\": \"linux-6.12\","                            \
	" \"mm\": { \"control\": { \"wb_thresh_floor\": \"" floor "\" } } },"  \
	" \"memory_bytes\": \"4GiB\","                                         \
	" \"host\": \"instruction-clock-2cpu\","                               \
	" \"filesystem\": { \"base\": \"fuse\", \"store\": \"memory\" },"      \
	" \"vm\": { \"other_completions_pages\": 10000000 },"                  \
	" \"files\": [ { \"name\": \"f\" } ],"                                 \
	" \"threads\": [ { \"ops\": ["                                         \
	" { \"op\": \"open\", \"file\": \"f\", \"create\": true },"            \
	" { \"op\": \"write\", \"file\": \"f\", \"total_bytes\": \"32MiB\","   \
	" \"write_bytes\": \"1MiB\" } ] } ] }"

static json_t *run(const char *experiment)
{
	json_t *json = json_loads(experiment, 0, NULL);
	struct run_request request = { .json = json };
	char *text = NULL;
	json_t *result;

	assert_non_null(json);
	assert_int_equal(run_all(&request, 1, &text), 0);
	assert_non_null(text);
	result = json_loads(text, 0, NULL);
	assert_non_null(result);
	json_decref(json);
	free(text);
	return result;
}

static uint64_t value_in(const json_t *result, const char *list,
			 const char *name)
{
	const json_t *entry =
		json_object_get(json_object_get(result, list), name);
	const json_t *value = json_object_get(entry, "value");

	if (!json_is_integer(value))
		fail_msg("%s has no %s", list, name);
	return (uint64_t)json_integer_value(value);
}

static uint64_t counter(const json_t *result, const char *name)
{
	return value_in(result, "counters", name);
}

static uint64_t figure(const json_t *result, const char *name)
{
	return value_in(result, "figures", name);
}

static bool has_figure(const json_t *result, const char *name)
{
	return json_object_get(json_object_get(result, "figures"), name) !=
	       NULL;
}

/* A timer of p jiffies ends at the (p + 1)th tick: within the last jiffy. */
static void check_pauses(const json_t *result)
{
	uint64_t pauses = figure(result, "pauses");
	uint64_t jiffies = counter(result, "dirty.pause_jiffies");
	uint64_t paused_ns = figure(result, "paused");

	assert_true(pauses > 0);
	assert_true(jiffies >= pauses);
	assert_true(jiffies <= 50 * pauses);
	assert_true(paused_ns > jiffies * JIFFY_NS);
	/* the CPU may be late to run it: at most one slice of one tick */
	assert_true(paused_ns <= (jiffies + 2 * pauses) * JIFFY_NS);
	assert_in_range(figure(result, "mean_pause"), JIFFY_NS,
			200 * NS_PER_MS + 2 * JIFFY_NS);
}

static void a_writer_sleeps_while_its_device_catches_up(void **state)
{
	json_t *result = run(RUN("4MiB", "1"));
	uint64_t thresh = 4ull << 20;

	(void)state;
	check_pauses(result);
	assert_true(figure(result, "paused") < figure(result, "elapsed"));
	/* one look, of 32 pages at first, may come late */
	assert_in_range(counter(result, "mm.dirty_bytes_max"), thresh / 4,
			thresh + 32 * PAGE_BYTES);
	assert_true(figure(result, "flusher_chunks") > 1);
	assert_true(figure(result, "mean_flusher_chunk") *
			    figure(result, "flusher_chunks") >
		    8ull << 20);
	json_decref(result);
}

static void two_writers_share_the_pages_and_the_pauses(void **state)
{
	json_t *result = run(RUN("4MiB", "2"));

	(void)state;
	check_pauses(result);
	assert_true(figure(result, "paused") < 2 * figure(result, "elapsed"));
	assert_int_equal(figure(result, "written"), 32ull << 20);
	json_decref(result);
}

static void fairness_follows_from_the_writers_rates(void **state)
{
	json_t *result = run(RUN("4MiB", "2"));
	uint64_t slowest = figure(result, "writer_slowest");
	uint64_t fastest = figure(result, "writer_fastest");
	double sum = (double)slowest + (double)fastest;
	double squares = (double)slowest * (double)slowest +
			 (double)fastest * (double)fastest;
	double ppm = 1e6 * sum * sum / (2 * squares);

	(void)state;
	assert_true(slowest > 0 && slowest <= fastest);
	/* both write as long as the run lasts, but for the last one's fsync */
	assert_true(fastest < 2 * figure(result, "throughput"));
	/* rounded down */
	assert_in_range(figure(result, "writer_fairness"), (uint64_t)ppm - 1,
			(uint64_t)ppm);
	json_decref(result);
}

static void one_writer_has_nobody_to_be_fair_to(void **state)
{
	json_t *result = run(RUN("4MiB", "1"));

	(void)state;
	assert_false(has_figure(result, "writer_slowest"));
	assert_false(has_figure(result, "writer_fairness"));
	json_decref(result);
}

static void a_floor_under_its_share_keeps_a_mount_going(void **state)
{
	json_t *starved = run(MOUNT("position"));
	json_t *fed = run(MOUNT("share"));

	(void)state;
	/* without it, nearly all time is sleep and chunks are small */
	assert_true(figure(starved, "throughput") <
		    figure(fed, "throughput") / 2);
	assert_true(figure(starved, "paused") >
		    figure(starved, "elapsed") * 8 / 10);
	assert_true(figure(starved, "mean_flusher_chunk") <
		    figure(fed, "mean_flusher_chunk") / 4);
	json_decref(starved);
	json_decref(fed);
}

static size_t column(const json_t *result, const char *name)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(
		json_object_get(json_object_get(result, "timeseries"),
				"columns"),
		i, entry)
		if (strcmp(json_string_value(json_object_get(entry, "name")),
			   name) == 0)
			return i;
	return SIZE_MAX;
}

static json_int_t cell(const json_t *row, size_t i)
{
	return json_integer_value(json_array_get(row, i));
}

static void series_show_the_limits_that_writers_meet(void **state)
{
	json_t *result = run(RUN("4MiB", "1"));
	const json_t *rows =
		json_object_get(json_object_get(result, "timeseries"), "rows");
	size_t dirty = column(result, "throttle.dirty");
	size_t background = column(result, "throttle.background");
	size_t freerun = column(result, "throttle.freerun");
	size_t setpoint = column(result, "throttle.setpoint");
	size_t limit = column(result, "throttle.limit");
	size_t wb_dirty = column(result, "throttle.wb_dirty");
	json_int_t most = 0;
	const json_t *row;
	size_t nr = 0;
	size_t i;

	(void)state;
	json_array_foreach(rows, i, row) {
		if (!cell(row, limit))
			continue; /* nobody has looked yet */
		nr++;
		assert_int_equal(cell(row, background), 256);
		assert_int_equal(cell(row, freerun), (256 + 1024) / 2);
		assert_int_equal(cell(row, limit), 1024);
		assert_int_equal(cell(row, setpoint), (640 + 1024) / 2);
		/* the only device */
		assert_int_equal(cell(row, wb_dirty), cell(row, dirty));
		if (cell(row, dirty) > most)
			most = cell(row, dirty);
	}
	assert_true(nr > 10);
	/* it was held back between freerun and the limit */
	assert_in_range(most, 640, 1024 + 32);
	json_decref(result);
}

static void series_of_a_mount_are_judged_by_its_own_limits(void **state)
{
	json_t *result = run(MOUNT("share"));
	const json_t *rows =
		json_object_get(json_object_get(result, "timeseries"), "rows");
	size_t limit = column(result, "throttle.limit");
	size_t wb_thresh = column(result, "throttle.wb_thresh");
	/* 1 % of 20 % of 4 GiB, at most */
	json_int_t cap = (json_int_t)((4ull << 30) / 500 / PAGE_BYTES);
	json_int_t most = 0;
	const json_t *row;
	size_t i;

	(void)state;
	json_array_foreach(rows, i, row) {
		assert_int_equal(cell(row, limit), cell(row, wb_thresh));
		if (cell(row, limit) > most)
			most = cell(row, limit);
	}
	assert_in_range(most, cap / 2, cap);
	json_decref(result);
}

static void series_of_the_throttle_need_its_part(void **state)
{
	json_t *result = run("{ \"kernel\": \"linux-6.17\","
			     " \"files\": [ { \"name\": \"f\" } ],"
			     " \"threads\": [ { \"ops\": [ { \"op\": \"open\","
			     " \"file\": \"f\", \"create\": true },"
			     " { \"op\": \"write\", \"file\": \"f\","
			     " \"total_bytes\": \"64KiB\" },"
			     " { \"op\": \"fsync\", \"file\": \"f\" } ] } ] }");

	(void)state;
	assert_true(column(result, "dirty") != SIZE_MAX);
	assert_true(column(result, "throttle.limit") == SIZE_MAX);
	json_decref(result);
}

static void below_freerun_nobody_sleeps(void **state)
{
	json_t *result = run(RUN("1GiB", "1"));

	(void)state;
	assert_false(has_figure(result, "pauses"));
	assert_false(has_figure(result, "paused"));
	assert_int_equal(counter(result, "dirty.pauses"), 0);
	assert_true(figure(result, "flusher_chunks") > 0);
	json_decref(result);
}

static void throttling_moves_waiting_and_not_the_end(void **state)
{
	json_t *free_run = run(RUN("1GiB", "1"));
	json_t *throttled = run(RUN("4MiB", "1"));
	uint64_t free_ns = figure(free_run, "elapsed");
	uint64_t throttled_ns = figure(throttled, "elapsed");

	(void)state;
	/* the device decides the end; the writes end with it, or long before */
	assert_in_range(throttled_ns, free_ns - free_ns / 10,
			free_ns + free_ns / 4);
	assert_true(figure(throttled, "write_phase") >
		    4 * figure(free_run, "write_phase"));
	json_decref(free_run);
	json_decref(throttled);
}

#else

static void needs_the_block_layer(void **state)
{
	(void)state;
	skip();
}

#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
#if WBSIM_BLOCK
		cmocka_unit_test(a_writer_sleeps_while_its_device_catches_up),
		cmocka_unit_test(two_writers_share_the_pages_and_the_pauses),
		cmocka_unit_test(fairness_follows_from_the_writers_rates),
		cmocka_unit_test(one_writer_has_nobody_to_be_fair_to),
		cmocka_unit_test(a_floor_under_its_share_keeps_a_mount_going),
		cmocka_unit_test(series_show_the_limits_that_writers_meet),
		cmocka_unit_test(
			series_of_a_mount_are_judged_by_its_own_limits),
		cmocka_unit_test(series_of_the_throttle_need_its_part),
		cmocka_unit_test(below_freerun_nobody_sleeps),
		cmocka_unit_test(throttling_moves_waiting_and_not_the_end),
#else
		cmocka_unit_test(needs_the_block_layer),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
