/*
 * What a user should know of a run: where it leaves what was validated, and
 * which limits it never reached.
 */
#include <stdarg.h>
#include <stdio.h>

#include "models/mm/dirty_control.h"
#include "models/run/result.h"
#include "sim/base/assert.h"

static void warn(json_t *warnings, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void warn(json_t *warnings, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	json_array_append_new(warnings, json_string(text));
}

json_t *world_warnings(struct world *world)
{
	const struct mm_stats *mm = &world->mm.stats;
	json_t *warnings = json_array();

	if (mm->partial_reads_left_out)
		warn(warnings,
		     "threads: %llu partial block writes need a read first, whose time is not modelled",
		     (unsigned long long)mm->partial_reads_left_out);
	if (mm->fills)
		warn(warnings,
		     "threads: page faults brought %llu folios into the cache, whose reads take no time here",
		     (unsigned long long)mm->fills);
	world_times_are_validated(world, warnings);
#if WBSIM_BLOCK
	if (counter_delta(world, "xfs_zoned.endless_waits"))
		warn(warnings,
		     "faults: that kernel's writeback waits for a zone for ever here; %llu ioends were failed instead",
		     (unsigned long long)counter_delta(
			     world, "xfs_zoned.endless_waits"));
#endif
	return warnings;
}

/* Why a limit made no difference: how much of it was used. */
static void untouched(json_t *keys, const char *key, uint64_t reached,
		      uint64_t limit, const char *unit)
{
	char why[160];

	snprintf(why, sizeof(why), "never reached: %llu of %llu %s",
		 (unsigned long long)reached, (unsigned long long)limit, unit);
	json_array_append_new(keys,
			      json_pack("{s:s, s:s}", "key", key, "why", why));
}

#if WBSIM_BLOCK
static void unused(json_t *keys, const char *key, const char *why)
{
	json_array_append_new(keys,
			      json_pack("{s:s, s:s}", "key", key, "why", why));
}

static void untouched_ioend(const struct world *world, json_t *keys)
{
	const struct ioend_stats *s = &world->ioends.stats;
	const struct ioend_config *c = world->ioends.config;

	if (!s->cut_by_folios)
		untouched(keys, "kernel.ioend.max_folios", s->max_folios,
			  c->max_folios, "folios");
	if (s->cut_by_vecs)
		return;
	untouched(keys, "kernel.ioend.max_vecs",
		  world->queue.stats.max_bio_vecs, c->max_vecs, "segments");
	untouched(keys, "kernel.ioend.max_bytes",
		  world->queue.stats.max_bio_bytes, c->max_bytes, "bytes");
}

static void untouched_queue(const struct world *world, json_t *keys)
{
	const struct blk_queue *q = &world->queue;
	const struct blk_stats *s = &q->stats;
	uint64_t cap = world->experiment->kernel.block.max_sectors_bytes;
	uint64_t max = sectors_to_bytes(q->limits.max_sectors);

	if (max < cap)
		unused(keys, "kernel.block.max_sectors_bytes",
		       "the device's own limit is lower");
	else if (s->max_request_bytes < max)
		untouched(keys, "kernel.block.max_sectors_bytes",
			  s->max_request_bytes, max, "bytes");
	if (s->max_request_segments < q->limits.max_segments) {
		untouched(keys, "kernel.block.nvme_max_segments",
			  s->max_request_segments, q->limits.max_segments,
			  "segments");
		untouched(keys, "kernel.block.max_segments",
			  s->max_request_segments, q->limits.max_segments,
			  "segments");
	}
	if (!s->tag_waits)
		untouched(keys, "device.queue_depth", s->in_flight_max,
			  q->depth, "requests in flight");
	if (!s->plugs) {
		unused(keys, "kernel.block.plug_max_requests",
		       "no plug was held");
		unused(keys, "kernel.block.plug_flush_bytes",
		       "no plug was held");
	}
}
#endif

json_t *world_untouched_keys(struct world *world)
{
	json_t *keys = json_array();
	const struct dirty_thresholds *limits = &world->mm.dirty->limits;
	uint64_t limit = dirty_freerun(limits->thresh, limits->bg_thresh)
			 << PAGE_SHIFT;

	if (world->mm.stats.dirty_bytes_max <= limit)
		untouched(keys, "memory_bytes", world->mm.stats.dirty_bytes_max,
			  limit, "bytes dirty");
#if WBSIM_BLOCK
	if (world->experiment->filesystem.type != FS_MEMORY) {
		untouched_ioend(world, keys);
		untouched_queue(world, keys);
	}
#endif
	return keys;
}
