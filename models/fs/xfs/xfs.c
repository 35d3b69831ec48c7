/*
 * Mount, files and operations.
 */
#include "models/fs/xfs/xfs.h"

#include <errno.h>
#include <stdlib.h>

#include "models/fs/xfs/internal.h"
#include "models/fs/xfs/metadata.h"
#include "sim/base/assert.h"
#include "sim/base/units.h"

static void register_metrics(struct xfs *xfs)
{
	struct sim_metrics *m = sim_metrics(xfs->sim);
	struct xfs_stats *s = &xfs->stats;
	static const char *const fields[] = { "pos_bytes", "fork", "blocks" };

	metrics_counter(m, "xfs.map_lookups", "calls", &s->map_lookups);
	metrics_counter(m, "xfs.map_reuses", "calls", &s->map_reuses);
	metrics_counter(m, "xfs.delalloc_conversions", "transactions",
			&s->delalloc_conversions);
	metrics_counter(m, "xfs.unwritten_conversions", "transactions",
			&s->unwritten_conversions);
	metrics_counter(m, "xfs.cow_remaps", "transactions", &s->cow_remaps);
	metrics_counter(m, "xfs.size_updates", "transactions",
			&s->size_updates);
	metrics_counter(m, "xfs.ioends_queued", "ioends", &s->ioends_queued);
	metrics_counter(m, "xfs.completion_runs", "runs", &s->completion_runs);
	metrics_counter(m, "xfs.completion_lists", "ioends",
			&s->completion_lists);
	metrics_counter(m, "xfs.log_forces", "calls", &xfs->log.nr_forces);
	xfs->stream_conversions =
		stream_new(xfs->sim, "conversions", fields, 3);
}

/* The internal log lies in the middle allocation group. */
static void init_log(struct xfs *xfs)
{
	const struct xfs_alloc *alloc = &xfs->alloc;

	xfs_log_init(&xfs->log, xfs->ioends->queue, xfs->costs,
		     (alloc->ag_count / 2 * alloc->ag_blocks + 8)
			     << (xfs->block_shift - SECTOR_SHIFT));
}

struct xfs *xfs_new(struct mm *mm, struct ioend_core *ioends,
		    const struct wb_design *design,
		    const struct xfs_geometry *geometry,
		    const struct xfs_config *config,
		    const struct xfs_costs *costs)
{
	struct xfs *xfs = calloc(1, sizeof(*xfs));

	SIM_ASSERT(xfs != NULL);
	xfs->mm = mm;
	xfs->sim = mm->sim;
	xfs->ioends = ioends;
	xfs->design = design;
	xfs->geometry = *geometry;
	xfs->config = config;
	xfs->costs = costs;
	xfs->block_shift = log2_floor(geometry->block_bytes);
	xfs->account_map = sim_account_add(mm->sim, "fs mapping");
	xfs->account_transaction = sim_account_add(mm->sim, "transactions");
	sim_account_add(mm->sim, "log");
	pool_init(&xfs->extents, "extent", sizeof(struct extent));
	xfs_alloc_init(&xfs->alloc, &xfs->extents,
		       geometry->size_bytes >> xfs->block_shift,
		       geometry->ag_count);
	for (unsigned int i = 0; i < XFS_MAX_SHARERS - 1; i++)
		fork_init(&xfs->shared[i], &xfs->extents);
	xfs->conv_wq = sim_workqueue_new(mm->sim, "xfs-conv");
	init_log(xfs);
	xfs->flush_wq = sim_workqueue_new(mm->sim, "flusher");
	register_metrics(xfs);
	return xfs;
}

void xfs_free(struct xfs *xfs)
{
	if (!xfs)
		return;
	while (xfs->inodes) {
		struct xfs_inode *ip = xfs->inodes;

		xfs->inodes = ip->next;
		inode_done(&ip->inode);
		fork_done(&ip->data);
		fork_done(&ip->cow);
		free(ip);
	}
	for (unsigned int i = 0; i < XFS_MAX_SHARERS - 1; i++)
		fork_done(&xfs->shared[i]);
	xfs_alloc_done(&xfs->alloc);
	pool_done(&xfs->extents);
	free(xfs);
}

void xfs_set_oracle(struct xfs *xfs, xfs_disk_oracle oracle, void *arg)
{
	xfs->oracle = oracle;
	xfs->oracle_arg = arg;
}

struct inode *xfs_create(struct xfs *xfs, const char *name)
{
	struct xfs_inode *ip = calloc(1, sizeof(*ip));

	SIM_ASSERT(ip != NULL);
	inode_init(&ip->inode, xfs->mm, name, xfs->block_shift,
		   &xfs_mapping_ops);
	ip->inode.private = ip;
	ip->xfs = xfs;
	ip->lock_waiters.name = "inode lock";
	fork_init(&ip->data, &xfs->extents);
	fork_init(&ip->cow, &xfs->extents);
	ip->flush.fn = xfs_flush_work;
	ip->flush.arg = ip;
	ip->work.fn = xfs_end_io_work;
	ip->work.arg = ip;
	ip->next = xfs->inodes;
	xfs->inodes = ip;
	return &ip->inode;
}

/* Real blocks wherever [@start, @end) has none. */
static int allocate_holes(struct xfs_inode *ip, uint64_t start, uint64_t end,
			  enum extent_type type)
{
	while (start < end) {
		struct extent *extent = fork_lookup(&ip->data, start);
		uint64_t len = end - start;

		if (extent && extent->start <= start) {
			start = extent_end(extent);
			continue;
		}
		if (extent)
			len = min_u64(len, extent->start - start);
		uint64_t got = xfs_bmap_alloc(ip, &ip->data, start, len, type);

		if (!got)
			return -ENOSPC;
		start += got;
	}
	return 0;
}

int xfs_fill(struct inode *inode, uint64_t bytes, bool written)
{
	struct xfs_inode *ip = xfs_i(inode);
	int error = allocate_holes(ip, 0, bytes_to_blocks_up(ip->xfs, bytes),
				   written ? EXTENT_WRITTEN : EXTENT_UNWRITTEN);

	inode->size_bytes = bytes;
	ip->disk_size_bytes = bytes;
	ip->fallocated = !written;
	ip->exists = true;
	ip->xfs->has_files = true;
	ip->xfs->alloc.ag_is_read[xfs_inode_ag(ip)] = true;
	ip->log_dirty = false;
	return error;
}

static int read_folio_range(struct folio *folio, uint64_t pos, uint64_t len,
			    const struct iomap *iomap)
{
	return ioend_read_folio_range(xfs_i(folio->inode)->xfs->ioends, folio,
				      pos, len, iomap);
}

const struct iomap_write_ops xfs_write_ops = {
	.begin = xfs_write_begin,
	.read_folio_range = read_folio_range,
};

static int write_file(struct inode *inode, uint64_t pos, uint64_t bytes,
		      bool dontcache)
{
	struct xfs_inode *ip = xfs_i(inode);
	struct xfs *xfs = ip->xfs;
	struct mm *mm = inode->mm;
	bool did;
	int error = 0;

	mm->stats.write_calls++;
	sim_charge_ps(xfs->sim, mm->accounts.write_call,
		      mm->costs->write_entry + mm->costs->write_call);
	xfs_update_mtime(ip);
	if (pos > inode->size_bytes && xfs->config->zero_range)
		error = xfs_zero_range(inode, inode->size_bytes,
				       pos - inode->size_bytes, &did);
	if (error)
		return error;
	if (dontcache)
		return iomap_file_dontcache_write(inode, pos, bytes,
						  &xfs_write_ops);
	return iomap_file_buffered_write(inode, pos, bytes, &xfs_write_ops);
}

int xfs_write(struct inode *inode, uint64_t pos, uint64_t bytes)
{
	return write_file(inode, pos, bytes, false);
}

/* Up to 7.1 the writer starts writeback of its own range, without waiting. */
int xfs_write_dontcache(struct inode *inode, uint64_t pos, uint64_t bytes)
{
	struct xfs *xfs = xfs_i(inode)->xfs;
	struct writeback_control wbc = {
		.sync_mode = WB_SYNC_NONE,
		.range_start = pos,
		.range_end = pos + bytes - 1,
		.nr_to_write = INT64_MAX,
	};
	int error;

	if (xfs->ioends->config->dontcache == DONTCACHE_UNSUPPORTED)
		return -EOPNOTSUPP;
	error = write_file(inode, pos, bytes, true);
	if (error)
		return error;
	if (!inode->mm->config->dontcache_wakes_flusher)
		return mm_writepages(inode, &wbc);
	sim_queue_work(xfs->flush_wq, &xfs_i(inode)->flush);
	return 0;
}

/* Later the flusher is woken and writes what is dirty. */
void xfs_flush_work(void *arg)
{
	struct xfs_inode *ip = arg;
	struct writeback_control wbc = {
		.sync_mode = WB_SYNC_NONE,
		.range_end = INT64_MAX,
		.nr_to_write = INT64_MAX,
	};

	sim_settle(ip->xfs->sim);
	mm_writepages(&ip->inode, &wbc);
}

int xfs_fsync(struct inode *inode, uint64_t start, uint64_t end)
{
	struct xfs_inode *ip = xfs_i(inode);
	struct mm *mm = inode->mm;
	int error;

	sim_charge_ps(mm->sim, ip->xfs->log.account, mm->costs->fsync_clean);
	error = mm_write_and_wait(inode, start, end);
	if (error)
		return error;
	if (!ip->log_dirty)
		return 0;
	ip->log_dirty = false;
	return xfs_log_force(&ip->xfs->log);
}

int xfs_fallocate(struct inode *inode, uint64_t pos, uint64_t bytes)
{
	struct xfs_inode *ip = xfs_i(inode);
	struct xfs *xfs = ip->xfs;

	sim_charge_ps(xfs->sim, xfs->account_transaction,
		      xfs_read_ag(ip) ? xfs->costs->fallocate_first
				      : xfs->costs->fallocate);
	sim_settle(xfs->sim);
	int error = allocate_holes(ip, pos >> xfs->block_shift,
				   bytes_to_blocks_up(xfs, pos + bytes),
				   EXTENT_UNWRITTEN);

	if (error)
		return error;
	inode->size_bytes = max_u64(inode->size_bytes, pos + bytes);
	ip->disk_size_bytes = max_u64(ip->disk_size_bytes, pos + bytes);
	ip->fallocated = true;
	return 0;
}

static uint64_t open_ps(struct xfs_inode *ip)
{
	struct xfs *xfs = ip->xfs;

	if (ip->exists)
		return xfs->costs->open;
	ip->exists = true;
	if (xfs->has_files)
		return xfs->costs->create;
	xfs->has_files = true;
	xfs_read_inode_trees(xfs->ioends->queue);
	return xfs->costs->create_first;
}

int xfs_open(struct inode *inode, bool truncate)
{
	struct xfs *xfs = xfs_i(inode)->xfs;

	sim_charge_ps(xfs->sim, inode->mm->accounts.write_call,
		      open_ps(xfs_i(inode)));
	sim_settle(xfs->sim);
	if (!truncate || !inode->size_bytes)
		return 0;
	return xfs_truncate(inode, 0);
}

int xfs_close(struct inode *inode)
{
	struct xfs_inode *ip = xfs_i(inode);
	struct xfs *xfs = ip->xfs;
	uint64_t eof = bytes_to_blocks_up(xfs, inode->size_bytes);
	bool trim =
		!ip->trimmed && !ip->fallocated && fork_lookup(&ip->data, eof);

	sim_charge_ps(xfs->sim, inode->mm->accounts.write_call,
		      trim ? xfs->costs->close_trim : xfs->costs->close);
	sim_settle(xfs->sim);
	if (!trim)
		return 0;
	ip->trimmed = true;
	xfs_punch(ip, eof);
	return 0;
}

uint64_t xfs_nr_extents(const struct inode *inode)
{
	return xfs_i(inode)->data.nr_extents;
}
