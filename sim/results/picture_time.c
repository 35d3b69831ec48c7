/*
 * Pictures over simulated time, and the sets for runs and comparisons.
 */
#include "sim/results/picture.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"
#include "sim/results/format.h"
#include "sim/results/picture_parts.h"
#include "sim/results/result.h"
#include "sim/results/study.h"

/* more would draw the completion of single requests, not a rate */
#define NR_BINS   50
#define MAX_LINES 8

static const json_t *columns_of(const json_t *result)
{
	return json_object_get(json_object_get(result, "timeseries"),
			       "columns");
}

static const json_t *rows_of(const json_t *result)
{
	return json_object_get(json_object_get(result, "timeseries"), "rows");
}

static double cell(const json_t *rows, size_t row, size_t column)
{
	return json_number_value(
		json_array_get(json_array_get(rows, row), column));
}

static const char *unit_of(const struct picture_line *line)
{
	return result_text(
		json_array_get(columns_of(line->result), line->column), "unit");
}

/*
 * A completion is work done since the one before, not in the sample where it
 * ends: spread it back, at most over one bin, or large requests look like dips.
 */
static void spread_back(double *values, size_t nr, size_t per_bin)
{
	size_t last = 0, i, j;

	for (i = 1; i < nr; i++) {
		size_t gap = i - last < per_bin ? i - last : per_bin;
		double share = values[i] / (double)gap;

		if (!(values[i] > 0))
			continue;
		for (j = 0; j < gap; j++)
			values[i - j] = share;
		last = i;
	}
}

/* call @each with the date and mean of each bin of the line's column */
static void bins(const struct picture_line *line,
		 void (*each)(double date_ns, double value, void *arg),
		 void *arg)
{
	const json_t *rows = rows_of(line->result);
	size_t nr = json_array_size(rows);
	size_t per_bin = (nr + NR_BINS - 1) / NR_BINS;
	double *values = calloc(nr + 1, sizeof(*values));
	size_t row, i;

	SIM_ASSERT(values);
	for (i = 0; i < nr; i++)
		values[i] = cell(rows, i, line->column);
	if (strcmp(unit_of(line), "bytes/s") == 0)
		spread_back(values, nr, per_bin);
	for (row = 0; row < nr; row += per_bin) {
		double sum = 0;

		/* the rest of a bin says little of a rate */
		if (row > 0 && nr - row < (per_bin + 1) / 2)
			break;

		for (i = row; i < row + per_bin && i < nr; i++)
			sum += values[i];
		each(cell(rows, i - 1, 0), sum / (double)(i - row), arg);
	}
	free(values);
}

struct reach {
	double date_ns;
	double value;
};

static void reach_each(double date_ns, double value, void *arg)
{
	struct reach *reach = arg;

	if (date_ns > reach->date_ns)
		reach->date_ns = date_ns;
	if (value > reach->value)
		reach->value = value;
}

struct csv {
	FILE *out;
	const char *label;
	double date_scale;
	double scale;
};

static void csv_each(double date_ns, double value, void *arg)
{
	const struct csv *csv = arg;

	fprintf(csv->out, "%s,%.9g,%.9g\n", csv->label,
		date_ns / csv->date_scale, value / csv->scale);
}

static void line_lists(struct picture *picture,
		       const struct picture_line *lines, size_t nr_lines)
{
	FILE *out = picture->variables;
	size_t i;

	fputs("series = '", out);
	for (i = 0; i < nr_lines; i++)
		picture_word(out, lines[i].label);
	fputs("'\ncolours = '", out);
	for (i = 0; i < nr_lines; i++)
		fprintf(out, "%s ", lines[i].colour);
	fputs("'\nwidths = '", out);
	for (i = 0; i < nr_lines; i++)
		fprintf(out, "%d ", lines[i].width);
	fputs("'\n", out);
}

void picture_timeseries(struct picture_set *set, const char *name,
			const char *axis, const struct picture_line *lines,
			size_t nr_lines)
{
	const char *unit, *date_unit;
	struct reach reach = { 0, 0 };
	struct picture picture;
	struct csv csv;
	char text[128];
	size_t i;

	for (i = 0; i < nr_lines; i++)
		bins(&lines[i], reach_each, &reach);
	if (!(reach.date_ns > 0) || !(reach.value > 0))
		return;
	picture_begin(&picture, set, name);
	csv.out = picture.csv;
	csv.date_scale = format_scale(reach.date_ns, "ns", &date_unit);
	csv.scale = format_scale(reach.value, unit_of(&lines[0]), &unit);
	fprintf(picture.csv, "series,time (%s),value (%s)\n", date_unit, unit);
	for (i = 0; i < nr_lines; i++) {
		csv.label = lines[i].label;
		bins(&lines[i], csv_each, &csv);
	}
	picture_heading(&picture, lines[0].result,
			picture_is_one_kernel(lines[0].result,
					      lines[nr_lines - 1].result),
			axis);
	snprintf(text, sizeof(text), "simulated time (%s)", date_unit);
	picture_variable(&picture, "x_label", text);
	snprintf(text, sizeof(text), "%.80s (%s)", axis, unit);
	picture_variable(&picture, "y_label", text);
	line_lists(&picture, lines, nr_lines);
	picture_end(&picture, "timeseries");
}

/* columns of @unit as lines, at most MAX_LINES */
static size_t lines_of_unit(const json_t *result, const char *unit,
			    struct picture_line *lines)
{
	const json_t *column;
	size_t nr = 0, i;

	json_array_foreach(columns_of(result), i, column) {
		if (strcmp(result_text(column, "unit"), unit) != 0 ||
		    nr == MAX_LINES)
			continue;
		lines[nr] = (struct picture_line){
			result, i, result_text(column, "name"),
			picture_colour(result_text(column, "name"), nr), 2
		};
		nr++;
	}
	return nr;
}

bool picture_is_one_kernel(const json_t *a, const json_t *b)
{
	return strcmp(result_text(a, "kernel"), result_text(b, "kernel")) == 0;
}

void picture_heading(struct picture *picture, const json_t *result,
		     bool is_one_kernel, const char *what)
{
	char text[512];

	snprintf(text, sizeof(text), "%.100s%s%.100s: %.100s",
		 result_text(result, "name"), is_one_kernel ? " on " : "",
		 is_one_kernel ? result_text(result, "kernel") : "", what);
	picture_variable(picture, "heading", text);
}

/* the rate at the device, where the simulation has one; else all rates */
static size_t rate_lines(const json_t *result, struct picture_line *lines)
{
	size_t nr = lines_of_unit(result, "bytes/s", lines), i;

	for (i = 0; i < nr; i++) {
		if (strcmp(lines[i].label, "device_written") != 0)
			continue;
		lines[0] = lines[i];
		return 1;
	}
	return nr;
}

/* Where dirty pages stood between the limits, as writers saw it. */
static size_t throttle_lines(const json_t *result, struct picture_line *lines)
{
	static const char group[] = "throttle.";
	const json_t *column;
	size_t nr = 0, i;

	json_array_foreach(columns_of(result), i, column) {
		const char *name = result_text(column, "name");

		if (strncmp(name, group, strlen(group)) != 0 ||
		    strcmp(result_text(column, "unit"), "pages") != 0 ||
		    nr == MAX_LINES)
			continue;
		name += strlen(group);
		lines[nr] =
			(struct picture_line){ result, i, name,
					       picture_colour(name, nr), 2 };
		nr++;
	}
	return nr;
}

void picture_run(struct picture_set *set, const json_t *result)
{
	const char *label = result_text(result, "design");
	struct picture_line lines[MAX_LINES] = { 0 };
	size_t nr;

	picture_stages(set, &result, &label, 1);
	nr = rate_lines(result, lines);
	if (nr == 1) {
		lines[0].label = label;
		lines[0].colour = picture_colour(label, 0);
	}
	picture_timeseries(set, "throughput", "throughput", lines, nr);
	nr = lines_of_unit(result, "bytes", lines);
	picture_timeseries(set, "page-cache", "page cache", lines, nr);
	nr = throttle_lines(result, lines);
	if (nr)
		picture_timeseries(set, "dirty-thresholds", "dirty pages",
				   lines, nr);
}

void picture_compare(struct picture_set *set, const json_t *const *results,
		     const char *const *labels, size_t nr)
{
	struct picture_line lines[MAX_LINES] = { 0 }, found[MAX_LINES] = { 0 };
	size_t nr_lines = 0, i;

	picture_stages(set, results, labels, nr);
	for (i = 0; i < nr && nr_lines < MAX_LINES; i++) {
		if (rate_lines(results[i], found) == 0)
			continue;
		found[0].label = labels[i];
		found[0].colour = picture_colour(labels[i], i);
		/* equal curves stay visible: the first lies wide below */
		found[0].width = i == 0 ? 6 : 2;
		lines[nr_lines++] = found[0];
	}
	picture_timeseries(set, "throughput", "throughput", lines, nr_lines);
}

static size_t column_named(const json_t *point, const char *name)
{
	const json_t *column;
	size_t i;

	json_array_foreach(columns_of(point), i, column) {
		if (strcmp(result_text(column, "name"), name) == 0)
			return i;
	}
	return 0;
}

/* one picture: a line for each point that is not a further seed of one */
static void over_time(struct picture_set *set, const char *name,
		      const char *column, const struct study *study,
		      const json_t *points)
{
	struct picture_line lines[MAX_LINES] = { 0 };
	char labels[MAX_LINES][200];
	const json_t *point;
	size_t nr = 0, i, j;

	json_array_foreach(points, i, point) {
		size_t at = column_named(point, column);

		if (!at || nr == MAX_LINES)
			continue;
		picture_series_label(study, point, true, labels[nr],
				     sizeof(labels[nr]));
		for (j = 0; j < nr && strcmp(labels[j], labels[nr]) != 0; j++)
			;
		if (j < nr)
			continue;
		lines[nr] = (struct picture_line){
			point, at, labels[nr], picture_colour(labels[nr], nr), 2
		};
		nr++;
	}
	if (nr)
		picture_timeseries(set, name, column, lines, nr);
}

void picture_over_time(struct picture_set *set, const struct study *study,
		       const json_t *points)
{
	/* a picture's name outlives the call */
	static char names[4][80];
	const json_t *column;
	size_t i;

	json_array_foreach(study->over_time, i, column) {
		if (i == sizeof(names) / sizeof(names[0]))
			break;
		snprintf(names[i], sizeof(names[i]), "over-time-%.60s",
			 json_string_value(column));
		over_time(set, names[i], json_string_value(column), study,
			  points);
	}
}
