/* test-links: wb_engine wb_base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <limits.h>

#include "sim/engine/sim.h"
#include "tests/unit/in_child.h"

/*
 * The measured cases of lazy preemption: tick 4 ms.  Times below in ns; MS
 * and US make the scenarios readable.
 */
#define US       1000ull
#define MS       1000000ull
#define NS_IN_PS 1000ull

static struct sim *new_sim(unsigned int nr_cpus)
{
	const struct sim_options options = {
		.nr_cpus = nr_cpus,
		.policy = SIM_CPU_TICK,
		.tick_ns = 4 * MS,
	};

	return sim_new(&options);
}

struct world {
	struct sim *sim;
	struct child_answer *answer;
	struct sim_waitq waitq;
	unsigned int account;
};

static void world_start(struct world *w, struct child_answer *answer,
			unsigned int nr_cpus)
{
	*w = (struct world){ .sim = new_sim(nr_cpus), .answer = answer };
	w->account = sim_account_add(w->sim, "test");
}

static void world_end(struct world *w)
{
	char error[256] = "";
	int err = sim_run(w->sim, NULL, NULL, NULL, error, sizeof(error));

	SIM_ASSERT(err == 0);
	sim_free(w->sim);
}

static void use_ns(struct world *w, uint64_t ns)
{
	sim_charge_ps(w->sim, w->account, ns * NS_IN_PS);
}

static void note_now(struct world *w)
{
	answer_add(w->answer, sim_now_ns(w->sim));
}

static void expect(void (*fn)(void *arg, struct child_answer *answer),
		   const uint64_t *numbers, size_t nr)
{
	struct child_answer answer;

	assert_int_equal(in_child(fn, NULL, &answer), 0);
	assert_int_equal(answer.nr, nr);
	for (size_t i = 0; i < nr; i++)
		assert_int_equal(answer.numbers[i], numbers[i]);
}

#define EXPECT(fn, ...)                                                        \
	expect(fn, (const uint64_t[]){ __VA_ARGS__ },                          \
	       sizeof((const uint64_t[]){ __VA_ARGS__ }) / sizeof(uint64_t))

static void waiter(void *arg)
{
	struct world *w = arg;

	sim_wait(w->sim, &w->waitq);
	note_now(w);
	use_ns(w, 10 * US);
	sim_settle(w->sim);
	note_now(w);
}

static void wake_one(void *arg)
{
	struct world *w = arg;

	sim_wake(w->sim, &w->waitq, 1);
}

static void use_10ms(void *arg)
{
	struct world *w = arg;

	sim_settle(w->sim);
	use_ns(w, 10 * MS);
	sim_settle(w->sim);
	note_now(w);
}

static void use_1ms_then_sleep(void *arg)
{
	struct world *w = arg;

	use_ns(w, 1 * MS);
	sim_sleep_ns(w->sim, 100 * US);
	note_now(w);
}

static void use_1ms_then_return_to_user(void *arg)
{
	struct world *w = arg;

	use_ns(w, 1 * MS);
	sim_user_return(w->sim);
	note_now(w);
	/* nobody else now: no need to settle */
	use_ns(w, 5);
	sim_user_return(w->sim);
	note_now(w);
}

static void woken_during_burst(struct child_answer *answer,
			       void (*busy)(void *arg))
{
	struct world w;

	world_start(&w, answer, 1);
	sim_thread_new(w.sim, "waiter", 0, false, waiter, &w);
	sim_thread_new(w.sim, "busy", 0, false, busy, &w);
	sim_at(w.sim, 300 * US, wake_one, &w);
	world_end(&w);
}

static void tick_case(void *arg, struct child_answer *answer)
{
	(void)arg;
	woken_during_burst(answer, use_10ms);
}

static void sleep_case(void *arg, struct child_answer *answer)
{
	(void)arg;
	woken_during_burst(answer, use_1ms_then_sleep);
}

static void user_case(void *arg, struct child_answer *answer)
{
	(void)arg;
	woken_during_burst(answer, use_1ms_then_return_to_user);
}

static void a_woken_thread_waits_for_the_next_tick(void **state)
{
	(void)state;
	EXPECT(tick_case, 4 * MS, 4 * MS + 10 * US, 10 * MS + 10 * US);
}

static void a_woken_thread_runs_when_the_current_one_sleeps(void **state)
{
	(void)state;
	EXPECT(sleep_case, 1 * MS, 1 * MS + 10 * US, 1 * MS + 100 * US);
}

static void a_woken_thread_runs_when_the_current_returns_to_user(void **state)
{
	(void)state;
	EXPECT(user_case, 1 * MS, 1 * MS + 10 * US, 1 * MS + 10 * US,
	       1 * MS + 10 * US + 5);
}

static void slices_case(void *arg, struct child_answer *answer)
{
	struct world w;

	(void)arg;
	world_start(&w, answer, 1);
	sim_thread_new(w.sim, "a", 0, false, use_10ms, &w);
	sim_thread_new(w.sim, "b", 0, false, use_10ms, &w);
	world_end(&w);
}

static void two_runnable_threads_alternate_in_slices_of_a_tick(void **state)
{
	(void)state;
	/* a 0-4, b 4-8, a 8-12, b 12-16, a 16-18, b 18-20 */
	EXPECT(slices_case, 18 * MS, 20 * MS);
}

static void nap(void *arg)
{
	struct world *w = arg;

	for (int i = 0; i < 3; i++) {
		sim_sleep_ns(w->sim, 1 * MS);
		use_ns(w, 100);
		note_now(w);
	}
}

static void cpus_case(void *arg, struct child_answer *answer)
{
	struct world w;

	(void)arg;
	world_start(&w, answer, 2);
	sim_thread_new(w.sim, "a", 0, false, use_10ms, &w);
	sim_thread_new(w.sim, "b", 1, false, nap, &w);
	world_end(&w);
}

static void threads_of_other_cpus_do_not_wait(void **state)
{
	(void)state;
	EXPECT(cpus_case, 1 * MS + 100, 2 * MS + 200, 3 * MS + 300, 10 * MS);
}

/* ------------------------------------------------------------ interrupts */

static void irq_2us(void *arg)
{
	struct world *w = arg;

	SIM_ASSERT(sim_in_irq(w->sim));
	SIM_ASSERT(!sim_current(w->sim));
	note_now(w);
	use_ns(w, 2 * US);
	note_now(w);
}

static void raise_irq(void *arg)
{
	struct world *w = arg;

	sim_irq(w->sim, 0, irq_2us, w);
}

static void busy_20us(void *arg)
{
	struct world *w = arg;

	use_ns(w, 20 * US);
	sim_settle(w->sim);
	note_now(w);
	SIM_ASSERT(sim_thread_cpu_ns(sim_current(w->sim)) == 20 * US);
}

static void irq_case(void *arg, struct child_answer *answer)
{
	struct world w;

	(void)arg;
	world_start(&w, answer, 1);
	sim_thread_new(w.sim, "busy", 0, false, busy_20us, &w);
	sim_at(w.sim, 5 * US, raise_irq, &w);
	/* the second comes during the first, the third at its end */
	sim_at(w.sim, 6 * US, raise_irq, &w);
	sim_at(w.sim, 19 * US, raise_irq, &w);
	sim_at(w.sim, 27 * US, raise_irq, &w);
	world_end(&w);
}

static void interrupts_delay_the_thread_and_each_other(void **state)
{
	(void)state;
	/* 20 us of the thread: 0-5, 9-19, 21-26; the last comes too late */
	EXPECT(irq_case, 5 * US, 7 * US, 7 * US, 9 * US, 19 * US, 21 * US,
	       26 * US);
}

static void irq_end_case(void *arg, struct child_answer *answer)
{
	struct world w;

	(void)arg;
	world_start(&w, answer, 1);
	sim_thread_new(w.sim, "busy", 0, false, busy_20us, &w);
	/* starts in the last ns of the burst, then in the stolen time */
	sim_at(w.sim, 20 * US - 1, raise_irq, &w);
	sim_at(w.sim, 21 * US, raise_irq, &w);
	world_end(&w);
}

static void an_interrupt_at_the_end_of_a_burst_delays_its_end(void **state)
{
	(void)state;
	EXPECT(irq_end_case, 20 * US - 1, 22 * US - 1, 22 * US - 1, 24 * US - 1,
	       24 * US);
}

static void irq_wakes(void *arg)
{
	struct world *w = arg;

	use_ns(w, 1 * US);
	sim_wake(w->sim, &w->waitq, UINT_MAX);
	use_ns(w, 4 * US);
}

static void raise_waking_irq(void *arg)
{
	struct world *w = arg;

	sim_irq(w->sim, 0, irq_wakes, w);
}

static void irq_wake_case(void *arg, struct child_answer *answer)
{
	struct world w;

	(void)arg;
	world_start(&w, answer, 2);
	sim_thread_new(w.sim, "same", 0, false, waiter, &w);
	sim_thread_new(w.sim, "other", 1, false, waiter, &w);
	sim_at(w.sim, 100 * US, raise_waking_irq, &w);
	world_end(&w);
}

static void threads_woken_by_an_interrupt_wait_for_its_end_on_its_cpu(void **s)
{
	(void)s;
	EXPECT(irq_wake_case, 101 * US, 105 * US, 111 * US, 115 * US);
}

static void irq_preempt_case(void *arg, struct child_answer *answer)
{
	struct world w;

	(void)arg;
	world_start(&w, answer, 1);
	sim_thread_new(w.sim, "a", 0, false, use_10ms, &w);
	sim_thread_new(w.sim, "b", 0, false, use_10ms, &w);
	sim_at(w.sim, 1 * MS, raise_irq, &w);
	/* is running when the tick comes */
	sim_at(w.sim, 4 * MS - 1 * US, raise_irq, &w);
	world_end(&w);
}

static void a_tick_during_an_interrupt_loses_no_cpu_time(void **state)
{
	(void)state;
	/* a has used 4 ms - 3 us at the first tick, b starts 1 us after it */
	EXPECT(irq_preempt_case, 1 * MS, 1 * MS + 2 * US, 4 * MS - 1 * US,
	       4 * MS + 1 * US, 18 * MS + 3 * US, 20 * MS + 4 * US);
}

/* ----------------------------------------------------- costs and accounts */

static void costs_case(void *arg, struct child_answer *answer)
{
	const struct sim_options options = {
		.nr_cpus = 1,
		.policy = SIM_CPU_TICK,
		.tick_ns = 4 * MS,
		.switch_ps = 2500 * NS_IN_PS,
		.wakeup_ps = 1300 * NS_IN_PS,
		.irq_entry_ps = 800 * NS_IN_PS + 500,
	};
	struct world w = { .sim = sim_new(&options), .answer = answer };

	(void)arg;
	w.account = sim_account_add(w.sim, "test");
	sim_thread_new(w.sim, "waiter", 0, false, waiter, &w);
	sim_at(w.sim, 100 * US, raise_waking_irq, &w);
	SIM_ASSERT(sim_run(w.sim, NULL, NULL, NULL, NULL, 0) == 0);
	answer_add(answer, sim_account_ns(w.sim, w.account));
	answer_add(answer, sim_account_ns(w.sim, 0));
	answer_add(answer, sim_cpu_busy_ns(w.sim, 0));
	sim_free(w.sim);
}

static void switches_wakeups_and_interrupt_entries_cost_cpu_time(void **state)
{
	(void)state;
	/*
	 * First switch 2500.  Interrupt: entry 800.5, 1000, wake 1300, 4000 =
	 * 7100.5; the waiter ran last on the CPU, so no second switch.
	 */
	EXPECT(costs_case, 107100, 117100, 15000, 2500 + 800 + 1300,
	       15000 + 2500 + 800 + 1300);
}

static void charge_fractions(void *arg)
{
	struct world *w = arg;

	for (int i = 0; i < 1000; i++) {
		sim_charge_ps(w->sim, w->account, 1999);
		sim_settle(w->sim);
	}
	note_now(w);
	SIM_ASSERT(sim_cpu_busy_ns(w->sim, 0) == 1999);
}

static void fractions_case(void *arg, struct child_answer *answer)
{
	struct world w;

	(void)arg;
	world_start(&w, answer, 1);
	sim_thread_new(w.sim, "t", 0, false, charge_fractions, &w);
	world_end(&w);
}

static void fractions_of_a_nanosecond_carry_over(void **state)
{
	(void)state;
	EXPECT(fractions_case, 1999);
}

/* ------------------------------------------------------------ work queues */

struct work_world {
	struct world w;
	struct sim_workqueue *wq;
	struct sim_work work;
	unsigned int nr_runs;
};

static void work_fn(void *arg)
{
	struct work_world *ww = arg;

	note_now(&ww->w);
	use_ns(&ww->w, 3 * US);
	if (++ww->nr_runs == 2) {
		SIM_ASSERT(sim_queue_work(ww->wq, &ww->work));
		SIM_ASSERT(!sim_queue_work(ww->wq, &ww->work));
	}
}

static void queue_from_irq(void *arg)
{
	struct work_world *ww = arg;

	use_ns(&ww->w, 1 * US);
	SIM_ASSERT(sim_queue_work(ww->wq, &ww->work));
	SIM_ASSERT(!sim_queue_work(ww->wq, &ww->work));
}

static void raise_work_irq(void *arg)
{
	struct work_world *ww = arg;

	sim_irq(ww->w.sim, 1, queue_from_irq, ww);
}

static void sleeper(void *arg)
{
	struct work_world *ww = arg;

	sim_sleep_ns(ww->w.sim, 1 * MS);
	SIM_ASSERT(ww->nr_runs == 3);
}

static void work_case(void *arg, struct child_answer *answer)
{
	struct work_world ww = { .work = { .fn = work_fn, .arg = &ww } };

	(void)arg;
	world_start(&ww.w, answer, 2);
	ww.wq = sim_workqueue_new(ww.w.sim, "conversions");
	sim_thread_new(ww.w.sim, "main", 0, false, sleeper, &ww);
	sim_at(ww.w.sim, 10 * US, raise_work_irq, &ww);
	sim_at(ww.w.sim, 20 * US, raise_work_irq, &ww);
	world_end(&ww.w);
}

static void work_items_run_once_per_queueing_and_may_requeue(void **state)
{
	(void)state;
	EXPECT(work_case, 11 * US, 21 * US, 24 * US);
}

static void unit_done(void *arg)
{
	struct world *w = arg;

	note_now(w);
}

static void units_case(void *arg, struct child_answer *answer)
{
	struct sim_unit *unit;
	struct world w;

	(void)arg;
	world_start(&w, answer, 1);
	unit = sim_unit_new(w.sim, "device.unit0");
	sim_unit_serve(unit, 7 * US, unit_done, &w);
	SIM_ASSERT(sim_unit_is_busy(unit));
	sim_thread_new(w.sim, "busy", 0, false, busy_20us, &w);
	SIM_ASSERT(sim_run(w.sim, NULL, NULL, NULL, NULL, 0) == 0);
	SIM_ASSERT(!sim_unit_is_busy(unit));
	answer_add(answer, sim_unit_busy_ns(unit));
	sim_free(w.sim);
}

static void units_count_their_busy_time(void **state)
{
	(void)state;
	EXPECT(units_case, 7 * US, 20 * US, 7 * US);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_woken_thread_waits_for_the_next_tick),
		cmocka_unit_test(
			a_woken_thread_runs_when_the_current_one_sleeps),
		cmocka_unit_test(
			a_woken_thread_runs_when_the_current_returns_to_user),
		cmocka_unit_test(
			two_runnable_threads_alternate_in_slices_of_a_tick),
		cmocka_unit_test(threads_of_other_cpus_do_not_wait),
		cmocka_unit_test(interrupts_delay_the_thread_and_each_other),
		cmocka_unit_test(
			an_interrupt_at_the_end_of_a_burst_delays_its_end),
		cmocka_unit_test(
			threads_woken_by_an_interrupt_wait_for_its_end_on_its_cpu),
		cmocka_unit_test(a_tick_during_an_interrupt_loses_no_cpu_time),
		cmocka_unit_test(
			switches_wakeups_and_interrupt_entries_cost_cpu_time),
		cmocka_unit_test(fractions_of_a_nanosecond_carry_over),
		cmocka_unit_test(
			work_items_run_once_per_queueing_and_may_requeue),
		cmocka_unit_test(units_count_their_busy_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
