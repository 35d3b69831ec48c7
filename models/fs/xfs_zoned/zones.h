/*
 * The zones of zoned XFS (realtime groups): free, open, full; which zone a
 * file writes to, which one garbage collection empties.  Knows no I/O and
 * no time.
 *
 * Source: fs/xfs/xfs_zone_alloc.c, xfs_zone_gc.c, 6.16 to 7.3; the versions
 * differ in keys of kernel.xfs_zoned.
 * Omits: gaps between zone size and capacity in file addresses, zones of
 * different capacities, stealing an open zone for collection at mount.
 */
#ifndef MODELS_FS_XFS_ZONED_ZONES_H
#define MODELS_FS_XFS_ZONED_ZONES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/fs/xfs_zoned/config.h"
#include "sim/engine/sim.h"

/** enum write_hint - life time that the writer of a file expects */
enum write_hint {
	WRITE_HINT_NOT_SET,
	WRITE_HINT_NONE,
	WRITE_HINT_SHORT,
	WRITE_HINT_MEDIUM,
	WRITE_HINT_LONG,
	WRITE_HINT_EXTREME,
	NR_WRITE_HINTS,
};

enum rtg_state {
	RTG_FREE,
	RTG_OPEN,
	RTG_GC, /* garbage collection writes to it */
	RTG_FULL,
	RTG_RESETTING,
};

/** struct rtg_owner - who has a block: inode number, 0 for nobody */
struct rtg_owner {
	uint32_t ino;
	uint32_t file_block;
};

/**
 * struct rtg - a zone
 * @index: in zone order, 0 for the first that holds data
 * @allocated, @written, @used: blocks given out, blocks on the device, blocks
 *   that files have
 * @stranded: allocated blocks whose write failed: never on the device
 * @hint: of the files in it
 * @gc_refs: collection still reads from it: no reset
 * @busy: a writer places and submits (plugged writes only)
 * @owners: per block, of the pool; NULL while free
 * @prev, @next: open list, oldest use first
 */
struct rtg {
	uint32_t index;
	enum rtg_state state;
	enum write_hint hint;
	bool conventional;
	bool is_victim;
	bool busy;
	uint64_t allocated;
	uint64_t written;
	uint64_t used;
	uint64_t stranded;
	uint32_t gc_refs;
	struct rtg_owner *owners;
	struct rtg *prev;
	struct rtg *next;
	struct sim_waitq busy_waiters;
};

#define RTG_NR_BUCKETS 10

/**
 * struct rtg_set - all zones
 * @capacity: blocks of each
 * @nr_open: zones being filled with user data (until their last block is
 *   written), against @max_open, of which one is kept for collection
 * @bucket_nr: full zones with unused blocks, by tenths of used ones
 * @nr_empty: full zones without used blocks
 * @nr_reclaimable: blocks nobody has, in full zones
 */
struct rtg_set {
	const struct xfs_zoned_config *config;
	struct rtg *zones;
	uint32_t nr_zones;
	uint64_t nr_free;
	uint32_t nr_open;
	uint32_t max_open;
	uint32_t cursor;
	uint64_t capacity;
	struct rtg *open_head;
	struct rtg *open_tail;
	struct rtg *gc_zone;
	uint32_t bucket_nr[RTG_NR_BUCKETS];
	uint32_t nr_empty;
	uint64_t nr_reclaimable;
};

/**
 * struct rtg_geometry
 * @nr_conventional: the first zones, which have no write pointer
 * @device_max_open: 0 for no limit
 */
struct rtg_geometry {
	uint32_t nr_zones;
	uint32_t nr_conventional;
	uint64_t capacity_blocks;
	uint32_t device_max_open;
};

/** rtg_min_zones - fewest that can be mounted with @config */
static inline uint64_t rtg_min_zones(const struct xfs_zoned_config *config)
{
	return config->gc_zones + config->reserved_zones + 1;
}

/** rtg_set_init - all zones free; takes the zone of collection if so configured */
void rtg_set_init(struct rtg_set *set, const struct xfs_zoned_config *config,
		  const struct rtg_geometry *geometry);
void rtg_set_done(struct rtg_set *set);

/** rtg_max_open - open zones that such a file system may have */
uint32_t rtg_max_open(const struct xfs_zoned_config *config,
		      const struct rtg_geometry *geometry);

/**
 * rtg_select - zone for a file without one
 * @pack_tight: better share a zone than open one
 * Return: NULL when the caller must sleep until a zone is free or full.
 */
struct rtg *rtg_select(struct rtg_set *set, enum write_hint hint,
		       bool pack_tight);

/** rtg_take_free - the next free zone as the preset picks, NULL if none */
struct rtg *rtg_take_free(struct rtg_set *set);

/** rtg_open - a free zone becomes an open one */
struct rtg *rtg_open(struct rtg_set *set);

/** rtg_alloc - up to @want blocks at zone->allocated; Return: how many */
uint64_t rtg_alloc(const struct rtg_set *set, struct rtg *zone, uint64_t want);

/**
 * rtg_written - @blocks more are on the device
 * Return: true when the zone is full now.
 */
bool rtg_written(struct rtg_set *set, struct rtg *zone, uint64_t blocks);

/** rtg_use, rtg_unuse - a file gets, or gives back, blocks of the zone */
void rtg_use(struct rtg_set *set, struct rtg *zone, uint64_t blocks);
void rtg_unuse(struct rtg_set *set, struct rtg *zone, uint64_t blocks);

/** rtg_can_reset - nothing to keep in it: can be reset */
static inline bool rtg_can_reset(const struct rtg *zone)
{
	return zone->state == RTG_FULL && !zone->used && !zone->gc_refs;
}

/** rtg_start_reset, rtg_end_reset - a full zone becomes free */
void rtg_start_reset(struct rtg_set *set, struct rtg *zone);
void rtg_end_reset(struct rtg_set *set, struct rtg *zone);

/**
 * rtg_victim - the full zone to empty next: of the lowest bucket that is not
 * empty, the one with fewest used blocks; below 1 % used the first wins
 * Return: NULL when there is none that collection is not busy with.
 */
struct rtg *rtg_victim(const struct rtg_set *set);

/** rtg_set_audit - counters against the zones; bug when they differ */
void rtg_set_audit(const struct rtg_set *set);

#endif
