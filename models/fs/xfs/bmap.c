/*
 * Extents of a file: allocation, conversion of delayed extents, removal.
 */
#include <errno.h>

#include "models/fs/xfs/internal.h"
#include "sim/base/assert.h"
#include "sim/base/units.h"

void xfs_fill_iomap(struct xfs_inode *ip, struct extent *extent, uint64_t block,
		    struct iomap *ret)
{
	unsigned int shift = ip->xfs->block_shift;

	ret->flags = 0;
	ret->sequence = ip->sequence;
	ret->addr_bytes = IOMAP_NULL_ADDR;
	if (!extent || extent->start > block) {
		uint64_t end = extent ? extent->start : UINT64_MAX >> shift;

		ret->type = IOMAP_HOLE;
		ret->offset_bytes = block << shift;
		ret->length_bytes = (end - block) << shift;
		return;
	}
	ret->offset_bytes = extent->start << shift;
	ret->length_bytes = extent->len << shift;
	if (extent->type == EXTENT_DELALLOC) {
		ret->type = IOMAP_DELALLOC;
		return;
	}
	ret->type = extent->type == EXTENT_UNWRITTEN ? IOMAP_UNWRITTEN
						     : IOMAP_MAPPED;
	ret->addr_bytes = extent->disk << shift;
}

/* Behind the extent before @start; else at the start of the file's group. */
static uint64_t allocation_goal(struct xfs_inode *ip, struct fork *fork,
				uint64_t start)
{
	struct xfs_alloc *alloc = &ip->xfs->alloc;
	struct extent *next = fork_lookup(fork, start);
	struct extent *prev = next ? fork_prev(fork, next) : fork_last(fork);

	while (prev && prev->type == EXTENT_DELALLOC)
		prev = fork_prev(fork, prev);
	if (prev)
		return prev->disk + (start - prev->start);
	return xfs_inode_ag(ip) * alloc->ag_blocks;
}

/*
 * Address from a recording.  It knows the blocks that still belonged to the
 * file at the end; others (preallocated and given back, copied ahead and
 * never written) lie as if their neighbours' run went on.
 */
static uint64_t oracle_extent(struct xfs_inode *ip, struct fork *fork,
			      uint64_t start, uint64_t want, uint64_t *ret_len)
{
	struct xfs *xfs = ip->xfs;
	unsigned int shift = xfs->block_shift;
	bool is_cow = fork == &ip->cow;
	uint64_t disk = UINT64_MAX;
	uint64_t done = 0;

	while (done < want) {
		uint64_t run = 0;
		uint64_t known =
			xfs->oracle(&ip->inode, is_cow, (start + done) << shift,
				    &run, xfs->oracle_arg);
		uint64_t blocks = run >> shift ? run >> shift : want - done;

		if (known != UINT64_MAX) {
			if (disk == UINT64_MAX)
				disk = (known >> shift) - done;
			else if (known >> shift != disk + done)
				break;
		}
		done = min_u64(want, done + blocks);
	}
	*ret_len = done;
	return disk == UINT64_MAX ? allocation_goal(ip, fork, start) : disk;
}

uint64_t xfs_bmap_alloc(struct xfs_inode *ip, struct fork *fork, uint64_t start,
			uint64_t len, enum extent_type type)
{
	struct xfs *xfs = ip->xfs;
	uint64_t got = 0;
	uint64_t disk;

	len = min_u64(len, XFS_MAX_EXTENT_BLOCKS);
	if (xfs->oracle)
		disk = oracle_extent(ip, fork, start, len, &got);
	else
		disk = xfs_alloc_extent(&xfs->alloc,
					allocation_goal(ip, fork, start), len,
					&got);
	if (disk == UINT64_MAX)
		return 0;
	fork_insert(fork, start, got, type, disk);
	ip->sequence++;
	ip->log_dirty = true;
	return got;
}

static uint64_t conversion_ps(const struct xfs_inode *ip,
			      const struct fork *fork)
{
	const struct xfs *xfs = ip->xfs;

	if (fork == &ip->cow)
		return xfs->costs->cow_convert;
	return xfs->stats.delalloc_conversions > 1
		       ? xfs->costs->convert_delalloc
		       : xfs->costs->convert_delalloc_first;
}

int xfs_convert_delalloc(struct xfs_inode *ip, struct fork *fork,
			 uint64_t block)
{
	struct xfs *xfs = ip->xfs;
	struct extent *extent = fork_lookup(fork, block);

	SIM_ASSERT(extent && extent->start <= block);
	SIM_ASSERT(extent->type == EXTENT_DELALLOC);
	uint64_t start = extent->start;
	uint64_t end = extent_end(extent);

	while (start <= block) {
		fork_punch(fork, start, end - start, NULL, NULL);
		uint64_t got = xfs_bmap_alloc(ip, fork, start, end - start,
					      EXTENT_UNWRITTEN);

		if (start + got < end)
			fork_insert(fork, start + got, end - start - got,
				    EXTENT_DELALLOC, 0);
		if (!got)
			return -ENOSPC;
		xfs->alloc.nr_reserved -= min_u64(got, xfs->alloc.nr_reserved);
		start += got;
		sim_charge_ps(xfs->sim, xfs->account_transaction,
			      conversion_ps(ip, fork));
	}
	return 0;
}

static void punch_fork(struct xfs_inode *ip, struct fork *fork, uint64_t start)
{
	struct xfs *xfs = ip->xfs;
	struct extent *extent = fork_lookup(fork, start);

	for (; extent; extent = fork_next(fork, extent))
		if (extent->type == EXTENT_DELALLOC)
			xfs->alloc.nr_reserved -=
				min_u64(extent_end(extent) -
						max_u64(start, extent->start),
					xfs->alloc.nr_reserved);
	fork_punch(fork, start, UINT64_MAX - start, xfs_release, xfs);
}

void xfs_punch(struct xfs_inode *ip, uint64_t start)
{
	punch_fork(ip, &ip->data, start);
	punch_fork(ip, &ip->cow, start);
	ip->sequence++;
	ip->log_dirty = true;
}
