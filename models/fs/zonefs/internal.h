/*
 * Shared by the files of models/fs/zonefs only.
 */
#ifndef MODELS_FS_ZONEFS_INTERNAL_H
#define MODELS_FS_ZONEFS_INTERNAL_H

#include "models/fs/zonefs/zonefs.h"

/* BIO_MAX_VECS */
#define ZONEFS_BIO_PAGES 256

/**
 * struct zonefs
 * @bios: of direct writes
 * @user_pages: stand for the pages of a caller's memory
 * @read_only: an error remounted it
 */
struct zonefs {
	struct mm *mm;
	struct blk_queue *queue;
	struct ioend_core *ioends;
	const struct wb_design *design;
	struct zonefs_geometry geometry;
	struct zonefs_inode *inodes;
	struct pool bios;
	struct folio user_pages[ZONEFS_BIO_PAGES];
	bool read_only;
	uint64_t map_lookups;
	uint64_t map_reuses;
	uint64_t direct_writes;
	uint64_t io_errors;
};

/**
 * struct zonefs_inode
 * The rest is of sequential files:
 * @capacity_bytes: largest size
 * @wp_bytes: where the next write must begin
 * @nr_opens, @zone_is_open: for explicit-open
 * @offline: the zone is gone; @locked, @lock_waiters: the inode's lock
 */
struct zonefs_inode {
	struct inode inode;
	struct zonefs *zonefs;
	struct zonefs_inode *next;
	uint64_t zone_start_bytes;
	bool is_seq;
	bool offline;
	bool locked;
	bool zone_is_open;
	uint32_t nr_opens;
	uint64_t capacity_bytes;
	uint64_t wp_bytes;
	struct sim_waitq lock_waiters;
};

static inline struct zonefs_inode *zonefs_i(const struct inode *inode)
{
	return inode->private;
}

/* sequential.c */
void zonefs_seq_setup(struct zonefs *zonefs);
void zonefs_seq_init(struct zonefs_inode *ip);
int zonefs_seq_fill(struct zonefs_inode *ip, uint64_t bytes);
int zonefs_seq_open(struct zonefs_inode *ip, bool truncate);
int zonefs_seq_close(struct zonefs_inode *ip);

#endif
