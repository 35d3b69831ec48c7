/*
 * Control of dirty memory in closed loop: who dirties folios is counted and
 * held back, flushers write what became too much or too old.
 *
 *	write --> mm_balance_dirty_pages() --> (sleep until a tick)
 *	   |            |  reads               wakes |
 *	   v            v                            v
 *	dirty folio --> counters <-- end of       flusher --> writepages
 *	   |            of wb, domain   writeback      ^          |
 *	   +--> inode on b_dirty ----------------------+          v
 *	                                            file system, device
 *
 * The arithmetic is in backing_dev.h and what it names; here it meets time,
 * threads and folios.
 *
 * Source of the behaviour: mm/page-writeback.c, fs/fs-writeback.c, 6.12 to
 * 7.3.  Omits: cgroup writeback, laptop mode, real-time tasks, the lag of
 * per-CPU parts of the global counters.
 */
#ifndef MODELS_MM_DIRTY_CONTROL_H
#define MODELS_MM_DIRTY_CONTROL_H

#include "models/mm/backing_dev.h"
#include "models/mm/dirty_limits.h"
#include "models/mm/mm.h"
#include "models/mm/position_ratio.h"
#include "sim/base/pool.h"

struct flusher;

TAILQ_HEAD(inode_queue, inode);

/**
 * struct dirty_hooks - what lies below and takes part; all optional
 * @dirtier_slept: a writer was just held back (writeback throttling of the
 *   block layer listens)
 * @start_plug: the running thread begins a work: hold requests back; returns
 *   what @finish_plug is given
 */
struct dirty_hooks {
	void (*dirtier_slept)(void *arg);
	void *(*start_plug)(void *arg);
	void (*finish_plug)(void *arg, void *plug);
	void *arg;
};

/** struct dirty_stats - totals of a run */
struct dirty_stats {
	uint64_t pauses;
	uint64_t pause_jiffies;
	uint64_t pause_ns;
	uint64_t longest_pause_jiffies;
	uint64_t flusher_wakeups;
	uint64_t flusher_works;
	uint64_t flusher_chunks;
	uint64_t flusher_pages;
	/* dirty pages when a writer first woke the flusher; 0: none did */
	uint64_t first_start_pages;
};

/**
 * struct throttle_view - what the last writer saw that looked at the throttle,
 * for time series only; pages, 0 before the first one.  Of several devices the
 * one added last: a FUSE mount, not what its server keeps its files on.
 * @dirty: dirty and under writeback, all devices
 * @background, @freerun, @setpoint, @limit: ascending, what @dirty is judged by;
 *   of a strictly limited device these five are its own
 * @wb_thresh, @wb_dirty: of its device: share of the threshold; pages
 * @position_ratio: POSITION_RATIO_ONE is 1.0
 */
struct throttle_view {
	uint64_t dirty;
	uint64_t background;
	uint64_t freerun;
	uint64_t setpoint;
	uint64_t limit;
	uint64_t wb_thresh;
	uint64_t wb_dirty;
	uint64_t position_ratio;
};

/**
 * struct dirty_control - of one page cache
 * @rules: kernel.mm.control; a file system may raise min_writeback_pages
 *   before its first write
 * @limits: thresholds, pages
 * @flushers: one per device; the first is the default
 * @is_scripted: a recording says when the flusher writes: it starts by itself
 *   never
 * @writeback_inodes: files with a page under writeback, longest first
 */
struct dirty_control {
	struct mm *mm;
	const struct vm_config *vm;
	struct control_config rules;
	struct wb_domain domain;
	struct dirty_thresholds limits;
	struct flusher *flushers;
	struct dirtied_cpu cpus[PERCPU_MAX_CPUS];
	struct pool tasks;
	struct dirtied_task no_task;
	struct inode_queue writeback_inodes;
	struct dirty_hooks hooks;
	bool is_scripted;
	bool period_armed;
	struct dirty_stats stats;
	struct throttle_view view;
	struct sim_stream *stream_pauses;
	struct sim_stream *stream_chunks;
};

/**
 * dirty_control_new - switch control on for @mm
 * @vm: kept by reference
 * @memory_bytes: of the machine
 * Ownership: the caller's, dirty_control_free().  Context: set-up, before the
 * first inode.
 */
struct dirty_control *dirty_control_new(struct mm *mm,
					const struct vm_config *vm,
					uint64_t memory_bytes);
void dirty_control_free(struct dirty_control *control);

/**
 * dirty_control_set_min_writeback - chunks are multiples of @pages from now on
 * (super_block.s_min_writeback_pages)
 */
void dirty_control_set_min_writeback(struct mm *mm, uint64_t pages);

/**
 * mm_balance_dirty_pages - before each folio-sized piece of a write to
 * @inode: count, now and then look at the throttle, and sleep if it says so
 * (balance_dirty_pages_ratelimited()).  Context: thread; holds no folio.
 * Return: true when it slept, so that mappings may have changed.
 */
bool mm_balance_dirty_pages(struct inode *inode);

/** throttle_view_set - keep what a writer saw */
void throttle_view_set(struct throttle_view *view,
		       const struct dirty_throttle_control *seen,
		       bool strictlimit, uint64_t position_ratio);

/** mm_task_exit - the running thread ends: hand its account on */
void mm_task_exit(struct mm *mm);

/** mm_jiffies - the date of the running context in jiffies; never 0 */
uint64_t mm_jiffies(const struct mm *mm);

/** mm_hz - jiffies per second */
uint64_t mm_hz(const struct mm *mm);

/** mm_timer_ns - when a timer of @jiffies, started now, fires */
uint64_t mm_timer_ns(const struct mm *mm, uint64_t jiffies);

/** dirty_control_task - account of the running thread */
struct dirtied_task *dirty_control_task(struct dirty_control *control);

/* Called by the page cache; no-ops without control. */

void dirty_control_dirtied(struct folio *folio);
void dirty_control_cleaned(struct folio *folio);
void dirty_control_writeback_start(struct folio *folio);
void dirty_control_writeback_end(struct folio *folio);

/**
 * dirty_control_own_writeback, _own_written - for inode->counts_own_writeback:
 * @pages went under writeback, or came out of it
 */
void dirty_control_own_writeback(struct inode *inode, uint64_t pages);
void dirty_control_own_written(struct inode *inode, uint64_t pages);

void dirty_control_writepages_start(struct inode *inode);
void dirty_control_writepages_end(struct inode *inode);

#endif
