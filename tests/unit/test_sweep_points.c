/* test-links: wb_results wb_config wb_base */
/*
 * Studies: strict reading, grid and zip, resume from points.jsonl, swept
 * keys that change nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/results/points.h"
#include "sim/results/study.h"
#include "sim/results/study_range.h"
#include "sim/results/sweep.h"
#include "sim/results/writer.h"

static int enter_folder(void **state)
{
	char *dir = strdup("/tmp/wbsim-sweep-XXXXXX");

	if (!mkdtemp(dir) || chdir(dir) != 0)
		return -1;
	*state = dir;
	return 0;
}

static int leave_folder(void **state)
{
	char command[128];
	int status;

	snprintf(command, sizeof(command), "rm -rf '%s'", (char *)*state);
	status = chdir("/") | system(command);
	free(*state);
	return status;
}

static void load(const char *text, struct study *ret)
{
	struct cfg_error error = { "" };
	int status;

	assert_int_equal(results_write_text(".", "study.json", text), 0);
	status = study_load("study.json", NULL, ret, &error);
	if (status)
		print_error("%s\n", error.text);
	assert_int_equal(status, 0);
}

static void assert_refused(const char *text, const char *want)
{
	struct cfg_error error = { "" };
	struct study study;

	assert_int_equal(results_write_text(".", "study.json", text), 0);
	assert_int_not_equal(study_load("study.json", NULL, &study, &error), 0);
	if (!strstr(error.text, want))
		print_error("%s\n", error.text);
	assert_non_null(strstr(error.text, want));
}

static void assert_point(const struct study *study, size_t index,
			 const char *want)
{
	json_t *point = study_point(study, index);
	char *text = json_dumps(point, JSON_COMPACT);

	assert_string_equal(text, want);
	free(text);
	json_decref(point);
}

static void grid_and_zip(void **state)
{
	struct study study;
	struct study_overrides overrides;
	json_t *point;

	(void)state;
	load("{\"workload\":\"w/a.json\",\"baseline\":{\"b\":true},"
	     "\"grid\":{\"x\":[1,\"2KiB\"],\"y\":[{\"k\":3},4,5]},"
	     "\"zip\":{\"p\":[10,20],\"q\":[\"a\",\"b\"]}}",
	     &study);
	assert_string_equal(study.name, "study");
	assert_string_equal(study.workload, "w/a.json");
	assert_string_equal(study.x, "x");
	assert_string_equal(study.figure, "throughput");
	assert_int_equal(study_nr_points(&study), 12);
	assert_point(&study, 0,
		     "{\"x\":1,\"y\":{\"k\":3},\"p\":10,\"q\":\"a\"}");
	assert_point(&study, 1,
		     "{\"x\":1,\"y\":{\"k\":3},\"p\":20,\"q\":\"b\"}");
	assert_point(&study, 2, "{\"x\":1,\"y\":4,\"p\":10,\"q\":\"a\"}");
	assert_point(&study, 11,
		     "{\"x\":\"2KiB\",\"y\":5,\"p\":20,\"q\":\"b\"}");

	point = study_point(&study, 11);
	study_overrides_init(&study, point, &overrides);
	assert_int_equal(overrides.nr, 5);
	assert_string_equal(overrides.list[0].path, "b");
	assert_string_equal(overrides.list[0].value, "true");
	assert_string_equal(overrides.list[1].value, "\"2KiB\"");
	study_overrides_release(&overrides);
	json_decref(point);
	study_release(&study);
}

static void assert_values(const char *given, const char *want)
{
	char message[128] = "";
	json_t *json = json_loads(given, JSON_DECODE_ANY, NULL);
	json_t *values = study_values(json, message, sizeof(message));
	char *text;

	if (!values) {
		assert_string_equal(message, want);
	} else {
		text = json_dumps(values, JSON_COMPACT);
		assert_string_equal(text, want);
		free(text);
	}
	json_decref(values);
	json_decref(json);
}

static void ranges_are_written_out(void **state)
{
	(void)state;
	assert_values("[3,1]", "[3,1]");
	assert_values("{\"from\":1,\"to\":8,\"step\":3}", "[1,4,7]");
	assert_values("{\"from\":1,\"to\":4096,\"factor\":8}",
		      "[1,8,64,512,4096]");
	assert_values("{\"from\":\"512KiB\",\"to\":\"4MiB\",\"factor\":2}",
		      "[\"512KiB\",\"1MiB\",\"2MiB\",\"4MiB\"]");
	assert_values("{\"from\":\"1us\",\"to\":\"2us\",\"points\":3}",
		      "[\"1us\",\"1500ns\",\"2us\"]");
	assert_values("{\"from\":\"1MiB\",\"to\":\"2MiB\",\"step\":\"512KiB\"}",
		      "[\"1MiB\",\"1536KiB\",\"2MiB\"]");
	assert_values("{\"from\":5,\"to\":5,\"step\":1}", "[5]");
	assert_values("{\"from\":2,\"to\":5,\"factor\":1.5}", "[2,3,4]");
}

static void ranges_that_make_no_sense(void **state)
{
	static const char by[] = "a range is \"from\", \"to\" and one of "
				 "\"step\", \"factor\" and \"points\"";

	(void)state;
	assert_values("{\"from\":1,\"to\":8}", by);
	assert_values("{\"from\":1,\"to\":8,\"step\":1,\"points\":2}", by);
	assert_values("{\"from\":1,\"to\":8,\"step\":1,\"upto\":2}", by);
	assert_values("{\"from\":9,\"to\":8,\"step\":1}",
		      "\"from\" is larger than \"to\"");
	assert_values("{\"from\":1,\"to\":8,\"step\":0}",
		      "step: expected at least 1");
	assert_values(
		"{\"from\":1,\"to\":8,\"factor\":1}",
		"factor: expected a number above 1, and \"from\" above 0");
	assert_values("{\"from\":1,\"to\":8,\"points\":1}",
		      "points: expected 2 to 10000");
	assert_values("{\"from\":1,\"to\":3,\"points\":9}",
		      "two values of the range round to the same integer");
	assert_values("{\"from\":0,\"to\":20000,\"step\":1}",
		      "more than 10000 values");
	assert_values("{\"from\":\"1us\",\"to\":\"2MiB\",\"points\":3}",
		      "the numbers of a range must have the same unit");
	assert_values("{\"from\":\"x\",\"to\":\"2MiB\",\"points\":3}",
		      "\"from\" and \"to\" must be whole numbers, with a "
		      "unit if any");
	assert_values("[]", "expected a list with at least one value, or a "
			    "range");
}

static void seeds_vary_fastest(void **state)
{
	struct study study;

	(void)state;
	load("{\"workload\":\"a\",\"grid\":{\"x\":{\"from\":1,\"to\":2,"
	     "\"step\":1}},\"seeds\":[7,9]}",
	     &study);
	assert_int_equal(study_nr_points(&study), 4);
	assert_int_equal(study_nr_seeds(&study), 2);
	assert_string_equal(study.x, "x");
	assert_point(&study, 1, "{\"x\":1,\"seeds\":[9]}");
	assert_point(&study, 2, "{\"x\":2,\"seeds\":[7]}");
	study_release(&study);
}

static void refused_with_place(void **state)
{
	(void)state;
	assert_refused(
		"{\"workload\":\"a\",\n\"gird\":{}}",
		"study.json:2: $.gird: unknown key (did you mean grid?)");
	assert_refused("{\"grid\":{\"x\":[1]}}", "missing key workload");
	assert_refused("{\"workload\":\"a\"}", "nothing varies");
	assert_refused("{\"workload\":\"a\",\"grid\":{\n\"x\":\n[]}}",
		       "study.json:2: $.grid.x: expected a list");
	assert_refused("{\"workload\":\"a\",\"zip\":{\"x\":[1],\"y\":[1,2]}}",
		       "2 values, the key before has 1");
	assert_refused(
		"{\"workload\":\"a\",\"grid\":{\"x\":[1]},\"zip\":{\"x\":[1]}}",
		"already in grid");
	assert_refused("{\"workload\":\"a\",\"grid\":{\"x\":[1]},"
		       "\n\"plot\":{\"x\":\"y\"}}",
		       "study.json:2: $.plot.x: y is not a key");
	assert_refused("{\"workload\":\"a\",\"grid\":{\"x\":[1]},"
		       "\n\"plot\":{\"over_time\":[1]}}",
		       "over_time: expected names of columns");
	assert_refused("{\"workload\":\"a\",\"seeds\":[1,\n1]}",
		       "$.seeds: a seed is named twice");
	assert_refused("{\"workload\":\"a\",\"seeds\":[]}",
		       "expected at least one seed");
	assert_refused("{\"workload\":\"a\",\"grid\":{\"seeds\":[1]},"
		       "\"seeds\":[1]}",
		       "already given as seeds");
	assert_refused("{\"workload\":\"a\",\"grid\":{\n"
		       "\"x\":{\"from\":2,\"to\":1,\"step\":1}}}",
		       "study.json:2: $.grid.x: \"from\" is larger");
	assert_refused("{\"workload\":\"a\",\"workload\":\"b\"}", "duplicate");
	assert_refused("[]", "expected an object");
	assert_refused("", "study.json");
}

static json_t *result_of(double elapsed)
{
	return json_pack("{s:{s:{s:f,s:s,s:s}},s:[{s:s,s:s}],s:[]}", "figures",
			 "elapsed", "value", elapsed, "unit", "ns", "tag",
			 "exact", "untouched_keys", "key", "kernel.max", "why",
			 "never reached (84 of 4096)", "checks");
}

static void append(struct points_file *file, const char *digest, double elapsed)
{
	json_t *values = json_object(), *result = result_of(elapsed);
	json_t *point = points_make(digest, values, result);

	assert_int_equal(points_append(file, point), 0);
	json_decref(point);
	json_decref(result);
	json_decref(values);
}

/* A point keeps the columns that its study draws, with their dates. */
static void columns_over_time(void **state)
{
	json_t *result =
		json_loads("{\"timeseries\":{\"columns\":[{\"name\":\"time\"},"
			   "{\"name\":\"dirty\"},{\"name\":\"free_zones\"}],"
			   "\"rows\":[[0,1,9],[5,2,8]]}}",
			   0, NULL);
	json_t *names = json_loads("[\"free_zones\"]", 0, NULL);
	json_t *point = json_object();
	json_t *wanted = json_loads(
		"{\"columns\":[{\"name\":\"time\"},{\"name\":\"free_zones\"}],"
		"\"rows\":[[0,9],[5,8]]}",
		0, NULL);

	(void)state;
	points_keep_series(point, result, names);
	assert_true(json_equal(json_object_get(point, "timeseries"), wanted));
	json_decref(wanted);
	json_decref(point);
	json_decref(names);
	json_decref(result);
}

static void resume(void **state)
{
	struct points_file file, second;
	json_t *points, *other;
	int fd;

	(void)state;
	assert_int_equal(points_open(".", &file, &points), 0);
	assert_int_equal(json_object_size(points), 0);
	json_decref(points);
	append(&file, "aa", 1);
	append(&file, "bb", 2);
	assert_int_equal(points_open(".", &second, &other), -EBUSY);
	points_close(&file);

	/* killed in the middle of a line */
	fd = open("points.jsonl", O_WRONLY | O_APPEND);
	assert_int_equal(write(fd, "{\"digest\":\"cc\",\"fig", 19), 19);
	close(fd);
	assert_int_equal(points_open(".", &file, &points), 0);
	assert_int_equal(json_object_size(points), 2);
	assert_non_null(json_object_get(points, "bb"));
	json_decref(points);
	append(&file, "cc", 3);
	points_close(&file);
	points = points_list(".");
	assert_int_equal(json_array_size(points), 3);
	json_decref(points);
}

static void digests(void **state)
{
	json_t *a = json_loads("{\"x\":1,\"y\":2}", 0, NULL);
	json_t *b = json_loads("{\"y\":2,\"x\":1}", 0, NULL);
	json_t *c = json_loads("{\"y\":2,\"x\":3}", 0, NULL);
	char da[17], db[17], dc[17];

	(void)state;
	points_digest(a, da);
	points_digest(b, db);
	points_digest(c, dc);
	assert_string_equal(da, db);
	assert_string_not_equal(da, dc);
	json_decref(a);
	json_decref(b);
	json_decref(c);
}

static void sorted_and_dead_keys(void **state)
{
	json_t *points = json_object(), *names = json_array(), *sorted, *dead;
	struct study study;
	size_t i;

	(void)state;
	load("{\"workload\":\"a\",\"grid\":{\"x\":[1,2],\"kernel.max\":[3,4],"
	     "\"other\":[5,6]}}",
	     &study);
	/* made in another order than the study's; only x changes anything */
	for (i = 8; i-- > 0;) {
		char digest[17];
		json_t *values = json_object();
		json_t *result = result_of(i < 4 ? 10 : 20);

		snprintf(digest, sizeof(digest), "%zu", i);
		json_object_set_new(points, digest,
				    points_make(digest, values, result));
		json_decref(values);
		json_decref(result);
	}
	for (i = 0; i < 8; i++) {
		char digest[2] = { (char)('0' + i), '\0' };

		json_array_append_new(names, json_string(digest));
	}
	sorted = sweep_sorted(&study, names, points);
	assert_int_equal(json_array_size(sorted), 8);
	dead = sweep_dead_keys(&study, sorted);
	assert_int_equal(json_array_size(dead), 2);
	assert_string_equal(json_string_value(json_array_get(dead, 0)),
			    "kernel.max changes nothing: never reached (84 of "
			    "4096)");
	assert_string_equal(json_string_value(json_array_get(dead, 1)),
			    "other changes nothing: no figure depends on it in "
			    "this workload");
	json_decref(dead);
	/* half a sweep proves nothing */
	json_array_remove(sorted, 7);
	dead = sweep_dead_keys(&study, sorted);
	assert_int_equal(json_array_size(dead), 0);
	json_decref(dead);
	json_decref(sorted);
	json_decref(names);
	json_decref(points);
	study_release(&study);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_are_written_out),
		cmocka_unit_test(ranges_that_make_no_sense),
		cmocka_unit_test(seeds_vary_fastest),
		cmocka_unit_test(grid_and_zip),
		cmocka_unit_test(refused_with_place),
		cmocka_unit_test(columns_over_time),
		cmocka_unit_test(resume),
		cmocka_unit_test(digests),
		cmocka_unit_test(sorted_and_dead_keys),
	};

	return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
