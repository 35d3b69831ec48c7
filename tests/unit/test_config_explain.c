/* test-links: wb_config wb_base */
/*
 * `explain` and the generated documentation.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>

#include "config_example.h"

static int explain(const char *path, char *ret, size_t size,
		   struct cfg_error *reterr)
{
	FILE *out = fmemopen(ret, size, "w");
	int err;

	memset(ret, 0, size);
	assert_non_null(out);
	err = cfg_explain(&experiment_table, path, out, reterr);
	fclose(out);
	return err;
}

static void a_key_is_explained_by_any_unique_ending(void **state)
{
	static const char *const paths[] = { "block.max_sectors_bytes",
					     "max_sectors_bytes",
					     "$.block.max_sectors_bytes" };
	struct cfg_error error;
	char text[2048];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(explain(paths[i], text, sizeof(text), &error),
				 0);
		assert_string_equal(
			text, "block.max_sectors_bytes\n"
			      "  meaning  Largest request.\n"
			      "  value    bytes (an integer or a string such "
			      "as \"64MiB\")\n"
			      "  unit     bytes\n"
			      "  default  \"1280KiB\"\n"
			      "  range    4096 to 4194304 bytes\n"
			      "  source   6.17 BLK_DEF_MAX_SECTORS_CAP\n");
	}
	assert_int_equal(
		explain("threads[0].ops[1].op", text, sizeof(text), &error), 0);
	assert_non_null(strstr(text, "one of \"write\", \"fsync\""));
	assert_int_equal(explain("", text, sizeof(text), &error), 0);
	assert_non_null(strstr(text, "    threads "));
}

static void unknown_and_ambiguous_keys_are_errors(void **state)
{
	struct cfg_error error;
	char text[2048];

	(void)state;
	assert_int_equal(
		explain("max_sector_bytes", text, sizeof(text), &error),
		-ENOENT);
	assert_non_null(strstr(error.text, "max_sector_bytes: unknown key "
					   "(nearest: max_sectors_bytes, "));
	assert_int_equal(explain("blok.min_depth", text, sizeof(text), &error),
			 -ENOENT);
	assert_non_null(strstr(error.text, "(nearest: block.min_depth, "));
	/* The root's own name wins over threads.name. */
	assert_int_equal(explain("name", text, sizeof(text), &error), 0);
	assert_non_null(strstr(text, "Name of the experiment."));
}

static void the_document_has_a_table_per_object(void **state)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	cfg_document(&experiment_table, out);
	fclose(out);
	assert_non_null(strstr(text, "## experiment\n"));
	assert_non_null(strstr(text, "## thread.op\n"));
	assert_non_null(strstr(
		text, "| `steps_bytes` | array of integers | bytes | `[4096, "
		      "\"64KiB\"]` | 0 to 1048576 bytes | Sizes \\| measured. "
		      "|  |\n"));
	assert_non_null(strstr(text, "| `op` | `write`, `fsync`, `truncate` | "
				     " | required |  | What is done. |  |\n"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_is_explained_by_any_unique_ending),
		cmocka_unit_test(unknown_and_ambiguous_keys_are_errors),
		cmocka_unit_test(the_document_has_a_table_per_object),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
