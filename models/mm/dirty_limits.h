/*
 * Dirty thresholds and what is compared with them: settings to pages, the
 * background test, how far a writer or a chunk of writeback may go.
 *
 * Source of the behaviour: domain_dirty_limits(), global_dirtyable_memory(),
 * writeback_set_ratelimit(), dirty_poll_interval(), wb_over_bg_thresh() of
 * mm/page-writeback.c and writeback_chunk_size() of fs/fs-writeback.c, 6.12
 * to 7.3 (control.md 1, 2.2, 2.6).
 * Omits: real-time tasks (higher thresholds), cgroup domains, highmem.
 */
#ifndef MODELS_MM_DIRTY_LIMITS_H
#define MODELS_MM_DIRTY_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

#include "models/mm/backing_dev.h"

/**
 * struct dirty_settings - the sysctls; of each pair bytes win when not 0
 * @dirty_bytes, @dirty_background_bytes: vm.dirty_bytes ...
 * @dirty_ratio, @dirty_background_ratio: percent of dirtyable memory
 */
struct dirty_settings {
	uint64_t dirty_bytes;
	uint64_t dirty_background_bytes;
	uint64_t dirty_ratio;
	uint64_t dirty_background_ratio;
};

/** struct dirty_thresholds - pages */
struct dirty_thresholds {
	uint64_t thresh;
	uint64_t bg_thresh;
};

/**
 * dirtyable_pages - memory that may become dirty, pages, > 0
 * @free: free pages
 * @reserve: of them, not to be touched (totalreserve_pages)
 * @file: pages on the active and inactive file lists
 */
uint64_t dirtyable_pages(uint64_t free, uint64_t reserve, uint64_t file);

/**
 * dirty_limits - thresholds of @settings with @dirtyable pages
 * @dirtyable: from dirtyable_pages(); not used when both bytes are set
 */
struct dirty_thresholds dirty_limits(const struct dirty_settings *settings,
				     uint64_t dirtyable);

/**
 * wb_domain_set_thresh - the administrator changed vm.dirty_bytes or
 * vm.dirty_ratio: limit and per-CPU rate limit follow at once
 *
 * Not for a change of the background values.
 */
void wb_domain_set_thresh(struct wb_domain *domain, uint64_t thresh);

/** dirty_freerun - below it writers are not throttled, pages */
static inline uint64_t dirty_freerun(uint64_t thresh, uint64_t bg_thresh)
{
	return (thresh + bg_thresh) / 2;
}

/** dirty_poll_interval - pages until an unthrottled task looks again, >= 1 */
uint64_t dirty_poll_interval(uint64_t dirty, uint64_t thresh);

/**
 * wb_over_background - must background writeback of @wb start or go on?
 * @file_dirty: pages dirty in the system, without those under writeback
 */
bool wb_over_background(const struct wb_domain *domain,
			struct bdi_writeback *wb, uint64_t file_dirty,
			uint64_t bg_thresh);

/**
 * writeback_chunk_pages - budget of one inode in background or periodic
 * writeback
 * @left: pages that the work still asks for; INT64_MAX: no bound
 * Return: a multiple of config->min_writeback_pages, > 0.
 */
uint64_t writeback_chunk_pages(const struct wb_domain *domain,
			       uint64_t avg_write_bandwidth, uint64_t left);

#endif
