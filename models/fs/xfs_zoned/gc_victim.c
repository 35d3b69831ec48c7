/*
 * What collection moves next: live blocks of a victim, by file and offset.
 * Models: xfs_zone_gc_select_victim(), xfs_zone_gc_query(),
 * xfs_zone_gc_iter_next(), 6.16 to 7.3.
 */
#include <stdlib.h>

#include "models/fs/xfs_zoned/internal.h"
#include "sim/base/assert.h"

static int compare(const void *left, const void *right)
{
	const struct gc_record *a = left;
	const struct gc_record *b = right;

	if (a->ino != b->ino)
		return a->ino < b->ino ? -1 : 1;
	return (a->file_block > b->file_block) -
	       (a->file_block < b->file_block);
}

static bool continues(const struct gc_record *record,
		      const struct rtg_owner *owner, uint64_t block)
{
	return record->ino == owner->ino &&
	       record->block + record->nr == block &&
	       record->file_block + record->nr == owner->file_block;
}

/* The next batch of records, from next_block on. */
static void read_records(struct xfs_zoned *fs)
{
	struct xfsz_gc *gc = &fs->gc;
	const struct rtg_owner *owners = gc->victim->owners;

	gc->nr_records = 0;
	gc->record = 0;
	for (; gc->next_block < fs->rtgs.capacity; gc->next_block++) {
		const struct rtg_owner *owner = &owners[gc->next_block];
		struct gc_record *last =
			gc->nr_records ? &gc->records[gc->nr_records - 1]
				       : NULL;

		if (!owner->ino)
			continue;
		if (last && continues(last, owner, gc->next_block)) {
			last->nr++;
			continue;
		}
		if (gc->nr_records == GC_NR_RECORDS)
			break;
		gc->records[gc->nr_records++] = (struct gc_record){
			.ino = owner->ino,
			.file_block = owner->file_block,
			.block = (uint32_t)gc->next_block,
			.nr = 1,
		};
	}
	qsort(gc->records, gc->nr_records, sizeof(gc->records[0]), compare);
}

void xfsz_gc_put_zone(struct xfs_zoned *fs, struct rtg *zone)
{
	SIM_ASSERT(zone->gc_refs > 0);
	zone->gc_refs--;
	if (rtg_can_reset(zone))
		xfsz_gc_kick(fs);
}

static bool choose_victim(struct xfs_zoned *fs)
{
	struct xfsz_gc *gc = &fs->gc;
	struct rtg *zone;

	if (!xfsz_gc_is_needed(fs))
		return false;
	zone = rtg_victim(&fs->rtgs);
	if (!zone)
		return false;
	zone->is_victim = true;
	zone->gc_refs++;
	gc->victim = zone;
	gc->next_block = 0;
	gc->nr_records = 0;
	gc->record = 0;
	fs->stats.gc_victims++;
	return true;
}

struct gc_record *xfsz_gc_next(struct xfs_zoned *fs)
{
	struct xfsz_gc *gc = &fs->gc;

	if (!gc->victim && !choose_victim(fs))
		return NULL;
	while (gc->record == gc->nr_records) {
		struct rtg *zone = gc->victim;

		read_records(fs);
		if (gc->nr_records)
			break;
		gc->victim = NULL;
		xfsz_gc_put_zone(fs, zone);
		if (!choose_victim(fs))
			return NULL;
	}
	return &gc->records[gc->record];
}
