/* test-links: wb_validate wb_device */
/*
 * Calls of kernel functions that the recorder counted equal the model's
 * counters, wherever that kernel had a probe.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/prop/validate_json.h"

/* @names: functions that kernel must have counted */
static void check_kernel(const char *kernel, const char *exclude,
			 const char *const *names)
{
	const struct validate_options options = {
		.dir = CORPUS,
		.kernel = kernel,
		.only = "^s[0-9]+[a-z]?-xfs-",
		.exclude = exclude,
	};
	json_t *report = validate_json(options, NULL);
	json_t *scenarios = json_object_get(report, "scenarios");
	json_t *scenario;
	size_t i;

	assert_true(json_array_size(scenarios) > 20);
	json_array_foreach(scenarios, i, scenario) {
		json_t *functions = json_object_get(scenario, "functions");

		for (size_t n = 0; names[n]; n++) {
			const char *state = text_of(
				json_object_get(functions, names[n]), "state");

			if (strcmp(state, "equal") != 0)
				fail_msg("%s %s: %s is '%s'", kernel,
					 text_of(scenario, "scenario"),
					 names[n], state);
		}
	}
	json_decref(report);
}

#define IN_ALL                                                                 \
	"folio_clear_dirty_for_io", "__folio_start_writeback",                 \
		"folio_end_writeback", "bio_add_folio", "xfs_end_bio"

/* reads of page faults are not in the model: functions.c lists them */
#define NOT_COUNTED "^s15|^s10"

static void counts_of_the_old_design_are_equal(void **state)
{
	static const char *const names[] = { IN_ALL, "ifs_alloc", NULL };

	(void)state;
	check_kernel("6.16.12", NOT_COUNTED, names);
}

static void counts_of_the_new_design_are_equal(void **state)
{
	static const char *const names[] = { IN_ALL, "ifs_alloc",
					     "iomap_add_to_ioend",
					     "iomap_finish_folio_write", NULL };

	(void)state;
	check_kernel("6.17.13", NOT_COUNTED, names);
	check_kernel("7.3.4", NOT_COUNTED, names);
}

static void counts_are_equal_in_6_12(void **state)
{
	static const char *const names[] = { IN_ALL, NULL };

	(void)state;
	check_kernel("6.12.107", NOT_COUNTED, names);
}

static void each_difference_is_in_the_reviewed_table(void **state)
{
	const struct validate_options options = { .dir = CORPUS,
						  .only = "-xfs-|-gfs2-|-bdev-",
						  .exclude = "^s15" };
	json_t *report = validate_json(options, NULL);
	json_t *scenario;
	size_t i;

	(void)state;
	json_array_foreach(json_object_get(report, "scenarios"), i, scenario) {
		json_t *functions = json_object_get(scenario, "functions");
		const char *name;
		json_t *call;

		json_object_foreach(functions, name, call) {
			if (!strcmp(text_of(call, "state"), "differs") &&
			    !*text_of(call, "reason"))
				fail_msg("%s %s: %s",
					 text_of(scenario, "kernel"),
					 text_of(scenario, "scenario"), name);
		}
	}
	json_decref(report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_of_the_old_design_are_equal),
		cmocka_unit_test(counts_of_the_new_design_are_equal),
		cmocka_unit_test(counts_are_equal_in_6_12),
		cmocka_unit_test(each_difference_is_in_the_reviewed_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
