/*
 * The figures of a run, each with unit, tag and meaning.
 */
#include <string.h>

#include "models/run/result.h"
#include "sim/base/assert.h"
#include "sim/engine/metrics.h"

/* Structure follows rules that were checked against recorded kernels; times
 * follow measured CPU costs.  "calibrated" is for the recordings that costs were
 * fitted on: only validate says it. */
static const char *time_tag(const struct world *world)
{
	return world_times_are_validated(world, NULL) ? "predicted"
						      : "extrapolated";
}

static const char *structure_tag(const struct world *world)
{
	bool known = world->experiment->filesystem.type != FS_MEMORY &&
		     !world->mm.stats.partial_reads_left_out;

	return known ? "exact" : "extrapolated";
}

static void add(json_t *figures, const char *name, uint64_t value,
		const char *unit, const char *tag, const char *help)
{
	json_object_set_new(figures, name,
			    json_pack("{s:I, s:s, s:s, s:s}", "value",
				      (json_int_t)value, "unit", unit, "tag",
				      tag, "help", help));
}

static uint64_t phase_ns(const struct world *world, bool (*counts)(int op))
{
	uint64_t sum = 0;

	for (size_t i = 0; i < world->nr_threads; i++)
		for (int op = 0; op < NR_OP_TYPES; op++)
			if (counts(op))
				sum += world->threads[i].phase_ns[op];
	return sum;
}

static bool is_write(int op)
{
	return op == OP_WRITE || op == OP_MMAP || op == OP_MMAP_WRITE;
}

static bool is_sync(int op)
{
	return op == OP_FSYNC || op == OP_FDATASYNC || op == OP_SYNC ||
	       op == OP_MSYNC || op == OP_SYNC_FILE_RANGE || op == OP_SYNCFS;
}

uint64_t written_bytes(const struct world *world)
{
	uint64_t sum = 0;

	if (!world->store)
		return counter_delta(world, "mm.written_bytes");
	for (size_t i = 0; i < world->nr_threads; i++)
		sum += world->threads[i].written_bytes;
	return sum;
}

static void add_times(const struct world *world, json_t *f)
{
	const char *tag = time_tag(world);
	uint64_t elapsed = elapsed_ns(world);
	uint64_t written = written_bytes(world);
	const struct hist *h = world->write_ns;

	add(f, "elapsed", elapsed, "ns", tag,
	    "from the first thread's start to the last one's end");
	add(f, "write_phase", phase_ns(world, is_write), "ns", tag,
	    "time inside write operations, all threads");
	add(f, "sync_phase", phase_ns(world, is_sync), "ns", tag,
	    "time inside fsync, fdatasync and sync, all threads");
	add(f, "written", written, "bytes", "exact", "bytes the threads wrote");
	add(f, "throughput", elapsed ? mul_div(written, NS_PER_S, elapsed) : 0,
	    "bytes/s", tag, "bytes written over elapsed time");
	add(f, "write_p50", hist_quantile(h, 500000), "ns", tag,
	    "median time of a write call");
	add(f, "write_p99", hist_quantile(h, 990000), "ns", tag,
	    "99th percentile of a write call");
	add(f, "write_p999", hist_quantile(h, 999000), "ns", tag,
	    "99.9th percentile of a write call");
}

/**
 * struct writer_rates - of the threads that wrote: bytes over the time inside
 * write(2), in bytes/s
 */
struct writer_rates {
	uint64_t nr;
	uint64_t slowest;
	uint64_t fastest;
	wide_uint sum;
	wide_uint sum_of_squares;
};

static struct writer_rates writer_rates(const struct world *world)
{
	struct writer_rates r = { .slowest = UINT64_MAX };

	for (size_t i = 0; i < world->nr_threads; i++) {
		const struct world_thread *thread = &world->threads[i];
		uint64_t ns = thread->phase_ns[OP_WRITE];
		uint64_t rate;

		if (!thread->written_bytes || !ns)
			continue;
		rate = mul_div(thread->written_bytes, NS_PER_S, ns);
		r.nr++;
		r.slowest = min_u64(r.slowest, rate);
		r.fastest = max_u64(r.fastest, rate);
		r.sum += rate;
		r.sum_of_squares += (wide_uint)rate * rate;
	}
	return r;
}

/*
 * Jain, Chiu and Hawe, "A quantitative measure of fairness", DEC-TR-301, 1984:
 * the square of the sum over n times the sum of the squares.
 */
static uint64_t fairness_ppm(const struct writer_rates *r)
{
	return (uint64_t)(r->sum * r->sum * 1000000 /
			  (r->nr * r->sum_of_squares));
}

/* Only where there are several. */
static void add_writers(const struct world *world, json_t *f)
{
	const char *tag = time_tag(world);
	struct writer_rates r = writer_rates(world);

	if (r.nr < 2 || !r.sum)
		return;
	add(f, "writer_slowest", r.slowest, "bytes/s", tag,
	    "slowest thread: bytes over its time inside write calls");
	add(f, "writer_fastest", r.fastest, "bytes/s", tag,
	    "fastest thread, in the same way");
	add(f, "writer_fairness", fairness_ppm(&r), "ppm", tag,
	    "Jain's index of these rates; 100 %: all alike, 1/n: one has all");
}

static uint64_t mean(uint64_t sum, uint64_t nr)
{
	return nr ? (sum + nr / 2) / nr : 0;
}

static void add_structure(const struct world *world, json_t *f)
{
	const char *tag = structure_tag(world);
	uint64_t bios = counter_delta(world, "block.data_bios");
	uint64_t requests = counter_delta(world, "block.data_requests");

	add(f, "folios", counter_delta(world, "mm.start_writeback_calls"),
	    "folios", tag, "folios written back");
	add(f, "large_folios", counter_delta(world, "iomap.large_folios"),
	    "folios", tag, "of these, folios of more than a page");
	add(f, "ranges",
	    max_u64(counter_delta(world, "iomap.writeback_range_calls"),
		    counter_delta(world, "ioend.add_calls")),
	    "ranges", tag, "dirty ranges given to the file system");
	add(f, "segments",
	    counter_delta(world, "iomap.finish_folio_write_calls"), "segments",
	    tag, "folio segments whose I/O ended");
	add(f, "passes", counter_delta(world, "mm.writepages_calls"), "calls",
	    tag, "writeback passes over a file");
	add(f, "ioends", counter_delta(world, "ioend.ioends"), "ioends", tag,
	    "ioends submitted");
	add(f, "bios", bios, "bios", tag, "data bios submitted");
	add(f, "splits", counter_delta(world, "block.splits"), "splits", tag,
	    "bios cut at the queue limits");
	add(f, "merges", counter_delta(world, "block.merges"), "merges", tag,
	    "bios merged into a request");
	add(f, "requests", requests, "requests", tag, "data requests issued");
	add(f, "mean_bio",
	    mean(counter_delta(world, "block.data_bio_bytes"), bios), "bytes",
	    tag, "mean size of a data bio");
	add(f, "mean_request",
	    mean(counter_delta(world, "block.data_request_bytes"), requests),
	    "bytes", tag, "mean size of a data request");
	add(f, "completion_merges", counter_delta(world, "ioend.merged"),
	    "ioends", time_tag(world),
	    "ioends merged into a neighbour by the completion work");
}

/* Only where writers slept or the flusher wrote. */
static void add_throttling(const struct world *world, json_t *f)
{
	const char *tag = time_tag(world);
	uint64_t pauses = counter_delta(world, "dirty.pauses");
	uint64_t paused_ns = counter_delta(world, "dirty.pause_ns");
	uint64_t chunks = counter_delta(world, "dirty.flusher_chunks");
	uint64_t pages = counter_delta(world, "dirty.flusher_pages");

	if (pauses) {
		add(f, "pauses", pauses, "pauses", tag,
		    "times that a throttled writer slept");
		add(f, "paused", paused_ns, "ns", tag,
		    "time slept in throttling, all threads");
		add(f, "mean_pause", mean(paused_ns, pauses), "ns", tag,
		    "mean time of a sleep in throttling");
	}
	if (chunks) {
		add(f, "flusher_chunks", chunks, "chunks", tag,
		    "files that the flusher wrote from, each time counted");
		add(f, "mean_flusher_chunk", mean(pages << PAGE_SHIFT, chunks),
		    "bytes", tag, "mean bytes that it wrote at a time");
	}
}

#if WBSIM_BLOCK
/* Where the files of the workload lie, and what collection adds. */
static void add_zones(const struct world *world, json_t *f)
{
	uint64_t user = counter_delta(world, "xfs_zoned.user_blocks");
	uint64_t moved = counter_delta(world, "xfs_zoned.gc_blocks");
	uint64_t extents = 0;
	uint64_t zones = 0;

	for (size_t i = 0; i < world->nr_files; i++) {
		extents += xfs_zoned_nr_extents(world->files[i].inode);
		zones += xfs_zoned_nr_zones(world->files[i].inode);
	}
	add(f, "extents_per_file", mean(extents, world->nr_files), "extents",
	    structure_tag(world),
	    "mean number of extents of a file, at the end");
	add(f, "writeback_chunk",
	    mean(counter_delta(world, "dirty.flusher_pages") << PAGE_SHIFT,
		 counter_delta(world, "dirty.flusher_chunks")),
	    "bytes", time_tag(world),
	    "mean of what the flusher wrote of a file at a turn");
	add(f, "zones_per_file", mean(zones, world->nr_files), "zones",
	    structure_tag(world), "mean number of zones of a file, at the end");
	add(f, "write_amplification",
	    user ? mul_div(user + moved, 1000000, user) : 1000000, "ppm",
	    time_tag(world),
	    "blocks written to zones over blocks that files wrote; 1000000: nothing was moved");
	add(f, "zone_resets", counter_delta(world, "xfs_zoned.zone_resets"),
	    "zones", time_tag(world), "zones that were emptied and reset");
}
#endif

static void add_fuse(const struct world *world, json_t *f)
{
	uint64_t requests = counter_delta(world, "fuse.write_requests");
	uint64_t sent = counter_delta(world, "fuse.sent_bytes");

	add(f, "fuse_requests", requests, "requests", structure_tag(world),
	    "WRITE requests queued for the server");
	add(f, "fuse_bytes", sent, "bytes", structure_tag(world),
	    "bytes of WRITE requests sent to the server");
	add(f, "mean_fuse_request", requests ? sent / requests : 0, "bytes",
	    structure_tag(world), "mean size of a WRITE request");
}

json_t *result_figures(const struct world *world)
{
	json_t *figures = json_object();

	SIM_ASSERT(figures != NULL);
	add_times(world, figures);
	add_writers(world, figures);
	add_structure(world, figures);
	add_throttling(world, figures);
	if (world->fuse)
		add_fuse(world, figures);
#if WBSIM_BLOCK
	if (world->xfs_zoned)
		add_zones(world, figures);
#endif
	add(figures, "events", sim_nr_events(world->sim), "events", "exact",
	    "events the simulator handled");
	return figures;
}
