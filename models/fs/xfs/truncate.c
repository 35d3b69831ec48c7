/*
 * Setting a file's size.
 * Models: xfs_setattr_size(), truncate_inode_partial_folio(), 6.12 to 7.3.
 */
#include "models/fs/xfs/internal.h"
#include "sim/base/assert.h"
#include "sim/base/units.h"

/* Zero the old end (up) or the rest of the new last block (down). */
static int zero_edge(struct inode *inode, uint64_t bytes, bool *ret_did)
{
	uint64_t block = 1ull << inode->block_shift;
	uint64_t old = inode->size_bytes;

	*ret_did = false;
	if (!xfs_i(inode)->xfs->config->zero_range)
		return 0;
	if (bytes > old)
		return xfs_zero_range(inode, old, bytes - old, ret_did);
	if (bytes % block == 0)
		return 0;
	return xfs_zero_range(inode, bytes, block - bytes % block, ret_did);
}

int xfs_truncate(struct inode *inode, uint64_t bytes)
{
	struct xfs_inode *ip = xfs_i(inode);
	struct xfs *xfs = ip->xfs;
	uint64_t old = inode->size_bytes;
	bool did;
	int error;

	sim_charge_ps(xfs->sim, xfs->account_transaction, xfs->costs->truncate);
	sim_settle(xfs->sim);
	error = zero_edge(inode, bytes, &did);
	if (error)
		return error;
	inode->size_bytes = bytes;
	mm_truncate_pages(inode, bytes, xfs->config->truncate_splits_evenly);
	if ((did ||
	     (bytes > ip->disk_size_bytes && old != ip->disk_size_bytes)) &&
	    bytes > ip->disk_size_bytes) {
		error = mm_write_and_wait(inode, ip->disk_size_bytes,
					  bytes - 1);
		if (error)
			return error;
	}
	ip->disk_size_bytes = bytes;
	ip->log_dirty = true;
	if (bytes <= old) {
		ip->trimmed = false;
		xfs_punch(ip, bytes_to_blocks_up(xfs, bytes));
	}
	if (!bytes)
		ip->fallocated = false;
	return 0;
}
