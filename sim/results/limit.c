#include "sim/results/limit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"
#include "sim/results/format.h"
#include "sim/results/result.h"

#define LEAST_PPM      50000.0
#define LEAST_GAIN_PPM 10000.0

static const struct limit limits[] = {
	{ .name = "CPU",
	  .busy = "CPU ",
	  /* not 0: time must go on in loops of CPU work */
	  .overrides = { { "host.instruction_ps", "1" },
			 { "costs.host.indirect_call", "0" },
			 { "costs.host.locked_instruction", "0" } },
	  .nr_overrides = 3 },
	{ .name = "device bandwidth",
	  .busy = "device bandwidth",
	  .stages = { "device queue", "device transfer" },
	  .overrides = { { "device.bandwidth_bytes_per_s", "0" },
			 { "device.zones.command_ns", "0" } },
	  .nr_overrides = 2 },
	{ .name = "device head",
	  .busy = "device head",
	  .stages = { "device queue" },
	  .overrides = { { "device.disk.seek_min_ns", "0" },
			 { "device.disk.seek_max_ns", "0" },
			 { "device.disk.rotations_per_minute", "20000" },
			 { "device.disk.media_bytes_per_s", "7GB/s" } },
	  .nr_overrides = 4 },
	{ .name = "device units",
	  .busy = "device units",
	  .stages = { "device unit" },
	  .overrides = { { "device.units", "65536" },
			 { "device.zones.units_per_zone", "0" } },
	  .nr_overrides = 2 },
	{ .name = "device latency",
	  .stages = { "device service" },
	  .overrides = { { "device.latency_ns", "0" },
			 { "device.zones.append_latency_ns", "0" } },
	  .nr_overrides = 2 },
	{ .name = "interrupt aggregation",
	  .stages = { "interrupt" },
	  .overrides = { { "device.interrupt_delay_ns", "0" },
			 { "device.interrupt_max_requests", "1" } },
	  .nr_overrides = 2 },
	{ .name = "request tags",
	  .stages = { "tag" },
	  .overrides = { { "device.queue_depth", "65535" } },
	  .nr_overrides = 1 },
	{ .name = "I/O scheduler",
	  .stages = { "scheduler" },
	  .overrides = { { "device.scheduler", "none" } },
	  .nr_overrides = 1 },
	{ .name = "writeback throttling (wbt)",
	  .stages = { "wbt" },
	  .overrides = { { "device.wbt.enabled", "false" } },
	  .nr_overrides = 1 },
	/* appends of the device's own, and no list for writes: the model's
	 * single queue keeps their order */
	{ .name = "zone write plug",
	  .stages = { "zone plug" },
	  .overrides = { { "kernel.block.zone_write_locking", "true" },
			 { "device.zones.append", "true" },
			 { "device.scheduler", "none" } },
	  .nr_overrides = 3 },
	{ .name = "FUSE server threads",
	  .stages = { "fuse queue" },
	  .overrides = { { "filesystem.fuse.server_threads", "64" } },
	  .nr_overrides = 1 },
	{ .name = "FUSE background limit",
	  .stages = { "fuse background" },
	  .overrides = { { "kernel.fuse.max_background", "65535" } },
	  .nr_overrides = 1 },
};
#define NR_LIMITS (sizeof(limits) / sizeof(limits[0]))

static const json_t *stage_of(const json_t *result, const char *name)
{
	const json_t *latency = json_object_get(result, "latency");
	const json_t *stage;
	size_t i;

	json_array_foreach(json_object_get(latency, "stages"), i, stage) {
		if (strcmp(result_text(stage, "name"), name) == 0)
			return stage;
	}
	return NULL;
}

static double busy_ppm(const json_t *result, const struct limit *limit)
{
	const json_t *resource;
	double most = 0;
	size_t i;

	if (!limit->busy)
		return 0;
	json_array_foreach(json_object_get(result, "resources"), i, resource) {
		double ppm = result_number(resource, "busy_ppm");

		if (strncmp(result_text(resource, "name"), limit->busy,
			    strlen(limit->busy)) == 0 &&
		    ppm > most)
			most = ppm;
	}
	return most;
}

/* Share of the time that folios are under writeback, not of dirtiness. */
static double waited_ppm(const json_t *result, const struct limit *limit)
{
	double all = result_number(json_object_get(result, "latency"), "ns") -
		     result_number(stage_of(result, "dirty"), "ns") -
		     result_number(stage_of(result, "pass"), "ns");
	double sum = 0;
	size_t i;

	for (i = 0; limit->stages[i]; i++)
		sum += result_number(stage_of(result, limit->stages[i]), "ns");
	return all > 0 ? sum / all * 1e6 : 0;
}

static double evidence_ppm(const json_t *result, const struct limit *limit)
{
	double busy = busy_ppm(result, limit);
	double waited = waited_ppm(result, limit);

	return busy > waited ? busy : waited;
}

size_t limit_candidates(const json_t *result, const struct limit **ret)
{
	double evidence[LIMIT_MAX_CANDIDATES + 1];
	size_t nr = 0, l, at;

	for (l = 0; l < NR_LIMITS; l++) {
		double ppm = evidence_ppm(result, &limits[l]);

		if (ppm < LEAST_PPM)
			continue;
		/* insertion; equal ones stay in the order of the table */
		for (at = nr; at > 0 && evidence[at - 1] < ppm; at--) {
			if (at >= LIMIT_MAX_CANDIDATES)
				continue;
			evidence[at] = evidence[at - 1];
			ret[at] = ret[at - 1];
		}
		if (at >= LIMIT_MAX_CANDIDATES)
			continue;
		evidence[at] = ppm;
		ret[at] = &limits[l];
		nr += nr < LIMIT_MAX_CANDIDATES;
	}
	return nr;
}

static json_t *error_entry(const struct limit *limit, const char *error)
{
	return json_pack("{s:s, s:I, s:s}", "resource", limit->name, "gain_ppm",
			 (json_int_t)0, "error",
			 *error ? error : "the run without it failed");
}

/* Of its stages the one with most waiting tells how many, how long. */
static void add_waiting(json_t *entry, const json_t *result,
			const struct limit *limit)
{
	double folios =
		result_number(json_object_get(result, "latency"), "folios");
	const json_t *most = NULL;
	size_t i;

	for (i = 0; limit->stages[i]; i++) {
		const json_t *stage = stage_of(result, limit->stages[i]);

		if (stage && (!most || result_number(stage, "ns") >
					       result_number(most, "ns")))
			most = stage;
	}
	if (!most || !(folios > 0))
		return;
	json_object_set_new(
		entry, "waited_ppm",
		json_integer((json_int_t)(result_number(most, "folios") /
					  folios * 1e6)));
	json_object_set_new(
		entry, "waited_p50",
		json_integer((json_int_t)result_number(most, "p50")));
}

static json_t *entry_of(const json_t *result, const struct limit *limit,
			const json_t *without)
{
	double before = result_figure_value(result, "elapsed");
	double after = result_figure_value(without, "elapsed");
	const struct limit *next[LIMIT_MAX_CANDIDATES];
	size_t nr = limit_candidates(without, next), i = 0;
	json_t *entry;

	while (i < nr && next[i] == limit)
		i++;
	entry = json_pack(
		"{s:s, s:I, s:s}", "resource", limit->name, "gain_ppm",
		(json_int_t)(after > 0 ? (before / after - 1) * 1e6 : 0),
		"then", i < nr ? next[i]->name : "");
	add_waiting(entry, result, limit);
	return entry;
}

static int largest_gain_first(const void *a, const void *b)
{
	double x = result_number(*(json_t *const *)a, "gain_ppm");
	double y = result_number(*(json_t *const *)b, "gain_ppm");

	return x < y ? 1 : x > y ? -1 : 0;
}

void limit_prove(json_t *result, const struct limit *const *candidates,
		 const json_t *const *without, const char *const *errors,
		 size_t nr)
{
	json_t *entries[LIMIT_MAX_CANDIDATES];
	json_t *proof = json_array();
	size_t i;

	SIM_ASSERT(nr <= LIMIT_MAX_CANDIDATES);
	for (i = 0; i < nr; i++)
		entries[i] =
			without[i] ? entry_of(result, candidates[i], without[i])
				   : error_entry(candidates[i], errors[i]);
	qsort(entries, nr, sizeof(entries[0]), largest_gain_first);
	for (i = 0; i < nr; i++)
		json_array_append_new(proof, entries[i]);
	json_object_set_new(json_object_get(result, "bottleneck"), "proof",
			    proof);
}

bool limit_is_proved(const json_t *result)
{
	const json_t *bottleneck = json_object_get(result, "bottleneck");

	return json_array_size(json_object_get(bottleneck, "proof")) > 0;
}

/* "zone write plug, 87.0 % of folios waited there, median 412 us; without it
 * +31 %, then by device bandwidth" */
static void proved_text(const json_t *best, char text[LIMIT_TEXT_BYTES])
{
	char waited[128] = "", then[96] = "";

	if (result_number(best, "waited_ppm") > 0)
		snprintf(waited, sizeof(waited),
			 ", %.1f %% of folios waited there, median %s",
			 result_number(best, "waited_ppm") / 1e4,
			 format_value(result_number(best, "waited_p50"), "ns")
				 .s);
	if (*result_text(best, "then"))
		snprintf(then, sizeof(then), ", then by %.60s",
			 result_text(best, "then"));
	snprintf(text, LIMIT_TEXT_BYTES, "%.60s%s; without it %+.1f %%%s",
		 result_text(best, "resource"), waited,
		 result_number(best, "gain_ppm") / 1e4, then);
}

static void unlimited_text(const json_t *proof, char text[LIMIT_TEXT_BYTES])
{
	const json_t *entry;
	size_t used, i;

	used = (size_t)snprintf(text, LIMIT_TEXT_BYTES, "no resource alone");
	json_array_foreach(proof, i, entry) {
		if (json_object_get(entry, "error"))
			continue;
		used += (size_t)snprintf(
			text + used, LIMIT_TEXT_BYTES - used,
			"%s without %.60s %+.1f %%", i ? "," : ":",
			result_text(entry, "resource"),
			result_number(entry, "gain_ppm") / 1e4);
	}
}

void limit_text(const json_t *result, char text[LIMIT_TEXT_BYTES])
{
	const json_t *bottleneck = json_object_get(result, "bottleneck");
	const json_t *proof = json_object_get(bottleneck, "proof");
	const json_t *best = json_array_get(proof, 0);

	if (best && result_number(best, "gain_ppm") >= LEAST_GAIN_PPM) {
		proved_text(best, text);
		return;
	}
	if (best) {
		unlimited_text(proof, text);
		return;
	}
	snprintf(text, LIMIT_TEXT_BYTES,
		 "%.60s, busy %.1f %% of the time%s%.60s",
		 result_text(bottleneck, "resource"),
		 result_number(bottleneck, "busy_ppm") / 1e4,
		 *result_text(bottleneck, "next") ? "; next: " : "",
		 result_text(bottleneck, "next"));
	if (*result_text(bottleneck, "next")) {
		size_t used = strlen(text);

		snprintf(text + used, LIMIT_TEXT_BYTES - used, ", %.1f %%",
			 result_number(bottleneck, "next_busy_ppm") / 1e4);
	}
}
