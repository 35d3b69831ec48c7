/*
 * Application threads: the operations of the workload, top to bottom.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "models/run/world.h"
#include "models/mm/flusher.h"
#include "models/mm/writeback.h"
#include "sim/base/assert.h"
#include "sim/engine/metrics.h"

#define PROGRESS_MS 100

static uint64_t wall_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Shown only; nothing simulated depends on it. */
void world_report_progress(struct world *world)
{
	const struct run_options *options = world->options;

	if (!options->progress)
		return;
	uint64_t now_ms = wall_ms();

	if (now_ms < world->next_progress_ms)
		return;
	world->next_progress_ms = now_ms + PROGRESS_MS;
	options->progress(sim_now_ns(world->sim), world->mm.stats.written_bytes,
			  world->total_bytes, options->arg);
}

static int call_write(const struct filesystem_type *fs,
		      const struct world_file *file, uint64_t pos,
		      uint64_t bytes, bool dontcache)
{
	struct inode *inode = file->inode;

	if (file->o_direct)
		return fs->write_direct ? fs->write_direct(inode, pos, bytes)
					: -EOPNOTSUPP;
	if (!dontcache)
		return fs->write(inode, pos, bytes);
	return fs->write_dontcache ? fs->write_dontcache(inode, pos, bytes)
				   : -EOPNOTSUPP;
}

/* What a write costs more when the program times it. */
static void charge_clock_reads(struct world *world)
{
	const struct mm_costs *costs = world->mm.costs;

	if (costs->write_entry_timed > costs->write_entry)
		sim_charge_ps(world->sim, world->mm.accounts.write_call,
			      costs->write_entry_timed - costs->write_entry);
}

static int write_once(struct world_thread *thread, const struct world_op *op,
		      uint64_t pos, uint64_t bytes)
{
	struct world *world = thread->world;
	struct world_file *file = op->file;
	uint64_t start_ns = sim_now_ns(world->sim);
	int error;

	if (op->config->timed)
		charge_clock_reads(world);
	error = call_write(world->fs, file, pos, bytes, op->config->dontcache);

	if (!error && file->o_sync)
		error = world->fs->fsync(file->inode, pos, pos + bytes - 1);
	if (error)
		return error;
	hist_add(world->write_ns, sim_now_ns(world->sim) - start_ns);
	thread->written_bytes += bytes;
	sim_user_return(world->sim);
	return 0;
}

bool world_nth_write(struct world_thread *thread, const struct world_op *op,
		     uint64_t i, uint64_t *ret_pos, uint64_t *ret_bytes)
{
	const struct op_config *c = op->config;
	uint64_t end = c->offset_bytes + c->total_bytes;
	uint64_t step = c->stride_bytes ? c->stride_bytes : c->write_bytes;
	uint64_t slots = c->total_bytes / c->write_bytes;
	uint64_t pos = c->offset_bytes + i * step;

	if (c->pattern == PATTERN_RANDOM) {
		if (i == (c->count ? c->count : slots))
			return false;
		pos = c->offset_bytes +
		      rng_below(&thread->rng, slots) * c->write_bytes;
	} else if (pos >= end) {
		return false;
	}
	*ret_pos = pos;
	*ret_bytes = min_u64(c->write_bytes, end - pos);
	return true;
}

/* Think time, and the sleep of a paced writer. */
static void after_write(struct world *world, const struct op_config *c,
			uint64_t start_ns, uint64_t done_bytes)
{
	uint64_t due_ns = start_ns;
	uint64_t now_ns;

	if (c->duration_ns)
		sim_sleep_ns(world->sim, c->duration_ns);
	now_ns = sim_now_ns(world->sim);
	if (c->rate_bytes_per_s)
		due_ns += mul_div(done_bytes, NS_PER_S, c->rate_bytes_per_s);
	if (due_ns > now_ns)
		sim_sleep_ns(world->sim, due_ns - now_ns);
}

static int do_writes(struct world_thread *thread, const struct world_op *op)
{
	struct world *world = thread->world;
	uint64_t start_ns = sim_now_ns(world->sim);
	uint64_t done = 0;
	uint64_t pos;
	uint64_t bytes;

	if (op->config->depth > 1)
		return world_write_deep(thread, op);
	for (uint64_t i = 0; world_nth_write(thread, op, i, &pos, &bytes);
	     i++) {
		int error = write_once(thread, op, pos, bytes);

		if (error)
			return error;
		done += bytes;
		after_write(world, op->config, start_ns, done);
		if (i % 64 == 0)
			world_report_progress(world);
	}
	return 0;
}

/* The flusher writes the data; each file's fsync finds only its metadata. */
static int sync_all(struct world *world, bool one_filesystem)
{
	if (one_filesystem)
		mm_syncfs_data(&world->mm);
	else
		mm_sync_data(&world->mm);
	for (size_t i = 0; i < world->nr_files; i++) {
		int error =
			world->fs->fsync(world->files[i].inode, 0, INT64_MAX);

		if (error)
			return error;
	}
	return 0;
}

static void drop_caches(struct world *world)
{
	for (size_t i = 0; i < world->nr_files; i++)
		mm_drop_clean(world->files[i].inode);
}

enum { RANGE_WAIT_BEFORE = 1, RANGE_WRITE = 2, RANGE_WAIT_AFTER = 4 };

/* All three flags together ask for data integrity, else nothing waits long. */
static int sync_range(struct inode *inode, const struct op_config *c)
{
	uint64_t end = c->total_bytes ? c->offset_bytes + c->total_bytes - 1
				      : INT64_MAX;
	struct writeback_control wbc = {
		.sync_mode = c->flags == (RANGE_WAIT_BEFORE | RANGE_WRITE |
					  RANGE_WAIT_AFTER)
				     ? WB_SYNC_ALL
				     : WB_SYNC_NONE,
		.range_start = c->offset_bytes,
		.range_end = end,
		.nr_to_write = INT64_MAX,
	};
	int error = 0;

	if (c->flags & RANGE_WAIT_BEFORE)
		mm_fdatawait(inode, c->offset_bytes, end);
	if (c->flags & RANGE_WRITE)
		error = mm_writepages(inode, &wbc);
	if (c->flags & RANGE_WAIT_AFTER)
		mm_fdatawait(inode, c->offset_bytes, end);
	return error;
}

static int do_file_op(struct world_thread *thread, const struct world_op *op)
{
	const struct filesystem_type *fs = thread->world->fs;
	const struct op_config *c = op->config;
	struct inode *inode = op->file->inode;

	switch (c->op) {
	case OP_OPEN:
		op->file->o_sync = c->o_sync;
		op->file->o_direct = c->o_direct;
		world_mmap_reopen(thread, op->file);
		return fs->open(inode, c->truncate);
	case OP_WRITE:
		return do_writes(thread, op);
	case OP_FSYNC:
	case OP_FDATASYNC:
		return fs->fsync(inode, 0, INT64_MAX);
	case OP_CLOSE:
		return fs->close(inode);
	case OP_SYNC_FILE_RANGE:
		return sync_range(inode, c);
	case OP_FALLOCATE:
		return fs->fallocate ? fs->fallocate(inode, c->offset_bytes,
						     c->total_bytes)
				     : -EOPNOTSUPP;
	case OP_TRUNCATE:
		return fs->truncate ? fs->truncate(inode, c->total_bytes)
				    : -EOPNOTSUPP;
	case OP_CLONE:
		return fs->clone ? fs->clone(inode, op->source->inode)
				 : -EOPNOTSUPP;
	default:
		return world_mmap_op(thread, op);
	}
}

static int do_op(struct world_thread *thread, const struct world_op *op)
{
	struct world *world = thread->world;

	switch (op->config->op) {
	case OP_SYNC:
	case OP_SYNCFS:
		return sync_all(world, op->config->op == OP_SYNCFS);
	case OP_DROP_CACHES:
		drop_caches(world);
		return 0;
	case OP_SLEEP:
		sim_sleep_ns(world->sim, op->config->duration_ns);
		return 0;
	default:
		return do_file_op(thread, op);
	}
}

static void play(struct world_thread *thread)
{
	struct world *world = thread->world;

	for (uint64_t loop = 0; loop < thread->loop && !thread->error; loop++) {
		for (size_t i = 0; i < thread->nr_ops; i++) {
			const struct world_op *op = &thread->ops[i];
			uint64_t start_ns;

			if (op->config->cpu_before_ns)
				sim_charge_ps(world->sim, world->account_user,
					      op->config->cpu_before_ns *
						      PS_PER_NS);
			start_ns = sim_now_ns(world->sim);
			thread->error = do_op(thread, op);
			thread->phase_ns[op->config->op] +=
				sim_now_ns(world->sim) - start_ns;
			if (thread->error)
				break;
			sim_user_return(world->sim);
			world_report_progress(world);
		}
	}
	sim_settle(world->sim);
}

static void app_thread(void *arg)
{
	struct world_thread *thread = arg;
	struct world *world = thread->world;

	dirty_control_task(world->mm.dirty)->nr_dirtied =
		thread->nr_dirtied_pages;
	play(thread);
	mm_task_exit(&world->mm);
	if (--world->nr_running == 0)
		snapshot_take(world, &world->end);
}

static void start_threads(struct world *world)
{
	unsigned int nr_cpus = sim_nr_cpus(world->sim);

	world->nr_running = world->nr_threads;
	world_start_script(world);
	for (size_t i = 0; i < world->nr_threads; i++) {
		struct world_thread *thread = &world->threads[i];

		thread->thread = sim_thread_new(world->sim, thread->name,
						(unsigned int)(i % nr_cpus),
						false, app_thread, thread);
	}
}

static void prepare_thread(void *arg)
{
	struct world *world = arg;

	play(&world->prepare);
	if (world->prepare.error)
		return;
	hist_init(world->write_ns);
	mm_ways_reset(&world->mm);
	streams_mute(sim_metrics(world->sim), false);
	snapshot_take(world, &world->start);
	start_threads(world);
}

void world_start(struct world *world)
{
	if (world->prepare.nr_ops) {
		streams_mute(sim_metrics(world->sim), true);
		sim_thread_new(world->sim, "prepare", 0, false, prepare_thread,
			       world);
		return;
	}
	snapshot_take(world, &world->start);
	start_threads(world);
}
