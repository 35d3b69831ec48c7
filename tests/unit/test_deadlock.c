/* test-links: wb_engine wb_base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "sim/engine/sim.h"
#include "tests/unit/in_child.h"

struct world {
	struct sim *sim;
	struct sim_waitq folios;
	struct sim_waitq unnamed;
	bool idle;
};

static const struct sim_options options = {
	.nr_cpus = 1,
	.policy = SIM_CPU_TICK,
	.tick_ns = 4000000,
};

static void wait_for_folio(void *arg)
{
	struct world *w = arg;

	sim_sleep_ns(w->sim, 100);
	sim_wait(w->sim, &w->folios);
}

static void wait_unnamed(void *arg)
{
	struct world *w = arg;

	sim_wait(w->sim, &w->unnamed);
}

static void ends(void *arg)
{
	(void)arg;
}

static void stuck(void *arg, struct child_answer *answer)
{
	struct world w = { .sim = sim_new(&options),
			   .folios = { .name = "folio writeback" } };
	char error[200];

	(void)arg;
	(void)answer;
	sim_thread_new(w.sim, "kworker", 0, true, wait_unnamed, &w);
	sim_thread_new(w.sim, "writer", 0, false, wait_for_folio, &w);
	sim_thread_new(w.sim, "ends", 0, false, ends, &w);
	SIM_ASSERT(sim_run(w.sim, NULL, NULL, NULL, error, sizeof(error)) ==
		   -EDEADLK);
	SIM_ASSERT(!strcmp(error, "deadlock at 100 ns: writer waits for folio "
				  "writeback; kworker (daemon) waits for a "
				  "wait queue"));
	sim_free(w.sim);
}

static void a_deadlock_names_the_waiting_threads(void **state)
{
	(void)state;
	assert_int_equal(in_child(stuck, NULL, NULL), 0);
}

static void stuck_with_a_small_buffer(void *arg, struct child_answer *answer)
{
	struct world w = { .sim = sim_new(&options) };
	char error[12];

	(void)arg;
	(void)answer;
	sim_thread_new(w.sim, "writer", 0, false, wait_for_folio, &w);
	SIM_ASSERT(sim_run(w.sim, NULL, NULL, NULL, error, sizeof(error)) ==
		   -EDEADLK);
	SIM_ASSERT(!strcmp(error, "deadlock at"));
	sim_free(w.sim);
}

static void a_deadlock_report_is_cut_to_the_buffer(void **state)
{
	(void)state;
	assert_int_equal(in_child(stuck_with_a_small_buffer, NULL, NULL), 0);
}

static bool world_is_idle(void *arg)
{
	struct world *w = arg;

	return w->idle;
}

static void never_idle(void *arg, struct child_answer *answer)
{
	struct world w = { .sim = sim_new(&options) };

	(void)arg;
	(void)answer;
	sim_thread_new(w.sim, "ends", 0, false, ends, &w);
	SIM_ASSERT(sim_run(w.sim, world_is_idle, &w, NULL, NULL, 0) ==
		   -EDEADLK);
	sim_free(w.sim);
}

static void a_run_that_never_gets_idle_is_a_deadlock(void **state)
{
	(void)state;
	assert_int_equal(in_child(never_idle, NULL, NULL), 0);
}

static void become_idle(void *arg)
{
	struct world *w = arg;

	w->idle = true;
}

static void idle_later(void *arg, struct child_answer *answer)
{
	struct world w = { .sim = sim_new(&options) };
	uint64_t end_ns;

	(void)arg;
	(void)answer;
	sim_thread_new(w.sim, "daemon", 0, true, wait_unnamed, &w);
	sim_thread_new(w.sim, "ends", 0, false, ends, &w);
	sim_at(w.sim, 700, become_idle, &w);
	sim_at(w.sim, 900, ends, &w);
	SIM_ASSERT(sim_run(w.sim, world_is_idle, &w, &end_ns, NULL, 0) == 0);
	SIM_ASSERT(end_ns == 0);
	SIM_ASSERT(sim_now_ns(w.sim) == 700);
	sim_free(w.sim);
}

static void a_run_goes_on_until_nothing_is_in_flight(void **state)
{
	(void)state;
	assert_int_equal(in_child(idle_later, NULL, NULL), 0);
}

static void settle_in_event(void *arg)
{
	struct world *w = arg;

	sim_charge_ps(w->sim, 0, 1000);
}

static void charges_in_event(void *arg, struct child_answer *answer)
{
	struct world w = { .sim = sim_new(&options) };

	(void)arg;
	(void)answer;
	sim_at(w.sim, 5, settle_in_event, &w);
	sim_thread_new(w.sim, "t", 0, false, wait_for_folio, &w);
	sim_run(w.sim, NULL, NULL, NULL, NULL, 0);
}

static void charging_in_a_plain_event_is_a_bug(void **state)
{
	(void)state;
	assert_int_equal(in_child(charges_in_event, NULL, NULL), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_deadlock_names_the_waiting_threads),
		cmocka_unit_test(a_deadlock_report_is_cut_to_the_buffer),
		cmocka_unit_test(a_run_that_never_gets_idle_is_a_deadlock),
		cmocka_unit_test(a_run_goes_on_until_nothing_is_in_flight),
		cmocka_unit_test(charging_in_a_plain_event_is_a_bug),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
