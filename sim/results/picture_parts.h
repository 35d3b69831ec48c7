/*
 * Parts of pictures that runs, comparisons and sweeps share.
 */
#ifndef SIM_RESULTS_PICTURE_PARTS_H
#define SIM_RESULTS_PICTURE_PARTS_H

#include <stdbool.h>

#include "sim/results/picture.h"

/**
 * picture_heading - variable `heading`: workload, kernel, @what
 * @is_one_kernel: all that is shown ran on the result's kernel
 */
void picture_heading(struct picture *picture, const json_t *result,
		     bool is_one_kernel, const char *what);

/** picture_is_one_kernel - did both run on the same kernel preset? */
bool picture_is_one_kernel(const json_t *a, const json_t *b);

/**
 * picture_series_label - what tells the line of @point apart
 * All swept keys but seeds, the study's x (unless @with_x) and what is zipped
 * with it.  The design, if swept, comes first: it gives the colour.
 */
void picture_series_label(const struct study *study, const json_t *point,
			  bool with_x, char *label, size_t size);

/**
 * picture_over_time - each column of the study's "over_time", as
 * "over-time-COLUMN": a line per point, of the first seed
 */
void picture_over_time(struct picture_set *set, const struct study *study,
		       const json_t *points);

/**
 * picture_break_even - where the "difference" of the study reaches what it
 * names: a band over "x" and "y"; nothing for studies without "reaches_ppm"
 */
void picture_break_even(struct picture_set *set, const struct study *study,
			const json_t *points);

/** picture_stages - time-by-stage and way-by-stage; one result or several */
void picture_stages(struct picture_set *set, const json_t *const *results,
		    const char *const *labels, size_t nr);

/**
 * struct picture_line - one line over time
 * @column: index in the timeseries
 * @label: legend; @colour; @width: in the unit of `lw`
 */
struct picture_line {
	const json_t *result;
	size_t column;
	const char *label;
	const char *colour;
	int width;
};

/**
 * picture_timeseries - lines of one unit over time
 * @name: of the picture; @axis: what the y axis shows, without unit
 */
void picture_timeseries(struct picture_set *set, const char *name,
			const char *axis, const struct picture_line *lines,
			size_t nr_lines);

#endif
