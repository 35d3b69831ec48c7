/*
 * The log as fsync sees it: the caller asks for a force, a worker writes one
 * record (after a cache flush where the device has a volatile cache), another
 * work item wakes the waiters.  Forces asked for while a record is in
 * flight share the next one.
 *
 * Source: fs/xfs/xfs_log.c, xfs_log_cil.c, 6.12 to 7.3.
 * Omits: what is in the record (its size is constant), checkpoints, tail
 * pushing.
 */
#ifndef MODELS_FS_XFS_LOG_H
#define MODELS_FS_XFS_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "models/block/queue.h"
#include "models/fs/xfs/config.h"

/**
 * struct xfs_log - a log on @queue
 * @account: CPU account "log"
 * @wanted, @pushed, @done: force sequences asked for, in flight, on disk
 * @nr_forces: for results
 * @error: of the first record that could not be written: none is after it
 */
struct xfs_log {
	struct sim *sim;
	struct blk_queue *queue;
	const struct xfs_costs *costs;
	struct sim_workqueue *wq;
	unsigned int account;
	struct sim_work push;
	struct sim_work end;
	struct bio flush;
	struct bio write;
	bool busy;
	uint64_t wanted;
	uint64_t pushed;
	uint64_t done;
	uint64_t sector;
	uint64_t nr_forces;
	int error;
	struct sim_waitq waiters;
};

/** xfs_log_init - @sector: where records are written */
void xfs_log_init(struct xfs_log *log, struct blk_queue *queue,
		  const struct xfs_costs *costs, uint64_t sector);

/**
 * xfs_log_force - what happened so far is on disk
 * Context: thread.  Return: 0, or -EIO when the log cannot be written
 * (xlog_force_shutdown()).
 */
int xfs_log_force(struct xfs_log *log);

#endif
