/*
 * A FUSE mount on an engine of its own, for tests.  A body runs as a simulated
 * thread in a child process and checks with SIM_ASSERT.
 */
#ifndef TESTS_UNIT_FUSE_STACK_H
#define TESTS_UNIT_FUSE_STACK_H

#include "models/fs/fuse/internal.h"
#include "models/legacy/fuse/legacy_fuse.h"
#include "models/mm/writeback.h"
#include "tests/unit/mm_stack.h"

/**
 * struct fuse_setup - what a test chooses; zero: as here
 * @max_pages: 256; @large_folios: up to a request
 * @max_background: 12; @congestion_threshold: 9
 */
struct fuse_setup {
	const struct fuse_design *design; /* fuse_design_writeback_range */
	uint64_t max_pages;
	uint64_t max_write_bytes;
	uint64_t max_background;
	uint64_t congestion_threshold;
	uint64_t block_bytes;
	uint64_t server_request_ns; /* 10 us */
	bool large_folios;
	int transport;
};

struct fuse_stack {
	struct mm_stack m;
	struct fuse_kernel_config kernel;
	struct fuse_mount_config mount;
	struct fuse_costs costs;
	struct fuse *fuse;
	struct inode *inode;
	struct sim_stream *requests;
	void (*body)(struct fuse_stack *s);
};

struct fuse_stack_call {
	const struct fuse_setup *setup;
	void (*body)(struct fuse_stack *s);
};

static inline uint64_t or_default(uint64_t value, uint64_t otherwise)
{
	return value ? value : otherwise;
}

static inline void fuse_stack_init(struct fuse_stack *s,
				   const struct fuse_setup *setup)
{
	mm_stack_init(&s->m);
	s->kernel = (struct fuse_kernel_config){
		.max_pages_limit = 256,
		.max_pages_default = 32,
		.max_background = 12,
		.congestion_threshold = 9,
		.round_up_pages = true,
		.large_folios = setup->large_folios,
	};
	s->mount = (struct fuse_mount_config){
		.max_pages = or_default(setup->max_pages, 256),
		.max_write_bytes = setup->max_write_bytes,
		.max_background = setup->max_background,
		.congestion_threshold = setup->congestion_threshold,
		.server_threads = 1,
		.transport = setup->transport,
	};
	s->costs = (struct fuse_costs){
		.server_call = 1000000,
		.uring_enter = 1000000,
		.server_request =
			or_default(setup->server_request_ns, 10000) * 1000,
	};
	s->fuse = fuse_new(&s->m.mm,
			   setup->design ? setup->design
					 : &fuse_design_writeback_range,
			   &s->kernel, &s->mount, &s->costs,
			   or_default(setup->block_bytes, 4096), NULL);
	s->inode = fuse_create(s->fuse, "f");
	stream_keep(sim_metrics(s->m.sim), "fuse_requests");
	s->requests = metrics_stream(sim_metrics(s->m.sim), "fuse_requests");
}

static inline bool fuse_stack_is_idle(void *arg)
{
	const struct fuse_stack *s = arg;

	return fuse_is_idle(s->fuse);
}

static inline void fuse_stack_thread(void *arg)
{
	struct fuse_stack *s = arg;

	s->body(s);
}

static inline void fuse_stack_check(const struct fuse_stack *s)
{
	const struct fuse_stats *stats = fuse_stats(s->fuse);

	SIM_ASSERT(stats->queued_bytes == stats->sent_bytes +
						  stats->cropped_bytes +
						  stats->dropped_bytes);
	SIM_ASSERT(stats->stored_bytes == stats->sent_bytes);
	SIM_ASSERT(stats->temporary_pages_left == 0);
	SIM_ASSERT(stats->active_max <= s->fuse->max_background);
	SIM_ASSERT(s->m.mm.stats.writeback_bytes == 0);
}

static inline void fuse_stack_child(void *arg, struct child_answer *answer)
{
	struct fuse_stack_call *call = arg;
	struct fuse_stack s;
	char error[256] = "";

	(void)answer;
	fuse_stack_init(&s, call->setup);
	s.body = call->body;
	sim_thread_new(s.m.sim, "test", 0, false, fuse_stack_thread, &s);
	SIM_ASSERT(sim_run(s.m.sim, fuse_stack_is_idle, &s, NULL, error,
			   sizeof(error)) == 0);
	fuse_stack_check(&s);
	fuse_free(s.fuse);
	mm_stack_done(&s.m);
}

/* Status of a child that ran @body on such a mount: 0 when nothing failed. */
static inline int with_fuse(const struct fuse_setup *setup,
			    void (*body)(struct fuse_stack *s))
{
	struct fuse_stack_call call = { setup, body };

	return in_child(fuse_stack_child, &call, NULL);
}

static inline int flush(struct fuse_stack *s, enum sync_mode mode)
{
	struct writeback_control wbc = {
		.sync_mode = mode,
		.range_end = INT64_MAX,
		.nr_to_write = INT64_MAX,
	};

	return mm_writepages(s->inode, &wbc);
}

static inline void expect_request(const struct fuse_stack *s, uint64_t i,
				  uint64_t offset, uint64_t bytes)
{
	SIM_ASSERT(record_field(s->requests, i, 0) == offset);
	SIM_ASSERT(record_field(s->requests, i, 1) == bytes);
}

#endif
