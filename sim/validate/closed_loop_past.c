/*
 * What a recording says of the completions before it.
 *
 * A device's threshold is thresh * n / (n + o): n its own completions, o
 * those of others.  n is known (the device is new), so each wb_setpoint gives
 * o; halving both at an instant leaves the share as it is but makes what
 * comes later count double.  The instant is the one that lets o differ least.
 */
#include <math.h>
#include <stdlib.h>

#include "sim/base/assert.h"
#include "sim/validate/closed_loop.h"

#define PERIOD_US UINT64_C(3000000)
#define STEP_US   UINT64_C(20000)
/* a share that much above the floor of (thresh - dirty) / 8 is no floor */
#define ABOVE_FLOOR 1.1
/* few completions make a rounded share */
#define LEAST_PAGES 1000

/** struct share - one event */
struct share {
	uint64_t t_us;
	double own;      /* completed pages */
	double fraction; /* of the threshold */
};

/* Shares that completions decide; returns how many. */
static size_t shares_of(const struct control_log *log, struct share *ret)
{
	const struct control_state *state = NULL;
	int64_t first = -1;
	size_t nr = 0;

	for (size_t i = 0; i < log->nr; i++) {
		const struct control_event *e = &log->events[i];
		const struct control_throttle *t = &e->throttle;

		if (e->kind == CONTROL_STATE) {
			state = &e->state;
			first = first < 0 ? state->written : first;
		}
		if (e->kind != CONTROL_THROTTLE || !state || !t->setpoint)
			continue;
		double own = (double)(state->written - first);
		double fraction =
			((double)t->wb_setpoint + 0.5) / (double)t->setpoint;
		double floor = (double)(state->thresh - t->dirty) / 8 /
			       (double)state->thresh;

		if (own < LEAST_PAGES || fraction < floor * ABOVE_FLOOR)
			continue;
		ret[nr++] = (struct share){ e->t_us, own, fraction };
	}
	return nr;
}

static int compare(const void *left, const void *right)
{
	double a = *(const double *)left;
	double b = *(const double *)right;

	return (a > b) - (a < b);
}

/* Own completions at the last event before @t_us. */
static double own_at(const struct share *shares, size_t nr, uint64_t t_us)
{
	double own = 0;

	for (size_t i = 0; i < nr && shares[i].t_us <= t_us; i++)
		own = shares[i].own;
	return own;
}

/* Median of o if ageing is at @age_us and each period later; and its spread. */
static double others_at(const struct share *shares, size_t nr, uint64_t age_us,
			double *scratch, double *ret_spread)
{
	double spread = 0;
	double median;

	for (size_t i = 0; i < nr; i++) {
		double aged = 0; /* completions forgotten */
		double scale = 1;

		for (uint64_t t = age_us; t <= shares[i].t_us; t += PERIOD_US) {
			aged += (own_at(shares, nr, t) - aged) / 2;
			scale /= 2;
		}
		scratch[i] = (shares[i].own - aged) *
			     (1 / shares[i].fraction - 1) / scale;
	}
	qsort(scratch, nr, sizeof(*scratch), compare);
	median = scratch[nr / 2];
	for (size_t i = 0; i < nr; i++)
		spread += fabs(scratch[i] - median);
	*ret_spread = spread;
	return median;
}

struct closed_loop_past closed_loop_past(const struct control_log *log)
{
	struct share *shares = calloc(log->nr + 1, sizeof(*shares));
	double *scratch = calloc(log->nr + 1, sizeof(*scratch));
	struct closed_loop_past ret = { 0 };
	size_t nr;
	double best = INFINITY;

	SIM_ASSERT(shares && scratch);
	nr = shares_of(log, shares);
	for (uint64_t age = STEP_US; nr && age <= PERIOD_US; age += STEP_US) {
		double spread;
		double others = others_at(shares, nr, age, scratch, &spread);

		if (spread >= best)
			continue;
		best = spread;
		ret.other_pages = others > 0 ? (uint64_t)others : 0;
		ret.age_ns = age * 1000;
	}
	free(shares);
	free(scratch);
	return ret;
}
