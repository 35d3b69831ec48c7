/* test-links: wb_mm */
/*
 * A device's share of the dirty threshold; numbers worked by hand from
 * control.md 2.2.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "models/mm/completions.h"

#define HZ     250
#define PERIOD (3 * HZ)
#define THRESH 4096

static const struct control_config share_floor = {
	.wb_thresh_floor = WB_THRESH_FLOOR_SHARE,
	.min_writeback_pages = 1024,
};
static const struct control_config position_floor = {
	.wb_thresh_floor = WB_THRESH_FLOOR_POSITION,
	.min_writeback_pages = 1024,
};

struct pair {
	struct wb_domain domain;
	struct bdi_writeback a;
	struct bdi_writeback b;
};

static void pair_init(struct pair *p, const struct control_config *config,
		      unsigned int nr_cpus)
{
	wb_domain_init(&p->domain, config, HZ, nr_cpus, THRESH);
	wb_init(&p->a, &p->domain, 1000);
	wb_init(&p->b, &p->domain, 1000);
}

static void write_folios(struct pair *p, struct bdi_writeback *wb,
			 unsigned int nr, uint64_t now)
{
	for (unsigned int i = 0; i < nr; i++)
		wb_completions_add(&p->domain, wb, 0, 16, now);
}

static void a_fresh_device_has_no_share_but_the_floor(void **state)
{
	struct pair p;

	(void)state;
	pair_init(&p, &position_floor, 1);
	assert_int_equal(wb_calc_share(&p.domain, &p.a, THRESH, 0), 0);
	pair_init(&p, &share_floor, 1);
	assert_int_equal(wb_calc_share(&p.domain, &p.a, THRESH, 0), 512);
	assert_int_equal(wb_calc_share(&p.domain, &p.a, THRESH, 2592), 188);
	/* no room, no floor */
	assert_int_equal(wb_calc_share(&p.domain, &p.a, THRESH, 5000), 0);
	p.a.strictlimit = true;
	p.a.max_ratio = BDI_RATIO_FUSE;
	/* as recorded: wb_setpoint 3748 = 378418 * 3869 / 390626 */
	assert_int_equal(wb_calc_share(&p.domain, &p.a, 390625, 3627), 3869);
}

static void share_is_the_part_of_the_completions(void **state)
{
	struct pair p;

	(void)state;
	pair_init(&p, &position_floor, 1);
	write_folios(&p, &p.a, 300, 2000); /* 4800 pages */
	write_folios(&p, &p.b, 100, 2000); /* 1600 */
	/* the domain began with 1 and hands 32 in at a time: 6401 */
	assert_int_equal(percpu_counter_read(&p.domain.completions), 6401);
	assert_int_equal(wb_calc_share(&p.domain, &p.a, THRESH, 0),
			 4096 * 4800 / 6401);
	assert_int_equal(wb_calc_share(&p.domain, &p.b, THRESH, 0),
			 4096 * 1600 / 6401);
	p.b.max_ratio = 100000;
	assert_int_equal(wb_calc_share(&p.domain, &p.b, THRESH, 0), 409);
}

static void one_device_alone_never_has_more_than_all(void **state)
{
	struct pair p;
	struct wb_fraction f;

	(void)state;
	pair_init(&p, &share_floor, 1);
	/* 16 pages: still with the CPU in the domain, in the device's sum */
	write_folios(&p, &p.a, 1, 2000);
	f = wb_completions_fraction(&p.domain, &p.a);
	assert_int_equal(f.numerator, 16);
	assert_int_equal(f.denominator, 16);
	assert_int_equal(wb_calc_share(&p.domain, &p.a, THRESH, 0), THRESH);
}

static void each_period_halves_what_is_remembered(void **state)
{
	struct pair p;
	struct wb_fraction f;

	(void)state;
	pair_init(&p, &share_floor, 1);
	write_folios(&p, &p.a, 100, 2000);
	assert_int_equal(p.domain.period_due, 2000 + PERIOD);
	/* one period late: two halvings at once */
	wb_domain_period_timer(&p.domain, 2000 + 2 * PERIOD + 7);
	assert_int_equal(p.domain.period, 2);
	assert_int_equal(p.domain.period_due, 2000 + 3 * PERIOD);
	f = wb_completions_fraction(&p.domain, &p.a);
	assert_int_equal(f.numerator, 400);
	assert_int_equal(f.denominator, 1601 >> 2);
	/* the other device reflects the same periods when it is looked at */
	f = wb_completions_fraction(&p.domain, &p.b);
	assert_int_equal(f.numerator, 0);
	assert_int_equal(p.b.period, 2);
}

static void after_64_periods_nothing_is_left_and_the_timer_stops(void **state)
{
	struct pair p;

	(void)state;
	pair_init(&p, &share_floor, 1);
	write_folios(&p, &p.a, 100, 2000);
	wb_domain_period_timer(&p.domain, 2000 + 64 * PERIOD);
	assert_int_equal(percpu_counter_sum(&p.domain.completions), 0);
	assert_int_equal(wb_completions_fraction(&p.domain, &p.a).numerator, 0);
	wb_domain_period_timer(&p.domain, p.domain.period_due);
	assert_int_equal(p.domain.period_due, 0);
	write_folios(&p, &p.a, 1, 900000);
	assert_int_equal(p.domain.period_due, 900000 + PERIOD);
}

static void completions_stop_at_the_largest_ratio(void **state)
{
	struct pair p;
	struct wb_fraction f;

	(void)state;
	pair_init(&p, &share_floor, 1);
	write_folios(&p, &p.b, 1000, 2000); /* 16000 pages of others */
	p.a.max_ratio = 500000;             /* one half */
	write_folios(&p, &p.a, 5000, 2000);
	f = wb_completions_fraction(&p.domain, &p.a);
	/* as many as the others', but for what the CPU has not handed in */
	assert_in_range(f.numerator, 15900, 16100);
	assert_in_range(f.denominator, 31900, 32200);
}

static void small_additions_stay_with_their_cpu(void **state)
{
	struct percpu_counter c;

	(void)state;
	percpu_counter_init(&c, 16);
	percpu_counter_add(&c, 0, 15);
	percpu_counter_add(&c, 1, 15);
	assert_int_equal(percpu_counter_read(&c), 0);
	assert_int_equal(percpu_counter_sum(&c), 30);
	percpu_counter_add(&c, 1, 1);
	assert_int_equal(percpu_counter_read(&c), 16);
	percpu_counter_add(&c, 0, -31);
	assert_int_equal(percpu_counter_read(&c), 0);
	assert_int_equal(percpu_counter_sum(&c), 0);
}

static void batches_grow_with_the_cpus(void **state)
{
	struct pair p;

	(void)state;
	pair_init(&p, &share_floor, 1);
	assert_int_equal(wb_stat_error(&p.domain), 8);
	assert_int_equal(p.domain.completions.batch, 32);
	pair_init(&p, &share_floor, 4);
	assert_int_equal(wb_stat_error(&p.domain), 4 * 24);
	pair_init(&p, &share_floor, 32);
	assert_int_equal(p.domain.completions.batch, 64);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fresh_device_has_no_share_but_the_floor),
		cmocka_unit_test(share_is_the_part_of_the_completions),
		cmocka_unit_test(one_device_alone_never_has_more_than_all),
		cmocka_unit_test(each_period_halves_what_is_remembered),
		cmocka_unit_test(
			after_64_periods_nothing_is_left_and_the_timer_stops),
		cmocka_unit_test(completions_stop_at_the_largest_ratio),
		cmocka_unit_test(small_additions_stay_with_their_cpu),
		cmocka_unit_test(batches_grow_with_the_cpus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
