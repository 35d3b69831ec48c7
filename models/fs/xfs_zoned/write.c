/*
 * Buffered writes: space first, then a delayed copy of what is written.
 * Models: xfs_file_buffered_write_zoned(),
 * xfs_zoned_buffered_write_iomap_begin(), 6.16 to 7.3.
 */
#include <errno.h>

#include "models/fs/xfs_zoned/internal.h"
#include "sim/base/assert.h"
#include "sim/base/units.h"

void xfsz_lock(struct xfsz_inode *ip)
{
	sim_settle(ip->fs->sim);
	while (ip->locked)
		sim_wait(ip->fs->sim, &ip->lock_waiters);
	ip->locked = true;
}

void xfsz_unlock(struct xfsz_inode *ip)
{
	sim_settle(ip->fs->sim);
	ip->locked = false;
	sim_wake(ip->fs->sim, &ip->lock_waiters, 1);
}

/* Blocks that are written only partly need what is there: the mapping says
 * where, and ends with it. */
static bool map_source(struct xfsz_inode *ip, uint64_t block, uint64_t *end,
		       struct iomap *ret)
{
	struct xfs_zoned *fs = ip->fs;
	struct extent *old = fork_lookup(&ip->data, block);

	if (!old)
		return false;
	if (old->start > block) {
		*end = min_u64(*end, old->start);
		return false;
	}
	*end = min_u64(*end, extent_end(old));
	ret->type = IOMAP_MAPPED;
	ret->addr_bytes = rtg_sector(fs, disk_rtg(fs, old->disk),
				     disk_block(old->disk) + block - old->start)
			  << SECTOR_SHIFT;
	return true;
}

static int delay(struct xfsz_inode *ip, uint64_t block, uint64_t *end)
{
	struct xfs_zoned *fs = ip->fs;
	struct extent *copy = fork_lookup(&ip->cow, block);
	uint64_t max = fs->config->write_map_bytes >> fs->block_shift;

	if (copy && copy->start <= block) {
		*end = min_u64(*end, extent_end(copy));
		return 0;
	}
	if (copy)
		*end = min_u64(*end, copy->start);
	*end = min_u64(*end, block + min_u64(max, XFS_MAX_EXTENT_BLOCKS));
	*end = min_u64(*end, block + ip->promised);
	if (*end == block)
		return -ENOSPC;
	ip->promised -= *end - block;
	fork_insert(&ip->cow, block, *end - block, EXTENT_DELALLOC, 0);
	return 0;
}

static int write_begin(struct inode *inode, uint64_t pos, uint64_t len,
		       struct iomap *ret)
{
	struct xfsz_inode *ip = xfsz_i(inode);
	struct xfs_zoned *fs = ip->fs;
	uint64_t mask = (1ull << fs->block_shift) - 1;
	uint64_t block = pos >> fs->block_shift;
	uint64_t end = blocks_up(fs, pos + len);
	struct extent *old = fork_lookup(&ip->data, block);
	bool is_overwrite = old && old->start <= block;
	int error;

	sim_charge_ps(fs->sim, fs->account_map,
		      is_overwrite ? fs->costs->map_overwrite
				   : fs->costs->map_append);
	*ret = (struct iomap){
		.type = IOMAP_DELALLOC,
		.flags = IOMAP_F_SHARED,
		.addr_bytes = IOMAP_NULL_ADDR,
		.offset_bytes = block << fs->block_shift,
	};
	if ((pos | (pos + len)) & mask)
		map_source(ip, block, &end, ret);
	error = delay(ip, block, &end);
	ret->length_bytes = (end - block) << fs->block_shift;
	return error;
}

static int read_folio_range(struct folio *folio, uint64_t pos, uint64_t len,
			    const struct iomap *iomap)
{
	return ioend_read_folio_range(xfsz_i(folio->inode)->fs->ioends, folio,
				      pos, len, iomap);
}

const struct iomap_write_ops xfsz_write_ops = {
	.begin = write_begin,
	.read_folio_range = read_folio_range,
};

void xfsz_flush_all(struct xfs_zoned *fs)
{
	fs->stats.space_flushes++;
	for (uint32_t i = 0; i < fs->nr_inodes; i++)
		if (fs->inodes[i]->inode.nr_dirty_pages ||
		    fs->inodes[i]->inode.nr_writeback_pages)
			mm_write_and_wait(&fs->inodes[i]->inode, 0, INT64_MAX);
}

/* Writeback gives old blocks back: worth a second try. */
static int promise(struct xfsz_inode *ip, uint64_t blocks)
{
	struct xfs_zoned *fs = ip->fs;
	int error = xfsz_reserve(fs, blocks);

	if (error == -ENOSPC) {
		xfsz_flush_all(fs);
		error = xfsz_reserve(fs, blocks);
	}
	if (error)
		return error;
	xfsz_lock(ip);
	SIM_ASSERT(!ip->promised);
	ip->promised = blocks;
	return 0;
}

static void end_promise(struct xfsz_inode *ip)
{
	struct xfs_zoned *fs = ip->fs;

	sim_charge_ps(fs->sim, fs->account_map, fs->costs->space_unreserve);
	sim_settle(fs->sim);
	xfsz_unreserve(fs, ip->promised);
	ip->promised = 0;
	xfsz_unlock(ip);
}

int xfsz_zero(struct xfsz_inode *ip, uint64_t pos, uint64_t end)
{
	struct extent *data =
		fork_lookup(&ip->data, pos >> ip->fs->block_shift);
	struct extent *copy = fork_lookup(&ip->cow, pos >> ip->fs->block_shift);
	uint64_t block = pos >> ip->fs->block_shift;
	struct iomap iomap;
	int error;

	if (!(data && data->start <= block) && !(copy && copy->start <= block))
		return 0;
	error = write_begin(&ip->inode, pos, end - pos, &iomap);
	return error ? error
		     : iomap_zero_folios(&ip->inode, pos, end - pos, &iomap,
					 &xfsz_write_ops);
}

/* The rest of the old last block, when the write begins behind it. */
static int zero_old_end(struct xfsz_inode *ip, uint64_t pos)
{
	uint64_t size = ip->inode.size_bytes;
	uint64_t end = round_up_to(size, 1ull << ip->fs->block_shift);

	if (pos <= size || end == size)
		return 0;
	return xfsz_zero(ip, size, min_u64(end, pos));
}

/* recorded: the time stamp changes with the timer tick */
#define MTIME_NS 4000000u

static void update_mtime(struct xfsz_inode *ip)
{
	uint64_t tick = sim_now_ns(ip->fs->sim) / MTIME_NS + 1;

	if (ip->mtime_tick == tick)
		return;
	ip->mtime_tick = tick;
	ip->log_dirty = true;
	sim_charge_ps(ip->fs->sim, ip->fs->account_transaction,
		      ip->fs->xfs_costs->mtime);
}

int xfs_zoned_write(struct inode *inode, uint64_t pos, uint64_t bytes)
{
	struct xfsz_inode *ip = xfsz_i(inode);
	struct xfs_zoned *fs = ip->fs;
	struct mm *mm = inode->mm;
	uint64_t blocks = blocks_up(fs, pos + bytes) - (pos >> fs->block_shift);
	int error;

	mm->stats.write_calls++;
	sim_charge_ps(fs->sim, mm->accounts.write_call,
		      mm->costs->write_entry + mm->costs->write_call);
	error = promise(ip, blocks + 1);
	if (error)
		return error;
	update_mtime(ip);
	error = zero_old_end(ip, pos);
	if (!error)
		error = iomap_file_buffered_write(inode, pos, bytes,
						  &xfsz_write_ops);
	end_promise(ip);
	return error;
}

static const struct iomap_write_ops page_mkwrite_ops = {
	.begin = write_begin,
};

int xfs_zoned_page_mkwrite(struct inode *inode, struct folio *folio)
{
	struct xfsz_inode *ip = xfsz_i(inode);
	int error = promise(ip, folio_bytes(folio) >> ip->fs->block_shift);

	if (error)
		return error;
	update_mtime(ip);
	error = iomap_page_mkwrite(folio, &page_mkwrite_ops);
	end_promise(ip);
	return error;
}
