/*
 * Mean and 95 % confidence interval of a few numbers.
 */
#include "sim/results/interval.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>

#include "sim/base/assert.h"

double interval_t(size_t nr)
{
	SIM_ASSERT(nr > 1);
	return gsl_cdf_tdist_Pinv(0.975, (double)(nr - 1));
}

static bool all_equal(const double *values, size_t nr)
{
	size_t i;

	for (i = 1; i < nr; i++) {
		if (values[i] < values[0] || values[i] > values[0])
			return false;
	}
	return true;
}

struct interval interval_of(const double *values, size_t nr)
{
	struct interval result = { 0, 0, false };

	SIM_ASSERT(nr > 0);
	result.is_one_value = all_equal(values, nr);
	if (result.is_one_value) {
		result.mean = values[0];
		return result;
	}
	result.mean = gsl_stats_mean(values, 1, nr);
	result.half_width = interval_t(nr) *
			    gsl_stats_sd_m(values, 1, nr, result.mean) /
			    sqrt((double)nr);
	return result;
}
