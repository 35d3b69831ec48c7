/* test-links: wb_engine */
/*
 * Servers of the engine against closed formulas of queueing theory: Poisson
 * arrivals, c units behind one queue, exponential or constant service.
 *
 *	M/M/1	Wq = r S / (1 - r)
 *	M/D/1	Wq = r S / (2 (1 - r))		(Pollaczek and Khinchine)
 *	M/M/c	Wq = C(c, a) S / (c (1 - r))	(Erlang C; a = c r)
 *	saturated: c / S jobs a second, units always busy
 *
 * with r the load of a unit and S the mean service.
 *
 * Tolerance: the waits of one run are correlated, so their mean is judged by
 * the means of 40 consecutive batches, which are nearly independent: 4
 * standard errors of their mean.  A right engine fails that in one of about
 * 4000 seeds, and the seeds here are fixed.  That the test can see something:
 * 4 standard errors must be below 10 % of the formula.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sim/base/rng.h"
#include "sim/engine/sim.h"
#include "tests/unit/in_child.h"

#define SERVICE_NS 10000
#define NR_BATCHES 40
#define BATCH_JOBS 25000
#define WARM_UP    BATCH_JOBS
#define NR_JOBS    (WARM_UP + NR_BATCHES * BATCH_JOBS)
#define MAX_UNITS  8

/** struct model - what is simulated */
struct model {
	unsigned int nr_units;
	uint64_t load_ppm; /* of each unit */
	bool is_constant;  /* service */
};

/**
 * struct servers - units, their queue of arrival dates, sums of waits
 * @head: jobs whose service has begun; @tail: jobs that have come
 */
struct servers {
	const struct model *model;
	struct sim *sim;
	struct sim_unit *units[MAX_UNITS];
	struct rng arrivals;
	struct rng services;
	uint64_t *arrived_ns;
	uint64_t head;
	uint64_t tail;
	uint64_t ended;
	uint64_t wait_ns[NR_BATCHES];
};

static void job_done(void *arg);

static void start_jobs(struct servers *s)
{
	for (unsigned int i = 0; i < s->model->nr_units; i++) {
		uint64_t wait;

		if (s->head == s->tail)
			return;
		if (sim_unit_is_busy(s->units[i]))
			continue;
		wait = sim_now_ns(s->sim) - s->arrived_ns[s->head];
		if (s->head >= WARM_UP)
			s->wait_ns[(s->head - WARM_UP) / BATCH_JOBS] += wait;
		s->head++;
		sim_unit_serve(
			s->units[i],
			s->model->is_constant
				? SERVICE_NS
				: rng_exponential(&s->services, SERVICE_NS),
			job_done, s);
	}
}

static void job_done(void *arg)
{
	struct servers *s = arg;

	s->ended++;
	start_jobs(s);
}

static void arrive(void *arg)
{
	struct servers *s = arg;
	uint64_t between = SERVICE_NS * UINT64_C(1000000) /
			   (s->model->load_ppm * s->model->nr_units);

	s->arrived_ns[s->tail++] = sim_now_ns(s->sim);
	start_jobs(s);
	if (s->tail < NR_JOBS)
		sim_after(s->sim, rng_exponential(&s->arrivals, between),
			  arrive, s);
}

static void first_arrival(void *arg)
{
	struct servers *s = arg;

	sim_at(s->sim, sim_now_ns(s->sim), arrive, s);
}

static bool all_ended(void *arg)
{
	const struct servers *s = arg;

	return s->ended == NR_JOBS;
}

/* Answers: sums of waits by batch, all units' busy time, the end's date. */
static void serve(void *arg, struct child_answer *answer)
{
	const struct sim_options options = { .nr_cpus = 1,
					     .tick_ns = 4000000,
					     .seed = 1 };
	struct servers s = { .model = arg, .sim = sim_new(&options) };
	uint64_t busy_ns = 0;
	char error[128];

	for (unsigned int i = 0; i < s.model->nr_units; i++)
		s.units[i] = sim_unit_new(s.sim, "unit");
	s.arrived_ns = calloc(NR_JOBS, sizeof(*s.arrived_ns));
	SIM_ASSERT(s.arrived_ns != NULL);
	rng_init(&s.arrivals, 1, "arrivals");
	rng_init(&s.services, 1, "services");
	sim_thread_new(s.sim, "start", 0, false, first_arrival, &s);
	SIM_ASSERT(sim_run(s.sim, all_ended, &s, NULL, error, sizeof(error)) ==
		   0);
	for (unsigned int i = 0; i < NR_BATCHES; i++)
		answer_add(answer, s.wait_ns[i]);
	for (unsigned int i = 0; i < s.model->nr_units; i++)
		busy_ns += sim_unit_busy_ns(s.units[i]);
	answer_add(answer, busy_ns);
	answer_add(answer, sim_now_ns(s.sim));
	free(s.arrived_ns);
	sim_free(s.sim);
}

/* Probability that an arrival has to wait. */
static double erlang_c(unsigned int units, double a)
{
	double blocking = 1; /* Erlang B, by its recursion */

	for (unsigned int i = 1; i <= units; i++)
		blocking = a * blocking / (i + a * blocking);
	return blocking / (1 - a / units * (1 - blocking));
}

static double formula_ns(const struct model *m)
{
	double load = (double)m->load_ppm / 1e6;
	double wait = erlang_c(m->nr_units, load * m->nr_units) * SERVICE_NS /
		      (m->nr_units * (1 - load));

	return m->is_constant ? wait / 2 : wait;
}

static double square(double x)
{
	return x * x;
}

static void check_waits(const struct model *model)
{
	struct model copy = *model;
	struct child_answer answer;
	double expected = formula_ns(model);
	double mean = 0, squares = 0, variance;

	assert_int_equal(in_child(serve, &copy, &answer), 0);
	assert_int_equal(answer.nr, NR_BATCHES + 2);
	for (unsigned int i = 0; i < NR_BATCHES; i++)
		mean += (double)answer.numbers[i] / BATCH_JOBS / NR_BATCHES;
	for (unsigned int i = 0; i < NR_BATCHES; i++)
		squares +=
			square((double)answer.numbers[i] / BATCH_JOBS - mean);
	variance = squares / (NR_BATCHES - 1) / NR_BATCHES;
	if (square(mean - expected) > square(4) * variance ||
	    square(4) * variance > square(0.1 * expected))
		fail_msg(
			"mean wait %.1f ns, formula %.1f, variance of the mean %.1f",
			mean, expected, variance);
}

static void exponential_service_on_one_unit(void **state)
{
	(void)state;
	check_waits(&(struct model){ 1, 300000, false });
	check_waits(&(struct model){ 1, 800000, false });
}

static void constant_service_on_one_unit(void **state)
{
	(void)state;
	check_waits(&(struct model){ 1, 300000, true });
	check_waits(&(struct model){ 1, 800000, true });
}

static void exponential_service_on_several_units(void **state)
{
	(void)state;
	check_waits(&(struct model){ 2, 600000, false });
	check_waits(&(struct model){ 8, 800000, false });
}

/*
 * Twice as many arrivals as can be served: N jobs take N S / c.  Constant
 * service: exact but for the start, when the units are not busy yet, and the
 * end (2 S).  Exponential: 4 standard deviations of a sum of N services.
 */
static void saturated_units_work_at_their_rate(void **state)
{
	(void)state;
	for (unsigned int constant = 0; constant < 2; constant++) {
		struct model m = { 4, 2000000, constant };
		double ideal = (double)NR_JOBS * SERVICE_NS / m.nr_units;
		double tolerance_squared =
			constant ? square(2 * SERVICE_NS)
				 : square(4 * ideal) / NR_JOBS;
		struct child_answer answer;
		double end;

		assert_int_equal(in_child(serve, &m, &answer), 0);
		end = (double)answer.numbers[NR_BATCHES + 1];
		if (square(end - ideal) > tolerance_squared)
			fail_msg("%.0f ns, expected %.0f", end, ideal);
		assert_true((double)answer.numbers[NR_BATCHES] >
			    0.999 * end * m.nr_units);
	}
}

/* Mean and variance of the draws, and how many exceed twice the mean. */
static void draws_are_exponential(void **state)
{
	enum { NR = 1000000, MEAN = 1000000 };
	struct rng rng;
	double sum = 0, squares = 0, above = 0;

	(void)state;
	rng_init(&rng, 1, "exponential");
	for (int i = 0; i < NR; i++) {
		double x = (double)rng_exponential(&rng, MEAN) / MEAN;

		sum += x;
		squares += x * x;
		above += x > 2;
	}
	/* standard errors of N draws: 1, sqrt(20), sqrt(p (1 - p)) / sqrt(N) */
	assert_true(square(sum / NR - 1) < square(4 * 1.0 / 1000));
	assert_true(square(squares / NR - 2) < square(4 * 4.48 / 1000));
	assert_true(square(above / NR - 0.135335) < square(4 * 0.342 / 1000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(draws_are_exponential),
		cmocka_unit_test(exponential_service_on_one_unit),
		cmocka_unit_test(constant_service_on_one_unit),
		cmocka_unit_test(exponential_service_on_several_units),
		cmocka_unit_test(saturated_units_work_at_their_rate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
