/* test-links: wb_run */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "tests/unit/run_child.h"

#if WBSIM_BLOCK

#define RUN(filesystem, threads, depth)                                        \
	"{ \"kernel\": \"linux-7.3\", \"device\": { \"base\":"                 \
	" \"nvme-zns-recorded\", \"scheduler\": \"none\","                     \
	" \"nr_requests\": 0, \"max_transfer_bytes\": \"64KiB\" },"            \
	" \"filesystem\": { \"type\": \"zonefs\"" filesystem " },"             \
	" \"files\": [ { \"name\": \"seq/{thread}\" } ],"                      \
	" \"threads\": [ { \"count\": " threads ", \"ops\": ["                 \
	" { \"op\": \"open\", \"file\": \"seq/{thread}\","                     \
	" \"o_direct\": true },"                                               \
	" { \"op\": \"write\", \"file\": \"seq/{thread}\","                    \
	" \"total_bytes\": \"1MiB\", \"write_bytes\": \"64KiB\","              \
	" \"depth\": " depth " },"                                             \
	" { \"op\": \"close\", \"file\": \"seq/{thread}\" } ] } ] }"

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

static uint64_t counter(const json_t *result, const char *name)
{
	const json_t *value = json_object_get(
		json_object_get(json_object_get(result, "counters"), name),
		"value");

	assert_true(json_is_integer(value));
	return (uint64_t)json_integer_value(value);
}

static uint64_t elapsed(const json_t *result)
{
	return (uint64_t)json_integer_value(json_object_get(
		json_object_get(json_object_get(result, "figures"), "elapsed"),
		"value"));
}

/* Files of one zone each; one write in flight a zone, whatever the depth. */
static void depth_is_held_back_in_the_zone(void **state)
{
	json_t *one = run(RUN("", "1", "8"));
	json_t *two = run(RUN("", "2", "8"));

	(void)state;
	assert_int_equal(counter(one, "block.in_flight_max"), 1);
	assert_true(counter(one, "block.zone_held") > 0);
	assert_int_equal(counter(one, "zonefs.direct_writes"), 16);
	assert_int_equal(counter(two, "block.in_flight_max"), 2);
	json_decref(one);
	json_decref(two);
}

static void appends_go_to_a_zone_any_number_at_once(void **state)
{
	json_t *writes = run(RUN("", "1", "8"));
	json_t *appends = run(RUN(", \"append\": true", "1", "8"));

	(void)state;
	assert_int_equal(counter(appends, "block.in_flight_max"), 8);
	assert_int_equal(counter(appends, "block.zone_held"), 0);
	assert_int_equal(counter(appends, "zonefs.displaced_appends"), 0);
	assert_true(elapsed(appends) < elapsed(writes));
	json_decref(writes);
	json_decref(appends);
}

/* Depth 1 is the plain loop. */
static void at_depth_1_appends_and_writes_keep_the_device_alike(void **state)
{
	json_t *writes = run(RUN("", "1", "1"));
	json_t *appends = run(RUN(", \"append\": true", "1", "1"));

	(void)state;
	assert_int_equal(counter(writes, "block.data_requests"),
			 counter(appends, "block.data_requests"));
	assert_int_equal(counter(writes, "block.in_flight_max"), 1);
	assert_int_equal(counter(appends, "block.in_flight_max"), 1);
	json_decref(writes);
	json_decref(appends);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(depth_is_held_back_in_the_zone),
		cmocka_unit_test(appends_go_to_a_zone_any_number_at_once),
		cmocka_unit_test(
			at_depth_1_appends_and_writes_keep_the_device_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
	return 77;
}

#endif
