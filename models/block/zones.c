/*
 * Zoned devices: set-up, limits of appends, management commands, reports,
 * the zone lock of older kernels.
 * Models: blkdev_zone_mgmt(), blk_check_zone_append(),
 * bdev_zone_is_seq(), 6.12 to 7.3; blk_req_zone_write_trylock(), 6.9.
 */
#include "models/block/zoned.h"
#include "sim/base/assert.h"
#include "sim/base/units.h"

bool blk_zone_is_seq(const struct blk_queue *queue, uint64_t sector)
{
	const struct queue_limits *limits = &queue->limits;

	return limits->zone_sectors &&
	       sector / limits->zone_sectors >= limits->nr_conventional_zones;
}

bool zone_append_is_valid(const struct bio *bio)
{
	const struct queue_limits *limits = &bio->queue->limits;

	if (!blk_zone_is_seq(bio->queue, bio->sector))
		return false;
	if (bio->sector % limits->zone_sectors)
		return false;
	return bio->bytes &&
	       bytes_to_sectors(bio->bytes) <= limits->max_zone_append_sectors;
}

void blk_report_zone(struct blk_queue *queue, uint64_t sector,
		     struct blk_zone *ret)
{
	SIM_ASSERT(queue->limits.zone_sectors > 0);
	SIM_ASSERT(queue->ops->report_zone != NULL);
	queue->ops->report_zone(queue, sector, ret);
	if (queue->zone_plugs)
		zone_plug_report(queue->zone_plugs, ret);
}

struct mgmt_wait {
	struct sim_waitq waiters;
	bool done;
	int status;
};

static void mgmt_ends(struct bio *bio)
{
	struct mgmt_wait *wait = bio->private;

	wait->done = true;
	wait->status = bio->status;
	sim_wake(bio->queue->sim, &wait->waiters, 1);
}

int blk_zone_mgmt(struct blk_queue *queue, enum bio_op op, uint64_t sector)
{
	struct mgmt_wait wait = { .waiters.name = "zone management" };
	struct bio bio;

	SIM_ASSERT(!bio_op_has_data(op));
	SIM_ASSERT(op != BIO_FLUSH);
	SIM_ASSERT(sector % queue->limits.zone_sectors == 0);
	bio_init(&bio, queue, op, BIO_SYNC, sector);
	bio.end_io = mgmt_ends;
	bio.private = &wait;
	submit_bio(&bio);
	sim_settle(queue->sim);
	while (!wait.done)
		sim_wait(queue->sim, &wait.waiters);
	bio_done(&bio);
	return wait.status;
}
