/*
 * Files and their operations.
 * Models: xfs_file_fsync(), xfs_setattr_size(), 6.16 to 7.3.
 */
#include <errno.h>
#include <stdlib.h>

#include "models/fs/xfs/metadata.h"
#include "models/fs/xfs_zoned/internal.h"
#include "sim/base/assert.h"
#include "sim/base/units.h"

static void enter_inode_setup(struct xfs_zoned *fs, struct xfsz_inode *ip)
{
	if (fs->nr_inodes == fs->cap_inodes) {
		fs->cap_inodes = fs->cap_inodes ? 2 * fs->cap_inodes : 16;
		fs->inodes = realloc(fs->inodes,
				     fs->cap_inodes * sizeof(*fs->inodes));
		SIM_ASSERT(fs->inodes != NULL);
	}
	fs->inodes[fs->nr_inodes++] = ip;
	ip->number = fs->nr_inodes;
}

struct inode *xfs_zoned_create(struct xfs_zoned *fs, const char *name)
{
	struct xfsz_inode *ip = calloc(1, sizeof(*ip));

	SIM_ASSERT(ip != NULL);
	inode_init(&ip->inode, fs->mm, name, fs->block_shift,
		   &xfsz_mapping_ops);
	ip->inode.private = ip;
	ip->fs = fs;
	fork_init(&ip->data, &fs->extents);
	fork_init(&ip->cow, &fs->extents);
	ip->work.fn = xfsz_end_io_work;
	ip->work.arg = ip;
	ip->lock_waiters.name = "write call to the same file";
	enter_inode_setup(fs, ip);
	return &ip->inode;
}

void xfsz_inode_done(struct xfsz_inode *ip)
{
	inode_done(&ip->inode);
	fork_done(&ip->data);
	fork_done(&ip->cow);
	free(ip);
}

void xfs_zoned_set_hint(struct inode *inode, enum write_hint hint)
{
	SIM_ASSERT(hint < NR_WRITE_HINTS);
	xfsz_i(inode)->hint = hint;
}

int xfs_zoned_fill(struct inode *inode, uint64_t bytes, bool written)
{
	struct xfsz_inode *ip = xfsz_i(inode);
	int error = 0;

	if (written)
		error = xfsz_fill_blocks(ip, blocks_up(ip->fs, bytes));
	inode->size_bytes = bytes;
	ip->disk_size_bytes = bytes;
	ip->exists = true;
	ip->fs->has_files = true;
	ip->log_dirty = false;
	return error;
}

int xfs_zoned_fsync(struct inode *inode, uint64_t start, uint64_t end)
{
	struct xfsz_inode *ip = xfsz_i(inode);
	struct xfs_zoned *fs = ip->fs;
	int error;

	sim_charge_ps(fs->sim, fs->log.account, inode->mm->costs->fsync_clean);
	error = mm_write_and_wait(inode, start, end);
	if (!error && fs->is_shutdown)
		error = -EIO;
	if (!error && fs->is_external)
		error = blk_issue_flush(fs->queue);
	if (error || !ip->log_dirty)
		return error;
	ip->log_dirty = false;
	error = xfs_log_force(&fs->log);
	if (error)
		xfsz_shutdown(fs);
	return error;
}

/* Zeroes behind the old end (up), or behind the new one (down). */
static int zero_edge(struct xfsz_inode *ip, uint64_t bytes)
{
	uint64_t from = min_u64(bytes, ip->inode.size_bytes);
	uint64_t end = round_up_to(from, 1ull << ip->fs->block_shift);
	int error;

	if (bytes > ip->inode.size_bytes)
		end = min_u64(end, bytes);
	if (end == from)
		return 0;
	error = xfsz_reserve(ip->fs, 1);
	if (error)
		return error;
	xfsz_lock(ip);
	ip->promised = 1;
	error = xfsz_zero(ip, from, end);
	xfsz_unreserve(ip->fs, ip->promised);
	ip->promised = 0;
	xfsz_unlock(ip);
	return error;
}

int xfs_zoned_truncate(struct inode *inode, uint64_t bytes)
{
	struct xfsz_inode *ip = xfsz_i(inode);
	struct xfs_zoned *fs = ip->fs;
	uint64_t old = inode->size_bytes;
	int error;

	sim_charge_ps(fs->sim, fs->account_transaction,
		      fs->xfs_costs->truncate);
	sim_settle(fs->sim);
	if (fs->is_shutdown)
		return -EIO;
	error = zero_edge(ip, bytes);
	if (error)
		return error;
	inode->size_bytes = bytes;
	mm_truncate_pages(inode, bytes, false);
	if (bytes > ip->disk_size_bytes && old != ip->disk_size_bytes) {
		error = mm_write_and_wait(inode, ip->disk_size_bytes,
					  bytes - 1);
		if (error)
			return error;
	}
	sim_settle(fs->sim);
	ip->disk_size_bytes = bytes;
	ip->log_dirty = true;
	if (bytes <= old)
		xfsz_punch(ip, blocks_up(fs, bytes));
	return 0;
}

static uint64_t open_ps(struct xfsz_inode *ip)
{
	struct xfs_zoned *fs = ip->fs;

	if (ip->exists)
		return fs->xfs_costs->open;
	ip->exists = true;
	if (fs->has_files)
		return fs->xfs_costs->create;
	fs->has_files = true;
	xfs_read_inode_trees(fs->log.queue);
	return fs->costs->create_first;
}

int xfs_zoned_open(struct inode *inode, bool truncate)
{
	struct xfsz_inode *ip = xfsz_i(inode);
	struct xfs_zoned *fs = ip->fs;

	sim_charge_ps(fs->sim, inode->mm->accounts.write_call, open_ps(ip));
	sim_settle(fs->sim);
	if (fs->is_shutdown)
		return -EIO;
	ip->nr_opens++;
	if (!truncate || !inode->size_bytes)
		return 0;
	return xfs_zoned_truncate(inode, 0);
}

int xfs_zoned_close(struct inode *inode)
{
	struct xfsz_inode *ip = xfsz_i(inode);
	struct xfs_zoned *fs = ip->fs;

	sim_charge_ps(fs->sim, inode->mm->accounts.write_call,
		      fs->xfs_costs->close);
	sim_settle(fs->sim);
	if (ip->nr_opens)
		ip->nr_opens--;
	return 0;
}

uint64_t xfs_zoned_nr_extents(const struct inode *inode)
{
	return xfsz_i(inode)->data.nr_extents;
}

uint64_t xfs_zoned_nr_zones(const struct inode *inode)
{
	const struct xfsz_inode *ip = xfsz_i(inode);
	const struct rtg_set *rtgs = &ip->fs->rtgs;
	uint64_t nr = 0;

	for (uint32_t i = 0; i < rtgs->nr_zones; i++) {
		const struct rtg *zone = &rtgs->zones[i];

		for (uint64_t b = 0; zone->owners && b < zone->written; b++) {
			if (zone->owners[b].ino != ip->number)
				continue;
			nr++;
			break;
		}
	}
	return nr;
}
