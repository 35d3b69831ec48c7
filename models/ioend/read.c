/*
 * Reads of single block ranges into a folio, waited for.
 * Models: iomap_bio_read_folio_range_sync(), fs/iomap, 6.12 to 7.3.
 */
#include "models/ioend/ioend.h"
#include "sim/base/assert.h"

struct read_wait {
	struct sim *sim;
	struct sim_waitq waitq;
	bool done;
};

static void read_ends(struct bio *bio)
{
	struct read_wait *wait = bio->private;

	wait->done = true;
	sim_wake(wait->sim, &wait->waitq, 1);
}

int ioend_read_folio_range(struct ioend_core *core, struct folio *folio,
			   uint64_t pos, uint64_t len,
			   const struct iomap *iomap)
{
	struct read_wait wait = {
		.sim = core->queue->sim,
		.waitq = { .name = "read of a partly written block" },
	};
	uint64_t end = pos + len;

	while (pos < end) {
		uint64_t bytes = min_u64(end, iomap_end(iomap)) - pos;
		struct bio bio;

		SIM_ASSERT(iomap_end(iomap) > pos);
		bio_init(&bio, core->queue, BIO_READ, BIO_META | BIO_SYNC,
			 iomap_sector(iomap, pos));
		bio_add_folio(&bio, folio, (uint32_t)(pos - folio_pos(folio)),
			      (uint32_t)bytes, 1, UINT32_MAX);
		bio.private = &wait;
		bio.end_io = read_ends;
		wait.done = false;
		submit_bio(&bio);
		sim_settle(wait.sim);
		while (!wait.done)
			sim_wait(wait.sim, &wait.waitq);
		int error = bio.status;

		bio_done(&bio);
		if (error)
			return error;
		pos += bytes;
	}
	return 0;
}
