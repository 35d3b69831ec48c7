/* test-links: wb_config wb_base */
/*
 * Overrides ("--set path=value") and paths.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>

#include "config_example.h"

static struct example_dir dir;

static const char base_text[] =
	"{ \"name\": \"n\",\n"
	"  \"threads\": [\n"
	"    { \"ops\": [ { \"op\": \"write\" }, { \"op\": \"fsync\" } ] },\n"
	"    { \"ops\": [ { \"op\": \"write\" } ] } ] }";

static int setup(void **state)
{
	(void)state;
	example_dir_init(&dir);
	example_write(&dir, "devices/zns.json",
		      "{ \"zone_size_bytes\": \"1GiB\",\n"
		      "  \"bandwidth_bytes_per_s\": \"2GB/s\",\n"
		      "  \"costs\": \"cpu\" }\n");
	example_write(&dir, "costs/cpu.json",
		      "{ \"lookup_ns\": 1.5,\n"
		      "  \"steps_bytes\": [1, 2, 3] }\n");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	example_dir_done(&dir);
	return 0;
}

static void load(const char *path, const char *value, struct experiment *ret)
{
	struct cfg_error error = { "" };

	if (example_load(&dir, base_text, path, value, ret, &error))
		fail_msg("%s", error.text);
}

static uint64_t write_bytes(const struct experiment *e, size_t thread,
			    size_t op)
{
	const struct thread *threads = e->threads.items;

	return ((const struct op *)threads[thread].ops.items)[op].write_bytes;
}

static void an_index_picks_one_element(void **state)
{
	struct experiment e;

	(void)state;
	load("threads[0].ops[1].write_bytes", "64KiB", &e);
	assert_true(write_bytes(&e, 0, 0) == 1 << 20);
	assert_true(write_bytes(&e, 0, 1) == 65536);
	assert_true(write_bytes(&e, 1, 0) == 1 << 20);
	cfg_release(&experiment_table, &e);
}

static void no_index_or_a_star_means_every_element(void **state)
{
	static const char *const paths[] = { "threads.ops.write_bytes",
					     "threads[*].ops[*].write_bytes",
					     "$.threads.ops[*].write_bytes" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct experiment e;

		load(paths[i], "512", &e);
		assert_true(write_bytes(&e, 0, 0) == 512);
		assert_true(write_bytes(&e, 0, 1) == 512);
		assert_true(write_bytes(&e, 1, 0) == 512);
		cfg_release(&experiment_table, &e);
	}
}

static void values_may_be_json_or_words(void **state)
{
	struct experiment e;

	(void)state;
	load("name", "123", &e);
	assert_string_equal(e.name, "123");
	cfg_release(&experiment_table, &e);
	load("note", "a note", &e);
	assert_string_equal(e.note, "a note");
	cfg_release(&experiment_table, &e);
	load("note", "null", &e);
	assert_null(e.note);
	cfg_release(&experiment_table, &e);
	load("threads[1].ops[0].op", "truncate", &e);
	cfg_release(&experiment_table, &e);
	load("seeds", "[5, 6]", &e);
	assert_true(((uint64_t *)e.seeds.items)[1] == 6);
	cfg_release(&experiment_table, &e);
	load("seeds[0]", "9", &e);
	assert_true(((uint64_t *)e.seeds.items)[0] == 9);
	cfg_release(&experiment_table, &e);
	load("block.ratio_ppm", "\"5%\"", &e);
	assert_true(e.block.ratio == 50000);
	cfg_release(&experiment_table, &e);
	load("threads[1]", "{\"count\": 7}", &e);
	assert_true(((struct thread *)e.threads.items)[1].count == 7);
	cfg_release(&experiment_table, &e);
}

static void a_part_of_a_preset_keeps_the_rest(void **state)
{
	struct experiment e;

	(void)state;
	load("device.zoned", "true", &e);
	assert_string_equal(e.device_name, "plain");
	assert_true(e.device.zoned);
	assert_true(e.device.zone_size_bytes == 256u << 20);
	cfg_release(&experiment_table, &e);
	load("device", "zns", &e);
	assert_string_equal(e.device_name, "zns");
	assert_true(e.device.costs.lookup_ps == 1500);
	cfg_release(&experiment_table, &e);
	load("device.base", "zns", &e);
	assert_string_equal(e.device_name, "zns");
	cfg_release(&experiment_table, &e);
}

static void overrides_reach_into_presets_of_presets(void **state)
{
	static const struct cfg_override sets[] = {
		{ "device", "zns" },
		{ "device.costs.copy_ns_per_byte", "0.5" },
		{ "device.costs.steps_bytes[1]", "77" },
		{ "device.bandwidth_bytes_per_s", "1GB/s" },
	};
	struct cfg_error error = { "" };
	struct experiment e;

	(void)state;
	example_write(&dir, "x.json", base_text);
	if (cfg_load_file(&experiment_table, dir.file, sets, 4, &e, &error))
		fail_msg("%s", error.text);
	assert_string_equal(e.device.costs_name, "cpu");
	assert_true(e.device.costs.lookup_ps == 1500);
	assert_true(e.device.costs.copy_ps == 500);
	assert_true(e.device.costs.steps.nr_items == 3);
	assert_true(((uint64_t *)e.device.costs.steps.items)[1] == 77);
	assert_true(e.device.bandwidth == 1000000000);
	cfg_release(&experiment_table, &e);
}

static void the_last_override_wins(void **state)
{
	static const struct cfg_override sets[] = {
		{ "threads", "[{\"ops\": [{\"op\": \"write\"}]}, {}]" },
		{ "threads[*].count", "3" },
		{ "threads[1].count", "4" },
	};
	struct cfg_error error = { "" };
	struct experiment e;

	(void)state;
	example_write(&dir, "x.json", base_text);
	if (cfg_load_file(&experiment_table, dir.file, sets, 3, &e, &error))
		fail_msg("%s", error.text);
	assert_true(((struct thread *)e.threads.items)[0].count == 3);
	assert_true(((struct thread *)e.threads.items)[1].count == 4);
	cfg_release(&experiment_table, &e);
}

struct bad {
	const char *path;
	const char *value;
	const char *message;
};

static const struct bad bads[] = {
	{ "block.min_depht", "1",
	  "--set: $.block.min_depht: unknown key (did you mean min_depth?)" },
	{ "threads[0].ops[1].colour", "1",
	  "--set: $.threads[0].ops[1].colour: unknown key (thread.op has op, "
	  "file, write_bytes, think_ns)" },
	{ "block.base", "x",
	  "--set: $.block.base: unknown key (block has max_sectors_bytes, "
	  "min_depth, ratio_ppm)" },
	{ "name.x", "1", "--set: $.name.x: unknown key (name has no keys)" },
	{ "seeds[0].x", "1",
	  "--set: $.seeds[0].x: unknown key (seeds is an array of "
	  "integers)" },
	{ "threads[2].count", "1",
	  "--set: $.threads: no element 2, there are 2" },
	{ "block[0].min_depth", "1", "--set: $.block: is no array" },
	{ "name[0]", "1", "--set: $.name: is no array" },
	{ "block..x", "1",
	  "--set: block..x: expected a path such as "
	  "\"threads[0].ops[1].write_bytes\"" },
	{ "", "1",
	  "--set: : expected a path such as "
	  "\"threads[0].ops[1].write_bytes\"" },
	{ "block.min_depth", "0",
	  "--set: $.block.min_depth: 0 requests is out of range, expected at "
	  "least 1 requests" },
	{ "block", "[1]", "--set: $.block: expected an object, got an array" },
	{ "threads", "[{\"count\": 0}]",
	  "--set: $.threads[0].count: 0 is out of range, expected 1 to 1024" },
	{ "threads", "[{\"count\": 1, \"count\": 1}]",
	  "--set: threads: duplicate object key near '\"count\"'" },
	{ "threads.ops.write_bytes", "soon",
	  "--set: $.threads[0].ops[0].write_bytes: expected bytes (an integer "
	  "or a string such as \"64MiB\"), got \"soon\"" },
	{ "device", "znz",
	  "--set: $.device: unknown preset \"znz\" in devices/ (nearest: zns, "
	  "plain)" },
	{ "device.base", "znz",
	  "--set: $.device.base: unknown preset \"znz\" in devices/ (nearest: "
	  "zns, plain)" },
	{ "device", "{\"base\": \"zns\", \"zoned\": 3}",
	  "--set: $.device.zoned: expected true or false, got 3" },
};

static void bad_overrides_name_themselves(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bads) / sizeof(bads[0]); i++) {
		struct cfg_error error;

		assert_string_equal(example_error(&dir, base_text, bads[i].path,
						  bads[i].value, &error),
				    bads[i].message);
	}
}

static void errors_behind_an_override_keep_their_place(void **state)
{
	struct cfg_error error;

	(void)state;
	example_write(&dir, "devices/bad.json",
		      "{\n\n  \"zone_size_bytes\": 1 }");
	assert_string_equal(
		example_error(&dir, base_text, "device", "bad", &error),
		"devices/bad.json:3: $.device.zone_size_bytes: 1 "
		"bytes is out of range, expected 4096 to "
		"1099511627776 bytes");
	assert_string_equal(example_error(&dir,
					  "{ \"name\": \"n\",\n"
					  "  \"block\": 4 }",
					  "block.min_depth", "3", &error),
			    "x.json:2: $.block: expected an object, got 4");
	assert_string_equal(example_error(&dir,
					  "{ \"name\": \"n\",\n"
					  "  \"note\": 4 }",
					  "block.min_depth", "3", &error),
			    "x.json:2: $.note: expected a string, got 4");
	assert_string_equal(example_error(&dir, "{ \"name\": \"n\" }",
					  "threads.count", "3", &error),
			    "--set: threads.count: there is no such element");
}

static void paths_are_looked_up_in_the_table(void **state)
{
	static const char *const good[] = { "name",
					    "device",
					    "device.base",
					    "device.zoned",
					    "device.costs.lookup_ns",
					    "threads",
					    "threads[3].ops[0].op",
					    "threads.ops.op",
					    "threads[*]",
					    "seeds[0]",
					    "$.block.min_depth" };
	static const char *const bad[] = {
		"",           "nam",         "name.x",        "name[0]",
		"block.base", "[0]",         "threads[0][1]", "threads[",
		"a.",         "threads[-1]", ".name",         "device."
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(cfg_path_exists(&experiment_table, good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(cfg_path_exists(&experiment_table, bad[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_index_picks_one_element),
		cmocka_unit_test(no_index_or_a_star_means_every_element),
		cmocka_unit_test(values_may_be_json_or_words),
		cmocka_unit_test(a_part_of_a_preset_keeps_the_rest),
		cmocka_unit_test(overrides_reach_into_presets_of_presets),
		cmocka_unit_test(the_last_override_wins),
		cmocka_unit_test(bad_overrides_name_themselves),
		cmocka_unit_test(errors_behind_an_override_keep_their_place),
		cmocka_unit_test(paths_are_looked_up_in_the_table),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
