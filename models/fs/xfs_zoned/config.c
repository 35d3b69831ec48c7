/*
 * Tables of models/fs/xfs_zoned/config.h.
 */
#include "models/fs/xfs_zoned/config.h"

static const char *const picks[] = { "round-robin", "lowest", NULL };
static const char *const hints[] = { "wide", "narrow", NULL };
static const char *const data_ops[] = { "append", "write", NULL };
static const char *const write_errors[] = { "strand", "shutdown", NULL };

#define T struct xfs_zoned_config
static const struct cfg_key keys[] = {
	CFG_ROW_INT(
		T, max_open_zones, "zones", "128", 0, 1000000,
		"Open zones when neither device nor mount option limits them; 0: a quarter of the zones. Capped by device and zone count; one is kept for garbage collection.",
		"XFS_DEFAULT_MAX_OPEN_ZONES 128 since Sep 2025, a quarter before (xfs_calc_open_zones)"),
	CFG_ROW_BOOL(
		T, gc_zone_at_mount, "false",
		"Garbage collection opens its zone when the file system is mounted, so data begin in the second zone.",
		"6.16 to 6.18 true, 7.2 on false; recorded: first zone 1 and 0 (s13)"),
	CFG_ROW_ENUM(
		T, zone_pick, "\"lowest\"", picks,
		"Which free zone is opened: the next one after the last one opened, or the lowest.",
		"round-robin up to 6.18, lowest since a patch of Jan 2026; never told apart by a recording"),
	CFG_ROW_ENUM(
		T, hints, "\"narrow\"", hints,
		"Which write life time hints may share a zone: wide also puts files without hint, with hint none and short together.",
		"wide before a patch of 1 Sep 2025 (6.16, 6.17); no recording has hints"),
	CFG_ROW_BOOL(
		T, pack_tight_small_files, "true",
		"Only files smaller than a zone are packed into zones of others once closed.",
		"7.x xfs_zoned_pack_tight; 6.16 to 6.18 pack every closed file"),
	CFG_ROW_INT(
		T, inode_zone_ns, "ns", "0", 0, 3600000000000,
		"A file forgets the zone it wrote to last after this time without writeback; 0: never.",
		"most recently used cache of 5 s in 6.16 and 6.17; later a pointer in the inode"),
	CFG_ROW_INT(
		T, write_map_bytes, "bytes", "4194304", 4096, 4294967296,
		"Most that one mapping call of a write reserves; never more than the write.",
		"1024 pages, xfs_zoned_buffered_write_iomap_begin, 6.16 to 7.3"),
	CFG_ROW_ENUM(
		T, data_op, "\"append\"", data_ops,
		"How data reach a sequential zone: zone append, or (what if) a write at the write pointer, one in flight per zone.",
		"zone append, xfs_zone_alloc_and_submit, 6.16 to 7.3"),
	CFG_ROW_ENUM(
		T, write_error, "\"shutdown\"", write_errors,
		"What a failed write of data does beside its error: strand leaves its zone open and never full, shutdown ends the file system.",
		"commit f4f28ffe0924 of 12 June 2026 (in 7.2): shut down zoned file systems on writeback errors; before, the zone stays open and its space is lost"),
	CFG_ROW_BOOL(
		T, min_writeback_zone, "false",
		"Background writeback takes at least the capacity of a zone of each file before it turns to the next.",
		"7.2 and 7.3 source: super block field s_min_writeback_pages, commit 461d10917844; recorded: budget of 12288 pages in s13-xfsz-*-two on 7.3.4, 6144 before"),
	CFG_ROW_INT(T, gc_zones, "zones", "3", 2, 64,
		    "Zones kept back for garbage collection.",
		    "XFS_GC_ZONES 3, 6.16 to 7.3"),
	CFG_ROW_INT(T, reserved_zones, "zones", "1", 0, 64,
		    "Further zones that user data cannot have.",
		    "XFS_RESERVED_ZONES 1; recorded: 60 of 64 zones free"),
	CFG_ROW_INT(
		T, zonegc_low_space, "%", "0", 0, 100,
		"Collection also runs while less than this share of the unused blocks can be written at once.",
		"sysfs zonegc_low_space, default 0"),
	CFG_ROW_INT(T, gc_scratch_bytes, "bytes", "2097152", 8192, 1073741824,
		    "Copy buffer of garbage collection, in two halves.",
		    "two folios of 1 MiB, xfs_zone_gc.c, 6.16 to 7.3"),
};
#undef T

const struct cfg_object xfs_zoned_config_object = {
	.name = "kernel.xfs_zoned",
	.help = "Constants and rules of zoned XFS.",
	.size = sizeof(struct xfs_zoned_config),
	.keys = keys,
	.nr_keys = CFG_NR_KEYS(keys),
};

#define T struct xfs_zoned_costs
#define STEP(member, unit, help)                                               \
	CFG_ROW_COST(T, member, unit, "0", help, "the cost table's \"sources\"")
static const struct cfg_key costs_keys[] = {
	STEP(create_first, "ns",
	     "The first open that makes a file in a fresh file system, without its reads."),
	STEP(space_reserve, "ns", "Per reservation of space for a write call."),
	STEP(space_unreserve, "ns", "Per return of what a write call left."),
	STEP(map_append, "ns", "Per mapping of a write where nothing was."),
	STEP(map_overwrite, "ns",
	     "Per mapping of a write over written blocks."),
	STEP(writeback_map, "ns", "Per dirty range mapped in writeback."),
	STEP(zone_alloc, "ns",
	     "Per append: zone space and submission, own instructions."),
	STEP(zone_open, "ns", "Per zone opened."),
	STEP(boundary, "ns", "Per append completion: the mark of block 0."),
	STEP(split, "ns", "Per part cut off an ioend."),
	STEP(remap_hole, "ns",
	     "Per completed range mapped where nothing was: one transaction."),
	STEP(remap_extent, "ns",
	     "Per old extent replaced: one transaction, without what grows."),
	STEP(remap_extent_per_extent, "ns",
	     "The same, for each extent the file has, up to the 1628 that were measured."),
};
#undef STEP
#undef T

const struct cfg_object xfs_zoned_costs_object = {
	.name = "costs.xfs_zoned",
	.help = "CPU costs of zoned XFS beside those of XFS.",
	.size = sizeof(struct xfs_zoned_costs),
	.keys = costs_keys,
	.nr_keys = CFG_NR_KEYS(costs_keys),
};
