/*
 * XFS: mapping of files to blocks, delayed allocation, completion of
 * writeback, fsync.
 *
 * Source: fs/xfs (xfs_iomap.c, xfs_aops.c, xfs_file.c, xfs_bmap_util.c), 6.12
 * to 7.3, as specified in docs/models.md.
 * Omits: quotas, realtime, stripe units, extent size hints.
 */
#ifndef MODELS_FS_XFS_XFS_H
#define MODELS_FS_XFS_XFS_H

#include <stdbool.h>
#include <stdint.h>

#include "models/fs/xfs/config.h"
#include "models/ioend/ioend.h"

struct xfs;
struct xfs_inode;

/** struct xfs_geometry - of the file system */
struct xfs_geometry {
	uint64_t size_bytes;
	uint64_t block_bytes;
	uint64_t ag_count;
	uint64_t alloc_size_bytes; /* mount option allocsize; 0: dynamic */
};

/**
 * xfs_disk_oracle - disk byte of file byte @file_bytes, from a recording
 * @is_cow: asked for a copy: what the file had before it does not count
 * @ret_run_bytes: how far it goes on contiguously; where it is not known,
 *   how far to what is known, 0 if nothing follows
 * Return: disk byte, UINT64_MAX when not known.
 */
typedef uint64_t (*xfs_disk_oracle)(const struct inode *inode, bool is_cow,
				    uint64_t file_bytes,
				    uint64_t *ret_run_bytes, void *arg);

/**
 * xfs_new - a mounted, empty file system on the queue of @ioends
 * @design: runs its writeback passes
 * Ownership: the caller's; all configurations must outlive it.
 */
struct xfs *xfs_new(struct mm *mm, struct ioend_core *ioends,
		    const struct wb_design *design,
		    const struct xfs_geometry *geometry,
		    const struct xfs_config *config,
		    const struct xfs_costs *costs);
void xfs_free(struct xfs *xfs);

/** xfs_set_oracle - block addresses from outside instead of the allocator's */
void xfs_set_oracle(struct xfs *xfs, xfs_disk_oracle oracle, void *arg);

/**
 * xfs_create - an empty file
 * @name: kept by reference
 */
struct inode *xfs_create(struct xfs *xfs, const char *name);

/** xfs_fill - extents [0, @bytes) at set-up, written or unwritten; i_size */
int xfs_fill(struct inode *inode, uint64_t bytes, bool written);

/* Operations; called in a thread, they charge their CPU time.  All return 0
 * or -errno. */

/** xfs_write - pwrite */
int xfs_write(struct inode *inode, uint64_t pos, uint64_t bytes);
/**
 * xfs_page_mkwrite - a page of @folio becomes writable in a shared mapping:
 * blocks are reserved for its bytes within i_size, all of it becomes dirty
 */
int xfs_page_mkwrite(struct inode *inode, struct folio *folio);
/** xfs_write_dontcache - pwrite with RWF_DONTCACHE; -EOPNOTSUPP up to 6.13 */
int xfs_write_dontcache(struct inode *inode, uint64_t pos, uint64_t bytes);
/** xfs_fsync - write back [start, end], wait, force the log */
int xfs_fsync(struct inode *inode, uint64_t start, uint64_t end);
/** xfs_fallocate - unwritten extents over [pos, pos + bytes), i_size raised */
int xfs_fallocate(struct inode *inode, uint64_t pos, uint64_t bytes);
/** xfs_open - charges; @truncate cuts the file to nothing */
int xfs_open(struct inode *inode, bool truncate);
/** xfs_close - charges; frees blocks preallocated beyond the end of file */
int xfs_close(struct inode *inode);

/** xfs_truncate - set the size, up or down */
int xfs_truncate(struct inode *inode, uint64_t bytes);
/** xfs_clone - the empty file @to shares all blocks of @from */
int xfs_clone(struct inode *to, struct inode *from);

/** xfs_nr_extents - of the data fork, for results */
uint64_t xfs_nr_extents(const struct inode *inode);

#endif
