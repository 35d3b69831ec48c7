/*
 * Configuration of zoned XFS: the kernel's constants and rules, CPU costs.
 */
#ifndef MODELS_FS_XFS_ZONED_CONFIG_H
#define MODELS_FS_XFS_ZONED_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/config/table.h"

/** enum zone_pick - which free zone is opened */
enum zone_pick {
	ZONE_PICK_ROUND_ROBIN, /* first at or after the one taken last */
	ZONE_PICK_LOWEST,
};

/** enum zone_hints - which write life time hints may share a zone */
enum zone_hints {
	ZONE_HINTS_WIDE, /* not set, none and short with one another as well */
	ZONE_HINTS_NARROW,
};

/** enum zone_data_op - how data reach a sequential zone */
enum zone_data_op {
	ZONE_DATA_APPEND,
	ZONE_DATA_WRITE, /* at the write pointer, ordered by the block layer */
};

/** enum zone_write_error - what a failed data write does */
enum zone_write_error {
	ZONE_ERROR_STRANDS_ZONE, /* its zone never gets full, stays open */
	ZONE_ERROR_SHUTS_DOWN,
};

/** struct xfs_zoned_config - kernel.xfs_zoned */
struct xfs_zoned_config {
	uint64_t max_open_zones;
	bool gc_zone_at_mount;
	int zone_pick;
	int hints;
	bool pack_tight_small_files;
	uint64_t inode_zone_ns;
	uint64_t write_map_bytes;
	int data_op;
	int write_error;
	bool min_writeback_zone;
	uint64_t gc_zones;
	uint64_t reserved_zones;
	uint64_t zonegc_low_space;
	uint64_t gc_scratch_bytes;
};

/** struct xfs_zoned_costs - costs.xfs_zoned, picoseconds */
struct xfs_zoned_costs {
	uint64_t create_first;
	uint64_t space_reserve;
	uint64_t space_unreserve;
	uint64_t map_append;
	uint64_t map_overwrite;
	uint64_t writeback_map;
	uint64_t zone_alloc;
	uint64_t zone_open;
	uint64_t boundary;
	uint64_t split;
	uint64_t remap_hole;
	uint64_t remap_extent;
	uint64_t remap_extent_per_extent;
};

extern const struct cfg_object xfs_zoned_config_object;
extern const struct cfg_object xfs_zoned_costs_object;

#endif
