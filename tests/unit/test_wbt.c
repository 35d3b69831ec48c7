/* test-links: wb_ioend */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "models/block/wbt.h"
#include "tests/unit/blk_stack.h"

#define MAX_BIOS 128

struct throttled {
	struct blk_stack *s;
	struct wbt_config config;
	struct bio bios[MAX_BIOS];
	struct folio folio;
	unsigned int nr;
};

static void start(struct throttled *t, struct blk_stack *s, uint64_t step)
{
	memset(t, 0, sizeof(*t));
	t->s = s;
	t->folio.order = 9;
	t->config = (struct wbt_config){
		.enabled = true,
		.step = step,
		.window_ns = 100 * NS_PER_MS,
	};
	s->queue.depth = 1023;
	wbt_init(&s->queue, &t->config);
}

static void note_end(struct bio *bio)
{
	bio_done(bio);
}

static void submit(struct throttled *t, unsigned int flags)
{
	struct bio *bio = &t->bios[t->nr];

	SIM_ASSERT(t->nr < MAX_BIOS);
	bio_init(bio, &t->s->queue, BIO_WRITE, flags, t->nr++ * 1000);
	SIM_ASSERT(bio_add_folio(bio, &t->folio, 0, 4096, 256, UINT32_MAX));
	bio->end_io = note_end;
	submit_bio(bio);
}

static void ladder(struct blk_stack *s)
{
	/* 1 + 15 * 2^s, at most 3/4 of 1023 */
	static const uint32_t max[] = { 16, 31, 61, 121, 241, 481, 767, 767 };

	for (uint64_t step = 0; step < 8; step++) {
		struct throttled t;

		start(&t, s, step);
		SIM_ASSERT(s->queue.wbt->max_depth == max[step]);
		SIM_ASSERT(s->queue.wbt->normal == (max[step] + 1) / 2);
		SIM_ASSERT(s->queue.wbt->background == (max[step] + 3) / 4);
		SIM_ASSERT(s->queue.wbt->scaled_max == (step >= 6));
		free(s->queue.wbt);
		s->queue.wbt = NULL;
	}
}

static void each_step_doubles_the_depth_up_to_three_quarters(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(ladder), 0);
}

static void end_one(void *arg)
{
	sim_irq(((struct blk_stack *)arg)->m.sim, 0, end_kept, arg);
}

/* How many of @flags are let in before one ends, at 1000 ns and each ns. */
static uint64_t let_in(struct throttled *t, unsigned int flags, size_t nr,
		       uint64_t *ret_woken_ns)
{
	struct sim *sim = t->s->m.sim;

	for (size_t i = 0; i < nr; i++)
		sim_after(sim, 1000 + i, end_one, t->s);
	while (sim_now_ns(sim) == 0)
		submit(t, flags);
	*ret_woken_ns = sim_now_ns(sim);
	return t->nr - 1;
}

static void sync_and_cache(struct blk_stack *s)
{
	struct throttled t;
	uint64_t woken_ns;

	s->queue.has_write_cache = true;
	start(&t, s, 0);
	SIM_ASSERT(let_in(&t, BIO_SYNC, 16, &woken_ns) == 16);
	/* the last of 16 ended */
	SIM_ASSERT(woken_ns == 1015);
	SIM_ASSERT(s->queue.stats.wbt_waits == 1);
	end_all_requests(s);
	SIM_ASSERT(s->queue.wbt->in_flight == 0);
}

static void normal_without_cache(struct blk_stack *s)
{
	struct throttled t;
	uint64_t woken_ns;

	start(&t, s, 0);
	SIM_ASSERT(let_in(&t, 0, 8, &woken_ns) == 8);
	/* 8 in flight, 6 is the first that is 4 / 2 below the limit */
	SIM_ASSERT(woken_ns == 1001);
	sim_sleep_ns(s->m.sim, 1000);
	end_all_requests(s);
}

static void background(struct blk_stack *s)
{
	struct throttled t;
	uint64_t woken_ns;

	s->queue.has_write_cache = true;
	start(&t, s, 0);
	SIM_ASSERT(let_in(&t, BIO_BACKGROUND, 4, &woken_ns) == 4);
	SIM_ASSERT(woken_ns == 1003);
	end_all_requests(s);
}

static void limits_are_16_sync_8_normal_4_background(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(sync_and_cache), 0);
	assert_int_equal(with_blk_stack(normal_without_cache), 0);
	assert_int_equal(with_blk_stack(background), 0);
}

static void log_writes(struct blk_stack *s)
{
	struct throttled t;

	start(&t, s, 0);
	for (unsigned int i = 0; i < 40; i++)
		submit(&t, BIO_META);
	SIM_ASSERT(s->queue.wbt->in_flight == 0);
	end_all_requests(s);
}

static void log_writes_pass(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(log_writes), 0);
}

/* The plug holds all 16: kblockd issues them when the thread sleeps. */
static void with_plug(struct blk_stack *s)
{
	struct blk_plug plug;
	struct throttled t;

	s->queue.has_write_cache = true;
	start(&t, s, 0);
	blk_start_plug(&plug, &s->queue);
	for (unsigned int i = 0; i < 16; i++)
		submit(&t, BIO_SYNC);
	SIM_ASSERT(s->nr_kept == 0);
	for (unsigned int i = 0; i < 16; i++)
		sim_after(s->m.sim, 1000, end_one, s);
	submit(&t, BIO_SYNC);
	SIM_ASSERT(s->nr_kept == 16);
	SIM_ASSERT(s->queue.stats.sleep_flushes == 1);
	SIM_ASSERT(plug.nr_requests == 1);
	blk_finish_plug(&plug);
	end_all_requests(s);
}

static void a_sleeper_leaves_its_plug_to_kblockd(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(with_plug), 0);
}

static void windows(struct blk_stack *s)
{
	struct throttled t;

	start(&t, s, 0);
	submit(&t, 0);
	sim_sleep_ns(s->m.sim, 101 * NS_PER_MS);
	SIM_ASSERT(s->queue.wbt->max_depth == 31);
	end_all_requests(s);
	sim_sleep_ns(s->m.sim, 100 * NS_PER_MS);
	SIM_ASSERT(s->queue.wbt->max_depth == 61);
	/* nothing for five windows: one step back, and so on to step 0 */
	sim_sleep_ns(s->m.sim, 500 * NS_PER_MS);
	SIM_ASSERT(s->queue.wbt->max_depth == 31);
	sim_sleep_ns(s->m.sim, 500 * NS_PER_MS);
	SIM_ASSERT(s->queue.wbt->max_depth == 16);
	SIM_ASSERT(s->queue.wbt->window == 0);
}

static void windows_of_writes_raise_the_step_idle_ones_lower_it(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(windows), 0);
}

static void recent_sleep(struct blk_stack *s)
{
	struct throttled t;

	start(&t, s, 0);
	sim_sleep_ns(s->m.sim, 1);
	wbt_dirtier_slept(s->queue.wbt);
	for (unsigned int i = 0; i < 16; i++)
		submit(&t, BIO_BACKGROUND);
	SIM_ASSERT(s->queue.stats.wbt_waits == 0);
	end_all_requests(s);
}

static void a_writer_that_slept_opens_all_of_the_depth(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(recent_sleep), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			each_step_doubles_the_depth_up_to_three_quarters),
		cmocka_unit_test(limits_are_16_sync_8_normal_4_background),
		cmocka_unit_test(log_writes_pass),
		cmocka_unit_test(a_sleeper_leaves_its_plug_to_kblockd),
		cmocka_unit_test(
			windows_of_writes_raise_the_step_idle_ones_lower_it),
		cmocka_unit_test(a_writer_that_slept_opens_all_of_the_depth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
