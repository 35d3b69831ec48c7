/*
 * The zones of a device: conditions, write pointers, limits on open and
 * active zones.
 *
 * Commands take effect in the order in which they are given here, which is
 * the order of issue: an append lands behind all appends issued before it
 * (recorded: 44 runs, no exception).
 *
 * Source: NVM Express Zoned Namespace Command Set 1.1, clauses 2.1.1 (zone
 * state machine), 2.1.1.4 (resources, implicit close), 3.3.1 (write
 * rules), 3.4.1 and 3.4.3 (append, zone management send); status values:
 * clause 3.1.  Host-managed disks and null_blk answer the same rules with other
 * codes (ZBC-2; drivers/block/null_blk/zoned.c).
 * Omits: zone random write area, descriptor extensions, zone excursions
 * (finish and reset recommended), full zones that become read-only by
 * themselves; the faults of models/device/faults.h set conditions from outside.
 *
 * A zone costs 8 bytes; nothing walks all zones but zone_sum_wp().
 */
#ifndef MODELS_DEVICE_ZONE_H
#define MODELS_DEVICE_ZONE_H

#include <stdbool.h>
#include <stdint.h>

#include "models/block/queue.h"

/** enum zone_status - status code type and value of NVMe, 0x100 * type */
enum zone_status {
	ZONE_OK = 0,
	ZONE_INVALID_FIELD = 0x002,
	ZONE_LBA_OUT_OF_RANGE = 0x080,
	ZONE_BOUNDARY_ERROR = 0x1b8,
	ZONE_IS_FULL = 0x1b9,
	ZONE_IS_READONLY = 0x1ba,
	ZONE_IS_OFFLINE = 0x1bb,
	ZONE_INVALID_WRITE = 0x1bc,
	ZONE_TOO_MANY_ACTIVE = 0x1bd,
	ZONE_TOO_MANY_OPEN = 0x1be,
	ZONE_INVALID_TRANSITION = 0x1bf,
};

/**
 * struct zone_geometry - what the zones are like
 * @max_open, @max_active: 0 for no limit
 * @append_max_sectors: 0: no append command
 * @granularity_sectors: writes start and end on multiples of it
 * @close_empties: closing an opened zone without data makes it empty (ZBC,
 *   null_blk), not closed (NVMe)
 */
struct zone_geometry {
	uint64_t size_sectors;
	uint64_t zone_sectors;
	uint64_t capacity_sectors;
	uint64_t nr_conventional;
	uint32_t max_open;
	uint32_t max_active;
	uint64_t append_max_sectors;
	uint32_t granularity_sectors;
	bool close_empties;
};

/**
 * struct zone
 * @wp_sectors: from the zone's start
 * @cond: enum blk_zone_cond; ZONE_EMPTY is 0
 * @busy: requests of it that the device works on (models/device/zns.c)
 */
struct zone {
	uint32_t wp_sectors;
	uint8_t cond;
	uint8_t unused;
	uint16_t busy;
};

/** struct zone_stats - counters "device.zone_*" and what checks compare */
struct zone_stats {
	uint64_t written_sectors; /* accepted, appends included */
	uint64_t preset_sectors;  /* by zone_set_wp() */
	uint64_t reset_sectors;   /* write pointers taken back */
	uint64_t skipped_sectors; /* by finish */
	uint64_t resets;
	uint64_t finishes;
	uint64_t implicit_closes;
	uint64_t refused; /* commands answered with an error */
	uint64_t open_max;
	uint64_t active_max;
};

/**
 * struct zone_set
 * @implicit, @nr_implicit: implicitly opened zones in order of opening, kept
 *   when there is a limit on open zones
 */
struct zone_set {
	struct zone_geometry geometry;
	uint64_t nr_zones;
	struct zone *zones;
	uint32_t *implicit;
	uint32_t nr_implicit;
	uint32_t nr_explicit;
	uint32_t nr_implicit_open;
	uint32_t nr_closed;
	struct zone_stats stats;
};

/**
 * zone_set_new - all zones empty, the first ones conventional
 * Context: set-up.  Ownership: the caller's, zone_set_free().
 */
struct zone_set *zone_set_new(const struct zone_geometry *geometry);
void zone_set_free(struct zone_set *set);

/** zone_at - the zone that holds @sector; inside the device */
struct zone *zone_at(const struct zone_set *set, uint64_t sector);

/** zone_report - its state */
void zone_report(const struct zone_set *set, uint64_t sector,
		 struct blk_zone *ret);

/*
 * Commands.  Return: the status; with an error nothing has changed (but for
 * an implicit close, never followed by one).
 */

/** zone_write - write command; anything goes in a conventional zone */
enum zone_status zone_write(struct zone_set *set, uint64_t sector,
			    uint64_t nr_sectors);

/**
 * zone_append - append command
 * @sector: start of the zone
 * @ret_sector: where the data lands, set without error
 */
enum zone_status zone_append(struct zone_set *set, uint64_t sector,
			     uint64_t nr_sectors, uint64_t *ret_sector);

enum zone_status zone_open(struct zone_set *set, uint64_t sector);
enum zone_status zone_close(struct zone_set *set, uint64_t sector);
enum zone_status zone_finish(struct zone_set *set, uint64_t sector);
enum zone_status zone_reset(struct zone_set *set, uint64_t sector);

/** zone_set_condition - the device makes a zone read-only or offline */
void zone_set_condition(struct zone_set *set, uint64_t sector,
			enum blk_zone_cond cond);

/**
 * zone_set_wp - set-up: as if written up to @wp_sectors and closed
 * Return: 0; -EOVERFLOW: too many active zones; -EINVAL: not a sequential
 * zone, or beyond its capacity.
 */
int zone_set_wp(struct zone_set *set, uint64_t sector, uint64_t wp_sectors);

/** zone_errno - what the drivers make of a status */
int zone_errno(enum zone_status status);

/** zone_sum_wp - of all sequential zones, for the check at the end */
uint64_t zone_sum_wp(const struct zone_set *set);

#endif
