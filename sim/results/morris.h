/*
 * Which keys matter: elementary effects (Morris, Factorial sampling plans for
 * preliminary computational experiments, Technometrics 33, 1991; the mean of
 * absolute effects after Campolongo, Cariboni, Saltelli 2007).
 *
 * Each key has a few levels, numbered from 0; its range counts as 1 whatever
 * its values are.  A trajectory starts at random levels and changes one key after
 * the other by half of its levels, in random order; each change is one
 * elementary effect: difference of the figure over the part of the range.
 */
#ifndef SIM_RESULTS_MORRIS_H
#define SIM_RESULTS_MORRIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct morris_plan - points to evaluate
 * @nr_levels: of each key, at least 2
 * @nr_points: @nr_trajectories x (@nr_keys + 1)
 * @levels: @nr_points rows of @nr_keys
 */
struct morris_plan {
	size_t nr_keys;
	size_t nr_trajectories;
	size_t nr_points;
	size_t *nr_levels;
	size_t *levels;
};

/**
 * struct morris_effect - of one key on the figure, over its whole range
 * @mu_star: mean of absolute effects: how much it matters
 * @half_width: of the 95 % interval of @mu_star over the trajectories
 * @mu: mean with sign; near +-mu_star: monotonic
 * @sigma: standard deviation: other than linear, or with other keys
 * @is_dead: every effect is exactly 0
 */
struct morris_effect {
	double mu_star;
	double half_width;
	double mu;
	double sigma;
	bool is_dead;
};

/** morris_plan_init - deterministic for a @seed; freed by morris_plan_done() */
void morris_plan_init(struct morris_plan *plan, const size_t *nr_levels,
		      size_t nr_keys, size_t nr_trajectories, uint64_t seed);
void morris_plan_done(struct morris_plan *plan);

/** morris_point - levels of the keys at point @index */
const size_t *morris_point(const struct morris_plan *plan, size_t index);

/**
 * morris_effects - from the figure at every point
 * @values: nr_points numbers
 * @ret: nr_keys effects
 */
void morris_effects(const struct morris_plan *plan, const double *values,
		    struct morris_effect *ret);

/** morris_rank - keys, the one that matters most first; ties in key order */
void morris_rank(const struct morris_effect *effects, size_t nr_keys,
		 size_t *ret);

/** morris_kind - "linear", "monotonic" ... after Garcia Sanchez et al. 2014 */
const char *morris_kind(const struct morris_effect *effect);

#endif
