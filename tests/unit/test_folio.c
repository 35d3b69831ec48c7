/* test-links: wb_iomap */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/mm_stack.h"

static const struct mapping_ops no_ops = { .free_state = ifs_free };

/* Order of the folio that a write of @bytes at page @page makes. */
static unsigned int order_of_new(struct inode *inode, uint64_t page,
				 uint64_t bytes)
{
	bool made;
	struct folio *folio =
		mm_get_folio(inode, page << PAGE_SHIFT, bytes, &made);

	SIM_ASSERT(made);
	return folio->order;
}

/* xfs.md 2.2: floor(log2(n)) - 12, at most 9 (2 MiB), page 0 is aligned. */
static void orders_by_length(struct mm_stack *s)
{
	static const struct {
		uint64_t bytes;
		unsigned int order;
	} cases[] = {
		{ 1, 0 },           { 4095, 0 },      { 4096, 0 },
		{ 8191, 0 },        { 8192, 1 },      { 12288, 1 },
		{ 64 * KIB, 4 },    { 960 * KIB, 7 }, { MIB, 8 },
		{ 2 * MIB - 1, 8 }, { 2 * MIB, 9 },   { 64 * MIB, 9 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct inode inode;

		inode_init(&inode, &s->mm, "f", 12, &no_ops);
		SIM_ASSERT(order_of_new(&inode, 0, cases[i].bytes) ==
			   cases[i].order);
		inode_done(&inode);
	}
}

static void a_new_folio_is_the_largest_power_of_two_in_the_length(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(orders_by_length), 0);
}

/* index 3: 2^0; 2: 2^1; 12 = 4 * 3: 2^2; 256: 2^8; 512 takes 2 MiB */
static void orders_by_alignment(struct mm_stack *s)
{
	struct inode inode;

	inode_init(&inode, &s->mm, "f", 12, &no_ops);
	SIM_ASSERT(order_of_new(&inode, 3, 64 * KIB) == 0);
	SIM_ASSERT(order_of_new(&inode, 6, 64 * KIB) == 1);
	SIM_ASSERT(order_of_new(&inode, 12, MIB) == 2);
	SIM_ASSERT(order_of_new(&inode, 256, 2 * MIB) == 8);
	SIM_ASSERT(order_of_new(&inode, 512, 2 * MIB) == 9);
	/* length wins where it is the smaller one */
	SIM_ASSERT(order_of_new(&inode, 1024, 16 * KIB) == 2);
	inode_done(&inode);
}

static void an_unaligned_index_lowers_the_order_to_its_zero_bits(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(orders_by_alignment), 0);
}

static void orders_beside_cached(struct mm_stack *s)
{
	struct inode inode;

	inode_init(&inode, &s->mm, "f", 12, &no_ops);
	mm_add_clean_folio(&inode, 5, 0);
	mm_add_clean_folio(&inode, 12, 0);
	mm_add_clean_folio(&inode, 64, 6);
	/* [4, 8) and [4, 6) hold page 5: only page 4 is left */
	SIM_ASSERT(order_of_new(&inode, 4, 16 * KIB) == 0);
	/* [8, 16) holds page 12, [8, 12) is free */
	SIM_ASSERT(order_of_new(&inode, 8, 64 * KIB) == 2);
	/* [32, 64) ends where the large folio begins */
	SIM_ASSERT(order_of_new(&inode, 32, MIB) == 5);
	/* behind it: 128 is free up to 2^7 pages */
	SIM_ASSERT(order_of_new(&inode, 128, MIB) == 7);
	inode_done(&inode);
}

static void cached_pages_lower_the_order_until_none_is_in_the_way(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(orders_beside_cached), 0);
}

/* 16 KiB blocks: order 2 at least, the index rounded down to 4 pages */
static void orders_of_large_blocks(struct mm_stack *s)
{
	struct inode inode;
	bool made;

	inode_init(&inode, &s->mm, "f", 14, &no_ops);
	SIM_ASSERT(inode.min_order == 2);
	struct folio *folio = mm_get_folio(&inode, 21 * KIB, 100, &made);

	SIM_ASSERT(made);
	SIM_ASSERT(folio->index == 4);
	SIM_ASSERT(folio->order == 2);
	/* [16, 32) is free, [12, 16) is what page 13 gets */
	SIM_ASSERT(order_of_new(&inode, 13, 64 * KIB) == 2);
	SIM_ASSERT(order_of_new(&inode, 16, 64 * KIB) == 4);
	/* [0, 8) holds the first folio */
	SIM_ASSERT(order_of_new(&inode, 1, 64 * KIB) == 2);
	inode_done(&inode);
}

static void blocks_above_the_page_size_set_a_minimum_order(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(orders_of_large_blocks), 0);
}

static void found_folio(struct mm_stack *s)
{
	struct inode inode;
	bool made;

	inode_init(&inode, &s->mm, "f", 12, &no_ops);
	struct folio *large = mm_add_clean_folio(&inode, 16, 4);

	SIM_ASSERT(mm_get_folio(&inode, 20 * PAGE_BYTES, 4096, &made) == large);
	SIM_ASSERT(!made);
	SIM_ASSERT(mm_lookup(&inode, 15 * PAGE_BYTES) == NULL);
	SIM_ASSERT(mm_lookup(&inode, 32 * PAGE_BYTES - 1) == large);
	inode_done(&inode);
}

static void an_existing_folio_is_used_whatever_its_size(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(found_folio), 0);
}

/* Mappings end where the preallocation of recording s01 ends: 4 MiB - 64 KiB. */
static int begin_s01(struct inode *inode, uint64_t pos, uint64_t len,
		     struct iomap *ret)
{
	uint64_t end = pos < 4 * MIB - 64 * KIB ? 4 * MIB - 64 * KIB : 8 * MIB;

	(void)inode;
	(void)len;
	*ret = (struct iomap){
		.addr_bytes = IOMAP_NULL_ADDR,
		.length_bytes = end,
		.type = IOMAP_DELALLOC,
	};
	return 0;
}

static const struct iomap_write_ops s01_ops = { .begin = begin_s01 };

static void write_over_map_end(struct mm_stack *s)
{
	static const uint64_t sizes[] = { 512, 256, 128, 64, 64 };
	struct inode inode;
	uint64_t pos = 3 * MIB;

	inode_init(&inode, &s->mm, "f", 12, &no_ops);
	SIM_ASSERT(iomap_file_buffered_write(&inode, pos, MIB, &s01_ops) == 0);
	for (size_t i = 0; i < 5; i++) {
		struct folio *folio = mm_lookup(&inode, pos);

		SIM_ASSERT(folio && folio_pos(folio) == pos);
		SIM_ASSERT(folio_bytes(folio) == sizes[i] * KIB);
		pos += sizes[i] * KIB;
	}
	SIM_ASSERT(inode.size_bytes == 4 * MIB);
	SIM_ASSERT(inode.nr_dirty_pages == 256);
	inode_done(&inode);
}

/* xfs.md 2.3: 960 KiB left make 512+256+128+64, the next map 64 KiB. */
static void a_write_over_a_map_end_makes_the_folios_of_s01(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(write_over_map_end), 0);
}

static void dirty_twice(struct mm_stack *s)
{
	struct inode inode;

	inode_init(&inode, &s->mm, "f", 12, &no_ops);
	struct folio *folio = dirty_folio(&inode, 0, 4);

	mm_dirty_folio(folio);
	SIM_ASSERT(s->mm.stats.dirtied_bytes == 64 * KIB);
	SIM_ASSERT(s->mm.stats.dirty_bytes == 64 * KIB);
	SIM_ASSERT(inode.nr_dirty_pages == 16);
	SIM_ASSERT(mm_clear_dirty_for_io(folio));
	SIM_ASSERT(!mm_clear_dirty_for_io(folio));
	SIM_ASSERT(s->mm.stats.dirty_bytes == 0);
	mm_start_writeback(folio);
	SIM_ASSERT(s->mm.stats.writeback_bytes == 64 * KIB);
	SIM_ASSERT(mm_range_is_dirty(&inode, 60 * KIB, 64 * KIB));
	SIM_ASSERT(!mm_range_is_dirty(&inode, 64 * KIB, 128 * KIB));
	mm_end_writeback(folio);
	SIM_ASSERT(s->mm.stats.writeback_bytes == 0);
	SIM_ASSERT(!mm_range_is_dirty(&inode, 0, 64 * KIB));
	inode_done(&inode);
}

static void dirty_and_writeback_bytes_are_counted_once(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(dirty_twice), 0);
}

static void drop_and_truncate(struct mm_stack *s)
{
	struct inode inode;

	inode_init(&inode, &s->mm, "f", 12, &no_ops);
	for (uint64_t page = 0; page < 8; page++)
		mm_add_clean_folio(&inode, page, 0);
	mm_dirty_folio(mm_lookup(&inode, 2 * PAGE_BYTES));
	mm_dirty_folio(mm_lookup(&inode, 6 * PAGE_BYTES));
	mm_drop_clean(&inode);
	SIM_ASSERT(inode.nr_pages == 2);
	/* the page with the new end of file stays, 6 lies wholly behind it */
	SIM_ASSERT(mm_truncate_pages(&inode, 2 * PAGE_BYTES + 1, false) ==
		   PAGE_BYTES);
	SIM_ASSERT(mm_lookup(&inode, 2 * PAGE_BYTES) != NULL);
	SIM_ASSERT(inode.nr_pages == 1);
	SIM_ASSERT(mm_truncate_pages(&inode, 0, false) == PAGE_BYTES);
	SIM_ASSERT(inode.nr_pages == 0);
	SIM_ASSERT(inode.nr_dirty_pages == 0);
	inode_done(&inode);
}

static void dropping_keeps_dirty_folios_and_truncation_does_not(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(drop_and_truncate), 0);
}

/* Folios at pages 0, 1, 2 and 4 (order 2): how many follow in memory? */
static unsigned int nr_adjacent(struct mm_stack *s, int policy, uint64_t ppm)
{
	static const uint64_t pages[] = { 0, 1, 2, 4 };
	struct inode inode;
	unsigned int nr = 0;

	s->frames.policy = policy;
	s->frames.probability_ppm = ppm;
	inode_init(&inode, &s->mm, "f", 12, &no_ops);
	for (size_t i = 0; i < 4; i++) {
		struct folio *folio =
			mm_add_clean_folio(&inode, pages[i], i == 3 ? 2 : 0);
		struct folio *before =
			pages[i]
				? mm_lookup(&inode, (pages[i] - 1) * PAGE_BYTES)
				: NULL;

		if (before &&
		    before->frame + (1ull << before->order) == folio->frame)
			nr++;
	}
	inode_done(&inode);
	return nr;
}

static void frame_policies(struct mm_stack *s)
{
	SIM_ASSERT(nr_adjacent(s, FRAMES_NEVER, 0) == 0);
	/* 1 after 0, 2 after 1; nothing is cached before page 4 */
	SIM_ASSERT(nr_adjacent(s, FRAMES_ALWAYS, 0) == 2);
	SIM_ASSERT(nr_adjacent(s, FRAMES_PROBABILITY, 1000000) == 2);
	SIM_ASSERT(nr_adjacent(s, FRAMES_PROBABILITY, 0) == 0);
}

static void frames_follow_the_policy(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(frame_policies), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_new_folio_is_the_largest_power_of_two_in_the_length),
		cmocka_unit_test(
			an_unaligned_index_lowers_the_order_to_its_zero_bits),
		cmocka_unit_test(
			cached_pages_lower_the_order_until_none_is_in_the_way),
		cmocka_unit_test(
			blocks_above_the_page_size_set_a_minimum_order),
		cmocka_unit_test(an_existing_folio_is_used_whatever_its_size),
		cmocka_unit_test(
			a_write_over_a_map_end_makes_the_folios_of_s01),
		cmocka_unit_test(dirty_and_writeback_bytes_are_counted_once),
		cmocka_unit_test(
			dropping_keeps_dirty_folios_and_truncation_does_not),
		cmocka_unit_test(frames_follow_the_policy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
