/*
 * The range in which simulated times were compared with recorded ones: what
 * the timed recordings (tests/groundtruth/timed) hold.  Outside it times are
 * extrapolated, and a warning names the key.
 */
#include <stdio.h>
#include <string.h>

#include "models/run/result.h"
#include "sim/base/assert.h"

/**
 * struct place - what is being looked at
 * @warnings: array to add to; NULL: only tell whether all is inside
 */
struct place {
	const struct experiment *e;
	json_t *warnings;
	bool is_inside;
};

static void outside(struct place *place, const char *text)
{
	place->is_inside = false;
	if (place->warnings)
		json_array_append_new(place->warnings, json_string(text));
}

static void check_range(struct place *place, const char *key, uint64_t value,
			uint64_t low, uint64_t high, const char *unit)
{
	char text[256];

	if (value >= low && value <= high)
		return;
	if (low == high)
		snprintf(text, sizeof(text),
			 "%s: times were validated with %llu %s, not %llu", key,
			 (unsigned long long)low, unit,
			 (unsigned long long)value);
	else
		snprintf(text, sizeof(text),
			 "%s: times were validated from %llu to %llu %s, not "
			 "with %llu",
			 key, (unsigned long long)low, (unsigned long long)high,
			 unit, (unsigned long long)value);
	outside(place, text);
}

static void check_word(struct place *place, const char *key, const char *value,
		       const char *const *words)
{
	char text[256];
	size_t used, i;

	for (i = 0; words[i]; i++) {
		if (value && strcmp(value, words[i]) == 0)
			return;
	}
	used = (size_t)snprintf(text, sizeof(text),
				"%s: times were validated with", key);
	for (i = 0; words[i] && used < sizeof(text); i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "%s %s", i ? "," : "", words[i]);
	if (used < sizeof(text))
		snprintf(text + used, sizeof(text) - used, ", not with %.60s",
			 value ? value : "none");
	outside(place, text);
}

static void check_host(struct place *place)
{
	static const char *const releases[] = { "6.12", "6.16", "6.17", NULL };
	static const char *const clocks[] = { "instruction-clock", NULL };
	const struct experiment *e = place->e;

	check_word(place, "kernel", e->kernel.release, releases);
	check_word(place, "host.costs", e->host.costs, clocks);
	check_range(place, "host.cpus", e->host.cpus, 1, 1, "core");
	check_range(place, "host.instruction_ps", e->host.instruction_ps, 1000,
		    1000, "ps");
	check_range(place, "costs.host.indirect_call",
		    e->costs.host.indirect_call, 0, 0, "ps");
	check_range(place, "costs.host.locked_instruction",
		    e->costs.host.locked_instruction, 0, 0, "ps");
	if (e->host.cpu_policy != SIM_CPU_TICK)
		outside(place,
			"host.cpu_policy: kernels share a core by ticks");
}

/* t01 to t27: one writer, calls of 4 KiB to 1 MiB */
static void check_threads(struct place *place)
{
	const struct thread_config *threads = place->e->threads.items;
	uint64_t nr_threads = 0;

	for (size_t t = 0; t < place->e->threads.nr_items; t++) {
		const struct op_config *ops = threads[t].ops.items;

		nr_threads += threads[t].count;
		for (size_t i = 0; i < threads[t].ops.nr_items; i++) {
			char key[80];

			if (ops[i].op != OP_WRITE)
				continue;
			snprintf(key, sizeof(key),
				 "threads[%zu].ops[%zu].write_bytes", t, i);
			check_range(place, key, ops[i].write_bytes, 4096,
				    1048576, "bytes");
		}
	}
	check_range(place, "threads", nr_threads, 1, 1, "thread");
}

#if WBSIM_BLOCK
static void check_device(struct place *place)
{
	const struct device_config *device = &place->e->device;

	if (device->type != DEVICE_NULL_BLK) {
		outside(place,
			"device: times were validated with null_blk; latency, bandwidth and units of this device are assumptions of the preset");
		return;
	}
	check_range(place, "device.latency_ns", device->latency_ns, 10000,
		    100000, "ns");
	check_range(place, "device.queue_depth", device->queue_depth, 128, 128,
		    "requests");
	if (device->mbps)
		outside(place,
			"device.mbps: times depend on the phase of null_blk's timer; ratios of two kernels were not validated with it");
	check_range(place, "device.bandwidth_bytes_per_s",
		    device->bandwidth_bytes_per_s, 0, 0, "bytes/s (no limit)");
}
#endif

static void check_filesystem(struct place *place)
{
	const struct filesystem_config *fs = &place->e->filesystem;

#if WBSIM_BLOCK
	if (fs->type == FS_XFS || fs->type == FS_BDEV ||
	    fs->type == FS_XFS_ZONED) {
		if (fs->type == FS_XFS)
			check_range(place, "filesystem.block_size_bytes",
				    fs->block_size_bytes, 4096, 4096, "bytes");
		check_device(place);
		return;
	}
#endif
	(void)fs;
	outside(place,
		"filesystem: times were validated with xfs and the raw block device");
}

bool world_times_are_validated(const struct world *world, json_t *warnings)
{
	struct place place = { world->experiment, warnings, true };

	check_filesystem(&place);
	check_host(&place);
	check_threads(&place);
	return place.is_inside;
}
