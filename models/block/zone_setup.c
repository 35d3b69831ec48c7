/*
 * Zone write plugging: set-up, state by zone; the zone lock of older kernels.
 */
#include <stdlib.h>

#include "models/block/zone_plug.h"
#include "sim/base/assert.h"
#include "sim/base/units.h"

/* BLK_ZONE_WPLUG_DEFAULT_POOL_SIZE */
#define DEFAULT_POOL 128
#define MAX_BUCKETS  65536

struct zone_plug **zone_plug_find(struct zone_plugs *plugs, uint64_t zone)
{
	struct zone_plug **link =
		&plugs->buckets[zone & (plugs->nr_buckets - 1)];

	while (*link && (*link)->zone != zone)
		link = &(*link)->next;
	return link;
}

struct zone_plug *zone_plug_get(struct zone_plugs *plugs, uint64_t sector)
{
	uint64_t zone = zone_plug_zone(plugs, sector);
	struct zone_plug **link = zone_plug_find(plugs, zone);

	if (!*link) {
		struct zone_plug *plug = pool_get_zeroed(&plugs->pool);

		plug->plugs = plugs;
		plug->zone = zone;
		plug->wp_sectors = sector % plugs->queue->limits.zone_sectors;
		plug->work.fn = zone_plug_submit_next;
		plug->work.arg = plug;
		*link = plug;
		plugs->nr_plugs++;
		plugs->stats.plugs_max =
			max_u64(plugs->stats.plugs_max, plugs->nr_plugs);
	}
	return *link;
}

bool zone_lock_can_dispatch(struct zone_plugs *plugs, const struct request *rq)
{
	struct zone_plug *plug;

	if (!plugs->locking || rq->op != BIO_WRITE)
		return true;
	plug = *zone_plug_find(plugs, zone_plug_zone(plugs, rq->sector));
	return !plug || !plug->plugged;
}

void zone_lock_dispatched(struct zone_plugs *plugs, struct request *rq)
{
	struct zone_plug *plug;

	if (!plugs->locking || rq->op != BIO_WRITE ||
	    !blk_zone_is_seq(plugs->queue, rq->sector))
		return;
	plug = zone_plug_get(plugs, rq->sector);
	SIM_ASSERT(!plug->plugged);
	plug->plugged = true;
	rq->zone_write = true;
}

static void register_metrics(struct zone_plugs *plugs)
{
	struct sim_metrics *m = sim_metrics(plugs->queue->sim);
	struct zone_plug_stats *s = &plugs->stats;

	metrics_counter(m, "block.zone_held", "bios", &s->held);
	metrics_counter(m, "block.zone_merged", "bios", &s->merged);
	metrics_counter(m, "block.zone_emulated_appends", "bios", &s->emulated);
	metrics_counter(m, "block.zone_failed", "bios", &s->failed);
	metrics_counter(m, "block.zone_plugs_max", "zones", &s->plugs_max);
}

void zone_plugs_init(struct blk_queue *queue, bool rotational)
{
	const struct queue_limits *limits = &queue->limits;
	uint64_t nr = max_u64(limits->max_open_zones, limits->max_active_zones);
	struct zone_plugs *plugs;

	if (!limits->zone_sectors)
		return;
	plugs = calloc(1, sizeof(*plugs));
	SIM_ASSERT(plugs != NULL);
	plugs->queue = queue;
	pool_init(&plugs->pool, "zone plug", sizeof(struct zone_plug));
	plugs->nr_buckets = 1ull << log2_floor(min_u64(nr ? nr : DEFAULT_POOL,
						       MAX_BUCKETS));
	plugs->buckets = calloc(plugs->nr_buckets, sizeof(struct zone_plug *));
	SIM_ASSERT(plugs->buckets != NULL);
	plugs->wq = sim_workqueue_new(queue->sim, "zwplugs");
	plugs->locking = queue->config->zone_write_locking;
	plugs->one_per_disk =
		queue->config->zoned_qd1_writes == ZONED_QD1_ALWAYS ||
		(queue->config->zoned_qd1_writes == ZONED_QD1_ROTATIONAL &&
		 rotational);
	register_metrics(plugs);
	queue->zone_plugs = plugs;
}

void zone_plugs_free(struct zone_plugs *plugs)
{
	if (!plugs)
		return;
	pool_done(&plugs->pool);
	free(plugs->buckets);
	free(plugs);
}

const struct zone_plug_stats *zone_plug_stats(const struct zone_plugs *plugs)
{
	return &plugs->stats;
}
