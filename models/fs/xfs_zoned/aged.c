/*
 * What the zones hold before the run: files with contents, and the blocks of
 * other files that age and use have left.
 */
#include <errno.h>

#include "models/fs/xfs_zoned/internal.h"
#include "sim/base/assert.h"
#include "sim/base/rng.h"
#include "sim/base/units.h"

#define PPM 1000000u

/* The device's write pointer follows; a fake device in tests has none. */
static int set_device_zone(struct xfs_zoned *fs, const struct rtg *zone)
{
	struct blk_queue *queue = fs->queue;

	if (zone->conventional || !queue->ops || !queue->ops->set_zone)
		return 0;
	return queue->ops->set_zone(
		queue, rtg_sector(fs, zone, 0),
		zone->written << (fs->block_shift - SECTOR_SHIFT));
}

/* Blocks for a file of the workload, in zones of its own. */
int xfsz_fill_blocks(struct xfsz_inode *ip, uint64_t nr)
{
	struct xfs_zoned *fs = ip->fs;
	uint64_t at = 0;

	if (fs->space.free < (int64_t)nr || fs->space.available < (int64_t)nr)
		return -ENOSPC;
	fs->space.free -= (int64_t)nr;
	fs->space.available -= (int64_t)nr;
	while (at < nr) {
		struct rtg *zone = ip->zone;
		uint64_t block;
		uint64_t got;

		if (!zone || zone->state != RTG_OPEN)
			zone = rtg_select(&fs->rtgs, ip->hint, false);
		if (!zone)
			return -ENOSPC;
		ip->zone = zone;
		xfsz_zone_memory(fs, zone);
		block = zone->allocated;
		got = rtg_alloc(&fs->rtgs, zone, nr - at);
		xfsz_map_blocks(ip, at, zone, block, got);
		rtg_written(&fs->rtgs, zone, got);
		at += got;
		if (set_device_zone(fs, zone))
			return -ENOSPC;
	}
	return 0;
}

/* struct aging - blocks still to be laid out, of slots still to be filled */
struct aging {
	struct xfs_zoned *fs;
	struct xfsz_inode *ip;
	struct rng rng;
	uint64_t live_left;
	uint64_t slots_left;
	uint64_t file_block;
};

/* Live blocks at random places; each file block lies apart from the next. */
static int age_zone(struct aging *aging)
{
	struct xfs_zoned *fs = aging->fs;
	uint64_t capacity = fs->rtgs.capacity;
	struct rtg *zone = rtg_open(&fs->rtgs);
	uint64_t run = 0;

	SIM_ASSERT(zone != NULL);
	xfsz_zone_memory(fs, zone);
	zone->allocated = capacity;
	for (uint64_t block = 0; block <= capacity; block++) {
		if (block < capacity &&
		    rng_below(&aging->rng, aging->slots_left--) <
			    aging->live_left) {
			aging->live_left--;
			run++;
			continue;
		}
		if (!run)
			continue;
		xfsz_map_blocks(aging->ip, aging->file_block, zone, block - run,
				run);
		aging->file_block += run;
		run = 0;
	}
	rtg_written(&fs->rtgs, zone, capacity);
	return set_device_zone(fs, zone);
}

int xfsz_make_aged(struct xfs_zoned *fs)
{
	const struct xfs_zoned_geometry *g = &fs->geometry;
	uint64_t capacity = fs->rtgs.capacity;
	uint64_t live = mul_div((uint64_t)fs->space.free, g->fill_ppm, PPM);
	uint64_t least = (live + capacity - 1) / capacity;
	uint64_t most = (uint64_t)fs->space.available / capacity;
	struct aging aging = { .fs = fs, .live_left = live };
	uint64_t nr_zones;

	if (!live)
		return 0;
	SIM_ASSERT(most >= least);
	nr_zones = least + mul_div(most - least, g->fragmentation_ppm, PPM);
	aging.ip = xfsz_i(xfs_zoned_create(fs, "(aged)"));
	aging.ip->is_aged = true;
	aging.slots_left = nr_zones * capacity;
	rng_init(&aging.rng, g->seed, "xfs_zoned aged state");
	for (uint64_t i = 0; i < nr_zones; i++) {
		int error = age_zone(&aging);

		if (error)
			return error;
	}
	aging.ip->inode.size_bytes = live << fs->block_shift;
	aging.ip->disk_size_bytes = aging.ip->inode.size_bytes;
	aging.ip->log_dirty = false;
	fs->space.free -= (int64_t)live;
	fs->space.available -= (int64_t)(nr_zones * capacity);
	return 0;
}
