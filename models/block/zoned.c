#include "models/block/zoned.h"

#include <errno.h>

#include "models/block/internal.h"
#include "models/block/zone_plug.h"
#include "sim/base/assert.h"
#include "sim/base/units.h"

static bool is_full(const struct zone_plug *plug)
{
	return plug->wp_sectors >=
	       plug->plugs->queue->limits.zone_capacity_sectors;
}

/* Zones that are empty or full need no state. */
static void put_plug(struct zone_plug *plug)
{
	struct zone_plugs *plugs = plug->plugs;

	if (plug->plugged || plug->head || plug->need_wp_update ||
	    plug->is_ready || plug->work.pending)
		return;
	if (plug->wp_sectors && !is_full(plug) && !plugs->locking)
		return;
	*zone_plug_find(plugs, plug->zone) = plug->next;
	plugs->nr_plugs--;
	pool_put(&plugs->pool, plug);
}

static void hold(struct zone_plug *plug, struct bio *bio)
{
	bio->next = NULL;
	if (plug->tail)
		plug->tail->next = bio;
	else
		plug->head = bio;
	plug->tail = bio;
	plug->plugs->stats.held++;
}

static struct bio *take(struct zone_plug *plug)
{
	struct bio *bio = plug->head;

	if (!bio)
		return NULL;
	plug->head = bio->next;
	if (!plug->head)
		plug->tail = NULL;
	bio->next = NULL;
	return bio;
}

static void fail_bio(struct zone_plug *plug, struct bio *bio)
{
	plug->plugs->stats.failed++;
	bio->zone_ns = sim_now_ns(plug->plugs->queue->sim);
	bio->flags &= (uint16_t)~BIO_ZONE_WRITE;
	blk_fail_bio(bio, -EIO);
}

/* Fail all that waits.  Who is told may submit again: only this list. */
static void abort_held(struct zone_plug *plug)
{
	struct bio *bio = plug->head;

	plug->head = NULL;
	plug->tail = NULL;
	while (bio) {
		struct bio *next = bio->next;

		bio->next = NULL;
		fail_bio(plug, bio);
		bio = next;
	}
}

/* Is @bio the next write of its zone?  Then it counts as written. */
static bool prepare(struct zone_plug *plug, struct bio *bio)
{
	uint64_t zone_sectors = plug->plugs->queue->limits.zone_sectors;

	if (plug->need_wp_update || is_full(plug))
		return false;
	if (bio->op == BIO_ZONE_APPEND) {
		bio->op = BIO_WRITE;
		bio->flags |= BIO_EMULATED | BIO_NOMERGE;
		bio->sector += plug->wp_sectors;
		plug->plugs->stats.emulated++;
	} else if (bio->sector % zone_sectors != plug->wp_sectors) {
		return false;
	}
	plug->wp_sectors += bytes_to_sectors(bio->bytes);
	return true;
}

static void make_request(struct zone_plug *plug, struct bio *bio)
{
	struct blk_queue *queue = plug->plugs->queue;
	uint32_t segments = 0;

	bio_split_point(bio, &queue->limits, &segments);
	blk_make_request(bio, segments, queue->costs->submit_split);
}

/* Work item: the write before is done, the zone's next may go. */
void zone_plug_submit_next(void *arg)
{
	struct zone_plug *plug = arg;
	struct bio *bio;

	sim_settle(plug->plugs->queue->sim);
	while ((bio = take(plug)) != NULL) {
		bio->zone_ns = sim_now_ns(plug->plugs->queue->sim);
		if (prepare(plug, bio)) {
			make_request(plug, bio);
			return;
		}
		fail_bio(plug, bio);
	}
	zone_plug_request_ends(plug->plugs,
			       plug->zone *
				       plug->plugs->queue->limits.zone_sectors);
}

static void queue_next(struct zone_plug *plug)
{
	sim_queue_work(plug->plugs->wq, &plug->work);
}

/* One write per disk: @plug asks for a turn; whose turn is it? */
static void ask_for_turn(struct zone_plug *plug)
{
	struct zone_plugs *plugs = plug->plugs;

	if (plug->is_ready || !plug->head)
		return;
	plug->is_ready = true;
	plug->next_ready = NULL;
	if (plugs->ready_tail)
		plugs->ready_tail->next_ready = plug;
	else
		plugs->ready_head = plug;
	plugs->ready_tail = plug;
}

static void give_turn(struct zone_plugs *plugs)
{
	struct zone_plug *plug = plugs->ready_head;

	if (plugs->disk_busy || !plug)
		return;
	plugs->ready_head = plug->next_ready;
	if (!plugs->ready_head)
		plugs->ready_tail = NULL;
	plug->is_ready = false;
	plug->plugged = true;
	plugs->disk_busy = true;
	queue_next(plug);
}

void zone_plug_request_ends(struct zone_plugs *plugs, uint64_t sector)
{
	struct zone_plug *plug =
		*zone_plug_find(plugs, zone_plug_zone(plugs, sector));

	SIM_ASSERT(plug != NULL);
	SIM_ASSERT(plug->plugged);
	if (plug->head && !plugs->one_per_disk) {
		queue_next(plug);
		return;
	}
	plug->plugged = false;
	if (plugs->one_per_disk) {
		plugs->disk_busy = false;
		ask_for_turn(plug);
		give_turn(plugs);
	}
	put_plug(plug);
}

static bool write_to_zone(struct zone_plugs *plugs, struct bio *bio)
{
	struct zone_plug *plug = zone_plug_get(plugs, bio->sector);

	bio->flags |= BIO_ZONE_WRITE;
	if (plugs->one_per_disk) {
		hold(plug, bio);
		if (!plug->plugged)
			ask_for_turn(plug);
		give_turn(plugs);
		return true;
	}
	if (plug->plugged) {
		hold(plug, bio);
		return true;
	}
	if (!prepare(plug, bio)) {
		fail_bio(plug, bio);
		put_plug(plug);
		return true;
	}
	plug->plugged = true;
	return false;
}

/* Appends of the device's own leave a zone's state behind: drop it. */
static void pass_append(struct zone_plugs *plugs, const struct bio *bio)
{
	struct zone_plug *plug =
		*zone_plug_find(plugs, zone_plug_zone(plugs, bio->sector));

	if (!plug || plug->plugged)
		return;
	abort_held(plug);
	plug->wp_sectors = 0;
	plug->need_wp_update = false;
	put_plug(plug);
}

static bool set_wp(struct zone_plugs *plugs, struct bio *bio, uint64_t wp)
{
	struct zone_plug *plug =
		*zone_plug_find(plugs, zone_plug_zone(plugs, bio->sector));

	if (!blk_zone_is_seq(plugs->queue, bio->sector)) {
		blk_fail_bio(bio, -EIO);
		return true;
	}
	if (plug) {
		plug->need_wp_update = false;
		plug->wp_sectors = wp;
		abort_held(plug);
		put_plug(plug);
	}
	return false;
}

bool zone_plug_bio(struct zone_plugs *plugs, struct bio *bio)
{
	const struct queue_limits *limits = &plugs->queue->limits;

	switch ((enum bio_op)bio->op) {
	case BIO_ZONE_RESET:
		return set_wp(plugs, bio, 0);
	case BIO_ZONE_FINISH:
		return set_wp(plugs, bio, limits->zone_capacity_sectors);
	case BIO_ZONE_APPEND:
		if (!limits->emulate_zone_append) {
			if (plugs->nr_plugs)
				pass_append(plugs, bio);
			return false;
		}
		return write_to_zone(plugs, bio);
	case BIO_WRITE:
		if (plugs->locking ||
		    !blk_zone_is_seq(plugs->queue, bio->sector))
			return false;
		return write_to_zone(plugs, bio);
	case BIO_FLUSH:
	case BIO_READ:
	case BIO_ZONE_OPEN:
	case BIO_ZONE_CLOSE:
		break;
	}
	return false;
}

void zone_plug_note_merge(struct zone_plugs *plugs, struct bio *bio)
{
	struct zone_plug *plug;

	if (plugs->locking || !blk_zone_is_seq(plugs->queue, bio->sector))
		return;
	plug = *zone_plug_find(plugs, zone_plug_zone(plugs, bio->sector));
	SIM_ASSERT(plug != NULL);
	bio->flags |= BIO_ZONE_WRITE;
	plug->wp_sectors += bytes_to_sectors(bio->bytes);
}

void zone_plug_fill_request(struct zone_plugs *plugs, struct request *rq)
{
	struct zone_plug *plug =
		*zone_plug_find(plugs, zone_plug_zone(plugs, rq->sector));

	SIM_ASSERT(plug != NULL);
	SIM_ASSERT(plug->plugged);
	while (plug->head && !is_full(plug)) {
		struct bio *bio = plug->head;
		struct bio *next = bio->next;
		uint32_t segments = 0;

		if (bio->op != BIO_WRITE ||
		    bio->sector != rq->sector + bytes_to_sectors(rq->bytes))
			return;
		bio_split_point(bio, &plugs->queue->limits, &segments);
		if (!blk_try_merge(rq, bio, segments))
			return;
		plug->head = next;
		if (!next)
			plug->tail = NULL;
		plug->wp_sectors += bytes_to_sectors(bio->bytes);
		bio->zone_ns = sim_now_ns(plugs->queue->sim);
		plugs->stats.merged++;
	}
}

void zone_plug_bio_ends(struct zone_plugs *plugs, struct bio *bio, int status)
{
	struct zone_plug *plug;

	if (plugs->locking)
		return;
	if (bio->flags & BIO_EMULATED) {
		bio->op = BIO_ZONE_APPEND;
		bio->flags &= (uint16_t)~BIO_EMULATED;
	}
	bio->flags &= (uint16_t)~BIO_ZONE_WRITE;
	plug = *zone_plug_find(plugs, zone_plug_zone(plugs, bio->sector));
	if (!status || !plug)
		return;
	plug->need_wp_update = true;
	abort_held(plug);
}

void zone_plug_report(struct zone_plugs *plugs, const struct blk_zone *zone)
{
	struct zone_plug *plug = *zone_plug_find(
		plugs, zone_plug_zone(plugs, zone->start_sector));

	if (!plug || !plug->need_wp_update)
		return;
	plug->need_wp_update = false;
	plug->wp_sectors = zone->wp_sectors;
	put_plug(plug);
}
