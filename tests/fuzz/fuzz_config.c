/* test-links: wb_config wb_base */
/*
 * Fuzz target: the loader of configurations.
 *
 * Input: a JSON document; a byte 0xff may end it, then come overrides, one a
 * line, "path=value".  Whatever comes in, the loader must return; what it
 * takes must resolve to a document that it takes again with the same result.
 */
#include <stdint.h>

#include "../unit/config_example.h"

#define MAX_SETS 8u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct example_dir dir;

static void remove_dir(void)
{
	example_dir_done(&dir);
}

static void write_presets(void)
{
	example_dir_init(&dir);
	example_write(&dir, "devices/a.json", "{ \"base\": \"plain\" }");
	example_write(&dir, "devices/bad.json", "{\n \"zoned\": 1 }");
	example_write(&dir, "devices/loop.json", "{ \"base\": \"loop\" }");
	example_write(&dir, "devices/cut.json", "{ \"zoned\": ");
	example_write(&dir, "devices/zns.json",
		      "{ \"base\": \"a\", \"zoned\": true, \"costs\": \"c\" }");
	example_write(&dir, "costs/c.json",
		      "{ \"lookup_ns\": 2.5, \"steps_bytes\": [1, 2] }");
	atexit(remove_dir);
}

/* What was loaded must be a fixed point of resolving. */
static void check_fixed_point(const struct experiment *e)
{
	json_t *resolved = cfg_resolved(&experiment_table, e);
	struct experiment again;
	struct cfg_error error;
	json_t *second;

	if (cfg_load_json(&experiment_table, resolved, "resolved", NULL, 0,
			  &again, &error)) {
		fprintf(stderr, "%s\n", error.text);
		abort();
	}
	second = cfg_resolved(&experiment_table, &again);
	if (!json_equal(resolved, second))
		abort();
	cfg_release(&experiment_table, &again);
	json_decref(resolved);
	json_decref(second);
}

/* "path=value" lines, cut in place. */
static size_t split_sets(char *text, struct cfg_override *ret)
{
	size_t nr = 0;
	char *rest = text;
	char *line;

	while (nr < MAX_SETS && (line = strsep(&rest, "\n"))) {
		char *value = strchr(line, '=');

		if (!value)
			continue;
		*value++ = '\0';
		ret[nr++] = (struct cfg_override){ line, value };
	}
	return nr;
}

static void check_table_queries(const char *path)
{
	struct cfg_error error;
	FILE *out = fopen("/dev/null", "w");

	if (!out)
		abort();
	cfg_path_exists(&experiment_table, path);
	cfg_explain(&experiment_table, path, out, &error);
	fclose(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *cut = size ? memchr(data, 0xff, size) : NULL;
	size_t nr_json = cut ? (size_t)(cut - data) : size;
	struct cfg_override sets[MAX_SETS];
	struct cfg_error error = { "" };
	struct experiment e;
	size_t nr_sets = 0;
	char *text = NULL;
	FILE *file;

	if (!dir.path[0])
		write_presets();
	if (cut) {
		text = strndup((const char *)cut + 1, size - nr_json - 1);
		nr_sets = split_sets(text, sets);
	}
	file = fopen(dir.file, "w");
	if (!file || fwrite(data, 1, nr_json, file) != nr_json)
		abort();
	fclose(file);
	if (cfg_load_file(&experiment_table, dir.file, sets, nr_sets, &e,
			  &error) == 0) {
		check_fixed_point(&e);
		cfg_release(&experiment_table, &e);
	} else if (!error.text[0]) {
		abort();
	}
	if (nr_sets)
		check_table_queries(sets[0].path);
	free(text);
	return 0;
}
