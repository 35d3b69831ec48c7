/*
 * Page cache and generic iomap code on an engine of their own, for tests: all
 * costs are zero, so dates come from sleeps and devices only.  A body runs as
 * a simulated thread in a child process and checks with SIM_ASSERT.
 */
#ifndef TESTS_UNIT_MM_STACK_H
#define TESTS_UNIT_MM_STACK_H

#include <string.h>

#include "models/iomap/iomap.h"
#include "models/iomap/state.h"
#include "models/mm/mm.h"
#include "models/mm/writeback.h"
#include "sim/engine/metrics.h"
#include "sim/engine/sim.h"
#include "tests/unit/in_child.h"

#define KIB 1024ull
#define MIB (1024ull * KIB)
#define GIB (1024ull * MIB)

struct mm_stack {
	struct sim *sim;
	struct mm_config mm_config;
	struct mm_costs mm_costs;
	struct frames_config frames;
	struct design_costs design_costs;
	struct mm mm;
	struct iomap_core *iomap;
	void (*body)(struct mm_stack *s);
};

static inline void mm_stack_init(struct mm_stack *s)
{
	static const struct sim_options options = {
		.nr_cpus = 1,
		.policy = SIM_CPU_TICK,
		.tick_ns = 4000000,
		.seed = 1,
	};

	memset(s, 0, sizeof(*s));
	s->sim = sim_new(&options);
	s->mm_config.max_folio_bytes = 2 * MIB;
	s->mm_config.folio_batch = 31;
	s->frames.policy = FRAMES_NEVER;
	mm_init(&s->mm, s->sim, &s->mm_config, &s->mm_costs, &s->frames);
	s->iomap = iomap_core_new(&s->mm, &s->design_costs);
}

static inline void mm_stack_done(struct mm_stack *s)
{
	iomap_core_free(s->iomap);
	mm_done(&s->mm);
	sim_free(s->sim);
}

/* Run @fn(@arg) as the only thread of @sim, to its end. */
static inline void run_thread(struct sim *sim, void (*fn)(void *arg), void *arg)
{
	char error[256] = "";

	sim_thread_new(sim, "test", 0, false, fn, arg);
	SIM_ASSERT(sim_run(sim, NULL, NULL, NULL, error, sizeof(error)) == 0);
}

static inline void mm_stack_thread(void *arg)
{
	struct mm_stack *s = arg;

	s->body(s);
}

struct mm_stack_call {
	void (*body)(struct mm_stack *s);
};

static inline void mm_stack_child(void *arg, struct child_answer *answer)
{
	struct mm_stack_call *call = arg;
	struct mm_stack s;

	(void)answer;
	mm_stack_init(&s);
	s.body = call->body;
	run_thread(s.sim, mm_stack_thread, &s);
	mm_stack_done(&s);
}

/* Status of a child that ran @body: 0 when nothing failed. */
static inline int with_mm_stack(void (*body)(struct mm_stack *s))
{
	struct mm_stack_call call = { body };

	return in_child(mm_stack_child, &call, NULL);
}

/* A new dirty folio of 2^@order pages, without per-block state. */
static inline struct folio *dirty_folio(struct inode *inode, uint64_t page,
					unsigned int order)
{
	struct folio *folio = mm_add_clean_folio(inode, page, order);

	mm_dirty_folio(folio);
	return folio;
}

/* Field @field of record @i of a stream that is kept. */
static inline uint64_t record_field(const struct sim_stream *stream, uint64_t i,
				    unsigned int field)
{
	SIM_ASSERT(stream->keep);
	SIM_ASSERT(i < stream->nr_records);
	return stream->records[i * (1 + stream->nr_fields) + 1 + field];
}

#endif
