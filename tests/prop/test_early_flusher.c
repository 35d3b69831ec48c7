/* test-links: wb_validate wb_device */
/*
 * 6.12's flusher starts while the writer is at work.  With "task per folio,
 * ends of passes" from the recording, and the pages cached by then, passes
 * convert the delayed extents that the kernel converted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/prop/validate_json.h"

static void passes_of_the_early_flusher_are_exact(void **state)
{
	static const char *const names[] = { "folios",      "ioend_ranges",
					     "conversions", "bios",
					     "splits",      "requests" };
	const struct validate_options options = {
		.dir = CORPUS,
		.kernel = "6.12.107",
		.only = "^s01-xfs-",
	};
	json_t *report = validate_json(options, NULL);
	json_t *scenarios = json_object_get(report, "scenarios");
	json_t *scenario;
	size_t i;

	(void)state;
	assert_true(json_array_size(scenarios) >= 6);
	json_array_foreach(scenarios, i, scenario) {
		json_t *streams = json_object_get(scenario, "streams");

		for (size_t n = 0; n < sizeof(names) / sizeof(names[0]); n++) {
			const char *is = text_of(
				json_object_get(streams, names[n]), "state");

			if (strcmp(is, "exact") != 0)
				fail_msg("%s: %s %s",
					 text_of(scenario, "scenario"),
					 names[n], is);
		}
	}
	json_decref(report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passes_of_the_early_flusher_are_exact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
