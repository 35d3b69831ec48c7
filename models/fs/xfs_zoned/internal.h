/*
 * Shared by the files of models/fs/xfs_zoned only.
 */
#ifndef MODELS_FS_XFS_ZONED_INTERNAL_H
#define MODELS_FS_XFS_ZONED_INTERNAL_H

#include "models/fs/xfs/fork.h"
#include "models/fs/xfs/log.h"
#include "models/fs/xfs_zoned/xfs_zoned.h"
#include "sim/base/pool.h"

struct xfsz_stats {
	uint64_t map_lookups;
	uint64_t space_waits;
	uint64_t space_flushes;
	uint64_t zone_waits;
	uint64_t zones_opened;
	uint64_t ioends_queued;
	uint64_t completion_runs;
	uint64_t completion_lists;
	uint64_t remaps;
	uint64_t size_updates;
	uint64_t user_blocks; /* given to ioends */
	uint64_t endless_waits;
	uint64_t shutdowns;
	uint64_t gc_victims;
	uint64_t gc_blocks;
	uint64_t gc_wasted_blocks;
	uint64_t zone_resets;
};

/** struct xfsz_waiter - a writer waiting for space; on its stack */
struct xfsz_waiter {
	uint64_t blocks;
	bool granted;
	struct xfsz_waiter *next;
	struct sim_waitq waitq;
};

/**
 * struct xfsz_space - blocks that may still be promised
 * @free: user capacity less blocks in use and promised ones
 * @available: blocks that can be written without collection: free zones and
 *   rests of open ones, less what is kept back and promised
 */
struct xfsz_space {
	int64_t free;
	int64_t available;
	struct xfsz_waiter *head;
	struct xfsz_waiter *tail;
};

/** struct gc_record - live blocks that follow one another, in file and zone */
struct gc_record {
	uint32_t ino;
	uint32_t file_block;
	uint32_t block; /* in the zone */
	uint32_t nr;
};

#define GC_NR_RECORDS 1024

enum gc_state {
	GC_BUSY, /* its bio is on the way */
	GC_DONE,
};

/**
 * struct gc_chunk - a piece that is being moved
 * @source, @source_block, @target, @target_block: places; the last only where
 *   the file system chooses it
 * @bio: the read, then the write
 */
struct gc_chunk {
	struct gc_chunk *next;
	struct xfs_zoned *fs;
	enum gc_state state;
	uint32_t ino;
	uint64_t file_block;
	uint64_t blocks;
	uint64_t scratch_offset;
	struct rtg *source;
	uint64_t source_block;
	struct rtg *target;
	uint64_t target_block;
	struct bio bio;
};

struct gc_list {
	struct gc_chunk *head;
	struct gc_chunk **tail;
};

/**
 * struct xfsz_gc - garbage collection
 * @kicked: something changed since the thread last looked
 * @running: it has work
 * @victim, @next_block: the zone being emptied, first block not yet recorded
 * @records: live blocks of a part of it, by file and offset
 * @scratch: the two halves of the copy buffer, a ring
 */
struct xfsz_gc {
	struct sim_waitq waitq;
	bool kicked;
	bool running;
	struct rtg *victim;
	uint64_t next_block;
	struct gc_record records[GC_NR_RECORDS];
	uint32_t nr_records;
	uint32_t record;
	struct gc_list reading;
	struct gc_list writing;
	struct folio scratch[2];
	uint64_t scratch_next;
	uint64_t scratch_used;
	uint64_t nr_chunks;
	struct pool chunks;
	unsigned int account;
};

/**
 * struct xfsz_window - write amplification over the last piece of user data,
 * a sixteenth of all zones long: passes of writeback come in bursts
 * @user_blocks, @gc_blocks: the counters where it began
 * @ppm: of the window before; 1000000: nothing was moved
 */
struct xfsz_window {
	uint64_t user_blocks;
	uint64_t gc_blocks;
	uint64_t ppm;
};

struct xfs_zoned {
	struct mm *mm;
	struct sim *sim;
	struct ioend_core *ioends;
	struct blk_queue *queue;
	const struct wb_design *design;
	struct xfs_zoned_geometry geometry;
	const struct xfs_zoned_config *config;
	const struct xfs_zoned_costs *costs;
	const struct xfs_costs *xfs_costs;
	unsigned int block_shift;
	uint64_t zone_sectors;
	uint64_t first_sector; /* of zone 0 */
	bool is_external;
	bool is_shutdown;
	bool has_files;
	unsigned int account_map;
	unsigned int account_transaction;
	struct pool extents;
	struct pool owners; /* arrays of struct rtg_owner, one per zone */
	struct rtg_set rtgs;
	struct sim_waitq zone_waiters;
	struct xfsz_space space;
	struct xfsz_gc gc;
	struct sim_workqueue *conv_wq;
	struct xfs_log log;
	struct xfsz_inode **inodes; /* by number, from 1 */
	uint32_t nr_inodes;
	uint32_t cap_inodes;
	struct xfsz_stats stats;
	struct xfsz_window window;
	struct sim_stream *stream_parts;
};

/**
 * struct xfsz_inode - a file
 * @cow: delayed copies: space is promised, writeback is to come
 * @promised: blocks the running write call may still delay
 * @locked, @lock_waiters: one write call at a time
 * @zone, @zone_ns: where it wrote last, and when
 * @ended: ioends whose bio has ended, newest last; @work handles them
 */
struct xfsz_inode {
	struct inode inode;
	struct xfs_zoned *fs;
	uint32_t number;
	struct fork data;
	struct fork cow;
	uint64_t disk_size_bytes;
	uint64_t promised;
	uint64_t nr_opens;
	bool locked;
	struct sim_waitq lock_waiters;
	enum write_hint hint;
	struct rtg *zone;
	uint64_t zone_ns;
	struct ioend *ended;
	struct ioend **ended_tail;
	struct sim_work work;
	uint64_t mtime_tick;
	bool log_dirty;
	bool exists;  /* its directory entry was made */
	bool is_aged; /* holds the aged state's blocks */
};

static inline struct xfsz_inode *xfsz_i(const struct inode *inode)
{
	return inode->private;
}

/* Zones are not contiguous in the addresses of extents. */
#define RTG_BLOCK_BITS 32

static inline uint64_t rtg_disk(const struct rtg *zone, uint64_t block)
{
	return ((uint64_t)zone->index << RTG_BLOCK_BITS) | block;
}

static inline struct rtg *disk_rtg(struct xfs_zoned *fs, uint64_t disk)
{
	return &fs->rtgs.zones[disk >> RTG_BLOCK_BITS];
}

static inline uint64_t disk_block(uint64_t disk)
{
	return disk & ((1ull << RTG_BLOCK_BITS) - 1);
}

static inline uint64_t rtg_sector(const struct xfs_zoned *fs,
				  const struct rtg *zone, uint64_t block)
{
	return fs->first_sector + zone->index * fs->zone_sectors +
	       (block << (fs->block_shift - SECTOR_SHIFT));
}

static inline uint64_t blocks_up(const struct xfs_zoned *fs, uint64_t bytes)
{
	return (bytes + (1ull << fs->block_shift) - 1) >> fs->block_shift;
}

/** rtg_is_seq - must be written at its write pointer */
static inline bool rtg_is_seq(const struct rtg *zone)
{
	return !zone->conventional;
}

/* space.c */

/**
 * xfsz_reserve - promise @blocks of space; waits for garbage collection
 * behind earlier waiters.
 * Context: thread.  Return: 0, -ENOSPC, or -EIO after a shutdown.
 */
int xfsz_reserve(struct xfs_zoned *fs, uint64_t blocks);
/** xfsz_unreserve - give back what was not used of a promise */
void xfsz_unreserve(struct xfs_zoned *fs, uint64_t blocks);
/** xfsz_add_available - @blocks more (or fewer) can be written */
void xfsz_add_available(struct xfs_zoned *fs, int64_t blocks);
/** xfsz_wake_hopeless - waiters look whether waiting is still of use */
void xfsz_wake_hopeless(struct xfs_zoned *fs);

/* place.c: blocks of files in zones */

/** xfsz_select - charges and counts what rtg_select() opened */
struct rtg *xfsz_select(struct xfsz_inode *ip);

/** xfsz_zone_memory - the owners of a zone that is to be written */
void xfsz_zone_memory(struct xfs_zoned *fs, struct rtg *zone);

/**
 * xfsz_map_blocks - blocks [@block, @block + @nr) of @zone, now on the device,
 * belong to the file from @file_block on, instead of what it had there
 * Return: old extents replaced and holes filled (a transaction each).
 */
unsigned int xfsz_map_blocks(struct xfsz_inode *ip, uint64_t file_block,
			     struct rtg *zone, uint64_t block, uint64_t nr);

/** xfsz_written - @nr blocks of @zone are on the device */
void xfsz_written(struct xfs_zoned *fs, struct rtg *zone, uint64_t nr);

/** xfsz_release - file blocks go: (fork_punch() callback; arg: the fs) */
void xfsz_release(uint64_t disk, uint64_t len, void *fs);

/** xfsz_punch - drop blocks from @start on, give space back */
void xfsz_punch(struct xfsz_inode *ip, uint64_t start);

/* metrics.c */
void xfsz_register_metrics(struct xfs_zoned *fs);
/** xfsz_count_user - ioends were given @blocks of a zone */
void xfsz_count_user(struct xfs_zoned *fs, uint64_t blocks);

/* mount.c */

/**
 * xfsz_shutdown - nothing is written or mapped any more
 * Who waits for space or zones is woken, what comes gets -EIO.
 * Models: xfs_force_shutdown() with SHUTDOWN_META_IO_ERROR,
 * xfs_zoned_wake_all(), 6.16 to 7.3.
 */
void xfsz_shutdown(struct xfs_zoned *fs);

/* aged.c */
int xfsz_make_aged(struct xfs_zoned *fs);
int xfsz_fill_blocks(struct xfsz_inode *ip, uint64_t nr);

/* file.c */
void xfsz_inode_done(struct xfsz_inode *ip);

/* write.c */
extern const struct iomap_write_ops xfsz_write_ops;
void xfsz_lock(struct xfsz_inode *ip);
void xfsz_unlock(struct xfsz_inode *ip);

/** xfsz_flush_all - write all files back and wait (xfs_flush_inodes()) */
void xfsz_flush_all(struct xfs_zoned *fs);

/**
 * xfsz_zero - zeroes over [@pos, @end), within one block that has data
 * The caller holds the lock and a promise of one block.
 */
int xfsz_zero(struct xfsz_inode *ip, uint64_t pos, uint64_t end);

/* writeback.c */
extern const struct mapping_ops xfsz_mapping_ops;

/* submit.c */
void xfsz_submit(struct ioend_builder *builder, struct ioend *ioend);

/* completion.c */
void xfsz_end_bio(struct bio *bio);
void xfsz_end_io_work(void *arg);

/* gc.c */
void xfsz_gc_init(struct xfs_zoned *fs);
/** xfsz_gc_check - zones changed: wake the thread when it has work */
void xfsz_gc_check(struct xfs_zoned *fs);
void xfsz_gc_kick(struct xfs_zoned *fs);
bool xfsz_gc_is_needed(const struct xfs_zoned *fs);

/* gc_copy.c */
bool xfsz_gc_start_chunk(struct xfs_zoned *fs);
bool xfsz_gc_write_ready(struct xfs_zoned *fs);
bool xfsz_gc_finish_ready(struct xfs_zoned *fs);

/* gc_victim.c */

/** xfsz_gc_next - the record being moved; NULL: no victim, or it is done */
struct gc_record *xfsz_gc_next(struct xfs_zoned *fs);
void xfsz_gc_put_zone(struct xfs_zoned *fs, struct rtg *zone);

#endif
