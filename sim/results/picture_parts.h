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

/** picture_stages - time-by-stage; one result or several */
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
