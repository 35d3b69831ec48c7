/*
 * FUSE under random writers, flusher and limits, in all designs: every
 * request keeps to its limits, the flusher stays out while the background is
 * congested, all that was made clean went into requests once, and after fsync
 * the server has every byte of the file that was ever written.
 */
/* test-links: wb_legacy_fuse wb_fs_fuse wb_iomap wb_mm wb_engine wb_base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/fuse_stack.h"

#define NR_WORKLOADS 60
#define NR_OPS       60
#define FILE_BYTES   (512 * KIB)
#define BLOCK        512

static const struct fuse_design *const designs[] = {
	&fuse_design_temporary_pages,
	&fuse_design_whole_folio,
	&fuse_design_writeback_range,
};

struct workload {
	struct fuse_setup setup;
	struct rng rng;
	bool truncates;
	bool writer_is_done;
	/* by block of 512 bytes: written by the writer, sent to the server */
	bool written[FILE_BYTES / BLOCK];
	bool stored[FILE_BYTES / BLOCK];
};

static struct workload w;

static void choose(uint64_t seed)
{
	struct rng *rng = &w.rng;

	w = (struct workload){ 0 };
	rng_init(rng, seed, "fuse requests");
	w.setup.design = designs[seed % 3];
	w.setup.max_pages = 1 + rng_below(rng, 40);
	w.setup.max_write_bytes =
		rng_below(rng, 2) ? 0 : 4096 * (1 + rng_below(rng, 40));
	w.setup.max_background = 1 + rng_below(rng, 12);
	w.setup.congestion_threshold = 1 + rng_below(rng, 8);
	w.setup.server_request_ns = 1 + rng_below(rng, 40000);
	w.setup.large_folios = rng_below(rng, 2);
	w.setup.transport = rng_below(rng, 2) ? FUSE_TRANSPORT_IO_URING
					      : FUSE_TRANSPORT_DEV;
	w.truncates = rng_below(rng, 3) == 0;
}

static void flusher(void *arg)
{
	struct fuse_stack *s = arg;
	const struct fuse_stats *stats = fuse_stats(s->fuse);

	while (!w.writer_is_done) {
		sim_sleep_ns(s->m.sim, 5000 + rng_below(&w.rng, 60000));
		uint64_t skipped = stats->congested_passes;
		bool congested =
			s->fuse->nr_background >= s->fuse->congestion_threshold;

		flush(s, WB_SYNC_NONE);
		SIM_ASSERT((stats->congested_passes > skipped) == congested);
	}
}

static void mark(bool *blocks, uint64_t pos, uint64_t bytes)
{
	for (uint64_t at = pos / BLOCK; at * BLOCK < pos + bytes; at++)
		blocks[at] = true;
}

static void write_somewhere(struct fuse_stack *s)
{
	uint64_t bytes =
		1 + rng_below(&w.rng, 1ull << (1 + rng_below(&w.rng, 17)));
	uint64_t pos = rng_below(&w.rng, FILE_BYTES - bytes);

	SIM_ASSERT(fuse_write(s->inode, pos, bytes) == 0);
	mark(w.written, pos, bytes);
}

static void shrink(struct fuse_stack *s)
{
	uint64_t bytes = rng_below(&w.rng, FILE_BYTES);

	SIM_ASSERT(fuse_truncate(s->inode, bytes) == 0);
	for (uint64_t at = (bytes + BLOCK - 1) / BLOCK; at < FILE_BYTES / BLOCK;
	     at++)
		w.written[at] = false;
}

static void check_requests(const struct fuse_stack *s)
{
	uint64_t sum = 0;

	for (uint64_t i = 0; i < s->requests->nr_records; i++) {
		uint64_t pos = record_field(s->requests, i, 0);
		uint64_t bytes = record_field(s->requests, i, 1);

		SIM_ASSERT(bytes > 0 && pos + bytes <= FILE_BYTES);
		SIM_ASSERT(bytes <= s->fuse->max_write_bytes);
		SIM_ASSERT((bytes + 4095) / 4096 <= s->fuse->max_pages);
		mark(w.stored, pos, bytes);
		sum += bytes;
	}
	SIM_ASSERT(sum == fuse_stats(s->fuse)->sent_bytes);
}

/* Clean or dirty, what was written within the file has been sent. */
static void check_contents(const struct fuse_stack *s)
{
	uint64_t size = s->inode->size_bytes;

	for (uint64_t at = 0; at * BLOCK < size; at++)
		SIM_ASSERT(!w.written[at] || w.stored[at]);
}

static void check_sums(const struct fuse_stack *s)
{
	const struct mm_stats *mm = &s->m.mm.stats;
	const struct fuse_stats *stats = fuse_stats(s->fuse);
	uint64_t queued = stats->queued_bytes + stats->replaced_pages * 4096;

	SIM_ASSERT(mm->dirtied_bytes == mm->cleared_bytes + mm->dirty_bytes);
	/* parts of large folios, and what a truncate took, stay behind */
	if (w.truncates || s->inode->max_order)
		SIM_ASSERT(queued <= mm->cleared_bytes);
	else
		SIM_ASSERT(queued == mm->cleared_bytes);
}

static void writer(struct fuse_stack *s)
{
	sim_thread_new(s->m.sim, "flusher", 0, false, flusher, s);
	for (int i = 0; i < NR_OPS; i++) {
		uint64_t kind = rng_below(&w.rng, 10);

		if (kind == 0)
			SIM_ASSERT(fuse_fsync(s->inode, 0, INT64_MAX) == 0);
		else if (kind == 1 && w.truncates)
			shrink(s);
		else if (kind == 2)
			sim_sleep_ns(s->m.sim, rng_below(&w.rng, 100000));
		else
			write_somewhere(s);
	}
	SIM_ASSERT(fuse_fsync(s->inode, 0, INT64_MAX) == 0);
	w.writer_is_done = true;
	SIM_ASSERT(s->inode->nr_dirty_pages == 0);
	check_requests(s);
	check_contents(s);
	check_sums(s);
}

static void requests_keep_to_all_limits_and_lose_nothing(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= NR_WORKLOADS; seed++) {
		choose(seed);
		if (with_fuse(&w.setup, writer))
			fail_msg("seed %lu, design %s", seed,
				 w.setup.design->name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_keep_to_all_limits_and_lose_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
