/*
 * Windows of readahead, sizes and marks.
 * Models: do_sync_mmap_readahead(), do_async_mmap_readahead(),
 * page_cache_ra_order(), page_cache_async_ra(), page_cache_ra_unbounded(),
 * 6.12 to 7.3.
 */
#include "models/mm/readahead.h"

#include "models/mm/mm.h"
#include "sim/base/assert.h"

/* misses after which faults are taken for random, and the counter's top */
#define MISSES_RANDOM 100
#define MISSES_MAX    1000
/* windows smaller than this are made of the smallest folios */
#define LARGE_WINDOW_PAGES 4
#define NO_MARK            UINT64_MAX
/* slots of a node of the kernel's page cache tree */
#define TREE_FANOUT 64

static uint64_t max_window_pages(const struct inode *inode)
{
	return inode->mm->config->read_ahead_bytes >> PAGE_SHIFT;
}

static bool order_is_kept(const struct inode *inode)
{
	return inode->mm->config->readahead_order == READAHEAD_ORDER_PER_FILE;
}

/* Callers know that the file is not empty. */
static uint64_t last_page(const struct inode *inode)
{
	SIM_ASSERT(inode->size_bytes > 0);
	return (inode->size_bytes - 1) >> PAGE_SHIFT;
}

static void fill(struct inode *inode, uint64_t page, unsigned int order,
		 uint64_t mark)
{
	struct folio *folio = mm_fill_folio(inode, page, order);

	if (mark != NO_MARK && round_down_to(mark, 1ull << order) == page)
		folio->flags |= FOLIO_READAHEAD;
}

/* Smallest folios for what is missing of [@page, @page + @nr_pages). */
static void fill_small(struct inode *inode, uint64_t page, uint64_t nr_pages,
		       uint64_t async_pages)
{
	uint64_t step = 1ull << inode->min_order;
	uint64_t last = last_page(inode);
	uint64_t mark = NO_MARK;
	bool at_end;

	if (page > last)
		return;
	at_end = nr_pages > last - page;
	if (at_end)
		nr_pages = last - page + 1;
	if (async_pages <= nr_pages &&
	    (!at_end || inode->mm->config->readahead_mark_at_end))
		mark = round_up_to(page + nr_pages - async_pages, step);
	for (uint64_t at = round_down_to(page, step); at < page + nr_pages;
	     at += step)
		if (!mm_pages_are_cached(inode, at, inode->min_order))
			fill(inode, at, inode->min_order, mark);
}

static unsigned int clamp_order(const struct inode *inode, uint64_t order,
				uint64_t size_pages)
{
	order = min_u64(order, inode->max_order);
	order = min_u64(order, log2_floor(size_pages));
	return (unsigned int)max_u64(order, inode->min_order);
}

/*
 * Folios of @order over [@page, @limit], smaller where alignment or the end
 * asks for it.  Return: first page not filled, because it is cached, or the
 * one behind @limit.
 */
static uint64_t fill_large(struct inode *inode, uint64_t page, uint64_t limit,
			   unsigned int order, uint64_t mark)
{
	while (page <= limit) {
		unsigned int k = order;

		if (page & ((1ull << k) - 1))
			k = (unsigned int)__builtin_ctzll(page);
		while (k > inode->min_order && page + (1ull << k) - 1 > limit)
			k--;
		if (mm_pages_are_cached(inode, page, k))
			break;
		fill(inode, page, k, mark);
		page += 1ull << k;
	}
	return page;
}

static bool window_is_small(const struct inode *inode,
			    const struct file_ra_state *ra)
{
	if (!inode->max_order)
		return true;
	if (ra->size_pages < LARGE_WINDOW_PAGES)
		return true;
	return ra->size_pages < 1ull << inode->min_order;
}

/* Read the window that @ra describes; @order: of the folio that started it. */
static void read_window(struct inode *inode, struct file_ra_state *ra,
			unsigned int order)
{
	uint64_t page = ra->start_page;
	uint64_t last = last_page(inode);
	uint64_t window_last = page + ra->size_pages - 1;
	uint64_t limit = min_u64(last, window_last);
	uint64_t mark = page + ra->size_pages - ra->async_pages;
	uint64_t rest = ra->size_pages;

	if (window_is_small(inode, ra)) {
		fill_small(inode, page, rest, ra->async_pages);
		return;
	}
	order = order_is_kept(inode) ? ra->order : order + 2;
	order = clamp_order(inode, order, ra->size_pages);
	ra->order = order;
	if (window_last >= last && !inode->mm->config->readahead_mark_at_end)
		mark = NO_MARK;
	page = round_down_to(page, 1ull << inode->min_order);
	page = fill_large(inode, page, limit, order, mark);
	if (page > limit)
		return;
	/* a page is cached: the rest in small folios, around what is there;
	 * alignment may have moved the first page before the window */
	if (!inode->mm->config->readahead_whole_fallback)
		rest = ra->start_page + rest - page;
	fill_small(inode, page, rest, ra->async_pages);
}

void ra_sync_fault(struct inode *inode, struct file_ra_state *ra, uint64_t page)
{
	uint64_t max_pages = max_window_pages(inode);

	if (!max_pages)
		return;
	if (ra->mmap_miss < MISSES_MAX)
		ra->mmap_miss++;
	if (ra->mmap_miss > MISSES_RANDOM)
		return;
	ra->start_page = page > max_pages / 2 ? page - max_pages / 2 : 0;
	ra->size_pages = max_pages;
	ra->async_pages = max_pages / 4;
	ra->order = 0;
	read_window(inode, ra, 0);
}

static uint64_t next_window_pages(uint64_t pages, uint64_t max_pages)
{
	if (pages < max_pages / 16)
		return 4 * pages;
	if (pages <= max_pages / 2)
		return 2 * pages;
	return max_pages;
}

/*
 * First missing page at or behind @page, @page + @max_pages if none.  The
 * kernel's walk starts at the first slot of the folio that holds @page, so
 * that what it looks at lags behind what it returns until the next node.
 */
static uint64_t find_gap(struct inode *inode, uint64_t page, uint64_t max_pages)
{
	struct folio *folio = mm_lookup(inode, page << PAGE_SHIFT);
	uint64_t slot = folio ? folio->index : page;

	for (uint64_t i = 0; i < max_pages; i++) {
		if (!mm_lookup(inode, slot << PAGE_SHIFT))
			return page;
		page++;
		slot++;
		if (slot % TREE_FANOUT == 0)
			slot = page;
	}
	return page;
}

/* The window that follows; false: there is nothing to read. */
static bool next_window(struct inode *inode, struct file_ra_state *ra,
			const struct folio *folio, uint64_t page)
{
	uint64_t max_pages = max_window_pages(inode);
	uint64_t expected =
		round_down_to(ra->start_page + ra->size_pages - ra->async_pages,
			      1ull << folio->order);

	if (page == expected) {
		ra->start_page += ra->size_pages;
		ra->size_pages = next_window_pages(ra->size_pages, max_pages);
		return true;
	}
	uint64_t gap = find_gap(inode, page + 1, max_pages);

	if (gap - page > max_pages)
		return false;
	ra->start_page = gap;
	ra->size_pages = next_window_pages(gap - page + max_pages, max_pages);
	return true;
}

/* From 6.17: larger folios each time, and the window ends at their boundary. */
static void raise_order(struct file_ra_state *ra, uint64_t max_pages)
{
	unsigned int lowest = (unsigned int)__builtin_ctzll(max_pages);
	uint64_t end;

	ra->order += 2;
	end = round_down_to(ra->start_page + ra->size_pages,
			    1ull << min_u64(ra->order, lowest));
	if (end > ra->start_page)
		ra->size_pages = end - ra->start_page;
}

void ra_async_fault(struct inode *inode, struct file_ra_state *ra,
		    struct folio *folio, uint64_t page)
{
	if (ra->mmap_miss)
		ra->mmap_miss--;
	if (!(folio->flags & FOLIO_READAHEAD) || !max_window_pages(inode))
		return;
	if (folio->flags & FOLIO_WRITEBACK)
		return;
	folio->flags &= (uint8_t)~FOLIO_READAHEAD;
	if (!next_window(inode, ra, folio, page))
		return;
	if (order_is_kept(inode))
		raise_order(ra, max_window_pages(inode));
	ra->async_pages = ra->size_pages;
	read_window(inode, ra, folio->order);
}
