/*
 * The state behind models/block/zoned.h.  Private to models/block.
 */
#ifndef MODELS_BLOCK_ZONE_PLUG_H
#define MODELS_BLOCK_ZONE_PLUG_H

#include "models/block/zoned.h"

/**
 * struct zone_plug - a zone that is written, or was written in part
 * @wp_sectors: write pointer once all that was let through has ended
 * @plugged: a write is in flight (locking: the lock)
 * @need_wp_update: a write failed, @wp_sectors is a guess
 * @head, @tail: bios that wait
 * @next: same bucket
 * @next_ready, @is_ready: one write per disk: list of zones that want a turn
 */
struct zone_plug {
	struct zone_plugs *plugs;
	uint64_t zone;
	uint64_t wp_sectors;
	bool plugged;
	bool need_wp_update;
	bool is_ready;
	struct bio *head;
	struct bio *tail;
	struct sim_work work;
	struct zone_plug *next;
	struct zone_plug *next_ready;
};

/**
 * struct zone_plugs - the zones of a queue that have state
 * @locking: mq-deadline locks zones instead
 * @one_per_disk, @disk_busy: 7.2's mode
 */
struct zone_plugs {
	struct blk_queue *queue;
	struct pool pool;
	struct zone_plug **buckets;
	uint64_t nr_buckets;
	uint64_t nr_plugs;
	struct sim_workqueue *wq;
	bool locking;
	bool one_per_disk;
	bool disk_busy;
	struct zone_plug *ready_head;
	struct zone_plug *ready_tail;
	struct zone_plug_stats stats;
};

static inline uint64_t zone_plug_zone(const struct zone_plugs *plugs,
				      uint64_t sector)
{
	return sector / plugs->queue->limits.zone_sectors;
}

/** zone_plug_find - the link to a zone's state; to NULL without any */
struct zone_plug **zone_plug_find(struct zone_plugs *plugs, uint64_t zone);

/**
 * zone_plug_get - the state of the zone that holds @sector, made if need be
 * A zone without state is empty or full: its first write says where.
 */
struct zone_plug *zone_plug_get(struct zone_plugs *plugs, uint64_t sector);

/** zone_plug_submit_next - work item: the write before it is done */
void zone_plug_submit_next(void *arg);

#endif
