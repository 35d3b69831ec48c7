/*
 * What commands say of a sweep: several seeds as mean and interval.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"
#include "sim/base/digest.h"
#include "sim/results/format.h"
#include "sim/results/interval.h"
#include "sim/results/pairs.h"
#include "sim/results/result.h"
#include "sim/results/summary.h"
#include "sim/results/sweep.h"

void sweep_digest(const json_t *digests, char ret[17])
{
	char *text = json_dumps(digests, JSON_COMPACT);

	SIM_ASSERT(text);
	snprintf(ret, 17, "%016llx",
		 (unsigned long long)digest_bytes(text, strlen(text)));
	free(text);
}

static struct print_table *table_new(const struct study *study,
				     const json_t *figures)
{
	size_t nr = json_array_size(figures), i, c = 0;
	struct print_column *columns;
	struct print_table *table;
	const json_t *name;
	const char *key;
	json_t *ignored;

	for (i = 0; i + 1 < study->nr_axes; i++)
		nr += json_object_size(study->axes[i].keys);
	columns = calloc(nr + 1, sizeof(*columns));
	SIM_ASSERT(columns);
	for (i = 0; i + 1 < study->nr_axes; i++) {
		json_object_foreach(study->axes[i].keys, key, ignored)
			columns[c++] = (struct print_column){ key, false };
	}
	json_array_foreach(figures, i, name)
		columns[c++] =
			(struct print_column){ json_string_value(name), true };
	table = print_table_new(columns, nr);
	free(columns);
	return table;
}

/* mean and interval of a figure over @nr_seeds points from @first on */
static void figure_cell(struct print_table *table, size_t column,
			const json_t *sorted, size_t first, size_t nr_seeds,
			const char *name)
{
	double *values = calloc(nr_seeds, sizeof(*values));
	struct result_figure figure = { 0, "", "", "" };
	struct interval interval;
	char shown[160];
	size_t i;

	SIM_ASSERT(values);
	for (i = 0; i < nr_seeds; i++) {
		result_figure_get(json_array_get(sorted, first + i), name,
				  &figure);
		values[i] = figure.value;
	}
	interval = interval_of(values, nr_seeds);
	free(values);
	if (interval.half_width > 0)
		snprintf(shown, sizeof(shown), "%s +- %s",
			 format_cell(interval.mean, figure.unit).s,
			 format_cell(interval.half_width, figure.unit).s);
	else
		snprintf(shown, sizeof(shown), "%s",
			 format_cell(interval.mean, figure.unit).s);
	print_cell(table, column, shown, NULL);
}

static void print_combination(struct print_table *table, const json_t *figures,
			      const json_t *sorted, size_t first,
			      size_t nr_seeds)
{
	const json_t *point = json_array_get(sorted, first);
	const json_t *name;
	const char *key;
	json_t *value;
	char text[256];
	size_t column = 0, i;

	print_row(table);
	json_object_foreach(json_object_get(point, "values"), key, value) {
		if (strcmp(key, STUDY_SEEDS) == 0)
			continue;
		sweep_value_text(value, text, sizeof(text));
		print_cell(table, column++, text, NULL);
	}
	json_array_foreach(figures, i, name)
		figure_cell(table, column++, sorted, first, nr_seeds,
			    json_string_value(name));
}

struct print_table *sweep_table_people(const struct study *study,
				       const json_t *sorted)
{
	size_t nr_seeds = study_nr_seeds(study), i;
	struct print_table *table;
	json_t *figures;

	if (nr_seeds < 2 || json_array_size(sorted) != study_nr_points(study))
		return sweep_table(study, sorted);
	figures = study_figures(study);
	table = table_new(study, figures);
	for (i = 0; i < json_array_size(sorted); i += nr_seeds)
		print_combination(table, figures, sorted, i, nr_seeds);
	json_decref(figures);
	return table;
}

static void print_warnings(const json_t *sorted)
{
	size_t nr = json_array_size(sorted), i;
	const json_t **points = calloc(nr + 1, sizeof(*points));

	SIM_ASSERT(points);
	for (i = 0; i < nr; i++)
		points[i] = json_array_get(sorted, i);
	summary_warnings(points, nr, stdout);
	free(points);
}

static void print_people(const struct study *study, const json_t *sorted)
{
	const char *question =
		json_string_value(json_object_get(study->json, "question"));
	struct print_table *table = sweep_table_people(study, sorted);
	json_t *sentences = sweep_dead_keys(study, sorted);
	const json_t *sentence;
	size_t i;

	if (question)
		printf("%s\n\n", question);
	print_table_out(table, stdout, PRINT_TABLE);
	print_table_free(table);
	putchar('\n');
	if (study_nr_seeds(study) > 1)
		printf("+-: 95 %% interval of the mean over %zu seeds "
		       "(Student's t); without: all seeds equal\n",
		       study_nr_seeds(study));
	json_array_foreach(sentences, i, sentence)
		printf("note: %s\n", json_string_value(sentence));
	json_decref(sentences);
	print_warnings(sorted);
}

/* a name that no run has leaves a column empty; say so */
static void warn_of_figures(const struct study *study, const json_t *sorted)
{
	const json_t *name, *point;
	size_t f, i;

	json_array_foreach(json_object_get(study->json, "figures"), f, name) {
		const char *text = json_string_value(name);
		bool is_known = json_array_size(sorted) == 0;
		struct result_figure figure;

		json_array_foreach(sorted, i, point)
			is_known = is_known ||
				   result_figure_get(point, text, &figure);
		if (!is_known)
			fprintf(stderr,
				"wbsim: warning: no point has a figure %s "
				"(wbsim list figures)\n",
				text);
	}
}

void sweep_print(const char *dir, const struct study *study,
		 const json_t *sorted,
		 const struct sweep_print_options *options)
{
	struct picture_set pictures;
	struct print_table *table;

	warn_of_figures(study, sorted);
	picture_set_init(&pictures, dir);
	if (!options->no_plots && json_array_size(sorted) > 0)
		picture_sweep(&pictures, study, sorted);
	if (options->format == PRINT_TABLE) {
		print_people(study, sorted);
		pairs_print(study, sorted, stdout);
		printf("results:  %s\n", dir);
		summary_pictures(&pictures, dir, stdout);
	} else {
		table = sweep_table(study, sorted);
		print_table_out(table, stdout, options->format);
		print_table_free(table);
		if (pictures.warning[0])
			fprintf(stderr, "wbsim: warning: %s\n",
				pictures.warning);
	}
	picture_set_done(&pictures);
}
