/* test-links: wb_mm */
/*
 * Position ratio and estimation.  Numbers marked "recorded" are printed in
 * tests/groundtruth; the others are worked by hand from control.md 2.3, 2.5.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "models/mm/bandwidth.h"
#include "models/mm/completions.h"
#include "sim/base/units.h"

#define HZ 250

static const struct control_config v6_12 = {
	.wb_thresh_floor = WB_THRESH_FLOOR_POSITION,
	.strictlimit_free_pages = 8,
	.min_writeback_pages = 1024,
};
static const struct control_config v6_16 = {
	.wb_thresh_floor = WB_THRESH_FLOOR_SHARE,
	.min_writeback_pages = 1024,
};

/* dirty_bytes 16 MiB, background 4 MiB: freerun 2560, setpoint 3328 */
static struct dirty_throttle_control at(uint64_t dirty, uint64_t wb_thresh)
{
	return (struct dirty_throttle_control){
		.dirty = dirty,
		.thresh = 4096,
		.bg_thresh = 1024,
		.dirty_limit = 4096,
		.wb_dirty = dirty,
		.wb_thresh = wb_thresh,
		.wb_bg_thresh = wb_thresh / 4,
	};
}

static uint64_t ratio(const struct control_config *config,
		      struct dirty_throttle_control dtc)
{
	return wb_position_ratio(config, &dtc, false, 25600);
}

static void setpoint_lies_between_freerun_and_limit(void **state)
{
	struct dirty_throttle_control dtc = at(0, 4096);

	(void)state;
	assert_int_equal(dirty_setpoint(&dtc), 3328);
	dtc.dirty_limit = 8192; /* still falling */
	assert_int_equal(dirty_hard_limit(&dtc), 8192);
	assert_int_equal(dirty_setpoint(&dtc), (2560 + 8192) / 2);
	dtc.dirty_limit = 100; /* not yet risen */
	assert_int_equal(dirty_hard_limit(&dtc), 4096);
}

static void at_the_limit_the_ratio_is_zero(void **state)
{
	(void)state;
	assert_int_equal(ratio(&v6_16, at(4096, 4096)), 0);
	assert_int_equal(ratio(&v6_16, at(4097, 4096)), 0);
}

static void
a_device_with_all_completions_is_at_one_at_the_setpoint(void **state)
{
	(void)state;
	/* by the odd divisor 4097 its own setpoint is 3327, and by the odd
	 * one of the line that is just below 1 */
	assert_int_equal(ratio(&v6_16, at(3328, 4096)), 1023);
	assert_int_equal(ratio(&v6_16, at(3326, 4096)), 1024);
}

static void recorded_task_ratelimits_come_out(void **state)
{
	(void)state;
	/* 6.12.107 t19: wb_setpoint 0, task_ratelimit 148400 of 102400 */
	assert_int_equal(25600 * ratio(&v6_12, at(2576, 0)) >> 10, 148400 / 4);
	/* 6.17.13 s15: the floor (4096 - 2592) / 8 = 188, 143000 of 102400 */
	assert_int_equal(25600 * ratio(&v6_16, at(2592, 188)) >> 10,
			 143000 / 4);
	/* the position step's floor is not there from 6.16 on */
	assert_int_not_equal(ratio(&v6_16, at(2576, 0)),
			     ratio(&v6_12, at(2576, 0)));
}

static void few_dirty_pages_of_a_device_stretch_the_ratio(void **state)
{
	struct dirty_throttle_control dtc = at(3328, 2048);

	(void)state;
	dtc.wb_dirty = 128; /* an eighth of half its threshold: times 8 */
	assert_int_equal(ratio(&v6_16, dtc) % 8, 0);
	dtc.wb_dirty = 512;
	assert_in_range(ratio(&v6_16, dtc), 2 * 1024, 3 * 1024);
}

static void strictlimit_takes_the_stricter_position(void **state)
{
	struct dirty_throttle_control dtc = {
		.dirty = 3627,
		.thresh = 390625,
		.bg_thresh = 341797,
		.dirty_limit = 390625,
		.wb_dirty = 3632,
		.wb_thresh = 3869,
		.wb_bg_thresh = 3385,
	};

	(void)state;
	/* recorded, 6.17.13 s14-fuse-seq1m: 102400 of 102400 */
	assert_int_equal(wb_position_ratio(&v6_16, &dtc, true, 25600), 1024);
	/* recorded, 6.16.12: 90700 of 102400 */
	dtc.dirty = 3744;
	dtc.wb_dirty = 3744;
	dtc.wb_thresh = 3868;
	dtc.wb_bg_thresh = 3868ull * 341797 / 390625;
	assert_int_equal(25600 * wb_position_ratio(&v6_16, &dtc, true, 25600) >>
				 10,
			 90700 / 4);
	dtc.wb_dirty = dtc.wb_thresh;
	assert_int_equal(wb_position_ratio(&v6_16, &dtc, true, 25600), 0);
}

static void up_to_6_12_eight_pages_of_a_strict_device_are_free(void **state)
{
	struct dirty_throttle_control dtc = {
		.thresh = 390625,
		.bg_thresh = 341797,
		.dirty_limit = 390625,
		.wb_dirty = 7,
		.wb_thresh = 1,
	};

	(void)state;
	/* recorded, 6.12.107 s14-fuse-seq1m: 204800 of 102400, then 0 */
	assert_int_equal(wb_position_ratio(&v6_12, &dtc, true, 25600), 2048);
	dtc.wb_dirty = 8;
	assert_int_equal(wb_position_ratio(&v6_12, &dtc, true, 25600), 0);
	dtc.wb_dirty = 7;
	assert_int_equal(wb_position_ratio(&v6_16, &dtc, true, 25600), 0);
}

static struct bdi_writeback device(uint64_t rate, uint64_t balanced,
				   uint64_t avg)
{
	return (struct bdi_writeback){
		.write_bandwidth = avg,
		.avg_write_bandwidth = avg,
		.dirty_ratelimit = rate,
		.balanced_dirty_ratelimit = balanced,
	};
}

/* 6.12.107 t19 at 647, 1063 and 1271 ms, KiB/s divided by 4 */
static void recorded_rate_steps_come_out(void **state)
{
	struct dirty_throttle_control dtc = at(4032, 0);
	struct bdi_writeback wb = device(25600, 25600, 101944 / 4);
	struct ratelimit_step step;
	uint64_t pos = 222; /* task_ratelimit 22204 / 4 - 1 of 25600 */

	(void)state;
	step = wb_update_dirty_ratelimit(&v6_12, &wb, &dtc, pos, 36224 / 4);
	assert_int_equal(step.task_ratelimit, 22204 / 4);
	assert_int_equal(step.balanced_dirty_ratelimit, 62480 / 4);
	assert_int_equal(step.dirty_ratelimit, 25600);

	/* small steps are shifted away: 25600 / (2 * 303 + 1) = 42 */
	wb = device(25600, 101188 / 4, 100080 / 4);
	dtc = at(4160, 0);
	step = wb_update_dirty_ratelimit(&v6_12, &wb, &dtc, 0, 41844 / 4);
	assert_int_equal(step.balanced_dirty_ratelimit, 2);
	assert_int_equal(step.dirty_ratelimit, 25600);

	/* far off twice: an eighth of the way, rounded up */
	wb = device(25600, 2, 98840 / 4);
	dtc = at(4096, 0);
	step = wb_update_dirty_ratelimit(&v6_12, &wb, &dtc, 0, 40612 / 4);
	assert_int_equal(step.dirty_ratelimit, 89600 / 4);
	assert_int_equal(wb.dirty_ratelimit, 22400);
	assert_int_equal(wb.balanced_dirty_ratelimit, 2);
}

static void below_the_setpoint_the_rate_only_rises(void **state)
{
	struct dirty_throttle_control dtc = at(3000, 4096);
	struct bdi_writeback wb = device(1000, 9000, 25600);
	struct ratelimit_step step;

	(void)state;
	/* task 8001, balanced 8001 * 25600 / 8001 = 25600: least is 8001 */
	step = wb_update_dirty_ratelimit(&v6_16, &wb, &dtc, 8 * 1024, 8001);
	assert_int_equal(step.dirty_ratelimit, 1000 + (7001 + 7) / 8);
	/* one estimate below the rate stops it */
	wb = device(1000, 500, 25600);
	step = wb_update_dirty_ratelimit(&v6_16, &wb, &dtc, 8 * 1024, 8001);
	assert_int_equal(step.dirty_ratelimit, 1000);
}

static void a_rate_never_falls_below_one_page(void **state)
{
	struct dirty_throttle_control dtc = at(4096, 4096);
	struct bdi_writeback wb = device(1, 0, 1);

	(void)state;
	wb_update_dirty_ratelimit(&v6_16, &wb, &dtc, 0, 100000);
	assert_int_equal(wb.dirty_ratelimit, 1);
	assert_int_equal(wb.balanced_dirty_ratelimit, 0);
}

static void bandwidth_is_smoothed_over_1024_jiffies(void **state)
{
	struct bdi_writeback wb = device(0, 0, 25600);

	(void)state;
	wb_update_write_bandwidth(&wb, HZ, 52, 1200);
	assert_int_equal(wb.write_bandwidth,
			 (1200 * 250 + 25600 * (1024 - 52)) >> 10);
	assert_int_equal(wb.avg_write_bandwidth, 25600);
	/* the average follows an eighth of the way, one update later */
	wb_update_write_bandwidth(&wb, HZ, 52, 1200);
	assert_int_equal(wb.avg_write_bandwidth,
			 25600 - ((25600 - 24592) >> 3));
}

static void a_turn_of_the_bandwidth_leaves_the_average(void **state)
{
	struct bdi_writeback wb = device(0, 0, 20000);

	(void)state;
	wb.write_bandwidth = 10000;
	wb_update_write_bandwidth(&wb, HZ, 50, 4000); /* up again */
	assert_true(wb.write_bandwidth > 10000);
	assert_int_equal(wb.avg_write_bandwidth, 20000);
}

static void after_a_long_time_the_plain_average_counts(void **state)
{
	struct bdi_writeback wb = device(0, 0, 25600);

	(void)state;
	wb_update_write_bandwidth(&wb, HZ, 1024, 0);
	assert_int_equal(wb.write_bandwidth, 0);
	assert_int_equal(wb.avg_write_bandwidth, 25600);
	wb_update_write_bandwidth(&wb, HZ, 2000, 8000);
	assert_int_equal(wb.write_bandwidth, 1000);
	assert_int_equal(wb.avg_write_bandwidth, 1000);
	wb_update_write_bandwidth(&wb, HZ, 2000, 0);
	assert_int_equal(wb.avg_write_bandwidth, 1);
}

static void dirty_limit_rises_at_once_and_falls_slowly(void **state)
{
	struct wb_domain domain;

	(void)state;
	wb_domain_init(&domain, &v6_16, HZ, 1, 1000);
	domain.dirty_limit_stamp = 500;
	domain_update_dirty_limit(&domain, 2000, 0, 549);
	assert_int_equal(domain.dirty_limit, 1000); /* too early */
	domain_update_dirty_limit(&domain, 2000, 0, 550);
	assert_int_equal(domain.dirty_limit, 2000);
	domain_update_dirty_limit(&domain, 1000, 1200, 600);
	assert_int_equal(domain.dirty_limit, 2000 - (800 >> 5));
	domain_update_dirty_limit(&domain, 1000, 1975, 650);
	assert_int_equal(domain.dirty_limit, 1975);
}

static void idle_devices_restart_their_stamps(void **state)
{
	struct wb_domain domain;
	struct bdi_writeback wb;

	(void)state;
	wb_domain_init(&domain, &v6_16, HZ, 1, 4096);
	wb_init(&wb, &domain, 1000);
	wb_stat_add(&wb, WB_DIRTIED, 0, 800);
	wb_bandwidth_estimate_start(&domain, &wb, 1250);
	assert_int_equal(wb.bw_time_stamp, 1000); /* not over a second */
	wb_inode_writeback_start(&wb);
	wb_bandwidth_estimate_start(&domain, &wb, 1251);
	assert_int_equal(wb.bw_time_stamp, 1000); /* not idle */
	wb_inode_writeback_end(&wb);
	wb_bandwidth_estimate_start(&domain, &wb, 1251);
	assert_int_equal(wb.bw_time_stamp, 1251);
	assert_int_equal(wb.dirtied_stamp, 800);
	assert_int_equal(wb.write_bandwidth, 25600);
}

static void an_untraced_update_leaves_rate_and_limit(void **state)
{
	struct wb_domain domain;
	struct bdi_writeback wb;

	(void)state;
	wb_domain_init(&domain, &v6_16, HZ, 1, 4096);
	wb_init(&wb, &domain, 1000);
	wb_account_written(&domain, &wb, 0, 1600, 1040);
	wb_bandwidth_estimate_end(&domain, &wb, 1050);
	assert_int_equal(wb.bw_time_stamp, 1000); /* 50 jiffies are not old */
	wb_bandwidth_estimate_end(&domain, &wb, 1051);
	assert_int_equal(wb.bw_time_stamp, 1051);
	assert_int_equal(wb.written_stamp, 1600);
	assert_int_equal(wb.write_bandwidth,
			 (1600 * 250 + 25600 * (1024 - 51)) >> 10);
	assert_int_equal(wb.dirty_ratelimit, 25600);
	assert_int_equal(domain.dirty_limit_stamp, 0);
	/* a second one at the same jiffy: elapsed counts as one */
	wb_update_bandwidth(&domain, &wb, 1051);
	assert_int_equal(wb.bw_time_stamp, 1051);
}

static void a_traced_update_uses_the_old_average(void **state)
{
	struct wb_domain domain;
	struct bdi_writeback wb;
	struct dirty_throttle_control dtc = at(3328, 4096);
	struct ratelimit_step step;

	(void)state;
	wb_domain_init(&domain, &v6_16, HZ, 1, 4096);
	wb_init(&wb, &domain, 1000);
	wb.write_bandwidth = 10000; /* the average follows with the update */
	wb_stat_add(&wb, WB_DIRTIED, 0, 2000);
	step = wb_update_bandwidth_throttled(&domain, &wb, &dtc, 1024, 1051);
	assert_int_equal(step.dirty_rate, 2000 * 250 / 51);
	assert_int_equal(step.avg_write_bandwidth, 25600);
	assert_int_equal(step.balanced_dirty_ratelimit, 25600);
	assert_true(wb.avg_write_bandwidth < 25600);
	assert_int_equal(wb.dirtied_stamp, 2000);
	assert_int_equal(domain.dirty_limit_stamp, 1051);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(setpoint_lies_between_freerun_and_limit),
		cmocka_unit_test(at_the_limit_the_ratio_is_zero),
		cmocka_unit_test(
			a_device_with_all_completions_is_at_one_at_the_setpoint),
		cmocka_unit_test(recorded_task_ratelimits_come_out),
		cmocka_unit_test(few_dirty_pages_of_a_device_stretch_the_ratio),
		cmocka_unit_test(strictlimit_takes_the_stricter_position),
		cmocka_unit_test(
			up_to_6_12_eight_pages_of_a_strict_device_are_free),
		cmocka_unit_test(recorded_rate_steps_come_out),
		cmocka_unit_test(below_the_setpoint_the_rate_only_rises),
		cmocka_unit_test(a_rate_never_falls_below_one_page),
		cmocka_unit_test(bandwidth_is_smoothed_over_1024_jiffies),
		cmocka_unit_test(a_turn_of_the_bandwidth_leaves_the_average),
		cmocka_unit_test(after_a_long_time_the_plain_average_counts),
		cmocka_unit_test(dirty_limit_rises_at_once_and_falls_slowly),
		cmocka_unit_test(idle_devices_restart_their_stamps),
		cmocka_unit_test(an_untraced_update_leaves_rate_and_limit),
		cmocka_unit_test(a_traced_update_uses_the_old_average),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
