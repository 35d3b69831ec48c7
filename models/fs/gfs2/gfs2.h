/*
 * gfs2: mapping of files to blocks through pointer blocks, allocation at write
 * time, writeback by ioends that end in the bio's completion.
 *
 * Source: fs/gfs2 (bmap.c, aops.c, file.c), 6.12 to 7.3, as specified in
 * docs/models.md.
 * Omits: the journal and all metadata I/O (a fsync costs CPU time only),
 * resource groups and reservations (one cursor for all files), locks of the
 * cluster, fallocate, quotas, unstuffing of directories, jdata.
 */
#ifndef MODELS_FS_GFS2_GFS2_H
#define MODELS_FS_GFS2_GFS2_H

#include <stdbool.h>
#include <stdint.h>

#include "models/ioend/ioend.h"

struct gfs2;

/** struct gfs2_geometry - of the file system */
struct gfs2_geometry {
	uint64_t size_bytes;
	uint64_t block_bytes;
};

/**
 * gfs2_disk_oracle - disk byte of file byte @file_bytes, from a recording
 * @is_cow: always false here
 * @ret_run_bytes: how far it goes on contiguously
 * Return: disk byte, UINT64_MAX when not known.
 */
typedef uint64_t (*gfs2_disk_oracle)(const struct inode *inode, bool is_cow,
				     uint64_t file_bytes,
				     uint64_t *ret_run_bytes, void *arg);

/**
 * gfs2_new - a mounted, empty file system on the queue of @ioends
 * @design: runs its writeback passes
 * Ownership: the caller's.
 */
struct gfs2 *gfs2_new(struct mm *mm, struct ioend_core *ioends,
		      const struct wb_design *design,
		      const struct gfs2_geometry *geometry);
void gfs2_free(struct gfs2 *gfs2);

/** gfs2_set_oracle - block addresses from outside instead of the allocator's */
void gfs2_set_oracle(struct gfs2 *gfs2, gfs2_disk_oracle oracle, void *arg);

/**
 * gfs2_create - an empty file
 * @name: kept by reference
 */
struct inode *gfs2_create(struct gfs2 *gfs2, const char *name);

/** gfs2_fill - allocated blocks [0, @bytes) at set-up; there are no unwritten
 * ones, @written is not looked at */
int gfs2_fill(struct inode *inode, uint64_t bytes, bool written);

/* Operations; called in a thread, they charge their CPU time.  All return 0
 * or -errno. */

/** gfs2_write - pwrite; allocates, and grows the pointer tree */
int gfs2_write(struct inode *inode, uint64_t pos, uint64_t bytes);
/** gfs2_fsync - write back [start, end], wait */
int gfs2_fsync(struct inode *inode, uint64_t start, uint64_t end);
/** gfs2_truncate - new size; drops pointers behind it */
int gfs2_truncate(struct inode *inode, uint64_t bytes);
/** gfs2_page_mkwrite - a page of a shared mapping is to be dirtied */
int gfs2_page_mkwrite(struct inode *inode, struct folio *folio);
int gfs2_open(struct inode *inode, bool truncate);
int gfs2_close(struct inode *inode);

#endif
