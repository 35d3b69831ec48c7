/* test-links: wb_iomap */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "tests/unit/mm_stack.h"

#define MAX_SEEN 64

/* What a pass returned, and what happens in it. */
struct pass {
	struct inode *inode;
	struct writeback_control wbc;
	uint64_t pages[MAX_SEEN];
	unsigned int nr;
	int error;
	uint64_t dirty_page;  /* dirtied after the first folio; 0: none */
	unsigned int fail_at; /* this folio (1 is the first) fails */
};

static int play(struct pass *pass)
{
	struct folio *folio = NULL;
	int error = 0;

	while ((folio = writeback_iter(pass->inode, &pass->wbc, folio,
				       &error))) {
		SIM_ASSERT(!(folio->flags & (FOLIO_DIRTY | FOLIO_WRITEBACK)));
		pass->pages[pass->nr++] = folio->index;
		if (pass->nr == 1 && pass->dirty_page)
			mm_dirty_folio(mm_lookup(
				pass->inode, pass->dirty_page << PAGE_SHIFT));
		if (pass->nr >= pass->fail_at && pass->fail_at)
			error = pass->nr == pass->fail_at ? -EIO : -ENOSPC;
	}
	return error;
}

static struct pass new_pass(struct inode *inode, enum sync_mode mode)
{
	return (struct pass){
		.inode = inode,
		.wbc = {
			.sync_mode = mode,
			.range_end = INT64_MAX,
			.nr_to_write = INT64_MAX,
		},
	};
}

/* Dirty folios: pages 0, 3, 16 to 31 (one folio), 100; page 50 is clean. */
static void five_folios(struct inode *inode, struct mm_stack *s)
{
	static const struct mapping_ops no_ops = { .free_state = ifs_free };

	inode_init(inode, &s->mm, "f", 12, &no_ops);
	dirty_folio(inode, 100, 0);
	dirty_folio(inode, 3, 0);
	dirty_folio(inode, 0, 0);
	dirty_folio(inode, 16, 4);
	mm_add_clean_folio(inode, 50, 0);
}

static void expect_pages(const struct pass *pass, unsigned int nr,
			 const uint64_t *pages)
{
	SIM_ASSERT(pass->nr == nr);
	for (unsigned int i = 0; i < nr; i++)
		SIM_ASSERT(pass->pages[i] == pages[i]);
}

static void ascending(struct mm_stack *s)
{
	struct inode inode;

	five_folios(&inode, s);
	struct pass pass = new_pass(&inode, WB_SYNC_ALL);

	SIM_ASSERT(play(&pass) == 0);
	expect_pages(&pass, 4, (uint64_t[]){ 0, 3, 16, 100 });
	SIM_ASSERT(inode.nr_dirty_pages == 0);
	SIM_ASSERT(s->mm.stats.clear_dirty_calls == 4);
	inode_done(&inode);
}

static void folios_come_in_ascending_order_whatever_dirtied_first(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(ascending), 0);
}

/* Page 50 becomes dirty while the pass is at page 0. */
static void dirtied_meanwhile(struct mm_stack *s)
{
	struct inode inode;

	five_folios(&inode, s);
	struct pass all = new_pass(&inode, WB_SYNC_ALL);

	all.dirty_page = 50;
	SIM_ASSERT(play(&all) == 0);
	expect_pages(&all, 4, (uint64_t[]){ 0, 3, 16, 100 });
	SIM_ASSERT(inode.nr_dirty_pages == 1);
	mm_dirty_folio(mm_lookup(&inode, 0));
	mm_clear_dirty_for_io(mm_lookup(&inode, 50 * PAGE_BYTES));
	struct pass none = new_pass(&inode, WB_SYNC_NONE);

	none.dirty_page = 50;
	SIM_ASSERT(play(&none) == 0);
	expect_pages(&none, 2, (uint64_t[]){ 0, 50 });
	inode_done(&inode);
}

static void a_sync_pass_takes_only_what_was_dirty_at_its_start(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(dirtied_meanwhile), 0);
}

static void end_writeback(void *arg)
{
	mm_end_writeback(arg);
}

static void device_is_done(void *arg)
{
	struct folio *folio = arg;

	sim_irq(folio->inode->mm->sim, 0, end_writeback, folio);
}

/* Page 3 is under writeback until 500 ns, and dirty again. */
static void busy_folio(struct mm_stack *s)
{
	struct inode inode;

	five_folios(&inode, s);
	struct folio *busy = mm_lookup(&inode, 3 * PAGE_BYTES);

	mm_clear_dirty_for_io(busy);
	mm_start_writeback(busy);
	mm_dirty_folio(busy);
	struct pass none = new_pass(&inode, WB_SYNC_NONE);

	SIM_ASSERT(play(&none) == 0);
	expect_pages(&none, 3, (uint64_t[]){ 0, 16, 100 });
	SIM_ASSERT(sim_now_ns(s->sim) == 0);
	sim_after(s->sim, 500, device_is_done, busy);
	struct pass all = new_pass(&inode, WB_SYNC_ALL);

	SIM_ASSERT(play(&all) == 0);
	expect_pages(&all, 1, (uint64_t[]){ 3 });
	SIM_ASSERT(sim_now_ns(s->sim) == 500);
	inode_done(&inode);
}

static void a_busy_folio_is_skipped_or_waited_for(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(busy_folio), 0);
}

/* Pages 0 and 3 are two pages, the folio at 16 brings it to 18. */
static void budgets(struct mm_stack *s)
{
	static const struct {
		int64_t budget;
		unsigned int folios;
	} cases[] = { { 1, 1 }, { 2, 2 }, { 3, 3 }, { 18, 3 }, { 19, 4 } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct inode inode;

		five_folios(&inode, s);
		struct pass pass = new_pass(&inode, WB_SYNC_NONE);

		pass.wbc.nr_to_write = cases[i].budget;
		SIM_ASSERT(play(&pass) == 0);
		SIM_ASSERT(pass.nr == cases[i].folios);
		inode_done(&inode);
	}
}

static void a_background_pass_stops_when_its_budget_is_used(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(budgets), 0);
}

static void budget_of_sync(struct mm_stack *s)
{
	struct inode inode;

	five_folios(&inode, s);
	struct pass pass = new_pass(&inode, WB_SYNC_ALL);

	pass.wbc.nr_to_write = 1;
	SIM_ASSERT(play(&pass) == 0);
	SIM_ASSERT(pass.nr == 4);
	/* 1 - 19 pages */
	SIM_ASSERT(pass.wbc.nr_to_write == -18);
	inode_done(&inode);
}

static void a_sync_pass_ignores_its_budget(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(budget_of_sync), 0);
}

/* The second folio fails with EIO, all later ones with ENOSPC. */
static void errors(struct mm_stack *s)
{
	struct inode inode;

	five_folios(&inode, s);
	struct pass none = new_pass(&inode, WB_SYNC_NONE);

	none.fail_at = 2;
	SIM_ASSERT(play(&none) == -EIO);
	SIM_ASSERT(none.nr == 2);
	inode_done(&inode);
	five_folios(&inode, s);
	struct pass all = new_pass(&inode, WB_SYNC_ALL);

	all.fail_at = 2;
	SIM_ASSERT(play(&all) == -EIO);
	SIM_ASSERT(all.nr == 4);
	inode_done(&inode);
}

static void an_error_stops_a_background_pass_but_not_a_sync_one(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(errors), 0);
}

/* The folio at 16 ends with page 31. */
static void ranges(struct mm_stack *s)
{
	static const struct {
		uint64_t start;
		uint64_t end;
		unsigned int nr;
		uint64_t first;
	} cases[] = {
		{ 0, 4095, 1, 0 },
		{ 4096, 3 * 4096 - 1, 0, 0 },
		{ 3 * 4096 + 17, 3 * 4096 + 17, 1, 3 },
		{ 20 * 4096, 20 * 4096, 1, 16 },
		{ 31 * 4096 + 4095, 200 * 4096, 2, 16 },
		{ 32 * 4096, 200 * 4096, 1, 100 },
		{ 4096, 16 * 4096, 2, 3 },
		{ 101 * 4096, INT64_MAX, 0, 0 },
	};

	for (size_t i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
		struct inode inode;

		five_folios(&inode, s);
		struct pass pass =
			new_pass(&inode, i % 2 ? WB_SYNC_ALL : WB_SYNC_NONE);

		pass.wbc.range_start = cases[i / 2].start;
		pass.wbc.range_end = cases[i / 2].end;
		SIM_ASSERT(play(&pass) == 0);
		SIM_ASSERT(pass.nr == cases[i / 2].nr);
		SIM_ASSERT(!pass.nr || pass.pages[0] == cases[i / 2].first);
		inode_done(&inode);
	}
}

static void a_folio_that_overlaps_the_range_belongs_to_it(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(ranges), 0);
}

static int write_nothing(struct inode *inode, struct writeback_control *wbc)
{
	struct folio *folio = NULL;
	int error = 0;

	while ((folio = writeback_iter(inode, wbc, folio, &error)))
		mm_set_error(inode, -EIO);
	return 0;
}

static void error_reported(struct mm_stack *s)
{
	static const struct mapping_ops ops = { .writepages = write_nothing };
	struct inode inode;

	inode_init(&inode, &s->mm, "f", 12, &ops);
	dirty_folio(&inode, 0, 0);
	SIM_ASSERT(mm_write_and_wait(&inode, 0, INT64_MAX) == -EIO);
	SIM_ASSERT(mm_write_and_wait(&inode, 0, INT64_MAX) == 0);
	/* the second call had nothing dirty: no pass */
	SIM_ASSERT(s->mm.stats.writepages_calls == 1);
	inode_done(&inode);
}

static void fsync_reports_an_error_once(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(error_reported), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			folios_come_in_ascending_order_whatever_dirtied_first),
		cmocka_unit_test(
			a_sync_pass_takes_only_what_was_dirty_at_its_start),
		cmocka_unit_test(a_busy_folio_is_skipped_or_waited_for),
		cmocka_unit_test(
			a_background_pass_stops_when_its_budget_is_used),
		cmocka_unit_test(a_sync_pass_ignores_its_budget),
		cmocka_unit_test(
			an_error_stops_a_background_pass_but_not_a_sync_one),
		cmocka_unit_test(a_folio_that_overlaps_the_range_belongs_to_it),
		cmocka_unit_test(fsync_reports_an_error_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
