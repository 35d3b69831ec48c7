/*
 * Reads of metadata that a freshly mounted file system has not in memory:
 * of the inode trees when its first file is made, of an allocation group's
 * headers and free space when blocks are taken from it first.
 * Recorded on 6.12, 6.16 and 6.17 (timed, traced passes of t01, t05, t06):
 * sectors 56, 48 and 128; then 24, 40, 32 and 64, one after another.
 * Omits: all reads later on, and those of caches that were dropped.
 */
#include "models/fs/xfs/metadata.h"

#include "models/fs/xfs/internal.h"

void xfs_read_inode_trees(struct blk_queue *queue)
{
	static const struct {
		uint64_t sector;
		uint32_t bytes;
	} reads[] = { { 56, 4096 }, { 48, 4096 }, { 128, 16384 } };

	for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++)
		blk_read_metadata(queue, reads[i].sector, reads[i].bytes);
}

bool xfs_read_ag(struct xfs_inode *ip)
{
	static const uint64_t sectors[] = { 24, 40, 32, 64 };
	struct xfs *xfs = ip->xfs;
	struct xfs_alloc *alloc = &xfs->alloc;
	uint64_t ag = xfs_inode_ag(ip);
	uint64_t start = (ag * alloc->ag_blocks)
			 << (xfs->block_shift - SECTOR_SHIFT);

	if (alloc->ag_is_read[ag])
		return false;
	alloc->ag_is_read[ag] = true;
	for (size_t i = 0; i < sizeof(sectors) / sizeof(sectors[0]); i++)
		blk_read_metadata(xfs->ioends->queue, start + sectors[i], 4096);
	return true;
}
