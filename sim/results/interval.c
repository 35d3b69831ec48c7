/*
 * Mean and 95 % confidence interval of a few numbers.
 */
#include "sim/results/interval.h"

#include "sim/base/assert.h"

/* two-sided 95 % quantiles of Student's t for 1 to 30 degrees of freedom */
static const double student[] = { 12.706, 4.303, 3.182, 2.776, 2.571, 2.447,
				  2.365,  2.306, 2.262, 2.228, 2.201, 2.179,
				  2.160,  2.145, 2.131, 2.120, 2.110, 2.101,
				  2.093,  2.086, 2.080, 2.074, 2.069, 2.064,
				  2.060,  2.056, 2.052, 2.048, 2.045, 2.042 };

/* Newton's: figures are printed with few digits, and no libm result decides */
static double root(double x)
{
	double guess = x > 1 ? x : 1;
	int i;

	for (i = 0; i < 200; i++) {
		double next = (guess + x / guess) / 2;

		if (!(next < guess))
			break;
		guess = next;
	}
	return guess;
}

struct interval interval_of(const double *values, size_t nr)
{
	struct interval result = { 0, 0 };
	double squares = 0, quantile;
	size_t i;

	SIM_ASSERT(nr > 0);
	for (i = 0; i < nr; i++)
		result.mean += values[i] / (double)nr;
	if (nr == 1)
		return result;
	for (i = 0; i < nr; i++)
		squares +=
			(values[i] - result.mean) * (values[i] - result.mean);
	if (!(squares > 0))
		return result;
	quantile = nr - 1 <= 30 ? student[nr - 2] : 1.96;
	result.half_width =
		quantile * root(squares / (double)(nr - 1) / (double)nr);
	return result;
}
