/*
 * Sharing of blocks between files, and copy on write.
 * Models: xfs_reflink.c, xfs_bmap_extsize_align(), 6.12 to 7.3.
 * Omits: partial clones, the background removal of unused copies, quotas.
 */
#include <errno.h>

#include "models/fs/xfs/internal.h"
#include "sim/base/assert.h"
#include "sim/base/units.h"

/* blocks that a copy is aligned to and extended by without a hint of the
 * file's own (XFS_DEFAULT_COWEXTSZ_HINT) */
#define DEFAULT_COW_HINT_BLOCKS 32

/* Blocks from @disk on that are in @set or not, at most @len. */
static uint64_t run_in(struct fork *set, uint64_t disk, uint64_t len,
		       bool *ret_inside)
{
	struct extent *extent = fork_lookup(set, disk);

	*ret_inside = extent && extent->start <= disk;
	if (*ret_inside)
		return min_u64(len, extent_end(extent) - disk);
	return extent ? min_u64(len, extent->start - disk) : len;
}

uint64_t xfs_shared_run(struct xfs *xfs, uint64_t disk, uint64_t len,
			bool *ret_shared)
{
	return run_in(&xfs->shared[0], disk, len, ret_shared);
}

void xfs_share(struct xfs *xfs, uint64_t disk, uint64_t len)
{
	unsigned int level = 0;
	bool inside;

	while (len) {
		uint64_t run = run_in(&xfs->shared[level], disk, len, &inside);

		if (inside && level + 1 < XFS_MAX_SHARERS - 1) {
			level++;
			continue;
		}
		if (!inside)
			fork_insert(&xfs->shared[level], disk, run,
				    EXTENT_WRITTEN, disk);
		disk += run;
		len -= run;
		level = 0;
	}
}

static void drop_run(struct xfs *xfs, uint64_t disk, uint64_t len)
{
	for (unsigned int level = XFS_MAX_SHARERS - 1; level-- > 0;) {
		bool inside;

		run_in(&xfs->shared[level], disk, len, &inside);
		if (inside) {
			fork_punch(&xfs->shared[level], disk, len, NULL, NULL);
			return;
		}
	}
	if (!xfs->oracle)
		xfs_free_extent(&xfs->alloc, disk, len);
}

void xfs_release(uint64_t disk, uint64_t len, void *arg)
{
	struct xfs *xfs = arg;
	bool inside;

	while (len) {
		uint64_t run = len;

		for (unsigned int i = 0; i < XFS_MAX_SHARERS - 1; i++)
			run = run_in(&xfs->shared[i], disk, run, &inside);
		drop_run(xfs, disk, run);
		disk += run;
		len -= run;
	}
}

/* Start and length widened to the hint, between the neighbours. */
static void align(const struct extent *prev, const struct extent *next,
		  uint64_t hint, uint64_t *start, uint64_t *len)
{
	uint64_t off = *start;
	uint64_t a = round_down_to(off, hint);
	uint64_t n = round_up_to(off + *len - a, hint);

	while (n > XFS_MAX_EXTENT_BLOCKS)
		n -= hint;
	if (a != off && prev && a < extent_end(prev))
		a = extent_end(prev);
	if (next && a + n != off + *len && a + n > next->start)
		a = next->start > n ? next->start - n : 0;
	if (a != off && prev && a < extent_end(prev))
		a = extent_end(prev);
	if (next && a + n != off + *len && a + n > next->start)
		n = next->start - a;
	*start = a;
	*len = n;
}

struct extent *xfs_cow_reserve(struct xfs_inode *ip, uint64_t start,
			       uint64_t len)
{
	struct xfs *xfs = ip->xfs;
	struct extent *next = fork_lookup(&ip->cow, start);
	struct extent *prev =
		next ? fork_prev(&ip->cow, next) : fork_last(&ip->cow);

	len = min_u64(len, XFS_MAX_EXTENT_BLOCKS);
	if (next)
		len = min_u64(len, next->start - start);
	if (xfs->config->cow_hint)
		align(prev, next, DEFAULT_COW_HINT_BLOCKS, &start, &len);
	xfs->alloc.nr_reserved += len;
	ip->sequence++;
	return fork_insert(&ip->cow, start, len, EXTENT_DELALLOC, 0);
}

unsigned int xfs_cow_remap(struct xfs_inode *ip, uint64_t start, uint64_t len)
{
	struct xfs *xfs = ip->xfs;
	uint64_t end = start + len;
	unsigned int nr = 0;

	while (start < end) {
		struct extent *copy = fork_lookup(&ip->cow, start);

		if (!copy || copy->start >= end)
			break;
		start = max_u64(start, copy->start);
		uint64_t run = min_u64(end, extent_end(copy)) - start;
		uint64_t disk = copy->disk + (start - copy->start);

		SIM_ASSERT(copy->type != EXTENT_DELALLOC);
		fork_punch(&ip->cow, start, run, NULL, NULL);
		fork_punch(&ip->data, start, run, xfs_release, xfs);
		fork_insert(&ip->data, start, run, EXTENT_WRITTEN, disk);
		start += run;
		nr++;
	}
	ip->sequence++;
	return nr;
}

int xfs_clone(struct inode *to, struct inode *from)
{
	struct xfs_inode *source = xfs_i(from);
	struct xfs_inode *target = xfs_i(to);
	struct xfs *xfs = source->xfs;
	int error = mm_write_and_wait(from, 0, INT64_MAX);

	if (error)
		return error;
	sim_settle(xfs->sim);
	if (target->data.nr_extents)
		return -EINVAL;
	for (struct extent *extent = fork_first(&source->data); extent;
	     extent = fork_next(&source->data, extent)) {
		if (extent->type == EXTENT_DELALLOC)
			continue;
		fork_insert(&target->data, extent->start, extent->len,
			    extent->type, extent->disk);
		xfs_share(xfs, extent->disk, extent->len);
	}
	to->size_bytes = from->size_bytes;
	target->disk_size_bytes = source->disk_size_bytes;
	source->reflinked = true;
	target->reflinked = true;
	source->sequence++;
	source->log_dirty = true;
	target->log_dirty = true;
	return 0;
}
