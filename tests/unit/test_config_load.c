/* test-links: wb_config wb_base */
/*
 * Loading: what a good document gives, and the exact message of each kind
 * of error with its line.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>

#include "config_example.h"

static struct example_dir dir;

static int setup(void **state)
{
	(void)state;
	example_dir_init(&dir);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	example_dir_done(&dir);
	return 0;
}

static void a_document_fills_the_structure(void **state)
{
	static const char text[] =
		"{ \"name\": \"n\", \"comment\": \"c\",\n"
		"  \"sources\": { \"seeds\": \"dice\" },\n"
		"  \"device\": { \"zone_size_bytes\": \"1GiB\",\n"
		"    \"costs\": { \"lookup_ns\": 388.6 } },\n"
		"  \"seeds\": [3, 4],\n"
		"  \"threads\": [ { \"ops\": [ { \"op\": \"fsync\" },\n"
		"    { \"op\": \"write\", \"write_bytes\": 512 } ] } ] }";
	struct experiment e;
	struct cfg_error error = { "" };
	struct thread *thread;
	struct op *ops;

	(void)state;
	assert_int_equal(example_load(&dir, text, NULL, NULL, &e, &error), 0);
	assert_string_equal(e.name, "n");
	assert_null(e.note);
	assert_null(e.device_name);
	assert_true(e.device.zone_size_bytes == 1u << 30);
	assert_true(e.device.bandwidth == 7000000000);
	assert_false(e.device.zoned);
	assert_true(e.device.costs.lookup_ps == 388600);
	assert_true(e.device.costs.copy_ps == 50);
	assert_true(e.device.costs.steps.nr_items == 2);
	assert_true(((uint64_t *)e.device.costs.steps.items)[1] == 65536);
	assert_true(e.block.ratio == 200000);
	assert_true(((uint64_t *)e.seeds.items)[1] == 4);
	assert_true(e.threads.nr_items == 1);
	thread = e.threads.items;
	assert_string_equal(thread->name, "thread");
	ops = thread->ops.items;
	assert_int_equal(ops[0].op, 1);
	assert_true(ops[1].write_bytes == 512);
	assert_true(ops[1].think_ns == 0);
	cfg_release(&experiment_table, &e);
	assert_null(e.name);
}

struct bad {
	const char *text;
	const char *message;
};

static void check_bad(const struct bad *bads, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		struct cfg_error error;

		assert_string_equal(
			example_error(&dir, bads[i].text, NULL, NULL, &error),
			bads[i].message);
	}
}

static void text_that_is_no_json_is_refused(void **state)
{
	static const struct bad bads[] = {
		{ "", "x.json:1: $: not JSON: unexpected token near end of "
		      "file" },
		{ "{\n  \"name\": \"n\",\n  \"threads\": [ {}, { \"ops\": oops",
		  "x.json:3: $.threads[1].ops: not JSON: invalid token near "
		  "'oops'" },
		{ "{\n  \"name\": \"n\"\n  \"seeds\": []\n}",
		  "x.json:3: $.name: not JSON: '}' expected near '\"seeds\"'" },
		{ "{} x", "x.json:1: $: not JSON: end of file expected near "
			  "'x'" },
		{ "{\"name\": 99999999999999999999}",
		  "x.json:1: $.name: not JSON: too big integer near "
		  "'99999999999999999999'" },
		{ "{\n  \"name\": \"n\",\n  \"block\": {\n"
		  "    \"min_depth\": 1,\n    \"min_depth\": 2 } }",
		  "x.json:5: $.block.min_depth: duplicate key" },
		{ "{ \"name\": \"n\", \"name\": \"m\" }",
		  "x.json:1: $.name: duplicate key" },
		{ "[]", "x.json:1: $: expected an object (experiment)" },
		{ "\n3", "x.json:2: $: expected an object (experiment)" },
	};

	(void)state;
	check_bad(bads, sizeof(bads) / sizeof(bads[0]));
}

static void unknown_keys_name_the_nearest(void **state)
{
	static const struct bad bads[] = {
		{ "{ \"name\": \"n\",\n  \"device\": {\n"
		  "    \"zone_sise_bytes\": 4096 } }",
		  "x.json:3: $.device.zone_sise_bytes: unknown key (did you "
		  "mean zone_size_bytes?)" },
		{ "{ \"name\": \"n\",\n  \"block\": { \"max_sectors\": 1 } }",
		  "x.json:2: $.block.max_sectors: unknown key (did you mean "
		  "max_sectors_bytes?)" },
		{ "{ \"name\": \"n\",\n\n  \"block\": { \"banana\": 1 } }",
		  "x.json:3: $.block.banana: unknown key (block has "
		  "max_sectors_bytes, min_depth, ratio_ppm)" },
		{ "{ \"name\": \"n\",\n \"a b\\n\": 1 }",
		  "x.json:2: $.\"a b\\n\": unknown key (experiment has name, "
		  "device, block, threads, seeds, note)" },
		{ "{ \"name\": \"n\",\n \"base\": \"x\" }",
		  "x.json:2: $.base: unknown key (did you mean name?)" },
		{ "{ \"name\": \"n\",\n \"sources\": {\n \"nane\": \"x\" } }",
		  "x.json:3: $.sources.nane: unknown key (did you mean "
		  "name?)" },
		{ "{ \"name\": \"n\",\n \"sources\": {\n \"name\": 1 } }",
		  "x.json:3: $.sources.name: expected a string" },
		{ "{ \"name\": \"n\",\n \"sources\": 1 }",
		  "x.json:2: $.sources: expected an object of strings" },
		{ "{ \"name\": \"n\",\n \"comment\": 1 }",
		  "x.json:2: $.comment: expected a string" },
	};

	(void)state;
	check_bad(bads, sizeof(bads) / sizeof(bads[0]));
}

static void wrong_types_say_what_was_expected(void **state)
{
	static const struct bad bads[] = {
		{ "{ \"name\": 3 }",
		  "x.json:1: $.name: expected a string, got 3" },
		{ "{ \"name\": null }",
		  "x.json:1: $.name: expected a string, got null" },
		{ "{ \"name\": \"n\",\n \"block\": [] }",
		  "x.json:2: $.block: expected an object, got an array" },
		{ "{ \"name\": \"n\",\n \"seeds\": [1,\n 2, true] }",
		  "x.json:3: $.seeds[2]: expected an integer, got true" },
		{ "{ \"name\": \"n\",\n \"seeds\": 4 }",
		  "x.json:2: $.seeds: expected an array of integers, got 4" },
		{ "{ \"name\": \"n\",\n \"threads\": {} }",
		  "x.json:2: $.threads: expected an array of objects, got an "
		  "object" },
		{ "{ \"name\": \"n\",\n \"threads\": [ {}, 7 ] }",
		  "x.json:2: $.threads[1]: expected an object, got 7" },
		{ "{ \"name\": \"n\", \"threads\": [ { \"ops\": [\n"
		  "  { \"op\": \"fsync\" },\n"
		  "  { \"op\": \"write\",\n"
		  "    \"write_bytes\": \"12 parsecs\" } ] } ] }",
		  "x.json:4: $.threads[0].ops[1].write_bytes: expected bytes "
		  "(an integer or a string such as \"64MiB\"), got \"12 "
		  "parsecs\"" },
		{ "{ \"name\": \"n\", \"threads\": [ { \"ops\": [\n"
		  "  { \"op\": \"fsnyc\" } ] } ] }",
		  "x.json:2: $.threads[0].ops[0].op: expected one of "
		  "\"write\", \"fsync\", \"truncate\", got \"fsnyc\" (did you "
		  "mean \"fsync\"?)" },
		{ "{ \"name\": \"n\", \"threads\": [ { \"ops\": [\n"
		  "  { \"op\": 1 } ] } ] }",
		  "x.json:2: $.threads[0].ops[0].op: expected one of "
		  "\"write\", \"fsync\", \"truncate\", got 1" },
		{ "{ \"name\": \"n\", \"device\": {\n"
		  "  \"zone_size_bytes\": 4096, \"zoned\": \"yes\" } }",
		  "x.json:2: $.device.zoned: expected true or false, got "
		  "\"yes\"" },
		{ "{ \"name\": \"n\",\"device\": {\"zone_size_bytes\": 4096,\n"
		  "  \"costs\": { \"lookup_ns\": 0.0001 } } }",
		  "x.json:2: $.device.costs.lookup_ns: expected ns (a number "
		  "with at most three decimals or a string such as "
		  "\"388.6ns\"), got 0.0001" },
		{ "{ \"name\": \"n\", \"block\": {\n"
		  "  \"min_depth\": \"8\" } }",
		  "x.json:2: $.block.min_depth: expected requests (an "
		  "integer), got \"8\"" },
		{ "{ \"name\": \"n\",\n  \"device\": 4 }",
		  "x.json:2: $.device: expected the name of a preset in "
		  "devices/ or an object, got 4" },
	};

	(void)state;
	check_bad(bads, sizeof(bads) / sizeof(bads[0]));
}

static void ranges_name_their_unit(void **state)
{
	static const struct bad bads[] = {
		{ "{ \"name\": \"n\", \"block\": {\n"
		  "  \"max_sectors_bytes\": 512 } }",
		  "x.json:2: $.block.max_sectors_bytes: 512 bytes is out of "
		  "range, expected 4096 to 4194304 bytes" },
		{ "{ \"name\": \"n\", \"block\": {\n"
		  "  \"max_sectors_bytes\": \"8MiB\" } }",
		  "x.json:2: $.block.max_sectors_bytes: \"8MiB\" is out of "
		  "range, expected 4096 to 4194304 bytes" },
		{ "{ \"name\": \"n\", \"block\": {\n  \"min_depth\": 0 } }",
		  "x.json:2: $.block.min_depth: 0 requests is out of range, "
		  "expected at least 1 requests" },
		{ "{ \"name\": \"n\",\n  \"seeds\": [-1] }",
		  "x.json:2: $.seeds[0]: -1 is out of range, expected at "
		  "least 0" },
		{ "{ \"name\": \"n\",\n  \"threads\": [{\"count\": 5000}] }",
		  "x.json:2: $.threads[0].count: 5000 is out of range, "
		  "expected 1 to 1024" },
		{ "{ \"name\": \"n\",\"device\": {\"zone_size_bytes\": 4096,\n"
		  "  \"costs\": { \"copy_ns_per_byte\": 2.5 } } }",
		  "x.json:2: $.device.costs.copy_ns_per_byte: 2.5 ns/byte is "
		  "out of range, expected 0 to 2 ns/byte" },
		{ "{ \"name\": \"n\",\"device\": {\"zone_size_bytes\": 4096,\n"
		  "  \"bandwidth_bytes_per_s\": \"99999999999TB/s\" } }",
		  "x.json:2: $.device.bandwidth_bytes_per_s: "
		  "\"99999999999TB/s\" is out of range, expected 0 to "
		  "9223372036854775807 bytes/s" },
	};

	(void)state;
	check_bad(bads, sizeof(bads) / sizeof(bads[0]));
}

static void required_keys_are_asked_for(void **state)
{
	static const struct bad bads[] = {
		{ "\n{}", "x.json:2: $: required key name is missing "
			  "(string)" },
		{ "{ \"name\": \"n\",\n \"threads\": [ { \"ops\": [\n {} ] } "
		  "] }",
		  "x.json:3: $.threads[0].ops[0]: required key op is missing "
		  "(word)" },
		{ "{ \"name\": \"n\",\n \"device\": {} }",
		  "x.json:2: $.device: required key zone_size_bytes is missing "
		  "(integer)" },
	};

	(void)state;
	check_bad(bads, sizeof(bads) / sizeof(bads[0]));
}

static void keys_with_escapes_have_lines(void **state)
{
	static const struct bad bads[] = {
		{ "{ \"name\": \"a\\\"{[,\\\\\",\n  \"\\u0062lock\": {\n"
		  "  \"min\\u005fdepth\": true } }",
		  "x.json:3: $.block.min_depth: expected requests (an "
		  "integer), got true" },
		{ "{ \"comment\": \"}]\", \"name\": \"n\",\r\n"
		  "  \"seeds\":\n  [\n  1,\n\n  null ] }",
		  "x.json:6: $.seeds[1]: expected an integer, got null" },
	};

	(void)state;
	check_bad(bads, sizeof(bads) / sizeof(bads[0]));
}

static void the_structure_is_untouched_on_error(void **state)
{
	struct experiment e, before;
	struct cfg_error error;

	(void)state;
	memset(&e, 0x5a, sizeof(e));
	memcpy(&before, &e, sizeof(e));
	assert_int_equal(example_load(&dir, "{ \"name\": \"n\", \"note\": 1 }",
				      NULL, NULL, &e, &error),
			 -EINVAL);
	assert_memory_equal(&e, &before, sizeof(e));
}

static void files_that_cannot_be_read_are_named(void **state)
{
	struct experiment e;
	struct cfg_error error;

	(void)state;
	assert_int_equal(cfg_load_file(&experiment_table, "/nonexistent/x.json",
				       NULL, 0, &e, &error),
			 -ENOENT);
	assert_string_equal(error.text, "/nonexistent/x.json: cannot be read: "
					"No such file or directory");
	assert_int_equal(
		cfg_load_file(&experiment_table, "/tmp", NULL, 0, &e, &error),
		-EISDIR);
}

static void large_and_deep_files_are_refused(void **state)
{
	struct cfg_error error;
	struct experiment e;
	char text[600];

	(void)state;
	example_write(&dir, "x.json", "{}");
	assert_int_equal(truncate(dir.file, (64 << 20) + 1), 0);
	assert_int_equal(
		cfg_load_file(&experiment_table, dir.file, NULL, 0, &e, &error),
		-EFBIG);
	assert_non_null(strstr(error.text, "x.json: larger than 64 MiB"));
	memset(text, '[', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_string_equal(example_error(&dir, text, NULL, NULL, &error),
			    "x.json: nested deeper than 64 levels");
}

static void parsed_values_have_an_origin_without_lines(void **state)
{
	json_t *value = json_pack("{s:s, s:{s:i}}", "name", "n", "block",
				  "min_depht", 3);
	struct cfg_error error;
	struct experiment e;
	json_t *deep;

	(void)state;
	assert_int_equal(cfg_load_json(&experiment_table, value, "point 3",
				       NULL, 0, &e, &error),
			 -EINVAL);
	assert_string_equal(error.text, "point 3: $.block.min_depht: unknown "
					"key (did you mean min_depth?)");
	json_decref(value);
	deep = json_array();
	for (int i = 0; i < 100; i++)
		deep = json_pack("[o]", deep);
	assert_int_equal(cfg_load_json(&experiment_table, deep, "point 4", NULL,
				       0, &e, &error),
			 -EINVAL);
	assert_string_equal(error.text,
			    "point 4: nested deeper than 64 levels");
	json_decref(deep);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_document_fills_the_structure),
		cmocka_unit_test(text_that_is_no_json_is_refused),
		cmocka_unit_test(unknown_keys_name_the_nearest),
		cmocka_unit_test(wrong_types_say_what_was_expected),
		cmocka_unit_test(ranges_name_their_unit),
		cmocka_unit_test(required_keys_are_asked_for),
		cmocka_unit_test(keys_with_escapes_have_lines),
		cmocka_unit_test(the_structure_is_untouched_on_error),
		cmocka_unit_test(files_that_cannot_be_read_are_named),
		cmocka_unit_test(large_and_deep_files_are_refused),
		cmocka_unit_test(parsed_values_have_an_origin_without_lines),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
