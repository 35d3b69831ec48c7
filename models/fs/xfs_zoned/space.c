/*
 * Promises of space and who waits for them.
 * Models: xfs_zoned_space_reserve(), xfs_zoned_reserve_available(),
 * xfs_zoned_add_available(), fs/xfs/xfs_zone_space_resv.c, 6.16 to 7.3.
 * Omits: greedy reservations, the reserved pool for the superuser.
 */
#include <errno.h>

#include "models/fs/xfs_zoned/internal.h"
#include "sim/base/assert.h"

/* Serve waiters in order of arrival, as far as it goes. */
static void serve(struct xfs_zoned *fs)
{
	struct xfsz_space *space = &fs->space;
	struct xfsz_waiter *waiter;

	while ((waiter = space->head) != NULL &&
	       space->available >= (int64_t)waiter->blocks) {
		space->available -= (int64_t)waiter->blocks;
		waiter->granted = true;
		space->head = waiter->next;
		if (!space->head)
			space->tail = NULL;
		sim_wake(fs->sim, &waiter->waitq, 1);
	}
}

void xfsz_add_available(struct xfs_zoned *fs, int64_t blocks)
{
	fs->space.available += blocks;
	if (blocks > 0)
		serve(fs);
}

void xfsz_wake_hopeless(struct xfs_zoned *fs)
{
	struct xfsz_waiter *waiter = fs->space.head;

	for (; waiter; waiter = waiter->next)
		sim_wake(fs->sim, &waiter->waitq, 1);
}

static void leave(struct xfsz_space *space, struct xfsz_waiter *waiter)
{
	struct xfsz_waiter **at = &space->head;
	struct xfsz_waiter *before = NULL;

	while (*at != waiter) {
		before = *at;
		at = &before->next;
	}
	*at = waiter->next;
	if (space->tail == waiter)
		space->tail = before;
}

/* 0, -ENOSPC: nothing to collect is left, -EIO: shut down. */
static int wait_for_available(struct xfs_zoned *fs, uint64_t blocks)
{
	struct xfsz_space *space = &fs->space;
	struct xfsz_waiter waiter = {
		.blocks = blocks,
		.waitq = { .name = "space in zones" },
	};
	bool asked = false;

	if (space->tail)
		space->tail->next = &waiter;
	else
		space->head = &waiter;
	space->tail = &waiter;
	fs->stats.space_waits++;
	if (fs->mm->before_wait)
		fs->mm->before_wait(fs->mm->before_wait_arg);
	sim_settle(fs->sim);
	serve(fs);
	while (!waiter.granted) {
		if (fs->is_shutdown) {
			leave(space, &waiter);
			return -EIO;
		}
		if (!fs->gc.running && (asked || !fs->rtgs.nr_reclaimable)) {
			leave(space, &waiter);
			return -ENOSPC;
		}
		if (!fs->gc.running)
			xfsz_gc_kick(fs);
		asked = true;
		sim_settle(fs->sim);
		if (!waiter.granted)
			sim_wait(fs->sim, &waiter.waitq);
	}
	return 0;
}

int xfsz_reserve(struct xfs_zoned *fs, uint64_t blocks)
{
	struct xfsz_space *space = &fs->space;
	int error;

	sim_charge_ps(fs->sim, fs->account_map, fs->costs->space_reserve);
	sim_settle(fs->sim);
	if (fs->is_shutdown)
		return -EIO;
	if (space->free < (int64_t)blocks)
		return -ENOSPC;
	space->free -= (int64_t)blocks;
	if (!space->head && space->available >= (int64_t)blocks) {
		space->available -= (int64_t)blocks;
		return 0;
	}
	error = wait_for_available(fs, blocks);
	if (error)
		space->free += (int64_t)blocks;
	return error;
}

void xfsz_unreserve(struct xfs_zoned *fs, uint64_t blocks)
{
	fs->space.free += (int64_t)blocks;
	xfsz_add_available(fs, (int64_t)blocks);
}
