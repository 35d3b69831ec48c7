/*
 * Tables of models/mm/config.h.
 */
#include "models/mm/config.h"

static const char *const readahead_orders[] = { "from-folio", "per-file",
						NULL };

static const char *const wb_thresh_floors[] = { "position", "share", NULL };

#define T struct control_config
static const struct cfg_key control_keys[] = {
	CFG_ROW_ENUM(
		T, wb_thresh_floor, "\"share\"", wb_thresh_floors,
		"Where a device without completions gets an eighth of the free room as threshold: position, only in the position ratio; share, in its share of every threshold (strictlimit: 1 %).",
		"position in 6.12, share from 6.16; mm/page-writeback.c"),
	CFG_ROW_INT(
		T, strictlimit_free_pages, "pages", "0", 0, 1024,
		"A strictly limited device with fewer dirty pages than this is not throttled.",
		"8 in 6.12, not from 6.16; wb_position_ratio"),
	CFG_ROW_BOOL(
		T, strictlimit_starts_background, "false",
		"A writer above a strictly limited device's own background threshold starts the flusher.",
		"false up to 6.18, true from 7.2; balance_dirty_pages"),
	CFG_ROW_INT(
		T, min_writeback_pages, "pages", "1024", 1, 2097151,
		"Chunks of background and periodic writeback are multiples of this.",
		"MIN_WRITEBACK_PAGES, 6.12 fs/fs-writeback.c; a superblock's field with this default by 7.2"),
};
#undef T

const struct cfg_object control_config_object = {
	.name = "kernel.mm.control",
	.help = "Rules of dirty throttling and of background writeback.",
	.size = sizeof(struct control_config),
	.keys = control_keys,
	.nr_keys = CFG_NR_KEYS(control_keys),
};

#define T struct mm_config
static const struct cfg_key mm_keys[] = {
	CFG_ROW_INT(
		T, max_folio_bytes, "bytes", "2097152", 4096, 2097152,
		"Largest folio a buffered write makes; 4096 switches large folios off.",
		"x86-64: order 9, min(MAX_PAGECACHE_ORDER, PMD order); 6.12 to 7.3 mm/filemap.c"),
	CFG_ROW_INT(T, folio_batch, "folios", "31", 1, 255,
		    "Folios looked up at a time by a writeback pass.",
		    "PAGEVEC_SIZE, 6.12 to 7.3 include/linux/pagevec.h"),
	CFG_ROW_BOOL(
		T, dontcache_wakes_flusher, "false",
		"An uncached write wakes the flusher; false: the writer starts writeback of its own range.",
		"false from 6.14, true from 7.2"),
	CFG_ROW_INT(
		T, read_ahead_bytes, "bytes", "131072", 0, 1073741824,
		"Largest readahead window of a page fault (read_ahead_kb); 0: none.",
		"default of read_ahead_kb, 128; not recorded, but fits all recorded faults"),
	CFG_ROW_ENUM(
		T, readahead_order, "\"per-file\"", readahead_orders,
		"Order of the folios that a fault brings in: from-folio, two more than the folio whose mark started the window has (2 after a miss); per-file, kept in the open file, from 0 after a miss.",
		"from-folio up to 6.16, per-file from 6.17; recorded: s10, s10b"),
	CFG_ROW_BOOL(
		T, readahead_mark_at_end, "false",
		"Does a window that reaches the end of the file get a mark?",
		"up to 6.16, not from 6.17; mm/readahead.c"),
	CFG_ROW_BOOL(
		T, readahead_whole_fallback, "false",
		"When a window meets a cached page, are as many pages as the whole window has read from there in small folios (else only its rest)?",
		"up to 6.16, not from 6.17; mm/readahead.c"),
	CFG_ROW_OBJECT(T, control, &control_config_object,
		       "Throttling and background writeback."),
};
#undef T

const struct cfg_object mm_config_object = {
	.name = "kernel.mm",
	.help = "Constants of the page cache.",
	.size = sizeof(struct mm_config),
	.keys = mm_keys,
	.nr_keys = CFG_NR_KEYS(mm_keys),
};

#define T struct vm_config
static const struct cfg_key vm_keys[] = {
	CFG_ROW_INT(T, dirty_bytes, "bytes", "0", 0, 17592186044416,
		    "Dirty threshold; 0: dirty_ratio.",
		    "vm.dirty_bytes, kernel default"),
	CFG_ROW_INT(
		T, dirty_background_bytes, "bytes", "0", 0, 17592186044416,
		"Threshold of background writeback; 0: dirty_background_ratio.",
		"vm.dirty_background_bytes, kernel default"),
	CFG_ROW_INT(
		T, dirty_ratio, "percent", "20", 0, 100,
		"Dirty threshold, of dirtyable memory; writers are throttled between (background + this) / 2 and this.",
		"vm.dirty_ratio, kernel default"),
	CFG_ROW_INT(T, dirty_background_ratio, "percent", "10", 0, 100,
		    "Background writeback starts, of dirtyable memory.",
		    "vm.dirty_background_ratio, kernel default"),
	CFG_ROW_INT(
		T, dirty_writeback_centisecs, "cs", "500", 0, 360000,
		"The flusher looks for old dirty files this often; 0: only when woken, at once by the first dirty file.",
		"vm.dirty_writeback_centisecs, kernel default; recordings say theirs"),
	CFG_ROW_INT(
		T, dirty_expire_centisecs, "cs", "3000", 0, 360000,
		"A file dirty for longer than this is old: periodic writeback takes it.",
		"vm.dirty_expire_centisecs, kernel default"),
	CFG_ROW_INT(
		T, dirtyable_ppm, "ppm", "885000", 10000, 1000000,
		"Part of memory_bytes that dirty pages may fill: free pages and page cache, less reserves.",
		"recorded guest of 3 GiB, MemFree at the start of t19; assumed elsewhere"),
	CFG_ROW_INT(
		T, other_completions_pages, "pages", "0", 0, 1000000000,
		"Pages of other devices whose writeback ended lately, at the start: they lessen this device's share of the thresholds.",
		"the system's past, no workload fixes it; recording: denominator less numerator of wb_setpoint's share"),
	CFG_ROW_INT(
		T, completions_age_ns, "ns", "0", 0, 3000000000,
		"With other_completions_pages: date at which completions are halved next, then every 3 s.",
		"the system's past; recording: the instant at which wb_setpoint's share jumps"),
};
#undef T

const struct cfg_object vm_config_object = {
	.name = "vm",
	.help = "Limits on dirty memory (sysctl vm.*), and what the run finds of the system's past.",
	.size = sizeof(struct vm_config),
	.keys = vm_keys,
	.nr_keys = CFG_NR_KEYS(vm_keys),
};

static const char *const frames_policies[] = { "never", "always", "probability",
					       NULL };

#define T struct frames_config
static const struct cfg_key frames_keys[] = {
	CFG_ROW_ENUM(
		T, policy, "\"never\"", frames_policies,
		"Does a folio's first page frame follow the last frame of the folio before it in the file? Adjacent folios share a bio segment.",
		"not determined by the workload (page allocator); recordings give frames themselves"),
	CFG_ROW_INT(
		T, probability_ppm, "ppm", "500000", 0, 1000000,
		"Chance that neighbours are adjacent, for policy probability.",
		"assumption"),
};
#undef T

const struct cfg_object frames_config_object = {
	.name = "frames",
	.help = "Physical contiguity of page frames.",
	.size = sizeof(struct frames_config),
	.keys = frames_keys,
	.nr_keys = CFG_NR_KEYS(frames_keys),
};

#define T struct mm_costs
#define STEP(member, unit, help)                                               \
	CFG_ROW_COST(T, member, unit, "0", help, "the cost table's \"sources\"")
static const struct cfg_key costs_keys[] = {
	STEP(write_entry, "ns",
	     "Per write call: system call entry and user loop."),
	STEP(write_entry_timed, "ns",
	     "The same where the program times each call on its own."),
	STEP(write_call, "ns", "Per write call: vfs, checks, locks, iterator."),
	STEP(balance_dirty_pages, "ns",
	     "Per pass of the throttle; counted where it finds nothing to do."),
	STEP(folio_touch_4k, "ns",
	     "Per 4 KiB folio written to: find, begin, end."),
	STEP(folio_touch_sparse, "ns",
	     "The same for one without cached neighbours."),
	STEP(folio_touch_large, "ns", "Per large folio written to."),
	STEP(folio_touch_found, "ns",
	     "Per 4 KiB folio written to that was cached already."),
	STEP(folio_touch_part, "ns",
	     "Per large folio written to in part (per-block state)."),
	STEP(folio_alloc, "ns",
	     "Per new folio: allocator and charge, without zeroing."),
	STEP(folio_freelist_4k, "ns", "Per new 4 KiB folio: free list."),
	STEP(folio_freelist_large, "ns", "Per new large folio: free list."),
	STEP(zero_per_byte, "ns/byte",
	     "Per byte of a new folio: zeroing (init_on_alloc)."),
	STEP(folio_insert_4k, "ns",
	     "Per new 4 KiB folio: page cache insertion."),
	STEP(folio_insert_sparse, "ns",
	     "The same for one without cached neighbours."),
	STEP(folio_insert_large, "ns",
	     "Per new large folio: page cache insertion, without its slots."),
	STEP(folio_insert_slot, "ns",
	     "Per slot of the index that a new large folio takes."),
	STEP(folio_lru, "ns", "Per new folio: lists."),
	STEP(folio_dirty_4k, "ns",
	     "Per 4 KiB folio that becomes dirty: tags, counters."),
	STEP(folio_dirty_sparse, "ns",
	     "The same for one without cached neighbours."),
	STEP(folio_dirty_large, "ns", "Per large folio that becomes dirty."),
	STEP(copy_per_byte, "ns/byte", "Per byte copied from user."),
	STEP(faultin_per_byte, "ns/byte", "Per byte: fault-in test."),
	STEP(tag_4k, "ns", "Per 4 KiB folio: tagging for writeback."),
	STEP(tag_sparse, "ns", "The same for one without cached neighbours."),
	STEP(tag_large, "ns", "Per large folio: tagging for writeback."),
	STEP(batch_4k, "ns", "Per 4 KiB folio: batch look-up."),
	STEP(batch_sparse, "ns", "The same for one without cached neighbours."),
	STEP(batch_large, "ns", "Per large folio: batch look-up."),
	STEP(writeback_iter, "ns", "Per folio: lock, checks, bookkeeping."),
	STEP(clear_dirty_4k, "ns", "Per 4 KiB folio: clear dirty for I/O."),
	STEP(clear_dirty_large, "ns", "Per large folio: clear dirty for I/O."),
	STEP(start_writeback_4k, "ns", "Per 4 KiB folio: set writeback."),
	STEP(start_writeback_sparse, "ns",
	     "The same for one without cached neighbours."),
	STEP(start_writeback_large, "ns", "Per large folio: set writeback."),
	STEP(end_writeback_4k, "ns", "Per 4 KiB folio: end of writeback."),
	STEP(end_writeback_sparse, "ns",
	     "The same for one without cached neighbours."),
	STEP(end_writeback_large, "ns", "Per large folio: end of writeback."),
	STEP(fsync_clean, "ns",
	     "Per fsync: what one with nothing to do costs."),
	STEP(flusher_wakeup, "ns",
	     "Per flusher woken by a writer: queueing its work, without the wake-up."),
	STEP(flusher_run, "ns", "Per run of the flusher."),
	STEP(flusher_work, "ns", "Per turn of one work of the flusher."),
	STEP(flusher_turn, "ns", "Per walk over dirty files, of one turn."),
	STEP(flusher_inode, "ns", "Per file that the flusher writes."),
};
#undef STEP
#undef T

const struct cfg_object mm_costs_object = {
	.name = "costs.mm",
	.help = "CPU costs of the write call and the page cache.",
	.size = sizeof(struct mm_costs),
	.keys = costs_keys,
	.nr_keys = CFG_NR_KEYS(costs_keys),
};
