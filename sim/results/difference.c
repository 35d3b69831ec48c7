/*
 * How far apart two simulated figures are.
 */
#include "sim/results/difference.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/base/assert.h"

struct difference difference_of_logs(const double *logs, size_t nr)
{
	struct difference difference = { .is_defined = true };
	struct interval interval = interval_of(logs, nr);

	difference.ratio = interval;
	difference.ratio.mean = expm1(interval.mean);
	difference.ratio.half_width =
		exp(interval.mean) * expm1(interval.half_width);
	return difference;
}

struct difference difference_of(const double *old, const double *new, size_t nr)
{
	struct difference difference = { .is_defined = false };
	double *logs = calloc(nr, sizeof(*logs));
	size_t i;

	SIM_ASSERT(logs);
	for (i = 0; i < nr; i++) {
		if (old[i] > 0 && new[i] > 0)
			logs[i] = log(new[i] / old[i]);
		else if (old[i] > 0 || new[i] > 0)
			break;
	}
	if (i == nr)
		difference = difference_of_logs(logs, nr);
	free(logs);
	return difference;
}

double difference_bound(const struct difference *difference)
{
	return difference->ratio.half_width +
	       (difference->is_structure ? 0 : DIFFERENCE_MODEL);
}

bool difference_is_equal(const struct difference *difference)
{
	return difference->is_defined &&
	       fabs(difference->ratio.mean) <= difference_bound(difference);
}

/* to hundredths of a per cent, outwards but for what is rounding of doubles */
static double percent_down(double share)
{
	return floor(share * 1e4 + 1e-7) / 100;
}

static double percent_up(double share)
{
	return ceil(share * 1e4 - 1e-7) / 100;
}

void difference_say(const struct difference *difference, char *buf, size_t size)
{
	double mean = difference->ratio.mean;
	double bound = difference_bound(difference);

	if (!difference->is_defined)
		snprintf(buf, size, "differs: one of them is 0");
	else if (!(fabs(mean) > 0) && !(bound > 0))
		snprintf(buf, size, "equal (exact)");
	else if (difference_is_equal(difference))
		snprintf(buf, size, "equal within %.3g %% (95 %%)",
			 percent_up(fabs(mean) + bound));
	else if (!(bound > 0))
		snprintf(buf, size, "differs by %+.2f %% (exact)", 100 * mean);
	else
		snprintf(buf, size,
			 "differs by %+.2f %% (95 %%: %+.2f to %+.2f %%)",
			 100 * mean, percent_down(mean - bound),
			 percent_up(mean + bound));
}

void difference_short(const struct difference *difference, char *buf,
		      size_t size)
{
	double mean = 100 * difference->ratio.mean;
	double half = 100 * difference->ratio.half_width;
	/* as many digits as a small number needs */
	int digits = fabs(mean) < 0.1 || (half > 0 && half < 0.005) ? 3 : 2;

	if (!difference->is_defined)
		snprintf(buf, size, "-");
	else if (fabs(mean) + half > 0 && fabs(mean) + half < 0.0005)
		snprintf(buf, size, "< 0.001 %%");
	else if (half > 0)
		snprintf(buf, size, "%+.*f +- %.*f %%", digits, mean, digits,
			 half);
	else if (fabs(mean) > 0)
		snprintf(buf, size, "%+.*f %%", digits, mean);
	else
		snprintf(buf, size, "0");
}
