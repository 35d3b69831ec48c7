/*
 * Assembly of a run and its end.
 */
#include "models/run/world.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/mm/flusher.h"
#include "sim/base/assert.h"
#include "sim/engine/metrics.h"
#if WBSIM_BLOCK
#include "models/block/wbt.h"
#endif

int world_fail(struct world *world, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (world->reterr_bytes)
		vsnprintf(world->reterr, world->reterr_bytes, format, args);
	va_end(args);
	return 2;
}

static void describe(char *buf, int size, void *arg)
{
	struct world *world = arg;

	snprintf(buf, (size_t)size,
		 "%s, seed %llu, simulated %llu ns, event %llu",
		 world->experiment->name, (unsigned long long)world->seed,
		 (unsigned long long)sim_now_ns(world->sim),
		 (unsigned long long)sim_nr_events(world->sim));
}

static void start_engine(struct world *world)
{
	const struct experiment *e = world->experiment;
	struct sim_options options = {
		.nr_cpus = (unsigned int)e->host.cpus,
		.policy = (enum sim_cpu_policy)e->host.cpu_policy,
		.tick_ns = e->host.tick_ns,
		.tick_phase_ns = e->host.tick_phase_ns % e->host.tick_ns,
		.switch_ps = world->costs.sched.switch_thread,
		.wakeup_ps = world->costs.sched.wakeup,
		.irq_entry_ps = world->costs.sched.interrupt,
		.tick_ps = world->costs.sched.tick,
		.idle_enter_ps = world->costs.sched.idle_enter,
		.idle_exit_ps = world->costs.sched.idle_exit,
		.seed = world->seed,
		.oracle = world->options->oracle,
	};

	world->sim = sim_new(&options);
	sim_bug_hook(describe, world);
}

static void keep_streams(struct world *world)
{
	const char *const *name = world->options->keep_streams;

	for (; name && *name; name++)
		stream_keep(sim_metrics(world->sim), *name);
}

#if WBSIM_BLOCK
/* What a thread holds back in its plug goes out before it sleeps. */
static void before_wait(void *queue)
{
	blk_flush_plug_from_schedule(queue);
}

static void dirtier_slept(void *arg)
{
	struct blk_queue *queue = arg;

	if (queue->wbt)
		wbt_dirtier_slept(queue->wbt);
}

static void *start_plug(void *queue)
{
	struct blk_plug *plug = calloc(1, sizeof(*plug));

	SIM_ASSERT(plug != NULL);
	blk_start_plug(plug, queue);
	return plug;
}

static void finish_plug(void *queue, void *plug)
{
	(void)queue;
	blk_finish_plug(plug);
	free(plug);
}

static void connect_queue(struct world *world)
{
	struct mm *mm = &world->mm;

	mm->before_wait = before_wait;
	mm->before_wait_arg = &world->queue;
	mm->dirty->hooks = (struct dirty_hooks){
		.dirtier_slept = dirtier_slept,
		.start_plug = start_plug,
		.finish_plug = finish_plug,
		.arg = &world->queue,
	};
}
#endif

#if WBSIM_BLOCK
/* A second device, of a file system that keeps its log there. */
static void make_log_device(struct world *world)
{
	const struct experiment *e = world->experiment;

	if (e->filesystem.type != FS_XFS_ZONED || !e->filesystem.external)
		return;
	blk_queue_init_log(&world->log_queue, world->sim, &e->kernel.block,
			   &world->costs.block);
	world->log_device = device_new(&world->log_queue, &e->log_device,
				       &world->costs.device);
}
#endif

int world_new(struct world *world)
{
	const struct experiment *e = world->experiment;
	const char *design = experiment_design(e);
	int error;

	host_prices_scale(&e->costs, e->host.instruction_ps, &world->costs);
	start_engine(world);
	world->account_user = sim_account_add(world->sim, "user");
	mm_init(&world->mm, world->sim, &e->kernel.mm, &world->costs.mm,
		&e->frames);
	dirty_control_new(&world->mm, &e->vm, e->memory_bytes);
	world->design_costs =
		host_prices_add(design_costs_by_name(&world->costs, design),
				&world->costs.host);
	world->iomap = iomap_core_new(&world->mm, &world->design_costs);
#if WBSIM_BLOCK
	world->design = design_by_name(
		e->filesystem.type == FS_FUSE ? e->kernel.design : design);
	SIM_ASSERT(world->design);
	blk_queue_init(&world->queue, world->sim, &e->kernel.block,
		       &world->costs.block);
	world->device =
		device_new(&world->queue, &e->device, &world->costs.device);
	if (faults_init(world->device, e->faults.items, e->faults.nr_items))
		return world_fail(
			world,
			"\"faults\": the device has no zone of that number");
	connect_queue(world);
	ioend_core_init(&world->ioends, world->iomap, &world->mm, &world->queue,
			&e->kernel.ioend, &world->costs.ioend);
	if (world->design->attach)
		world->design->attach(&world->ioends);
	make_log_device(world);
#endif
	world->fs = filesystem_of(e->filesystem.type);
	error = world->fs->mount(world);
	if (error)
		return error;
	world_set_oracles(world);
	world->write_ns =
		metrics_hist(sim_metrics(world->sim), "write call", "ns");
	keep_streams(world);
	error = world_make_files(world);

	return error ? error : world_make_threads(world);
}

static void free_threads(struct world *world)
{
	for (size_t i = 0; i < world->nr_threads; i++) {
		free(world->threads[i].name);
		free(world->threads[i].ops);
		world_mmap_free(&world->threads[i]);
	}
	free(world->threads);
	free(world->prepare.name);
	free(world->prepare.ops);
	world_mmap_free(&world->prepare);
}

static void free_snapshot(struct snapshot *snapshot)
{
	free(snapshot->account_ns);
	free(snapshot->counters);
	free(snapshot->cpu_ns);
	free(snapshot->resource_ns);
}

void world_free(struct world *world)
{
	if (world->fs)
		world->fs->unmount(world);
#if WBSIM_BLOCK
	ioend_core_done(&world->ioends);
	if (world->log_device) {
		device_free(world->log_device);
		blk_queue_done(&world->log_queue);
	}
	faults_free(world->device);
	device_free(world->device);
	blk_queue_done(&world->queue);
#endif
	iomap_core_free(world->iomap);
	dirty_control_free(world->mm.dirty);
	mm_done(&world->mm);
	for (size_t i = 0; i < world->nr_files; i++)
		free(world->files[i].name);
	free(world->files);
	free_threads(world);
	free_snapshot(&world->start);
	free_snapshot(&world->end);
	sim_bug_hook(NULL, NULL);
	sim_free(world->sim);
}

unsigned int world_nr_resources(const struct world *world)
{
#if WBSIM_BLOCK
	const struct filesystem_config *fs = &world->experiment->filesystem;

	if (fs->type == FS_FUSE ? fs->store > FUSE_STORE_MEMORY
				: fs->type != FS_MEMORY)
		return device_nr_resources(world->device);
#endif
	(void)world;
	return 0;
}

const char *world_resource(const struct world *world, unsigned int i,
			   uint64_t *ret_busy_ns)
{
#if WBSIM_BLOCK
	return device_resource(world->device, i, ret_busy_ns);
#else
	(void)world;
	(void)i;
	*ret_busy_ns = 0;
	return NULL;
#endif
}

static uint64_t *numbers(size_t nr)
{
	uint64_t *array = calloc(nr + 1, sizeof(*array));

	SIM_ASSERT(array != NULL);
	return array;
}

void snapshot_take(const struct world *world, struct snapshot *ret)
{
	struct sim *sim = world->sim;
	struct sim_metrics *m = sim_metrics(sim);
	unsigned int nr_accounts = 0;
	size_t nr_counters = metrics_nr_counters(m);

	free_snapshot(ret);
	ret->date_ns = sim_now_ns(sim);
	while (sim_account_name(sim, nr_accounts))
		nr_accounts++;
	ret->account_ns = numbers(nr_accounts);
	for (unsigned int i = 0; i < nr_accounts; i++)
		ret->account_ns[i] = sim_account_ns(sim, i);
	ret->counters = numbers(nr_counters);
	for (size_t i = 0; i < nr_counters; i++)
		metrics_counter_at(m, i, NULL, &ret->counters[i]);
	ret->cpu_ns = numbers(sim_nr_cpus(sim));
	for (unsigned int i = 0; i < sim_nr_cpus(sim); i++)
		ret->cpu_ns[i] = sim_cpu_busy_ns(sim, i);
	ret->resource_ns = numbers(world_nr_resources(world));
	for (unsigned int i = 0; i < world_nr_resources(world); i++)
		world_resource(world, i, &ret->resource_ns[i]);
}

bool world_is_idle(void *arg)
{
	struct world *world = arg;

	if (!mm_flushers_idle(&world->mm))
		return false;
	if (world->memory && memory_fs_in_flight(world->memory))
		return false;
	if (world->fuse && !fuse_is_idle(world->fuse))
		return false;
#if WBSIM_BLOCK
	if (world->queue.stats.in_flight)
		return false;
	if (world->log_device && world->log_queue.stats.in_flight)
		return false;
	if (world->xfs_zoned && !xfs_zoned_is_idle(world->xfs_zoned))
		return false;
	if (world->ioends.stats.finished != world->ioends.stats.ioends)
		return false;
#endif
	return true;
}
