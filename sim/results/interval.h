/*
 * Mean and 95 % confidence interval of a few numbers (Student's t).
 */
#ifndef SIM_RESULTS_INTERVAL_H
#define SIM_RESULTS_INTERVAL_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct interval - mean, and half the width of its 95 % interval
 * @is_one_value: all numbers are equal, or there is only one
 */
struct interval {
	double mean;
	double half_width;
	bool is_one_value;
};

/** interval_t - two-sided 95 % quantile of Student's t for @nr > 1 numbers */
double interval_t(size_t nr);

/** interval_of - of @nr values; half width 0 for one value */
struct interval interval_of(const double *values, size_t nr);

#endif
