/*
 * Shared by the files of models/fs/xfs only.
 */
#ifndef MODELS_FS_XFS_INTERNAL_H
#define MODELS_FS_XFS_INTERNAL_H

#include "models/fs/xfs/fork.h"
#include "models/fs/xfs/log.h"
#include "models/fs/xfs/xfs.h"
#include "sim/base/pool.h"

/** struct xfs_alloc - free space of all allocation groups, in disk blocks */
struct xfs_alloc {
	struct fork free;
	uint64_t nr_blocks;
	uint64_t nr_free;
	uint64_t nr_reserved; /* promised to delayed extents */
	uint64_t ag_blocks;
	uint64_t ag_count;
	bool *ag_is_read; /* its headers are in memory */
};

/** XFS_MAX_SHARERS - files that one block can belong to */
#define XFS_MAX_SHARERS 9

struct xfs_stats {
	uint64_t map_lookups;
	uint64_t map_reuses;
	uint64_t delalloc_conversions;
	uint64_t unwritten_conversions;
	uint64_t cow_remaps;
	uint64_t size_updates;
	uint64_t ioends_queued;
	uint64_t completion_runs;
	uint64_t completion_lists;
};

struct xfs {
	struct mm *mm;
	struct sim *sim;
	struct ioend_core *ioends;
	const struct wb_design *design;
	struct xfs_geometry geometry;
	const struct xfs_config *config;
	const struct xfs_costs *costs;
	unsigned int block_shift;
	unsigned int account_map;
	unsigned int account_transaction;
	struct pool extents;
	struct xfs_alloc alloc;
	/* shared[i]: disk blocks that belong to i + 2 files or more */
	struct fork shared[XFS_MAX_SHARERS - 1];
	struct sim_workqueue *conv_wq;
	struct sim_workqueue *flush_wq;
	struct xfs_log log;
	struct xfs_inode *inodes;
	bool has_files;
	xfs_disk_oracle oracle;
	void *oracle_arg;
	struct xfs_stats stats;
	struct sim_stream *stream_conversions;
};

/**
 * struct xfs_inode - a file
 * @disk_size_bytes: on-disk size
 * @sequence: of changes to the data fork; mappings carry it
 * @ended: ioends whose bio has ended, newest last; @work handles them
 * @log_dirty: something to force
 */
struct xfs_inode {
	struct inode inode;
	struct xfs *xfs;
	struct xfs_inode *next;
	struct fork data;
	struct fork cow; /* copies of shared blocks, not yet in @data */
	uint64_t disk_size_bytes;
	uint64_t sequence;
	uint64_t nr_conversions;
	struct ioend *ended;
	struct ioend **ended_tail;
	struct sim_work work;
	struct sim_work flush;
	uint64_t mtime_tick;
	bool log_dirty;
	bool exists; /* its directory entry was made */
	bool fallocated;
	bool trimmed;
	bool reflinked; /* shares blocks, or did */
	bool is_locked; /* XFS_ILOCK_EXCL: a conversion reads metadata */
	struct sim_waitq lock_waiters;
};

/**
 * xfs_ilock_wait - settle and wait while a conversion holds the inode's lock
 * Only where it sleeps, in reads of metadata, can it be met.
 */
void xfs_ilock_wait(struct xfs_inode *ip);

static inline struct xfs_inode *xfs_i(const struct inode *inode)
{
	return inode->private;
}

/** xfs_inode_ag - the allocation group whose blocks a file takes first */
static inline uint64_t xfs_inode_ag(const struct xfs_inode *ip)
{
	return (ip->inode.ino - 1) % ip->xfs->alloc.ag_count;
}

/** XFS_MTIME_NS - the time stamp changes with the timer tick */
#define XFS_MTIME_NS 4000000u

/** xfs_update_mtime - the file changes now: its time stamp may need the log */
static inline void xfs_update_mtime(struct xfs_inode *ip)
{
	uint64_t tick = sim_now_ns(ip->xfs->sim) / XFS_MTIME_NS + 1;

	if (ip->mtime_tick == tick)
		return;
	ip->mtime_tick = tick;
	ip->log_dirty = true;
	sim_charge_ps(ip->xfs->sim, ip->xfs->account_transaction,
		      ip->xfs->costs->mtime);
}

static inline uint64_t bytes_to_blocks_up(const struct xfs *xfs, uint64_t bytes)
{
	return (bytes + (1ull << xfs->block_shift) - 1) >> xfs->block_shift;
}

/* alloc.c */
void xfs_alloc_init(struct xfs_alloc *alloc, struct pool *pool,
		    uint64_t nr_blocks, uint64_t ag_count);
void xfs_alloc_done(struct xfs_alloc *alloc);

/**
 * xfs_alloc_extent - up to @want free blocks, contiguous with @goal if possible
 * @ret_len: what was got, 1 to @want
 * Return: first block, UINT64_MAX when the disk is full.
 */
uint64_t xfs_alloc_extent(struct xfs_alloc *alloc, uint64_t goal, uint64_t want,
			  uint64_t *ret_len);
void xfs_free_extent(struct xfs_alloc *alloc, uint64_t start, uint64_t len);

/* metadata.c */

/**
 * xfs_read_ag - before blocks are taken: the headers and free space of the
 * file's allocation group, unless they are in memory
 * Return: true when it slept; what was looked up before may have changed.
 */
bool xfs_read_ag(struct xfs_inode *ip);

/* bmap.c */

/**
 * xfs_bmap_alloc - real blocks for [@start, ...), at most @len, in @fork
 * Return: blocks mapped (as @type), 0 when the disk is full.
 */
uint64_t xfs_bmap_alloc(struct xfs_inode *ip, struct fork *fork, uint64_t start,
			uint64_t len, enum extent_type type);

/**
 * xfs_convert_delalloc - make the delayed extent over @block of @fork real
 * (unwritten), from its start until @block is covered
 * Return: 0 or -ENOSPC.
 */
int xfs_convert_delalloc(struct xfs_inode *ip, struct fork *fork,
			 uint64_t block);

/** xfs_punch - drop blocks from @start on, give space back */
void xfs_punch(struct xfs_inode *ip, uint64_t start);

/** xfs_fill_iomap - @extent as an iomap; NULL: a hole over @block */
void xfs_fill_iomap(struct xfs_inode *ip, struct extent *extent, uint64_t block,
		    struct iomap *ret);

/* reflink.c */

/** xfs_share - one more file owns disk blocks [@disk, @disk + @len) */
void xfs_share(struct xfs *xfs, uint64_t disk, uint64_t len);

/** xfs_release - one file fewer; what nobody owns becomes free */
void xfs_release(uint64_t disk, uint64_t len, void *xfs);

/**
 * xfs_shared_run - how far from @disk on, at most @len blocks, nothing
 * changes between shared and not
 */
uint64_t xfs_shared_run(struct xfs *xfs, uint64_t disk, uint64_t len,
			bool *ret_shared);

/** xfs_cow_reserve - delayed copy of [@start, @start + @len), with the hint */
struct extent *xfs_cow_reserve(struct xfs_inode *ip, uint64_t start,
			       uint64_t len);

/**
 * xfs_cow_remap - written copies of file blocks [@start, @start + @len) take
 * the place of the shared blocks
 * Return: extents moved (a transaction each).
 */
unsigned int xfs_cow_remap(struct xfs_inode *ip, uint64_t start, uint64_t len);

/* xfs.c */
extern const struct iomap_write_ops xfs_write_ops;
void xfs_flush_work(void *inode);

/* write_map.c */
int xfs_write_begin(struct inode *inode, uint64_t pos, uint64_t len,
		    struct iomap *ret);

/* zero_range.c */

/** xfs_zero_range - zeroes over [pos, pos + len); @ret_did: was any dirtied? */
int xfs_zero_range(struct inode *inode, uint64_t pos, uint64_t len,
		   bool *ret_did);

/* writeback.c */
extern const struct mapping_ops xfs_mapping_ops;

/* completion.c */
void xfs_end_bio(struct bio *bio);
void xfs_end_io_work(void *arg);

#endif
