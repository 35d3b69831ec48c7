/* test-links: wb_iomap */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "models/mm/readahead.h"
#include "tests/unit/mm_stack.h"

/* R = 128 KiB = 32 pages, as recorded; numbers worked by hand, xfs.md 2.8. */

static const struct mapping_ops no_ops = { .free_state = ifs_free };

struct file {
	struct inode inode;
	struct file_ra_state ra;
};

static void up_to_6_16(struct mm_stack *s)
{
	s->mm_config.read_ahead_bytes = 128 * KIB;
	s->mm_config.readahead_order = READAHEAD_ORDER_FROM_FOLIO;
	s->mm_config.readahead_mark_at_end = true;
	s->mm_config.readahead_whole_fallback = true;
}

static void from_6_17(struct mm_stack *s)
{
	s->mm_config.read_ahead_bytes = 128 * KIB;
	s->mm_config.readahead_order = READAHEAD_ORDER_PER_FILE;
	s->mm_config.readahead_mark_at_end = false;
	s->mm_config.readahead_whole_fallback = false;
}

static void file_init(struct file *f, struct mm_stack *s, uint64_t pages)
{
	memset(f, 0, sizeof(*f));
	inode_init(&f->inode, &s->mm, "f", 12, &no_ops);
	f->inode.size_bytes = pages << PAGE_SHIFT;
}

static struct folio *folio_at(struct file *f, uint64_t page)
{
	return mm_lookup(&f->inode, page << PAGE_SHIFT);
}

static bool is_marked(struct file *f, uint64_t page)
{
	struct folio *folio = folio_at(f, page);

	return folio && folio->index == page && folio->flags & FOLIO_READAHEAD;
}

/* Folios of @order lie side by side over [@page, @end). */
static void check_folios(struct file *f, uint64_t page, uint64_t end,
			 unsigned int order)
{
	for (; page < end; page += 1ull << order) {
		struct folio *folio = folio_at(f, page);

		SIM_ASSERT(folio != NULL);
		SIM_ASSERT(folio->index == page);
		SIM_ASSERT(folio->order == order);
	}
}

static unsigned int nr_marked(struct file *f, uint64_t pages)
{
	unsigned int nr = 0;

	for (uint64_t page = 0; page < pages; page++)
		nr += is_marked(f, page);
	return nr;
}

/* 8 folios of 16 KiB; the mark stands 8 pages before the end */
static void first_miss_6_16(struct mm_stack *s)
{
	struct file f;

	up_to_6_16(s);
	file_init(&f, s, 4096);
	ra_sync_fault(&f.inode, &f.ra, 0);
	check_folios(&f, 0, 32, 2);
	SIM_ASSERT(f.inode.nr_pages == 32);
	SIM_ASSERT(is_marked(&f, 24));
	SIM_ASSERT(nr_marked(&f, 64) == 1);
}

static void up_to_6_16_a_miss_reads_16_kib_folios(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(first_miss_6_16), 0);
}

static void first_miss_6_17(struct mm_stack *s)
{
	struct file f;

	from_6_17(s);
	file_init(&f, s, 4096);
	ra_sync_fault(&f.inode, &f.ra, 100);
	check_folios(&f, 84, 116, 0);
	SIM_ASSERT(f.inode.nr_pages == 32);
	SIM_ASSERT(is_marked(&f, 108));
}

static void from_6_17_a_miss_reads_4_kib_folios_around_it(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(first_miss_6_17), 0);
}

/* expected 24; next window [32, 64), order 2 + 2, marked at its first page */
static void marks_6_16(struct mm_stack *s)
{
	struct file f;

	up_to_6_16(s);
	file_init(&f, s, 4096);
	ra_sync_fault(&f.inode, &f.ra, 0);
	ra_async_fault(&f.inode, &f.ra, folio_at(&f, 24), 24);
	check_folios(&f, 32, 64, 4);
	SIM_ASSERT(!is_marked(&f, 24));
	SIM_ASSERT(is_marked(&f, 32));
	/* order 4 + 2 is more than a window of 32 pages holds */
	ra_async_fault(&f.inode, &f.ra, folio_at(&f, 32), 32);
	check_folios(&f, 64, 96, 5);
	SIM_ASSERT(f.inode.nr_pages == 96);
}

static void marks_6_17(struct mm_stack *s)
{
	struct file f;

	from_6_17(s);
	file_init(&f, s, 4096);
	ra_sync_fault(&f.inode, &f.ra, 0);
	ra_async_fault(&f.inode, &f.ra, folio_at(&f, 24), 24);
	check_folios(&f, 32, 64, 2);
	ra_async_fault(&f.inode, &f.ra, folio_at(&f, 32), 32);
	check_folios(&f, 64, 96, 4);
	SIM_ASSERT(f.ra.order == 4);
	SIM_ASSERT(f.inode.nr_pages == 96);
}

static void
a_fault_on_the_mark_reads_the_next_window_in_larger_folios(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(marks_6_16), 0);
	assert_int_equal(with_mm_stack(marks_6_17), 0);
}

/* window [5, 37); the next one, [37, 69), is cut to 68 by order 2 */
static void boundary_6_17(struct mm_stack *s)
{
	struct file f;

	from_6_17(s);
	file_init(&f, s, 4096);
	ra_sync_fault(&f.inode, &f.ra, 21);
	check_folios(&f, 5, 37, 0);
	SIM_ASSERT(is_marked(&f, 29));
	ra_async_fault(&f.inode, &f.ra, folio_at(&f, 29), 29);
	check_folios(&f, 37, 38, 0);
	check_folios(&f, 38, 40, 1);
	check_folios(&f, 40, 68, 2);
	SIM_ASSERT(f.inode.nr_pages == 63);
	SIM_ASSERT(f.ra.start_page + f.ra.size_pages == 68);
}

static void from_6_17_a_window_ends_on_the_boundary_of_its_order(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(boundary_6_17), 0);
}

/* 6.16 goes on from page 8 for 32 pages, whatever the window left */
static void cached_6_16(struct mm_stack *s)
{
	struct file f;

	up_to_6_16(s);
	file_init(&f, s, 4096);
	mm_add_clean_folio(&f.inode, 10, 0);
	ra_sync_fault(&f.inode, &f.ra, 0);
	check_folios(&f, 0, 8, 2);
	check_folios(&f, 8, 40, 0);
	SIM_ASSERT(f.inode.nr_pages == 40);
	SIM_ASSERT(is_marked(&f, 32));
	SIM_ASSERT(nr_marked(&f, 64) == 1);
}

static void cached_6_17(struct mm_stack *s)
{
	struct file f;

	from_6_17(s);
	file_init(&f, s, 4096);
	mm_add_clean_folio(&f.inode, 10, 0);
	ra_sync_fault(&f.inode, &f.ra, 0);
	check_folios(&f, 0, 32, 0);
	SIM_ASSERT(f.inode.nr_pages == 32);
	SIM_ASSERT(is_marked(&f, 24));
}

static void
a_window_that_meets_a_cached_page_goes_on_in_small_folios(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(cached_6_16), 0);
	assert_int_equal(with_mm_stack(cached_6_17), 0);
}

/* 10 pages: 4 + 4 + 2; nothing behind the end, no mark in reach */
static void short_file(struct mm_stack *s)
{
	struct file f;

	up_to_6_16(s);
	file_init(&f, s, 10);
	ra_sync_fault(&f.inode, &f.ra, 9);
	check_folios(&f, 0, 8, 2);
	check_folios(&f, 8, 10, 1);
	SIM_ASSERT(f.inode.nr_pages == 10);
	SIM_ASSERT(nr_marked(&f, 10) == 0);
}

static void a_window_ends_at_the_last_page_of_the_file(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(short_file), 0);
}

static void end_mark_6_16(struct mm_stack *s)
{
	struct file f;

	up_to_6_16(s);
	file_init(&f, s, 32);
	ra_sync_fault(&f.inode, &f.ra, 0);
	SIM_ASSERT(is_marked(&f, 24));
	/* there is nothing behind it */
	ra_async_fault(&f.inode, &f.ra, folio_at(&f, 24), 24);
	SIM_ASSERT(f.inode.nr_pages == 32);
}

static void end_mark_6_17(struct mm_stack *s)
{
	struct file f;

	from_6_17(s);
	file_init(&f, s, 32);
	ra_sync_fault(&f.inode, &f.ra, 0);
	SIM_ASSERT(f.inode.nr_pages == 32);
	SIM_ASSERT(nr_marked(&f, 32) == 0);
}

static void from_6_17_a_window_at_the_end_of_the_file_has_no_mark(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(end_mark_6_16), 0);
	assert_int_equal(with_mm_stack(end_mark_6_17), 0);
}

/*
 * A fault on page 26 of the marked folio [24, 28) is not the expected one.
 * The gap is at 32; the walk starts at slot 24 with index 27, so slot 32 is
 * reached with index 35.
 */
static void gap_lags(struct mm_stack *s)
{
	struct file f;

	up_to_6_16(s);
	file_init(&f, s, 4096);
	ra_sync_fault(&f.inode, &f.ra, 0);
	ra_async_fault(&f.inode, &f.ra, folio_at(&f, 26), 26);
	SIM_ASSERT(f.ra.start_page == 35);
	SIM_ASSERT(f.ra.size_pages == 32);
	SIM_ASSERT(!folio_at(&f, 32));
	check_folios(&f, 35, 36, 0);
	check_folios(&f, 36, 40, 2);
	check_folios(&f, 40, 48, 3);
	check_folios(&f, 48, 64, 4);
	check_folios(&f, 64, 66, 1);
	check_folios(&f, 66, 67, 0);
	SIM_ASSERT(f.inode.nr_pages == 32 + 32);
	SIM_ASSERT(is_marked(&f, 35));
}

static void
the_gap_search_lags_behind_when_it_starts_inside_a_folio(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(gap_lags), 0);
}

/* all of the next 32 pages are cached: nothing to read */
static void no_gap(struct mm_stack *s)
{
	struct file f;

	from_6_17(s);
	file_init(&f, s, 4096);
	for (uint64_t page = 0; page < 128; page++)
		mm_add_clean_folio(&f.inode, page, 0);
	folio_at(&f, 50)->flags |= FOLIO_READAHEAD;
	ra_async_fault(&f.inode, &f.ra, folio_at(&f, 50), 50);
	SIM_ASSERT(f.inode.nr_pages == 128);
	SIM_ASSERT(!is_marked(&f, 50));
}

static void a_mark_with_no_gap_in_reach_reads_nothing(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(no_gap), 0);
}

static void in_writeback(struct mm_stack *s)
{
	struct file f;

	from_6_17(s);
	file_init(&f, s, 4096);
	ra_sync_fault(&f.inode, &f.ra, 0);
	mm_start_writeback(folio_at(&f, 24));
	ra_async_fault(&f.inode, &f.ra, folio_at(&f, 24), 24);
	SIM_ASSERT(is_marked(&f, 24));
	SIM_ASSERT(f.inode.nr_pages == 32);
	mm_end_writeback(folio_at(&f, 24));
	SIM_ASSERT(!is_marked(&f, 24));
}

static void a_mark_is_not_used_during_writeback_and_gone_after_it(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(in_writeback), 0);
}

static void misses(struct mm_stack *s)
{
	struct file f;
	uint64_t pages;

	from_6_17(s);
	file_init(&f, s, 1 << 20);
	for (uint64_t i = 0; i < 100; i++)
		ra_sync_fault(&f.inode, &f.ra, 1000 + 100 * i);
	pages = f.inode.nr_pages;
	SIM_ASSERT(pages == 100 * 32);
	ra_sync_fault(&f.inode, &f.ra, 500000);
	SIM_ASSERT(f.inode.nr_pages == pages);
	/* a hit takes the miss back, the next one is the 101st again */
	ra_async_fault(&f.inode, &f.ra, folio_at(&f, 1000), 1000);
	ra_async_fault(&f.inode, &f.ra, folio_at(&f, 1000), 1000);
	ra_sync_fault(&f.inode, &f.ra, 500000);
	SIM_ASSERT(f.inode.nr_pages == pages + 32);
}

static void after_a_hundred_misses_nothing_is_read_ahead(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(misses), 0);
}

static void large_blocks(struct mm_stack *s)
{
	struct file f;

	from_6_17(s);
	memset(&f, 0, sizeof(f));
	inode_init(&f.inode, &s->mm, "f", 14, &no_ops);
	f.inode.size_bytes = 4 * MIB;
	ra_sync_fault(&f.inode, &f.ra, 21); /* [5, 37) begins in folio 4 */
	check_folios(&f, 4, 36, 2);
	SIM_ASSERT(folio_at(&f, 36)->order == 2);
	SIM_ASSERT(is_marked(&f, 28));
	SIM_ASSERT(f.inode.nr_pages == 36);
}

static void no_folio_is_smaller_than_a_block(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(large_blocks), 0);
}

static void switched_off(struct mm_stack *s)
{
	struct file f;

	from_6_17(s);
	s->mm_config.read_ahead_bytes = 0;
	file_init(&f, s, 4096);
	ra_sync_fault(&f.inode, &f.ra, 7);
	SIM_ASSERT(f.inode.nr_pages == 0);
}

static void without_read_ahead_bytes_nothing_is_read_ahead(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(switched_off), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(up_to_6_16_a_miss_reads_16_kib_folios),
		cmocka_unit_test(from_6_17_a_miss_reads_4_kib_folios_around_it),
		cmocka_unit_test(
			a_fault_on_the_mark_reads_the_next_window_in_larger_folios),
		cmocka_unit_test(
			from_6_17_a_window_ends_on_the_boundary_of_its_order),
		cmocka_unit_test(
			a_window_that_meets_a_cached_page_goes_on_in_small_folios),
		cmocka_unit_test(a_window_ends_at_the_last_page_of_the_file),
		cmocka_unit_test(
			from_6_17_a_window_at_the_end_of_the_file_has_no_mark),
		cmocka_unit_test(
			the_gap_search_lags_behind_when_it_starts_inside_a_folio),
		cmocka_unit_test(a_mark_with_no_gap_in_reach_reads_nothing),
		cmocka_unit_test(
			a_mark_is_not_used_during_writeback_and_gone_after_it),
		cmocka_unit_test(after_a_hundred_misses_nothing_is_read_ahead),
		cmocka_unit_test(no_folio_is_smaller_than_a_block),
		cmocka_unit_test(
			without_read_ahead_bytes_nothing_is_read_ahead),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
