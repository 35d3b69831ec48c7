/*
 * XFS on zones: file data in the zoned realtime section, log and metadata on
 * a device of their own or in the conventional zones at the device's start.
 *
 * A write reserves space and a delayed copy; nothing is placed before
 * writeback, nothing is ever overwritten.  An ioend gets its zone when it is
 * submitted and its place when the append ends; a worker then maps the blocks
 * and gives the old ones back.  A thread empties zones with few live blocks.
 *
 * Source: fs/xfs/xfs_zone_alloc.c, xfs_zone_gc.c, xfs_zone_space_resv.c,
 * xfs_aops.c, xfs_iomap.c, 6.16 to 7.3, as specified in docs/models.md.
 * Omits: direct I/O, fallocate, reflink (not supported by zoned XFS), quotas,
 * metadata transactions other than their cost, greedy reservations, recovery
 * of write pointers at mount, resets of several zones at once, the read of a
 * partly written block's neighbours beyond the block.
 */
#ifndef MODELS_FS_XFS_ZONED_XFS_ZONED_H
#define MODELS_FS_XFS_ZONED_XFS_ZONED_H

#include <stdbool.h>
#include <stdint.h>

#include "models/fs/xfs/config.h"
#include "models/fs/xfs_zoned/config.h"
#include "models/fs/xfs_zoned/zones.h"
#include "models/ioend/ioend.h"

struct xfs_zoned;

/**
 * struct xfs_zoned_geometry - of the file system
 * @size_bytes: of the data device
 * @zone_bytes: zone size where the device has no zones
 * @fill_ppm: share of the user capacity that other files have at the start
 * @fragmentation_ppm: how their blocks lie: 0 in as few zones as possible,
 *   1,000,000 scattered over all zones
 * @seed: of the aged state
 */
struct xfs_zoned_geometry {
	uint64_t size_bytes;
	uint64_t block_bytes;
	uint64_t zone_bytes;
	uint64_t fill_ppm;
	uint64_t fragmentation_ppm;
	uint64_t seed;
};

/**
 * xfs_zoned_new - a mounted file system
 * @ioends: its queue is the data device
 * @log_queue: of log and metadata; the queue of @ioends: internal
 * @reterr: why not
 * Ownership: the caller's; all configurations must outlive it.
 * Return: NULL when the devices cannot hold such a file system.
 */
struct xfs_zoned *xfs_zoned_new(struct mm *mm, struct ioend_core *ioends,
				struct blk_queue *log_queue,
				const struct wb_design *design,
				const struct xfs_zoned_geometry *geometry,
				const struct xfs_zoned_config *config,
				const struct xfs_zoned_costs *costs,
				const struct xfs_costs *xfs_costs,
				const char **reterr);
void xfs_zoned_free(struct xfs_zoned *fs);

/** xfs_zoned_is_idle - is garbage collection between two steps? */
bool xfs_zoned_is_idle(const struct xfs_zoned *fs);

/**
 * xfs_zoned_create - an empty file
 * @name: kept by reference
 */
struct inode *xfs_zoned_create(struct xfs_zoned *fs, const char *name);

/** xfs_zoned_set_hint - its write life time hint (F_SET_RW_HINT) */
void xfs_zoned_set_hint(struct inode *inode, enum write_hint hint);

/** xfs_zoned_fill - written blocks over [0, @bytes) at set-up, or a hole */
int xfs_zoned_fill(struct inode *inode, uint64_t bytes, bool written);

/* Operations; called in a thread, they charge their CPU time.  All return 0
 * or -errno. */

/** xfs_zoned_write - pwrite; may wait for space; -ENOSPC */
int xfs_zoned_write(struct inode *inode, uint64_t pos, uint64_t bytes);
/** xfs_zoned_page_mkwrite - a page of @folio becomes writable */
int xfs_zoned_page_mkwrite(struct inode *inode, struct folio *folio);
/** xfs_zoned_fsync - write back [start, end], wait, flush, force the log */
int xfs_zoned_fsync(struct inode *inode, uint64_t start, uint64_t end);
int xfs_zoned_truncate(struct inode *inode, uint64_t bytes);
int xfs_zoned_open(struct inode *inode, bool truncate);
int xfs_zoned_close(struct inode *inode);

/** xfs_zoned_nr_extents, xfs_zoned_nr_zones - of the file, for results */
uint64_t xfs_zoned_nr_extents(const struct inode *inode);
uint64_t xfs_zoned_nr_zones(const struct inode *inode);

#endif
