/*
 * Which of a study's keys matter.
 */
#include "sim/results/sensitivity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"
#include "sim/results/format.h"
#include "sim/results/result.h"
#include "sim/results/sweep.h"
#include "sim/results/writer.h"

static bool is_key(const struct study_axis *axis)
{
	return axis->nr_values > 1 && !json_object_get(axis->keys, STUDY_SEEDS);
}

size_t sensitivity_nr_keys(const struct study *study)
{
	size_t nr = 0, i;

	for (i = 0; i < study->nr_axes; i++)
		nr += is_key(&study->axes[i]);
	return nr;
}

void sensitivity_init(struct sensitivity *sensitivity,
		      const struct study *study, const char *figure,
		      size_t nr_trajectories, uint64_t seed)
{
	size_t nr = sensitivity_nr_keys(study), i, k = 0;
	size_t *nr_levels = calloc(nr, sizeof(*nr_levels));

	memset(sensitivity, 0, sizeof(*sensitivity));
	sensitivity->study = study;
	sensitivity->figure = figure;
	sensitivity->seed = seed;
	sensitivity->unit = "";
	sensitivity->nr_seeds = study_nr_seeds(study);
	sensitivity->axes = calloc(nr, sizeof(*sensitivity->axes));
	sensitivity->rank = calloc(nr, sizeof(*sensitivity->rank));
	sensitivity->effects = calloc(nr, sizeof(*sensitivity->effects));
	SIM_ASSERT(nr_levels && sensitivity->axes && sensitivity->rank &&
		   sensitivity->effects);
	for (i = 0; i < study->nr_axes; i++) {
		if (!is_key(&study->axes[i]))
			continue;
		nr_levels[k] = study->axes[i].nr_values;
		sensitivity->axes[k++] = i;
	}
	morris_plan_init(&sensitivity->plan, nr_levels, nr, nr_trajectories,
			 seed);
	free(nr_levels);
}

void sensitivity_done(struct sensitivity *sensitivity)
{
	morris_plan_done(&sensitivity->plan);
	free(sensitivity->axes);
	free(sensitivity->rank);
	free(sensitivity->effects);
}

size_t sensitivity_nr_points(const struct sensitivity *sensitivity)
{
	return sensitivity->plan.nr_points * sensitivity->nr_seeds;
}

json_t *sensitivity_point(const struct sensitivity *sensitivity, size_t index)
{
	const struct study *study = sensitivity->study;
	const size_t *levels =
		morris_point(&sensitivity->plan, index / sensitivity->nr_seeds);
	size_t *positions = calloc(study->nr_axes, sizeof(*positions));
	json_t *point;
	size_t i;

	SIM_ASSERT(positions);
	for (i = 0; i < study->nr_axes; i++) {
		if (json_object_get(study->axes[i].keys, STUDY_SEEDS))
			positions[i] = index % sensitivity->nr_seeds;
	}
	for (i = 0; i < sensitivity->plan.nr_keys; i++)
		positions[sensitivity->axes[i]] = levels[i];
	point = study_point_of(study, positions);
	free(positions);
	return point;
}

/* the figure at a point: the mean over the seeds */
static double value_at(struct sensitivity *sensitivity, const json_t *lines,
		       size_t point)
{
	size_t nr = sensitivity->nr_seeds, i;
	struct result_figure figure;
	double sum = 0;

	for (i = 0; i < nr; i++) {
		if (!result_figure_get(json_array_get(lines, point * nr + i),
				       sensitivity->figure, &figure))
			continue;
		sum += figure.value;
		sensitivity->unit = figure.unit;
	}
	return sum / (double)nr;
}

void sensitivity_finish(struct sensitivity *sensitivity, const json_t *lines)
{
	const struct morris_plan *plan = &sensitivity->plan;
	double *values = calloc(plan->nr_points, sizeof(*values));
	size_t i;

	SIM_ASSERT(values && json_array_size(lines) ==
				     sensitivity_nr_points(sensitivity));
	sensitivity->mean = 0;
	for (i = 0; i < plan->nr_points; i++) {
		values[i] = value_at(sensitivity, lines, i);
		sensitivity->mean += values[i] / (double)plan->nr_points;
	}
	morris_effects(plan, values, sensitivity->effects);
	morris_rank(sensitivity->effects, plan->nr_keys, sensitivity->rank);
	free(values);
}

/* a grid key alone, or the first of the zip */
static const char *name_of(const struct sensitivity *sensitivity, size_t key)
{
	const struct study *study = sensitivity->study;

	return json_object_iter_key(
		json_object_iter(study->axes[sensitivity->axes[key]].keys));
}

/* "10us to 80us" */
static void range_of(const struct sensitivity *sensitivity, size_t key,
		     char *buf, size_t size)
{
	const struct study *study = sensitivity->study;
	const json_t *values = json_object_iter_value(
		json_object_iter(study->axes[sensitivity->axes[key]].keys));
	char low[80], high[80];

	sweep_value_text(json_array_get(values, 0), low, sizeof(low));
	sweep_value_text(json_array_get(values, json_array_size(values) - 1),
			 high, sizeof(high));
	snprintf(buf, size, "%s to %s", low, high);
}

static const char *why_dead(const json_t *lines, const char *key)
{
	const json_t *line, *entry;
	size_t i, j;

	json_array_foreach(lines, i, line) {
		json_array_foreach(json_object_get(line, "untouched_keys"), j,
				   entry) {
			if (strcmp(result_text(entry, "key"), key) == 0)
				return result_text(entry, "why");
		}
	}
	return "no effect in this workload";
}

static void number_cell(struct print_table *table, size_t column, double value,
			const char *unit)
{
	char raw[40];

	snprintf(raw, sizeof(raw), "%.9g", value);
	print_cell(table, column, format_value(value, unit).s, raw);
}

static void add_key(struct print_table *table,
		    const struct sensitivity *sensitivity, const json_t *lines,
		    size_t rank)
{
	size_t key = sensitivity->rank[rank];
	const struct morris_effect *effect = &sensitivity->effects[key];
	const char *name = name_of(sensitivity, key);
	char text[200];

	print_row(table);
	snprintf(text, sizeof(text), "%zu", rank + 1);
	print_cell(table, 0, effect->is_dead ? "-" : text, text);
	print_cell(table, 1, name, NULL);
	range_of(sensitivity, key, text, sizeof(text));
	print_cell(table, 2, text, NULL);
	number_cell(table, 3, effect->mu_star, sensitivity->unit);
	number_cell(table, 4, effect->half_width, sensitivity->unit);
	number_cell(table, 5, effect->mu, sensitivity->unit);
	number_cell(table, 6, effect->sigma, sensitivity->unit);
	snprintf(text, sizeof(text), "%.2f %%",
		 sensitivity->mean > 0
			 ? 100 * effect->mu_star / sensitivity->mean
			 : 0);
	print_cell(table, 7, text, NULL);
	print_cell(table, 8,
		   effect->is_dead ? why_dead(lines, name)
				   : morris_kind(effect),
		   NULL);
}

struct print_table *sensitivity_table(const struct sensitivity *sensitivity,
				      const json_t *lines)
{
	static const struct print_column columns[] = {
		{ "rank", true },  { "key", false },    { "range", false },
		{ "mu*", true },   { "+-", true },      { "mu", true },
		{ "sigma", true }, { "of mean", true }, { "effect", false },
	};
	struct print_table *table =
		print_table_new(columns, sizeof(columns) / sizeof(columns[0]));
	size_t i;

	for (i = 0; i < sensitivity->plan.nr_keys; i++)
		add_key(table, sensitivity, lines, i);
	return table;
}

void sensitivity_picture(struct picture_set *set,
			 const struct sensitivity *sensitivity)
{
	size_t nr = sensitivity->plan.nr_keys, i;
	struct picture picture;
	const char *unit;
	char text[256];
	double max = sensitivity->effects[sensitivity->rank[0]].mu_star;
	double scale = format_scale(max, sensitivity->unit, &unit);

	picture_begin(&picture, set, "sensitivity");
	fprintf(picture.csv, "key,mu* (%s),low,high,sigma\n", unit);
	for (i = 0; i < nr; i++) {
		size_t key = sensitivity->rank[i];
		const struct morris_effect *e = &sensitivity->effects[key];

		print_csv_field(picture.csv, name_of(sensitivity, key));
		fprintf(picture.csv, ",%.9g,%.9g,%.9g,%.9g\n",
			e->mu_star / scale,
			(e->mu_star - e->half_width) / scale,
			(e->mu_star + e->half_width) / scale, e->sigma / scale);
	}
	snprintf(text, sizeof(text), "%.80s: which keys matter for %.80s",
		 sensitivity->study->name, sensitivity->figure);
	picture_variable(&picture, "heading", text);
	snprintf(text, sizeof(text),
		 "change of %.80s over a key's range (%.40s)",
		 sensitivity->figure, unit);
	picture_variable(&picture, "x_label", text);
	fprintf(picture.variables, "rows = %zu\ntrajectories = %zu\n", nr,
		sensitivity->plan.nr_trajectories);
	picture_end(&picture, "sensitivity");
}

static json_t *effects_json(const struct sensitivity *sensitivity,
			    const json_t *lines)
{
	json_t *effects = json_array();
	size_t i;

	for (i = 0; i < sensitivity->plan.nr_keys; i++) {
		size_t key = sensitivity->rank[i];
		const struct morris_effect *e = &sensitivity->effects[key];
		const char *name = name_of(sensitivity, key);

		json_array_append_new(
			effects, json_pack("{s:s, s:f, s:f, s:f, s:f, s:s}",
					   "key", name, "mu_star", e->mu_star,
					   "half_width", e->half_width, "mu",
					   e->mu, "sigma", e->sigma, "effect",
					   e->is_dead ? why_dead(lines, name)
						      : morris_kind(e)));
	}
	return effects;
}

int sensitivity_write(const char *dir, const struct sensitivity *sensitivity,
		      const json_t *lines)
{
	struct print_table *table = sensitivity_table(sensitivity, lines);
	json_t *summary = json_pack(
		"{s:s, s:s, s:s, s:s, s:I, s:I, s:f, s:O, s:o}", "format",
		"wbsim-sensitivity/1", "name", sensitivity->study->name,
		"figure", sensitivity->figure, "unit", sensitivity->unit,
		"trajectories", (json_int_t)sensitivity->plan.nr_trajectories,
		"seed", (json_int_t)sensitivity->seed, "mean",
		sensitivity->mean, "study", sensitivity->study->json, "effects",
		effects_json(sensitivity, lines));
	char *text = NULL;
	size_t nr_bytes;
	FILE *out = open_memstream(&text, &nr_bytes);
	int error;

	SIM_ASSERT(out && summary);
	print_table_out(table, out, PRINT_CSV);
	fclose(out);
	error = results_write_text(dir, "ranking.csv", text);
	if (!error)
		error = results_write_json(dir, "sensitivity.json", summary);
	json_decref(summary);
	print_table_free(table);
	free(text);
	return error;
}
