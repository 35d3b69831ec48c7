/*
 * Writeback passes: tagging, iteration, waiting.
 */
#include "models/mm/writeback.h"

#include <limits.h>
#include <string.h>

#include "models/mm/dirty_control.h"
#include "models/mm/mm.h"
#include "models/mm/script.h"
#include "sim/base/assert.h"

static struct folio *tagged_folio(struct inode *inode, uint64_t page,
				  uint64_t last, enum page_tag tag)
{
	uint64_t found;
	uint32_t peek;
	uint32_t handle = page_index_lookup(&inode->pages, page);

	/* the folio that holds the first page may begin before it */
	if (handle) {
		struct folio *folio = hpool_at(&inode->mm->folios, handle);

		if (page_index_has_tag(&inode->pages, folio->index, tag))
			return folio;
	}
	handle = page_index_next(&inode->pages, page, tag, &found, &peek);
	if (!handle || found > last)
		return NULL;
	if (peek)
		__builtin_prefetch(hpool_at(&inode->mm->folios, peek));
	return hpool_at(&inode->mm->folios, handle);
}

/* Mark what is dirty now, so that a pass ends although writers go on. */
static void tag_pages_for_writeback(struct inode *inode, uint64_t page,
				    uint64_t last)
{
	struct mm *mm = inode->mm;
	struct folio *first = tagged_folio(inode, page, last, PAGE_TAG_DIRTY);
	uint64_t nr_sparse;
	uint64_t nr_small;
	uint64_t nr_large;

	if (!first)
		return;
	page_index_copy_tag(&inode->pages, first->index, last, PAGE_TAG_DIRTY,
			    PAGE_TAG_TOWRITE, &nr_small, &nr_large);
	/* exact when the pass covers all that is dirty */
	nr_sparse = min_u64(nr_small, inode->nr_dirty_sparse);
	sim_charge_ps(mm->sim, mm->accounts.dirty_walk,
		      (nr_small - nr_sparse) * mm->costs->tag_4k +
			      nr_sparse * mm->costs->tag_sparse +
			      nr_large * mm->costs->tag_large);
}

/*
 * Lock @folio, to be held until the pass asks for the next one, and see
 * whether it can be written now.  Waits for its writeback if asked to.
 */
static bool prepare_folio(struct folio *folio, struct writeback_control *wbc)
{
	struct inode *inode = folio->inode;

	if (!mm_lock_folio(folio))
		return false;
	if (folio->flags & FOLIO_WRITEBACK) {
		if (wbc->sync_mode == WB_SYNC_NONE) {
			mm_unlock_folio(folio);
			return false;
		}
		/* a locked folio stays in the cache */
		mm_wait_writeback(folio);
	}
	if (wbc->tagged)
		page_index_clear_tag(&inode->pages, folio->index,
				     PAGE_TAG_TOWRITE);
	if (mm_clear_dirty_for_io(folio)) {
		mm_way_pass(folio, wbc->start_ns);
		return true;
	}
	mm_unlock_folio(folio);
	return false;
}

static bool is_scripted(const struct inode *inode)
{
	return inode->mm->script && inode->mm->script->inode == inode;
}

static struct folio *next_to_write(struct inode *inode,
				   struct writeback_control *wbc)
{
	struct mm *mm = inode->mm;
	uint64_t last = wbc->range_end >> PAGE_SHIFT;
	enum page_tag tag = wbc->tagged ? PAGE_TAG_TOWRITE : PAGE_TAG_DIRTY;
	struct folio *folio;

	while (wbc->next_page <= last) {
		sim_settle(mm->sim);
		folio = is_scripted(inode) ? mm_script_next(inode, wbc)
					   : tagged_folio(inode, wbc->next_page,
							  last, tag);
		if (!folio)
			break;
		wbc->next_page = folio->index + (1ull << folio->order);
		sim_charge_ps(mm->sim, mm->accounts.dirty_walk,
			      MM_INDEX_COST(mm, folio, batch) +
				      mm->costs->writeback_iter);
		if (prepare_folio(folio, wbc))
			return folio;
	}
	return NULL;
}

static void start_pass(struct inode *inode, struct writeback_control *wbc)
{
	SIM_ASSERT(wbc->range_start <= wbc->range_end);
	wbc->started = true;
	wbc->start_ns = sim_now_ns(inode->mm->sim);
	wbc->saved_error = 0;
	wbc->next_page = wbc->range_cyclic ? inode->writeback_index
					   : wbc->range_start >> PAGE_SHIFT;
	wbc->tagged = wbc->sync_mode == WB_SYNC_ALL || wbc->tagged_writepages;
	if (wbc->tagged)
		tag_pages_for_writeback(inode, wbc->next_page,
					wbc->range_end >> PAGE_SHIFT);
}

/* The next cyclic pass begins at @page. */
static void end_pass(struct inode *inode, struct writeback_control *wbc,
		     uint64_t page, int *error)
{
	if (wbc->range_cyclic)
		inode->writeback_index = page;
	wbc->folio = NULL;
	*error = wbc->saved_error;
}

struct folio *writeback_iter(struct inode *inode, struct writeback_control *wbc,
			     struct folio *folio, int *error)
{
	if (folio)
		mm_unlock_folio(folio);
	if (!folio) {
		SIM_ASSERT(!wbc->started);
		start_pass(inode, wbc);
	} else {
		wbc->nr_to_write -= (int64_t)1 << folio->order;
		if (*error && !wbc->saved_error)
			wbc->saved_error = *error;
		if (wbc->sync_mode == WB_SYNC_NONE &&
		    (*error || wbc->nr_to_write <= 0)) {
			end_pass(inode, wbc, wbc->next_page, error);
			return NULL;
		}
	}
	folio = next_to_write(inode, wbc);
	if (folio) {
		stream_emit(inode->mm->stream_folios, folio_pos(folio),
			    folio_bytes(folio), 0, 0);
		wbc->folio = folio;
		*error = 0;
		return folio;
	}
	end_pass(inode, wbc, 0, error);
	return NULL;
}

int mm_writepages(struct inode *inode, struct writeback_control *wbc)
{
	int error;

	inode->mm->stats.writepages_calls++;
	sim_settle(inode->mm->sim);
	dirty_control_writepages_start(inode);
	error = inode->ops->writepages(inode, wbc);
	dirty_control_writepages_end(inode);
	return error;
}

int mm_fdatawrite(struct inode *inode, uint64_t start, uint64_t end)
{
	struct writeback_control wbc = {
		.sync_mode = WB_SYNC_ALL,
		.range_start = start,
		.range_end = end,
		.nr_to_write = INT64_MAX,
	};

	if (!inode->nr_dirty_pages)
		return 0;
	return mm_writepages(inode, &wbc);
}

void mm_fdatawait(struct inode *inode, uint64_t start, uint64_t end)
{
	uint64_t last = end >> PAGE_SHIFT;
	uint64_t page = start >> PAGE_SHIFT;
	struct folio *folio;

	sim_settle(inode->mm->sim);
	while (page <= last &&
	       (folio = tagged_folio(inode, page, last, PAGE_TAG_WRITEBACK))) {
		page = folio->index + (1ull << folio->order);
		mm_wait_writeback(folio);
	}
}

int mm_write_and_wait(struct inode *inode, uint64_t start, uint64_t end)
{
	int error = mm_fdatawrite(inode, start, end);

	mm_fdatawait(inode, start, end);
	if (inode->error) {
		error = inode->error;
		inode->error = 0;
	}
	return error;
}

bool mm_range_is_dirty(struct inode *inode, uint64_t pos, uint64_t end)
{
	uint64_t last = (end - 1) >> PAGE_SHIFT;
	uint64_t page = pos >> PAGE_SHIFT;

	if (end <= pos)
		return false;
	return tagged_folio(inode, page, last, PAGE_TAG_DIRTY) ||
	       tagged_folio(inode, page, last, PAGE_TAG_WRITEBACK);
}
