/* test-links: wb_mm */
/*
 * Thresholds, entry test, pauses and passes of the throttle.  Numbers marked
 * "recorded" are printed in tests/groundtruth; the others are worked by hand
 * from control.md 1 and 2.4.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "models/mm/completions.h"
#include "models/mm/dirty_throttle.h"

#define HZ 250

static const struct control_config v6_16 = {
	.wb_thresh_floor = WB_THRESH_FLOOR_SHARE,
	.min_writeback_pages = 1024,
};
static const struct control_config v7_3 = {
	.wb_thresh_floor = WB_THRESH_FLOOR_SHARE,
	.strictlimit_starts_background = true,
	.min_writeback_pages = 1024,
};

/* Thresholds */

static void bytes_become_pages_rounded_up(void **state)
{
	const struct dirty_settings s = {
		.dirty_bytes = 16777217,
		.dirty_background_bytes = 4194304,
		.dirty_ratio = 90, /* bytes win */
	};
	struct dirty_thresholds t = dirty_limits(&s, 0);

	(void)state;
	assert_int_equal(t.thresh, 4097);
	assert_int_equal(t.bg_thresh, 1024);
}

static void ratios_are_of_dirtyable_memory_in_4096ths(void **state)
{
	const struct dirty_settings s = {
		.dirty_ratio = 20,
		.dirty_background_ratio = 10,
	};
	uint64_t dirtyable = dirtyable_pages(500000, 20000, 119999);
	struct dirty_thresholds t = dirty_limits(&s, dirtyable);

	(void)state;
	assert_int_equal(dirtyable, 600000);
	assert_int_equal(t.thresh, 819ull * 600000 / 4096);
	assert_int_equal(t.bg_thresh, 409ull * 600000 / 4096);
	/* a reserve larger than what is free */
	assert_int_equal(dirtyable_pages(10, 20, 5), 6);
}

static void background_stays_below_the_threshold(void **state)
{
	const struct dirty_settings s = {
		.dirty_bytes = 16777216,
		.dirty_background_bytes = 16777216,
	};

	(void)state;
	assert_int_equal(dirty_limits(&s, 0).bg_thresh, 2048);
}

static void poll_interval_is_a_power_of_two(void **state)
{
	(void)state;
	assert_int_equal(dirty_poll_interval(0, 4096), 64);
	assert_int_equal(dirty_poll_interval(1, 4096), 32);
	assert_int_equal(dirty_poll_interval(2048, 4096), 32);
	assert_int_equal(dirty_poll_interval(4095, 4096), 1);
	assert_int_equal(dirty_poll_interval(4096, 4096), 1);
	assert_int_equal(dirty_poll_interval(9999, 4096), 1);
}

static void chunks_are_half_a_second_in_whole_steps(void **state)
{
	struct wb_domain domain;

	(void)state;
	wb_domain_init(&domain, &v6_16, HZ, 1, 390625);
	/* recorded, s14-fuse-seq1m: 13312 */
	assert_int_equal(writeback_chunk_pages(&domain, 25600, INT64_MAX),
			 13312);
	assert_int_equal(writeback_chunk_pages(&domain, 25600, 100), 1024);
	wb_domain_set_thresh(&domain, 4096); /* recorded, t19: 1024 */
	assert_int_equal(writeback_chunk_pages(&domain, 25600, INT64_MAX),
			 1024);
	wb_domain_set_thresh(&domain, 16384); /* recorded, s15c: 3072 */
	assert_int_equal(writeback_chunk_pages(&domain, 25600, INT64_MAX),
			 3072);
	/* recorded, s15c of 6.12.107: 2048, a slow average */
	assert_int_equal(writeback_chunk_pages(&domain, 4000, INT64_MAX), 2048);
}

static void background_looks_at_all_or_at_the_device(void **state)
{
	struct wb_domain domain;
	struct bdi_writeback wb;

	(void)state;
	wb_domain_init(&domain, &v6_16, HZ, 1, 4096);
	wb_init(&wb, &domain, 0);
	assert_false(wb_over_background(&domain, &wb, 1024, 1024));
	assert_true(wb_over_background(&domain, &wb, 1025, 1024));
	/* the device's share of 1024 with 200 dirty: (1024 - 200) / 8 = 103 */
	wb_stat_add(&wb, WB_RECLAIMABLE, 0, 103);
	assert_false(wb_over_background(&domain, &wb, 200, 1024));
	wb_stat_add(&wb, WB_RECLAIMABLE, 0, 1);
	/* one page more stays with its CPU, eight do not */
	assert_false(wb_over_background(&domain, &wb, 200, 1024));
	wb_stat_add(&wb, WB_RECLAIMABLE, 0, 7);
	assert_true(wb_over_background(&domain, &wb, 200, 1024));
	/* pages under writeback do not count */
	wb_stat_add(&wb, WB_RECLAIMABLE, 0, -8);
	wb_stat_add(&wb, WB_WRITEBACK, 0, 500);
	assert_false(wb_over_background(&domain, &wb, 200, 1024));
}

/* The entry test */

struct entry {
	struct wb_domain domain;
	struct bdi_writeback wb;
	struct dirtied_task task;
	struct dirtied_cpu cpu;
};

static void entry_init(struct entry *e)
{
	memset(e, 0, sizeof(*e));
	wb_domain_init(&e->domain, &v6_16, HZ, 1, 4096);
	wb_init(&e->wb, &e->domain, 0);
	dirtied_task_init(&e->task);
}

static uint64_t due(struct entry *e)
{
	return balance_due(&e->domain, &e->wb, &e->task, &e->cpu);
}

static void a_task_looks_after_its_own_number_of_pages(void **state)
{
	struct entry e;

	(void)state;
	entry_init(&e);
	assert_int_equal(e.domain.ratelimit_pages, 128);
	wb_account_dirtied(&e.wb, &e.task, &e.cpu, 0, 16);
	assert_int_equal(due(&e), 0);
	wb_account_dirtied(&e.wb, &e.task, &e.cpu, 0, 16);
	assert_int_equal(e.cpu.nr_dirtied, 32);
	assert_int_equal(due(&e), 32);
	assert_int_equal(e.cpu.nr_dirtied, 0);
}

static void pages_of_all_tasks_on_the_cpu_make_one_look(void **state)
{
	struct entry e;

	(void)state;
	entry_init(&e);
	e.task.nr_dirtied_pause = 200; /* recorded, t19: dirtied=128 of 200 */
	e.task.nr_dirtied = 112;
	e.cpu.nr_dirtied = 127;
	assert_int_equal(due(&e), 0);
	wb_account_dirtied(&e.wb, &e.task, &e.cpu, 0, 16);
	assert_int_equal(due(&e), 128);
	assert_int_equal(e.cpu.nr_dirtied, 0);
}

static void an_exceeded_device_is_looked_at_every_eight_pages(void **state)
{
	struct entry e;

	(void)state;
	entry_init(&e);
	e.wb.dirty_exceeded = true;
	e.task.nr_dirtied = 7;
	assert_int_equal(due(&e), 0);
	e.task.nr_dirtied = 8;
	assert_int_equal(due(&e), 8);
	e.task.nr_dirtied_pause = 4;
	e.task.nr_dirtied = 4;
	assert_int_equal(due(&e), 4);
}

static void pages_of_dead_tasks_are_taken_over(void **state)
{
	struct dirtied_task dead = { .nr_dirtied = 40 };
	struct entry e;

	(void)state;
	entry_init(&e);
	dirtied_task_exit(&dead, &e.cpu);
	e.task.nr_dirtied = 10;
	assert_int_equal(due(&e), 32);
	assert_int_equal(e.task.nr_dirtied, 32);
	assert_int_equal(e.cpu.leaks, 18);
}

/* Pauses */

/* 6.12.107 t19 at 647 ms */
static struct pause_input recorded_pause(void)
{
	return (struct pause_input){
		.hz = HZ,
		.pages_dirtied = 128,
		.nr_dirtied_pause = 129,
		.is_clock_set = true,
		.think_jiffies = 1,
		.wb_dirty = 4032,
		.avg_write_bandwidth = 101188 / 4,
		.dirty_ratelimit = 25600,
		.task_ratelimit = 22200 / 4,
	};
}

static void a_recorded_pause_comes_out(void **state)
{
	struct pause_input in = recorded_pause();
	struct pause_decision d = dirty_pause(&in);

	(void)state;
	assert_true(d.sleeps);
	assert_int_equal(d.period_jiffies, 20 / 4);
	assert_int_equal(d.pause_jiffies, 16 / 4);
	assert_int_equal(d.clipped_jiffies, 0);
	assert_int_equal(d.nr_dirtied_pause, 130);
}

/* 6.17.13 t19 at 450 ms: period 80 ms, think 4 ms, pause 24 ms */
static void a_clipped_pause_moves_the_clock_too(void **state)
{
	struct pause_input in = recorded_pause();
	struct pause_decision d;

	(void)state;
	in.wb_dirty = 4080;
	in.task_ratelimit = 6200 / 4;
	d = dirty_pause(&in);
	assert_true(d.sleeps);
	assert_int_equal(d.period_jiffies, 80 / 4);
	assert_int_equal(d.pause_jiffies, 24 / 4);
	/* 19 wanted, 6 slept; at most another 6 of the rest count as slept */
	assert_int_equal(d.clipped_jiffies, 6);
	in.task_ratelimit = 2800; /* period 11, pause 10 */
	d = dirty_pause(&in);
	assert_int_equal(d.pause_jiffies, 6);
	assert_int_equal(d.clipped_jiffies, 4);
}

static void a_rate_of_zero_pauses_longest(void **state)
{
	struct pause_input in = recorded_pause();
	struct pause_decision d;

	(void)state;
	in.task_ratelimit = 0;
	in.think_jiffies = 1000;
	d = dirty_pause(&in);
	assert_true(d.sleeps);
	assert_int_equal(d.pause_jiffies, 6);
	assert_int_equal(d.period_jiffies, 6);
	assert_int_equal(d.nr_dirtied_pause, 0); /* recorded: then 0 */
}

static void a_pause_never_exceeds_200_ms(void **state)
{
	struct pause_input in = recorded_pause();

	(void)state;
	in.task_ratelimit = 0;
	in.wb_dirty = 1u << 20;
	assert_int_equal(dirty_pause(&in).pause_jiffies, 50);
}

static void short_pauses_are_saved_up(void **state)
{
	struct pause_input in = recorded_pause();
	struct pause_decision d;

	(void)state;
	in.task_ratelimit = 22000; /* period 1, below the shortest, 2 */
	in.think_jiffies = 0;
	d = dirty_pause(&in);
	assert_false(d.sleeps);
	assert_int_equal(d.clock, CLOCK_ADVANCE);
	assert_int_equal(d.period_jiffies, 1);
	assert_int_equal(d.pause_jiffies, 0); /* traced: not above 0 */
	assert_int_equal(d.nr_dirtied_pause, 129);
	/* paused_when lies ahead by then: the next one is long enough */
	in.think_jiffies = -1;
	d = dirty_pause(&in);
	assert_true(d.sleeps);
	assert_int_equal(d.pause_jiffies, 2);
}

static void a_period_of_zero_lengthens_the_next_look(void **state)
{
	struct pause_input in = recorded_pause();
	struct pause_decision d;

	(void)state;
	/* recorded, 6.12.107 t19: 32, then 64 */
	in.pages_dirtied = 32;
	in.nr_dirtied_pause = 32;
	in.is_clock_set = false;
	in.wb_dirty = 2576;
	in.avg_write_bandwidth = 25600;
	in.task_ratelimit = 148400 / 4;
	d = dirty_pause(&in);
	assert_false(d.sleeps);
	assert_int_equal(d.period_jiffies, 0);
	assert_int_equal(d.clock, CLOCK_KEEP);
	assert_int_equal(d.nr_dirtied_pause, 64);
	/* not when the per-CPU count made it look early */
	in.nr_dirtied_pause = 33;
	assert_int_equal(dirty_pause(&in).nr_dirtied_pause, 33);
}

static void after_a_second_of_thinking_the_clock_restarts(void **state)
{
	struct pause_input in = recorded_pause();
	struct pause_decision d;

	(void)state;
	in.think_jiffies = 255; /* period 5: -250 is not below -250 */
	assert_int_equal(dirty_pause(&in).clock, CLOCK_ADVANCE);
	in.think_jiffies = 256;
	d = dirty_pause(&in);
	assert_int_equal(d.clock, CLOCK_RESTART);
	assert_int_equal(d.pause_jiffies, -251);
}

static void without_a_last_pause_nothing_is_subtracted(void **state)
{
	struct pause_input in = recorded_pause();

	(void)state;
	in.is_clock_set = false;
	in.think_jiffies = 12345;
	assert_int_equal(dirty_pause(&in).pause_jiffies, 5);
}

static void slow_rates_look_every_32_pages(void **state)
{
	struct pause_input in = recorded_pause();
	struct pause_decision d;

	(void)state;
	/* wanted: 2 + (14 - 10) * 2500 / 1024 = 11, 1 + 50 / 2 = 26 at most */
	in.wb_dirty = 1u << 20;
	in.dirty_ratelimit = 1024;
	in.task_ratelimit = 1024;
	in.pages_dirtied = 32;
	/* 1024 * 11 / 256 = 44 pages, 10 jiffies to sleep at least 6 */
	d = dirty_pause(&in);
	assert_int_equal(d.nr_dirtied_pause, 44);
	in.dirty_ratelimit = 256;
	in.task_ratelimit = 256;
	/* 18 jiffies' worth is below 32: 32 pages in 31 jiffies; slept 30 */
	d = dirty_pause(&in);
	assert_int_equal(d.nr_dirtied_pause, 32);
	assert_true(d.sleeps);
	assert_int_equal(d.pause_jiffies, 30);
}

/* Passes */

static struct throttle_input pass(uint64_t now, uint64_t dirty, uint64_t pages)
{
	return (struct throttle_input){
		.now = now,
		.start = now,
		.file_dirty = dirty,
		.limits = { 4096, 1024 },
		.pages_dirtied = pages,
	};
}

static void below_freerun_a_task_runs_on(void **state)
{
	struct entry e;
	struct throttle_input in = pass(1000, 1024, 32);
	struct throttle_decision d;

	(void)state;
	entry_init(&e);
	e.task.nr_dirtied = 32;
	d = throttle_pass(&e.domain, &e.wb, &e.task, &in);
	assert_int_equal(d.action, THROTTLE_FREE);
	assert_false(d.has_event);
	assert_false(d.starts_background);
	assert_int_equal(e.task.paused_when, 1000);
	assert_int_equal(e.task.nr_dirtied, 0);
	assert_int_equal(e.task.nr_dirtied_pause, 32);
	/* between background and freerun: the worker starts */
	in.file_dirty = 1025;
	d = throttle_pass(&e.domain, &e.wb, &e.task, &in);
	assert_int_equal(d.action, THROTTLE_FREE);
	assert_true(d.starts_background);
}

static void pages_under_writeback_count_for_throttling(void **state)
{
	struct entry e;
	struct throttle_input in = pass(1000, 100, 32);
	struct throttle_decision d;

	(void)state;
	entry_init(&e);
	in.writeback = 2461;
	d = throttle_pass(&e.domain, &e.wb, &e.task, &in);
	assert_int_equal(d.action, THROTTLE_GO);
	assert_int_equal(d.event.dirty, 2561);
	assert_true(d.starts_background);
}

/* The first event of 6.17.13 s15, but for its date */
static void the_first_throttled_pass_is_as_recorded(void **state)
{
	struct entry e;
	struct throttle_input in = pass(1040, 1568, 32);
	struct throttle_decision d;

	(void)state;
	entry_init(&e);
	e.wb.bw_time_stamp = 1000;
	e.task.nr_dirtied = 32;
	in.writeback = 1024;
	wb_stat_add(&e.wb, WB_RECLAIMABLE, 0, 1568);
	wb_stat_add(&e.wb, WB_WRITEBACK, 0, 1024);
	d = throttle_pass(&e.domain, &e.wb, &e.task, &in);
	assert_int_equal(d.action, THROTTLE_GO);
	assert_false(d.has_step);
	assert_int_equal(d.event.limit, 4096);
	assert_int_equal(d.event.setpoint, 3328);
	assert_int_equal(d.event.dirty, 2592);
	assert_int_equal(d.event.wb_setpoint, 152);
	assert_int_equal(d.event.wb_dirty, 2592);
	assert_int_equal(d.event.task_ratelimit, 143000 / 4);
	assert_int_equal(d.event.dirtied, 32);
	assert_int_equal(d.event.dirtied_pause, 32);
	assert_int_equal(d.event.pause_jiffies, 0);
	assert_int_equal(d.event.think_jiffies, 0);
	assert_int_equal(e.task.nr_dirtied, 32); /* goes on counting */
	assert_int_equal(e.task.nr_dirtied_pause, 64);
}

static void at_the_limit_a_task_sleeps_and_looks_again(void **state)
{
	struct entry e;
	struct throttle_input in = pass(1051, 4200, 128);
	struct throttle_decision d;

	(void)state;
	entry_init(&e);
	e.wb.bw_time_stamp = 1000;
	e.task = (struct dirtied_task){ 128, 200, 1050 };
	wb_stat_add(&e.wb, WB_RECLAIMABLE, 0, 4200);
	d = throttle_pass(&e.domain, &e.wb, &e.task, &in);
	assert_int_equal(d.action, THROTTLE_SLEEP);
	assert_true(d.has_step);
	assert_int_equal(d.step.task_ratelimit, 1);
	assert_true(d.again);
	assert_true(e.wb.dirty_exceeded);
	assert_int_equal(d.pause_jiffies, 6);
	assert_int_equal(e.task.nr_dirtied, 128); /* until it has slept */
	throttle_slept(&e.task, &d);
	assert_int_equal(e.task.paused_when, 1057);
	assert_int_equal(e.task.nr_dirtied, 0);
	assert_int_equal(e.task.nr_dirtied_pause, 0);
	/* below the limit again the flag goes */
	in = pass(1058, 3000, 128);
	wb_stat_add(&e.wb, WB_RECLAIMABLE, 0, -1200);
	d = throttle_pass(&e.domain, &e.wb, &e.task, &in);
	assert_false(e.wb.dirty_exceeded);
	assert_false(d.has_step);
	assert_int_equal(d.event.think_jiffies, 1);
}

static void a_device_with_next_to_nothing_dirty_is_let_go(void **state)
{
	struct entry e;
	struct throttle_input in = pass(1010, 4200, 32);
	struct throttle_decision d;

	(void)state;
	entry_init(&e);
	e.wb.bw_time_stamp = 1000;
	wb_stat_add(&e.wb, WB_RECLAIMABLE, 0, 8);
	d = throttle_pass(&e.domain, &e.wb, &e.task, &in);
	assert_int_equal(d.action, THROTTLE_SLEEP);
	assert_int_equal(d.event.task_ratelimit, 0);
	assert_false(d.again);
}

static void strictlimit_is_judged_by_its_own_threshold(void **state)
{
	struct entry e;
	struct throttle_input in = pass(1000, 100, 8);
	struct throttle_decision d;

	(void)state;
	entry_init(&e);
	wb_domain_init(&e.domain, &v7_3, HZ, 1, 390625);
	in.limits = (struct dirty_thresholds){ 390625, 341797 };
	e.wb.strictlimit = true;
	e.wb.max_ratio = BDI_RATIO_FUSE;
	e.wb.bw_time_stamp = 1000;
	/* threshold (390625 - 100) / 100 = 3905, background 3416: 3660 */
	wb_stat_add(&e.wb, WB_RECLAIMABLE, 0, 3660);
	d = throttle_pass(&e.domain, &e.wb, &e.task, &in);
	assert_int_equal(d.action, THROTTLE_FREE);
	assert_int_equal(e.task.nr_dirtied_pause, 8); /* 3905 - 3660 = 245 */
	/* the worker: from 7.2 on, above the device's own background */
	assert_true(d.starts_background);
	e.domain.config = &v6_16;
	d = throttle_pass(&e.domain, &e.wb, &e.task, &in);
	assert_false(d.starts_background);
	wb_stat_add(&e.wb, WB_RECLAIMABLE, 0, 8);
	d = throttle_pass(&e.domain, &e.wb, &e.task, &in);
	assert_int_equal(d.action, THROTTLE_GO);
	assert_true(d.starts_background);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_become_pages_rounded_up),
		cmocka_unit_test(ratios_are_of_dirtyable_memory_in_4096ths),
		cmocka_unit_test(background_stays_below_the_threshold),
		cmocka_unit_test(poll_interval_is_a_power_of_two),
		cmocka_unit_test(chunks_are_half_a_second_in_whole_steps),
		cmocka_unit_test(background_looks_at_all_or_at_the_device),
		cmocka_unit_test(a_task_looks_after_its_own_number_of_pages),
		cmocka_unit_test(pages_of_all_tasks_on_the_cpu_make_one_look),
		cmocka_unit_test(
			an_exceeded_device_is_looked_at_every_eight_pages),
		cmocka_unit_test(pages_of_dead_tasks_are_taken_over),
		cmocka_unit_test(a_recorded_pause_comes_out),
		cmocka_unit_test(a_clipped_pause_moves_the_clock_too),
		cmocka_unit_test(a_rate_of_zero_pauses_longest),
		cmocka_unit_test(a_pause_never_exceeds_200_ms),
		cmocka_unit_test(short_pauses_are_saved_up),
		cmocka_unit_test(a_period_of_zero_lengthens_the_next_look),
		cmocka_unit_test(after_a_second_of_thinking_the_clock_restarts),
		cmocka_unit_test(without_a_last_pause_nothing_is_subtracted),
		cmocka_unit_test(slow_rates_look_every_32_pages),
		cmocka_unit_test(below_freerun_a_task_runs_on),
		cmocka_unit_test(pages_under_writeback_count_for_throttling),
		cmocka_unit_test(the_first_throttled_pass_is_as_recorded),
		cmocka_unit_test(at_the_limit_a_task_sleeps_and_looks_again),
		cmocka_unit_test(a_device_with_next_to_nothing_dirty_is_let_go),
		cmocka_unit_test(strictlimit_is_judged_by_its_own_threshold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
