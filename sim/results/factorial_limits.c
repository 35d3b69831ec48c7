/*
 * What the factor "limits" is made of: keys of the two kernel presets that
 * differ, from the resolved experiments.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/results/factorial.h"
#include "sim/results/result.h"
#include "sim/results/sweep.h"

/**
 * struct walk - both presets side by side
 * @results: of the cells with old and with new limits
 */
struct walk {
	struct print_table *table;
	const json_t *results[2];
};

static bool is_other_factor(const char *path)
{
	static const char *const paths[] = { "kernel.design", "kernel.costs",
					     "kernel.release",
					     "kernel.comment" };
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		if (strcmp(path, paths[i]) == 0)
			return true;
	}
	return false;
}

static const char *why_untouched(const json_t *result, const char *path)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(json_object_get(result, "untouched_keys"), i,
			   entry) {
		if (strcmp(result_text(entry, "key"), path) == 0)
			return result_text(entry, "why");
	}
	return "";
}

static void add_key(struct walk *walk, const char *path, const json_t *old,
		    const json_t *new)
{
	const char *why = why_untouched(walk->results[1], path);
	char text[128];

	print_row(walk->table);
	print_cell(walk->table, 0, path, NULL);
	sweep_value_text(old, text, sizeof(text));
	print_cell(walk->table, 1, text, NULL);
	sweep_value_text(new, text, sizeof(text));
	print_cell(walk->table, 2, text, NULL);
	print_cell(walk->table, 3, why, NULL);
}

static void walk_objects(struct walk *walk, const char *path, json_t *old,
			 json_t *new)
{
	const char *key;
	json_t *value;
	char inner[256];

	json_object_foreach(new, key, value) {
		json_t *other = json_object_get(old, key);

		snprintf(inner, sizeof(inner), "%.150s.%.100s", path, key);
		if (json_equal(value, other) || is_other_factor(inner))
			continue;
		if (json_is_object(value))
			walk_objects(walk, inner, other, value);
		else
			add_key(walk, inner, other, value);
	}
}

struct print_table *factorial_limits(const struct factorial *factorial)
{
	static const struct print_column columns[] = { { "key", false },
						       { "old", true },
						       { "new", true },
						       { "untouched because",
							 false } };
	struct walk walk = { print_table_new(columns, 4),
			     { factorial->cells[0][0],
			       factorial->cells[FACTOR_LIMITS][0] } };

	walk_objects(&walk, "kernel",
		     json_object_get(json_object_get(walk.results[0], "config"),
				     "kernel"),
		     json_object_get(json_object_get(walk.results[1], "config"),
				     "kernel"));
	return walk.table;
}
