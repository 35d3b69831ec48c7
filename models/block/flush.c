/*
 * Flushing a device's write cache.
 */
#include "models/block/internal.h"

struct flush_wait {
	struct sim_waitq waiters;
	bool done;
	int status;
};

static void flush_ends(struct bio *bio)
{
	struct flush_wait *wait = bio->private;

	wait->done = true;
	wait->status = bio->status;
	sim_wake(bio->queue->sim, &wait->waiters, 1);
}

int blk_issue_flush(struct blk_queue *queue)
{
	struct flush_wait wait = { .waiters.name = "cache flush" };
	struct bio bio;

	if (!queue->has_write_cache)
		return 0;
	bio_init(&bio, queue, BIO_FLUSH, BIO_META | BIO_SYNC, 0);
	bio.end_io = flush_ends;
	bio.private = &wait;
	submit_bio(&bio);
	sim_settle(queue->sim);
	while (!wait.done)
		sim_wait(queue->sim, &wait.waiters);
	bio_done(&bio);
	return wait.status;
}
