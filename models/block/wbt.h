/*
 * Writeback throttling: a limit on buffered writes in flight.
 *
 * Every write that is not log or metadata counts from the moment its request
 * is asked for until it ends.  Who finds the limit reached sleeps, which
 * flushes the plug; on a device with a write cache sleepers wake only when
 * nothing is in flight any more.
 *
 *	step s:      0   1   2    3    4    5
 *	max depth:  16  31  61  121  241  481 ... at most 3/4 of the queue depth
 *	normal = (max + 1) / 2, background = (max + 3) / 4
 *
 * Synchronous writes have all of max depth, background ones a quarter,
 * others half.  The step grows by one after each window of writes without
 * reads, and shrinks when nothing happens; it belongs to the queue, so that
 * a run inherits it from what ran before (wbt.step).
 *
 * Source: block/blk-wbt.c, blk-rq-qos.c, 6.12 to 7.3.
 * Omits: reads, and with them latency targets and steps below 0 (a smaller
 * depth); swap and discard.
 */
#ifndef MODELS_BLOCK_WBT_H
#define MODELS_BLOCK_WBT_H

#include <stdbool.h>
#include <stdint.h>

#include "models/block/config.h"
#include "sim/engine/sim.h"

struct bio;
struct blk_queue;

/**
 * struct wbt - state of one queue
 * @nr_ended: writes that ended in this window
 * @unknown: windows in a row in which nothing ended
 * @dirtier_slept_ns: when a writer last slept in balance_dirty_pages; 0: never
 */
struct wbt {
	struct blk_queue *queue;
	const struct wbt_config *config;
	uint32_t step;
	uint32_t max_depth;
	uint32_t normal;
	uint32_t background;
	bool scaled_max;
	uint32_t in_flight;
	uint64_t nr_ended;
	uint32_t unknown;
	uint64_t dirtier_slept_ns;
	sim_event_id window;
	struct sim_waitq waiters;
};

/**
 * wbt_init - throttle @queue
 * Context: set-up, after depth and scheduler are known.  The queue owns what
 * it makes; @config must outlive it.
 */
void wbt_init(struct blk_queue *queue, const struct wbt_config *config);

/**
 * wbt_wait - wait until @bio may have a request, and count it
 * @ret_from_ns, @ret_until_ns: dates between which it waited; left alone when
 *   it did not
 * Context: thread.  Return: true when it counts: rq->throttled.
 */
bool wbt_wait(struct wbt *wbt, const struct bio *bio, uint64_t *ret_from_ns,
	      uint64_t *ret_until_ns);

/** wbt_end - a counted request ended; context: any */
void wbt_end(struct wbt *wbt);

/** wbt_dirtier_slept - a writer was throttled by the page cache just now */
void wbt_dirtier_slept(struct wbt *wbt);

#endif
