/* test-links: wb_validate wb_device */
/*
 * validate on folders it has never seen: recordings of the corpus, doctored.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/fileio.h"
#include "sim/validate/recording.h"
#include "tests/prop/validate_json.h"

#define BASE CORPUS "/traces/6.17.13/s16-xfs-seq-w4m.json"
#define TWO  CORPUS "/traces/6.17.13/s08-xfs-two-files.json.gz"

/** struct folder - a new folder, and how often something was put into it */
struct folder {
	char path[64];
	unsigned int nr;
};

static json_t *load(const char *path)
{
	size_t nr_bytes;
	char *text;
	json_error_t error;
	json_t *ret;

	assert_int_equal(file_read(path, &text, &nr_bytes), 0);
	ret = rec_load_json(text, nr_bytes, &error);
	free(text);
	assert_non_null(ret);
	return ret;
}

static int new_folder(void **state)
{
	struct folder *folder = calloc(1, sizeof(*folder));

	assert_non_null(folder);
	strcpy(folder->path, "/tmp/wbsim-unseen.XXXXXX");
	assert_non_null(mkdtemp(folder->path));
	*state = folder;
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int remove_folder(void **state)
{
	struct folder *folder = *state;

	nftw(folder->path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(folder);
	return 0;
}

/* Into a subfolder of its own; takes @recording over. */
static void put(struct folder *folder, json_t *recording)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%u", folder->path, folder->nr++);
	assert_int_equal(mkdir(path, 0700), 0);
	strcat(path, "/some recording.json");
	assert_int_equal(json_dump_file(recording, path, JSON_COMPACT), 0);
	json_decref(recording);
}

static json_t *named(const char *path, const char *scenario)
{
	json_t *ret = load(path);

	json_object_set_new(ret, "scenario", json_string(scenario));
	return ret;
}

static json_t *validate(const struct folder *folder, int expected_status)
{
	const struct validate_options options = { .dir = folder->path };
	int status;
	json_t *ret = validate_json(options, &status);

	assert_non_null(ret);
	assert_int_equal(status, expected_status);
	return ret;
}

static const json_t *scenario_at(const json_t *report, size_t i)
{
	return json_array_get(json_object_get(report, "scenarios"), i);
}

static size_t count(const json_t *report, const char *total)
{
	return (size_t)json_integer_value(
		json_object_get(json_object_get(report, "totals"), total));
}

static bool has_note(const json_t *scenario, const char *words)
{
	const json_t *note;
	size_t i;

	json_array_foreach(json_object_get(scenario, "notes"), i, note) {
		if (strstr(json_string_value(note), words))
			return true;
	}
	return false;
}

static void unknown_releases_say_which_preset_was_taken(void **state)
{
	static const char *const releases[][2] = {
		{ "4.19.0", "linux-6.12" },
		{ "6.14.2-arch1", "linux-6.12" },
		{ "99.1.0-rc3", "linux-7.3" },
	};
	json_t *report;

	for (size_t i = 0; i < 3; i++) {
		json_t *recording = named(BASE, "of another kernel");

		json_object_set_new(recording, "kernel",
				    json_string(releases[i][0]));
		put(*state, recording);
	}
	report = validate(*state, 0);
	for (size_t i = 0; i < 3; i++) {
		const json_t *scenario = scenario_at(report, i);

		assert_string_equal(text_of(scenario, "preset"),
				    releases[i][1]);
		assert_true(has_note(scenario, "no preset of its own"));
		assert_true(has_note(scenario, releases[i][1]));
	}
	assert_int_equal(count(report, "differs"), 0);
	json_decref(report);
}

static void other_files_of_a_folder_are_left_alone(void **state)
{
	struct folder *folder = *state;
	static const char *const texts[] = { "[1, 2]", "{\"a\": 1}",
					     "{\"format\": \"x\"}" };
	json_t *report;
	char path[128];

	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%zu.json", folder->path, i);
		assert_int_equal(
			file_write_atomic(path, texts[i], strlen(texts[i])), 0);
	}
	snprintf(path, sizeof(path), "%s/notes.txt", folder->path);
	assert_int_equal(file_write_atomic(path, "no JSON", 7), 0);
	put(folder, named(BASE, "the one"));
	put(folder, named(TWO, "several data files"));
	report = validate(folder, 0);
	assert_int_equal(count(report, "scenarios"), 2);
	assert_int_equal(count(report, "differs"), 0);
	assert_true(count(report, "exact") > 8);
	json_decref(report);
}

static void without_events_nothing_is_compared(void **state)
{
	json_t *recording = named(BASE, "empty");
	json_t *report;

	json_array_clear(json_object_get(recording, "events"));
	put(*state, recording);
	report = validate(*state, 0);
	assert_int_equal(count(report, "streams"), 0);
	assert_true(has_note(scenario_at(report, 0), "nothing to compare"));
	json_decref(report);
}

static void lost_events_are_noted(void **state)
{
	json_t *recording = named(BASE, "lost");
	json_t *events = json_object_get(recording, "events");
	json_t *report;

	while (json_array_size(events) > 200)
		json_array_remove(events, json_array_size(events) - 1);
	json_object_set_new(recording, "lost_events", json_integer(12));
	put(*state, recording);
	report = validate(*state, 1);
	assert_true(has_note(scenario_at(report, 0), "12 events were lost"));
	json_decref(report);
}

static void without_any_address_sectors_are_the_models(void **state)
{
	json_t *recording = named(BASE, "no addresses");
	json_t *events = json_object_get(recording, "events");
	json_t *report;

	json_object_del(recording, "extents");
	for (size_t i = json_array_size(events); i-- > 0;) {
		const char *kind = json_string_value(
			json_array_get(json_array_get(events, i), 1));

		if (kind && *kind == 'A')
			json_array_remove(events, i);
	}
	put(*state, recording);
	report = validate(*state, 1);
	assert_true(has_note(scenario_at(report, 0), "no extents"));
	json_decref(report);
}

static void addresses_of_ranges_stand_in_for_extents(void **state)
{
	json_t *recording = named(BASE, "ranges only");
	json_t *report;

	json_object_del(recording, "extents");
	put(*state, recording);
	report = validate(*state, 0);
	assert_int_equal(count(report, "differs"), 0);
	json_decref(report);
}

static void more_cpus_than_a_host_has_are_taken_as_its_most(void **state)
{
	json_t *recording = named(BASE, "large machine");
	json_t *report;

	json_object_set_new(recording, "smp", json_integer(256));
	put(*state, recording);
	report = validate(*state, 0);
	assert_true(has_note(scenario_at(report, 0), "256 CPUs taken as 64"));
	json_decref(report);
}

static void what_the_models_lack_is_named(void **state)
{
	json_t *recording = named(BASE, "unknown operation");
	json_t *workload = json_object_get(recording, "workload");
	json_t *report;

	json_array_append_new(json_object_get(workload, "operations"),
			      json_string("frobnicate 0 1"));
	put(*state, recording);
	report = validate(*state, 0);
	assert_int_equal(count(report, "not_modelled"), 1);
	assert_non_null(strstr(text_of(scenario_at(report, 0), "reason"),
			       "frobnicate"));
	json_decref(report);
}

static void damaged_recordings_are_named_and_exit_2(void **state)
{
	static const char *const keys[] = { "workload", "filesystem",
					    "devices" };
	json_t *report;
	json_t *recording;

	for (size_t i = 0; i < 3; i++) {
		recording = named(BASE, keys[i]);
		json_object_del(recording, keys[i]);
		put(*state, recording);
	}
	recording = named(BASE, "not open");
	json_array_append_new(
		json_object_get(json_object_get(recording, "workload"),
				"operations"),
		json_string("fsync 5"));
	put(*state, recording);
	report = validate(*state, 2);
	for (size_t i = 0; i < 4; i++) {
		const json_t *scenario = scenario_at(report, i);

		assert_string_equal(text_of(scenario, "state"), "damaged");
		assert_non_null(strstr(text_of(scenario, "reason"),
				       "some recording.json: "));
	}
	json_decref(report);
}

static void function_counts_are_optional(void **state)
{
	json_t *recording = named(BASE, "without counts");
	json_t *functions;
	json_t *report;
	json_t *call;
	const char *name;

	json_object_del(recording, "function_calls");
	json_object_del(recording, "functions_probed_but_not_called");
	put(*state, recording);
	report = validate(*state, 0);
	functions = json_object_get(scenario_at(report, 0), "functions");
	assert_true(json_object_size(functions) > 5);
	json_object_foreach(functions, name, call)
		assert_string_equal(text_of(call, "state"), "no-probe");
	json_decref(report);
}

#define IN_FOLDER(test)                                                        \
	cmocka_unit_test_setup_teardown(test, new_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(unknown_releases_say_which_preset_was_taken),
		IN_FOLDER(other_files_of_a_folder_are_left_alone),
		IN_FOLDER(without_events_nothing_is_compared),
		IN_FOLDER(lost_events_are_noted),
		IN_FOLDER(without_any_address_sectors_are_the_models),
		IN_FOLDER(addresses_of_ranges_stand_in_for_extents),
		IN_FOLDER(more_cpus_than_a_host_has_are_taken_as_its_most),
		IN_FOLDER(what_the_models_lack_is_named),
		IN_FOLDER(damaged_recordings_are_named_and_exit_2),
		IN_FOLDER(function_counts_are_optional),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
