/*
 * Mapping of buffered writes: what exists, or a delayed extent with
 * speculative preallocation behind the end of file.
 * Models: xfs_buffered_write_iomap_begin(), xfs_bmapi_reserve_delalloc(),
 * xfs_iomap_prealloc_size(), 6.12 to 7.3.
 * Omits: extent size hints, stripe units, quotas.
 */
#include "models/fs/xfs/internal.h"
#include "sim/base/assert.h"
#include "sim/base/units.h"

static uint64_t default_alloc_blocks(const struct xfs *xfs)
{
	uint64_t bytes = xfs->geometry.alloc_size_bytes;

	if (!bytes)
		bytes = xfs->config->default_alloc_bytes;
	return max_u64(bytes >> xfs->block_shift, 1);
}

/* Twice what is contiguous to the left. */
static uint64_t left_run_blocks(struct xfs_inode *ip, struct extent *prev)
{
	uint64_t len = prev->len;

	if (prev->type == EXTENT_DELALLOC)
		return len;
	while (len <= XFS_MAX_EXTENT_BLOCKS / 2) {
		struct extent *before = fork_prev(&ip->data, prev);

		if (!before || before->type == EXTENT_DELALLOC ||
		    extent_end(before) != prev->start ||
		    before->disk + before->len != prev->disk)
			break;
		len += before->len;
		prev = before;
	}
	return len;
}

/* Less when space runs out: below 5, 4, 3, 2, 1 % free. */
static unsigned int low_space_shift(const struct xfs_alloc *alloc,
				    uint64_t free_blocks)
{
	unsigned int shift = 0;

	for (unsigned int percent = 5; percent > 0; percent--)
		if (free_blocks < alloc->nr_blocks / 100 * percent)
			shift = shift ? shift + 1 : 2;
	return shift;
}

static uint64_t prealloc_blocks(struct xfs_inode *ip, uint64_t pos,
				struct extent *prev)
{
	struct xfs *xfs = ip->xfs;
	uint64_t least = default_alloc_blocks(xfs);
	uint64_t block = pos >> xfs->block_shift;

	if (!xfs->config->preallocation)
		return 0;
	if (xfs->geometry.alloc_size_bytes)
		return least;
	if (ip->inode.size_bytes < least << xfs->block_shift)
		return 0;
	if (!prev || extent_end(prev) < block)
		return least;
	uint64_t blocks = 2 * left_run_blocks(ip, prev);

	if (blocks > XFS_MAX_EXTENT_BLOCKS)
		blocks = bytes_to_blocks_up(xfs, pos);
	blocks = min_u64(blocks, XFS_MAX_EXTENT_BLOCKS + 1);
	const struct xfs_alloc *alloc = &xfs->alloc;
	uint64_t free_blocks = alloc->nr_free > alloc->nr_reserved
				       ? alloc->nr_free - alloc->nr_reserved
				       : 0;

	blocks >>= low_space_shift(alloc, free_blocks);
	if (blocks)
		blocks = 1ull << log2_floor(blocks);
	blocks = min_u64(blocks, XFS_MAX_EXTENT_BLOCKS);
	while (blocks && blocks >= free_blocks)
		blocks >>= 4;
	return max_u64(blocks, least);
}

static struct extent *reserve(struct xfs_inode *ip, uint64_t start,
			      uint64_t len, uint64_t pre, struct extent *next)
{
	struct xfs *xfs = ip->xfs;
	uint64_t blocks = min_u64(len + pre, XFS_MAX_EXTENT_BLOCKS);

	if (next)
		blocks = min_u64(blocks, next->start - start);
	sim_charge_ps(xfs->sim, xfs->account_map, xfs->costs->delalloc_reserve);
	xfs->alloc.nr_reserved += blocks;
	ip->sequence++;
	return fork_insert(&ip->data, start, blocks, EXTENT_DELALLOC, 0);
}

static uint64_t map_cost(const struct xfs *xfs, const struct extent *extent)
{
	if (!extent || extent->type == EXTENT_DELALLOC)
		return xfs->costs->map_delalloc;
	if (extent->type == EXTENT_UNWRITTEN)
		return xfs->costs->map_unwritten;
	return xfs->costs->map_written;
}

/*
 * End block of the mapping of a write into shared blocks; 0: not shared.
 * @ps: what mapping costs, raised when there is a copy or one is made
 */
static uint64_t map_copy(struct xfs_inode *ip, uint64_t block, uint64_t end,
			 const struct extent *data, uint64_t *ps)
{
	struct xfs *xfs = ip->xfs;
	bool hit = data && data->start <= block;
	struct extent *copy = fork_lookup(&ip->cow, block);
	bool shared;

	if (copy && copy->start <= block) {
		*ps = xfs->costs->map_shared;
		if (hit)
			return min_u64(extent_end(copy), extent_end(data));
		return data ? min_u64(extent_end(copy), data->start)
			    : extent_end(copy);
	}
	if (!hit || data->type == EXTENT_DELALLOC)
		return 0;
	end = min_u64(end, extent_end(data));
	end = block + xfs_shared_run(xfs, data->disk + (block - data->start),
				     end - block, &shared);
	if (!shared)
		return end;
	*ps = xfs->costs->map_shared;
	copy = xfs_cow_reserve(ip, block, end - block);
	return min_u64(extent_end(copy), end);
}

static uint64_t preallocate(struct xfs_inode *ip, uint64_t pos, uint64_t len)
{
	struct xfs *xfs = ip->xfs;
	uint64_t end = bytes_to_blocks_up(xfs, pos + len);
	uint64_t align = default_alloc_blocks(xfs) << xfs->block_shift;
	uint64_t pre = prealloc_blocks(ip, pos, fork_last(&ip->data));
	uint64_t to =
		(round_down_to(pos + len - 1, align) >> xfs->block_shift) + pre;

	return pre && to > end ? to - end : 0;
}

int xfs_write_begin(struct inode *inode, uint64_t pos, uint64_t len,
		    struct iomap *ret)
{
	struct xfs_inode *ip = xfs_i(inode);
	struct xfs *xfs = ip->xfs;

	xfs_ilock_wait(ip);
	uint64_t block = pos >> xfs->block_shift;
	uint64_t end = bytes_to_blocks_up(xfs, pos + len);
	struct extent *next = fork_lookup(&ip->data, block);
	bool hit = next && next->start <= block;
	uint64_t copy_end = 0;

	uint64_t ps = map_cost(xfs, hit ? next : NULL);

	if (ip->reflinked)
		copy_end = map_copy(ip, block, end, next, &ps);
	sim_charge_ps(xfs->sim, xfs->account_map, ps);
	if (hit || copy_end) {
		xfs_fill_iomap(ip, next, block, ret);
		if (copy_end)
			ret->length_bytes = (copy_end << xfs->block_shift) -
					    ret->offset_bytes;
		return 0;
	}
	len = min_u64(len, xfs->config->delalloc_call_bytes);
	end = bytes_to_blocks_up(xfs, pos + len);
	uint64_t pre = 0;

	if (!next && pos + len > inode->size_bytes)
		pre = preallocate(ip, pos, len);
	struct extent *extent = reserve(ip, block, end - block, pre, next);

	xfs_fill_iomap(ip, extent, block, ret);
	return 0;
}
