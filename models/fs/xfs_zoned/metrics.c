/*
 * What a zoned XFS lets out: counters, values over time, the parts of ioends.
 */
#include "models/fs/xfs_zoned/internal.h"
#include "sim/base/units.h"

#define PPM 1000000u

static void register_counters(struct xfs_zoned *fs)
{
	struct sim_metrics *m = sim_metrics(fs->sim);
	struct xfsz_stats *s = &fs->stats;

	metrics_counter(m, "xfs_zoned.map_lookups", "calls", &s->map_lookups);
	metrics_counter(m, "xfs_zoned.space_waits", "waits", &s->space_waits);
	metrics_counter(m, "xfs_zoned.space_flushes", "calls",
			&s->space_flushes);
	metrics_counter(m, "xfs_zoned.zone_waits", "waits", &s->zone_waits);
	metrics_counter(m, "xfs_zoned.zones_opened", "zones", &s->zones_opened);
	metrics_counter(m, "xfs_zoned.ioends_queued", "ioends",
			&s->ioends_queued);
	metrics_counter(m, "xfs_zoned.completion_runs", "runs",
			&s->completion_runs);
	metrics_counter(m, "xfs_zoned.completion_lists", "ioends",
			&s->completion_lists);
	metrics_counter(m, "xfs_zoned.remaps", "transactions", &s->remaps);
	metrics_counter(m, "xfs_zoned.size_updates", "transactions",
			&s->size_updates);
	metrics_counter(m, "xfs_zoned.log_forces", "calls", &fs->log.nr_forces);
	metrics_counter(m, "xfs_zoned.user_blocks", "blocks", &s->user_blocks);
	metrics_counter(m, "xfs_zoned.gc_victims", "zones", &s->gc_victims);
	metrics_counter(m, "xfs_zoned.gc_blocks", "blocks", &s->gc_blocks);
	metrics_counter(m, "xfs_zoned.gc_wasted_blocks", "blocks",
			&s->gc_wasted_blocks);
	metrics_counter(m, "xfs_zoned.endless_waits", "ioends",
			&s->endless_waits);
	metrics_counter(m, "xfs_zoned.shutdowns", "shutdowns", &s->shutdowns);
	metrics_counter(m, "xfs_zoned.zone_resets", "zones", &s->zone_resets);
}

/* What ended where: the parts of ioends in the order of their ends. */
static void register_stream(struct xfs_zoned *fs)
{
	static const char *const fields[] = { "pos_bytes", "bytes", "sector",
					      "boundary" };

	fs->stream_parts = stream_new(fs->sim, "zone_parts", fields, 4);
}

static void register_gauges(struct xfs_zoned *fs)
{
	struct sim_metrics *m = sim_metrics(fs->sim);

	fs->window.ppm = PPM;
	metrics_gauge(m, "write_amplification", "ppm", false, &fs->window.ppm);
	metrics_gauge(m, "free_zones", "zones", false, &fs->rtgs.nr_free);
}

void xfsz_register_metrics(struct xfs_zoned *fs)
{
	register_counters(fs);
	register_gauges(fs);
	register_stream(fs);
}

/* That much user data more: what did it move? */
static void end_window(struct xfs_zoned *fs)
{
	struct xfsz_window *window = &fs->window;
	uint64_t user = fs->stats.user_blocks - window->user_blocks;
	uint64_t moved = fs->stats.gc_blocks - window->gc_blocks;

	window->ppm = mul_div(user + moved, PPM, user);
	window->user_blocks = fs->stats.user_blocks;
	window->gc_blocks = fs->stats.gc_blocks;
}

void xfsz_count_user(struct xfs_zoned *fs, uint64_t blocks)
{
	fs->stats.user_blocks += blocks;
	if (fs->stats.user_blocks - fs->window.user_blocks >=
	    fs->rtgs.nr_zones * fs->rtgs.capacity / 16)
		end_window(fs);
}
