/* test-links: wb_results wb_base */
/*
 * Result folders: there completely or not at all, and never in place of
 * something else; tables in their three forms.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/fileio.h"
#include "sim/results/print.h"
#include "sim/results/writer.h"

static int enter_folder(void **state)
{
	char *dir = strdup("/tmp/wbsim-writer-XXXXXX");

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

static size_t nr_entries(const char *dir)
{
	DIR *open = opendir(dir);
	size_t nr = 0;

	assert_non_null(open);
	while (readdir(open))
		nr++;
	closedir(open);
	return nr - 2;
}

static void assert_text(const char *path, const char *want)
{
	size_t nr_bytes;
	char *text;

	assert_int_equal(file_read(path, &text, &nr_bytes), 0);
	assert_string_equal(text, want);
	free(text);
}

static struct results_dir *begin(const char *target)
{
	struct results_dir *dir;
	char message[512] = "";
	int error = results_dir_begin(target, &dir, message, sizeof(message));

	if (error)
		print_error("%s\n", message);
	assert_int_equal(error, 0);
	return dir;
}

static void write_and_commit(const char *target, const char *text)
{
	struct results_dir *dir = begin(target);
	char message[512];

	assert_int_equal(
		results_write_text(results_dir_path(dir), "result.json", text),
		0);
	assert_int_equal(results_dir_commit(dir, message, sizeof(message)), 0);
}

static void appears_and_is_replaced(void **state)
{
	struct results_dir *dir;

	(void)state;
	dir = begin("out/deep/run/");
	assert_int_equal(access("out/deep/run", F_OK), -1);
	results_dir_abort(dir);
	assert_int_equal(nr_entries("out/deep"), 0);

	write_and_commit("out/deep/run", "one");
	assert_text("out/deep/run/result.json", "one");
	write_and_commit("out/deep/run", "two");
	assert_text("out/deep/run/result.json", "two");
	assert_int_equal(nr_entries("out/deep"), 1);

	dir = begin("out/deep/run");
	results_write_text(results_dir_path(dir), "result.json", "three");
	results_dir_abort(dir);
	assert_text("out/deep/run/result.json", "two");
	assert_int_equal(nr_entries("out/deep"), 1);
}

static void leftovers_are_cleared(void **state)
{
	struct results_dir *dir;

	(void)state;
	assert_int_equal(dir_make("out2/.run.tmp/map-blocks"), 0);
	results_write_text("out2/.run.tmp", "half.csv", "torn");
	dir = begin("out2/run");
	assert_int_equal(nr_entries(results_dir_path(dir)), 0);
	results_dir_abort(dir);
}

static void no_result_is_not_replaced(void **state)
{
	struct results_dir *dir;
	char message[512];

	(void)state;
	assert_int_equal(dir_make("home"), 0);
	assert_int_equal(results_write_text("home", "thesis.tex", "x"), 0);
	assert_int_equal(
		results_dir_begin("home", &dir, message, sizeof(message)),
		-EEXIST);
	assert_non_null(strstr(message, "holds no wbsim result"));
	assert_text("home/thesis.tex", "x");
	/* an empty one may be taken */
	assert_int_equal(dir_make("empty"), 0);
	write_and_commit("empty", "one");
	assert_text("empty/result.json", "one");
}

static void unwritable_and_busy(void **state)
{
	struct results_dir *dir, *second;
	char message[512];

	(void)state;
	assert_int_equal(results_write_text(".", "file", "x"), 0);
	assert_int_not_equal(
		results_dir_begin("file/run", &dir, message, sizeof(message)),
		0);
	assert_non_null(strstr(message, "cannot write the output folder"));
	assert_int_not_equal(
		results_dir_begin("file", &dir, message, sizeof(message)), 0);

	dir = begin("busy");
	assert_int_equal(
		results_dir_begin("busy", &second, message, sizeof(message)),
		-EBUSY);
	results_dir_abort(dir);
}

static void files_of_a_run(void **state)
{
	json_t *result = json_loads(
		"{\"config\":{\"a\":1},\"timeseries\":{\"columns\":"
		"[{\"name\":\"date\",\"unit\":\"ns\"},"
		"{\"name\":\"dirty\",\"unit\":\"bytes\"}],"
		"\"rows\":[[0,4096],[5,0]]},\"histograms\":[{\"name\":\"write\","
		"\"unit\":\"ns\",\"buckets\":[[100,3]]}]}",
		0, NULL);

	(void)state;
	assert_non_null(result);
	assert_int_equal(dir_make("run"), 0);
	assert_int_equal(results_write_run("run", result), 0);
	assert_text("run/timeseries.csv",
		    "date (ns),dirty (bytes)\n0,4096\n5,0\n");
	assert_text("run/latency.csv",
		    "histogram,unit,low,count\nwrite,ns,100,3\n");
	assert_text("run/config.json", "{\n  \"a\": 1\n}\n");
	assert_int_equal(access("run/result.json", F_OK), 0);
	json_decref(result);
}

static void assert_table(const struct print_table *table,
			 enum print_format format, const char *want)
{
	char *text = NULL;
	size_t nr_bytes;
	FILE *out = tmpfile();

	/* smartcols asks whether it is a terminal: a real file */
	print_table_out(table, out, format);
	fflush(out);
	nr_bytes = (size_t)ftell(out);
	rewind(out);
	text = calloc(1, nr_bytes + 1);
	assert_int_equal(fread(text, 1, nr_bytes, out), nr_bytes);
	assert_string_equal(text, want);
	free(text);
	fclose(out);
}

static void tables(void **state)
{
	static const struct print_column columns[] = { { "name", false },
						       { "value", true } };
	struct print_table *table = print_table_new(columns, 2);

	(void)state;
	assert_table(table, PRINT_TABLE, "");
	assert_table(table, PRINT_JSON, "[]\n");
	print_row(table);
	print_cell(table, 0, "a, \"b\"", NULL);
	print_cell(table, 1, "4 KiB", "4096");
	print_row(table);
	print_cell(table, 0, "c", NULL);
	assert_table(table, PRINT_TABLE,
		     "name   value\na, \"b\" 4 KiB\nc      \n");
	assert_table(table, PRINT_CSV,
		     "name,value\n\"a, \"\"b\"\"\",4096\nc,\n");
	assert_table(table, PRINT_JSON,
		     "[\n  {\n    \"name\": \"a, \\\"b\\\"\",\n"
		     "    \"value\": 4096\n  },\n  {\n    \"name\": \"c\",\n"
		     "    \"value\": null\n  }\n]\n");
	print_table_free(table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(appears_and_is_replaced),
		cmocka_unit_test(leftovers_are_cleared),
		cmocka_unit_test(no_result_is_not_replaced),
		cmocka_unit_test(unwritable_and_busy),
		cmocka_unit_test(files_of_a_run),
		cmocka_unit_test(tables),
	};

	return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
