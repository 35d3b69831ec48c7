/* test-links: wb_ioend */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "models/block/sched.h"
#include "tests/unit/blk_stack.h"

#define MAX_BIOS 64
/* tags of the one test that takes the default number of requests */
#define DEFAULT_REQUESTS 2

struct scheduled {
	struct blk_stack *s;
	struct mq_deadline_config config;
	struct bio bios[MAX_BIOS];
	struct folio folios[MAX_BIOS];
	unsigned int nr;
	unsigned int nr_ends;
};

static void note_end(struct bio *bio)
{
	((struct scheduled *)bio->private)->nr_ends++;
	bio_done(bio);
}

static void start(struct scheduled *t, struct blk_stack *s, uint32_t depth)
{
	memset(t, 0, sizeof(*t));
	t->s = s;
	t->config = (struct mq_deadline_config){
		.write_expire_ns = 5 * NS_PER_S,
		.fifo_batch = 16,
		.front_merges = true,
	};
	s->queue.depth = depth;
	s->block_config.plug_each_bio = true;
	mq_deadline_init(&s->queue, depth == DEFAULT_REQUESTS ? 0 : MAX_BIOS,
			 &t->config);
}

static void submit(struct scheduled *t, uint64_t sector, uint32_t bytes)
{
	struct bio *bio = &t->bios[t->nr];
	struct folio *folio = &t->folios[t->nr];

	SIM_ASSERT(t->nr < MAX_BIOS);
	*folio = (struct folio){ .frame = 1000ull * ++t->nr, .order = 9 };
	bio_init(bio, &t->s->queue, BIO_WRITE, 0, sector);
	SIM_ASSERT(bio_add_folio(bio, folio, 0, bytes, 256, UINT32_MAX));
	bio->end_io = note_end;
	bio->private = t;
	submit_bio(bio);
}

static void finish(struct scheduled *t)
{
	while (t->s->nr_ended < t->s->nr_kept)
		end_requests(t->s, 1);
	SIM_ASSERT(t->nr_ends == t->nr);
}

static void check_order(const struct blk_stack *s, const uint64_t *sectors,
			size_t nr)
{
	SIM_ASSERT(s->nr_kept == nr);
	for (size_t i = 0; i < nr; i++)
		SIM_ASSERT(s->kept[i].sector == sectors[i]);
}

/* One tag: what comes while it is taken waits, and goes on from sector 100. */
static void sorted(struct blk_stack *s)
{
	static const uint64_t order[] = { 100, 200, 300, 50, 60 };
	struct scheduled t;

	start(&t, s, 1);
	submit(&t, 100, 4096);
	SIM_ASSERT(s->nr_kept == 1);
	submit(&t, 50, 4096);
	submit(&t, 300, 4096);
	submit(&t, 60, 4096);
	submit(&t, 200, 4096);
	SIM_ASSERT(s->nr_kept == 1);
	finish(&t);
	check_order(s, order, 5);
}

static void requests_leave_by_ascending_sector_from_the_last_one(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(sorted), 0);
}

static void late(struct blk_stack *s)
{
	static const uint64_t order[] = { 100, 50, 300, 60, 200 };
	struct scheduled t;

	start(&t, s, 1);
	t.config.write_expire_ns = 0;
	t.config.fifo_batch = 1;
	submit(&t, 100, 4096);
	submit(&t, 50, 4096);
	submit(&t, 300, 4096);
	submit(&t, 60, 4096);
	submit(&t, 200, 4096);
	finish(&t);
	check_order(s, order, 5);
}

static void late_requests_start_a_batch_each(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(late), 0);
}

static void batch_of_two(struct blk_stack *s)
{
	/* 100 and 300 are a batch; then 50 is late, 60 follows it */
	static const uint64_t order[] = { 100, 300, 50, 60, 400 };
	struct scheduled t;

	start(&t, s, 1);
	t.config.write_expire_ns = 0;
	t.config.fifo_batch = 2;
	submit(&t, 100, 4096);
	submit(&t, 50, 4096);
	submit(&t, 300, 4096);
	submit(&t, 60, 4096);
	submit(&t, 400, 4096);
	finish(&t);
	check_order(s, order, 5);
}

static void a_batch_is_not_cut_by_late_requests(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(batch_of_two), 0);
}

static void merges(struct blk_stack *s)
{
	struct scheduled t;

	start(&t, s, 1);
	submit(&t, 0, 4096);
	submit(&t, 1000, 4096);
	submit(&t, 2000, 4096);
	/* behind an older one, in front of the last one */
	submit(&t, 1008, 4096);
	submit(&t, 1992, 4096);
	SIM_ASSERT(s->queue.stats.merges == 2);
	SIM_ASSERT(s->queue.stats.front_merges == 1);
	/* between two: both become one request */
	submit(&t, 1016, (1992 - 1016) * 512);
	SIM_ASSERT(s->queue.stats.merges == 3);
	SIM_ASSERT(s->queue.stats.request_merges == 1);
	finish(&t);
	SIM_ASSERT(s->nr_kept == 2);
	SIM_ASSERT(s->kept[1].sector == 1000);
	SIM_ASSERT(s->kept[1].bytes == (2008 - 1000) * 512);
}

static void bios_merge_into_any_waiting_request(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(merges), 0);
}

static void no_front(struct blk_stack *s)
{
	struct scheduled t;

	start(&t, s, 1);
	t.config.front_merges = false;
	submit(&t, 0, 4096);
	submit(&t, 1000, 4096);
	submit(&t, 992, 4096);
	SIM_ASSERT(s->queue.stats.merges == 0);
	finish(&t);
}

static void front_merges_can_be_switched_off(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(no_front), 0);
}

static void plugged(struct blk_stack *s)
{
	static const uint64_t order[] = { 100, 200, 300 };
	struct blk_plug plug;
	struct scheduled t;

	start(&t, s, 8);
	blk_start_plug(&plug, &s->queue);
	submit(&t, 300, 4096);
	submit(&t, 100, 4096);
	submit(&t, 200, 4096);
	SIM_ASSERT(s->nr_kept == 0);
	blk_finish_plug(&plug);
	check_order(s, order, 3);
	finish(&t);
}

static void a_plug_is_inserted_whole_before_the_first_request_goes(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(plugged), 0);
}

static void by_worker(struct blk_stack *s)
{
	static const uint64_t order[] = { 100, 200, 300 };
	struct scheduled t;

	start(&t, s, 8);
	s->block_config.plug_each_bio = false;
	submit(&t, 300, 4096);
	submit(&t, 100, 4096);
	submit(&t, 200, 4096);
	SIM_ASSERT(s->nr_kept == 0);
	sim_sleep_ns(s->m.sim, 1);
	check_order(s, order, 3);
	finish(&t);
}

static void without_a_plug_per_bio_kblockd_dispatches(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(by_worker), 0);
}

static void end_one(void *arg)
{
	sim_irq(((struct blk_stack *)arg)->m.sim, 0, end_kept, arg);
}

/* 2 tags: 4 requests; the fifth waits for the first one's end. */
static void room(struct blk_stack *s)
{
	struct scheduled t;

	start(&t, s, DEFAULT_REQUESTS);
	SIM_ASSERT(s->queue.nr_requests == 4);
	for (uint64_t i = 0; i < 4; i++)
		submit(&t, i * 1000, 4096);
	SIM_ASSERT(s->nr_kept == 2);
	sim_after(s->m.sim, 700, end_one, s);
	submit(&t, 9000, 4096);
	SIM_ASSERT(sim_now_ns(s->m.sim) == 700);
	finish(&t);
	SIM_ASSERT(s->queue.stats.in_flight_max == 4);
}

static void the_scheduler_holds_twice_the_drivers_tags(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(room), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			requests_leave_by_ascending_sector_from_the_last_one),
		cmocka_unit_test(late_requests_start_a_batch_each),
		cmocka_unit_test(a_batch_is_not_cut_by_late_requests),
		cmocka_unit_test(bios_merge_into_any_waiting_request),
		cmocka_unit_test(front_merges_can_be_switched_off),
		cmocka_unit_test(
			a_plug_is_inserted_whole_before_the_first_request_goes),
		cmocka_unit_test(without_a_plug_per_bio_kblockd_dispatches),
		cmocka_unit_test(the_scheduler_holds_twice_the_drivers_tags),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
