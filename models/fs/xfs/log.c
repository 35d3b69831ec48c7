/*
 * Models: xfs_log_force_seq(), xlog_cil_push_work(), xlog_sync(),
 * xlog_ioend_work(), 6.12 to 7.3.
 */
#include "models/fs/xfs/log.h"

#include <errno.h>
#include <string.h>

#include "sim/base/assert.h"
#include "sim/base/units.h"

/* recorded log writes of small transactions: 1024 to 3072 bytes */
#define LOG_RECORD_BYTES 2048

static void log_end(void *arg)
{
	struct xfs_log *log = arg;

	sim_charge_ps(log->sim, log->account, log->costs->log_end);
	sim_settle(log->sim);
	log->done = log->pushed;
	log->busy = false;
	sim_wake(log->sim, &log->waiters, (unsigned int)-1);
	if (log->wanted > log->done)
		sim_queue_work(log->wq, &log->push);
}

static void record_is_written(struct bio *bio)
{
	struct xfs_log *log = bio->private;

	if (bio->status)
		log->error = -EIO;
	bio_done(bio);
	sim_charge_ps(log->sim, log->account, log->costs->work_queue);
	sim_queue_work(log->wq, &log->end);
}

static void write_record(struct xfs_log *log)
{
	struct bio *bio = &log->write;

	bio_init(bio, log->queue, BIO_WRITE, BIO_META | BIO_SYNC | BIO_FUA,
		 log->sector);
	bio->bytes = LOG_RECORD_BYTES;
	if (bio->bytes < log->queue->limits.logical_block_bytes)
		bio->bytes = log->queue->limits.logical_block_bytes;
	bio->private = log;
	bio->end_io = record_is_written;
	submit_bio(bio);
}

static void cache_is_flushed(struct bio *bio)
{
	struct xfs_log *log = bio->private;

	if (bio->status)
		log->error = -EIO;
	bio_done(bio);
	sim_queue_work(log->wq, &log->push);
}

static void log_push(void *arg)
{
	struct xfs_log *log = arg;

	sim_settle(log->sim);
	if (log->busy) {
		/* second half: the flush that precedes the record is done */
		write_record(log);
		return;
	}
	log->busy = true;
	log->pushed = log->wanted;
	sim_charge_ps(log->sim, log->account, log->costs->log_push);
	if (!log->queue->has_write_cache) {
		write_record(log);
		return;
	}
	struct bio *bio = &log->flush;

	bio_init(bio, log->queue, BIO_FLUSH, BIO_META | BIO_SYNC, 0);
	bio->private = log;
	bio->end_io = cache_is_flushed;
	submit_bio(bio);
}

void xfs_log_init(struct xfs_log *log, struct blk_queue *queue,
		  const struct xfs_costs *costs, uint64_t sector)
{
	memset(log, 0, sizeof(*log));
	log->sim = queue->sim;
	log->queue = queue;
	log->costs = costs;
	log->account = sim_account_add(log->sim, "log");
	log->wq = sim_workqueue_new(log->sim, "xfs-log");
	log->push.fn = log_push;
	log->push.arg = log;
	log->end.fn = log_end;
	log->end.arg = log;
	log->waiters.name = "log force";
	log->sector = sector;
}

int xfs_log_force(struct xfs_log *log)
{
	sim_charge_ps(log->sim, log->account, log->costs->log_force);
	sim_settle(log->sim);
	if (log->error)
		return log->error;
	log->nr_forces++;
	uint64_t wanted = ++log->wanted;

	if (!log->busy)
		sim_queue_work(log->wq, &log->push);
	sim_settle(log->sim);
	while (log->done < wanted)
		sim_wait(log->sim, &log->waiters);
	return log->error;
}
