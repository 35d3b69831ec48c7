/*
 * Completion of ioends that need transactions: one work item per inode
 * takes all that have ended, sorts, merges, converts, ends the folios.  While it
 * runs, newly ended ones gather for the next turn.
 * Models: xfs_end_bio(), xfs_end_io(), xfs_end_ioend(),
 * xfs_iomap_write_unwritten(), xfs_setfilesize(), 6.12 to 7.3.
 */
#include "models/fs/xfs/internal.h"
#include "sim/base/assert.h"
#include "sim/base/units.h"

/* conversions after which a file's reverse-map tree has a second level */
#define EARLY_CONVERSIONS 80
/* and after which the dearest step was measured */
#define LATE_CONVERSIONS 480

void xfs_end_bio(struct bio *bio)
{
	struct ioend *ioend = bio->private;
	struct xfs_inode *ip = xfs_i(ioend->inode);
	struct xfs *xfs = ip->xfs;
	uint64_t ps = xfs->costs->ioend_queue;

	ioend->error = bio->status;
	ioend->next = NULL;
	if (!ip->ended)
		ip->ended_tail = &ip->ended;
	*ip->ended_tail = ioend;
	ip->ended_tail = &ioend->next;
	xfs->stats.ioends_queued++;
	if (!ip->work.pending) {
		ps += xfs->costs->work_queue;
		sim_queue_work(xfs->conv_wq, &ip->work);
	}
	sim_charge_ps(xfs->sim, xfs->account_transaction, ps);
}

static uint64_t conversion_cost(const struct xfs_inode *ip)
{
	const struct xfs_costs *costs = ip->xfs->costs;

	if (ip->data.nr_extents <= 2)
		return costs->convert_unwritten_first;
	if (ip->nr_conversions < EARLY_CONVERSIONS)
		return costs->convert_unwritten_early;
	return ip->nr_conversions < LATE_CONVERSIONS
		       ? costs->convert_unwritten_late
		       : costs->convert_unwritten_last;
}

static void raise_disk_size(struct xfs_inode *ip, uint64_t end)
{
	ip->disk_size_bytes = max_u64(ip->disk_size_bytes,
				      min_u64(end, ip->inode.size_bytes));
	ip->log_dirty = true;
}

static void convert_unwritten(struct xfs_inode *ip, const struct ioend *ioend)
{
	struct xfs *xfs = ip->xfs;
	uint64_t start = ioend->offset_bytes >> xfs->block_shift;
	uint64_t end = ioend->offset_bytes + ioend->size_bytes;
	uint64_t len = bytes_to_blocks_up(xfs, end) - start;
	unsigned int nr = fork_convert(&ip->data, start, len, EXTENT_WRITTEN);

	SIM_ASSERT(nr > 0);
	while (nr--) {
		xfs->stats.unwritten_conversions++;
		sim_charge_ps(xfs->sim, xfs->account_transaction,
			      conversion_cost(ip));
		ip->nr_conversions++;
	}
	ip->sequence++;
	raise_disk_size(ip, end);
}

static void remap_copies(struct xfs_inode *ip, const struct ioend *ioend)
{
	struct xfs *xfs = ip->xfs;
	uint64_t start = ioend->offset_bytes >> xfs->block_shift;
	uint64_t end = ioend->offset_bytes + ioend->size_bytes;
	unsigned int nr =
		xfs_cow_remap(ip, start, bytes_to_blocks_up(xfs, end) - start);

	xfs->stats.cow_remaps += nr;
	sim_charge_ps(xfs->sim, xfs->account_transaction,
		      nr * xfs->costs->cow_remap);
	ip->log_dirty = true;
}

static void end_ioend(struct xfs_inode *ip, struct ioend *ioend)
{
	struct xfs *xfs = ip->xfs;
	uint64_t end = ioend->offset_bytes + ioend->size_bytes;

	ioend_work_begins(ioend);
	xfs->stats.completion_lists++;
	if (!ioend->error && ioend->flags & IOEND_SHARED)
		remap_copies(ip, ioend);
	else if (!ioend->error && ioend->flags & IOEND_UNWRITTEN)
		convert_unwritten(ip, ioend);
	if (!ioend->error && end > ip->disk_size_bytes &&
	    end <= ip->inode.size_bytes) {
		xfs->stats.size_updates++;
		sim_charge_ps(xfs->sim, xfs->account_transaction,
			      xfs->costs->setfilesize);
		raise_disk_size(ip, end);
	}
	ioend_finish(ioend, ioend->error);
	sim_settle(xfs->sim);
}

void xfs_end_io_work(void *arg)
{
	struct xfs_inode *ip = arg;
	struct xfs *xfs = ip->xfs;
	struct ioend *list;
	uint64_t nr = 0;

	sim_settle(xfs->sim);
	list = ip->ended;
	ip->ended = NULL;
	xfs->stats.completion_runs++;
	for (struct ioend *ioend = list; ioend; ioend = ioend->next)
		nr++;
	sim_charge_ps(xfs->sim, xfs->account_transaction,
		      nr * xfs->costs->ioend_sort);
	ioend_sort(&list);
	while (list) {
		struct ioend *ioend = list;

		list = ioend->next;
		ioend->next = NULL;
		sim_charge_ps(xfs->sim, xfs->account_transaction,
			      xfs->costs->ioend_try_merge);
		ioend_try_merge(ioend, &list);
		end_ioend(ip, ioend);
	}
}
