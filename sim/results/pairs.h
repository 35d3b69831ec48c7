/*
 * What the second design of a study costs more than the first: the
 * "difference" of the study.
 *
 * Points that differ in "design" only are a pair.  Beside the difference of
 * the figure stands what the cost table makes of it: for each step of the
 * designs' layer its number in the run times the difference of its prices.
 */
#ifndef SIM_RESULTS_PAIRS_H
#define SIM_RESULTS_PAIRS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "sim/results/print.h"
#include "sim/results/study.h"

/**
 * struct design_pair - one pair
 * @old_point, @new_point: not owned
 * @old_value, @new_value: the figure under the first and the second design
 * @counted_ns: sum over the steps of number times difference of prices; 0 when
 *   the study names nothing to divide by
 */
struct design_pair {
	const json_t *old_point;
	const json_t *new_point;
	double old_value;
	double new_value;
	double counted_ns;
};

/**
 * pairs_list - the pairs of @sorted
 * @ret_nr: 0 when the study asks for none
 * Return: to free().
 */
struct design_pair *pairs_list(const struct study *study, const json_t *sorted,
			       size_t *ret_nr);

/**
 * pairs_unit_ns - prices of the second design less those of the first
 * @figure: "ranges", "large_folios", "ioends" or "segments"
 * Return: false for other figures.
 */
bool pairs_unit_ns(const struct study *study, const char *figure, double *ret);

/** pairs_print - the table for people; nothing without pairs */
void pairs_print(const struct study *study, const json_t *sorted, FILE *out);

/**
 * pairs_write - difference.csv into a result folder
 * Return: 0 or -errno.
 */
int pairs_write(const char *dir, const struct study *study,
		const json_t *sorted);

#endif
