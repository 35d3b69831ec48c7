/* test-links: wb_iomap */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "tests/unit/mm_stack.h"

#define MAX_CALLS 64

/*
 * A tiny implementation of the line: it notes each call, answers as told and
 * finishes what it queued when the test says so.
 */
struct call {
	struct folio *folio;
	uint64_t pos;
	uint64_t len;
	uint64_t end_pos;
};

struct recorder {
	struct iomap_writepage_ctx generic;
	struct call calls[MAX_CALLS];
	unsigned int nr_calls;
	struct call queued[MAX_CALLS];
	unsigned int nr_queued;
	unsigned int nr_submits;
	int submit_error;
	int submit_answer;
	uint64_t take_bytes;       /* at most so many per call; 0: all */
	unsigned int special_call; /* this call (1 is the first) ... */
	ssize_t special_answer;    /* ... answers this */
	uint64_t hole_end;         /* before this file byte all is hole */
};

static ssize_t record_range(struct iomap_writepage_ctx *generic,
			    struct folio *folio, uint64_t pos, uint64_t len,
			    uint64_t end_pos)
{
	struct recorder *r = (struct recorder *)generic;
	const struct call call = { folio, pos, len, end_pos };

	SIM_ASSERT(r->nr_calls < MAX_CALLS);
	SIM_ASSERT(folio->flags & FOLIO_WRITEBACK);
	r->calls[r->nr_calls++] = call;
	generic->iomap.type = IOMAP_MAPPED;
	if (r->nr_calls == r->special_call)
		return r->special_answer;
	if (pos < r->hole_end) {
		generic->iomap.type = IOMAP_HOLE;
		return (ssize_t)len;
	}
	if (r->take_bytes)
		len = min_u64(len, r->take_bytes);
	iomap_start_folio_write(folio, (uint32_t)len);
	r->queued[r->nr_queued] = call;
	r->queued[r->nr_queued++].len = len;
	generic->wb_ctx = r;
	return (ssize_t)len;
}

static int record_submit(struct iomap_writepage_ctx *generic, int error)
{
	struct recorder *r = (struct recorder *)generic;

	SIM_ASSERT(generic->wb_ctx == r);
	r->nr_submits++;
	r->submit_error = error;
	return error ? error : r->submit_answer;
}

static const struct iomap_writeback_ops record_ops = {
	.writeback_range = record_range,
	.writeback_submit = record_submit,
};

/* Contract of the implementer: every queued byte is finished once. */
static void finish_queued(struct recorder *r)
{
	struct mm *mm = r->generic.inode->mm;
	const struct iomap_stats *stats = iomap_stats(iomap_core(mm));

	for (unsigned int i = 0; i < r->nr_queued; i++) {
		SIM_ASSERT(r->queued[i].folio->flags & FOLIO_WRITEBACK);
		iomap_finish_folio_write(r->queued[i].folio,
					 (uint32_t)r->queued[i].len);
	}
	r->nr_queued = 0;
	SIM_ASSERT(stats->start_folio_write_bytes ==
		   stats->finish_folio_write_bytes);
	SIM_ASSERT(mm->stats.writeback_bytes == 0);
	SIM_ASSERT(mm->stats.start_writeback_calls ==
		   mm->stats.end_writeback_calls);
}

static int writepages(struct inode *inode, struct writeback_control *wbc)
{
	struct recorder *r = inode->private;

	memset(&r->generic, 0, sizeof(r->generic));
	r->generic.inode = inode;
	r->generic.wbc = wbc;
	r->generic.ops = &record_ops;
	return iomap_writepages(&r->generic);
}

static const struct mapping_ops mapping_ops = {
	.writepages = writepages,
	.free_state = ifs_free,
};

/* A file of 16 MiB over 4 KiB blocks that writes back into @r. */
static void file_init(struct inode *inode, struct mm_stack *s,
		      struct recorder *r)
{
	memset(r, 0, sizeof(*r));
	inode_init(inode, &s->mm, "f", 12, &mapping_ops);
	inode->private = r;
	inode->size_bytes = 16 * MIB;
}

/* A 64 KiB folio at @pos with the dirty blocks given as a bit mask. */
static struct folio *folio_with_blocks(struct inode *inode, uint64_t pos,
				       unsigned int blocks)
{
	struct folio *folio = mm_add_clean_folio(inode, pos >> PAGE_SHIFT, 4);

	ifs_alloc(folio);
	for (unsigned int i = 0; i < 16; i++)
		if (blocks & 1u << i)
			ifs_set_dirty(folio, pos + i * PAGE_BYTES, PAGE_BYTES);
	mm_dirty_folio(folio);
	return folio;
}

static void expect_call(const struct recorder *r, unsigned int i, uint64_t pos,
			uint64_t len, uint64_t end_pos)
{
	SIM_ASSERT(i < r->nr_calls);
	SIM_ASSERT(r->calls[i].pos == pos);
	SIM_ASSERT(r->calls[i].len == len);
	SIM_ASSERT(r->calls[i].end_pos == end_pos);
}

/* Blocks 1, 2 and 5 of [0, 64 KiB); block 15 of the next; a 4 KiB folio. */
static void calls_per_run(struct mm_stack *s)
{
	struct inode inode;
	struct recorder r;

	file_init(&inode, s, &r);
	folio_with_blocks(&inode, 0, 0x26);
	folio_with_blocks(&inode, 64 * KIB, 0x8000);
	dirty_folio(&inode, 32, 0);
	SIM_ASSERT(mm_fdatawrite(&inode, 0, INT64_MAX) == 0);
	SIM_ASSERT(r.nr_calls == 4);
	expect_call(&r, 0, 4 * KIB, 8 * KIB, 64 * KIB);
	expect_call(&r, 1, 20 * KIB, 4 * KIB, 64 * KIB);
	expect_call(&r, 2, 124 * KIB, 4 * KIB, 128 * KIB);
	expect_call(&r, 3, 128 * KIB, 4 * KIB, 132 * KIB);
	SIM_ASSERT(r.generic.nr_folios == 3);
	finish_queued(&r);
	inode_done(&inode);
}

static void each_dirty_run_is_one_call(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(calls_per_run), 0);
}

/* 100 bytes into the third block; a folio behind the end of file. */
static void calls_at_eof(struct mm_stack *s)
{
	struct inode inode;
	struct recorder r;

	file_init(&inode, s, &r);
	inode.size_bytes = 8 * KIB + 100;
	dirty_folio(&inode, 0, 4);
	struct folio *beyond = dirty_folio(&inode, 16, 4);

	SIM_ASSERT(mm_fdatawrite(&inode, 0, INT64_MAX) == 0);
	SIM_ASSERT(r.nr_calls == 1);
	expect_call(&r, 0, 0, 12 * KIB, 8 * KIB + 100);
	SIM_ASSERT(!(beyond->flags & (FOLIO_DIRTY | FOLIO_WRITEBACK)));
	SIM_ASSERT(s->mm.stats.start_writeback_calls == 1);
	SIM_ASSERT(r.generic.nr_folios == 1);
	finish_queued(&r);
	inode_done(&inode);
}

static void the_length_is_in_blocks_and_the_end_exact_to_the_byte(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(calls_at_eof), 0);
}

static void state_at_writeback(struct mm_stack *s)
{
	struct inode inode;
	struct recorder r;

	file_init(&inode, s, &r);
	struct folio *folio = dirty_folio(&inode, 0, 4);
	struct folio *small = dirty_folio(&inode, 16, 0);

	SIM_ASSERT(mm_fdatawrite(&inode, 0, INT64_MAX) == 0);
	SIM_ASSERT(folio->state != NULL);
	SIM_ASSERT(small->state == NULL);
	SIM_ASSERT(iomap_stats(s->iomap)->state_allocs == 1);
	finish_queued(&r);
	/* it stays, and is clean: one dirty block is one call of one block */
	ifs_set_dirty(folio, 4 * KIB, 1);
	mm_dirty_folio(folio);
	r.nr_calls = 0;
	SIM_ASSERT(mm_fdatawrite(&inode, 0, INT64_MAX) == 0);
	SIM_ASSERT(r.nr_calls == 1);
	expect_call(&r, 0, 4 * KIB, 4 * KIB, 64 * KIB);
	finish_queued(&r);
	inode_done(&inode);
}

static void
writeback_makes_the_state_of_a_large_folio_and_keeps_it(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(state_at_writeback), 0);
}

/* 8 KiB at a time of a 64 KiB run: eight calls with what is left. */
static void partial(struct mm_stack *s)
{
	struct inode inode;
	struct recorder r;

	file_init(&inode, s, &r);
	r.take_bytes = 8 * KIB;
	dirty_folio(&inode, 0, 4);
	SIM_ASSERT(mm_fdatawrite(&inode, 0, INT64_MAX) == 0);
	SIM_ASSERT(r.nr_calls == 8);
	for (unsigned int i = 0; i < 8; i++)
		expect_call(&r, i, i * 8 * KIB, (8 - i) * 8 * KIB, 64 * KIB);
	SIM_ASSERT(r.generic.nr_folios == 1);
	SIM_ASSERT(iomap_stats(s->iomap)->writeback_range_calls == 8);
	finish_queued(&r);
	inode_done(&inode);
}

static void what_a_call_leaves_over_is_offered_again(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(partial), 0);
}

/* Two runs in each of two folios; the call number given answers wrongly. */
static void wrong_answer(struct mm_stack *s, ssize_t answer, int error)
{
	struct inode inode;
	struct recorder r;

	file_init(&inode, s, &r);
	r.special_call = 1;
	r.special_answer = answer;
	struct folio *first = folio_with_blocks(&inode, 0, 0x5);

	folio_with_blocks(&inode, 64 * KIB, 0x5);
	SIM_ASSERT(mm_fdatawrite(&inode, 0, INT64_MAX) == error);
	/* the first folio stops at once, the second has both its calls */
	SIM_ASSERT(r.nr_calls == 3);
	expect_call(&r, 1, 64 * KIB, 4 * KIB, 128 * KIB);
	expect_call(&r, 2, 72 * KIB, 4 * KIB, 128 * KIB);
	SIM_ASSERT(!(first->flags & (FOLIO_DIRTY | FOLIO_WRITEBACK)));
	SIM_ASSERT(inode.error == error);
	/* pending bytes are submitted with the pass's error */
	SIM_ASSERT(r.nr_submits == 1);
	SIM_ASSERT(r.submit_error == error);
	uint64_t pos = 0;

	SIM_ASSERT(ifs_find_dirty_range(first, &pos, 64 * KIB) == 0);
	finish_queued(&r);
	inode_done(&inode);
}

static void wrong_answers(struct mm_stack *s)
{
	wrong_answer(s, 0, -EIO);
	wrong_answer(s, 4 * KIB + 1, -EIO);
	wrong_answer(s, -ENOSPC, -ENOSPC);
}

static void nothing_or_too_much_consumed_is_an_io_error(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(wrong_answers), 0);
}

/* The second of two runs fails after the first was queued. */
static void late_error(struct mm_stack *s)
{
	struct inode inode;
	struct recorder r;

	file_init(&inode, s, &r);
	r.special_call = 2;
	r.special_answer = -ENOSPC;
	struct folio *folio = folio_with_blocks(&inode, 0, 0x15);

	SIM_ASSERT(mm_fdatawrite(&inode, 0, INT64_MAX) == -ENOSPC);
	SIM_ASSERT(r.nr_calls == 2);
	SIM_ASSERT(r.generic.nr_folios == 1);
	/* the queued block still holds the folio */
	SIM_ASSERT(folio->flags & FOLIO_WRITEBACK);
	finish_queued(&r);
	inode_done(&inode);
}

static void an_error_stops_the_folio_but_not_what_was_queued(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(late_error), 0);
}

/* The first 64 KiB are a hole. */
static void holes(struct mm_stack *s)
{
	struct inode inode;
	struct recorder r;

	file_init(&inode, s, &r);
	r.hole_end = 64 * KIB;
	struct folio *large = dirty_folio(&inode, 0, 3);
	struct folio *small = dirty_folio(&inode, 8, 0);

	SIM_ASSERT(mm_fdatawrite(&inode, 0, INT64_MAX) == 0);
	SIM_ASSERT(r.nr_calls == 2);
	SIM_ASSERT(r.generic.nr_folios == 0);
	SIM_ASSERT(r.nr_submits == 0);
	SIM_ASSERT(!(large->flags & FOLIO_WRITEBACK));
	SIM_ASSERT(!(small->flags & FOLIO_WRITEBACK));
	SIM_ASSERT(s->mm.stats.end_writeback_calls == 2);
	dirty_folio(&inode, 16, 4);
	SIM_ASSERT(mm_fdatawrite(&inode, 0, INT64_MAX) == 0);
	SIM_ASSERT(r.generic.nr_folios == 1);
	SIM_ASSERT(r.nr_submits == 1);
	finish_queued(&r);
	inode_done(&inode);
}

static void a_hole_does_not_count_and_ends_at_once(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(holes), 0);
}

static void submits(struct mm_stack *s)
{
	struct inode inode;
	struct recorder r;
	struct writeback_control wbc = { .range_end = INT64_MAX,
					 .nr_to_write = INT64_MAX };

	file_init(&inode, s, &r);
	/* nothing dirty, nothing pending */
	SIM_ASSERT(mm_writepages(&inode, &wbc) == 0);
	SIM_ASSERT(r.nr_submits == 0);
	/* many folios, one submit, whose answer is the pass's */
	for (uint64_t page = 0; page < 10; page++)
		dirty_folio(&inode, page, 0);
	r.submit_answer = -EIO;
	wbc = (struct writeback_control){ .range_end = INT64_MAX,
					  .nr_to_write = INT64_MAX };
	SIM_ASSERT(mm_writepages(&inode, &wbc) == -EIO);
	SIM_ASSERT(r.nr_submits == 1);
	SIM_ASSERT(r.submit_error == 0);
	SIM_ASSERT(iomap_stats(s->iomap)->writeback_submit_calls == 1);
	finish_queued(&r);
	inode_done(&inode);
}

static void submit_is_called_exactly_when_something_is_pending(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(submits), 0);
}

/* Blocks 0, 2 and 4 are three pieces that finish one after the other. */
static void pieces(struct mm_stack *s)
{
	struct inode inode;
	struct recorder r;

	file_init(&inode, s, &r);
	struct folio *folio = folio_with_blocks(&inode, 0, 0x15);

	SIM_ASSERT(mm_fdatawrite(&inode, 0, INT64_MAX) == 0);
	SIM_ASSERT(r.nr_queued == 3);
	iomap_finish_folio_write(folio, 4096);
	iomap_finish_folio_write(folio, 4096);
	SIM_ASSERT(folio->flags & FOLIO_WRITEBACK);
	iomap_finish_folio_write(folio, 4096);
	SIM_ASSERT(!(folio->flags & FOLIO_WRITEBACK));
	SIM_ASSERT(iomap_stats(s->iomap)->finish_folio_write_calls == 3);
	SIM_ASSERT(s->mm.stats.end_writeback_calls == 1);
	inode_done(&inode);
}

static void a_folio_ends_with_the_last_of_its_pieces(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(pieces), 0);
}

/* The implementation finishes each piece inside the call that queued it. */
static ssize_t finish_at_once(struct iomap_writepage_ctx *generic,
			      struct folio *folio, uint64_t pos, uint64_t len,
			      uint64_t end_pos)
{
	ssize_t done = record_range(generic, folio, pos, len, end_pos);
	struct recorder *r = (struct recorder *)generic;

	iomap_finish_folio_write(folio, (uint32_t)done);
	r->nr_queued--;
	return done;
}

static void instant(struct mm_stack *s)
{
	static const struct iomap_writeback_ops ops = {
		.writeback_range = finish_at_once,
		.writeback_submit = record_submit,
	};
	struct writeback_control wbc = { .range_end = INT64_MAX };
	struct inode inode;
	struct recorder r;

	file_init(&inode, s, &r);
	struct folio *folio = folio_with_blocks(&inode, 0, 0x15);

	r.generic = (struct iomap_writepage_ctx){ .inode = &inode,
						  .wbc = &wbc,
						  .ops = &ops };
	mm_clear_dirty_for_io(folio);
	SIM_ASSERT(iomap_writeback_folio(&r.generic, folio) == 0);
	/* the folio was held until its last range was offered */
	SIM_ASSERT(r.nr_calls == 3);
	SIM_ASSERT(!(folio->flags & FOLIO_WRITEBACK));
	SIM_ASSERT(s->mm.stats.end_writeback_calls == 1);
	inode_done(&inode);
}

static void pieces_that_finish_at_once_do_not_end_the_folio_early(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(instant), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_dirty_run_is_one_call),
		cmocka_unit_test(
			the_length_is_in_blocks_and_the_end_exact_to_the_byte),
		cmocka_unit_test(
			writeback_makes_the_state_of_a_large_folio_and_keeps_it),
		cmocka_unit_test(what_a_call_leaves_over_is_offered_again),
		cmocka_unit_test(nothing_or_too_much_consumed_is_an_io_error),
		cmocka_unit_test(
			an_error_stops_the_folio_but_not_what_was_queued),
		cmocka_unit_test(a_hole_does_not_count_and_ends_at_once),
		cmocka_unit_test(
			submit_is_called_exactly_when_something_is_pending),
		cmocka_unit_test(a_folio_ends_with_the_last_of_its_pieces),
		cmocka_unit_test(
			pieces_that_finish_at_once_do_not_end_the_folio_early),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
