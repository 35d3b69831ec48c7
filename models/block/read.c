/*
 * Synchronous reads of what is no file's data.
 */
#include "models/block/internal.h"

struct read_wait {
	struct sim_waitq waiters;
	bool done;
};

static void read_ends(struct bio *bio)
{
	struct read_wait *wait = bio->private;

	wait->done = true;
	sim_wake(bio->queue->sim, &wait->waiters, 1);
}

int blk_read_metadata(struct blk_queue *queue, uint64_t sector, uint32_t bytes)
{
	struct read_wait wait = { .waiters.name = "read of metadata" };
	struct bio bio;
	int status;

	bio_init(&bio, queue, BIO_READ, BIO_META | BIO_SYNC, sector);
	bio.bytes = bytes;
	if (bio.bytes < queue->limits.logical_block_bytes)
		bio.bytes = queue->limits.logical_block_bytes;
	bio.end_io = read_ends;
	bio.private = &wait;
	submit_bio(&bio);
	sim_settle(queue->sim);
	/* the reader may hold a plug, and this very bio in it */
	if (!wait.done) {
		blk_flush_plug_from_schedule(queue);
		sim_settle(queue->sim);
	}
	while (!wait.done)
		sim_wait(queue->sim, &wait.waiters);
	status = bio.status;
	bio_done(&bio);
	return status;
}
