#include "models/mm/script.h"

#include <limits.h>

#include "models/mm/mm.h"
#include "models/mm/writeback.h"
#include "sim/base/assert.h"

static const struct mm_script_step *current_step(const struct mm_script *script)
{
	return script->at < script->nr_steps ? &script->steps[script->at]
					     : NULL;
}

static void take_step(struct inode *inode)
{
	struct mm *mm = inode->mm;

	mm->script->at++;
	mm->script->is_due = false;
	sim_wake(mm->sim, &mm->script->changed, UINT_MAX);
	sim_settle(mm->sim);
}

/* The next dirty folio from @page on that a pass of this kind takes. */
static struct folio *next_dirty_folio(struct inode *inode, uint64_t page,
				      bool skips_busy)
{
	uint64_t found;
	uint32_t handle;

	while ((handle = page_index_next(&inode->pages, page, PAGE_TAG_DIRTY,
					 &found, NULL))) {
		struct folio *folio = hpool_at(&inode->mm->folios, handle);

		if (!skips_busy || !(folio->flags & FOLIO_WRITEBACK))
			return folio;
		page = found + (1ull << folio->order);
	}
	return NULL;
}

/* @from: where the pass has come to; for a step without a page */
static struct folio *dirty_folio(struct inode *inode,
				 const struct mm_script_step *step,
				 uint64_t from)
{
	struct folio *folio;

	if (step->page == MM_SCRIPT_NEXT_DIRTY)
		return next_dirty_folio(inode, from, step->by_flusher);
	folio = mm_lookup(inode, step->page << PAGE_SHIFT);
	return folio && folio->flags & FOLIO_DIRTY ? folio : NULL;
}

/* Has the writer come as far as it had when the flusher took the step's folio? */
static bool writer_is_there(struct inode *inode,
			    const struct mm_script_step *step)
{
	if (inode->mm->script->is_due)
		return true;
	if (inode->size_bytes < step->min_size_bytes)
		return false;
	return !step->nr_cached_before ||
	       mm_pages_are_cached(inode, step->nr_cached_before - 1, 0);
}

/* A syncing thread waits for the flusher: what it has not written by now it
 * will not write before. */
static void expect_flusher(struct mm *mm)
{
	mm->script->is_due = true;
	sim_wake(mm->sim, &mm->script->changed, UINT_MAX);
	sim_settle(mm->sim);
}

struct folio *mm_script_next(struct inode *inode,
			     const struct writeback_control *wbc)
{
	struct mm *mm = inode->mm;
	struct mm_script *script = mm->script;
	bool is_flusher = wbc->sync_mode == WB_SYNC_NONE;

	for (;;) {
		sim_settle(mm->sim);
		const struct mm_script_step *step = current_step(script);

		if (!step)
			return NULL;
		if (step->by_flusher != is_flusher) {
			if (is_flusher || script->is_due)
				sim_wait(mm->sim, &script->changed);
			else
				expect_flusher(mm);
			continue;
		}
		if (step->ends_pass) {
			take_step(inode);
			return NULL;
		}
		struct folio *folio = dirty_folio(inode, step, wbc->next_page);

		if (folio && (!is_flusher || writer_is_there(inode, step))) {
			take_step(inode);
			return folio;
		}
		if (is_flusher)
			sim_wait(mm->sim, &script->changed);
		else
			take_step(inode);
	}
}

void mm_script_flusher(struct inode *inode)
{
	struct mm *mm = inode->mm;
	struct mm_script *script = mm->script;
	const struct mm_script_step *step;

	while ((step = current_step(script))) {
		if (!step->by_flusher || !dirty_folio(inode, step, 0) ||
		    !writer_is_there(inode, step)) {
			sim_wait(mm->sim, &script->changed);
			continue;
		}
		struct writeback_control wbc = {
			.sync_mode = WB_SYNC_NONE,
			.range_end = INT64_MAX,
			.nr_to_write = INT64_MAX,
			.for_background = true,
		};

		mm_writepages(inode, &wbc);
		sim_settle(mm->sim);
	}
}
