/* test-links: wb_config wb_base */
/*
 * The JSON Schema, judged by an independent validator (python3-jsonschema):
 * what the loader takes the schema takes, what one refuses the other does.
 * Without the validator the test is skipped (exit 77).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>

#include "config_example.h"

#define PYTHON "/usr/bin/python3 -W ignore -c "

static struct example_dir dir;

static const char script[] =
	"import json, sys\n"
	"from jsonschema import Draft202012Validator as V\n"
	"schema = json.load(open(sys.argv[1]))\n"
	"V.check_schema(schema)\n"
	"v = V(schema)\n"
	"print(''.join('y' if v.is_valid(d) else 'n'\n"
	"      for d in json.load(open(sys.argv[2]))))\n";

/* Each document, and whether both must take it. */
static const struct {
	bool good;
	const char *text;
} samples[] = {
	{ true, "{'name': 'n'}" },
	{ true, "{'name': 'n', 'note': null, 'comment': 'c'}" },
	{ true, "{'name': 'n', 'sources': {'seeds': 'dice'}}" },
	{ true, "{'name': 'n', 'device': 'plain'}" },
	{ true, "{'name': 'n', 'device': {'base': 'plain'}}" },
	{ true, "{'name': 'n', 'device': {'base': 'plain', 'zoned': true,"
		"'costs': {'lookup_ns': '3ns'}}}" },
	{ true, "{'name': 'n', 'device': {'zone_size_bytes': '1.5GiB'}}" },
	{ true, "{'name': 'n', 'seeds': [1, 2],"
		"'block': {'ratio_ppm': '12.5%'}}" },
	{ true, "{'name': 'n', 'threads': [{'ops': [{'op': 'fsync',"
		"'think_ns': '10us'}]}]}" },
	{ true, "{'name': 'n', 'device': {'zone_size_bytes': 4096, 'costs':"
		"{'copy_ns_per_byte': '0.5ns/byte', 'lookup_ns': 388.6}}}" },
	{ false, "{}" },
	{ false, "{'name': 3}" },
	{ false, "{'name': null}" },
	{ false, "{'name': 'n', 'nane': 1}" },
	{ false, "{'name': 'n', 'base': 'x'}" },
	{ false, "{'name': 'n', 'sources': {'x': 'y'}}" },
	{ false, "{'name': 'n', 'device': {'zoned': true}}" },
	{ false, "{'name': 'n', 'device': '../x'}" },
	{ false, "{'name': 'n', 'device': {'base': 'plain', 'x': 1}}" },
	{ false, "{'name': 'n', 'seeds': [-1]}" },
	{ false, "{'name': 'n', 'seeds': ['1']}" },
	{ false, "{'name': 'n', 'block': {'max_sectors_bytes': 512}}" },
	{ false,
	  "{'name': 'n', 'block': {'max_sectors_bytes': '12 parsecs'}}" },
	{ false, "{'name': 'n', 'block': {'min_depth': '8B'}}" },
	{ false, "{'name': 'n', 'threads': [{'ops': [{}]}]}" },
	{ false, "{'name': 'n', 'threads': [{'ops': [{'op': 'fsnyc'}]}]}" },
	{ false, "{'name': 'n', 'threads': [{'ops': [{'op': 'fsync',"
		 "'think_ns': 5}]}]}" },
};

#define NR_SAMPLES (sizeof(samples) / sizeof(samples[0]))

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

/* ' stands for " to keep the table readable. */
static json_t *sample(size_t i)
{
	char text[512];
	json_t *value;

	snprintf(text, sizeof(text), "%s", samples[i].text);
	for (char *c = text; *c; c++)
		if (*c == '\'')
			*c = '"';
	value = json_loads(text, 0, NULL);
	assert_non_null(value);
	return value;
}

static void write_json(const char *name, json_t *value)
{
	char *text = json_dumps(value, JSON_INDENT(1));

	assert_non_null(text);
	example_write(&dir, name, text);
	free(text);
	json_decref(value);
}

static void ask_validator(char *ret, int size)
{
	char command[512];
	FILE *pipe;

	example_write(&dir, "v.py", script);
	snprintf(command, sizeof(command),
		 "/usr/bin/python3 -W ignore %s/v.py %s/schema.json "
		 "%s/samples.json",
		 dir.path, dir.path, dir.path);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	assert_non_null(fgets(ret, size, pipe));
	assert_int_equal(pclose(pipe), 0);
}

static void the_loader_and_the_schema_agree(void **state)
{
	json_t *all = json_array();
	char answers[256];

	(void)state;
	for (size_t i = 0; i < NR_SAMPLES; i++)
		json_array_append_new(all, sample(i));
	write_json("samples.json", all);
	write_json("schema.json", cfg_schema(&experiment_table));
	ask_validator(answers, sizeof(answers));
	for (size_t i = 0; i < NR_SAMPLES; i++) {
		json_t *value = sample(i);
		struct cfg_error error;
		struct experiment e;
		int err;

		err = cfg_load_json(&experiment_table, value, "s", NULL, 0, &e,
				    &error);
		json_decref(value);
		if (!err)
			cfg_release(&experiment_table, &e);
		print_message("%s\n", samples[i].text);
		assert_int_equal(err == 0, samples[i].good);
		assert_int_equal(answers[i] == 'y', samples[i].good);
	}
}

static void rows_are_annotated(void **state)
{
	json_t *schema = cfg_schema(&experiment_table);
	json_t *block =
		json_object_get(json_object_get(schema, "$defs"), "block");
	json_t *key = json_object_get(json_object_get(block, "properties"),
				      "max_sectors_bytes");

	(void)state;
	assert_string_equal(json_string_value(json_object_get(key, "x-unit")),
			    "bytes");
	assert_string_equal(json_string_value(json_object_get(key, "x-source")),
			    "6.17 BLK_DEF_MAX_SECTORS_CAP");
	assert_string_equal(json_string_value(json_object_get(key, "default")),
			    "1280KiB");
	assert_true(
		json_is_false(json_object_get(block, "additionalProperties")));
	json_decref(schema);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_annotated),
		cmocka_unit_test(the_loader_and_the_schema_agree),
	};

	if (system(PYTHON "'from jsonschema import Draft202012Validator' "
			  "2>/dev/null") != 0)
		return 77;
	return cmocka_run_group_tests(tests, setup, teardown);
}
