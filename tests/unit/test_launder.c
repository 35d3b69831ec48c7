/*
 * Laundering and invalidation, with the memory file system.
 */
/* test-links: wb_fs_memory wb_iomap wb_mm wb_engine wb_base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/fs/memory/memory.h"
#include "sim/base/assert.h"
#include "tests/unit/in_child.h"

static const struct mm_config mm_config = { .max_folio_bytes = 2 << 20,
					    .folio_batch = 31 };
static const struct mm_costs mm_costs;
static const struct design_costs design_costs;
static const struct frames_config frames;

struct stack {
	struct sim *sim;
	struct mm mm;
	struct iomap_core *iomap;
	struct memory_fs *fs;
	struct inode *inode;
};

static void play(struct stack *s, void (*fn)(void *arg))
{
	struct sim_options options = { .nr_cpus = 1, .tick_ns = 4000000 };

	s->sim = sim_new(&options);
	mm_init(&s->mm, s->sim, &mm_config, &mm_costs, &frames);
	s->iomap = iomap_core_new(&s->mm, &design_costs);
	s->fs = memory_fs_new(&s->mm, 4096, 20000, 0);
	s->inode = memory_fs_create(s->fs, "f");
	sim_thread_new(s->sim, "t", 0, false, fn, s);
	int error = sim_run(s->sim, NULL, NULL, NULL, NULL, 0);

	SIM_ASSERT(error == 0);
	memory_fs_free(s->fs);
	iomap_core_free(s->iomap);
	mm_done(&s->mm);
	sim_free(s->sim);
}

static void invalidate_dirty(void *arg)
{
	struct stack *s = arg;

	SIM_ASSERT(memory_fs_write(s->inode, 0, 1 << 20) == 0);
	SIM_ASSERT(s->inode->nr_dirty_pages == 256);
	SIM_ASSERT(mm_invalidate(s->inode, 0, INT64_MAX) == 0);
	SIM_ASSERT(s->inode->nr_pages == 0);
	SIM_ASSERT(s->mm.stats.end_writeback_calls == 1);
	SIM_ASSERT(iomap_stats(s->iomap)->writeback_submit_calls == 1);
	SIM_ASSERT(memory_fs_in_flight(s->fs) == 0);
}

static void dirty_folios_are_written(void *arg, struct child_answer *answer)
{
	struct stack s;

	(void)arg;
	(void)answer;

	play(&s, invalidate_dirty);
}

static void a_dirty_folio_is_laundered_before_it_is_invalidated(void **state)
{
	(void)state;
	assert_int_equal(in_child(dirty_folios_are_written, NULL, NULL), 0);
}

static void invalidate_half(void *arg)
{
	struct stack *s = arg;

	/* 64 KiB calls: 64 KiB folios; only the second is in the range */
	SIM_ASSERT(memory_fs_write(s->inode, 0, 65536) == 0);
	SIM_ASSERT(memory_fs_write(s->inode, 65536, 65536) == 0);
	SIM_ASSERT(mm_invalidate(s->inode, 65536, 131071) == 0);
	SIM_ASSERT(s->inode->nr_pages == 16);
	SIM_ASSERT(s->inode->nr_dirty_pages == 16);
}

static void only_the_range_goes(void *arg, struct child_answer *answer)
{
	struct stack s;

	(void)arg;
	(void)answer;

	play(&s, invalidate_half);
}

static void folios_outside_the_range_stay_dirty(void **state)
{
	(void)state;
	assert_int_equal(in_child(only_the_range_goes, NULL, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_dirty_folio_is_laundered_before_it_is_invalidated),
		cmocka_unit_test(folios_outside_the_range_stay_dirty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
