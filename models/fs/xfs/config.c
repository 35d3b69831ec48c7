/*
 * Tables of models/fs/xfs/config.h.
 */
#include "models/fs/xfs/config.h"

#define T struct xfs_config
static const struct cfg_key keys[] = {
	CFG_ROW_INT(
		T, delalloc_call_bytes, "bytes", "4194304", 4096, 4294967296,
		"Most that one mapping call of a delayed-allocation write reserves, without preallocation.",
		"1024 pages, xfs_buffered_write_iomap_begin, 6.12 to 7.3"),
	CFG_ROW_INT(
		T, default_alloc_bytes, "bytes", "65536", 4096, 1073741824,
		"Smallest speculative preallocation and its rounding.",
		"XFS_WRITEIO_LOG_LARGE 16, 6.12 to 7.3; mount option allocsize replaces it"),
	CFG_ROW_BOOL(
		T, preallocation, "true",
		"Speculative preallocation beyond the end of file; off is a rule switch for tests.",
		"xfs_iomap_prealloc_size, 6.12 to 7.3"),
	CFG_ROW_BOOL(
		T, zero_range, "true",
		"A write beyond the end of file zeroes the gap first; off is a rule switch for tests.",
		"xfs_file_write_checks, 6.12 to 7.3"),
	CFG_ROW_BOOL(
		T, zero_range_flush_holes, "true",
		"Zeroing over a hole with dirty page cache writes it back first.",
		"up to 6.18.15 true, from 7.2 false; recorded: s18b on 6.18.15 and 7.3.4"),
	CFG_ROW_BOOL(
		T, cow_hint, "true",
		"Copies of shared blocks are reserved in aligned pieces of 32 blocks; off is a rule switch for tests.",
		"XFS_DEFAULT_COWEXTSZ_HINT, 6.12 to 7.3"),
	CFG_ROW_BOOL(
		T, truncate_splits_evenly, "true",
		"A clean large folio cut by truncate becomes folios of the smallest size; false: only around the cut.",
		"6.12 true, 7.3 false (mm/truncate.c); between them inferred, never recorded"),
};
#undef T

const struct cfg_object xfs_config_object = {
	.name = "kernel.xfs",
	.help = "Constants and rules of XFS.",
	.size = sizeof(struct xfs_config),
	.keys = keys,
	.nr_keys = CFG_NR_KEYS(keys),
};

#define T struct xfs_costs
#define STEP(member, unit, help)                                               \
	CFG_ROW_COST(T, member, unit, "0", help, "the cost table's \"sources\"")
static const struct cfg_key costs_keys[] = {
	STEP(map_written, "ns", "Per mapping of a write into written extents."),
	STEP(map_unwritten, "ns",
	     "Per mapping of a write into unwritten extents."),
	STEP(map_delalloc, "ns", "Per mapping of an appending write."),
	STEP(delalloc_reserve, "ns", "Per reservation of a delayed extent."),
	STEP(mtime, "ns",
	     "Per time stamp update: the first write after a tick (transaction)."),
	STEP(convert_delalloc_first, "ns",
	     "The first delayed extent made real in a fresh file system."),
	STEP(convert_delalloc, "ns",
	     "Per delayed extent made real (allocation transaction)."),
	STEP(convert_unwritten_first, "ns",
	     "Per unwritten conversion that covers the file's only extent."),
	STEP(convert_unwritten_early, "ns",
	     "Per unwritten conversion while the reverse-map tree is one block (the first 80 of a file)."),
	STEP(convert_unwritten_late, "ns", "Per later unwritten conversion."),
	STEP(convert_unwritten_last, "ns",
	     "Per unwritten conversion from the 480th of a file on."),
	STEP(setfilesize, "ns",
	     "Per transaction that only raises the on-disk size."),
	STEP(map_shared, "ns", "Per mapping of a write into shared blocks."),
	STEP(cow_convert, "ns", "Per delayed copy made real in writeback."),
	STEP(cow_remap, "ns",
	     "Per extent of copies that takes the place of shared blocks."),
	STEP(truncate, "ns",
	     "Per truncate, without what it zeroes and writes."),
	STEP(ioend_queue, "ns",
	     "Per ioend that needs a worker: queueing from the bio end."),
	STEP(ioend_sort, "ns", "Per ioend: sort in the worker."),
	STEP(ioend_try_merge, "ns", "Per ioend: merge attempt in the worker."),
	STEP(work_queue, "ns", "Per work item queued."),
	STEP(log_force, "ns", "Per log force: the caller's own instructions."),
	STEP(log_push, "ns", "Per log push in its worker."),
	STEP(log_end, "ns", "Per log write completion in its worker."),
	STEP(fallocate, "ns", "Per fallocate call."),
	STEP(fallocate_first, "ns",
	     "Per fallocate call that reads an allocation group first, without the reads."),
	STEP(open, "ns", "Per open."),
	STEP(create, "ns", "Per open that makes the file."),
	STEP(create_first, "ns",
	     "The first such open in a fresh file system, without its reads."),
	STEP(close, "ns", "Per close."),
	STEP(close_trim, "ns",
	     "Per close that gives preallocated blocks back."),
};
#undef STEP
#undef T

const struct cfg_object xfs_costs_object = {
	.name = "costs.xfs",
	.help = "CPU costs of XFS.",
	.size = sizeof(struct xfs_costs),
	.keys = costs_keys,
	.nr_keys = CFG_NR_KEYS(costs_keys),
};
