/*
 * Which zone a file writes to.
 * Models: xfs_select_zone(), xfs_select_open_zone_lru(),
 * xfs_select_open_zone_mru(), xfs_zoned_hint_score[], 6.16 to 7.3.
 */
#include "models/fs/xfs_zoned/zones.h"
#include "sim/base/assert.h"

enum score { SCORE_ANY, SCORE_OK, SCORE_GOOD };

/* Free zones left to collection, which has one open: XFS_GC_ZONES - 1. */
static bool may_open(const struct rtg_set *set)
{
	return set->nr_open + 1 < set->max_open &&
	       set->nr_free >= set->config->gc_zones - 1;
}

static bool is_long(enum write_hint hint)
{
	return hint == WRITE_HINT_LONG || hint == WRITE_HINT_EXTREME;
}

static enum score score(const struct rtg_set *set, enum write_hint zone,
			enum write_hint file)
{
	if (zone == file &&
	    (file == WRITE_HINT_SHORT || file == WRITE_HINT_MEDIUM))
		return SCORE_GOOD;
	if (is_long(zone) && is_long(file))
		return SCORE_OK;
	if (zone > WRITE_HINT_SHORT || file > WRITE_HINT_SHORT)
		return SCORE_ANY;
	if (zone == file || set->config->hints == ZONE_HINTS_WIDE)
		return SCORE_OK;
	return SCORE_ANY;
}

static bool is_usable(const struct rtg_set *set, const struct rtg *zone,
		      enum write_hint hint, enum score need)
{
	return zone->allocated < set->capacity &&
	       score(set, zone->hint, hint) >= need;
}

/* Picked: used last now. */
static struct rtg *use(struct rtg_set *set, struct rtg *zone,
		       enum write_hint hint)
{
	if (hint && !zone->hint)
		zone->hint = hint;
	if (zone == set->open_tail)
		return zone;
	*(zone->prev ? &zone->prev->next : &set->open_head) = zone->next;
	zone->next->prev = zone->prev;
	zone->prev = set->open_tail;
	zone->next = NULL;
	set->open_tail->next = zone;
	set->open_tail = zone;
	return zone;
}

static struct rtg *oldest(struct rtg_set *set, enum write_hint hint,
			  enum score need)
{
	for (struct rtg *zone = set->open_head; zone; zone = zone->next)
		if (is_usable(set, zone, hint, need))
			return use(set, zone, hint);
	return NULL;
}

static struct rtg *newest(struct rtg_set *set, enum write_hint hint,
			  enum score need)
{
	for (struct rtg *zone = set->open_tail; zone; zone = zone->prev)
		if (is_usable(set, zone, hint, need))
			return use(set, zone, hint);
	return NULL;
}

struct rtg *rtg_open(struct rtg_set *set)
{
	struct rtg *zone = rtg_take_free(set);

	if (!zone)
		return NULL;
	zone->state = RTG_OPEN;
	zone->prev = set->open_tail;
	zone->next = NULL;
	*(set->open_tail ? &set->open_tail->next : &set->open_head) = zone;
	set->open_tail = zone;
	set->nr_open++;
	return zone;
}

struct rtg *rtg_select(struct rtg_set *set, enum write_hint hint,
		       bool pack_tight)
{
	struct rtg *zone = oldest(set, hint, SCORE_GOOD);

	if (!zone && pack_tight)
		zone = newest(set, hint, SCORE_OK);
	if (!zone && may_open(set)) {
		zone = rtg_open(set);
		SIM_ASSERT(zone != NULL);
		zone->hint = hint;
	}
	if (!zone)
		zone = oldest(set, hint, SCORE_OK);
	if (!zone)
		zone = oldest(set, hint, SCORE_ANY);
	return zone;
}
