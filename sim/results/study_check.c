/*
 * The strict part of reading a study.
 *
 * A study holds values of any type under paths of the experiment, which
 * configuration tables cannot describe; the messages are of the same form as
 * theirs.
 */
#include "sim/results/study_check.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/config/internal.h"
#include "sim/results/study_range.h"

/**
 * struct check - one study being checked
 * @text: of the file, for line numbers; NULL for stored studies
 */
struct check {
	const char *origin;
	const char *text;
	size_t nr_bytes;
	const json_t *json;
	const struct cfg_object *experiment;
	struct cfg_error *reterr;
};

struct key_rule {
	const char *key;
	json_type type;
	bool required;
	const char *expected;
};

static const struct key_rule rules[] = {
	{ "comment", JSON_STRING, false, "a string" },
	{ "question", JSON_STRING, false, "a string" },
	{ "workload", JSON_STRING, true, "a file name" },
	{ "baseline", JSON_OBJECT, false, "an object of key paths" },
	{ "grid", JSON_OBJECT, false, "an object of key paths" },
	{ "zip", JSON_OBJECT, false, "an object of key paths" },
	{ "seeds", JSON_ARRAY, false, "an array of seeds" },
	{ "figures", JSON_ARRAY, false, "an array of figure names" },
	{ "plot", JSON_OBJECT, false, "an object with x and figure" },
	{ "difference", JSON_OBJECT, false, "an object with figure and per" },
};

static const struct key_rule plot_rules[] = {
	{ "comment", JSON_STRING, false, "a string" },
	{ "x", JSON_STRING, false, "a swept key" },
	{ "x_label", JSON_STRING, false, "what the x axis shows" },
	{ "figure", JSON_STRING, false, "the name of a figure" },
	{ "over_time", JSON_ARRAY, false, "an array of columns" },
};

static const struct key_rule difference_rules[] = {
	{ "comment", JSON_STRING, false, "a string" },
	{ "figure", JSON_STRING, true, "the name of a figure" },
	{ "per", JSON_ARRAY, true, "an array of figure names" },
	{ "reaches_ppm", JSON_INTEGER, false, "millionths" },
	{ "x", JSON_STRING, false, "a key of grid" },
	{ "y", JSON_STRING, false, "a key of grid" },
	{ "band", JSON_STRING, false, "a key of grid" },
};

#define NR_OF(array) (sizeof(array) / sizeof((array)[0]))

__attribute__((format(printf, 4, 5))) static int fail(const struct check *check,
						      const char *outer,
						      const char *key,
						      const char *format, ...)
{
	struct cfg_step steps[2];
	char message[512], place[256];
	unsigned int line = 0;
	size_t nr = 0;
	va_list args;

	if (outer)
		steps[nr++] = (struct cfg_step){ outer, 0 };
	if (key)
		steps[nr++] = (struct cfg_step){ key, 0 };
	if (check->text)
		line = cfg_line_of(check->text, check->nr_bytes, steps, nr);
	if (key && strchr(key, '.'))
		snprintf(place, sizeof(place), "$.%s[\"%.150s\"]", outer, key);
	else
		snprintf(place, sizeof(place), "$%s%s%s%.150s",
			 outer ? "." : "", outer ? outer : "", key ? "." : "",
			 key ? key : "");
	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	if (line)
		snprintf(check->reterr->text, sizeof(check->reterr->text),
			 "%.200s:%u: %s: %s", check->origin, line, place,
			 message);
	else
		snprintf(check->reterr->text, sizeof(check->reterr->text),
			 "%.200s: %s: %s", check->origin, place, message);
	return -EINVAL;
}

static int check_keys(const struct check *check, const char *outer,
		      const json_t *object, const struct key_rule *table,
		      size_t nr_rules)
{
	const char *key;
	json_t *value;
	size_t i;

	json_object_foreach((json_t *)(uintptr_t)object, key, value) {
		struct cfg_nearest near;

		cfg_nearest_init(&near, key);
		for (i = 0; i < nr_rules; i++) {
			if (strcmp(table[i].key, key) == 0)
				break;
			cfg_nearest_offer(&near, table[i].key);
		}
		if (i == nr_rules && cfg_nearest_get(&near))
			return fail(check, outer, key,
				    "unknown key (did you mean %s?)",
				    cfg_nearest_get(&near));
		if (i == nr_rules)
			return fail(check, outer, key, "unknown key");
		if (json_typeof(value) != table[i].type)
			return fail(check, outer, key, "expected %s",
				    table[i].expected);
	}
	for (i = 0; i < nr_rules; i++) {
		if (table[i].required && !json_object_get(object, table[i].key))
			return fail(check, outer, NULL, "missing key %s",
				    table[i].key);
	}
	return 0;
}

static int check_path(const struct check *check, const char *outer,
		      const char *path)
{
	struct cfg_error near = { "" };
	FILE *nowhere;

	if (!check->experiment || cfg_path_exists(check->experiment, path))
		return 0;
	nowhere = fopen("/dev/null", "w");
	if (nowhere) {
		cfg_explain(check->experiment, path, nowhere, &near);
		fclose(nowhere);
	}
	/* its message starts with the path, which ours has already */
	if (strncmp(near.text, path, strlen(path)) == 0 &&
	    strncmp(near.text + strlen(path), ": ", 2) == 0)
		return fail(check, outer, path, "%s",
			    near.text + strlen(path) + 2);
	return fail(check, outer, path, "unknown key");
}

static int check_lists(const struct check *check, const char *outer,
		       bool is_one_length)
{
	const json_t *object = json_object_get(check->json, outer);
	size_t length = 0, nr;
	char message[128];
	const char *key;
	json_t *given, *values;
	int error;

	json_object_foreach((json_t *)(uintptr_t)object, key, given) {
		error = check_path(check, outer, key);
		if (error)
			return error;
		values = study_values(given, message, sizeof(message));
		if (!values)
			return fail(check, outer, key, "%s", message);
		nr = json_array_size(values);
		json_decref(values);
		if (is_one_length && length && length != nr)
			return fail(check, outer, key,
				    "%zu values, the key before has %zu", nr,
				    length);
		length = nr;
	}
	return 0;
}

static int check_seeds(const struct check *check)
{
	const json_t *seeds = json_object_get(check->json, "seeds");
	const json_t *seed;
	size_t i, j;

	if (!seeds)
		return 0;
	if (json_array_size(seeds) == 0)
		return fail(check, NULL, "seeds", "expected at least one seed");
	json_array_foreach(seeds, i, seed) {
		if (!json_is_integer(seed) || json_integer_value(seed) < 0)
			return fail(check, NULL, "seeds",
				    "expected whole numbers");
		for (j = 0; j < i; j++) {
			if (json_equal(seed, json_array_get(seeds, j)))
				return fail(check, NULL, "seeds",
					    "a seed is named twice");
		}
	}
	return 0;
}

/* a key is set by one of baseline, grid and zip */
static int check_overlap(const struct check *check)
{
	static const char *const places[] = { "baseline", "grid", "zip" };
	bool has_seeds = json_object_get(check->json, "seeds");
	const char *key;
	json_t *ignored;
	size_t i, j;

	for (i = 0; i < NR_OF(places); i++) {
		json_t *object = json_object_get(check->json, places[i]);

		json_object_foreach(object, key, ignored) {
			if (has_seeds && strcmp(key, "seeds") == 0)
				return fail(check, places[i], key,
					    "already given as seeds");
			for (j = 0; j < i; j++) {
				if (json_object_get(json_object_get(check->json,
								    places[j]),
						    key))
					return fail(check, places[i], key,
						    "already in %s", places[j]);
			}
		}
	}
	return 0;
}

static int check_plot(const struct check *check)
{
	const json_t *plot = json_object_get(check->json, "plot");
	const char *x = json_string_value(json_object_get(plot, "x"));
	const json_t *grid = json_object_get(check->json, "grid");
	const json_t *zip = json_object_get(check->json, "zip");
	int error =
		check_keys(check, "plot", plot, plot_rules, NR_OF(plot_rules));

	if (error)
		return error;
	if (x && !json_object_get(grid, x) && !json_object_get(zip, x))
		return fail(check, "plot", "x",
			    "%s is not a key of grid or zip", x);
	return 0;
}

/* With reaches_ppm comes a picture, over three grid keys. */
static int check_difference(const struct check *check)
{
	static const char *const axes[] = { "x", "y", "band" };
	const json_t *d = json_object_get(check->json, "difference");
	const json_t *grid = json_object_get(check->json, "grid");
	int error;

	if (!d)
		return 0;
	error = check_keys(check, "difference", d, difference_rules,
			   NR_OF(difference_rules));

	if (error)
		return error;
	if (json_array_size(json_object_get(grid, "design")) != 2)
		return fail(check, NULL, "difference",
			    "expected two values of design in grid");
	for (size_t i = 0; i < NR_OF(axes); i++) {
		const char *path =
			json_string_value(json_object_get(d, axes[i]));

		if (!json_object_get(d, "reaches_ppm") ? path != NULL : !path)
			return fail(check, "difference", axes[i],
				    "x, y and band go with reaches_ppm");
		if (path && !json_object_get(grid, path))
			return fail(check, "difference", axes[i],
				    "%s is not a key of grid", path);
	}
	return 0;
}

static int check_names(const struct check *check, const char *outer,
		       const json_t *names, const char *expected)
{
	const json_t *name;
	size_t i;

	json_array_foreach(names, i, name) {
		if (!json_is_string(name))
			return fail(check, NULL, outer, "%s", expected);
	}
	return 0;
}

static int check_rest(const struct check *check)
{
	const json_t *grid = json_object_get(check->json, "grid");
	const json_t *zip = json_object_get(check->json, "zip");
	const json_t *baseline = json_object_get(check->json, "baseline");
	const char *key;
	json_t *ignored;
	int error = 0;

	if (json_object_size(grid) + json_object_size(zip) == 0 &&
	    !json_object_get(check->json, "seeds"))
		return fail(check, NULL, NULL,
			    "nothing varies: give grid, zip or seeds");
	json_object_foreach((json_t *)(uintptr_t)baseline, key, ignored) {
		error = check_path(check, "baseline", key);
		if (error)
			return error;
	}
	error = check_names(check, "figures",
			    json_object_get(check->json, "figures"),
			    "expected names of figures");
	if (!error)
		error = check_names(
			check, "plot",
			json_object_get(json_object_get(check->json, "plot"),
					"over_time"),
			"over_time: expected names of columns");
	if (!error)
		error = check_lists(check, "grid", false);
	if (!error)
		error = check_lists(check, "zip", true);
	if (!error)
		error = check_seeds(check);
	if (!error)
		error = check_overlap(check);
	if (!error)
		error = check_names(
			check, "difference",
			json_object_get(
				json_object_get(check->json, "difference"),
				"per"),
			"per: expected names of figures");
	if (!error)
		error = check_difference(check);
	return error ? error : check_plot(check);
}

static int check_all(const struct check *check)
{
	int error;

	if (!json_is_object(check->json))
		return fail(check, NULL, NULL, "expected an object");
	error = check_keys(check, NULL, check->json, rules, NR_OF(rules));
	return error ? error : check_rest(check);
}

int study_check(const json_t *json, const char *origin,
		const struct cfg_object *experiment, struct cfg_error *reterr)
{
	struct check check = { .origin = origin,
			       .json = json,
			       .experiment = experiment,
			       .reterr = reterr };

	return check_all(&check);
}

int study_read_checked(const char *path, const struct cfg_object *experiment,
		       json_t **ret, struct cfg_error *reterr)
{
	struct cfg_source source;
	struct check check = { .origin = path,
			       .experiment = experiment,
			       .reterr = reterr };
	int error = cfg_source_read(path, &source, reterr);

	if (error)
		return error;
	check.text = source.text;
	check.nr_bytes = source.nr_bytes;
	check.json = source.json;
	error = check_all(&check);
	if (!error)
		*ret = json_incref(source.json);
	cfg_source_done(&source);
	return error;
}
