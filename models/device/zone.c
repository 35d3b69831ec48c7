#include "models/device/zone.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"
#include "sim/base/units.h"

struct zone_set *zone_set_new(const struct zone_geometry *geometry)
{
	struct zone_set *set = calloc(1, sizeof(*set));

	SIM_ASSERT(set != NULL);
	SIM_ASSERT(geometry->zone_sectors > 0);
	SIM_ASSERT(geometry->zone_sectors <= UINT32_MAX);
	SIM_ASSERT(geometry->capacity_sectors <= geometry->zone_sectors);
	set->geometry = *geometry;
	set->nr_zones = geometry->size_sectors / geometry->zone_sectors;
	SIM_ASSERT(set->nr_zones > 0);
	SIM_ASSERT(set->nr_zones <= UINT32_MAX);
	set->zones = calloc(set->nr_zones, sizeof(*set->zones));
	SIM_ASSERT(set->zones != NULL);
	if (geometry->max_open) {
		set->implicit =
			calloc(geometry->max_open, sizeof(*set->implicit));
		SIM_ASSERT(set->implicit != NULL);
	}
	return set;
}

void zone_set_free(struct zone_set *set)
{
	if (!set)
		return;
	free(set->zones);
	free(set->implicit);
	free(set);
}

static uint64_t number_of(const struct zone_set *set, uint64_t sector)
{
	return sector / set->geometry.zone_sectors;
}

static bool is_conventional(const struct zone_set *set, uint64_t sector)
{
	return number_of(set, sector) < set->geometry.nr_conventional;
}

struct zone *zone_at(const struct zone_set *set, uint64_t sector)
{
	SIM_ASSERT(number_of(set, sector) < set->nr_zones);
	return &set->zones[number_of(set, sector)];
}

void zone_report(const struct zone_set *set, uint64_t sector,
		 struct blk_zone *ret)
{
	const struct zone *zone = zone_at(set, sector);
	bool conventional = is_conventional(set, sector);

	*ret = (struct blk_zone){
		.start_sector =
			round_down_to(sector, set->geometry.zone_sectors),
		.capacity_sectors = conventional
					    ? set->geometry.zone_sectors
					    : set->geometry.capacity_sectors,
		.wp_sectors = zone->wp_sectors,
		.cond = conventional && zone->cond == ZONE_EMPTY
				? ZONE_NOT_WP
				: (enum blk_zone_cond)zone->cond,
	};
}

static uint32_t nr_open(const struct zone_set *set)
{
	return set->nr_explicit + set->nr_implicit_open;
}

/* Take the zone off whatever it counts as. */
static void leave(struct zone_set *set, struct zone *zone)
{
	uint32_t number = (uint32_t)(zone - set->zones);
	uint32_t i = 0;

	if (zone->cond == ZONE_EXP_OPEN)
		set->nr_explicit--;
	if (zone->cond == ZONE_CLOSED)
		set->nr_closed--;
	if (zone->cond != ZONE_IMP_OPEN)
		return;
	set->nr_implicit_open--;
	if (!set->implicit)
		return;
	while (set->implicit[i] != number)
		i++;
	set->nr_implicit--;
	memmove(&set->implicit[i], &set->implicit[i + 1],
		(set->nr_implicit - i) * sizeof(*set->implicit));
}

static void become(struct zone_set *set, struct zone *zone,
		   enum blk_zone_cond cond)
{
	struct zone_stats *s = &set->stats;

	leave(set, zone);
	zone->cond = (uint8_t)cond;
	if (cond == ZONE_EXP_OPEN)
		set->nr_explicit++;
	if (cond == ZONE_CLOSED)
		set->nr_closed++;
	if (cond == ZONE_IMP_OPEN) {
		set->nr_implicit_open++;
		if (set->implicit)
			set->implicit[set->nr_implicit++] =
				(uint32_t)(zone - set->zones);
	}
	s->open_max = max_u64(s->open_max, nr_open(set));
	s->active_max = max_u64(s->active_max, nr_open(set) + set->nr_closed);
}

/* The device may close one that a write opened, the oldest here. */
static bool make_room(struct zone_set *set)
{
	if (!set->nr_implicit)
		return false;
	set->stats.implicit_closes++;
	become(set, &set->zones[set->implicit[0]], ZONE_CLOSED);
	return true;
}

/* Resources for opening a zone that is empty or closed. */
static enum zone_status get_resources(struct zone_set *set,
				      const struct zone *zone)
{
	const struct zone_geometry *g = &set->geometry;

	if (zone->cond == ZONE_EMPTY && g->max_active &&
	    nr_open(set) + set->nr_closed >= g->max_active)
		return ZONE_TOO_MANY_ACTIVE;
	if (g->max_open && nr_open(set) >= g->max_open && !make_room(set))
		return ZONE_TOO_MANY_OPEN;
	return ZONE_OK;
}

static enum zone_status refuse(struct zone_set *set, enum zone_status status)
{
	if (status != ZONE_OK)
		set->stats.refused++;
	return status;
}

static bool is_misaligned(const struct zone_set *set, uint64_t sector,
			  uint64_t nr_sectors)
{
	uint32_t unit = set->geometry.granularity_sectors;

	return !nr_sectors || (unit && (sector % unit || nr_sectors % unit));
}

static enum zone_status write_conventional(struct zone_set *set,
					   uint64_t sector, uint64_t nr_sectors)
{
	const struct zone *zone = zone_at(set, sector);

	if (number_of(set, sector) != number_of(set, sector + nr_sectors - 1))
		return ZONE_BOUNDARY_ERROR;
	if (zone->cond == ZONE_OFFLINE)
		return ZONE_IS_OFFLINE;
	return zone->cond == ZONE_READONLY ? ZONE_IS_READONLY : ZONE_OK;
}

/* May @nr_sectors be written at @offset of the zone?  Opens it. */
static enum zone_status accept(struct zone_set *set, struct zone *zone,
			       uint64_t offset, uint64_t nr_sectors)
{
	uint64_t capacity = set->geometry.capacity_sectors;
	enum zone_status status = ZONE_OK;

	if (zone->cond == ZONE_OFFLINE)
		return ZONE_IS_OFFLINE;
	if (zone->cond == ZONE_READONLY)
		return ZONE_IS_READONLY;
	if (zone->cond == ZONE_FULL)
		return ZONE_IS_FULL;
	if (offset != zone->wp_sectors)
		return ZONE_INVALID_WRITE;
	if (nr_sectors > capacity - offset)
		return ZONE_BOUNDARY_ERROR;
	if (zone->cond == ZONE_EMPTY || zone->cond == ZONE_CLOSED) {
		status = get_resources(set, zone);
		if (status == ZONE_OK)
			become(set, zone, ZONE_IMP_OPEN);
	}
	if (status != ZONE_OK)
		return status;
	zone->wp_sectors += (uint32_t)nr_sectors;
	set->stats.written_sectors += nr_sectors;
	if (zone->wp_sectors == capacity)
		become(set, zone, ZONE_FULL);
	return ZONE_OK;
}

enum zone_status zone_write(struct zone_set *set, uint64_t sector,
			    uint64_t nr_sectors)
{
	if (number_of(set, sector) >= set->nr_zones)
		return refuse(set, ZONE_LBA_OUT_OF_RANGE);
	if (is_conventional(set, sector))
		return refuse(set, write_conventional(set, sector, nr_sectors));
	if (is_misaligned(set, sector, nr_sectors))
		return refuse(set, ZONE_INVALID_FIELD);
	return refuse(set,
		      accept(set, zone_at(set, sector),
			     sector % set->geometry.zone_sectors, nr_sectors));
}

enum zone_status zone_append(struct zone_set *set, uint64_t sector,
			     uint64_t nr_sectors, uint64_t *ret_sector)
{
	const struct zone_geometry *g = &set->geometry;
	enum zone_status status;
	struct zone *zone;
	uint64_t offset;

	if (number_of(set, sector) >= set->nr_zones)
		return refuse(set, ZONE_LBA_OUT_OF_RANGE);
	if (is_misaligned(set, sector, nr_sectors) ||
	    sector % g->zone_sectors || is_conventional(set, sector) ||
	    nr_sectors > g->append_max_sectors)
		return refuse(set, ZONE_INVALID_FIELD);
	zone = zone_at(set, sector);
	offset = zone->wp_sectors;
	status = accept(set, zone, offset, nr_sectors);
	if (status == ZONE_OK)
		*ret_sector = sector + offset;
	return refuse(set, status);
}

/* The zone of a management command, or why there is none. */
static enum zone_status managed(struct zone_set *set, uint64_t sector,
				struct zone **ret)
{
	if (number_of(set, sector) >= set->nr_zones)
		return ZONE_LBA_OUT_OF_RANGE;
	if (sector % set->geometry.zone_sectors || is_conventional(set, sector))
		return ZONE_INVALID_FIELD;
	*ret = zone_at(set, sector);
	if ((*ret)->cond == ZONE_OFFLINE || (*ret)->cond == ZONE_READONLY)
		return ZONE_INVALID_TRANSITION;
	return ZONE_OK;
}

enum zone_status zone_open(struct zone_set *set, uint64_t sector)
{
	struct zone *zone = NULL;
	enum zone_status status = managed(set, sector, &zone);

	if (status != ZONE_OK)
		return refuse(set, status);
	if (zone->cond == ZONE_EXP_OPEN)
		return ZONE_OK;
	if (zone->cond == ZONE_FULL)
		return refuse(set, ZONE_INVALID_TRANSITION);
	if (zone->cond != ZONE_IMP_OPEN)
		status = get_resources(set, zone);
	if (status == ZONE_OK)
		become(set, zone, ZONE_EXP_OPEN);
	return refuse(set, status);
}

enum zone_status zone_close(struct zone_set *set, uint64_t sector)
{
	struct zone *zone = NULL;
	enum zone_status status = managed(set, sector, &zone);

	if (status != ZONE_OK)
		return refuse(set, status);
	if (zone->cond == ZONE_CLOSED)
		return ZONE_OK;
	if (zone->cond != ZONE_IMP_OPEN && zone->cond != ZONE_EXP_OPEN)
		return refuse(set, ZONE_INVALID_TRANSITION);
	if (!zone->wp_sectors && set->geometry.close_empties)
		become(set, zone, ZONE_EMPTY);
	else
		become(set, zone, ZONE_CLOSED);
	return ZONE_OK;
}

enum zone_status zone_finish(struct zone_set *set, uint64_t sector)
{
	uint64_t capacity = set->geometry.capacity_sectors;
	struct zone *zone = NULL;
	enum zone_status status = managed(set, sector, &zone);

	if (status != ZONE_OK)
		return refuse(set, status);
	set->stats.finishes++;
	set->stats.skipped_sectors += capacity - zone->wp_sectors;
	zone->wp_sectors = (uint32_t)capacity;
	become(set, zone, ZONE_FULL);
	return ZONE_OK;
}

enum zone_status zone_reset(struct zone_set *set, uint64_t sector)
{
	struct zone *zone = NULL;
	enum zone_status status = managed(set, sector, &zone);

	if (status != ZONE_OK)
		return refuse(set, status);
	set->stats.resets++;
	set->stats.reset_sectors += zone->wp_sectors;
	zone->wp_sectors = 0;
	become(set, zone, ZONE_EMPTY);
	return ZONE_OK;
}

void zone_set_condition(struct zone_set *set, uint64_t sector,
			enum blk_zone_cond cond)
{
	SIM_ASSERT(cond == ZONE_READONLY || cond == ZONE_OFFLINE);
	become(set, zone_at(set, sector), cond);
}

int zone_set_wp(struct zone_set *set, uint64_t sector, uint64_t wp_sectors)
{
	const struct zone_geometry *g = &set->geometry;
	struct zone *zone;

	if (number_of(set, sector) >= set->nr_zones ||
	    is_conventional(set, sector) || wp_sectors > g->capacity_sectors)
		return -EINVAL;
	zone = zone_at(set, sector);
	SIM_ASSERT(zone->cond != ZONE_READONLY);
	SIM_ASSERT(zone->cond != ZONE_OFFLINE);
	set->stats.reset_sectors += zone->wp_sectors;
	zone->wp_sectors = 0;
	become(set, zone, ZONE_EMPTY);
	if (!wp_sectors)
		return 0;
	if (wp_sectors < g->capacity_sectors && g->max_active &&
	    nr_open(set) + set->nr_closed >= g->max_active)
		return -EOVERFLOW;
	set->stats.preset_sectors += wp_sectors;
	zone->wp_sectors = (uint32_t)wp_sectors;
	become(set, zone,
	       wp_sectors == g->capacity_sectors ? ZONE_FULL : ZONE_CLOSED);
	return 0;
}

int zone_errno(enum zone_status status)
{
	switch (status) {
	case ZONE_OK:
		return 0;
	case ZONE_TOO_MANY_ACTIVE:
		return -EOVERFLOW;
	case ZONE_TOO_MANY_OPEN:
		return -ETOOMANYREFS;
	case ZONE_LBA_OUT_OF_RANGE:
		return -ENOSPC;
	case ZONE_INVALID_FIELD:
	case ZONE_BOUNDARY_ERROR:
	case ZONE_IS_FULL:
	case ZONE_IS_READONLY:
	case ZONE_IS_OFFLINE:
	case ZONE_INVALID_WRITE:
	case ZONE_INVALID_TRANSITION:
		break;
	}
	return -EIO;
}

uint64_t zone_sum_wp(const struct zone_set *set)
{
	uint64_t sum = 0;

	for (uint64_t i = set->geometry.nr_conventional; i < set->nr_zones; i++)
		sum += set->zones[i].wp_sectors;
	return sum;
}
