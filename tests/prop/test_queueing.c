/* test-links: wb_engine */
/*
 * One server against closed formulas.  Arrivals are drawn slot by slot (one
 * with probability p in each slot), so that no logarithm is needed: with s
 * slots of service the mean wait of Geo/D/1 is p s (s - 1) / (2 (1 - p s)),
 * which for s = 100 is M/D/1's within 1 %.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sim/base/rng.h"
#include "sim/engine/sim.h"
#include "tests/unit/in_child.h"

#define SLOT_NS       10
#define SERVICE_SLOTS 100
#define NR_JOBS       400000

/** struct server - a unit, its queue of arrival dates (a ring), the sums */
struct server {
	struct sim *sim;
	struct sim_unit *unit;
	struct rng rng;
	uint32_t arrival_ppm;
	uint64_t *arrived_ns;
	uint64_t head;
	uint64_t tail;
	uint64_t wait_ns;
};

static void job_done(void *arg);

static void start_job(struct server *s)
{
	s->wait_ns += sim_now_ns(s->sim) - s->arrived_ns[s->head++];
	sim_unit_serve(s->unit, SLOT_NS * SERVICE_SLOTS, job_done, s);
}

static void job_done(void *arg)
{
	struct server *s = arg;

	if (s->head < s->tail)
		start_job(s);
}

static void arrive(void *arg)
{
	struct server *s = arg;
	uint64_t slots = 1;

	s->arrived_ns[s->tail++] = sim_now_ns(s->sim);
	if (!sim_unit_is_busy(s->unit))
		start_job(s);
	if (s->tail == NR_JOBS)
		return;
	while (!rng_chance_ppm(&s->rng, s->arrival_ppm))
		slots++;
	sim_after(s->sim, slots * SLOT_NS, arrive, s);
}

static void wait_for_all(void *arg)
{
	struct server *s = arg;

	sim_at(s->sim, sim_now_ns(s->sim), arrive, s);
}

static bool is_served(void *arg)
{
	const struct server *s = arg;

	return s->head == NR_JOBS && !sim_unit_is_busy(s->unit);
}

/* Answers: mean wait in thousandths of a slot, utilisation in ppm. */
static void serve(void *arg, struct child_answer *answer)
{
	const struct sim_options options = { .nr_cpus = 1,
					     .tick_ns = 4000000,
					     .seed = 1 };
	struct server s = { .sim = sim_new(&options) };
	char error[128];

	s.arrival_ppm = *(uint32_t *)arg;
	s.unit = sim_unit_new(s.sim, "server");
	s.arrived_ns = calloc(NR_JOBS, sizeof(*s.arrived_ns));
	SIM_ASSERT(s.arrived_ns != NULL);
	rng_init(&s.rng, 1, "arrivals");
	sim_thread_new(s.sim, "start", 0, false, wait_for_all, &s);
	SIM_ASSERT(sim_run(s.sim, is_served, &s, NULL, error, sizeof(error)) ==
		   0);
	answer_add(answer, s.wait_ns * 1000 / SLOT_NS / NR_JOBS);
	answer_add(answer,
		   sim_unit_busy_ns(s.unit) * 1000000 / sim_now_ns(s.sim));
	free(s.arrived_ns);
	sim_free(s.sim);
}

static void check_load(uint32_t arrival_ppm, unsigned int tolerance_percent)
{
	uint64_t load_ppm = (uint64_t)arrival_ppm * SERVICE_SLOTS;
	uint64_t wait = load_ppm * (SERVICE_SLOTS - 1) * 1000 /
			(2 * (1000000 - load_ppm));
	struct child_answer answer;

	assert_int_equal(in_child(serve, &arrival_ppm, &answer), 0);
	assert_int_equal(answer.nr, 2);
	assert_in_range(answer.numbers[0],
			wait * (100 - tolerance_percent) / 100,
			wait * (100 + tolerance_percent) / 100);
	assert_in_range(answer.numbers[1], load_ppm * 99 / 100,
			load_ppm * 101 / 100);
}

static void waits_follow_the_formula_at_low_load(void **state)
{
	(void)state;
	check_load(3000, 3);
}

static void waits_follow_the_formula_at_high_load(void **state)
{
	(void)state;
	check_load(8000, 5);
}

static void a_saturated_server_is_always_busy(void **state)
{
	uint32_t arrival_ppm = 20000;
	struct child_answer answer;

	(void)state;
	assert_int_equal(in_child(serve, &arrival_ppm, &answer), 0);
	assert_in_range(answer.numbers[1], 999000, 1000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waits_follow_the_formula_at_low_load),
		cmocka_unit_test(waits_follow_the_formula_at_high_load),
		cmocka_unit_test(a_saturated_server_is_always_busy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
