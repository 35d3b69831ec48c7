/* test-links: wb_ioend */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/blk_stack.h"

#define MAX_BIOS 128

struct plugged {
	struct blk_stack *s;
	struct blk_plug plug;
	struct bio bios[MAX_BIOS];
	struct folio folios[MAX_BIOS];
	unsigned int nr;
	unsigned int nr_ends;
};

static void note_end(struct bio *bio)
{
	((struct plugged *)bio->private)->nr_ends++;
	bio_done(bio);
}

/* One bvec of @bytes at @sector, none adjacent to another in memory. */
static void submit(struct plugged *p, uint64_t sector, uint32_t bytes,
		   unsigned int flags)
{
	struct bio *bio = &p->bios[p->nr];
	struct folio *folio = &p->folios[p->nr];

	SIM_ASSERT(p->nr < MAX_BIOS);
	*folio = (struct folio){ .frame = 1000ull * ++p->nr, .order = 9 };
	bio_init(bio, &p->s->queue, BIO_WRITE, flags, sector);
	SIM_ASSERT(bio_add_folio(bio, folio, 0, bytes, 256, UINT32_MAX));
	bio->end_io = note_end;
	bio->private = p;
	submit_bio(bio);
}

static void start(struct plugged *p, struct blk_stack *s)
{
	memset(p, 0, sizeof(*p));
	p->s = s;
	blk_start_plug(&p->plug, &s->queue);
}

static void finish(struct plugged *p)
{
	blk_finish_plug(&p->plug);
	end_all_requests(p->s);
	SIM_ASSERT(p->nr_ends == p->nr);
}

static void by_count(struct blk_stack *s)
{
	struct plugged p;

	start(&p, s);
	/* far apart: nothing merges */
	for (unsigned int i = 0; i < 32; i++)
		submit(&p, i * 1000, 4096, 0);
	SIM_ASSERT(s->nr_kept == 0);
	SIM_ASSERT(p.plug.nr_requests == 32);
	submit(&p, 32000, 4096, 0);
	SIM_ASSERT(s->nr_kept == 32);
	SIM_ASSERT(p.plug.nr_requests == 1);
	blk_finish_plug(&p.plug);
	SIM_ASSERT(s->nr_kept == 33);
	for (unsigned int i = 0; i < 33; i++)
		SIM_ASSERT(s->kept[i].sector == i * 1000);
	end_all_requests(s);
}

static void the_33rd_request_pushes_out_the_32_before(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(by_count), 0);
}

static void by_oldest(struct blk_stack *s)
{
	struct plugged p;

	start(&p, s);
	/* 124 KiB, then 128 KiB: the oldest is still small */
	submit(&p, 0, 124 * KIB, 0);
	submit(&p, 10000, 128 * KIB, 0);
	submit(&p, 20000, 4096, 0);
	SIM_ASSERT(s->nr_kept == 0);
	blk_flush_plug(&p.plug);
	SIM_ASSERT(s->nr_kept == 3);
	/* the oldest has 128 KiB: the next one pushes it out */
	submit(&p, 0, 128 * KIB, 0);
	SIM_ASSERT(s->nr_kept == 3);
	submit(&p, 10000, 128 * KIB, 0);
	SIM_ASSERT(s->nr_kept == 4);
	submit(&p, 20000, 128 * KIB, 0);
	SIM_ASSERT(s->nr_kept == 5);
	finish(&p);
}

static void an_oldest_request_of_128_kib_leaves_with_the_next(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(by_oldest), 0);
}

static void merging(struct blk_stack *s)
{
	struct plugged p;

	start(&p, s);
	for (unsigned int i = 0; i < 10; i++)
		submit(&p, i * 8, 4096, 0);
	SIM_ASSERT(p.plug.nr_requests == 1);
	/* not contiguous, in front of that, behind an older one */
	submit(&p, 1000, 4096, 0);
	submit(&p, 992, 4096, 0);
	submit(&p, 80, 4096, 0);
	SIM_ASSERT(p.plug.nr_requests == 3);
	SIM_ASSERT(s->queue.stats.merges == 10);
	SIM_ASSERT(s->queue.stats.front_merges == 1);
	finish(&p);
	SIM_ASSERT(s->kept[0].bytes == 40 * KIB);
	SIM_ASSERT(s->kept[0].nr_segments == 10);
	SIM_ASSERT(s->kept[1].sector == 992);
	SIM_ASSERT(s->kept[1].bytes == 8192);
	SIM_ASSERT(s->queue.stats.requests == 3);
	SIM_ASSERT(s->queue.stats.data_request_bytes == 13 * 4096);
}

static void
a_bio_merges_into_back_or_front_of_the_newest_request_only(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(merging), 0);
}

/* 16 sectors at most: 8 + 16 is refused, and so is what would fit then. */
static void refused_by_size(struct blk_stack *s)
{
	struct plugged p;

	s->queue.limits.max_sectors = 16;
	start(&p, s);
	submit(&p, 0, 4096, 0);
	SIM_ASSERT(!p.plug.tail->nomerge);
	submit(&p, 8, 8192, 0);
	SIM_ASSERT(p.plug.nr_requests == 2);
	SIM_ASSERT(p.plug.head->nomerge);
	SIM_ASSERT(!p.plug.tail->nomerge);
	finish(&p);
	SIM_ASSERT(s->queue.stats.merges == 0);
}

static void refused_by_segments(struct blk_stack *s)
{
	struct plugged p;

	s->queue.limits.max_segments = 2;
	start(&p, s);
	submit(&p, 0, 4096, 0);
	submit(&p, 8, 4096, 0);
	SIM_ASSERT(p.plug.nr_requests == 1);
	submit(&p, 16, 4096, 0);
	SIM_ASSERT(p.plug.nr_requests == 2);
	SIM_ASSERT(p.plug.head->nomerge);
	finish(&p);
}

static void a_refused_merge_closes_the_request(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(refused_by_size), 0);
	assert_int_equal(with_blk_stack(refused_by_segments), 0);
}

/* The request's chunk ends at sector 64. */
static void chunk_and_gap(struct blk_stack *s)
{
	struct plugged p;

	s->queue.limits.chunk_sectors = 64;
	start(&p, s);
	submit(&p, 48, 8192, 0);
	submit(&p, 64, 4096, 0);
	SIM_ASSERT(p.plug.nr_requests == 2);
	finish(&p);
	/* 1 KiB ends inside its page: a gap under a virt boundary, which
	 * does not close the request */
	s->queue.limits = no_limits();
	s->queue.limits.virt_boundary_mask = 4095;
	start(&p, s);
	submit(&p, 0, 1024, 0);
	submit(&p, 2, 4096, 0);
	SIM_ASSERT(p.plug.nr_requests == 2);
	SIM_ASSERT(!p.plug.head->nomerge);
	finish(&p);
}

static void no_merge_crosses_a_chunk_or_leaves_a_gap(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(chunk_and_gap), 0);
}

static void nomerge_flag(struct blk_stack *s)
{
	struct plugged p;

	start(&p, s);
	submit(&p, 0, 4096, 0);
	submit(&p, 8, 4096, BIO_NOMERGE);
	SIM_ASSERT(p.plug.nr_requests == 2);
	/* nor does anything merge into it */
	submit(&p, 16, 4096, 0);
	SIM_ASSERT(p.plug.nr_requests == 3);
	submit(&p, 24, 4096, 0);
	SIM_ASSERT(p.plug.nr_requests == 3);
	finish(&p);
}

static void the_front_of_a_split_never_merges(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(nomerge_flag), 0);
}

static void end_two(void *arg)
{
	struct blk_stack *s = arg;

	sim_irq(s->m.sim, 0, end_kept, s);
	sim_irq(s->m.sim, 0, end_kept, s);
}

/* Two tags, both held by the plug: waiting for a third issues them. */
static void by_tag_wait(struct blk_stack *s)
{
	struct plugged p;

	s->queue.depth = 2;
	start(&p, s);
	submit(&p, 0, 4096, 0);
	submit(&p, 1000, 4096, 0);
	SIM_ASSERT(s->nr_kept == 0);
	sim_after(s->m.sim, 700, end_two, s);
	submit(&p, 2000, 4096, 0);
	SIM_ASSERT(sim_now_ns(s->m.sim) == 700);
	SIM_ASSERT(s->nr_kept == 2);
	SIM_ASSERT(s->queue.stats.tag_waits == 1);
	finish(&p);
	SIM_ASSERT(s->queue.stats.in_flight_max == 2);
}

static void sleeping_for_a_tag_flushes_the_plug(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(by_tag_wait), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_33rd_request_pushes_out_the_32_before),
		cmocka_unit_test(
			an_oldest_request_of_128_kib_leaves_with_the_next),
		cmocka_unit_test(
			a_bio_merges_into_back_or_front_of_the_newest_request_only),
		cmocka_unit_test(a_refused_merge_closes_the_request),
		cmocka_unit_test(no_merge_crosses_a_chunk_or_leaves_a_gap),
		cmocka_unit_test(the_front_of_a_split_never_merges),
		cmocka_unit_test(sleeping_for_a_tag_flushes_the_plug),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
