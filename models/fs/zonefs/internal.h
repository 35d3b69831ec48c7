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
 * @nr_open_seq: sequential files open for writing
 * @displaced: appends that did not land where their write began
 */
struct zonefs {
	struct mm *mm;
	struct blk_queue *queue;
	struct ioend_core *ioends;
	const struct wb_design *design;
	struct zonefs_geometry geometry;
	struct zonefs_inode *inodes;
	struct pool bios;
	struct pool writes; /* struct direct_write, those not waited for */
	struct folio user_pages[ZONEFS_BIO_PAGES];
	bool read_only;
	uint32_t nr_open_seq;
	uint64_t map_lookups;
	uint64_t map_reuses;
	uint64_t direct_writes;
	uint64_t io_errors;
	uint64_t displaced;
};

/**
 * struct zonefs_inode
 * The rest is of sequential files:
 * @capacity_bytes: largest size
 * @wp_bytes: where the next write must begin
 * @nr_opens, @zone_is_open: for explicit-open
 * @offline: the zone is gone; @read_only: it takes no writes; @locked, @lock_waiters: the inode's lock
 */
struct zonefs_inode {
	struct inode inode;
	struct zonefs *zonefs;
	struct zonefs_inode *next;
	uint64_t zone_start_bytes;
	bool is_seq;
	bool offline;
	bool read_only;
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
void zonefs_seq_init(struct zonefs_inode *ip);
int zonefs_seq_fill(struct zonefs_inode *ip, uint64_t bytes);
int zonefs_seq_open(struct zonefs_inode *ip, bool truncate);
int zonefs_seq_close(struct zonefs_inode *ip);
void zonefs_lock(struct zonefs_inode *ip);
void zonefs_unlock(struct zonefs_inode *ip);

/** zonefs_set_size - the file ends there, and there the next write begins */
void zonefs_set_size(struct zonefs_inode *ip, uint64_t bytes);

/**
 * zonefs_io_error - look at the zone and do what errors= says
 * @write: a write failed; else only what the zone shows counts
 */
void zonefs_io_error(struct zonefs_inode *ip, bool write);

/* direct.c */
void zonefs_direct_setup(struct zonefs *zonefs);

#endif
