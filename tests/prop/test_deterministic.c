/* test-links: wb_run */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/run_child.h"

/* The shipped workload at @path twice, with a little less to do. */
static void run_twice(const char *path, const struct cfg_override *overrides,
		      size_t nr)
{
	const struct run_request request = {
		.path = path,
		.overrides = overrides,
		.nr_overrides = nr,
	};
	const struct run_request both[] = { request, request };
	char *texts[2];

	assert_int_equal(run_all(both, 2, texts), 0);
	assert_non_null(texts[0]);
	assert_non_null(texts[1]);
	assert_true(strlen(texts[0]) > 1000);
	assert_string_equal(texts[0], texts[1]);
	free(texts[0]);
	free(texts[1]);
}

#define WORKLOADS WBSIM_SOURCE_DIR "/workloads/"

static void the_same_append_gives_the_same_bytes(void **state)
{
	static const struct cfg_override overrides[] = {
		{ "threads[0].ops[1].total_bytes", "8MiB" },
	};

	(void)state;
	run_twice(WORKLOADS "quickstart.json", overrides, 1);
}

static void the_same_random_writes_give_the_same_bytes(void **state)
{
	static const struct cfg_override overrides[] = {
		{ "threads[0].ops[1].count", "500" },
		{ "frames.policy", "probability" },
	};

	(void)state;
	run_twice(WORKLOADS "random-4k-overwrite.json", overrides, 2);
}

static void two_threads_on_two_cpus_give_the_same_bytes(void **state)
{
	static const struct cfg_override overrides[] = {
		{ "threads[0].ops[1].total_bytes", "8MiB" },
	};

	(void)state;
	run_twice(WORKLOADS "two-writers.json", overrides, 1);
}

/* Another seed moves the random writes, so that the test would see it. */
static void another_seed_gives_other_bytes(void **state)
{
	static const struct cfg_override overrides[] = {
		{ "threads[0].ops[1].count", "500" },
		{ "seeds", "[2]" },
	};
	const struct run_request requests[] = {
		{ .path = WORKLOADS "random-4k-overwrite.json",
		  .overrides = overrides,
		  .nr_overrides = 1 },
		{ .path = WORKLOADS "random-4k-overwrite.json",
		  .overrides = overrides,
		  .nr_overrides = 2 },
	};
	char *texts[2];

	(void)state;
	assert_int_equal(run_all(requests, 2, texts), 0);
	assert_string_not_equal(texts[0], texts[1]);
	free(texts[0]);
	free(texts[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_append_gives_the_same_bytes),
		cmocka_unit_test(the_same_random_writes_give_the_same_bytes),
		cmocka_unit_test(two_threads_on_two_cpus_give_the_same_bytes),
		cmocka_unit_test(another_seed_gives_other_bytes),
	};

#if !WBSIM_BLOCK
	return 77;
#endif
	return cmocka_run_group_tests(tests, NULL, NULL);
}
