/*
 * Shared by the files of models/block only.
 */
#ifndef MODELS_BLOCK_INTERNAL_H
#define MODELS_BLOCK_INTERNAL_H

#include "models/block/queue.h"

/* queue.c */

/**
 * blk_make_request - throttle, tag, request, then plug, scheduler or driver
 * @submit_ps: CPU cost of it
 */
void blk_make_request(struct bio *bio, uint32_t segments, uint64_t submit_ps);

/** blk_fail_bio - end a bio, or a part of one, that never became a request */
void blk_fail_bio(struct bio *bio, int error);

/** bio_class - 0: file data, 1: log and metadata */
uint64_t bio_class(const struct bio *bio);

/* merge.c */

/**
 * blk_try_merge - put @bio at the back or at the front of @rq
 * A refusal for size or segments closes the request to later ones.
 * Return: true when it went in.
 */
bool blk_try_merge(struct request *rq, struct bio *bio, uint32_t segments);

/**
 * blk_try_merge_requests - put @next, which follows @rq, at its back
 * Return: true: @next is empty and to be given to blk_free_merged().
 */
bool blk_try_merge_requests(struct request *rq, struct request *next);

/* request.c */

/** blk_new_request - for @bio; counts as in flight from here on */
struct request *blk_new_request(struct bio *bio, uint32_t segments);

/** blk_free_merged - a request whose bios went elsewhere gives its tag back */
void blk_free_merged(struct request *rq);

/** blk_issue - give a request to the driver now */
void blk_issue(struct request *rq);

/** blk_start_request - a request without plug: to the scheduler or the driver */
void blk_start_request(struct request *rq);

/** blk_insert - to the scheduler, or, without one, to the software queue */
void blk_insert(struct request *rq);

/**
 * blk_run_queue - give the driver what waits and has a tag
 * @async: by kblockd instead of the running context
 */
void blk_run_queue(struct blk_queue *queue, bool async);

/* plug.c */

/** blk_current_plug - the running thread's plug for @queue, NULL if none */
struct blk_plug *blk_current_plug(struct blk_queue *queue);

/** blk_plug_try_merge - blk_try_merge() into the newest request of the plug */
bool blk_plug_try_merge(struct blk_plug *plug, struct bio *bio,
			uint32_t segments);

/** blk_plug_add - hold a request back, flushing first where the rules say so */
void blk_plug_add(struct blk_plug *plug, struct request *rq);

#endif
