/*
 * Where the difference of two designs reaches a share: for each x the y
 * between two points at which it does, a line per value of the band.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"
#include "sim/results/pairs.h"
#include "sim/results/picture_parts.h"
#include "sim/results/quantity.h"
#include "sim/results/result.h"
#include "sim/results/sweep.h"

/** struct axes - the three swept keys, as lists of the study's grid */
struct axes {
	const char *x;
	const char *y;
	const char *band;
	const json_t *xs;
	const json_t *ys;
	const json_t *bands;
};

static double base_of(const json_t *value)
{
	struct quantity quantity;

	return quantity_parse(value, &quantity) ? quantity.base : 0;
}

static bool axes_of(const struct study *study, struct axes *ret)
{
	const json_t *spec = json_object_get(study->json, "difference");
	const json_t *grid = json_object_get(study->json, "grid");

	if (!json_object_get(spec, "reaches_ppm"))
		return false;
	ret->x = result_text(spec, "x");
	ret->y = result_text(spec, "y");
	ret->band = result_text(spec, "band");
	ret->xs = json_object_get(grid, ret->x);
	ret->ys = json_object_get(grid, ret->y);
	ret->bands = json_object_get(grid, ret->band);
	return true;
}

static bool is_at(const json_t *point, const char *key, const json_t *value)
{
	return json_equal(
		json_object_get(json_object_get(point, "values"), key), value);
}

/* Share of the difference, in ppm; false where the study has no such pair. */
static bool share_at(const struct design_pair *list, size_t nr,
		     const struct axes *axes, const json_t *x, const json_t *y,
		     const json_t *band, double *ret)
{
	for (size_t i = 0; i < nr; i++) {
		const struct design_pair *d = &list[i];

		if (!is_at(d->old_point, axes->x, x) ||
		    !is_at(d->old_point, axes->y, y) ||
		    !is_at(d->old_point, axes->band, band) || d->old_value <= 0)
			continue;
		*ret = (d->new_value - d->old_value) / d->old_value * 1e6;
		return true;
	}
	return false;
}

/*
 * The share falls with y.  Between two points both axes are taken as
 * logarithms, for the share is nearly a power of y there.
 * Return: 0 when it is below @ppm at the first y already.
 */
static double crossing(const struct design_pair *list, size_t nr,
		       const struct axes *axes, const json_t *x,
		       const json_t *band, double ppm)
{
	double last_y = 0, last_share = 0;
	const json_t *y;
	size_t i;

	json_array_foreach(axes->ys, i, y) {
		double at = base_of(y);
		double share;

		if (!share_at(list, nr, axes, x, y, band, &share))
			continue;
		if (share < ppm && last_y <= 0)
			return 0;
		if (share < ppm) {
			double low = share > 1 ? share : 1;
			double part =
				log(last_share / ppm) / log(last_share / low);

			return last_y * pow(at / last_y, part);
		}
		last_y = at;
		last_share = share;
	}
	return last_y;
}

static void write_rows(FILE *csv, const struct study *study,
		       const struct axes *axes, const json_t *points,
		       double ppm)
{
	double floor = base_of(json_array_get(axes->ys, 0));
	struct design_pair *list;
	const json_t *x, *band;
	size_t i, b, nr;
	bool is_below = false;

	list = pairs_list(study, points, &nr);
	fprintf(csv, "%s", axes->x);
	json_array_foreach(axes->bands, b, band)
		fprintf(csv, ",%s at %s %.12g", axes->y, axes->band,
			base_of(band));
	fputc('\n', csv);
	json_array_foreach(axes->xs, i, x) {
		if (is_below)
			break;
		fprintf(csv, "%.12g", base_of(x));
		is_below = true;
		json_array_foreach(axes->bands, b, band) {
			double y = crossing(list, nr, axes, x, band, ppm);

			is_below = is_below && y <= floor;
			fprintf(csv, ",%.9g", y > floor ? y : floor);
		}
		fputc('\n', csv);
	}
	free(list);
}

static void tics(FILE *out, const char *variable, const json_t *values)
{
	const json_t *value;
	char text[64];
	size_t i;

	fprintf(out, "%s = '", variable);
	json_array_foreach(values, i, value) {
		sweep_value_text(value, text, sizeof(text));
		fprintf(out, "%s\"%s\" %.12g", i ? ", " : "", text,
			base_of(value));
	}
	fputs("'\n", out);
}

void picture_break_even(struct picture_set *set, const struct study *study,
			const json_t *points)
{
	const json_t *spec = json_object_get(study->json, "difference");
	double ppm = (double)json_integer_value(
		json_object_get(spec, "reaches_ppm"));
	struct axes axes;
	struct picture picture;
	size_t nr_bands;

	if (!axes_of(study, &axes) || json_array_size(points) == 0)
		return;
	picture_begin(&picture, set, "break-even");
	write_rows(picture.csv, study, &axes, points, ppm);
	picture_heading(&picture, json_array_get(points, 0), true, study->name);
	picture_variable(&picture, "x_label", axes.x);
	picture_variable(&picture, "y_label", axes.y);
	tics(picture.variables, "x_tics", axes.xs);
	tics(picture.variables, "y_tics", axes.ys);
	nr_bands = json_array_size(axes.bands);
	fprintf(picture.variables,
		"percent = %g\nx_low = %.12g\nx_high = %.12g\ny_low = %.12g\n"
		"y_high = %.12g\nband_low = %g\nband_high = %g\nnr_bands = %zu\n",
		ppm / 1e4, base_of(json_array_get(axes.xs, 0)),
		base_of(json_array_get(axes.xs, json_array_size(axes.xs) - 1)),
		base_of(json_array_get(axes.ys, 0)),
		base_of(json_array_get(axes.ys, json_array_size(axes.ys) - 1)),
		base_of(json_array_get(axes.bands, 0)),
		base_of(json_array_get(axes.bands, nr_bands - 1)), nr_bands);
	picture_variable(&picture, "band_label", axes.band);
	picture_end(&picture, "break-even");
}
