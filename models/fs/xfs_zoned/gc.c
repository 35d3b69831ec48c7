/*
 * The thread of garbage collection: when it works and in which order.
 * Models: xfs_zone_gcd(), xfs_zone_gc_handle_work(), xfs_zoned_need_gc(),
 * xfs_zone_gc_reset_zones(), fs/xfs/xfs_zone_gc.c, 6.16 to 7.3.
 * Omits: several resets in flight, parking at freeze and unmount.
 */
#include "models/fs/xfs_zoned/internal.h"
#include "sim/base/assert.h"
#include "sim/base/units.h"

bool xfsz_gc_is_needed(const struct xfs_zoned *fs)
{
	const struct rtg_set *rtgs = &fs->rtgs;
	const struct xfsz_space *space = &fs->space;
	uint64_t zones = (rtgs->max_open - 1) * rtgs->capacity;

	if (!rtgs->nr_reclaimable)
		return false;
	if (space->head || space->available < (int64_t)zones)
		return true;
	return space->available <
	       space->free / 100 * (int64_t)fs->config->zonegc_low_space;
}

void xfsz_gc_kick(struct xfs_zoned *fs)
{
	fs->gc.kicked = true;
	fs->gc.running = true;
	sim_wake(fs->sim, &fs->gc.waitq, 1);
}

void xfsz_gc_check(struct xfs_zoned *fs)
{
	if (fs->rtgs.nr_empty || xfsz_gc_is_needed(fs))
		xfsz_gc_kick(fs);
}

/* A reset that fails leaves nothing to go on with. */
static void reset_zone(struct xfs_zoned *fs, struct rtg *zone)
{
	int error;

	rtg_start_reset(&fs->rtgs, zone);
	error = xfs_log_force(&fs->log);
	if (!error && rtg_is_seq(zone))
		error = blk_zone_mgmt(fs->queue, BIO_ZONE_RESET,
				      rtg_sector(fs, zone, 0));
	sim_settle(fs->sim);
	if (error) {
		xfsz_shutdown(fs);
		return;
	}
	rtg_end_reset(&fs->rtgs, zone);
	pool_put(&fs->owners, zone->owners);
	zone->owners = NULL;
	fs->stats.zone_resets++;
	xfsz_add_available(fs, (int64_t)fs->rtgs.capacity);
	sim_wake(fs->sim, &fs->zone_waiters, UINT32_MAX);
}

/* Empty zones become free, after what emptied them is safe on disk. */
static bool reset_zones(struct xfs_zoned *fs)
{
	bool did = false;

	for (uint32_t i = 0; fs->rtgs.nr_empty && i < fs->rtgs.nr_zones; i++) {
		struct rtg *zone = &fs->rtgs.zones[i];

		if (fs->is_shutdown)
			return false;
		if (!rtg_can_reset(zone))
			continue;
		if (!did)
			blk_issue_flush(fs->queue);
		did = true;
		if (rtg_can_reset(zone))
			reset_zone(fs, zone);
	}
	return did;
}

static bool handle_work(struct xfs_zoned *fs)
{
	struct blk_plug plug;
	bool did = reset_zones(fs);

	while (xfsz_gc_finish_ready(fs))
		did = true;
	blk_start_plug(&plug, fs->queue);
	while (xfsz_gc_write_ready(fs))
		did = true;
	while (xfsz_gc_start_chunk(fs))
		did = true;
	blk_finish_plug(&plug);
	return did;
}

/* Nothing to do until something changes. */
static void rest(struct xfs_zoned *fs)
{
	struct xfsz_gc *gc = &fs->gc;

	gc->running = gc->nr_chunks || gc->victim;
	if (!gc->running) {
		xfsz_wake_hopeless(fs);
		sim_wake(fs->sim, &fs->zone_waiters, UINT32_MAX);
	}
	sim_settle(fs->sim);
	while (!gc->kicked)
		sim_wait(fs->sim, &gc->waitq);
}

static void gc_thread(void *arg)
{
	struct xfs_zoned *fs = arg;

	for (;;) {
		sim_settle(fs->sim);
		fs->gc.kicked = false;
		if (!handle_work(fs))
			rest(fs);
	}
}

void xfsz_gc_init(struct xfs_zoned *fs)
{
	struct xfsz_gc *gc = &fs->gc;
	uint64_t half = fs->config->gc_scratch_bytes / 2;

	gc->waitq.name = "work for garbage collection";
	gc->account = sim_account_add(fs->sim, "zone gc");
	gc->reading.tail = &gc->reading.head;
	gc->writing.tail = &gc->writing.head;
	pool_init(&gc->chunks, "gc chunk", sizeof(struct gc_chunk));
	for (unsigned int i = 0; i < 2; i++) {
		gc->scratch[i].order =
			(uint8_t)log2_floor(max_u64(half >> PAGE_SHIFT, 1));
		gc->scratch[i].frame = (uint64_t)(i + 1) << 40;
	}
	sim_thread_new(fs->sim, "xfs-zone-gc", 0, true, gc_thread, fs);
}

bool xfs_zoned_is_idle(const struct xfs_zoned *fs)
{
	return !fs->gc.nr_chunks;
}
