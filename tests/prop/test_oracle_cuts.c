/* test-links: wb_validate wb_device */
/*
 * Oracles say where a block lies and nothing about lengths: pieces cut at
 * random places change no stream and no count of any scenario.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/prop/validate_json.h"

/* the throttled ones are long, and their order is timing */
static json_t *scenarios_with(uint64_t cut_seed)
{
	const struct validate_options options = {
		.dir = CORPUS,
		.kernel = "6.17.13",
		.exclude = "^s15",
		.cut_seed = cut_seed,
	};
	json_t *report = validate_json(options, NULL);
	json_t *ret = json_incref(json_object_get(report, "scenarios"));

	assert_non_null(ret);
	json_decref(report);
	return ret;
}

static void random_cuts_change_nothing_in_any_scenario(void **state)
{
	static const uint64_t seeds[] = { 1, 77 };
	json_t *whole = scenarios_with(0);
	size_t nr = json_array_size(whole);

	(void)state;
	assert_true(nr > 40);
	for (size_t s = 0; s < sizeof(seeds) / sizeof(seeds[0]); s++) {
		json_t *cut = scenarios_with(seeds[s]);

		assert_int_equal(json_array_size(cut), nr);
		for (size_t i = 0; i < nr; i++) {
			const json_t *one = json_array_get(whole, i);

			if (!json_equal(one, json_array_get(cut, i)))
				fail_msg("%s changes with seed %lu",
					 text_of(one, "scenario"), seeds[s]);
		}
		json_decref(cut);
	}
	json_decref(whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_cuts_change_nothing_in_any_scenario),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
