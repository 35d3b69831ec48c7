/*
 * Blocks of files in zones: who has which, and what that does to the zones.
 * Models: xfs_zoned_end_extent(), xfs_zone_record_blocks(),
 * xfs_zone_free_blocks(), 6.16 to 7.3.
 */
#include <string.h>

#include "models/fs/xfs_zoned/internal.h"
#include "sim/base/assert.h"
#include "sim/base/units.h"

void xfsz_zone_memory(struct xfs_zoned *fs, struct rtg *zone)
{
	if (zone->owners)
		return;
	zone->owners = pool_get(&fs->owners);
	memset(zone->owners, 0, fs->rtgs.capacity * sizeof(*zone->owners));
}

/* Packed with others once nobody writes to it any more. */
static bool packs_tight(const struct xfsz_inode *ip)
{
	const struct xfs_zoned *fs = ip->fs;
	uint64_t zone_bytes = fs->rtgs.capacity << fs->block_shift;

	if (ip->nr_opens)
		return false;
	return !fs->config->pack_tight_small_files ||
	       ip->inode.size_bytes < zone_bytes;
}

struct rtg *xfsz_select(struct xfsz_inode *ip)
{
	struct xfs_zoned *fs = ip->fs;
	uint64_t nr_free = fs->rtgs.nr_free;
	struct rtg *zone = rtg_select(&fs->rtgs, ip->hint, packs_tight(ip));

	if (zone && fs->rtgs.nr_free != nr_free) {
		fs->stats.zones_opened++;
		xfsz_zone_memory(fs, zone);
		sim_charge_ps(fs->sim, fs->account_map, fs->costs->zone_open);
	}
	return zone;
}

void xfsz_written(struct xfs_zoned *fs, struct rtg *zone, uint64_t nr)
{
	if (!rtg_written(&fs->rtgs, zone, nr))
		return;
	sim_wake(fs->sim, &fs->zone_waiters, UINT32_MAX);
	xfsz_gc_check(fs);
}

/* Old blocks of a file: nobody's from now on. */
static void give_back(struct xfs_zoned *fs, uint64_t disk, uint64_t len)
{
	struct rtg *zone = disk_rtg(fs, disk);
	uint64_t block = disk_block(disk);

	for (uint64_t i = 0; i < len; i++) {
		SIM_ASSERT(zone->owners[block + i].ino);
		zone->owners[block + i].ino = 0;
	}
	rtg_unuse(&fs->rtgs, zone, len);
}

void xfsz_release(uint64_t disk, uint64_t len, void *arg)
{
	struct xfs_zoned *fs = arg;

	give_back(fs, disk, len);
	fs->space.free += (int64_t)len;
	xfsz_gc_check(fs);
}

static void set_owner(struct xfsz_inode *ip, uint64_t file_block,
		      struct rtg *zone, uint64_t block, uint64_t nr)
{
	SIM_ASSERT(file_block + nr <= UINT32_MAX);
	SIM_ASSERT(block + nr <= ip->fs->rtgs.capacity);
	for (uint64_t i = 0; i < nr; i++) {
		struct rtg_owner *owner = &zone->owners[block + i];

		SIM_ASSERT(!owner->ino);
		owner->ino = ip->number;
		owner->file_block = (uint32_t)(file_block + i);
	}
	rtg_use(&ip->fs->rtgs, zone, nr);
}

unsigned int xfsz_map_blocks(struct xfsz_inode *ip, uint64_t file_block,
			     struct rtg *zone, uint64_t block, uint64_t nr)
{
	struct xfs_zoned *fs = ip->fs;
	unsigned int nr_pieces = 0;

	while (nr) {
		struct extent *old = fork_lookup(&ip->data, file_block);
		bool hit = old && old->start <= file_block;
		uint64_t len = nr;

		if (hit)
			len = min_u64(len, extent_end(old) - file_block);
		else if (old)
			len = min_u64(len, old->start - file_block);
		if (hit)
			fork_punch(&ip->data, file_block, len, xfsz_release,
				   fs);
		fork_insert(&ip->data, file_block, len, EXTENT_WRITTEN,
			    rtg_disk(zone, block));
		set_owner(ip, file_block, zone, block, len);
		file_block += len;
		block += len;
		nr -= len;
		nr_pieces++;
	}
	ip->log_dirty = true;
	return nr_pieces;
}

void xfsz_punch(struct xfsz_inode *ip, uint64_t start)
{
	struct xfs_zoned *fs = ip->fs;
	struct extent *delayed = fork_lookup(&ip->cow, start);
	uint64_t nr = 0;

	for (; delayed; delayed = fork_next(&ip->cow, delayed))
		nr += extent_end(delayed) - max_u64(start, delayed->start);
	fork_punch(&ip->cow, start, UINT64_MAX - start, NULL, NULL);
	fork_punch(&ip->data, start, UINT64_MAX - start, xfsz_release, fs);
	xfsz_unreserve(fs, nr);
	ip->log_dirty = true;
}
