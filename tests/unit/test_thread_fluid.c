/* test-links: wb_engine wb_base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <simgrid/actor.h>
#include <simgrid/engine.h>
#include <simgrid/host.h>
#include <stdio.h>
#include <unistd.h>
#include <xbt/config.h>
#include <xbt/log.h>

#include "sim/base/rng.h"
#include "sim/engine/sim.h"
#include "tests/unit/in_child.h"

/*
 * The same threads as SimGrid executions on a host of one core (1 Gflop/s: one
 * flop is one ns) and under the fluid policy.
 */
#define MAX_THREADS 20
#define MAX_BURSTS  4

struct plan {
	unsigned int nr_threads;
	unsigned int nr_bursts;
	uint64_t sleep_ns[MAX_THREADS][MAX_BURSTS];
	uint64_t burst_ns[MAX_THREADS][MAX_BURSTS];
};

struct player {
	const struct plan *plan;
	struct child_answer *answer;
	struct sim *sim;
	unsigned int index;
	unsigned int account;
};

static void play_in_engine(void *arg)
{
	struct player *p = arg;

	for (unsigned int i = 0; i < p->plan->nr_bursts; i++) {
		if (p->plan->sleep_ns[p->index][i])
			sim_sleep_ns(p->sim, p->plan->sleep_ns[p->index][i]);
		sim_charge_ps(p->sim, p->account,
			      p->plan->burst_ns[p->index][i] * 1000);
		sim_settle(p->sim);
	}
	p->answer->numbers[p->index] = sim_now_ns(p->sim);
}

static struct sim *fluid_sim(void)
{
	const struct sim_options options = {
		.nr_cpus = 1,
		.policy = SIM_CPU_FLUID,
	};

	return sim_new(&options);
}

static void plan_in_engine(void *arg, struct child_answer *answer)
{
	const struct plan *plan = arg;
	struct player players[MAX_THREADS];
	struct sim *sim = fluid_sim();

	for (unsigned int i = 0; i < plan->nr_threads; i++) {
		players[i] = (struct player){ plan, answer, sim, i,
					      sim_account_add(sim, "a") };
		sim_thread_new(sim, "t", 0, false, play_in_engine, &players[i]);
	}
	SIM_ASSERT(sim_run(sim, NULL, NULL, NULL, NULL, 0) == 0);
	sim_free(sim);
}

static void play_in_simgrid(int argc, char **argv)
{
	struct player *p = sg_actor_self_get_data();

	(void)argc;
	(void)argv;
	for (unsigned int i = 0; i < p->plan->nr_bursts; i++) {
		if (p->plan->sleep_ns[p->index][i])
			sg_actor_sleep_for(
				(double)p->plan->sleep_ns[p->index][i] / 1e9);
		sg_actor_execute((double)p->plan->burst_ns[p->index][i]);
	}
	p->answer->numbers[p->index] =
		(uint64_t)(simgrid_get_clock() * 1e9 + 0.5);
}

static void simgrid_host(void)
{
	char path[] = "/tmp/wbsim-fluid-XXXXXX";
	int fd = mkstemp(path);

	SIM_ASSERT(dprintf(fd, "<?xml version='1.0'?>\n"
			       "<!DOCTYPE platform SYSTEM "
			       "\"https://simgrid.org/simgrid.dtd\">\n"
			       "<platform version=\"4.1\">"
			       "<zone id=\"z\" routing=\"None\">"
			       "<host id=\"h\" speed=\"1Gf\" core=\"1\"/>"
			       "</zone></platform>\n") > 0);
	close(fd);
	simgrid_load_platform(path);
	unlink(path);
}

static void plan_in_simgrid(void *arg, struct child_answer *answer)
{
	const struct plan *plan = arg;
	struct player players[MAX_THREADS];
	char name[] = "test", *argv[] = { name, NULL };
	int argc = 1;

	xbt_log_control_set("root.thres:error");
	simgrid_init(&argc, argv);
	sg_cfg_set_double("surf/precision", 1e-12);
	simgrid_host();
	for (unsigned int i = 0; i < plan->nr_threads; i++) {
		sg_actor_t actor = sg_actor_init("t", sg_host_by_name("h"));

		players[i] = (struct player){ plan, answer, NULL, i, 0 };
		sg_actor_set_data(actor, &players[i]);
		sg_actor_start(actor, play_in_simgrid, 0, NULL);
	}
	simgrid_run();
}

/* Same dates within @tolerance_ns. */
static void check_plan(struct plan *plan, uint64_t tolerance_ns)
{
	struct child_answer ours, theirs;

	assert_int_equal(in_child(plan_in_engine, plan, &ours), 0);
	assert_int_equal(in_child(plan_in_simgrid, plan, &theirs), 0);
	for (unsigned int i = 0; i < plan->nr_threads; i++) {
		uint64_t a = ours.numbers[i], b = theirs.numbers[i];

		assert_true(a > 0);
		assert_true((a > b ? a - b : b - a) <= tolerance_ns);
	}
}

static void two_threads_share_a_cpu_as_simgrid_executions_do(void **state)
{
	struct plan plan = {
		.nr_threads = 2,
		.nr_bursts = 1,
		.burst_ns = { { 1000 }, { 3001 } },
	};
	struct child_answer answer;

	(void)state;
	check_plan(&plan, 1);
	assert_int_equal(in_child(plan_in_engine, &plan, &answer), 0);
	assert_int_equal(answer.numbers[0], 2000);
	assert_int_equal(answer.numbers[1], 4001);
}

static void three_staggered_threads_end_as_simgrid_executions_do(void **state)
{
	struct plan plan = {
		.nr_threads = 3,
		.nr_bursts = 1,
		.sleep_ns = { { 0 }, { 100 }, { 333 } },
		.burst_ns = { { 1000 }, { 517 }, { 2 } },
	};

	(void)state;
	check_plan(&plan, 1);
}

static void bursts_in_a_row_end_as_simgrid_executions_do(void **state)
{
	struct plan plan = {
		.nr_threads = 3,
		.nr_bursts = 4,
		.burst_ns = { { 10, 7, 5, 3 },
			      { 101, 13, 17, 1 },
			      { 9, 50, 200, 31 } },
	};

	(void)state;
	check_plan(&plan, 1);
}

static void random_threads_end_as_simgrid_executions_do(void **state)
{
	struct rng rng;

	(void)state;
	rng_init(&rng, 5, "fluid");
	for (int round = 0; round < 12; round++) {
		struct plan plan = {
			.nr_threads = 2 + (unsigned int)rng_below(&rng, 17),
			.nr_bursts = MAX_BURSTS,
		};

		for (unsigned int i = 0; i < plan.nr_threads; i++)
			for (unsigned int k = 0; k < MAX_BURSTS; k++) {
				plan.sleep_ns[i][k] = rng_below(&rng, 3000);
				plan.burst_ns[i][k] = 1 + rng_below(&rng, 5000);
			}
		/* a sleep starts at a rounded date: 1 ns per burst */
		check_plan(&plan, MAX_BURSTS);
	}
}

static void irq_300ns(void *arg)
{
	struct player *p = arg;

	sim_charge_ps(p->sim, p->account, 300000);
}

static void raise_irq(void *arg)
{
	struct player *p = arg;

	sim_irq(p->sim, 0, irq_300ns, p);
}

static void interrupted_plan(void *arg, struct child_answer *answer)
{
	const struct plan *plan = arg;
	struct player players[2];
	struct sim *sim = fluid_sim();

	for (unsigned int i = 0; i < 2; i++) {
		players[i] = (struct player){ plan, answer, sim, i,
					      sim_account_add(sim, "a") };
		sim_thread_new(sim, "t", 0, false, play_in_engine, &players[i]);
	}
	sim_at(sim, 500, raise_irq, &players[0]);
	sim_at(sim, 600, raise_irq, &players[0]);
	sim_at(sim, 2600, raise_irq, &players[0]);
	SIM_ASSERT(sim_run(sim, NULL, NULL, NULL, NULL, 0) == 0);
	SIM_ASSERT(sim_cpu_busy_ns(sim, 0) == 4901);
	sim_free(sim);
}

static void an_interrupt_stops_all_threads_of_its_cpu(void **state)
{
	struct plan plan = {
		.nr_threads = 2,
		.nr_bursts = 1,
		.burst_ns = { { 1000 }, { 3001 } },
	};
	struct child_answer answer;

	(void)state;
	assert_int_equal(in_child(interrupted_plan, &plan, &answer), 0);
	/* the third comes at the very date of the first end, pushed first */
	assert_int_equal(answer.numbers[0], 2900);
	assert_int_equal(answer.numbers[1], 4901);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			two_threads_share_a_cpu_as_simgrid_executions_do),
		cmocka_unit_test(
			three_staggered_threads_end_as_simgrid_executions_do),
		cmocka_unit_test(bursts_in_a_row_end_as_simgrid_executions_do),
		cmocka_unit_test(random_threads_end_as_simgrid_executions_do),
		cmocka_unit_test(an_interrupt_stops_all_threads_of_its_cpu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
