/*
 * Mean and 95 % confidence interval of a few numbers (Student's t).
 */
#ifndef SIM_RESULTS_INTERVAL_H
#define SIM_RESULTS_INTERVAL_H

#include <stddef.h>

/** struct interval - mean, and half the width of its 95 % interval */
struct interval {
	double mean;
	double half_width;
};

/** interval_of - of @nr values; half width 0 for one value */
struct interval interval_of(const double *values, size_t nr);

#endif
