/* test-links: wb_config wb_base */
/*
 * Presets: chains, merging, messages that name the preset's file, and that
 * nothing outside the folder is read.
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
	example_write(&dir, "devices/zns.json",
		      "{ \"comment\": \"zoned\",\n"
		      "  \"sources\": { \"zoned\": \"data sheet\" },\n"
		      "  \"base\": \"plain\",\n"
		      "  \"zoned\": true,\n"
		      "  \"costs\": \"cpu\" }\n");
	example_write(&dir, "devices/zns-fast.json",
		      "{ \"base\": \"zns\",\n"
		      "  \"costs\": { \"lookup_ns\": 3 } }\n");
	example_write(&dir, "costs/cpu.json",
		      "{ \"lookup_ns\": 1.5,\n"
		      "  \"copy_ns_per_byte\": 0.25,\n"
		      "  \"steps_bytes\": [1, 2, 3] }\n");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	example_dir_done(&dir);
	return 0;
}

static void load(const char *text, struct experiment *ret)
{
	struct cfg_error error = { "" };

	if (example_load(&dir, text, NULL, NULL, ret, &error))
		fail_msg("%s", error.text);
}

static void an_absent_preset_is_the_default(void **state)
{
	struct experiment e;

	(void)state;
	load("{ \"name\": \"n\" }", &e);
	assert_string_equal(e.device_name, "plain");
	assert_true(e.device.zone_size_bytes == 256u << 20);
	assert_true(e.device.costs.lookup_ps == 12500);
	assert_null(e.device.costs_name);
	cfg_release(&experiment_table, &e);
}

static void a_chain_merges_key_by_key(void **state)
{
	struct experiment e;

	(void)state;
	load("{ \"name\": \"n\", \"device\": \"zns-fast\" }", &e);
	assert_string_equal(e.device_name, "zns-fast");
	assert_true(e.device.zone_size_bytes == 256u << 20);
	assert_true(e.device.zoned);
	assert_string_equal(e.device.costs_name, "cpu");
	assert_true(e.device.costs.lookup_ps == 3000);
	assert_true(e.device.costs.copy_ps == 250);
	assert_true(e.device.costs.steps.nr_items == 3);
	cfg_release(&experiment_table, &e);
}

static void an_object_lies_over_its_base(void **state)
{
	struct experiment e;

	(void)state;
	load("{ \"name\": \"n\", \"device\": { \"base\": \"zns\","
	     "  \"zoned\": false, \"costs\": { \"steps_bytes\": [9] } } }",
	     &e);
	assert_string_equal(e.device_name, "zns");
	assert_false(e.device.zoned);
	assert_true(e.device.costs.lookup_ps == 1500);
	assert_true(e.device.costs.steps.nr_items == 1);
	cfg_release(&experiment_table, &e);
	load("{ \"name\": \"n\", \"device\": {"
	     "  \"zone_size_bytes\": 8192 } }",
	     &e);
	assert_null(e.device_name);
	assert_true(e.device.zone_size_bytes == 8192);
	assert_true(e.device.costs.lookup_ps == 12500);
	cfg_release(&experiment_table, &e);
}

static void check(const char *device, const char *message)
{
	struct cfg_error error;
	char text[512];

	snprintf(text, sizeof(text), "{ \"name\": \"n\",\n  \"device\": %s }",
		 device);
	assert_string_equal(example_error(&dir, text, NULL, NULL, &error),
			    message);
}

static void unknown_presets_list_the_nearest(void **state)
{
	(void)state;
	check("\"zsn\"", "x.json:2: $.device: unknown preset \"zsn\" in "
			 "devices/ (nearest: zns, plain, zns-fast)");
	check("{ \"zoned\": true,\n \"base\": \"plian\" }",
	      "x.json:3: $.device.base: unknown preset \"plian\" in devices/ "
	      "(nearest: plain, zns, zns-fast)");
	check("{ \"base\": \"plain\",\n \"costs\": \"gold\" }",
	      "x.json:3: $.device.costs: unknown preset \"gold\" in costs/ "
	      "(nearest: cpu)");
	check("{ \"base\": 7 }",
	      "x.json:2: $.device.base: expected the name of a preset in "
	      "devices/, got 7");
}

static void names_do_not_leave_the_folder(void **state)
{
	static const char *const names[] = { "../x", "/etc/passwd", "", "a b",
					     "plain\\n" };

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		char text[64];

		snprintf(text, sizeof(text), "\"%s\"", names[i]);
		check(text, "x.json:2: $.device: expected the name of a "
			    "preset (letters, digits and \"._-\", at most 64)");
	}
}

static void errors_in_a_preset_name_its_file(void **state)
{
	(void)state;
	example_write(&dir, "devices/bad.json",
		      "{ \"base\": \"plain\",\n\n  \"zone_size_bytes\": 1 }");
	check("\"bad\"", "devices/bad.json:3: $.device.zone_size_bytes: 1 "
			 "bytes is out of range, expected 4096 to "
			 "1099511627776 bytes");
	example_write(&dir, "devices/over.json",
		      "{ \"base\": \"bad\",\n  \"zone_size_bytes\": 4096,\n"
		      "  \"sources\": { \"zone\": \"x\" } }");
	check("\"over\"", "devices/over.json:3: $.device.sources.zone: "
			  "unknown key (did you mean "
			  "zone_size_bytes?)");
	example_write(&dir, "devices/bad.json", "{ \"zoned\":\n oops }");
	check("\"bad\"", "devices/bad.json:2: $.zoned: not JSON: invalid "
			 "token near 'oops'");
	example_write(&dir, "devices/bad.json", "[]");
	check("\"bad\"", "devices/bad.json:1: $: expected an object");
}

static void nested_presets_keep_their_place(void **state)
{
	(void)state;
	example_write(&dir, "costs/odd.json", "{\n  \"lookup_ns\": \"soon\" }");
	example_write(&dir, "devices/odd.json",
		      "{ \"base\": \"zns\",\n  \"costs\": \"odd\" }");
	/* zns names costs too, but is below odd. */
	check("\"odd\"", "costs/odd.json:2: $.device.costs.lookup_ns: expected "
			 "ns (a number with at most three decimals or a "
			 "string such as \"388.6ns\"), got \"soon\"");
	check("{ \"base\": \"odd\",\n  \"costs\": { \"lookup_ns\": 1,\n"
	      " \"copy_ns_per_byte\": 3 } }",
	      "x.json:4: $.device.costs.copy_ns_per_byte: 3 ns/byte is out of "
	      "range, expected 0 to 2 ns/byte");
}

static void cycles_are_errors(void **state)
{
	(void)state;
	example_write(&dir, "devices/a.json", "{ \"base\": \"b\" }");
	example_write(&dir, "devices/b.json", "{\n \"base\": \"a\" }");
	check("\"a\"", "devices/a.json:1: $.device.base: presets are their own "
		       "base (a -> b -> a)");
}

static void long_chains_are_errors(void **state)
{
	struct cfg_error error;
	char name[64], text[64];

	(void)state;
	for (int i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "devices/c%d.json", i);
		snprintf(text, sizeof(text), "{ \"base\": \"c%d\" }", i + 1);
		example_write(&dir, name, text);
	}
	assert_non_null(strstr(
		example_error(&dir, "{ \"name\": \"n\", \"device\": \"c0\" }",
			      NULL, NULL, &error),
		"more than 16 presets upon each other"));
}

static void collect(const char *name, const char *comment, void *arg)
{
	char *text = arg;

	snprintf(text + strlen(text), 256 - strlen(text), "%s=%s;", name,
		 comment);
}

static void presets_are_listed_by_name(void **state)
{
	char text[256] = "";

	(void)state;
	example_write(&dir, "costs/Zed.json", "{ \"comment\": \"last\" }");
	example_write(&dir, "costs/broken.json", "{");
	example_write(&dir, "costs/notes.txt", "");
	assert_int_equal(cfg_preset_list("costs", collect, text), 0);
	assert_string_equal(text, "Zed=last;broken=(not readable);cpu=;odd=;");
	assert_int_equal(cfg_preset_list("nothing", collect, text), -ENOENT);
}

static void the_folder_can_be_set(void **state)
{
	(void)state;
	assert_string_equal(cfg_dir(), dir.path);
	cfg_set_dir(NULL);
	setenv("WBSIM_CONFIGS", "/somewhere", 1);
	assert_string_equal(cfg_dir(), "/somewhere");
	unsetenv("WBSIM_CONFIGS");
	assert_string_not_equal(cfg_dir(), "/somewhere");
	cfg_set_dir(dir.path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_absent_preset_is_the_default),
		cmocka_unit_test(a_chain_merges_key_by_key),
		cmocka_unit_test(an_object_lies_over_its_base),
		cmocka_unit_test(unknown_presets_list_the_nearest),
		cmocka_unit_test(names_do_not_leave_the_folder),
		cmocka_unit_test(errors_in_a_preset_name_its_file),
		cmocka_unit_test(nested_presets_keep_their_place),
		cmocka_unit_test(cycles_are_errors),
		cmocka_unit_test(long_chains_are_errors),
		cmocka_unit_test(presets_are_listed_by_name),
		cmocka_unit_test(the_folder_can_be_set),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
