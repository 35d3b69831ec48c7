/*
 * Configuration of XFS: the kernel's constants, rule switches, CPU costs.
 */
#ifndef MODELS_FS_XFS_CONFIG_H
#define MODELS_FS_XFS_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/config/table.h"

/** struct xfs_config - kernel.xfs */
struct xfs_config {
	uint64_t delalloc_call_bytes;
	uint64_t default_alloc_bytes;
	bool preallocation;
	bool zero_range;
	bool zero_range_flush_holes;
	bool cow_hint;
	bool truncate_splits_evenly;
};

/** struct xfs_costs - costs.xfs, picoseconds */
struct xfs_costs {
	uint64_t map_written;
	uint64_t map_unwritten;
	uint64_t map_delalloc;
	uint64_t delalloc_reserve;
	uint64_t mtime;
	uint64_t convert_delalloc_first;
	uint64_t convert_delalloc;
	uint64_t convert_unwritten_first;
	uint64_t convert_unwritten_early;
	uint64_t convert_unwritten_late;
	uint64_t convert_unwritten_last;
	uint64_t setfilesize;
	uint64_t map_shared;
	uint64_t cow_convert;
	uint64_t cow_remap;
	uint64_t truncate;
	uint64_t ioend_queue;
	uint64_t ioend_sort;
	uint64_t ioend_try_merge;
	uint64_t work_queue;
	uint64_t log_force;
	uint64_t log_push;
	uint64_t log_end;
	uint64_t fallocate;
	uint64_t fallocate_first;
	uint64_t open;
	uint64_t create;
	uint64_t create_first;
	uint64_t close;
	uint64_t close_trim;
};

extern const struct cfg_object xfs_config_object;
extern const struct cfg_object xfs_costs_object;

#endif
