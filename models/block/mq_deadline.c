/*
 * The mq-deadline scheduler, for writes.
 *
 * Requests wait in sector order and in order of insertion.  The driver gets
 * them by ascending sector from where the last one was, in batches; after a
 * batch a late one, or the end of the order, starts again at the oldest.
 *
 * Models: dd_insert_request(), dd_dispatch_request(), dd_bio_merge(),
 * block/mq-deadline.c; elv_merge(), elv_attempt_insert_merge(),
 * block/elevator.c; 6.12 to 7.3.
 * Omits: reads, priorities.
 *
 * The sector order is an array: at most nr_requests pointers (256 by
 * default), moved by memmove(), most insertions at its end.
 */
#include <stdlib.h>
#include <string.h>

#include "models/block/internal.h"
#include "models/block/sched.h"
#include "models/block/zoned.h"
#include "sim/base/assert.h"
#include "sim/base/units.h"

/**
 * struct mq_deadline
 * @sorted, @nr: waiting requests by sector
 * @head, @tail: the same by insertion
 * @last_merge: tried first for a merge; waits here
 * @latest_sector: of the request dispatched last
 * @batching: dispatched in this batch
 */
struct mq_deadline {
	const struct mq_deadline_config *config;
	struct request **sorted;
	uint32_t nr;
	struct request *head;
	struct request *tail;
	struct request *last_merge;
	uint64_t latest_sector;
	uint64_t batching;
};

static uint64_t end_of(const struct request *rq)
{
	return rq->sector + bytes_to_sectors(rq->bytes);
}

/* First place whose sector is at or behind @sector. */
static uint32_t place_from(const struct mq_deadline *dd, uint64_t sector)
{
	uint32_t low = 0;
	uint32_t high = dd->nr;

	if (high && dd->sorted[high - 1]->sector < sector)
		return high;
	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if (dd->sorted[middle]->sector < sector)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static uint32_t place_of(const struct mq_deadline *dd, const struct request *rq)
{
	uint32_t i = place_from(dd, rq->sector);

	while (dd->sorted[i] != rq)
		i++;
	return i;
}

static void sort_in(struct mq_deadline *dd, struct request *rq)
{
	/* behind those of the same sector */
	uint32_t i = place_from(dd, rq->sector + 1);

	memmove(&dd->sorted[i + 1], &dd->sorted[i],
		(dd->nr - i) * sizeof(struct request *));
	dd->sorted[i] = rq;
	dd->nr++;
}

static void remove_at(struct mq_deadline *dd, uint32_t i)
{
	struct request *rq = dd->sorted[i];

	dd->nr--;
	memmove(&dd->sorted[i], &dd->sorted[i + 1],
		(dd->nr - i) * sizeof(struct request *));
	if (rq->fifo_prev)
		rq->fifo_prev->fifo_next = rq->fifo_next;
	else
		dd->head = rq->fifo_next;
	if (rq->fifo_next)
		rq->fifo_next->fifo_prev = rq->fifo_prev;
	else
		dd->tail = rq->fifo_prev;
	if (dd->last_merge == rq)
		dd->last_merge = NULL;
}

/* A request grew: its new neighbour may go into it. */
static void merge_neighbour(struct mq_deadline *dd, struct request *rq)
{
	uint32_t i = place_of(dd, rq);

	if (i + 1 < dd->nr && blk_try_merge_requests(rq, dd->sorted[i + 1])) {
		struct request *next = dd->sorted[i + 1];

		remove_at(dd, i + 1);
		blk_free_merged(next);
	} else if (i > 0 && blk_try_merge_requests(dd->sorted[i - 1], rq)) {
		dd->last_merge = dd->sorted[i - 1];
		remove_at(dd, i);
		blk_free_merged(rq);
	}
}

/* The request that ends where @sector begins, else NULL. */
static struct request *ends_at(const struct mq_deadline *dd, uint64_t sector)
{
	uint32_t i = place_from(dd, sector);

	if (i && end_of(dd->sorted[i - 1]) == sector)
		return dd->sorted[i - 1];
	return NULL;
}

static bool merge_into(struct mq_deadline *dd, struct request *rq,
		       struct bio *bio, uint32_t segments)
{
	uint64_t sector = rq->sector;
	bool at_front = bio_end_sector(bio) == sector;

	if (at_front && !dd->config->front_merges)
		return false;
	uint32_t i = place_of(dd, rq);

	if (!blk_try_merge(rq, bio, segments))
		return false;
	/* a lower sector may pass requests that it overlaps */
	while (i > 0 && dd->sorted[i - 1]->sector > rq->sector) {
		dd->sorted[i] = dd->sorted[i - 1];
		dd->sorted[--i] = rq;
	}
	dd->last_merge = rq;
	merge_neighbour(dd, rq);
	return true;
}

static bool merge_bio(struct blk_queue *queue, struct bio *bio,
		      uint32_t segments)
{
	struct mq_deadline *dd = queue->sched_data;
	struct request *rq;

	if (!dd->nr || bio->op != BIO_WRITE)
		return false;
	if (dd->last_merge && merge_into(dd, dd->last_merge, bio, segments))
		return true;
	rq = ends_at(dd, bio->sector);
	if (rq && merge_into(dd, rq, bio, segments))
		return true;
	uint32_t i = place_from(dd, bio_end_sector(bio));

	if (i == dd->nr || dd->sorted[i]->sector != bio_end_sector(bio))
		return false;
	return merge_into(dd, dd->sorted[i], bio, segments);
}

static void insert(struct blk_queue *queue, struct request *rq)
{
	struct mq_deadline *dd = queue->sched_data;
	struct request *before = dd->nr ? ends_at(dd, rq->sector) : NULL;

	if (before && blk_try_merge_requests(before, rq)) {
		blk_free_merged(rq);
		dd->last_merge = before;
		merge_neighbour(dd, before);
		return;
	}
	SIM_ASSERT(dd->nr < queue->nr_requests);
	sort_in(dd, rq);
	rq->fifo_ns = sim_now_ns(queue->sim) + dd->config->write_expire_ns;
	rq->fifo_next = NULL;
	rq->fifo_prev = dd->tail;
	if (dd->tail)
		dd->tail->fifo_next = rq;
	else
		dd->head = rq;
	dd->tail = rq;
	if (!dd->last_merge && !rq->nomerge)
		dd->last_merge = rq;
}

/* The first request at or behind *@i, else before it, whose zone is free. */
static bool unlocked_from(struct blk_queue *queue, uint32_t *i)
{
	const struct mq_deadline *dd = queue->sched_data;

	for (uint32_t n = 0; n < dd->nr; n++) {
		uint32_t at = (*i + n) % dd->nr;

		if (zone_lock_can_dispatch(queue->zone_plugs, dd->sorted[at])) {
			*i = at;
			return true;
		}
	}
	return false;
}

static struct request *dispatch(struct blk_queue *queue)
{
	struct mq_deadline *dd = queue->sched_data;
	struct request *rq;

	if (!dd->nr)
		return NULL;
	uint32_t i = place_from(dd, dd->latest_sector);

	if (i == dd->nr || dd->batching >= dd->config->fifo_batch) {
		if (i == dd->nr || dd->head->fifo_ns <= sim_now_ns(queue->sim))
			i = place_of(dd, dd->head);
		dd->batching = 0;
	}
	if (queue->zone_plugs && !unlocked_from(queue, &i))
		return NULL;
	dd->batching++;
	rq = dd->sorted[i];
	if (queue->zone_plugs)
		zone_lock_dispatched(queue->zone_plugs, rq);
	dd->latest_sector = rq->sector;
	remove_at(dd, i);
	return rq;
}

static bool has_work(const struct blk_queue *queue)
{
	return ((const struct mq_deadline *)queue->sched_data)->nr > 0;
}

static void done(struct blk_queue *queue)
{
	struct mq_deadline *dd = queue->sched_data;

	free(dd->sorted);
	free(dd);
}

static const struct blk_sched_ops mq_deadline_ops = {
	.name = "mq-deadline",
	.merge_bio = merge_bio,
	.insert = insert,
	.dispatch = dispatch,
	.has_work = has_work,
	.done = done,
};

void mq_deadline_init(struct blk_queue *queue, uint32_t nr_requests,
		      const struct mq_deadline_config *config)
{
	struct mq_deadline *dd = calloc(1, sizeof(*dd));

	SIM_ASSERT(dd != NULL);
	SIM_ASSERT(queue->depth > 0);
	if (!nr_requests)
		nr_requests = 2 * (uint32_t)min_u64(queue->depth, 128);
	dd->config = config;
	dd->sorted = calloc(nr_requests + 1ull, sizeof(struct request *));
	SIM_ASSERT(dd->sorted != NULL);
	queue->nr_requests = nr_requests;
	queue->sched = &mq_deadline_ops;
	queue->sched_data = dd;
}
