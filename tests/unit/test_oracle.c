/* test-links: wb_engine wb_base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>

#include "sim/base/rng.h"
#include "sim/engine/metrics.h"
#include "sim/engine/sim.h"
#include "tests/unit/in_child.h"

/*
 * A small storage model, run in both modes: writers fill a queue, units serve
 * it, interrupts complete, a work queue converts, writers sleep and wait.
 * Random times with many ties; every step leaves a record.
 */
#define NR_UNITS   3
#define NR_WRITERS 3
#define WRITES     60ull
#define QUEUE_MAX  8

struct mode {
	uint64_t seed;
	enum sim_cpu_policy policy;
	bool oracle;
};

struct model {
	struct sim *sim;
	struct rng rng;
	unsigned int account;
	struct sim_stream *steps;
	struct sim_waitq room;
	struct sim_waitq all_done;
	struct sim_workqueue *wq;
	struct sim_work work;
	unsigned int nr_queued;
	unsigned int nr_busy;
	unsigned int nr_finished; /* not yet converted */
	uint64_t nr_converted;
	sim_event_id timeout;
	struct unit {
		struct model *model;
		struct sim_unit *unit;
		unsigned int index;
	} units[NR_UNITS];
	struct writer {
		struct model *model;
		unsigned int index;
	} writers[NR_WRITERS];
};

enum step { STEP_SUBMIT, STEP_IRQ, STEP_CONVERT, STEP_WOKEN, STEP_TIMEOUT };

static void step(struct model *m, enum step what, uint64_t which)
{
	stream_emit(m->steps, what, which, sim_current_cpu(m->sim), 0);
}

static void use(struct model *m, uint64_t max_ns)
{
	sim_charge_ps(m->sim, m->account,
		      rng_below(&m->rng, max_ns * 1000 + 1));
}

static void unit_irq(void *arg);

static void unit_done(void *arg)
{
	struct unit *unit = arg;

	sim_irq(unit->model->sim, unit->index % 2, unit_irq, unit);
}

static void serve(struct model *m)
{
	for (unsigned int i = 0; i < NR_UNITS && m->nr_queued; i++) {
		struct unit *unit = &m->units[i];

		if (sim_unit_is_busy(unit->unit))
			continue;
		m->nr_queued--;
		m->nr_busy++;
		/* steps of 500 ns: many coincide */
		sim_unit_serve(unit->unit, 500 * rng_below(&m->rng, 20),
			       unit_done, unit);
	}
}

static void timed_out(void *arg)
{
	struct model *m = arg;

	m->timeout = 0;
	step(m, STEP_TIMEOUT, 0);
}

static void unit_irq(void *arg)
{
	struct unit *unit = arg;
	struct model *m = unit->model;

	step(m, STEP_IRQ, unit->index);
	use(m, 700);
	m->nr_busy--;
	m->nr_finished++;
	if (m->timeout && sim_cancel(m->sim, m->timeout))
		m->timeout = 0;
	if (!m->timeout)
		m->timeout = sim_after(m->sim, 3000, timed_out, m);
	sim_queue_work(m->wq, &m->work);
	serve(m);
	sim_wake(m->sim, &m->room, 1);
}

static void convert(void *arg)
{
	struct model *m = arg;

	while (m->nr_finished) {
		m->nr_finished--;
		m->nr_converted++;
		step(m, STEP_CONVERT, m->nr_converted);
		use(m, 4000);
		sim_settle(m->sim);
	}
	sim_wake(m->sim, &m->all_done, UINT_MAX);
}

static bool model_is_quiet(const struct model *m)
{
	return !m->nr_queued && !m->nr_busy && !m->nr_finished;
}

static void writer(void *arg)
{
	struct writer *w = arg;
	struct model *m = w->model;

	for (unsigned int i = 0; i < WRITES; i++) {
		use(m, 3000);
		sim_settle(m->sim);
		while (m->nr_queued >= QUEUE_MAX) {
			sim_wait(m->sim, &m->room);
			step(m, STEP_WOKEN, w->index);
		}
		step(m, STEP_SUBMIT, w->index);
		m->nr_queued++;
		serve(m);
		if (i % 7 == 6)
			sim_sleep_ns(m->sim, 100 * rng_below(&m->rng, 100));
		if (i % 5 == 4)
			sim_user_return(m->sim);
	}
	sim_settle(m->sim);
	while (!model_is_quiet(m))
		sim_wait(m->sim, &m->all_done);
}

static void model_start(struct model *m, const struct mode *mode)
{
	static const char *const fields[] = { "what", "which", "cpu" };
	const struct sim_options options = {
		.nr_cpus = 2,
		.policy = mode->policy,
		.tick_ns = 8000,
		.switch_ps = mode->seed % 2 ? 250500 : 0,
		.wakeup_ps = 130300,
		.irq_entry_ps = 80700,
		.seed = mode->seed,
		.oracle = mode->oracle,
	};

	*m = (struct model){ .sim = sim_new(&options) };
	rng_init(&m->rng, sim_seed(m->sim), "model");
	m->account = sim_account_add(m->sim, "model");
	m->steps = stream_new(m->sim, "steps", fields, 3);
	m->room.name = "room";
	m->all_done.name = "all done";
	m->work = (struct sim_work){ .fn = convert, .arg = m };
	m->wq = sim_workqueue_new(m->sim, "convert");
	for (unsigned int i = 0; i < NR_UNITS; i++)
		m->units[i] =
			(struct unit){ m, sim_unit_new(m->sim, "unit"), i };
	for (unsigned int i = 0; i < NR_WRITERS; i++) {
		char name[16];

		snprintf(name, sizeof(name), "writer%u", i);
		m->writers[i] = (struct writer){ m, i };
		sim_thread_new(m->sim, name, i % 2, false, writer,
			       &m->writers[i]);
	}
}

static void run_model(void *arg, struct child_answer *answer)
{
	const struct mode *mode = arg;
	char error[512] = "";
	struct model m;
	uint64_t end_ns, elapsed_ns;
	int err;

	model_start(&m, mode);
	err = sim_run(m.sim, NULL, NULL, &end_ns, error, sizeof(error));
	if (err)
		fprintf(stderr, "%s\n", error);
	SIM_ASSERT(!err);
	SIM_ASSERT(m.nr_converted == WRITES * NR_WRITERS);
	elapsed_ns = sim_now_ns(m.sim);
	answer_add(answer, end_ns);
	answer_add(answer, metrics_event_digest(sim_metrics(m.sim)));
	answer_add(answer, m.steps->nr_records);
	answer_add(answer, sim_account_ns(m.sim, 0));
	answer_add(answer, sim_account_ns(m.sim, m.account));
	for (unsigned int cpu = 0; cpu < 2; cpu++) {
		SIM_ASSERT(sim_cpu_busy_ns(m.sim, cpu) <= elapsed_ns);
		answer_add(answer, sim_cpu_busy_ns(m.sim, cpu));
	}
	for (unsigned int i = 0; i < NR_UNITS; i++)
		answer_add(answer, sim_unit_busy_ns(m.units[i].unit));
	sim_free(m.sim);
}

static void check_both_modes(enum sim_cpu_policy policy)
{
	for (uint64_t seed = 1; seed <= 12; seed++) {
		struct mode mode = { seed, policy, false };
		struct child_answer fast, again, oracle;

		assert_int_equal(in_child(run_model, &mode, &fast), 0);
		assert_int_equal(in_child(run_model, &mode, &again), 0);
		assert_memory_equal(&fast, &again, sizeof(fast));
		mode.oracle = true;
		assert_int_equal(in_child(run_model, &mode, &oracle), 0);
		assert_true(fast.numbers[2] > 400);
		assert_memory_equal(&fast, &oracle, sizeof(fast));
	}
}

static void simgrid_sleeps_and_the_core_agree_under_tick(void **state)
{
	(void)state;
	check_both_modes(SIM_CPU_TICK);
}

static void simgrid_sleeps_and_the_core_agree_under_fluid(void **state)
{
	(void)state;
	check_both_modes(SIM_CPU_FLUID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(simgrid_sleeps_and_the_core_agree_under_tick),
		cmocka_unit_test(simgrid_sleeps_and_the_core_agree_under_fluid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
