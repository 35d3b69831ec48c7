/*
 * Requests from their making to their end: tags, scheduler, issue.
 * Models: blk_mq_get_request(), blk_mq_sched_dispatch_requests(),
 * blk_mq_run_hw_queue(), blk_mq_end_request(), block/blk-mq.c and
 * blk-mq-sched.c, 6.12 to 7.3.
 */
#include <string.h>

#include "models/block/internal.h"
#include "models/block/sched.h"
#include "models/block/wbt.h"
#include "models/block/zoned.h"
#include "models/mm/mm.h"
#include "sim/base/assert.h"

struct request *blk_new_request(struct bio *bio, uint32_t segments)
{
	struct blk_queue *queue = bio->queue;
	struct request *rq = pool_get(&queue->requests);

	memset(rq, 0, sizeof(*rq));
	rq->queue = queue;
	rq->sector = bio->sector;
	rq->bytes = bio->bytes;
	rq->nr_segments = segments;
	rq->bio_head = bio;
	rq->bio_tail = bio;
	rq->op = bio->op;
	rq->nomerge = bio->flags & BIO_NOMERGE;
	rq->zone_write = bio->flags & BIO_ZONE_WRITE;
	bio->next = NULL;
	queue->stats.in_flight++;
	queue->stats.in_flight_max =
		max_u64(queue->stats.in_flight_max, queue->stats.in_flight);
	return rq;
}

/* The tag is free again. */
static void put_tag(struct blk_queue *queue)
{
	SIM_ASSERT(queue->stats.in_flight > 0);
	queue->stats.in_flight--;
	if (!sim_waitq_is_empty(&queue->tag_waiters))
		sim_wake(queue->sim, &queue->tag_waiters, 1);
}

void blk_free_merged(struct request *rq)
{
	struct blk_queue *queue = rq->queue;

	SIM_ASSERT(!rq->bio_head);
	if (rq->throttled)
		wbt_end(queue->wbt);
	pool_put(&queue->requests, rq);
	put_tag(queue);
}

static void count_request(const struct request *rq)
{
	struct blk_stats *s = &rq->queue->stats;

	s->requests++;
	if (bio_class(rq->bio_head) == 0 && bio_op_has_data(rq->op)) {
		s->data_requests++;
		s->data_request_bytes += rq->bytes;
		s->max_request_bytes = max_u64(s->max_request_bytes, rq->bytes);
		s->max_request_segments =
			max_u64(s->max_request_segments, rq->nr_segments);
	}
}

static void issue_now(struct request *rq)
{
	struct blk_queue *queue = rq->queue;

	sim_charge_ps(queue->sim, queue->account, queue->costs->issue);
	sim_settle(queue->sim);
	rq->issue_ns = sim_now_ns(queue->sim);
	rq->at_ns[BIO_AT_ISSUE] = rq->issue_ns;
	rq->cpu = sim_current_cpu(queue->sim);
	count_request(rq);
	if (bio_op_has_data(rq->op))
		stream_emit(queue->stream_requests, rq->sector, rq->bytes,
			    bio_class(rq->bio_head), 0);
	queue->ops->queue_rq(queue, rq);
}

static void dispatch_list_add(struct blk_queue *queue, struct request *rq)
{
	rq->next = NULL;
	if (queue->dispatch_tail)
		queue->dispatch_tail->next = rq;
	else
		queue->dispatch_head = rq;
	queue->dispatch_tail = rq;
}

/* Only whole requests, in order: what is refused holds up the rest. */
void blk_issue(struct request *rq)
{
	struct blk_queue *queue = rq->queue;

	if (!queue->ops->may_queue) {
		issue_now(rq);
		return;
	}
	sim_settle(queue->sim);
	if (!queue->is_stopped && !queue->dispatch_head) {
		if (queue->ops->may_queue(queue, rq)) {
			issue_now(rq);
			return;
		}
		queue->is_stopped = true;
	}
	dispatch_list_add(queue, rq);
}

static void run_dispatch_list(struct blk_queue *queue)
{
	struct request *rq;

	while (!queue->is_stopped && (rq = queue->dispatch_head) != NULL) {
		if (!queue->ops->may_queue(queue, rq)) {
			queue->is_stopped = true;
			break;
		}
		queue->dispatch_head = rq->next;
		if (!queue->dispatch_head)
			queue->dispatch_tail = NULL;
		rq->next = NULL;
		rq->at_ns[BIO_AT_SCHED] = sim_now_ns(queue->sim);
		issue_now(rq);
		sim_settle(queue->sim);
	}
}

void blk_start_stopped_queue(struct blk_queue *queue)
{
	if (!queue->is_stopped)
		return;
	queue->is_stopped = false;
	blk_run_queue(queue, true);
}

void blk_insert(struct request *rq)
{
	struct blk_queue *queue = rq->queue;
	const struct block_costs *costs = queue->costs;

	if (queue->sched) {
		sim_charge_ps(queue->sim, queue->account,
			      rq->plugged ? costs->sched_insert_plugged
					  : costs->sched_insert);
		queue->sched->insert(queue, rq);
		return;
	}
	if (queue->soft_tail)
		queue->soft_tail->next = rq;
	else
		queue->soft_head = rq;
	queue->soft_tail = rq;
}

/* In a worker or a submitter; others may run the queue while it settles. */
static void run_sched(struct blk_queue *queue)
{
	const struct block_costs *costs = queue->costs;

	queue->restart = false;
	while (queue->stats.dispatched < queue->depth && !queue->is_stopped) {
		struct request *rq = queue->sched->dispatch(queue);

		if (!rq)
			break;
		queue->stats.dispatched++;
		rq->at_ns[BIO_AT_SCHED] = sim_now_ns(queue->sim);
		sim_charge_ps(queue->sim, queue->account,
			      rq->plugged ? costs->sched_dispatch_plugged
					  : costs->sched_dispatch);
		blk_issue(rq);
	}
	queue->restart = queue->sched->has_work(queue);
}

static void run_queue(void *arg)
{
	struct blk_queue *queue = arg;
	struct request *rq;

	sim_settle(queue->sim);
	run_dispatch_list(queue);
	while ((rq = queue->soft_head) != NULL) {
		queue->soft_head = rq->next;
		if (!queue->soft_head)
			queue->soft_tail = NULL;
		rq->next = NULL;
		rq->at_ns[BIO_AT_SCHED] = sim_now_ns(queue->sim);
		blk_issue(rq);
	}
	if (queue->sched)
		run_sched(queue);
}

void blk_run_queue(struct blk_queue *queue, bool async)
{
	if (!async) {
		run_queue(queue);
		return;
	}
	if (!queue->kblockd) {
		queue->kblockd = sim_workqueue_new(queue->sim, "kblockd");
		queue->run_work.fn = run_queue;
		queue->run_work.arg = queue;
	}
	sim_queue_work(queue->kblockd, &queue->run_work);
}

/* What has no data passes the scheduler by. */
void blk_start_request(struct request *rq)
{
	struct blk_queue *queue = rq->queue;

	if (!queue->sched) {
		blk_issue(rq);
	} else if (!bio_op_has_data(rq->op)) {
		queue->stats.dispatched++;
		blk_issue(rq);
	} else {
		blk_insert(rq);
		blk_run_queue(queue, !queue->config->plug_each_bio);
	}
}

static void end_sched(struct blk_queue *queue)
{
	sim_charge_ps(queue->sim, queue->account, queue->costs->sched_complete);
	SIM_ASSERT(queue->stats.dispatched > 0);
	queue->stats.dispatched--;
	if (queue->restart)
		blk_run_queue(queue, true);
}

void blk_end_request(struct request *rq, int status)
{
	struct blk_queue *queue = rq->queue;
	const struct block_costs *costs = queue->costs;
	struct bio *bio = rq->bio_head;
	bool zone_write = rq->zone_write;

	sim_charge_ps(queue->sim, queue->account, costs->end_request);
	if (queue->sched)
		end_sched(queue);
	if (bio_op_has_data(rq->op))
		stream_emit(queue->stream_completions, rq->sector, rq->bytes,
			    bio_class(bio), 0);
	rq->at_ns[BIO_AT_INTERRUPT] = sim_now_ns(queue->sim);
	hist_add(queue->request_ns, rq->at_ns[BIO_AT_INTERRUPT] - rq->issue_ns);
	queue->stats.ended_requests++;
	if (!status)
		queue->stats.device_written_bytes += rq->bytes;
	if (rq->throttled)
		wbt_end(queue->wbt);
	for (;;) {
		struct bio *next = bio->next;

		if (rq->op == BIO_ZONE_APPEND)
			bio->sector = rq->sector;
		if (zone_write)
			zone_plug_bio_ends(queue->zone_plugs, bio, status);
		bio_end_with(bio, status, rq);
		bio = next;
		if (!bio)
			break;
		sim_charge_ps(queue->sim, queue->account,
			      costs->end_merged_bio);
	}
	if (zone_write)
		zone_plug_request_ends(queue->zone_plugs, rq->sector);
	pool_put(&queue->requests, rq);
	put_tag(queue);
}
