/*
 * States and counters of zones.
 * Models: xfs_open_zone(), xfs_zone_account_reclaimable(),
 * xfs_open_zone_mark_full(), xfs_calc_open_zones(), 6.16 to 7.3.
 */
#include "models/fs/xfs_zoned/zones.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"
#include "sim/base/units.h"

/* one is kept for collection, one is needed for data */
#define MIN_OPEN 2

uint32_t rtg_max_open(const struct xfs_zoned_config *config,
		      const struct rtg_geometry *geometry)
{
	uint64_t nr = geometry->nr_zones;
	uint64_t max = config->max_open_zones ? config->max_open_zones : nr / 4;
	uint64_t min_zones = rtg_min_zones(config);

	if (geometry->device_max_open)
		max = geometry->device_max_open;
	if (nr > min_zones)
		max = min_u64(max, (nr - min_zones) / 2 + 2);
	max = min_u64(max, nr / 4);
	return (uint32_t)max_u64(max, MIN_OPEN);
}

void rtg_set_init(struct rtg_set *set, const struct xfs_zoned_config *config,
		  const struct rtg_geometry *geometry)
{
	memset(set, 0, sizeof(*set));
	SIM_ASSERT(geometry->nr_zones >= rtg_min_zones(config));
	set->config = config;
	set->nr_zones = geometry->nr_zones;
	set->nr_free = set->nr_zones;
	set->capacity = geometry->capacity_blocks;
	set->max_open = rtg_max_open(config, geometry);
	set->zones = calloc(set->nr_zones, sizeof(*set->zones));
	SIM_ASSERT(set->zones != NULL);
	for (uint32_t i = 0; i < set->nr_zones; i++) {
		set->zones[i].index = i;
		set->zones[i].conventional = i < geometry->nr_conventional;
		set->zones[i].busy_waiters.name = "writer of the zone";
	}
	if (config->gc_zone_at_mount) {
		set->gc_zone = rtg_take_free(set);
		set->gc_zone->state = RTG_GC;
	}
}

void rtg_set_done(struct rtg_set *set)
{
	free(set->zones);
}

struct rtg *rtg_take_free(struct rtg_set *set)
{
	bool round_robin = set->config->zone_pick == ZONE_PICK_ROUND_ROBIN;
	uint32_t first = round_robin ? set->cursor : 0;

	for (uint32_t i = 0; i < set->nr_zones; i++) {
		uint32_t index = (first + i) % set->nr_zones;
		struct rtg *zone = &set->zones[index];

		if (zone->state != RTG_FREE)
			continue;
		SIM_ASSERT(!zone->allocated && !zone->written && !zone->used);
		set->cursor = index;
		set->nr_free--;
		zone->hint = WRITE_HINT_NOT_SET;
		return zone;
	}
	return NULL;
}

uint64_t rtg_alloc(const struct rtg_set *set, struct rtg *zone, uint64_t want)
{
	uint64_t got = min_u64(want, set->capacity - zone->allocated);

	zone->allocated += got;
	return got;
}

static uint32_t bucket_of(const struct rtg_set *set, const struct rtg *zone)
{
	return (uint32_t)(zone->used * RTG_NR_BUCKETS / set->capacity);
}

/* Count (@step 1) or uncount (-1) a full zone by what is used of it. */
static void count_full(struct rtg_set *set, const struct rtg *zone, int step)
{
	uint32_t one = (uint32_t)step;

	if (zone->used == set->capacity)
		return;
	set->bucket_nr[bucket_of(set, zone)] += one;
	set->nr_empty += zone->used ? 0 : one;
	set->nr_reclaimable +=
		(uint64_t)(int64_t)step * (set->capacity - zone->used);
}

static void remove_open(struct rtg_set *set, struct rtg *zone)
{
	*(zone->prev ? &zone->prev->next : &set->open_head) = zone->next;
	*(zone->next ? &zone->next->prev : &set->open_tail) = zone->prev;
	zone->prev = NULL;
	zone->next = NULL;
	SIM_ASSERT(set->nr_open > 0);
	set->nr_open--;
}

bool rtg_written(struct rtg_set *set, struct rtg *zone, uint64_t blocks)
{
	zone->written += blocks;
	SIM_ASSERT(zone->written <= zone->allocated);
	if (zone->written < set->capacity)
		return false;
	if (zone->state == RTG_GC) {
		SIM_ASSERT(set->gc_zone == zone);
		set->gc_zone = NULL;
	} else {
		SIM_ASSERT(zone->state == RTG_OPEN);
		remove_open(set, zone);
	}
	zone->state = RTG_FULL;
	count_full(set, zone, 1);
	return true;
}

void rtg_use(struct rtg_set *set, struct rtg *zone, uint64_t blocks)
{
	if (zone->state == RTG_FULL)
		count_full(set, zone, -1);
	zone->used += blocks;
	SIM_ASSERT(zone->used <= set->capacity);
	if (zone->state == RTG_FULL)
		count_full(set, zone, 1);
}

void rtg_unuse(struct rtg_set *set, struct rtg *zone, uint64_t blocks)
{
	SIM_ASSERT(zone->used >= blocks);
	if (zone->state == RTG_FULL)
		count_full(set, zone, -1);
	zone->used -= blocks;
	if (zone->state == RTG_FULL)
		count_full(set, zone, 1);
}

void rtg_start_reset(struct rtg_set *set, struct rtg *zone)
{
	SIM_ASSERT(rtg_can_reset(zone));
	count_full(set, zone, -1);
	zone->state = RTG_RESETTING;
}

void rtg_end_reset(struct rtg_set *set, struct rtg *zone)
{
	SIM_ASSERT(zone->state == RTG_RESETTING);
	zone->is_victim = false;
	zone->state = RTG_FREE;
	zone->allocated = 0;
	zone->written = 0;
	set->nr_free++;
}

struct rtg *rtg_victim(const struct rtg_set *set)
{
	for (uint32_t b = 0; b < RTG_NR_BUCKETS; b++) {
		struct rtg *best = NULL;

		for (uint32_t i = 0; set->bucket_nr[b] && i < set->nr_zones;
		     i++) {
			struct rtg *zone = &set->zones[i];

			if (zone->state != RTG_FULL || zone->is_victim ||
			    !zone->used || zone->used == set->capacity ||
			    bucket_of(set, zone) != b)
				continue;
			if (b == 0 && zone->used < set->capacity / 100)
				return zone;
			if (!best || zone->used < best->used)
				best = zone;
		}
		if (best)
			return best;
	}
	return NULL;
}

void rtg_set_audit(const struct rtg_set *set)
{
	uint64_t reclaimable = 0;
	uint32_t nr_free = 0;
	uint32_t nr_open = 0;

	for (uint32_t i = 0; i < set->nr_zones; i++) {
		const struct rtg *zone = &set->zones[i];

		SIM_ASSERT(zone->used <= zone->written);
		SIM_ASSERT(zone->written <= zone->allocated);
		SIM_ASSERT(zone->allocated <= set->capacity);
		nr_free += zone->state == RTG_FREE;
		nr_open += zone->state == RTG_OPEN;
		if (zone->state == RTG_FULL)
			reclaimable += set->capacity - zone->used;
	}
	SIM_ASSERT(nr_free == set->nr_free);
	SIM_ASSERT(nr_open == set->nr_open);
	SIM_ASSERT(nr_open < set->max_open);
	SIM_ASSERT(reclaimable == set->nr_reclaimable);
}
