/*
 * Mapping at writeback; which way an ioend completes.
 * Models: xfs_map_blocks(), xfs_bmapi_convert_delalloc(),
 * xfs_submit_ioend() / xfs_writeback_submit(), 6.12 to 7.3.
 */
#include <errno.h>
#include <limits.h>

#include "models/fs/xfs/internal.h"
#include "models/iomap/state.h"
#include "sim/base/assert.h"
#include "sim/base/units.h"

static bool is_valid(const struct xfs_inode *ip, const struct iomap *iomap,
		     uint64_t pos)
{
	return iomap->length_bytes && pos >= iomap->offset_bytes &&
	       pos < iomap_end(iomap) && iomap->sequence == ip->sequence;
}

static bool is_delayed(const struct extent *extent, uint64_t block)
{
	return extent && extent->start <= block &&
	       extent->type == EXTENT_DELALLOC;
}

void xfs_ilock_wait(struct xfs_inode *ip)
{
	if (!ip->is_locked)
		return;
	sim_settle(ip->xfs->sim);
	while (ip->is_locked)
		sim_wait(ip->xfs->sim, &ip->lock_waiters);
}

/* Inside the transaction: who writes to the file meanwhile must wait. */
static bool read_ag_locked(struct xfs_inode *ip)
{
	bool has_read;

	xfs_ilock_wait(ip);
	ip->is_locked = true;
	has_read = xfs_read_ag(ip);
	ip->is_locked = false;
	sim_wake(ip->xfs->sim, &ip->lock_waiters, UINT_MAX);
	return has_read;
}

/* The extent of @fork over @block, made real if it is delayed. */
static int real_extent(struct xfs_inode *ip, struct fork *fork, uint64_t pos,
		       struct extent **ret)
{
	struct xfs *xfs = ip->xfs;
	uint64_t block = pos >> xfs->block_shift;
	struct extent *extent = fork_lookup(fork, block);

	if (is_delayed(extent, block) && read_ag_locked(ip))
		extent = fork_lookup(fork, block);
	*ret = extent;
	if (!is_delayed(extent, block))
		return 0;
	stream_emit(xfs->stream_conversions, pos, fork == &ip->cow, extent->len,
		    0);
	xfs->stats.delalloc_conversions++;
	int error = xfs_convert_delalloc(ip, fork, block);

	*ret = fork_lookup(fork, block);
	return error;
}

/* A copy hides the shared block under it; its own start ends what is before. */
static int map_cow(struct xfs_inode *ip, uint64_t pos, struct iomap *iomap,
		   uint64_t *ret_limit)
{
	uint64_t block = pos >> ip->xfs->block_shift;
	struct extent *copy;
	int error = real_extent(ip, &ip->cow, pos, &copy);

	*ret_limit = UINT64_MAX;
	if (error || !copy)
		return error;
	if (copy->start > block) {
		*ret_limit = copy->start;
		return 0;
	}
	xfs_fill_iomap(ip, copy, block, iomap);
	iomap->type = IOMAP_UNWRITTEN;
	iomap->flags |= IOMAP_F_SHARED;
	return 0;
}

/*
 * Mappings are of real blocks; a delayed extent is made real as a whole,
 * preallocation behind the end of file included.
 */
static int xfs_map(struct inode *inode, uint64_t pos, uint64_t len,
		   struct iomap *iomap)
{
	struct xfs_inode *ip = xfs_i(inode);
	struct xfs *xfs = ip->xfs;
	uint64_t limit = UINT64_MAX;
	struct extent *extent;
	int error;

	(void)len;
	sim_settle(xfs->sim);
	if (is_valid(ip, iomap, pos)) {
		xfs->stats.map_reuses++;
		return 0;
	}
	xfs->stats.map_lookups++;
	if (ip->cow.nr_extents) {
		error = map_cow(ip, pos, iomap, &limit);
		if (error)
			return error;
		if (is_valid(ip, iomap, pos))
			return 0;
	}
	error = real_extent(ip, &ip->data, pos, &extent);
	if (error)
		return error;
	xfs_fill_iomap(ip, extent, pos >> xfs->block_shift, iomap);
	if (limit != UINT64_MAX)
		iomap->length_bytes =
			min_u64(iomap_end(iomap), limit << xfs->block_shift) -
			iomap->offset_bytes;
	return 0;
}

/* Appends beyond the on-disk size and conversions need a transaction. */
static int xfs_prepare_submit(struct ioend *ioend)
{
	struct xfs_inode *ip = xfs_i(ioend->inode);

	if (ioend->offset_bytes + ioend->size_bytes > ip->disk_size_bytes ||
	    ioend->flags & (IOEND_UNWRITTEN | IOEND_SHARED | IOEND_DONTCACHE) ||
	    ioend->core->config->completion == IOEND_END_WORK_QUEUE)
		ioend->bio.end_io = xfs_end_bio;
	return 0;
}

/* A failed range gives its delayed blocks back, to the end of the folio. */
static void xfs_discard_folio(struct folio *folio, uint64_t pos)
{
	struct xfs_inode *ip = xfs_i(folio->inode);
	struct xfs *xfs = ip->xfs;
	uint64_t block = pos >> xfs->block_shift;
	uint64_t end = folio_end(folio) >> xfs->block_shift;
	struct extent *extent = fork_lookup(&ip->data, block);

	while (extent && extent->start < end) {
		uint64_t next = extent_end(extent);

		if (extent->type == EXTENT_DELALLOC) {
			uint64_t from = max_u64(block, extent->start);
			uint64_t len = min_u64(end, next) - from;

			fork_punch(&ip->data, from, len, NULL, NULL);
			xfs->alloc.nr_reserved -=
				min_u64(len, xfs->alloc.nr_reserved);
		}
		extent = fork_lookup(&ip->data, next);
	}
	ip->sequence++;
}

static const struct ioend_fs_ops ioend_ops = {
	.map = xfs_map,
	.prepare_submit = xfs_prepare_submit,
	.discard_folio = xfs_discard_folio,
};

static int xfs_writepages(struct inode *inode, struct writeback_control *wbc)
{
	struct xfs *xfs = xfs_i(inode)->xfs;

	return xfs->design->writepages(xfs->ioends, inode, wbc, &ioend_ops);
}

const struct mapping_ops xfs_mapping_ops = {
	.writepages = xfs_writepages,
	.free_state = ifs_free,
};
