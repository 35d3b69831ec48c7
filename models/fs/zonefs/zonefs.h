/*
 * zonefs: one file per zone.
 *
 * A conventional file has a fixed size, its zone's, and a mapping without
 * choices: the rest of the zone from the position looked up.  Zone 0 holds the
 * super block.  File cnv/N is zone N + 1; file seq/N is the N-th sequential
 * zone behind the super block's.
 *
 * A sequential file is as large as its zone is written.  It takes direct
 * writes at its end only, submitted one at a time under the inode's lock, as
 * ordinary write bios (or, what if, as zone appends); buffered writes are
 * refused.  After a failed write the zone is looked at; the mount option
 * errors= says what follows.
 *
 * Source: fs/zonefs (file.c, super.c), 6.12 to 7.3, as specified in
 * docs/models.md.
 * Omits: aggregated conventional zones, errors= after writeback of
 * conventional files, CPU cost of direct writes beyond that of a write call.
 */
#ifndef MODELS_FS_ZONEFS_ZONEFS_H
#define MODELS_FS_ZONEFS_ZONEFS_H

#include <stdbool.h>
#include <stdint.h>

#include "models/ioend/ioend.h"

struct zonefs;

/** enum zonefs_errors - mount option errors=: after a failed write */
enum zonefs_errors {
	ZONEFS_REMOUNT_RO,   /* nothing can be written any more */
	ZONEFS_ZONE_RO,      /* that file cannot */
	ZONEFS_ZONE_OFFLINE, /* that file is gone */
	ZONEFS_REPAIR,       /* its size follows the zone, writes go on */
};

/**
 * struct zonefs_geometry
 * @nr_conventional: zones without write pointer, the super block's included
 * @explicit_open: mount option: an open file's zone is opened explicitly, no
 *   more of them than the device may have open
 * @errors: mount option
 * @append: what if: direct writes are zone appends, as synchronous ones were
 *   before 6.12 (zonefs_file_dio_append())
 */
struct zonefs_geometry {
	uint64_t size_bytes;
	uint64_t block_bytes;
	uint64_t zone_bytes;
	uint64_t nr_conventional;
	bool explicit_open;
	enum zonefs_errors errors;
	bool append;
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
 * part of a block; -EFBIG beyond the zone; -EPERM: the zone went offline or
 * read-only; -EROFS: an error remounted the file system; else the bio's error.
 * Models: zonefs_file_dio_write(), __iomap_dio_rw(), 6.12 to 7.3.
 */
int zonefs_write_direct(struct inode *inode, uint64_t pos, uint64_t bytes);
/**
 * zonefs_start_direct - the same, not waited for (io_uring, libaio)
 * @done: called with 0 or -errno once it has ended, from an interrupt or, if
 *   nothing was submitted, before the return; what it did not write fails it
 * Without appends the order of the file is kept by the block layer.
 * Models: zonefs_file_write_dio_end_io(), 6.12 to 7.3.
 */
void zonefs_start_direct(struct inode *inode, uint64_t pos, uint64_t bytes,
			 void (*done)(void *arg, int error), void *arg);
/** zonefs_fsync - write back [start, end], wait, flush the device's cache */
int zonefs_fsync(struct inode *inode, uint64_t start, uint64_t end);
/** zonefs_page_mkwrite - a page of a shared mapping is to be dirtied */
int zonefs_page_mkwrite(struct inode *inode, struct folio *folio);
/**
 * zonefs_truncate - of a sequential file: to 0 resets its zone, to the largest
 * size finishes it; everything else is -EPERM
 */
int zonefs_truncate(struct inode *inode, uint64_t bytes);
/**
 * zonefs_open - for writing; O_TRUNC does nothing to a conventional file and
 * resets the zone of a sequential one; -EBUSY: with explicit_open as many are
 * open as the device allows
 */
int zonefs_open(struct inode *inode, bool truncate);
int zonefs_close(struct inode *inode);

#endif
