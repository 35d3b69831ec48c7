/*
 * The flusher's lists of dirty files, and one turn over them.
 */
#include <limits.h>

#include "models/mm/flusher.h"
#include "sim/base/assert.h"

void inode_list_move(struct inode *inode, enum inode_list to)
{
	struct flusher *f = inode->flusher;

	if (inode->on_list != INODE_ON_NONE) {
		TAILQ_REMOVE(&f->lists[inode->on_list], inode, io_list);
		f->nr_inodes--;
	}
	inode->on_list = to;
	if (to != INODE_ON_NONE) {
		TAILQ_INSERT_HEAD(&f->lists[to], inode, io_list);
		f->nr_inodes++;
	}
}

void flusher_inode_dirtied(struct inode *inode)
{
	struct flusher *f = inode->flusher;
	bool was_empty = !flusher_has_dirty_io(f);

	if (inode->has_dirty_pages)
		return;
	inode->has_dirty_pages = true;
	if (inode->on_list != INODE_ON_NONE)
		return;
	inode->dirtied_when = mm_jiffies(inode->mm);
	inode_list_move(inode, INODE_ON_DIRTY);
	if (was_empty)
		flusher_wake_later(f);
}

void queue_io(struct flusher *f, uint64_t dirtied_before)
{
	struct inode_queue *io = &f->lists[INODE_ON_IO];
	struct inode *inode;

	SIM_ASSERT(TAILQ_EMPTY(io));
	TAILQ_FOREACH(inode, &f->lists[INODE_ON_MORE_IO], io_list)
	inode->on_list = INODE_ON_IO;
	TAILQ_CONCAT(io, &f->lists[INODE_ON_MORE_IO], io_list);
	while ((inode = TAILQ_LAST(&f->lists[INODE_ON_DIRTY], inode_queue)) &&
	       inode->dirtied_when <= dirtied_before)
		inode_list_move(inode, INODE_ON_IO);
}

/* Back to b_dirty, whose order by date must hold. */
static void redirty_tail(struct inode *inode)
{
	struct flusher *f = inode->flusher;
	struct inode *youngest = TAILQ_FIRST(&f->lists[INODE_ON_DIRTY]);

	if (youngest && inode->dirtied_when < youngest->dirtied_when)
		inode->dirtied_when = mm_jiffies(inode->mm);
	inode_list_move(inode, INODE_ON_DIRTY);
}

static void requeue_inode(struct inode *inode,
			  const struct writeback_control *wbc,
			  uint64_t dirtied_before)
{
	/* a sync takes each file once, whatever is dirtied meanwhile */
	if (inode->has_dirty_pages &&
	    (wbc->sync_mode == WB_SYNC_ALL || wbc->tagged_writepages))
		inode->dirtied_when = mm_jiffies(inode->mm);
	if (!inode->has_dirty_pages)
		inode_list_move(inode, INODE_ON_NONE);
	else if (wbc->nr_to_write <= 0 && inode->dirtied_when <= dirtied_before)
		inode_list_move(inode, INODE_ON_MORE_IO);
	else
		redirty_tail(inode);
}

static int64_t chunk_of(const struct flusher *f,
			const struct writeback_work *work)
{
	if (work->sync_mode == WB_SYNC_ALL || work->tagged_writepages)
		return INT64_MAX;
	return (int64_t)writeback_chunk_pages(&f->control->domain,
					      f->wb.avg_write_bandwidth,
					      (uint64_t)work->nr_pages);
}

/* One chunk of @inode; returns what the turn counts as progress. */
static uint64_t write_chunk(struct flusher *f, struct inode *inode,
			    struct writeback_work *work,
			    uint64_t dirtied_before)
{
	struct dirty_control *c = f->control;
	struct mm *mm = c->mm;
	int64_t chunk = chunk_of(f, work);
	struct writeback_control wbc = {
		.sync_mode = work->sync_mode,
		.range_end = INT64_MAX,
		.nr_to_write = chunk,
		.for_background = work->for_background,
		.for_kupdate = work->for_kupdate,
		.range_cyclic = work->range_cyclic,
		.tagged_writepages = work->tagged_writepages,
	};
	uint64_t wrote;

	sim_charge_ps(mm->sim, mm->accounts.dirty_walk,
		      mm->costs->flusher_inode);
	/* errors are kept in the mapping */
	mm_writepages(inode, &wbc);
	sim_settle(mm->sim);
	if (work->sync_mode == WB_SYNC_ALL && !work->for_sync)
		mm_fdatawait(inode, 0, INT64_MAX);
	work->nr_pages -= chunk - wbc.nr_to_write;
	wrote = (uint64_t)(chunk - wbc.nr_to_write);
	inode->has_dirty_pages = inode->nr_dirty_pages > 0;
	requeue_inode(inode, &wbc, dirtied_before);
	c->stats.flusher_chunks++;
	c->stats.flusher_pages += wrote;
	stream_emit(c->stream_chunks, inode->ino,
		    chunk == INT64_MAX ? 0 : (uint64_t)chunk, wrote,
		    work->reason);
	return wrote + !inode->has_dirty_pages;
}

uint64_t write_inodes(struct flusher *f, struct writeback_work *work,
		      uint64_t dirtied_before)
{
	struct mm *mm = f->control->mm;
	uint64_t start = mm_jiffies(mm);
	uint64_t total = 0;
	struct inode *inode;

	while ((inode = TAILQ_LAST(&f->lists[INODE_ON_IO], inode_queue))) {
		total += write_chunk(f, inode, work, dirtied_before);
		if (!total)
			continue;
		if (mm_jiffies(mm) > start + mm_hz(mm) / 10 ||
		    work->nr_pages <= 0)
			break;
	}
	return total;
}
