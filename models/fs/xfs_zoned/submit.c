/*
 * Zone space for an ioend, and its submission in parts.
 * Models: xfs_zone_alloc_and_submit(), xfs_zone_alloc_blocks(),
 * xfs_submit_zoned_bio(), xfs_get_cached_zone(), 6.16 to 7.3.
 * Omits: waiting for ever for a zone, where that kernel would: the ioend fails
 * and is counted (endless_waits).
 */
#include <errno.h>

#include "models/fs/xfs_zoned/internal.h"
#include "sim/base/assert.h"
#include "sim/base/units.h"

static bool has_room(const struct xfs_zoned *fs, const struct rtg *zone)
{
	return zone->state == RTG_OPEN && zone->allocated < fs->rtgs.capacity;
}

/* The zone the file wrote to last, unless it is full or forgotten. */
static struct rtg *cached_zone(struct xfsz_inode *ip)
{
	struct xfs_zoned *fs = ip->fs;
	uint64_t now = sim_now_ns(fs->sim);
	uint64_t keep = fs->config->inode_zone_ns;

	if (ip->zone &&
	    (!has_room(fs, ip->zone) || (keep && now > ip->zone_ns + keep)))
		ip->zone = NULL;
	ip->zone_ns = now;
	return ip->zone;
}

/* Will an open zone be full, or a full one free, some time? */
static bool one_may_come(const struct xfs_zoned *fs)
{
	const struct rtg *zone = fs->rtgs.open_head;

	for (; zone; zone = zone->next)
		if (zone->written + zone->stranded < zone->allocated)
			return true;
	return fs->gc.running;
}

/* NULL: there is none and there will be none. */
static struct rtg *find_zone(struct xfsz_inode *ip)
{
	struct xfs_zoned *fs = ip->fs;
	struct rtg *zone = NULL;

	sim_settle(fs->sim);
	if (fs->is_shutdown)
		return NULL;
	zone = cached_zone(ip);
	if (zone)
		return zone;
	while (!fs->is_shutdown && !(zone = xfsz_select(ip))) {
		xfsz_gc_check(fs);
		if (!one_may_come(fs)) {
			fs->stats.endless_waits++;
			break;
		}
		fs->stats.zone_waits++;
		if (fs->mm->before_wait)
			fs->mm->before_wait(fs->mm->before_wait_arg);
		sim_settle(fs->sim);
		if (fs->is_shutdown || (zone = xfsz_select(ip)))
			break;
		sim_wait(fs->sim, &fs->zone_waiters);
	}
	ip->zone = zone;
	return zone;
}

/* Shut down, or no zone will ever come: its space is not given back. */
static void fail(struct ioend *ioend)
{
	ioend->bio.end_io = NULL;
	ioend_submit(ioend, -EIO);
}

static bool is_append(const struct xfs_zoned *fs, const struct rtg *zone)
{
	return rtg_is_seq(zone) && fs->config->data_op == ZONE_DATA_APPEND;
}

/* Plugged writes: who got the place must also be the next to submit. */
static void lock_zone(struct xfs_zoned *fs, struct rtg *zone)
{
	if (is_append(fs, zone) || !rtg_is_seq(zone))
		return;
	sim_settle(fs->sim);
	while (zone->busy)
		sim_wait(fs->sim, &zone->busy_waiters);
	zone->busy = true;
}

static void unlock_zone(struct xfs_zoned *fs, struct rtg *zone)
{
	if (!zone->busy)
		return;
	zone->busy = false;
	sim_wake(fs->sim, &zone->busy_waiters, 1);
}

/* Where the part that is now in front goes, or from where on. */
static void place(struct xfs_zoned *fs, struct ioend *ioend, struct rtg *zone,
		  uint64_t block)
{
	bool append = is_append(fs, zone);

	ioend->bio.end_io = xfsz_end_bio;
	ioend->bio.op = append ? BIO_ZONE_APPEND : BIO_WRITE;
	ioend->sector = rtg_sector(fs, zone, append ? 0 : block);
	ioend->bio.sector = ioend->sector;
}

static void submit_part(struct xfs_zoned *fs, struct ioend *ioend)
{
	uint64_t offset = (ioend->sector - fs->first_sector) % fs->zone_sectors;

	ioend->flags &= ~(unsigned int)IOEND_BOUNDARY;
	if (ioend->bio.op == BIO_WRITE && !offset)
		ioend->flags |= IOEND_BOUNDARY;
	sim_charge_ps(fs->sim, fs->account_map, fs->costs->zone_alloc);
	ioend_submit(ioend, 0);
}

/*
 * Submit as much of @ioend as @bytes of @zone from @block on can take.
 * Return: true when that was all of it.
 */
static bool submit_into(struct xfs_zoned *fs, struct ioend *ioend,
			struct rtg *zone, uint64_t block, uint64_t bytes)
{
	struct ioend *part;

	place(fs, ioend, zone, block);
	while ((part = ioend_split(ioend, bytes, is_append(fs, zone)))) {
		sim_charge_ps(fs->sim, fs->account_map, fs->costs->split);
		bytes -= part->size_bytes;
		submit_part(fs, part);
		if (!bytes)
			return false;
	}
	submit_part(fs, ioend);
	return true;
}

void xfsz_submit(struct ioend_builder *builder, struct ioend *ioend)
{
	struct xfsz_inode *ip = xfsz_i(ioend->inode);
	struct xfs_zoned *fs = ip->fs;
	bool is_done = false;

	while (!is_done) {
		struct rtg *zone = builder->fs_state;

		if (!zone || fs->is_shutdown)
			zone = find_zone(ip);
		if (!zone) {
			fail(ioend);
			return;
		}
		builder->fs_state = zone;
		lock_zone(fs, zone);
		uint64_t block = zone->allocated;
		uint64_t want = min_u64(blocks_up(fs, ioend->size_bytes),
					XFS_MAX_EXTENT_BLOCKS);
		uint64_t got = 0;

		if (has_room(fs, zone))
			got = rtg_alloc(&fs->rtgs, zone, want);
		xfsz_count_user(fs, got);
		if (got)
			is_done = submit_into(fs, ioend, zone, block,
					      got << fs->block_shift);
		unlock_zone(fs, zone);
		if (!is_done)
			builder->fs_state = NULL;
	}
}
