/*
 * Elementary effects.
 */
#include "sim/results/morris.h"

#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"
#include "sim/base/rng.h"
#include "sim/results/interval.h"

/* half of the levels: with an even number each level is met equally often */
static size_t step_of(size_t nr_levels)
{
	return nr_levels / 2;
}

static void shuffle(struct rng *rng, size_t *order, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++)
		order[i] = i;
	for (i = nr; i > 1; i--) {
		size_t j = rng_below(rng, i);
		size_t other = order[j];

		order[j] = order[i - 1];
		order[i - 1] = other;
	}
}

/* up or down, whatever stays inside; either if both do */
static size_t moved(struct rng *rng, size_t level, size_t nr_levels)
{
	size_t step = step_of(nr_levels);
	bool can_rise = level + step < nr_levels;
	bool can_fall = level >= step;

	SIM_ASSERT(can_rise || can_fall);
	if (can_rise && can_fall)
		can_rise = rng_below(rng, 2) == 1;
	return can_rise ? level + step : level - step;
}

static void add_trajectory(struct morris_plan *plan, struct rng *rng,
			   size_t *rows, size_t *order)
{
	size_t nr = plan->nr_keys, i;

	for (i = 0; i < nr; i++)
		rows[i] = rng_below(rng, plan->nr_levels[i]);
	shuffle(rng, order, nr);
	for (i = 0; i < nr; i++) {
		size_t *row = rows + (i + 1) * nr;
		size_t key = order[i];

		memcpy(row, row - nr, nr * sizeof(*row));
		row[key] = moved(rng, row[key], plan->nr_levels[key]);
	}
}

void morris_plan_init(struct morris_plan *plan, const size_t *nr_levels,
		      size_t nr_keys, size_t nr_trajectories, uint64_t seed)
{
	size_t *order = calloc(nr_keys, sizeof(*order));
	struct rng rng;
	size_t t;

	SIM_ASSERT(nr_keys > 0 && nr_trajectories > 0 && order);
	plan->nr_keys = nr_keys;
	plan->nr_trajectories = nr_trajectories;
	plan->nr_points = nr_trajectories * (nr_keys + 1);
	plan->nr_levels = calloc(nr_keys, sizeof(*plan->nr_levels));
	plan->levels = calloc(plan->nr_points * nr_keys, sizeof(*plan->levels));
	SIM_ASSERT(plan->nr_levels && plan->levels);
	memcpy(plan->nr_levels, nr_levels, nr_keys * sizeof(*nr_levels));
	rng_init(&rng, seed, "morris");
	for (t = 0; t < nr_trajectories; t++)
		add_trajectory(plan, &rng,
			       plan->levels + t * (nr_keys + 1) * nr_keys,
			       order);
	free(order);
}

void morris_plan_done(struct morris_plan *plan)
{
	free(plan->nr_levels);
	free(plan->levels);
}

const size_t *morris_point(const struct morris_plan *plan, size_t index)
{
	SIM_ASSERT(index < plan->nr_points);
	return plan->levels + index * plan->nr_keys;
}

/* the effect of the change from point @index to the next; its key in @ret */
static double effect_at(const struct morris_plan *plan, const double *values,
			size_t index, size_t *ret_key)
{
	const size_t *before = morris_point(plan, index);
	const size_t *after = morris_point(plan, index + 1);
	size_t key = 0;
	double part;

	while (before[key] == after[key])
		key++;
	part = ((double)after[key] - (double)before[key]) /
	       (double)(plan->nr_levels[key] - 1);
	*ret_key = key;
	return (values[index + 1] - values[index]) / part;
}

static struct morris_effect summary_of(const double *effects, size_t nr)
{
	struct morris_effect ret = { .is_dead = true };
	double *sizes = calloc(nr, sizeof(*sizes));
	struct interval interval;
	size_t i;

	SIM_ASSERT(sizes);
	for (i = 0; i < nr; i++) {
		sizes[i] = fabs(effects[i]);
		if (sizes[i] > 0)
			ret.is_dead = false;
	}
	interval = interval_of(sizes, nr);
	ret.mu_star = interval.mean;
	ret.half_width = interval.half_width;
	ret.mu = gsl_stats_mean(effects, 1, nr);
	ret.sigma = nr > 1 ? gsl_stats_sd(effects, 1, nr) : 0;
	free(sizes);
	return ret;
}

void morris_effects(const struct morris_plan *plan, const double *values,
		    struct morris_effect *ret)
{
	size_t nr = plan->nr_trajectories;
	double *effects = calloc(plan->nr_keys * nr, sizeof(*effects));
	size_t t, i, key;

	SIM_ASSERT(effects);
	for (t = 0; t < nr; t++) {
		for (i = 0; i < plan->nr_keys; i++) {
			double effect =
				effect_at(plan, values,
					  t * (plan->nr_keys + 1) + i, &key);

			effects[key * nr + t] = effect;
		}
	}
	for (key = 0; key < plan->nr_keys; key++)
		ret[key] = summary_of(effects + key * nr, nr);
	free(effects);
}

void morris_rank(const struct morris_effect *effects, size_t nr_keys,
		 size_t *ret)
{
	size_t i, j;

	for (i = 0; i < nr_keys; i++) {
		for (j = i;
		     j > 0 && effects[ret[j - 1]].mu_star < effects[i].mu_star;
		     j--)
			ret[j] = ret[j - 1];
		ret[j] = i;
	}
}

const char *morris_kind(const struct morris_effect *effect)
{
	double ratio;

	if (effect->is_dead)
		return "none";
	ratio = effect->sigma / effect->mu_star;
	if (ratio < 0.1)
		return "linear";
	if (ratio < 0.5)
		return "monotonic";
	if (ratio < 1)
		return "nearly monotonic";
	return "not linear, or with other keys";
}
