/*
 * The result of a run as JSON (format: models/run/run.h).
 */
#include "models/run/result.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"
#include "sim/config/config.h"
#include "sim/engine/metrics.h"

uint64_t elapsed_ns(const struct world *world)
{
	return world->end.date_ns - world->start.date_ns;
}

/* Largest values are of the whole run, totals of the measured part. */
static bool is_maximum(const char *name)
{
	return strstr(name, "max") != NULL;
}

static uint64_t counter_at(const struct world *world, size_t i,
			   const char **ret_name, const char **ret_unit)
{
	uint64_t value;

	*ret_name = metrics_counter_at(sim_metrics(world->sim), i, ret_unit,
				       &value);
	if (!is_maximum(*ret_name) && world->start.counters)
		value -= world->start.counters[i];
	return value;
}

uint64_t counter_delta(const struct world *world, const char *name)
{
	size_t nr = metrics_nr_counters(sim_metrics(world->sim));

	for (size_t i = 0; i < nr; i++) {
		const char *found;
		const char *unit;
		uint64_t value = counter_at(world, i, &found, &unit);

		if (strcmp(found, name) == 0)
			return value;
	}
	return 0;
}

static json_t *counters(const struct world *world)
{
	size_t nr = metrics_nr_counters(sim_metrics(world->sim));
	json_t *object = json_object();

	for (size_t i = 0; i < nr; i++) {
		const char *name;
		const char *unit;
		uint64_t value = counter_at(world, i, &name, &unit);

		json_object_set_new(object, name,
				    json_pack("{s:I, s:s}", "value",
					      (json_int_t)value, "unit", unit));
	}
	return object;
}

static json_t *stage(const struct world *world, const char *name, uint64_t ns)
{
	uint64_t written = written_bytes(world);
	/* thousandths of a nanosecond, so that no double enters before the end */
	uint64_t per_mib = written ? mul_div(ns, 1000ull << 20, written) : 0;

	return json_pack("{s:s, s:I, s:f}", "name", name, "ns", (json_int_t)ns,
			 "ns_per_mib", (double)per_mib / 1000.0);
}

/* CPU time by account; what is left of elapsed time on all CPUs is idle. */
static json_t *stages(const struct world *world)
{
	json_t *array = json_array();
	uint64_t all = elapsed_ns(world) * sim_nr_cpus(world->sim);
	uint64_t busy = 0;

	for (unsigned int i = 0; sim_account_name(world->sim, i); i++) {
		uint64_t ns =
			world->end.account_ns[i] - world->start.account_ns[i];

		busy += ns;
		json_array_append_new(
			array,
			stage(world, sim_account_name(world->sim, i), ns));
	}
	json_array_append_new(
		array, stage(world, "idle", all > busy ? all - busy : 0));
	return array;
}

static const char *const op_names[NR_OP_TYPES] = {
	[OP_OPEN] = "open",
	[OP_WRITE] = "write",
	[OP_FSYNC] = "fsync",
	[OP_FDATASYNC] = "fdatasync",
	[OP_FALLOCATE] = "fallocate",
	[OP_CLOSE] = "close",
	[OP_SYNC] = "sync",
	[OP_DROP_CACHES] = "drop_caches",
	[OP_SLEEP] = "sleep",
	[OP_TRUNCATE] = "truncate",
	[OP_CLONE] = "clone",
	[OP_MMAP] = "mmap",
	[OP_MMAP_WRITE] = "mmap_write",
	[OP_MSYNC] = "msync",
	[OP_MUNMAP] = "munmap",
	[OP_SYNC_FILE_RANGE] = "sync_file_range",
	[OP_SYNCFS] = "syncfs",
};

static json_t *threads(const struct world *world)
{
	json_t *array = json_array();

	for (size_t i = 0; i < world->nr_threads; i++) {
		const struct world_thread *thread = &world->threads[i];
		json_t *phases = json_object();

		for (int op = 0; op < NR_OP_TYPES; op++)
			if (thread->phase_ns[op])
				json_object_set_new(
					phases, op_names[op],
					json_integer((json_int_t)thread
							     ->phase_ns[op]));
		json_array_append_new(
			array,
			json_pack("{s:s, s:I, s:I, s:i, s:o}", "name",
				  thread->name, "cpu_ns",
				  (json_int_t)sim_thread_cpu_ns(thread->thread),
				  "written_bytes",
				  (json_int_t)thread->written_bytes, "error",
				  thread->error, "phases", phases));
	}
	return array;
}

struct resource {
	char name[64];
	uint64_t busy_ppm;
};

static int busiest_first(const void *a, const void *b)
{
	const struct resource *x = a;
	const struct resource *y = b;

	if (x->busy_ppm != y->busy_ppm)
		return x->busy_ppm < y->busy_ppm ? 1 : -1;
	return strcmp(x->name, y->name);
}

static size_t collect_resources(const struct world *world, struct resource *ret,
				size_t max)
{
	uint64_t elapsed = elapsed_ns(world) ? elapsed_ns(world) : 1;
	size_t nr = 0;

	for (unsigned int i = 0; i < sim_nr_cpus(world->sim) && nr < max;
	     i++, nr++) {
		snprintf(ret[nr].name, sizeof(ret[nr].name), "CPU %u", i);
		ret[nr].busy_ppm =
			mul_div(world->end.cpu_ns[i] - world->start.cpu_ns[i],
				1000000, elapsed);
	}
	for (unsigned int i = 0; i < world_nr_resources(world) && nr < max;
	     i++, nr++) {
		uint64_t now;

		snprintf(ret[nr].name, sizeof(ret[nr].name), "%s",
			 world_resource(world, i, &now));
		ret[nr].busy_ppm = mul_div(world->end.resource_ns[i] -
						   world->start.resource_ns[i],
					   1000000, elapsed);
	}
	qsort(ret, nr, sizeof(*ret), busiest_first);
	return nr;
}

static void add_resources(const struct world *world, json_t *result)
{
	struct resource found[80];
	size_t nr = collect_resources(world, found, 80);
	json_t *array = json_array();

	for (size_t i = 0; i < nr; i++)
		json_array_append_new(array,
				      json_pack("{s:s, s:I}", "name",
						found[i].name, "busy_ppm",
						(json_int_t)found[i].busy_ppm));
	json_object_set_new(result, "resources", array);
	const struct resource *next = nr > 1 ? &found[1] : &found[0];

	json_object_set_new(result, "bottleneck",
			    json_pack("{s:s, s:I, s:s, s:I}", "resource",
				      found[0].name, "busy_ppm",
				      (json_int_t)found[0].busy_ppm, "next",
				      next->name, "next_busy_ppm",
				      (json_int_t)next->busy_ppm));
}

static json_t *boundary(const struct world *world)
{
	static const char *const no_methods[] = {
		"iomap.writeback_range_calls", "iomap.writeback_submit_calls",
		NULL
	};
	const char *const *name = no_methods;
	const char *submit_path = "writeback_submit -> store";
	json_t *methods = json_array();

	if (world->fuse) {
		const struct fuse_design *design = fuse_design_by_name(
			experiment_design(world->experiment));

		name = design->methods;
		submit_path = design->submit_path;
	}
#if WBSIM_BLOCK
	if (!world->fuse && world->experiment->filesystem.type != FS_MEMORY) {
		name = world->design->methods;
		submit_path = world->design->submit_path;
	}
#endif
	for (; *name; name++)
		json_array_append_new(
			methods,
			json_pack("{s:s, s:I}", "name", *name, "calls",
				  (json_int_t)counter_delta(world, *name)));
	return json_pack("{s:s, s:o, s:s}", "design",
			 experiment_design(world->experiment), "methods",
			 methods, "submit_path", submit_path);
}

static const char *device_name(const struct world *world)
{
#if WBSIM_BLOCK
	const struct experiment *e = world->experiment;

	if (!world->fuse || world->xfs || world->gfs2)
		return e->device_name ? e->device_name : "";
#endif
	(void)world;
	return "none";
}

static void add_names(const struct world *world, json_t *result)
{
	const struct experiment *e = world->experiment;

	json_object_set_new(result, "format", json_string("wbsim-result/1"));
	json_object_set_new(result, "version", json_string(WBSIM_VERSION));
	json_object_set_new(result, "name", json_string(e->name));
	json_object_set_new(result, "kernel",
			    json_string(e->kernel_name ? e->kernel_name : ""));
	json_object_set_new(result, "design",
			    json_string(experiment_design(e)));
	json_object_set_new(result, "host",
			    json_string(e->host_name ? e->host_name : ""));
	json_object_set_new(result, "device", json_string(device_name(world)));
	json_object_set_new(result, "filesystem", json_string(world->fs->name));
	json_object_set_new(result, "seed",
			    json_integer((json_int_t)world->seed));
}

json_t *world_result(struct world *world, bool *ret_ok)
{
	const struct sim_metrics *m = sim_metrics(world->sim);
	json_t *result = json_object();
	char digest[17];

	SIM_ASSERT(result != NULL);
	mm_ways_settle(&world->mm);
	add_names(world, result);
	json_object_set_new(result, "figures", result_figures(world));
	json_object_set_new(result, "stages", stages(world));
	json_object_set_new(result, "latency", result_latency(world));
	json_object_set_new(result, "threads", threads(world));
	add_resources(world, result);
	json_object_set_new(result, "counters", counters(world));
	json_object_set_new(result, "boundary", boundary(world));
	json_object_set_new(result, "streams", result_streams(world));
	snprintf(digest, sizeof(digest), "%016llx",
		 (unsigned long long)metrics_event_digest(m));
	json_object_set_new(result, "event_digest", json_string(digest));
	json_object_set_new(result, "histograms", result_histograms(world));
	json_object_set_new(result, "timeseries", result_timeseries(world));
	json_object_set_new(result, "checks", world_checks(world, ret_ok));
	json_object_set_new(result, "warnings", world_warnings(world));
	json_object_set_new(result, "untouched_keys",
			    world_untouched_keys(world));
	json_object_set_new(
		result, "config",
		cfg_resolved(&experiment_object, world->experiment));
	return result;
}
