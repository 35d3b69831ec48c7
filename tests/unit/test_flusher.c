/* test-links: wb_iomap */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "models/mm/flusher.h"
#include "sim/base/assert.h"
#include "tests/unit/mm_stack.h"

/*
 * Files whose writeback takes a time of its own: control in closed loop with
 * nothing below it.  Thresholds: 4096 pages, background 1024.
 */
#define NR_FILES 4
#define THRESH   4096u

struct disk {
	struct mm_stack s;
	struct vm_config vm;
	struct inode files[NR_FILES];
	uint64_t page_ns; /* to write one */
	uint64_t busy_until_ns;
	uint64_t order[64]; /* of writepages calls: inode numbers */
	unsigned int nr_calls;
	uint64_t dirty_max;
};

static struct disk *disk;

static void page_written(void *arg)
{
	mm_end_writeback(arg);
}

static void disk_is_done(void *arg)
{
	sim_irq(disk->s.sim, 0, page_written, arg);
}

static int writepages(struct inode *inode, struct writeback_control *wbc)
{
	struct sim *sim = disk->s.sim;
	struct folio *folio = NULL;
	int error = 0;

	if (disk->nr_calls < 64)
		disk->order[disk->nr_calls++] = inode->ino;
	while ((folio = writeback_iter(inode, wbc, folio, &error))) {
		uint64_t now = sim_now_ns(sim);

		mm_start_writeback(folio);
		disk->busy_until_ns = max_u64(disk->busy_until_ns, now) +
				      (disk->page_ns << folio->order);
		sim_at(sim, disk->busy_until_ns, disk_is_done, folio);
	}
	return error;
}

static const struct mapping_ops ops = { .writepages = writepages };

static void set_up(struct disk *d)
{
	mm_stack_init(&d->s);
	disk = d;
	d->vm = (struct vm_config){
		.dirty_bytes = THRESH * PAGE_BYTES,
		.dirty_background_bytes = 1024 * PAGE_BYTES,
		.dirty_writeback_centisecs = 500,
		.dirty_expire_centisecs = 3000,
		.dirtyable_ppm = 1000000,
	};
	d->s.mm_config.control.wb_thresh_floor = WB_THRESH_FLOOR_SHARE;
	d->s.mm_config.control.min_writeback_pages = 1024;
	d->page_ns = 20000; /* 50000 pages/s */
	dirty_control_new(&d->s.mm, &d->vm, GIB);
	for (size_t i = 0; i < NR_FILES; i++)
		inode_init(&d->files[i], &d->s.mm, "file", PAGE_SHIFT, &ops);
}

static void dirty(struct inode *inode, uint64_t page)
{
	bool made;

	mm_balance_dirty_pages(inode);
	mm_dirty_folio(
		mm_get_folio(inode, page << PAGE_SHIFT, PAGE_BYTES, &made));
	inode->size_bytes =
		max_u64(inode->size_bytes, (page + 1) << PAGE_SHIFT);
	disk->dirty_max =
		max_u64(disk->dirty_max, (inode->mm->stats.dirty_bytes +
					  inode->mm->stats.writeback_bytes) >>
						 PAGE_SHIFT);
}

static bool is_idle(void *arg)
{
	struct mm *mm = arg;

	return mm_flushers_idle(mm) && !mm->stats.writeback_bytes;
}

struct body {
	void (*fn)(void *arg);
};

static void run(void *arg, struct child_answer *answer)
{
	const struct body *body = arg;
	struct disk *d = calloc(1, sizeof(*d));
	char text[256];

	(void)answer;
	SIM_ASSERT(d != NULL);
	set_up(d);
	sim_thread_new(d->s.sim, "writer", 0, false, body->fn, d);
	SIM_ASSERT(!sim_run(d->s.sim, is_idle, &d->s.mm, NULL, text,
			    sizeof(text)));
	SIM_ASSERT(d->s.mm.stats.dirtied_bytes ==
		   d->s.mm.stats.cleared_bytes + d->s.mm.stats.dirty_bytes);
	dirty_control_free(d->s.mm.dirty);
	mm_stack_done(&d->s);
	free(d);
}

static void assert_runs(void (*fn)(void *arg))
{
	struct body body = { fn };

	assert_int_equal(in_child(run, &body, NULL), 0);
}

/* -------------------------------------------------------------------- cases */

static void below_background(void *arg)
{
	struct disk *d = arg;

	for (uint64_t i = 0; i < 900; i++)
		dirty(&d->files[0], i);
	sim_sleep_ns(d->s.sim, NS_PER_S);
	SIM_ASSERT(d->nr_calls == 0);
	SIM_ASSERT(d->s.mm.dirty->stats.pauses == 0);
}

static void nothing_is_written_below_the_background_threshold(void **state)
{
	(void)state;
	assert_runs(below_background);
}

static void old_files(void *arg)
{
	struct disk *d = arg;

	dirty(&d->files[0], 0);
	sim_sleep_ns(d->s.sim, 20 * NS_PER_S);
	dirty(&d->files[1], 0);
	SIM_ASSERT(d->nr_calls == 0);
	sim_sleep_ns(d->s.sim, 16 * NS_PER_S);
	SIM_ASSERT(d->nr_calls == 1);
	SIM_ASSERT(d->order[0] == d->files[0].ino);
	SIM_ASSERT(d->files[0].on_list == INODE_ON_NONE);
	SIM_ASSERT(d->files[1].on_list == INODE_ON_DIRTY);
	sim_sleep_ns(d->s.sim, 20 * NS_PER_S);
	SIM_ASSERT(d->nr_calls == 2);
}

static void files_are_written_when_they_are_old(void **state)
{
	(void)state;
	assert_runs(old_files);
}

static void sync_all_files(void *arg)
{
	struct disk *d = arg;

	for (uint64_t i = 0; i < 30; i++)
		for (size_t f = 0; f < NR_FILES; f++)
			dirty(&d->files[f], i);
	mm_sync_data(&d->s.mm);
	SIM_ASSERT(d->s.mm.stats.dirty_bytes == 0);
	SIM_ASSERT(d->s.mm.stats.writeback_bytes == 0);
	/* oldest first */
	for (size_t f = 0; f < NR_FILES; f++)
		SIM_ASSERT(d->order[f] == d->files[f].ino);
	mm_syncfs_data(&d->s.mm);
}

static void sync_writes_every_file_and_waits(void **state)
{
	(void)state;
	assert_runs(sync_all_files);
}

static void faster_than_the_disk(void *arg)
{
	struct disk *d = arg;
	const struct dirty_stats *stats = &d->s.mm.dirty->stats;

	for (uint64_t i = 0; i < 100000; i++)
		dirty(&d->files[i % NR_FILES], i / NR_FILES);
	SIM_ASSERT(stats->pauses > 0);
	SIM_ASSERT(stats->flusher_pages > 50000);
	/* never above the limit by more than one look apart */
	SIM_ASSERT(d->dirty_max <=
		   THRESH + d->s.mm.dirty->domain.ratelimit_pages);
	/* the writer was held to the disk's rate */
	SIM_ASSERT(sim_now_ns(d->s.sim) > 90000 * d->page_ns);
	mm_sync_data(&d->s.mm);
	for (size_t f = 0; f < NR_FILES; f++)
		SIM_ASSERT(d->files[f].nr_dirty_pages == 0);
}

static void a_fast_writer_is_held_back(void **state)
{
	(void)state;
	assert_runs(faster_than_the_disk);
}

static void used_up(void *arg)
{
	struct disk *d = arg;

	/* more than a chunk of 1024 in one file, then another file */
	for (uint64_t i = 0; i < 1500; i++)
		dirty(&d->files[0], i);
	dirty(&d->files[1], 0);
	mm_wakeup_flushers(&d->s.mm);
	sim_sleep_ns(d->s.sim, NS_PER_S);
	SIM_ASSERT(d->order[0] == d->files[0].ino);
	SIM_ASSERT(d->order[1] == d->files[1].ino);
	SIM_ASSERT(d->order[2] == d->files[0].ino);
	SIM_ASSERT(d->s.mm.stats.dirty_bytes == 0);
}

static void a_file_whose_chunk_is_used_up_waits_for_the_others(void **state)
{
	(void)state;
	assert_runs(used_up);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			nothing_is_written_below_the_background_threshold),
		cmocka_unit_test(files_are_written_when_they_are_old),
		cmocka_unit_test(sync_writes_every_file_and_waits),
		cmocka_unit_test(a_fast_writer_is_held_back),
		cmocka_unit_test(
			a_file_whose_chunk_is_used_up_waits_for_the_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
