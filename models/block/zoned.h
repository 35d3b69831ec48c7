/*
 * Zoned devices: writes stay at the write pointer of their zone.
 *
 * Zone write plugging (6.10 on): a zone with a write in flight keeps further
 * writes in a list; when the request ends, a work item submits the next one,
 * and those that directly follow it go along in the same request.  Zone
 * appends become such writes where the device has none of its own, else they
 * pass by, any number at once.
 * After a failed write the list is failed too, and so is every later write
 * until a reset, a finish or a zone report says where the write pointer is.
 *
 * Options for comparison: one write in flight per disk, zones served in the
 * order in which they asked ("zoned_qd1_writes", 7.2), and the lock per zone
 * that mq-deadline took at dispatch before ("zone_write_locking", up to 6.9:
 * no emulated append; without that scheduler nothing keeps the order).
 *
 * Models: block/blk-zoned.c, 6.12 to 7.3; dd_dispatch_request() with
 * blk_req_zone_write_lock(), 6.9.
 * Omits: CPU cost of plugging (no measurement), write zeroes, REQ_NOWAIT,
 * reset of all zones; one work queue thread per CPU serves all zones, so a
 * work item that waits for a tag holds up the others of its CPU.
 */
#ifndef MODELS_BLOCK_ZONED_H
#define MODELS_BLOCK_ZONED_H

#include <stdbool.h>
#include <stdint.h>

#include "models/block/queue.h"

/** struct zone_plug_stats - counters "block.zone_*" */
struct zone_plug_stats {
	uint64_t held;      /* bios that waited for their zone */
	uint64_t merged;    /* of those: went along in a request */
	uint64_t emulated;  /* appends made writes */
	uint64_t failed;    /* bios failed without reaching the device */
	uint64_t plugs_max; /* zones with state at once */
};

/**
 * zone_plugs_init - make @queue keep the order of writes in zones
 * Nothing to do when its limits name no zones.  Context: set-up, after
 * limits, depth and scheduler.
 */
void zone_plugs_init(struct blk_queue *queue, bool rotational);
void zone_plugs_free(struct zone_plugs *plugs);
const struct zone_plug_stats *zone_plug_stats(const struct zone_plugs *plugs);

/**
 * zone_plug_bio - a split bio is to become a request
 * Return: true when it does not now: it was put on its zone's list, or
 * failed.
 */
bool zone_plug_bio(struct zone_plugs *plugs, struct bio *bio);

/** zone_plug_note_merge - @bio went into a request that was there */
void zone_plug_note_merge(struct zone_plugs *plugs, struct bio *bio);

/** zone_plug_fill_request - put what waits and follows @rq into it */
void zone_plug_fill_request(struct zone_plugs *plugs, struct request *rq);

/** zone_plug_bio_ends - of a zone write, before bio_endio() */
void zone_plug_bio_ends(struct zone_plugs *plugs, struct bio *bio, int status);

/** zone_plug_request_ends - the next write of that zone may go */
void zone_plug_request_ends(struct zone_plugs *plugs, uint64_t sector);

/** zone_plug_report - a zone report was seen: the write pointer is known */
void zone_plug_report(struct zone_plugs *plugs, const struct blk_zone *zone);

/** zone_append_is_valid - to a zone start, not too large, to a zoned device */
bool zone_append_is_valid(const struct bio *bio);

/**
 * zone_lock_can_dispatch - may the scheduler give @rq to the driver?
 * False while another write of its zone is there, under "zone_write_locking".
 */
bool zone_lock_can_dispatch(struct zone_plugs *plugs, const struct request *rq);

/** zone_lock_dispatched - @rq goes: its zone is locked until it ends */
void zone_lock_dispatched(struct zone_plugs *plugs, struct request *rq);

#endif
