/*
 * zonefs: one file per zone.
 *
 * A conventional file has a fixed size, its zone's, and a mapping without
 * choices: the rest of the zone from the position looked up.  Zone 0 holds the
 * super block.  File cnv/N is zone N + 1; file seq/N is the N-th sequential
 * zone behind the super block's.
 *
 * A sequential file is as large as its zone is written.  It takes direct
 * writes at its end only, one at a time under the inode's lock, as ordinary
 * write bios; buffered writes are refused.  After a failed write the zone is
 * looked at: what happens then is the mount option errors=remount-ro, the
 * default.
 *
 * Source: fs/zonefs (file.c, super.c), 6.12 to 7.3, as specified in
 * docs/models.md.
 * Omits: aggregated conventional zones, the other errors= options, the limit
 * on files open for writing, asynchronous direct writes, truncation but by
 * O_TRUNC, CPU cost of direct writes beyond that of a write call.
 */
#ifndef MODELS_FS_ZONEFS_ZONEFS_H
#define MODELS_FS_ZONEFS_ZONEFS_H

#include <stdbool.h>
#include <stdint.h>

#include "models/ioend/ioend.h"

struct zonefs;

/**
 * struct zonefs_geometry
 * @nr_conventional: zones without write pointer, the super block's included
 * @explicit_open: mount option: an open file's zone is opened explicitly
 */
struct zonefs_geometry {
	uint64_t size_bytes;
	uint64_t block_bytes;
	uint64_t zone_bytes;
	uint64_t nr_conventional;
	bool explicit_open;
};

/**
 * zonefs_new - a mounted file system on the queue of @ioends
 * Ownership: the caller's.
 */
struct zonefs *zonefs_new(struct mm *mm, struct ioend_core *ioends,
			  const struct wb_design *design,
			  const struct zonefs_geometry *geometry);
void zonefs_free(struct zonefs *zonefs);

/**
 * zonefs_create - the file of that name
 * @name: "cnv/N" or "seq/N"; kept by reference
 * Return: NULL when the device has no such zone.
 */
struct inode *zonefs_create(struct zonefs *zonefs, const char *name);

/**
 * zonefs_fill - a sequential file's zone is written so far at the start; a
 * conventional file is as large as its zone anyway
 */
int zonefs_fill(struct inode *inode, uint64_t bytes, bool written);

/* Operations; called in a thread, they charge their CPU time.  All return 0
 * or -errno. */

/** zonefs_write - pwrite; -EFBIG beyond the zone, -EIO to a sequential file */
int zonefs_write(struct inode *inode, uint64_t pos, uint64_t bytes);
/**
 * zonefs_write_direct - pwrite on a descriptor opened with O_DIRECT
 * One bio, or one for each 256 pages of the caller's memory, whose pages do
 * not follow each other.  -EINVAL off the end of a sequential file or for a
 * part of a block; -EFBIG beyond the zone; -EPERM: the zone went offline;
 * else the bio's error.
 * Models: zonefs_file_dio_write(), __iomap_dio_rw(), 6.12 to 7.3.
 */
int zonefs_write_direct(struct inode *inode, uint64_t pos, uint64_t bytes);
/** zonefs_fsync - write back [start, end], wait, flush the device's cache */
int zonefs_fsync(struct inode *inode, uint64_t start, uint64_t end);
/** zonefs_page_mkwrite - a page of a shared mapping is to be dirtied */
int zonefs_page_mkwrite(struct inode *inode, struct folio *folio);
/**
 * zonefs_open - for writing; O_TRUNC does nothing to a conventional file and
 * resets the zone of a sequential one
 */
int zonefs_open(struct inode *inode, bool truncate);
int zonefs_close(struct inode *inode);

#endif
