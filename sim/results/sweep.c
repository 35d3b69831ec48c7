/*
 * What a sweep found.
 */
#include "sim/results/sweep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"
#include "sim/results/format.h"
#include "sim/results/pairs.h"
#include "sim/results/result.h"
#include "sim/results/writer.h"

json_t *sweep_sorted(const struct study *study, const json_t *digests,
		     const json_t *points)
{
	json_t *sorted = json_array();
	const json_t *digest;
	size_t i;

	json_array_foreach(digests, i, digest) {
		const json_t *line =
			json_object_get(points, json_string_value(digest));
		json_t *point;

		if (!line)
			continue;
		/* two ways to write one value are one run but two points */
		point = json_copy((json_t *)(uintptr_t)line);
		json_object_set_new(point, "values", study_point(study, i));
		json_object_set_new(point, "point",
				    json_integer((json_int_t)i));
		json_array_append_new(sorted, point);
	}
	return sorted;
}

void sweep_value_text(const json_t *value, char *buf, size_t size)
{
	char *text;

	if (json_is_string(value)) {
		snprintf(buf, size, "%s", json_string_value(value));
		return;
	}
	text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
	snprintf(buf, size, "%s", text ? text : "");
	free(text);
}

static void figure_cell(struct print_table *table, size_t column,
			const json_t *point, const char *name)
{
	struct result_figure figure;

	if (!result_figure_get(point, name, &figure))
		return;
	print_cell(table, column, format_cell(figure.value, figure.unit).s,
		   format_raw(figure.value).s);
}

static void bottleneck_cell(struct print_table *table, size_t column,
			    const json_t *point)
{
	const json_t *bottleneck = json_object_get(point, "bottleneck");
	char text[128];

	snprintf(text, sizeof(text), "%.80s %.0f %%",
		 result_text(bottleneck, "resource"),
		 result_number(bottleneck, "busy_ppm") / 1e4);
	print_cell(table, column, text, result_text(bottleneck, "resource"));
}

static struct print_table *table_new(const struct study *study,
				     const json_t *figures)
{
	size_t nr = json_array_size(figures) + 1, i, c = 0;
	struct print_column *columns;
	struct print_table *table;
	const json_t *name;
	const char *key;
	json_t *ignored;

	for (i = 0; i < study->nr_axes; i++)
		nr += json_object_size(study->axes[i].keys);
	columns = calloc(nr, sizeof(*columns));
	SIM_ASSERT(columns);
	for (i = 0; i < study->nr_axes; i++) {
		json_object_foreach(study->axes[i].keys, key, ignored)
			columns[c++] = (struct print_column){ key, false };
	}
	json_array_foreach(figures, i, name)
		columns[c++] =
			(struct print_column){ json_string_value(name), true };
	columns[c++] = (struct print_column){ "limited_by", false };
	table = print_table_new(columns, nr);
	free(columns);
	return table;
}

struct print_table *sweep_table(const struct study *study, const json_t *sorted)
{
	json_t *figures = study_figures(study);
	struct print_table *table = table_new(study, figures);
	const json_t *point, *name;
	size_t i, j, column;
	const char *key;
	json_t *value;
	char text[256];

	json_array_foreach(sorted, i, point) {
		print_row(table);
		column = 0;
		json_object_foreach(json_object_get(point, "values"), key,
				    value) {
			sweep_value_text(value, text, sizeof(text));
			print_cell(table, column++, text, NULL);
		}
		json_array_foreach(figures, j, name)
			figure_cell(table, column++, point,
				    json_string_value(name));
		bottleneck_cell(table, column, point);
	}
	json_decref(figures);
	return table;
}

static bool figures_equal(const json_t *a, const json_t *b)
{
	json_t *figures = json_object_get(a, "figures");
	const char *name;
	json_t *figure;

	json_object_foreach(figures, name, figure) {
		const json_t *other =
			json_object_get(json_object_get(b, "figures"), name);

		if (!json_equal(json_object_get(figure, "value"),
				json_object_get(other, "value")))
			return false;
	}
	return true;
}

/* do all points that differ only in this axis have the same figures? */
static bool axis_is_dead(const struct study *study, size_t axis,
			 const json_t *sorted)
{
	size_t nr = json_array_size(sorted), stride = 1, i;

	for (i = axis + 1; i < study->nr_axes; i++)
		stride *= study->axes[i].nr_values;
	for (i = 0; i < nr; i++) {
		size_t position = i / stride % study->axes[axis].nr_values;

		if (!figures_equal(
			    json_array_get(sorted, i),
			    json_array_get(sorted, i - position * stride)))
			return false;
	}
	return true;
}

static const char *why_untouched(const json_t *sorted, const char *key)
{
	const json_t *point, *entry;
	size_t i, j;

	json_array_foreach(sorted, i, point) {
		json_array_foreach(json_object_get(point, "untouched_keys"), j,
				   entry) {
			if (strcmp(result_text(entry, "key"), key) == 0)
				return result_text(entry, "why");
		}
	}
	return NULL;
}

json_t *sweep_dead_keys(const struct study *study, const json_t *sorted)
{
	json_t *sentences = json_array();
	const char *key, *why;
	json_t *ignored;
	char text[512];
	size_t i;

	if (json_array_size(sorted) != study_nr_points(study))
		return sentences;
	for (i = 0; i < study->nr_axes; i++) {
		if (study->axes[i].nr_values < 2 ||
		    !axis_is_dead(study, i, sorted))
			continue;
		if (json_object_get(study->axes[i].keys, STUDY_SEEDS)) {
			json_array_append_new(
				sentences,
				json_string("seeds change nothing: no "
					    "randomness in this workload, "
					    "figures are exact for it"));
			continue;
		}
		json_object_foreach(study->axes[i].keys, key, ignored) {
			why = why_untouched(sorted, key);
			snprintf(text, sizeof(text),
				 "%.200s changes nothing: %.250s", key,
				 why ? why
				     : "no figure depends on it in this "
				       "workload");
			json_array_append_new(sentences, json_string(text));
		}
	}
	return sentences;
}

static int write_lines(const char *dir, const json_t *sorted)
{
	const json_t *point;
	size_t i, nr_bytes;
	char *text = NULL;
	FILE *out = open_memstream(&text, &nr_bytes);
	int error;

	SIM_ASSERT(out);
	json_array_foreach(sorted, i, point) {
		json_dumpf(point, out, JSON_COMPACT);
		putc('\n', out);
	}
	fclose(out);
	error = results_write_text(dir, "points.jsonl", text);
	free(text);
	return error;
}

static int write_table(const char *dir, const struct study *study,
		       const json_t *sorted)
{
	struct print_table *table = sweep_table(study, sorted);
	size_t nr_bytes;
	char *text = NULL;
	FILE *out = open_memstream(&text, &nr_bytes);
	int error;

	SIM_ASSERT(out);
	print_table_out(table, out, PRINT_CSV);
	fclose(out);
	error = results_write_text(dir, "points.csv", text);
	free(text);
	print_table_free(table);
	return error;
}

int sweep_write(const char *dir, const struct study *study,
		const struct sweep_identity *identity, const json_t *sorted)
{
	json_t *summary = json_object();
	int error = write_lines(dir, sorted);

	if (!error)
		error = write_table(dir, study, sorted);
	if (!error)
		error = pairs_write(dir, study, sorted);
	json_object_set_new(summary, "format", json_string("wbsim-sweep/1"));
	json_object_set_new(summary, "name", json_string(study->name));
	json_object_set(summary, "study", study->json);
	json_object_set_new(summary, "digest", json_string(identity->digest));
	json_object_set_new(summary, "build", json_string(identity->build));
	if (identity->nr_shards > 1)
		json_object_set_new(summary, "shard",
				    json_pack("{s:i, s:i}", "index",
					      (int)identity->shard, "of",
					      (int)identity->nr_shards));
	json_object_set_new(summary, "points",
			    json_integer((json_int_t)json_array_size(sorted)));
	json_object_set_new(summary, "dead_keys",
			    sweep_dead_keys(study, sorted));
	if (!error)
		error = results_write_json(dir, "sweep.json", summary);
	json_decref(summary);
	return error;
}
