/*
 * Set-up of a queue; submission of bios: split, merge, throttle, tag.
 * Models: submit_bio(), blk_mq_submit_bio(), block/blk-core.c and
 * blk-mq.c, 6.12 to 7.3.
 */
#include "models/block/queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "models/block/internal.h"
#include "models/block/sched.h"
#include "models/block/wbt.h"
#include "models/block/zoned.h"
#include "sim/base/assert.h"
#include "sim/base/units.h"

static void register_metrics(struct blk_queue *queue)
{
	struct sim_metrics *m = sim_metrics(queue->sim);
	struct blk_stats *s = &queue->stats;

	metrics_counter(m, "block.bios", "bios", &s->bios);
	metrics_counter(m, "block.data_bios", "bios", &s->data_bios);
	metrics_counter(m, "block.data_bio_bytes", "bytes", &s->data_bio_bytes);
	metrics_counter(m, "block.splits", "splits", &s->splits);
	metrics_counter(m, "block.merges", "merges", &s->merges);
	metrics_counter(m, "block.front_merges", "bios", &s->front_merges);
	metrics_counter(m, "block.request_merges", "requests",
			&s->request_merges);
	metrics_counter(m, "block.requests", "requests", &s->requests);
	metrics_counter(m, "block.data_requests", "requests",
			&s->data_requests);
	metrics_counter(m, "block.data_request_bytes", "bytes",
			&s->data_request_bytes);
	metrics_counter(m, "block.ended_bios", "bios", &s->ended_bios);
	metrics_counter(m, "block.ended_requests", "requests",
			&s->ended_requests);
	metrics_counter(m, "block.tag_waits", "waits", &s->tag_waits);
	metrics_counter(m, "block.wbt_waits", "waits", &s->wbt_waits);
	metrics_counter(m, "block.sleep_flushes", "flushes", &s->sleep_flushes);
	metrics_counter(m, "block.in_flight_max", "requests",
			&s->in_flight_max);
	metrics_counter(m, "block.max_request_bytes", "bytes",
			&s->max_request_bytes);
	metrics_counter(m, "block.max_request_segments", "segments",
			&s->max_request_segments);
	metrics_counter(m, "block.max_bio_vecs", "segments", &s->max_bio_vecs);
	metrics_gauge(m, "in_flight", "requests", false, &s->in_flight);
	metrics_gauge(m, "device_written", "bytes", true,
		      &s->device_written_bytes);
	queue->bio_ns = metrics_hist(m, "block.bio", "ns");
	queue->request_ns = metrics_hist(m, "block.request", "ns");
}

static void register_streams(struct blk_queue *queue)
{
	static const char *const bios[] = { "op", "sector", "bytes", "class" };
	static const char *const splits[] = { "sector", "new_sector", "class" };
	static const char *const ranges[] = { "sector", "bytes", "class" };

	queue->stream_bios = stream_new(queue->sim, "bios", bios, 4);
	queue->stream_splits = stream_new(queue->sim, "splits", splits, 3);
	queue->stream_merges = stream_new(queue->sim, "merges", ranges, 3);
	queue->stream_requests = stream_new(queue->sim, "requests", ranges, 3);
	queue->stream_completions =
		stream_new(queue->sim, "completions", ranges, 3);
}

static void init_parts(struct blk_queue *queue, struct sim *sim,
		       const struct block_config *config,
		       const struct block_costs *costs)
{
	memset(queue, 0, sizeof(*queue));
	queue->sim = sim;
	queue->config = config;
	queue->costs = costs;
	queue->account = sim_account_add(sim, "block layer");
	queue->tag_waiters.name = "request tag";
	pool_init(&queue->requests, "request", sizeof(struct request));
	pool_init(&queue->clones, "split bio", sizeof(struct bio));
	for (unsigned int i = 0; i < 5; i++)
		pool_init(&queue->seg_pools[i], "bio pieces",
			  sizeof(struct bio_seg) * (32u << (4 * i)));
}

void blk_queue_init(struct blk_queue *queue, struct sim *sim,
		    const struct block_config *config,
		    const struct block_costs *costs)
{
	init_parts(queue, sim, config, costs);
	register_metrics(queue);
	register_streams(queue);
}

void blk_queue_init_log(struct blk_queue *queue, struct sim *sim,
			const struct block_config *config,
			const struct block_costs *costs)
{
	static const char *const fields[] = { "sector", "bytes", "class" };
	struct sim_metrics *m = sim_metrics(sim);
	struct blk_stats *s = &queue->stats;

	init_parts(queue, sim, config, costs);
	metrics_counter(m, "log_device.bios", "bios", &s->bios);
	metrics_counter(m, "log_device.requests", "requests", &s->requests);
	queue->bio_ns = metrics_hist(m, "log_device.bio", "ns");
	queue->request_ns = metrics_hist(m, "log_device.request", "ns");
	queue->stream_bios = stream_new(sim, "log_bios", fields, 3);
	queue->stream_splits = stream_new(sim, "log_splits", fields, 3);
	queue->stream_merges = stream_new(sim, "log_merges", fields, 3);
	queue->stream_requests = stream_new(sim, "log_requests", fields, 3);
	queue->stream_completions =
		stream_new(sim, "log_completions", fields, 3);
}

void blk_queue_done(struct blk_queue *queue)
{
	if (queue->sched)
		queue->sched->done(queue);
	free(queue->wbt);
	zone_plugs_free(queue->zone_plugs);
	pool_done(&queue->requests);
	pool_done(&queue->clones);
	for (unsigned int i = 0; i < 5; i++)
		pool_done(&queue->seg_pools[i]);
}

uint64_t bio_class(const struct bio *bio)
{
	return bio->flags & BIO_META ? 1 : 0;
}

/** struct waits - when a request was prepared and what it waited for; 0: no */
struct waits {
	uint64_t prepared_ns;
	uint64_t wbt_ns;
	uint64_t tag_ns;
};

static void wait_for_tag(struct blk_queue *queue, struct waits *ret)
{
	uint32_t nr_tags = queue->sched ? queue->nr_requests : queue->depth;

	sim_settle(queue->sim);
	if (queue->stats.in_flight < nr_tags)
		return;
	if (!ret->prepared_ns)
		ret->prepared_ns = sim_now_ns(queue->sim);
	blk_flush_plug_from_schedule(queue);
	sim_settle(queue->sim);
	while (queue->stats.in_flight >= nr_tags) {
		queue->stats.tag_waits++;
		sim_wait(queue->sim, &queue->tag_waiters);
	}
	ret->tag_ns = sim_now_ns(queue->sim);
}

static bool try_merge(struct bio *bio, uint32_t segments, struct blk_plug *plug)
{
	struct blk_queue *queue = bio->queue;

	if (plug && blk_plug_try_merge(plug, bio, segments))
		return true;
	return queue->sched && !(bio->flags & BIO_NOMERGE) &&
	       queue->sched->merge_bio(queue, bio, segments);
}

void blk_make_request(struct bio *bio, uint32_t segments, uint64_t submit_ps)
{
	struct blk_queue *queue = bio->queue;
	struct blk_plug *plug = blk_current_plug(queue);
	struct waits waits = { 0 };
	bool throttled = false;

	sim_charge_ps(queue->sim, queue->account, submit_ps);
	if (queue->wbt)
		throttled = wbt_wait(queue->wbt, bio, &waits.prepared_ns,
				     &waits.wbt_ns);
	wait_for_tag(queue, &waits);
	struct request *rq = blk_new_request(bio, segments);

	rq->throttled = throttled;
	rq->at_ns[BIO_AT_PREPARED] = waits.prepared_ns;
	rq->at_ns[BIO_AT_WBT] = waits.wbt_ns;
	rq->at_ns[BIO_AT_TAG] = waits.tag_ns;
	if (rq->zone_write)
		zone_plug_fill_request(queue->zone_plugs, rq);
	if (plug && bio_op_has_data(bio->op))
		blk_plug_add(plug, rq);
	else
		blk_start_request(rq);
}

/* @submit_ps: what it costs unless it is merged */
static void submit_part(struct bio *bio, uint32_t segments, uint64_t submit_ps)
{
	struct blk_queue *queue = bio->queue;

	if (try_merge(bio, segments, blk_current_plug(queue))) {
		sim_charge_ps(queue->sim, queue->account,
			      queue->costs->submit_merged);
		if (queue->zone_plugs)
			zone_plug_note_merge(queue->zone_plugs, bio);
		return;
	}
	if (queue->zone_plugs && zone_plug_bio(queue->zone_plugs, bio))
		return;
	blk_make_request(bio, segments, submit_ps);
}

/* Cut the first @bytes of @bio off as a bio of their own. */
static struct bio *split_front(struct bio *bio, uint32_t bytes)
{
	struct blk_queue *queue = bio->queue;
	struct bio *front = pool_get(&queue->clones);

	bio_split_front(bio, bytes, front);
	front->flags |= BIO_NOMERGE;
	front->parent = bio;
	bio->remaining++;
	queue->stats.splits++;
	stream_emit(queue->stream_splits, front->sector, bio->sector,
		    bio_class(bio), 0);
	return front;
}

static void count_bio(struct bio *bio)
{
	struct blk_stats *s = &bio->queue->stats;

	s->bios++;
	if (bio_class(bio) == 0 && bio_op_has_data(bio->op)) {
		s->data_bios++;
		s->data_bio_bytes += bio->bytes;
		s->max_bio_vecs = max_u64(s->max_bio_vecs, bio->nr_vecs);
		s->max_bio_bytes = max_u64(s->max_bio_bytes, bio->bytes);
		if (bio->queue->note_data_bio)
			bio->queue->note_data_bio(bio);
	}
}

void blk_fail_bio(struct bio *bio, int error)
{
	struct blk_stats *s = &bio->queue->stats;

	if (bio_class(bio) == 0 && bio_op_has_data(bio->op))
		s->unissued_bytes += bio->bytes;
	bio_endio(bio, error);
}

/* Never split: where its second half lands could not be told. */
static void submit_append(struct bio *bio)
{
	const struct queue_limits *limits = &bio->queue->limits;
	uint64_t max = sectors_to_bytes(limits->max_zone_append_sectors);
	uint32_t segments = 0;

	if (!zone_append_is_valid(bio) ||
	    bio_split_point_at(bio, limits, max, &segments) != bio->bytes) {
		blk_fail_bio(bio, -EIO);
		return;
	}
	bio->flags |= BIO_NOMERGE;
	submit_part(bio, segments, bio->queue->costs->submit);
}

void submit_bio(struct bio *bio)
{
	struct blk_queue *queue = bio->queue;
	const struct block_costs *costs = queue->costs;
	uint32_t segments = 0;
	uint32_t bytes;
	bool was_split = false;

	sim_settle(queue->sim);
	bio->submit_ns = sim_now_ns(queue->sim);
	count_bio(bio);
	if (bio_op_has_data(bio->op))
		stream_emit(queue->stream_bios, bio->op, bio->sector,
			    bio->bytes, bio_class(bio));
	if (bio->op == BIO_ZONE_APPEND) {
		submit_append(bio);
		return;
	}
	while (bio->nr_segs &&
	       (bytes = bio_split_point(bio, &queue->limits, &segments)) !=
		       bio->bytes) {
		was_split = true;
		sim_charge_ps(queue->sim, queue->account,
			      costs->split_clone +
				      segments * costs->split_scan_per_segment);
		submit_part(split_front(bio, bytes), segments,
			    costs->submit_split);
	}
	submit_part(bio, segments,
		    was_split ? costs->submit_split : costs->submit);
}
