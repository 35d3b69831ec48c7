/*
 * Configuration of the page cache: the kernel's constants, page frames and
 * CPU costs.  The rows (units, ranges, sources) are in models/mm/config.c.
 */
#ifndef MODELS_MM_CONFIG_H
#define MODELS_MM_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/config/table.h"

/**
 * enum readahead_order - where a window's folio order comes from
 * @READAHEAD_ORDER_FROM_FOLIO: two more than that of the folio whose mark
 *   started the window; 2 for a window around a miss
 * @READAHEAD_ORDER_PER_FILE: kept in the open file: 0 after a miss, two more
 *   for each window started by a mark, whose end is cut to that order
 */
enum readahead_order {
	READAHEAD_ORDER_FROM_FOLIO,
	READAHEAD_ORDER_PER_FILE,
};

/**
 * enum wb_thresh_floor - what keeps a device without completions going
 * @WB_THRESH_FLOOR_POSITION: an eighth of the free room, only inside the
 *   position ratio
 * @WB_THRESH_FLOOR_SHARE: an eighth (strictlimit: 1 %) of the free room, in
 *   the device's share of every threshold
 */
enum wb_thresh_floor {
	WB_THRESH_FLOOR_POSITION,
	WB_THRESH_FLOOR_SHARE,
};

/** struct control_config - kernel.mm.control */
struct control_config {
	int wb_thresh_floor; /* enum wb_thresh_floor */
	uint64_t strictlimit_free_pages;
	bool strictlimit_starts_background;
	uint64_t min_writeback_pages;
};

/**
 * struct vm_config - vm: the sysctls, and what a run finds of the system's
 * past; of each pair bytes win when not 0
 */
struct vm_config {
	uint64_t dirty_bytes;
	uint64_t dirty_background_bytes;
	uint64_t dirty_ratio;
	uint64_t dirty_background_ratio;
	uint64_t dirty_writeback_centisecs;
	uint64_t dirty_expire_centisecs;
	uint64_t dirtyable_ppm;
	uint64_t other_completions_pages;
	uint64_t completions_age_ns;
};

/** struct mm_config - kernel.mm */
struct mm_config {
	struct control_config control;
	uint64_t max_folio_bytes;
	uint64_t folio_batch;
	bool dontcache_wakes_flusher;
	uint64_t read_ahead_bytes;
	int readahead_order; /* enum readahead_order */
	bool readahead_mark_at_end;
	bool readahead_whole_fallback;
};

enum frames_policy {
	FRAMES_NEVER,
	FRAMES_ALWAYS,
	FRAMES_PROBABILITY,
};

/** struct frames_config - frames: which folios are physically adjacent */
struct frames_config {
	int policy; /* enum frames_policy */
	uint64_t probability_ppm;
};

/** struct mm_costs - costs.mm, picoseconds */
struct mm_costs {
	uint64_t write_entry;
	uint64_t write_entry_timed;
	uint64_t write_call;
	uint64_t balance_dirty_pages;
	uint64_t folio_touch_4k;
	uint64_t folio_touch_sparse;
	uint64_t folio_touch_large;
	uint64_t folio_touch_found;
	uint64_t folio_touch_part;
	uint64_t folio_alloc;
	uint64_t folio_freelist_4k;
	uint64_t folio_freelist_large;
	uint64_t zero_per_byte;
	uint64_t folio_insert_4k;
	uint64_t folio_insert_sparse;
	uint64_t folio_insert_large;
	uint64_t folio_insert_slot;
	uint64_t folio_lru;
	uint64_t folio_dirty_4k;
	uint64_t folio_dirty_sparse;
	uint64_t folio_dirty_large;
	uint64_t copy_per_byte;
	uint64_t faultin_per_byte;
	uint64_t tag_4k;
	uint64_t tag_sparse;
	uint64_t tag_large;
	uint64_t batch_4k;
	uint64_t batch_sparse;
	uint64_t batch_large;
	uint64_t writeback_iter;
	uint64_t clear_dirty_4k;
	uint64_t clear_dirty_large;
	uint64_t start_writeback_4k;
	uint64_t start_writeback_sparse;
	uint64_t start_writeback_large;
	uint64_t end_writeback_4k;
	uint64_t end_writeback_sparse;
	uint64_t end_writeback_large;
	uint64_t fsync_clean;
	uint64_t flusher_wakeup;
	uint64_t flusher_run;
	uint64_t flusher_work;
	uint64_t flusher_turn;
	uint64_t flusher_inode;
};

extern const struct cfg_object control_config_object;
extern const struct cfg_object mm_config_object;
extern const struct cfg_object vm_config_object;
extern const struct cfg_object frames_config_object;
extern const struct cfg_object mm_costs_object;

#endif
