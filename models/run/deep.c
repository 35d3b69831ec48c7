/*
 * Direct writes of one thread, several in flight: io_uring or libaio as fio
 * drives them.  The thread submits until so many are on their way, then sleeps
 * until one has ended.
 * Omits: the CPU cost of reaping completions, batched submission.
 */
#include <errno.h>
#include <stdlib.h>

#include "models/run/world.h"
#include "sim/base/assert.h"

struct deep_write;

/** struct deep - the operation; @idle: writes that are not in flight */
struct deep {
	struct world_thread *thread;
	struct sim_waitq ended;
	struct deep_write *writes;
	struct deep_write *idle;
	uint64_t in_flight;
	int error;
};

struct deep_write {
	struct deep *deep;
	struct deep_write *next;
	uint64_t start_ns;
	uint64_t bytes;
};

static void write_ended(void *arg, int error)
{
	struct deep_write *write = arg;
	struct deep *deep = write->deep;
	struct world *world = deep->thread->world;

	if (error) {
		if (!deep->error)
			deep->error = error;
	} else {
		hist_add(world->write_ns,
			 sim_now_ns(world->sim) - write->start_ns);
		deep->thread->written_bytes += write->bytes;
	}
	write->next = deep->idle;
	deep->idle = write;
	deep->in_flight--;
	sim_wake(world->sim, &deep->ended, 1);
}

static void wait_until_below(struct deep *deep, uint64_t in_flight)
{
	struct sim *sim = deep->thread->world->sim;

	sim_settle(sim);
	while (deep->in_flight >= in_flight)
		sim_wait(sim, &deep->ended);
}

static void write_one(struct deep *deep, const struct world_op *op,
		      uint64_t pos, uint64_t bytes)
{
	struct world *world = deep->thread->world;
	struct deep_write *write = deep->idle;

	deep->idle = write->next;
	deep->in_flight++;
	write->bytes = bytes;
	write->start_ns = sim_now_ns(world->sim);
	world->fs->start_direct(op->file->inode, pos, bytes, write_ended,
				write);
	sim_user_return(world->sim);
}

static void make_writes(struct deep *deep, uint64_t depth)
{
	deep->writes = calloc(depth, sizeof(*deep->writes));
	SIM_ASSERT(deep->writes != NULL);
	for (uint64_t i = 0; i < depth; i++) {
		deep->writes[i].deep = deep;
		deep->writes[i].next = deep->idle;
		deep->idle = &deep->writes[i];
	}
}

int world_write_deep(struct world_thread *thread, const struct world_op *op)
{
	struct deep deep = { .thread = thread, .ended.name = "direct write" };
	uint64_t depth = op->config->depth;
	uint64_t pos;
	uint64_t bytes;

	if (!op->file->o_direct || !thread->world->fs->start_direct)
		return -EOPNOTSUPP;
	make_writes(&deep, depth);
	for (uint64_t i = 0;
	     !deep.error && world_nth_write(thread, op, i, &pos, &bytes); i++) {
		write_one(&deep, op, pos, bytes);
		wait_until_below(&deep, depth);
		if (i % 64 == 0)
			world_report_progress(thread->world);
	}
	wait_until_below(&deep, 1);
	free(deep.writes);
	return deep.error;
}
