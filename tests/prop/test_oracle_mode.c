/* test-links: wb_run */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/run_child.h"

/*
 * The oracle lets SimGrid carry every device unit and sleep.  It must end at
 * the same nanosecond and with the same streams as the fast mode.
 */
static json_t *parse(char *text)
{
	assert_non_null(text);
	json_t *json = json_loads(text, 0, NULL);

	assert_non_null(json);
	free(text);
	return json;
}

static json_int_t figure(const json_t *result, const char *name)
{
	const json_t *figures = json_object_get(result, "figures");
	const json_t *value =
		json_object_get(json_object_get(figures, name), "value");

	assert_true(json_is_integer(value));
	return json_integer_value(value);
}

static void assert_member_equal(const json_t *a, const json_t *b,
				const char *key)
{
	const json_t *in_a = json_object_get(a, key);

	assert_non_null(in_a);
	assert_true(json_equal(in_a, json_object_get(b, key)));
}

/* What the threads saw, too: phases and latencies are dates as well. */
static void compare_modes(const char *path,
			  const struct cfg_override *overrides, size_t nr)
{
	const struct run_request requests[] = {
		{ .path = path, .overrides = overrides, .nr_overrides = nr },
		{ .path = path,
		  .overrides = overrides,
		  .nr_overrides = nr,
		  .oracle = true },
	};
	char *texts[2];

	assert_int_equal(run_all(requests, 2, texts), 0);
	json_t *fast = parse(texts[0]);
	json_t *oracle = parse(texts[1]);

	assert_true(figure(fast, "elapsed") > 0);
	assert_true(figure(fast, "requests") > 0);
	assert_int_equal(figure(fast, "elapsed"), figure(oracle, "elapsed"));
	assert_int_equal(figure(fast, "sync_phase"),
			 figure(oracle, "sync_phase"));
	assert_member_equal(fast, oracle, "streams");
	assert_member_equal(fast, oracle, "event_digest");
	assert_member_equal(fast, oracle, "threads");
	assert_member_equal(fast, oracle, "histograms");
	assert_member_equal(fast, oracle, "stages");
	json_decref(fast);
	json_decref(oracle);
}

#define WORKLOADS WBSIM_SOURCE_DIR "/workloads/"

static void oracle_and_fast_mode_agree_on_an_append(void **state)
{
	static const struct cfg_override overrides[] = {
		{ "threads[0].ops[1].total_bytes", "16MiB" },
	};

	(void)state;
	compare_modes(WORKLOADS "quickstart.json", overrides, 1);
}

static void oracle_and_fast_mode_agree_on_random_overwrites(void **state)
{
	static const struct cfg_override overrides[] = {
		{ "threads[0].ops[1].count", "400" },
	};

	(void)state;
	compare_modes(WORKLOADS "random-4k-overwrite.json", overrides, 1);
}

static void oracle_and_fast_mode_agree_on_many_small_fsyncs(void **state)
{
	static const struct cfg_override overrides[] = {
		{ "threads[0].loop", "100" },
	};

	(void)state;
	compare_modes(WORKLOADS "small-writes.json", overrides, 1);
}

static void oracle_and_fast_mode_agree_on_two_writers(void **state)
{
	static const struct cfg_override overrides[] = {
		{ "threads[0].ops[1].total_bytes", "8MiB" },
		{ "device.interrupt_max_requests", "3" },
		{ "device.interrupt_delay_ns", "7us" },
	};

	(void)state;
	compare_modes(WORKLOADS "two-writers.json", overrides, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(oracle_and_fast_mode_agree_on_an_append),
		cmocka_unit_test(
			oracle_and_fast_mode_agree_on_random_overwrites),
		cmocka_unit_test(
			oracle_and_fast_mode_agree_on_many_small_fsyncs),
		cmocka_unit_test(oracle_and_fast_mode_agree_on_two_writers),
	};

#if !WBSIM_BLOCK
	return 77;
#endif
	return cmocka_run_group_tests(tests, NULL, NULL);
}
