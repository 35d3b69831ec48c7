/* test-links: wb_iomap */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "models/mm/fault.h"
#include "sim/base/rng.h"
#include "tests/unit/mm_stack.h"

static const struct mapping_ops no_ops = { .free_state = ifs_free };

struct file {
	struct inode inode;
	struct file_ra_state ra;
	struct mm_area area;
};

/* mappings end at every third block, as an extent map may */
static int begin(struct inode *inode, uint64_t pos, uint64_t len,
		 struct iomap *ret)
{
	(void)inode;
	(void)len;
	*ret = (struct iomap){
		.addr_bytes = IOMAP_NULL_ADDR,
		.offset_bytes = round_down_to(pos, 3 * PAGE_BYTES),
		.length_bytes = 3 * PAGE_BYTES,
		.type = IOMAP_DELALLOC,
	};
	return 0;
}

static const struct iomap_write_ops begin_ops = { .begin = begin };

static int mkwrite(struct inode *inode, struct folio *folio)
{
	SIM_ASSERT(folio->inode == inode);
	return iomap_page_mkwrite(folio, &begin_ops);
}

static int begin_without_space(struct inode *inode, uint64_t pos, uint64_t len,
			       struct iomap *ret)
{
	(void)inode;
	(void)pos;
	(void)len;
	(void)ret;
	return -ENOSPC;
}

static int mkwrite_without_space(struct inode *inode, struct folio *folio)
{
	static const struct iomap_write_ops ops = {
		.begin = begin_without_space,
	};

	(void)inode;
	return iomap_page_mkwrite(folio, &ops);
}

static void area_over(struct file *f, struct mm_area *area, uint64_t pages)
{
	const struct mm_area_place place = { 0, pages };

	mm_area_init(area, &f->inode, place, &f->ra, mkwrite);
}

static void file_init(struct file *f, struct mm_stack *s, uint64_t pages)
{
	s->mm_config.read_ahead_bytes = 128 * KIB;
	s->mm_config.readahead_order = READAHEAD_ORDER_FROM_FOLIO;
	s->mm_config.readahead_mark_at_end = true;
	s->mm_config.readahead_whole_fallback = true;
	memset(f, 0, sizeof(*f));
	inode_init(&f->inode, &s->mm, "f", 12, &no_ops);
	f->inode.size_bytes = pages << PAGE_SHIFT;
	area_over(f, &f->area, pages);
}

static struct folio *folio_at(struct file *f, uint64_t page)
{
	return mm_lookup(&f->inode, page << PAGE_SHIFT);
}

/* Store to @page, which must succeed; was there a fault? */
static bool store(struct mm_area *area, uint64_t page)
{
	bool faulted;

	SIM_ASSERT(mm_area_store(area, (page << PAGE_SHIFT) + 5, &faulted) ==
		   0);
	return faulted;
}

static int store_error(struct mm_area *area, uint64_t page)
{
	bool faulted;

	return mm_area_store(area, page << PAGE_SHIFT, &faulted);
}

/* What a writeback pass does to a folio, as far as faults see it. */
static void clean(struct folio *folio)
{
	mm_clear_dirty_for_io(folio);
	ifs_clear_all_dirty(folio);
}

static void once(struct mm_stack *s)
{
	struct file f;

	file_init(&f, s, 4096);
	SIM_ASSERT(store(&f.area, 1));
	SIM_ASSERT(!store(&f.area, 1));
	SIM_ASSERT(store(&f.area, 2)); /* of the same folio [0, 4) */
	SIM_ASSERT(s->mm.stats.write_faults == 2);
	SIM_ASSERT(s->mm.stats.fills == 8);
	SIM_ASSERT(s->mm.stats.clear_dirty_calls == 0);
	SIM_ASSERT(f.inode.nr_dirty_pages == 4);
	SIM_ASSERT(iomap_stats(s->iomap)->page_mkwrite_calls == 2);
	mm_area_done(&f.area);
}

static void a_page_faults_once_and_dirties_its_whole_folio(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(once), 0);
}

static void cleaned(struct mm_stack *s)
{
	struct file f;

	file_init(&f, s, 4096);
	store(&f.area, 1);
	store(&f.area, 2);
	store(&f.area, 9);
	clean(folio_at(&f, 1));
	SIM_ASSERT(!store(&f.area, 9));
	SIM_ASSERT(f.ra.mmap_miss == 0); /* one miss, two hits */
	f.ra.mmap_miss = 7;
	SIM_ASSERT(store(&f.area, 1));
	SIM_ASSERT(store(&f.area, 2));
	/* present pages do not come by the page cache again */
	SIM_ASSERT(f.ra.mmap_miss == 7);
	SIM_ASSERT(s->mm.stats.fills == 8);
	SIM_ASSERT(s->mm.stats.write_faults == 5);
	mm_area_done(&f.area);
}

static void after_cleaning_each_page_of_the_folio_faults_again(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(cleaned), 0);
}

static void two_areas(struct mm_stack *s)
{
	struct file f;
	struct mm_area other;

	file_init(&f, s, 4096);
	area_over(&f, &other, 4096);
	SIM_ASSERT(store(&f.area, 1));
	SIM_ASSERT(store(&other, 1));
	SIM_ASSERT(!store(&other, 1));
	clean(folio_at(&f, 1));
	SIM_ASSERT(store(&other, 1));
	SIM_ASSERT(store(&f.area, 1));
	mm_area_done(&f.area);
	SIM_ASSERT(mm_folio_is_mapped(folio_at(&f, 1)));
	mm_area_done(&other);
	SIM_ASSERT(!mm_folio_is_mapped(folio_at(&f, 1)));
}

static void cleaning_reaches_every_mapping_of_the_file(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(two_areas), 0);
}

static void dropping(struct mm_stack *s)
{
	struct file f;

	file_init(&f, s, 4096);
	store(&f.area, 1);
	clean(folio_at(&f, 1));
	mm_drop_clean(&f.inode);
	SIM_ASSERT(f.inode.nr_pages == 4);
	mm_area_done(&f.area);
	mm_drop_clean(&f.inode);
	SIM_ASSERT(f.inode.nr_pages == 0);
}

static void dropping_caches_leaves_mapped_folios(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(dropping), 0);
}

static void truncated(struct mm_stack *s)
{
	struct file f;

	file_init(&f, s, 64);
	store(&f.area, 1);
	store(&f.area, 6);
	store(&f.area, 20);
	f.inode.size_bytes = 6 << PAGE_SHIFT; /* inside the folio [4, 8) */
	mm_truncate_pages(&f.inode, f.inode.size_bytes, true);
	SIM_ASSERT(store_error(&f.area, 6) == -EFAULT);
	SIM_ASSERT(store_error(&f.area, 20) == -EFAULT);
	SIM_ASSERT(!store(&f.area, 1));
	f.inode.size_bytes = 64 << PAGE_SHIFT;
	SIM_ASSERT(store(&f.area, 6));
	SIM_ASSERT(store(&f.area, 20));
	mm_area_done(&f.area);
}

static void pages_beyond_a_truncation_are_no_longer_mapped(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(truncated), 0);
}

static void bad_stores(struct mm_stack *s)
{
	struct file f;
	struct mm_area far;
	const struct mm_area_place place = { 8, 4 };

	file_init(&f, s, 10);
	mm_area_init(&far, &f.inode, place, &f.ra, mkwrite);
	SIM_ASSERT(store_error(&far, 7) == -EFAULT);
	SIM_ASSERT(store_error(&far, 12) == -EFAULT);
	SIM_ASSERT(store_error(&far, 10) == -EFAULT); /* beyond the file */
	SIM_ASSERT(store(&far, 9));
	mm_area_done(&far);
	mm_area_done(&f.area);
}

static void a_store_outside_mapping_or_file_is_an_error(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(bad_stores), 0);
}

static void no_space(struct mm_stack *s)
{
	struct file f;

	file_init(&f, s, 64);
	f.area.mkwrite = mkwrite_without_space;
	SIM_ASSERT(store_error(&f.area, 3) == -ENOSPC);
	SIM_ASSERT(f.inode.nr_dirty_pages == 0);
	f.area.mkwrite = mkwrite;
	SIM_ASSERT(store(&f.area, 3));
	mm_area_done(&f.area);
}

static void
a_page_that_cannot_be_mapped_stays_clean_and_faults_again(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(no_space), 0);
}

static void end_of_file(struct mm_stack *s)
{
	struct file f;
	uint64_t pos = 0;

	file_init(&f, s, 8);
	f.inode.size_bytes = 6 * PAGE_BYTES + 100;
	mm_add_clean_folio(&f.inode, 0, 3);
	store(&f.area, 6);
	SIM_ASSERT(ifs_find_dirty_range(folio_at(&f, 0), &pos,
					8 * PAGE_BYTES) == 8 * PAGE_BYTES);
	SIM_ASSERT(iomap_writeback_handle_eof(folio_at(&f, 0), &pos));
	SIM_ASSERT(pos == 6 * PAGE_BYTES + 100);
	mm_area_done(&f.area);
}

static void all_blocks_become_dirty_and_writeback_ends_at_the_file(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(end_of_file), 0);
}

/* ---------------------------------------------------------------- property */

#define MODEL_PAGES 600

/** struct model - what must hold, page by page */
struct model {
	struct file f;
	struct rng rng;
	uint64_t faults;
	bool writable[MODEL_PAGES];
	bool stored[MODEL_PAGES]; /* since the folio was cleaned last */
};

static uint64_t model_size(const struct model *m)
{
	return (m->f.inode.size_bytes + PAGE_BYTES - 1) >> PAGE_SHIFT;
}

static void model_store(struct model *m)
{
	uint64_t page = rng_below(&m->rng, MODEL_PAGES);
	bool faulted;
	int error = mm_area_store(&m->f.area, page << PAGE_SHIFT, &faulted);

	SIM_ASSERT(faulted == !m->writable[page]);
	m->faults += faulted;
	SIM_ASSERT(error == (page < model_size(m) ? 0 : -EFAULT));
	m->writable[page] = !error;
	m->stored[page] = !error;
}

static void model_clean(struct model *m)
{
	struct folio *folio = folio_at(&m->f, rng_below(&m->rng, MODEL_PAGES));

	if (!folio || !(folio->flags & FOLIO_DIRTY))
		return;
	clean(folio);
	for (uint64_t i = 0; i < 1ull << folio->order; i++) {
		uint64_t page = folio->index + i;

		if (page >= MODEL_PAGES)
			break;
		m->writable[page] = false;
		m->stored[page] = false;
	}
}

/* Splitting cleans and unmaps the folio at the cut, and dirties its pieces. */
static void model_truncate(struct model *m)
{
	struct inode *inode = &m->f.inode;
	uint64_t pages = rng_below(&m->rng, MODEL_PAGES) + 1;
	struct folio *cut = folio_at(&m->f, pages - 1);
	bool splits = cut && cut->index + (1ull << cut->order) > pages &&
		      !(cut->flags & FOLIO_DIRTY && cut->state);

	for (uint64_t page = splits ? cut->index : pages; page < MODEL_PAGES;
	     page++) {
		m->writable[page] = false;
		if (page >= pages)
			m->stored[page] = false;
	}
	inode->size_bytes = pages << PAGE_SHIFT;
	mm_truncate_pages(inode, inode->size_bytes, true);
	inode->size_bytes =
		(pages + rng_below(&m->rng, MODEL_PAGES + 1 - pages))
		<< PAGE_SHIFT;
}

static void model_remap(struct model *m)
{
	mm_area_done(&m->f.area);
	area_over(&m->f, &m->f.area, MODEL_PAGES);
	memset(m->writable, 0, sizeof(m->writable));
}

static void check_model(struct mm_stack *s, struct model *m)
{
	struct inode *inode = &m->f.inode;
	uint64_t dirty = 0;
	uint64_t pages = 0;

	for (uint64_t page = 0; page < MODEL_PAGES;) {
		struct folio *folio = folio_at(&m->f, page);

		if (!folio) {
			SIM_ASSERT(!m->stored[page]);
			page++;
			continue;
		}
		SIM_ASSERT(folio->index == page);
		pages += 1ull << folio->order;
		if (folio->flags & FOLIO_DIRTY)
			dirty += 1ull << folio->order;
		for (; page < folio->index + (1ull << folio->order); page++)
			SIM_ASSERT(page >= MODEL_PAGES || !m->stored[page] ||
				   folio->flags & FOLIO_DIRTY);
	}
	SIM_ASSERT(inode->nr_pages == pages);
	SIM_ASSERT(inode->nr_dirty_pages == dirty);
	SIM_ASSERT(s->mm.stats.dirty_bytes == dirty << PAGE_SHIFT);
	SIM_ASSERT(s->mm.stats.dirtied_bytes ==
		   s->mm.stats.cleared_bytes + s->mm.stats.dirty_bytes);
	SIM_ASSERT(s->mm.stats.write_faults == m->faults);
}

static void random_faults(struct mm_stack *s)
{
	struct model m = { 0 };

	rng_init(&m.rng, 1, "faults");
	file_init(&m.f, s, MODEL_PAGES);
	for (unsigned int round = 0; round < 20000; round++) {
		uint64_t choice = rng_below(&m.rng, 1000);

		if (round == 10000) {
			s->mm_config.readahead_order = READAHEAD_ORDER_PER_FILE;
			s->mm_config.readahead_mark_at_end = false;
			s->mm_config.readahead_whole_fallback = false;
		}
		if (choice < 800)
			model_store(&m);
		else if (choice < 980)
			model_clean(&m);
		else if (choice < 985)
			mm_drop_clean(&m.f.inode);
		else if (choice < 995)
			model_truncate(&m);
		else
			model_remap(&m);
		if (choice > 700)
			check_model(s, &m);
	}
	mm_area_done(&m.f.area);
}

static void random_faults_keep_folios_apart_and_stores_dirty(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(random_faults), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_page_faults_once_and_dirties_its_whole_folio),
		cmocka_unit_test(
			after_cleaning_each_page_of_the_folio_faults_again),
		cmocka_unit_test(cleaning_reaches_every_mapping_of_the_file),
		cmocka_unit_test(dropping_caches_leaves_mapped_folios),
		cmocka_unit_test(
			pages_beyond_a_truncation_are_no_longer_mapped),
		cmocka_unit_test(a_store_outside_mapping_or_file_is_an_error),
		cmocka_unit_test(
			a_page_that_cannot_be_mapped_stays_clean_and_faults_again),
		cmocka_unit_test(
			all_blocks_become_dirty_and_writeback_ends_at_the_file),
		cmocka_unit_test(
			random_faults_keep_folios_apart_and_stores_dirty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
