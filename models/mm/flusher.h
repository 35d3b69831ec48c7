/*
 * The flusher of one device: a thread that writes dirty files back, oldest
 * first, in chunks.
 *
 * A file that becomes dirty goes to b_dirty.  A work moves what is old enough
 * to b_io and writes one chunk of each; a file whose chunk was used up goes to
 * b_more_io and comes first in the next turn, one that is dirty for another
 * reason back to b_dirty, a clean one off the lists.
 *
 * Source of the behaviour: fs/fs-writeback.c, 6.12 to 7.3.
 * Omits: I_DIRTY_TIME, inodes of their own (a file has pages only), waiting
 * for I_SYNC held by others, migration between CPUs: it runs on the last one.
 */
#ifndef MODELS_MM_FLUSHER_H
#define MODELS_MM_FLUSHER_H

#include "models/mm/dirty_control.h"
#include "models/mm/writeback.h"

/** enum writeback_reason - why a work was asked for */
enum writeback_reason {
	WB_REASON_BACKGROUND,
	WB_REASON_PERIODIC,
	WB_REASON_SYNC,
	WB_REASON_DONTCACHE,
};

/**
 * struct writeback_work - what the flusher is asked for
 * @nr_pages: left to write; INT64_MAX: no bound
 * @tagged_writepages: only what is dirty at the start, whole files
 * @for_sync: the one who asks waits for the data itself
 */
struct writeback_work {
	int64_t nr_pages;
	enum sync_mode sync_mode;
	enum writeback_reason reason;
	bool tagged_writepages;
	bool for_kupdate;
	bool for_background;
	bool for_sync;
	bool range_cyclic;
	bool done;
	struct writeback_work *next;
};

/**
 * struct flusher - worker, files and estimates of one device
 * @lists: by enum inode_list
 * @is_queued: has been woken and not begun yet
 * @timer: wakes it later; 0: none
 * @is_running: at work: writers need not wake it
 * @start_all: write everything there is, once
 * @last_old_flush: jiffies of the last look for old files
 * @bandwidth_timer: updates the estimates after writeback ended; 0: none
 */
struct flusher {
	struct dirty_control *control;
	struct flusher *next;
	const char *name;
	struct bdi_writeback wb;
	struct inode_queue lists[INODE_ON_MORE_IO + 1];
	uint64_t nr_inodes;
	struct writeback_work *works;
	struct writeback_work **works_tail;
	bool is_queued;
	bool is_running;
	bool start_all;
	bool start_dontcache;
	uint64_t last_old_flush;
	sim_event_id timer;
	sim_event_id bandwidth_timer;
	struct sim_thread *thread;
	struct sim_waitq idle;
	struct sim_waitq done;
	void *plug;
};

/**
 * flusher_new - a device @name appears; the first is the default of all files
 * Ownership: the control's.
 */
struct flusher *flusher_new(struct dirty_control *control, const char *name);

/** flusher_has_dirty_io - is a file on its lists? */
static inline bool flusher_has_dirty_io(const struct flusher *flusher)
{
	return flusher->nr_inodes > 0;
}

/** flusher_over_background - must background writeback start or go on? */
bool flusher_over_background(struct flusher *flusher);

/** flusher_wake - start it now (wb_wakeup()); any context */
void flusher_wake(struct flusher *flusher);

/** flusher_wake_later - after dirty_writeback_centisecs, if not sooner */
void flusher_wake_later(struct flusher *flusher);

/** flusher_inode_dirtied - a page of @inode became dirty */
void flusher_inode_dirtied(struct inode *inode);

/** mm_wakeup_flushers - write all dirty files of all devices, soon */
void mm_wakeup_flushers(struct mm *mm);

/**
 * mm_sync_data - sync(2): write all dirty files and wait for their data
 * Metadata is the file system's.  Context: thread.
 */
void mm_sync_data(struct mm *mm);

/** mm_syncfs_data - the same as syncfs(2) does it */
void mm_syncfs_data(struct mm *mm);

/** mm_flushers_idle - is no flusher at work or about to be? */
bool mm_flushers_idle(const struct mm *mm);

/* ------------------------------------ between flusher.c and flusher_lists.c */

/** inode_list_move - put @inode on @to, at the young end */
void inode_list_move(struct inode *inode, enum inode_list to);

/** queue_io - fill the empty b_io with files dirtied up to @dirtied_before */
void queue_io(struct flusher *flusher, uint64_t dirtied_before);

/**
 * write_inodes - one turn over b_io
 * Return: pages written, and 1 for each file that came clean.
 */
uint64_t write_inodes(struct flusher *flusher, struct writeback_work *work,
		      uint64_t dirtied_before);

#endif
