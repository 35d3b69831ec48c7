/*
 * Studies: reading and expansion.
 */
#include "sim/results/study.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/run/experiment.h"
#include "sim/base/assert.h"
#include "sim/results/result.h"
#include "sim/results/study_check.h"
#include "sim/results/study_range.h"

static const char *const default_figures[] = { "elapsed", "throughput",
					       "requests", "mean_request",
					       "write_p99" };

bool study_is_study(const json_t *json)
{
	return json_object_get(json, "workload") != NULL;
}

static void add_axis(struct study *study, json_t *keys)
{
	struct study_axis *axis;

	study->axes = reallocarray(study->axes, study->nr_axes + 1,
				   sizeof(*study->axes));
	SIM_ASSERT(study->axes);
	axis = &study->axes[study->nr_axes++];
	axis->keys = keys;
	axis->nr_values =
		json_array_size(json_object_iter_value(json_object_iter(keys)));
}

/* the values of a key, ranges written out; they were checked before */
static void add_values(json_t *keys, const char *key, const json_t *given)
{
	char message[128];
	json_t *values = study_values(given, message, sizeof(message));

	SIM_ASSERT(values);
	json_object_set_new(keys, key, values);
}

static void add_seeds(struct study *study)
{
	const json_t *seeds = json_object_get(study->json, "seeds");
	json_t *keys = json_object(), *lists = json_array();
	json_t *seed;
	size_t i;

	json_array_foreach(seeds, i, seed)
		json_array_append_new(lists, json_pack("[O]", seed));
	json_object_set_new(keys, STUDY_SEEDS, lists);
	add_axis(study, keys);
}

static void add_axes(struct study *study)
{
	json_t *grid = json_object_get(study->json, "grid");
	json_t *zip = json_object_get(study->json, "zip");
	const char *key;
	json_t *given, *keys;

	json_object_foreach(grid, key, given) {
		keys = json_object();
		add_values(keys, key, given);
		add_axis(study, keys);
	}
	if (json_object_size(zip) > 0) {
		keys = json_object();
		json_object_foreach(zip, key, given)
			add_values(keys, key, given);
		add_axis(study, keys);
	}
	if (json_object_get(study->json, "seeds"))
		add_seeds(study);
}

size_t study_nr_seeds(const struct study *study)
{
	size_t nr = json_array_size(json_object_get(study->json, "seeds"));

	return nr ? nr : 1;
}

/* default of plot.x: the first key that varies and is not the design */
static const char *default_x(const struct study *study)
{
	const char *first = NULL;
	size_t i;

	for (i = 0; i < study->nr_axes; i++) {
		const char *key = json_object_iter_key(
			json_object_iter(study->axes[i].keys));

		if (!first)
			first = key;
		if (strcmp(key, "design") != 0 &&
		    strcmp(key, STUDY_SEEDS) != 0 &&
		    study->axes[i].nr_values > 1)
			return key;
	}
	return first;
}

static char *path_beside(const char *path, const char *name)
{
	const char *slash = strrchr(path, '/');
	char *joined;

	if (!slash || name[0] == '/')
		joined = strdup(name);
	else if (asprintf(&joined, "%.*s/%s", (int)(slash - path), path, name) <
		 0)
		joined = NULL;
	SIM_ASSERT(joined);
	return joined;
}

static char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *name = strdup(slash ? slash + 1 : path);
	size_t n;

	SIM_ASSERT(name);
	n = strlen(name);
	if (n > 5 && strcmp(name + n - 5, ".json") == 0)
		name[n - 5] = '\0';
	return name;
}

static void study_fill(json_t *json, const char *path, struct study *ret)
{
	const json_t *plot = json_object_get(json, "plot");
	const json_t *figures = json_object_get(json, "figures");

	memset(ret, 0, sizeof(*ret));
	ret->json = json_incref(json);
	ret->name = base_name(path);
	ret->workload = path_beside(path, result_text(json, "workload"));
	add_axes(ret);
	ret->x = *result_text(plot, "x") ? result_text(plot, "x")
					 : default_x(ret);
	ret->figure = result_text(plot, "figure");
	ret->over_time = json_object_get(plot, "over_time");
	if (!*ret->figure)
		ret->figure =
			json_array_size(figures) > 0
				? json_string_value(json_array_get(figures, 0))
				: "throughput";
}

int study_load(const char *path, const struct cfg_object *experiment,
	       struct study *ret, struct cfg_error *reterr)
{
	json_t *json;
	int error = study_read_checked(path, experiment, &json, reterr);

	if (error)
		return error;
	study_fill(json, path, ret);
	json_decref(json);
	return 0;
}

int study_from_json(json_t *json, const char *origin, struct study *ret,
		    struct cfg_error *reterr)
{
	int error = study_check(json, origin, NULL, reterr);

	if (!error)
		study_fill(json, origin, ret);
	return error;
}

void study_release(struct study *study)
{
	size_t i;

	for (i = 0; i < study->nr_axes; i++)
		json_decref(study->axes[i].keys);
	free(study->axes);
	free(study->name);
	free(study->workload);
	json_decref(study->json);
	memset(study, 0, sizeof(*study));
}

size_t study_nr_points(const struct study *study)
{
	size_t nr = 1, i;

	for (i = 0; i < study->nr_axes && nr <= STUDY_MAX_POINTS; i++)
		nr *= study->axes[i].nr_values;
	return nr;
}

json_t *study_point_of(const struct study *study, const size_t *positions)
{
	json_t *point = json_object();
	const char *key;
	json_t *values;
	size_t i;

	for (i = 0; i < study->nr_axes; i++) {
		json_object_foreach(study->axes[i].keys, key, values)
			json_object_set(point, key,
					json_array_get(values, positions[i]));
	}
	return point;
}

const char *study_x_label(const struct study *study)
{
	const char *label =
		result_text(json_object_get(study->json, "plot"), "x_label");

	return *label ? label : study->x;
}

json_t *study_point(const struct study *study, size_t index)
{
	size_t *positions = calloc(study->nr_axes + 1, sizeof(*positions));
	size_t stride = study_nr_points(study), i;
	json_t *point;

	SIM_ASSERT(positions);
	for (i = 0; i < study->nr_axes; i++) {
		stride /= study->axes[i].nr_values;
		positions[i] = index / stride % study->axes[i].nr_values;
	}
	point = study_point_of(study, positions);
	free(positions);
	return point;
}

json_t *study_figures(const struct study *study)
{
	json_t *given = json_object_get(study->json, "figures");
	json_t *names;
	size_t i;

	if (json_array_size(given) > 0)
		return json_incref(given);
	names = json_array();
	for (i = 0; i < sizeof(default_figures) / sizeof(default_figures[0]);
	     i++)
		json_array_append_new(names, json_string(default_figures[i]));
	return names;
}

static void add_overrides(struct study_overrides *overrides,
			  const json_t *object)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)object, key, value) {
		struct cfg_override *entry = &overrides->list[overrides->nr++];

		entry->path = key;
		entry->value =
			json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
		SIM_ASSERT(entry->value);
	}
}

void study_overrides_init(const struct study *study, const json_t *point,
			  struct study_overrides *ret)
{
	const json_t *baseline = json_object_get(study->json, "baseline");

	ret->nr = 0;
	ret->list =
		calloc(json_object_size(baseline) + json_object_size(point) + 1,
		       sizeof(*ret->list));
	SIM_ASSERT(ret->list);
	add_overrides(ret, baseline);
	add_overrides(ret, point);
}

void study_overrides_release(struct study_overrides *overrides)
{
	size_t i;

	for (i = 0; i < overrides->nr; i++)
		free((void *)(uintptr_t)overrides->list[i].value);
	free(overrides->list);
}

int study_load_values(const struct study *study, const json_t *point,
		      struct experiment *ret, struct cfg_error *reterr)
{
	struct study_overrides overrides;
	int error;

	study_overrides_init(study, point, &overrides);
	error = experiment_load(study->workload, overrides.list, overrides.nr,
				ret, reterr);
	study_overrides_release(&overrides);
	return error;
}

int study_load_point(const struct study *study, size_t index,
		     struct experiment *ret, struct cfg_error *reterr)
{
	json_t *point = study_point(study, index);
	int error = study_load_values(study, point, ret, reterr);

	json_decref(point);
	return error;
}
