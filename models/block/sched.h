/*
 * I/O schedulers: between a bio's request and the driver.
 *
 * A queue without one gives requests to the driver in the order they come.
 *
 * Source: block/elevator.c, blk-mq-sched.c, 6.12 to 7.3.
 * Omits: priorities, reads, several hardware queues, zone locks.
 */
#ifndef MODELS_BLOCK_SCHED_H
#define MODELS_BLOCK_SCHED_H

#include <stdbool.h>
#include <stdint.h>

#include "models/block/config.h"

struct bio;
struct blk_queue;
struct request;

/**
 * struct blk_sched_ops - a scheduler
 * queue->sched_data is its own state, made at set-up.
 */
struct blk_sched_ops {
	const char *name;

	/*
	 * Merge @bio into a request that waits here.  Called before a
	 * request is made for it.  Required.
	 * Return: true when it went in; the request owns it then.
	 */
	bool (*merge_bio)(struct blk_queue *queue, struct bio *bio,
			  uint32_t segments);

	/*
	 * Take @rq until dispatch.  May merge it into a waiting one and end
	 * it by blk_free_merged(); owns it either way.  Required.
	 */
	void (*insert)(struct blk_queue *queue, struct request *rq);

	/*
	 * The next request for the driver, which has a tag for it.
	 * Required.  Return: NULL when none waits.
	 */
	struct request *(*dispatch)(struct blk_queue *queue);

	/*
	 * Does a request wait?  Required.
	 */
	bool (*has_work)(const struct blk_queue *queue);

	/*
	 * End of the run: free queue->sched_data.  Required.
	 */
	void (*done)(struct blk_queue *queue);
};

/**
 * mq_deadline_init - put mq-deadline on @queue
 * @nr_requests: requests it may hold, those at the driver included; 0: the
 *   kernel's default, twice the driver's tags, of which at most 128 count
 * @config: must outlive the queue
 * Context: set-up, after queue->depth is known.
 * Models: block/mq-deadline.c, 6.12 to 7.3.
 */
void mq_deadline_init(struct blk_queue *queue, uint32_t nr_requests,
		      const struct mq_deadline_config *config);

#endif
