/*
 * The picture of a sweep: one figure over one swept key, a line per
 * combination of the other keys.
 */
#include "sim/results/picture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"
#include "sim/results/format.h"
#include "sim/results/interval.h"
#include "sim/results/picture_parts.h"
#include "sim/results/print.h"
#include "sim/results/quantity.h"
#include "sim/results/result.h"
#include "sim/results/study.h"
#include "sim/results/sweep.h"

#define MAX_SERIES 16

struct x_value {
	double x;
	char label[64];
};

/**
 * struct sweep_axis - the x axis
 * @is_number: all values are numbers or sizes; else they stand side by side
 */
struct sweep_axis {
	const json_t *values;
	struct x_value *x;
	size_t nr;
	bool is_number;
	bool is_bytes;
	double low;
	double high;
};

static bool value_number(const json_t *value, double *ret)
{
	struct quantity quantity;

	if (!quantity_parse(value, &quantity))
		return false;
	*ret = quantity.base;
	return true;
}

static bool has_ending(const char *text, const char *ending)
{
	size_t n = strlen(text), m = strlen(ending);

	return n >= m && strcmp(text + n - m, ending) == 0;
}

static void axis_init(struct sweep_axis *axis, const struct study *study)
{
	const json_t *value;
	size_t i;

	memset(axis, 0, sizeof(*axis));
	for (i = 0; i < study->nr_axes && !axis->values; i++)
		axis->values = json_object_get(study->axes[i].keys, study->x);
	axis->nr = json_array_size(axis->values);
	axis->x = calloc(axis->nr, sizeof(*axis->x));
	SIM_ASSERT(axis->x && axis->nr > 0);
	axis->is_number = true;
	axis->is_bytes = has_ending(study->x, "_bytes");
	json_array_foreach(axis->values, i, value) {
		if (!value_number(value, &axis->x[i].x))
			axis->is_number = false;
	}
	axis->low = axis->high = axis->is_number ? axis->x[0].x : 0;
	json_array_foreach(axis->values, i, value) {
		struct x_value *x = &axis->x[i];

		if (!axis->is_number)
			x->x = (double)i;
		if (axis->is_number && axis->is_bytes)
			snprintf(x->label, sizeof(x->label), "%s",
				 format_value(x->x, "bytes").s);
		else
			sweep_value_text(value, x->label, sizeof(x->label));
		axis->low = x->x < axis->low ? x->x : axis->low;
		axis->high = x->x > axis->high ? x->x : axis->high;
	}
}

/* sizes and wide ranges are powers in people's heads */
static bool axis_is_log(const struct sweep_axis *axis)
{
	return axis->is_number && axis->low > 0 &&
	       (axis->is_bytes || axis->high / axis->low >= 16);
}

/* a tic so near to the labelled one before it that their labels would meet */
static bool is_crowded(const struct sweep_axis *axis, size_t i, bool is_log)
{
	double last, place, span;
	size_t before = i;

	if (!axis->is_number)
		return false;
	while (before > 0 && !axis->x[before - 1].label[0])
		before--;
	if (before == 0)
		return false;
	place = is_log ? log2(axis->x[i].x) : axis->x[i].x;
	last = is_log ? log2(axis->x[before - 1].x) : axis->x[before - 1].x;
	span = is_log ? log2(axis->high / axis->low) : axis->high - axis->low;
	return fabs(place - last) < 0.07 * span;
}

static void axis_variables(FILE *out, const struct sweep_axis *axis)
{
	bool is_log = axis_is_log(axis);
	double margin = (axis->high - axis->low) * 0.06;
	size_t i;

	if (!(margin > 0))
		margin = axis->high > 0 ? axis->high * 0.5 : 0.5;
	fprintf(out, "x_log = %d\n", is_log);
	if (is_log)
		fprintf(out, "x_low = %.9g\nx_high = %.9g\n", axis->low / 1.2,
			axis->high * 1.2);
	else
		fprintf(out, "x_low = %.9g\nx_high = %.9g\n",
			axis->low - margin, axis->high + margin);
	fputs("x_tics = '", out);
	for (i = 0; i < axis->nr; i++) {
		const char *c;

		fprintf(out, "%s\"", i ? ", " : "");
		if (is_crowded(axis, i, is_log))
			axis->x[i].label[0] = '\0';
		for (c = axis->x[i].label; *c; c++)
			putc(strchr("'\"\\", *c) ? ' ' : *c, out);
		fprintf(out, "\" %.12g", axis->x[i].x);
	}
	fputs("'\n", out);
}

/* the last part of a path; "enabled" alone would not say what */
static const char *short_key(const char *key)
{
	const char *last = strrchr(key, '.');

	if (!last)
		return key;
	if (strcmp(last, ".enabled") == 0) {
		while (last > key && last[-1] != '.')
			last--;
		return last;
	}
	return last + 1;
}

/* does @key vary together with the study's x? */
static bool is_zipped_with_x(const struct study *study, const char *key)
{
	size_t i;

	for (i = 0; i < study->nr_axes; i++) {
		const json_t *keys = study->axes[i].keys;

		if (json_object_get(keys, study->x) &&
		    json_object_get(keys, key))
			return strcmp(key, study->x) != 0;
	}
	return false;
}

void picture_series_label(const struct study *study, const json_t *point,
			  bool with_x, char *label, size_t size)
{
	json_t *values = json_object_get(point, "values");
	const char *design =
		json_string_value(json_object_get(values, "design"));
	size_t used = 0;
	const char *key;
	json_t *value;
	char text[128];

	label[0] = '\0';
	if (design && (with_x || strcmp(study->x, "design") != 0))
		used = (size_t)snprintf(label, size, "%.60s", design);
	json_object_foreach(values, key, value) {
		int n;

		if ((!with_x && strcmp(key, study->x) == 0) ||
		    strcmp(key, "design") == 0 ||
		    strcmp(key, STUDY_SEEDS) == 0 ||
		    is_zipped_with_x(study, key) || used >= size)
			continue;
		sweep_value_text(value, text, sizeof(text));
		n = snprintf(label + used, size - used, "%s%s=%s",
			     used ? " " : "", short_key(key), text);
		used += n > 0 ? (size_t)n : 0;
	}
	if (!label[0])
		snprintf(label, size, "%s", result_text(point, "design"));
}

static void collect_labels(const struct study *study, const json_t *points,
			   json_t *labels)
{
	const json_t *point;
	char label[200];
	size_t i;

	json_array_foreach(points, i, point) {
		picture_series_label(study, point, false, label, sizeof(label));
		if (json_object_size(labels) < MAX_SERIES ||
		    json_object_get(labels, label))
			json_object_set_new(labels, label, json_true());
	}
}

static bool is_of(const json_t *point, const struct study *study,
		  const char *series, const json_t *value)
{
	char label[200];

	picture_series_label(study, point, false, label, sizeof(label));
	return strcmp(label, series) == 0 &&
	       json_equal(value,
			  json_object_get(json_object_get(point, "values"),
					  study->x));
}

/* one place of a line: the mean over the seeds and its interval */
static void csv_place(FILE *csv, const struct x_value *x, const char *series,
		      const double *values, size_t nr)
{
	struct interval interval = interval_of(values, nr);

	print_csv_field(csv, series);
	fprintf(csv, ",%.12g,%.9g,", x->x, interval.mean);
	print_csv_field(csv, x->label);
	fprintf(csv, ",%.9g,%.9g\n", interval.mean - interval.half_width,
		interval.mean + interval.half_width);
}

/* the rows of one line, which must follow each other */
static void csv_series(FILE *csv, const struct study *study,
		       const struct sweep_axis *axis, const json_t *points,
		       double scale, const char *series)
{
	double *found = calloc(json_array_size(points), sizeof(*found));
	const json_t *point, *value;
	size_t i, v;

	SIM_ASSERT(found);
	json_array_foreach(axis->values, v, value) {
		size_t nr = 0;

		json_array_foreach(points, i, point) {
			if (is_of(point, study, series, value))
				found[nr++] = result_figure_value(
						      point, study->figure) /
					      scale;
		}
		if (nr > 0)
			csv_place(csv, &axis->x[v], series, found, nr);
	}
	free(found);
}

static void series_lists(FILE *out, json_t *labels)
{
	static const int shapes[] = { 7, 5, 9, 11, 13, 6, 4, 8 };
	const char *label;
	json_t *ignored;
	size_t i = 0;

	fputs("series = '", out);
	json_object_foreach(labels, label, ignored)
		picture_word(out, label);
	fputs("'\ncolours = '", out);
	json_object_foreach(labels, label, ignored)
		fprintf(out, "%s ", picture_colour(label, i++));
	fputs("'\npoints = '", out);
	for (i = 0; i < json_object_size(labels); i++)
		fprintf(out, "%d ", shapes[i % 8]);
	fputs("'\nwidths = '", out);
	/* equal curves stay visible: the earlier ones lie wide below */
	for (i = json_object_size(labels); i-- > 0;)
		fprintf(out, "%.1f ",
			json_object_size(labels) <= 4 ? 2 + 1.4 * (double)i
						      : 2.0);
	fputs("'\n", out);
}

void picture_sweep(struct picture_set *set, const struct study *study,
		   const json_t *points)
{
	json_t *labels = json_object();
	struct result_figure figure = { 0, "", "", "" };
	struct sweep_axis axis;
	struct picture picture;
	const char *unit, *label;
	const json_t *point;
	json_t *ignored;
	char text[256];
	double scale, max = 0;
	size_t i;

	json_array_foreach(points, i, point) {
		if (result_figure_get(point, study->figure, &figure) &&
		    figure.value > max)
			max = figure.value;
	}
	axis_init(&axis, study);
	scale = format_scale(max, figure.unit, &unit);
	picture_begin(&picture, set, "sweep");
	if (strcmp(unit, study->figure) == 0 || strcmp(unit, "count") == 0)
		snprintf(text, sizeof(text), "%.100s", study->figure);
	else
		snprintf(text, sizeof(text), "%.100s (%.40s)", study->figure,
			 unit);
	fprintf(picture.csv, "series,%s,%s,as written,low,high\n", study->x,
		text);
	fprintf(picture.variables, "has_intervals = %d\n",
		study_nr_seeds(study) > 1);
	collect_labels(study, points, labels);
	json_object_foreach(labels, label, ignored)
		csv_series(picture.csv, study, &axis, points, scale, label);
	picture_variable(&picture, "y_label", text);
	picture_variable(&picture, "x_label", study_x_label(study));
	point = json_array_get(points, 0);
	picture_heading(
		&picture, point,
		picture_is_one_kernel(
			point,
			json_array_get(points, json_array_size(points) - 1)),
		study->name);
	axis_variables(picture.variables, &axis);
	series_lists(picture.variables, labels);
	picture_end(&picture, "sweep");
	free(axis.x);
	json_decref(labels);
	picture_over_time(set, study, points);
	picture_break_even(set, study, points);
}
