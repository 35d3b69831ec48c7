/*
 * How far apart two simulated figures are, and what that says of the real
 * thing: a bound within which they are equal, or a difference with interval.
 */
#ifndef SIM_RESULTS_DIFFERENCE_H
#define SIM_RESULTS_DIFFERENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/results/interval.h"

/*
 * Two boots of one real kernel differ by this much (groundtruth
 * timed/noise.json, median of quiet totals); a smaller simulated difference
 * is below what could be seen on the recorded machines.
 */
#define DIFFERENCE_NOISE 0.001

/*
 * Validated error of a ratio new/old of elapsed times: 95 % prediction
 * interval of simulated over recorded ratio 6.17.13/6.16.12 over the timed
 * recordings that both kernels have and whose device is not paced by a timer,
 * rounded up (tests/recorded/ratio.py computes it from `wbsim validate --timed`).
 */
#define DIFFERENCE_MODEL 0.005

/**
 * struct difference - of a figure, new against old
 * @ratio: mean over the seeds of new/old - 1, and its interval; made from
 * logarithms, so that old/new gives the inverse
 * @is_structure: the figure follows rules, not times (tag exact): the model's
 * error of times has no part in it
 * @is_defined: both are above 0 for every seed (or both 0: no difference)
 */
struct difference {
	struct interval ratio;
	bool is_structure;
	bool is_defined;
};

/** difference_of_logs - from one logarithm of new/old per seed */
struct difference difference_of_logs(const double *logs, size_t nr);

/** difference_of - from pairs of values; @old, @new: @nr numbers */
struct difference difference_of(const double *old, const double *new,
				size_t nr);

/** difference_bound - half width: seeds and the model's error of times */
double difference_bound(const struct difference *difference);

/** difference_is_equal - does the interval hold 0? */
bool difference_is_equal(const struct difference *difference);

/**
 * difference_say - "equal within 0.5 % (95 %)", "equal (exact)" or
 * "differs by +3.10 % (95 %: +2.70 to +3.50 %)"; bounds are rounded outwards
 */
void difference_say(const struct difference *difference, char *buf,
		    size_t size);

/** difference_short - "+0.02 %", "+0.02 +- 0.01 %", "0" */
void difference_short(const struct difference *difference, char *buf,
		      size_t size);

#endif
