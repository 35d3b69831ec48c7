/* test-links: wb_iomap */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sim/base/rng.h"
#include "tests/unit/mm_stack.h"

static const struct mapping_ops no_ops = { .free_state = ifs_free };

/* First byte and bytes of the next run from @pos on, asserted. */
static void expect_run(const struct folio *folio, uint64_t *pos, uint64_t end,
		       uint64_t first, uint64_t bytes)
{
	SIM_ASSERT(ifs_find_dirty_range(folio, pos, end) == bytes);
	if (bytes) {
		SIM_ASSERT(*pos == first);
		*pos += bytes;
	}
}

static void state_at_creation(struct mm_stack *s)
{
	struct inode inode;

	inode_init(&inode, &s->mm, "f", 12, &no_ops);
	struct folio *small = mm_add_clean_folio(&inode, 0, 0);
	struct folio *dirty = dirty_folio(&inode, 16, 4);
	struct folio *clean = mm_add_clean_folio(&inode, 32, 4);
	uint64_t pos = folio_pos(dirty);

	SIM_ASSERT(ifs_alloc(small) == NULL);
	SIM_ASSERT(ifs_alloc(dirty) != NULL);
	SIM_ASSERT(ifs_alloc(dirty) == dirty->state);
	expect_run(dirty, &pos, folio_end(dirty), 64 * KIB, 64 * KIB);
	SIM_ASSERT(ifs_alloc(clean) != NULL);
	pos = folio_pos(clean);
	expect_run(clean, &pos, folio_end(clean), 0, 0);
	SIM_ASSERT(ifs_block_is_uptodate(clean, folio_pos(clean)));
	SIM_ASSERT(iomap_stats(s->iomap)->state_allocs == 2);
	inode_done(&inode);
}

/* xfs.md 1 row 4 */
static void new_state_is_all_dirty_only_if_the_folio_was(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(state_at_creation), 0);
}

/* 2 MiB, 4 KiB blocks: 512 bits in eight words */
static void runs_over_words(struct mm_stack *s)
{
	struct inode inode;
	uint64_t pos = 0;

	inode_init(&inode, &s->mm, "f", 12, &no_ops);
	struct folio *folio = mm_add_clean_folio(&inode, 0, 9);

	ifs_alloc(folio);
	ifs_set_dirty(folio, 60 * PAGE_BYTES, 10 * PAGE_BYTES);
	ifs_set_dirty(folio, 127 * PAGE_BYTES, 2 * PAGE_BYTES);
	ifs_set_dirty(folio, 192 * PAGE_BYTES, 192 * PAGE_BYTES);
	ifs_set_dirty(folio, 511 * PAGE_BYTES, PAGE_BYTES);
	expect_run(folio, &pos, 2 * MIB, 60 * PAGE_BYTES, 10 * PAGE_BYTES);
	expect_run(folio, &pos, 2 * MIB, 127 * PAGE_BYTES, 2 * PAGE_BYTES);
	expect_run(folio, &pos, 2 * MIB, 192 * PAGE_BYTES, 192 * PAGE_BYTES);
	expect_run(folio, &pos, 2 * MIB, 511 * PAGE_BYTES, PAGE_BYTES);
	expect_run(folio, &pos, 2 * MIB, 0, 0);
	/* a search that ends inside a run cuts it */
	pos = 0;
	expect_run(folio, &pos, 65 * PAGE_BYTES, 60 * PAGE_BYTES,
		   5 * PAGE_BYTES);
	ifs_clear_all_dirty(folio);
	pos = 0;
	expect_run(folio, &pos, 2 * MIB, 0, 0);
	inode_done(&inode);
}

static void dirty_runs_are_maximal_across_bitmap_words(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(runs_over_words), 0);
}

static void compare_runs(const struct folio *folio, const bool *blocks,
			 uint64_t block_bytes, unsigned int nr)
{
	uint64_t start = folio_pos(folio);
	uint64_t pos = start;
	unsigned int i = 0;
	uint64_t len;

	while ((len = ifs_find_dirty_range(folio, &pos, folio_end(folio)))) {
		while (!blocks[i])
			i++;
		SIM_ASSERT(pos == start + i * block_bytes);
		for (uint64_t b = 0; b < len / block_bytes; b++)
			SIM_ASSERT(blocks[i++]);
		SIM_ASSERT(i == nr || !blocks[i]);
		pos += len;
	}
	while (i < nr)
		SIM_ASSERT(!blocks[i++]);
}

/* Folios of 2 to 2048 blocks of 1 KiB, random byte ranges. */
static void random_runs(struct mm_stack *s)
{
	struct inode inode;
	struct rng rng;

	rng_init(&rng, 1, "runs");
	inode_init(&inode, &s->mm, "f", 10, &no_ops);
	for (unsigned int round = 0; round < 300; round++) {
		bool blocks[2048] = { false };
		unsigned int order = (unsigned int)rng_below(&rng, 10);
		struct folio *folio =
			mm_add_clean_folio(&inode, round * 512ull, order);
		uint64_t bytes = folio_bytes(folio);

		ifs_alloc(folio);
		for (uint64_t i = rng_below(&rng, 12); i > 0; i--) {
			uint64_t from = rng_below(&rng, bytes);
			uint64_t len = 1 + rng_below(&rng, bytes - from);

			if (rng_below(&rng, 2))
				len = min_u64(len, 5000);
			ifs_set_dirty(folio, folio_pos(folio) + from, len);
			for (uint64_t b = from / 1024;
			     b <= (from + len - 1) / 1024; b++)
				blocks[b] = true;
		}
		compare_runs(folio, blocks, 1024, (unsigned int)(bytes / 1024));
	}
	inode_done(&inode);
}

static void dirty_runs_equal_those_of_a_plain_array(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(random_runs), 0);
}

static void no_state_run(struct mm_stack *s)
{
	struct inode inode;
	uint64_t pos = 68 * KIB;

	inode_init(&inode, &s->mm, "f", 12, &no_ops);
	struct folio *folio = dirty_folio(&inode, 16, 4);

	expect_run(folio, &pos, 100 * KIB, 68 * KIB, 32 * KIB);
	expect_run(folio, &pos, 100 * KIB, 0, 0);
	inode_done(&inode);
}

static void a_folio_without_state_is_one_run(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(no_state_run), 0);
}

/* Folio of [64 KiB, 128 KiB) under several sizes of the file. */
static void eof_cases(struct mm_stack *s)
{
	static const struct {
		uint64_t size;
		bool inside;
		uint64_t end;
	} cases[] = {
		{ 0, false, 0 },
		{ 64 * KIB - 1, false, 0 },
		{ 64 * KIB, false, 0 },
		{ 64 * KIB + 1, true, 64 * KIB + 1 },
		{ 100000, true, 100000 },
		{ 128 * KIB, true, 128 * KIB },
		{ 1 * GIB, true, 128 * KIB },
	};
	struct inode inode;
	uint64_t end;

	inode_init(&inode, &s->mm, "f", 12, &no_ops);
	struct folio *folio = dirty_folio(&inode, 16, 4);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		inode.size_bytes = cases[i].size;
		SIM_ASSERT(iomap_writeback_handle_eof(folio, &end) ==
			   cases[i].inside);
		SIM_ASSERT(!cases[i].inside || end == cases[i].end);
	}
	inode_done(&inode);
}

static void the_end_of_file_clips_a_folio_to_the_byte(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(eof_cases), 0);
}

static int begin_anywhere(struct inode *inode, uint64_t pos, uint64_t len,
			  struct iomap *ret)
{
	(void)inode;
	(void)pos;
	(void)len;
	*ret = (struct iomap){
		.addr_bytes = IOMAP_NULL_ADDR,
		.length_bytes = 1ull << 40,
		.type = IOMAP_UNWRITTEN,
	};
	return 0;
}

static const struct iomap_write_ops write_ops = { .begin = begin_anywhere };

static void states_by_writes(struct mm_stack *s)
{
	const uint64_t *allocs = &iomap_stats(s->iomap)->state_allocs;
	struct inode inode;

	inode_init(&inode, &s->mm, "f", 12, &no_ops);
	inode.size_bytes = GIB;
	/* a new folio, written whole */
	iomap_file_buffered_write(&inode, 0, 64 * KIB, &write_ops);
	SIM_ASSERT(*allocs == 0);
	/* the same folio again, whole */
	iomap_file_buffered_write(&inode, 0, 64 * KIB, &write_ops);
	SIM_ASSERT(*allocs == 0);
	/* part of it: all blocks were dirty, so they stay */
	iomap_file_buffered_write(&inode, 8 * KIB, 4 * KIB, &write_ops);
	SIM_ASSERT(*allocs == 1);
	/* 100 bytes into one block: one block needs no state */
	iomap_file_buffered_write(&inode, MIB, 100, &write_ops);
	SIM_ASSERT(*allocs == 1);
	/* 12 KiB make an 8 KiB folio and a 4 KiB one, both whole */
	iomap_file_buffered_write(&inode, 2 * MIB, 12 * KIB, &write_ops);
	SIM_ASSERT(*allocs == 1);
	/* 10 bytes over 64 KiB: the last folio is one block */
	iomap_file_buffered_write(&inode, 3 * MIB, 64 * KIB + 10, &write_ops);
	SIM_ASSERT(*allocs == 1);
	/* 68 KiB at once: order 4 and order 0 */
	iomap_file_buffered_write(&inode, 4 * MIB, 68 * KIB, &write_ops);
	SIM_ASSERT(*allocs == 1);
	inode_done(&inode);
}

static void only_a_partial_write_of_a_large_folio_makes_state(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(states_by_writes), 0);
}

/* Blocks 2 and 3 of a clean warm folio are written: only they are dirty. */
static void warm_write(struct mm_stack *s)
{
	struct inode inode;
	uint64_t pos = 0;

	inode_init(&inode, &s->mm, "f", 12, &no_ops);
	struct folio *folio = mm_add_clean_folio(&inode, 0, 4);

	inode.size_bytes = 64 * KIB;
	iomap_file_buffered_write(&inode, 8 * KIB + 1, 4096, &write_ops);
	SIM_ASSERT(folio->state != NULL);
	expect_run(folio, &pos, 64 * KIB, 8 * KIB, 8 * KIB);
	expect_run(folio, &pos, 64 * KIB, 0, 0);
	SIM_ASSERT(s->mm.stats.partial_reads_left_out == 0);
	inode_done(&inode);
}

static void a_write_into_a_warm_folio_dirties_its_blocks_only(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(warm_write), 0);
}

/* 1 KiB blocks: the 4 KiB folio has four, written in two halves. */
static void uptodate_by_halves(struct mm_stack *s)
{
	struct inode inode;

	inode_init(&inode, &s->mm, "f", 10, &no_ops);
	iomap_file_buffered_write(&inode, 0, 2 * KIB, &write_ops);
	struct folio *folio = mm_lookup(&inode, 0);

	SIM_ASSERT(folio_nr_blocks(folio) == 4);
	SIM_ASSERT(!(folio->flags & FOLIO_UPTODATE));
	SIM_ASSERT(ifs_block_is_uptodate(folio, KIB));
	SIM_ASSERT(!ifs_block_is_uptodate(folio, 2 * KIB));
	iomap_file_buffered_write(&inode, 2 * KIB, 2 * KIB, &write_ops);
	SIM_ASSERT(folio->flags & FOLIO_UPTODATE);
	inode_done(&inode);
}

static void a_folio_is_uptodate_when_all_its_blocks_are(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(uptodate_by_halves), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(new_state_is_all_dirty_only_if_the_folio_was),
		cmocka_unit_test(dirty_runs_are_maximal_across_bitmap_words),
		cmocka_unit_test(dirty_runs_equal_those_of_a_plain_array),
		cmocka_unit_test(a_folio_without_state_is_one_run),
		cmocka_unit_test(the_end_of_file_clips_a_folio_to_the_byte),
		cmocka_unit_test(
			only_a_partial_write_of_a_large_folio_makes_state),
		cmocka_unit_test(
			a_write_into_a_warm_folio_dirties_its_blocks_only),
		cmocka_unit_test(a_folio_is_uptodate_when_all_its_blocks_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
