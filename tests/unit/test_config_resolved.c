/* test-links: wb_config wb_base */
/*
 * The resolved document: complete, and a fixed point of loading; for the
 * example and for random tables.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>

#include "config_example.h"

#define DUMP (JSON_INDENT(2) | JSON_REAL_PRECISION(15))

static struct example_dir dir;

static int setup(void **state)
{
	(void)state;
	example_dir_init(&dir);
	example_write(&dir, "costs/cpu.json", "{ \"lookup_ns\": 388.6 }\n");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	example_dir_done(&dir);
	return 0;
}

static char *resolved_text(const struct cfg_object *table, const void *filled,
			   size_t flags)
{
	json_t *resolved = cfg_resolved(table, filled);
	char *text = json_dumps(resolved, flags);

	assert_non_null(text);
	json_decref(resolved);
	return text;
}

static const char want[] =
	"{\"name\": \"n\", \"device\": {\"zone_size_bytes\": 268435456, "
	"\"bandwidth_bytes_per_s\": 7000000000, \"zoned\": false, \"costs\": "
	"{\"lookup_ns\": 388.6, \"copy_ns_per_byte\": 0.05, \"steps_bytes\": "
	"[4096, 65536], \"comment\": \"preset cpu\"}, \"comment\": \"preset "
	"plain\"}, \"block\": {\"max_sectors_bytes\": 1310720, "
	"\"min_depth\": 1, \"ratio_ppm\": 200000}, \"threads\": [{\"name\": "
	"\"thread\", \"count\": 1, \"ops\": [{\"op\": \"write\", \"file\": "
	"null, \"write_bytes\": 1048576, \"think_ns\": null}, {\"op\": "
	"\"fsync\", \"file\": \"f\", \"write_bytes\": 1048576, "
	"\"think_ns\": 10000}]}], \"seeds\": [1], \"note\": null}";

static void it_has_every_key_in_base_units(void **state)
{
	struct cfg_error error = { "" };
	struct experiment e;
	char *text;

	(void)state;
	if (example_load(&dir,
			 "{ \"name\": \"n\", \"threads\": [ { \"ops\": ["
			 "  { \"op\": \"write\" }, { \"op\": \"fsync\","
			 "  \"file\": \"f\", \"think_ns\": \"10us\" } ] } ] }",
			 "device.costs", "cpu", &e, &error))
		fail_msg("%s", error.text);
	text = resolved_text(&experiment_table, &e, JSON_REAL_PRECISION(15));
	assert_string_equal(text, want);
	free(text);
	cfg_release(&experiment_table, &e);
}

static void it_loads_again_without_any_preset(void **state)
{
	struct cfg_error error = { "" };
	struct experiment e;
	json_t *value = json_loads(want, 0, NULL);
	char *text;

	(void)state;
	cfg_set_dir("/nonexistent");
	if (cfg_load_json(&experiment_table, value, "want", NULL, 0, &e,
			  &error))
		fail_msg("%s", error.text);
	cfg_set_dir(dir.path);
	assert_string_equal(e.device_name, "plain");
	assert_string_equal(e.device.costs_name, "cpu");
	text = resolved_text(&experiment_table, &e, JSON_REAL_PRECISION(15));
	assert_string_equal(text, want);
	free(text);
	json_decref(value);
	cfg_release(&experiment_table, &e);
}

/*
 * Random tables: 1 to 8 rows of random types, nested up to three deep, and
 * for each a random document in random forms.
 */
#define MAX_ROWS 8u

static uint64_t random_state;

static uint64_t dice(uint64_t sides)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state % sides;
}

struct table {
	struct cfg_object object;
	struct cfg_key keys[MAX_ROWS];
	char names[MAX_ROWS][32];
	struct table *below[MAX_ROWS];
};

static size_t member_size(const struct cfg_key *key)
{
	switch (key->type) {
	case CFG_OBJECT:
	case CFG_PRESET:
		return key->object->size;
	case CFG_ARRAY:
	case CFG_INT_ARRAY:
		return sizeof(struct cfg_array);
	case CFG_INT:
	case CFG_COST:
	case CFG_BOOL:
	case CFG_STRING:
	case CFG_ENUM:
		return sizeof(uint64_t);
	case CFG_IGNORED:
		break;
	}
	abort();
}

static struct table *random_table(unsigned int depth)
{
	static const char *const units[] = { "bytes", "ns",    "bytes/s",
					     "ppm",   "pages", "" };
	struct table *t = calloc(1, sizeof(*t));
	size_t nr = 1 + dice(MAX_ROWS);

	t->object = (struct cfg_object){ "t", "", 0, t->keys, nr };
	for (size_t i = 0; i < nr; i++) {
		struct cfg_key *key = &t->keys[i];

		snprintf(t->names[i], sizeof(t->names[i]), "key_%zu", i);
		key->key = t->names[i];
		key->type = (enum cfg_type)dice(9);
		if (depth == 0 &&
		    (key->type == CFG_OBJECT || key->type == CFG_PRESET ||
		     key->type == CFG_ARRAY))
			key->type = CFG_INT;
		key->unit = key->type == CFG_COST ? "ns" : units[dice(6)];
		key->names = op_names;
		key->preset_dir = "none";
		key->min = dice(2) ? 0 : dice(1000);
		key->max = dice(2) ? 0 : key->min + 1 + dice(1u << 30);
		if (key->type == CFG_OBJECT || key->type == CFG_PRESET ||
		    key->type == CFG_ARRAY) {
			t->below[i] = random_table(depth - 1);
			key->object = &t->below[i]->object;
		}
		if (key->type == CFG_PRESET) {
			key->preset_name_offset = t->object.size;
			t->object.size += sizeof(char *);
		}
		key->offset = t->object.size;
		t->object.size += member_size(key);
	}
	return t;
}

static void free_table(struct table *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < MAX_ROWS; i++)
		free_table(t->below[i]);
	free(t);
}

static json_t *random_number(const struct cfg_key *key)
{
	uint64_t limit = key->max ? key->max - key->min + 1 : 1u << 30;
	uint64_t value = key->min + dice(limit);
	const char *suffix = NULL;
	char text[64];

	if (key->type == CFG_COST && dice(2))
		return json_real((double)value / 1000.0);
	if (key->type == CFG_COST)
		suffix = "ps";
	else if (dice(2))
		suffix = strcmp(key->unit, "bytes") == 0     ? "B"
			 : strcmp(key->unit, "ns") == 0      ? "ns"
			 : strcmp(key->unit, "bytes/s") == 0 ? "B/s"
							     : NULL;
	if (!suffix)
		return json_integer((json_int_t)value);
	snprintf(text, sizeof(text), "%llu%s", (unsigned long long)value,
		 suffix);
	return json_string(text);
}

static json_t *random_document(const struct table *t);

static json_t *random_value(const struct table *t, size_t i)
{
	const struct cfg_key *key = &t->keys[i];
	json_t *value;
	char text[16];

	switch (key->type) {
	case CFG_INT:
	case CFG_COST:
		return random_number(key);
	case CFG_BOOL:
		return json_boolean((int)dice(2));
	case CFG_STRING:
		snprintf(text, sizeof(text), "%c\"\\%c", (char)(32 + dice(90)),
			 (char)(1 + dice(126)));
		return json_string(text);
	case CFG_ENUM:
		return json_string(op_names[dice(3)]);
	case CFG_IGNORED:
		return json_null();
	case CFG_OBJECT:
	case CFG_PRESET:
		return random_document(t->below[i]);
	case CFG_ARRAY:
	case CFG_INT_ARRAY:
		value = json_array();
		for (uint64_t nr = dice(4); nr > 0; nr--)
			json_array_append_new(
				value, key->type == CFG_ARRAY
					       ? random_document(t->below[i])
					       : random_number(key));
		return value;
	}
	abort();
}

static json_t *random_document(const struct table *t)
{
	json_t *document = json_object();

	for (size_t i = 0; i < t->object.nr_keys; i++)
		if (dice(4))
			json_object_set_new(document, t->keys[i].key,
					    random_value(t, i));
	if (dice(3) == 0)
		json_object_set_new(document, "comment",
				    json_string(dice(2) ? "preset p" : "c"));
	return document;
}

/* The resolved text of a document; freed by the caller. */
static char *resolve(const struct table *t, const json_t *document)
{
	void *filled = calloc(1, t->object.size);
	struct cfg_error error = { "" };
	char *text;

	if (cfg_load_json(&t->object, document, "random", NULL, 0, filled,
			  &error))
		fail_msg("%s", error.text);
	text = resolved_text(&t->object, filled, DUMP);
	cfg_release(&t->object, filled);
	free(filled);
	return text;
}

static void random_documents_resolve_to_a_fixed_point(void **state)
{
	(void)state;
	for (unsigned int seed = 1; seed <= 3000; seed++) {
		json_t *document, *again;
		char *first, *second;
		struct table *t;

		random_state = seed * 0x9e3779b97f4a7c15u;
		t = random_table(3);
		document = random_document(t);
		first = resolve(t, document);
		again = json_loads(first, JSON_REJECT_DUPLICATES, NULL);
		second = resolve(t, again);
		assert_string_equal(first, second);
		free(first);
		free(second);
		json_decref(document);
		json_decref(again);
		free_table(t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_has_every_key_in_base_units),
		cmocka_unit_test(it_loads_again_without_any_preset),
		cmocka_unit_test(random_documents_resolve_to_a_fixed_point),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
