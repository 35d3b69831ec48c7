/*
 * Conservation checks at the end of every run.
 */
#include <stdio.h>

#include "models/run/result.h"
#include "sim/base/assert.h"

static void check(json_t *checks, bool *all_ok, const char *name,
		  const char *left, uint64_t left_value, const char *right,
		  uint64_t right_value)
{
	char detail[160];
	bool ok = left_value == right_value;

	snprintf(detail, sizeof(detail), "%s %llu, %s %llu", left,
		 (unsigned long long)left_value, right,
		 (unsigned long long)right_value);
	json_array_append_new(checks,
			      json_pack("{s:s, s:b, s:s}", "name", name, "ok",
					(int)ok, "detail", detail));
	*all_ok = *all_ok && ok;
}

static void check_cpus(const struct world *world, json_t *checks, bool *ok)
{
	uint64_t now = sim_now_ns(world->sim);

	for (unsigned int i = 0; i < sim_nr_cpus(world->sim); i++) {
		uint64_t busy = sim_cpu_busy_ns(world->sim, i);

		check(checks, ok, "a CPU is not busier than time passed",
		      "busy", busy, "at most", busy < now ? busy : now);
	}
}

#if WBSIM_BLOCK
static void check_zones(const struct world *world, json_t *checks, bool *ok)
{
	const struct queue_limits *limits = &world->queue.limits;
	struct device_zone_totals t;

	if (!limits->zone_sectors)
		return;
	device_zone_totals(world->device, &t);
	check(checks, ok, "write pointers = accepted writes", "pointers",
	      t.wp_sectors, "accepted", t.accepted_sectors);
	if (limits->max_open_zones)
		check(checks, ok, "open zones within the limit", "most open",
		      t.open_max, "at most",
		      min_u64(t.open_max, limits->max_open_zones));
	if (limits->max_active_zones)
		check(checks, ok, "active zones within the limit",
		      "most active", t.active_max, "at most",
		      min_u64(t.active_max, limits->max_active_zones));
}
#endif

static void check_fuse(const struct fuse *fuse, json_t *checks, bool *ok)
{
	const struct fuse_stats *s = fuse_stats(fuse);

	check(checks, ok, "FUSE: bytes queued = sent + behind the end of file",
	      "queued", s->queued_bytes, "sent + cropped + dropped",
	      s->sent_bytes + s->cropped_bytes + s->dropped_bytes);
	check(checks, ok, "FUSE: bytes sent = bytes the server stored", "sent",
	      s->sent_bytes, "stored", s->stored_bytes);
	check(checks, ok, "FUSE: WRITEs queued = ended", "queued",
	      s->write_requests, "ended", s->write_requests_ended);
	check(checks, ok, "FUSE: other requests = answered", "sent",
	      s->other_requests, "answered", s->other_requests_ended);
	check(checks, ok, "FUSE: at the server within max_background", "most",
	      s->active_max, "at most",
	      min_u64(s->active_max, fuse_max_background(fuse)));
	check(checks, ok, "FUSE: no temporary page left", "left",
	      s->temporary_pages_left, "expected", 0);
}

json_t *world_checks(struct world *world, bool *ret_ok)
{
	const struct mm_stats *mm = &world->mm.stats;
	const struct iomap_stats *iomap = iomap_stats(world->iomap);
	json_t *checks = json_array();

	*ret_ok = true;
	check(checks, ret_ok, "bytes dirtied = cleaned + still dirty",
	      "dirtied", mm->dirtied_bytes, "cleaned + dirty",
	      mm->cleared_bytes + mm->dirty_bytes);
	check(checks, ret_ok, "every folio under writeback ended", "started",
	      mm->start_writeback_calls, "ended", mm->end_writeback_calls);
	check(checks, ret_ok, "no byte left under writeback", "left",
	      mm->writeback_bytes, "expected", 0);
	check(checks, ret_ok, "every queued byte finished once", "queued",
	      iomap->start_folio_write_bytes, "finished",
	      iomap->finish_folio_write_bytes);
	check(checks, ret_ok, "stages of folios add up to their ways",
	      "stages (ns)", mm_ways_sum_ns(&world->mm), "ways (ns)",
	      world->mm.ways.ended_ns - world->mm.ways.begun_ns);
	if (world->fuse)
		check_fuse(world->fuse, checks, ret_ok);
#if WBSIM_BLOCK
	const struct blk_stats *blk = &world->queue.stats;

	check(checks, ret_ok, "bios submitted = ended", "submitted",
	      blk->bios + world->ioends.stats.ioends_failed, "ended",
	      blk->ended_bios);
	check(checks, ret_ok, "requests issued = ended", "issued",
	      blk->requests, "ended", blk->ended_requests);
	check(checks, ret_ok, "ioends opened = finished", "opened",
	      world->ioends.stats.ioends, "finished",
	      world->ioends.stats.finished);
	check(checks, ret_ok, "data bytes of bios = of requests", "bios",
	      blk->data_bio_bytes, "requests + failed before",
	      blk->data_request_bytes + blk->unissued_bytes);
	check_zones(world, checks, ret_ok);
#endif
#if WBSIM_BLOCK
	if (world->log_device)
		check(checks, ret_ok, "log device: bios submitted = ended",
		      "submitted", world->log_queue.stats.bios, "ended",
		      world->log_queue.stats.ended_bios);
#endif
	check_cpus(world, checks, ret_ok);
	return checks;
}
