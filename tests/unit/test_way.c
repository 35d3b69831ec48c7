/* test-links: wb_ioend wb_fs_memory */
/*
 * Where the time of folios goes: hand-made schedules with known dates.  All
 * costs are zero, so time passes in sleeps only.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "models/fs/memory/memory.h"
#include "tests/unit/blk_stack.h"

static const struct hist *stage(struct mm *mm, const char *name)
{
	mm_ways_settle(mm);
	for (unsigned int i = 0; i < mm->ways.nr_stages; i++)
		if (strcmp(mm->ways.stages[i].name, name) == 0)
			return mm->ways.ns[i];
	SIM_ASSERT(!"the stage exists");
	return NULL;
}

static void stage_is(struct mm *mm, const char *name, uint64_t folios,
		     uint64_t sum_ns)
{
	const struct hist *h = stage(mm, name);

	if (h->count != folios || h->sum != sum_ns)
		fprintf(stderr, "%s: %llu folios, %llu ns\n", name,
			(unsigned long long)h->count,
			(unsigned long long)h->sum);
	SIM_ASSERT(h->count == folios);
	SIM_ASSERT(h->sum == sum_ns);
}

static void sums_are_exact(struct mm *mm)
{
	SIM_ASSERT(mm_ways_sum_ns(mm) == mm->ways.ended_ns - mm->ways.begun_ns);
}

static void write_all(struct inode *inode)
{
	SIM_ASSERT(mm_fdatawrite(inode, 0, INT64_MAX) == 0);
}

/* The date stamps that a driver sets, 10, 30 and 60 ns after the issue. */
static void stamp(struct kept_request *kept)
{
	uint64_t *at_ns = kept->rq->at_ns;

	at_ns[BIO_AT_START] = at_ns[BIO_AT_ISSUE] + 10;
	at_ns[BIO_AT_TRANSFER] = at_ns[BIO_AT_ISSUE] + 30;
	at_ns[BIO_AT_SERVICE] = at_ns[BIO_AT_ISSUE] + 60;
}

static void one_folio(struct blk_stack *s)
{
	struct flat_file file;

	flat_file_init(&file, s, 4096);
	sim_sleep_ns(s->m.sim, 1000);
	dirty_folio(&file.inode, 0, 0);
	sim_sleep_ns(s->m.sim, 500);
	write_all(&file.inode);
	stamp(&s->kept[0]);
	sim_sleep_ns(s->m.sim, 100);
	end_all_requests(s);
	stage_is(&s->m.mm, "dirty", 1, 500);
	stage_is(&s->m.mm, "device queue", 1, 10);
	stage_is(&s->m.mm, "device transfer", 1, 20);
	stage_is(&s->m.mm, "device service", 1, 30);
	stage_is(&s->m.mm, "interrupt", 1, 40);
	stage_is(&s->m.mm, "tag", 0, 0);
	SIM_ASSERT(mm_ways_sum_ns(&s->m.mm) == 600);
	sums_are_exact(&s->m.mm);
}

static void a_folio_spends_its_time_in_the_stages_it_passes(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(one_folio), 0);
}

/* Ends what there is after 700 ns, in place of the submitter, who sleeps. */
static void end_first(void *arg)
{
	struct blk_stack *s = arg;

	sim_irq(s->m.sim, 0, end_kept, s);
}

static void no_tag(struct blk_stack *s)
{
	struct flat_file file;

	s->queue.depth = 1;
	flat_file_init(&file, s, 3 * 4096);
	dirty_folio(&file.inode, 0, 0);
	dirty_folio(&file.inode, 2, 0);
	sim_after(s->m.sim, 700, end_first, s);
	write_all(&file.inode);
	SIM_ASSERT(s->nr_kept == 2);
	sim_sleep_ns(s->m.sim, 50);
	end_all_requests(s);
	/* the first is with the device, the second waits for its tag */
	stage_is(&s->m.mm, "tag", 1, 700);
	stage_is(&s->m.mm, "interrupt", 2, 750);
	sums_are_exact(&s->m.mm);
}

static void a_folio_whose_bio_finds_no_tag_waits_for_it(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(no_tag), 0);
}

static void cut_in_two(struct blk_stack *s)
{
	struct flat_file file;

	s->queue.limits.max_sectors = 8;
	flat_file_init(&file, s, 8192);
	dirty_folio(&file.inode, 0, 1);
	write_all(&file.inode);
	SIM_ASSERT(s->nr_kept == 2);
	stamp(&s->kept[0]);
	s->kept[1].rq->at_ns[BIO_AT_SERVICE] = sim_now_ns(s->m.sim) + 300;
	sim_sleep_ns(s->m.sim, 100);
	end_requests(s, 1); /* sleeps 1 ns */
	SIM_ASSERT(s->m.mm.ways.folios == 0);
	sim_sleep_ns(s->m.sim, 399);
	end_all_requests(s);
	/* the way of the request that ended last counts, the other's not */
	stage_is(&s->m.mm, "device transfer", 0, 0);
	stage_is(&s->m.mm, "device service", 1, 300);
	stage_is(&s->m.mm, "interrupt", 1, 200);
	sums_are_exact(&s->m.mm);
}

static void a_split_bio_goes_the_way_of_the_part_that_ends_last(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(cut_in_two), 0);
}

static void merged(struct blk_stack *s)
{
	struct flat_file file;
	struct blk_plug plug;

	flat_file_init(&file, s, 2 * 4096);
	blk_start_plug(&plug, &s->queue);
	dirty_folio(&file.inode, 0, 0);
	write_all(&file.inode);
	sim_sleep_ns(s->m.sim, 100);
	dirty_folio(&file.inode, 1, 0);
	write_all(&file.inode);
	SIM_ASSERT(s->queue.stats.merges == 1);
	sim_sleep_ns(s->m.sim, 30);
	blk_finish_plug(&plug);
	SIM_ASSERT(s->nr_kept == 1);
	sim_sleep_ns(s->m.sim, 1000);
	end_all_requests(s);
	/* of a request older than itself, a bio takes what came after it */
	stage_is(&s->m.mm, "plug", 2, 130 + 30);
	stage_is(&s->m.mm, "interrupt", 2, 2000);
	SIM_ASSERT(mm_ways_sum_ns(&s->m.mm) == 1130 + 1030);
	sums_are_exact(&s->m.mm);
}

static void a_merged_bio_takes_of_its_request_what_came_after_it(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(merged), 0);
}

static void in_turn(struct blk_stack *s)
{
	struct flat_file file;

	s->ioend_config.max_folios = 1;
	s->queue.depth = 1;
	flat_file_init(&file, s, 4 * 4096);
	dirty_file(&file, 4 * 4096, 0);
	sim_after(s->m.sim, 700, end_first, s);
	sim_after(s->m.sim, 900, end_first, s);
	sim_after(s->m.sim, 1000, end_first, s);
	write_all(&file.inode);
	sim_sleep_ns(s->m.sim, 50);
	end_all_requests(s);
	/*
	 * An ioend is submitted when the next folio is being built, so the
	 * third folio is built while the second waits for its tag; the pass
	 * comes to the fourth after that.
	 */
	stage_is(&s->m.mm, "pass", 1, 700);
	stage_is(&s->m.mm, "build", 2, 700 + 200);
	stage_is(&s->m.mm, "tag", 3, 700 + 200 + 100);
	sums_are_exact(&s->m.mm);
}

static void a_folio_waits_in_its_pass_for_those_before_it(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(in_turn), 0);
}

static void again(struct blk_stack *s)
{
	struct flat_file file;
	struct folio *folio;

	flat_file_init(&file, s, 4096);
	folio = dirty_folio(&file.inode, 0, 0);
	write_all(&file.inode);
	sim_sleep_ns(s->m.sim, 100);
	mm_dirty_folio(folio);
	sim_sleep_ns(s->m.sim, 20);
	end_all_requests(s);
	SIM_ASSERT(mm_ways_sum_ns(&s->m.mm) == 120);
	sim_sleep_ns(s->m.sim, 39);
	write_all(&file.inode);
	end_all_requests(s);
	/* 20 + 1 (end_requests() sleeps) + 39 */
	stage_is(&s->m.mm, "dirty", 1, 60);
	SIM_ASSERT(s->m.mm.ways.folios == 2);
	sums_are_exact(&s->m.mm);
}

static void a_folio_dirtied_under_writeback_begins_another_way(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(again), 0);
}

static void late_date(struct blk_stack *s)
{
	const uint64_t hours_100 = 360000ull * 1000000000;
	struct flat_file file;

	flat_file_init(&file, s, 4096);
	sim_sleep_ns(s->m.sim, hours_100);
	dirty_folio(&file.inode, 0, 0);
	sim_sleep_ns(s->m.sim, 11);
	write_all(&file.inode);
	sim_sleep_ns(s->m.sim, 22);
	end_all_requests(s);
	stage_is(&s->m.mm, "dirty", 1, 11);
	SIM_ASSERT(mm_ways_sum_ns(&s->m.mm) == 33);
	sums_are_exact(&s->m.mm);
}

static void dates_beyond_48_bits_make_no_difference(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(late_date), 0);
}

static void reset_between(struct blk_stack *s)
{
	struct flat_file file;

	flat_file_init(&file, s, 4096);
	dirty_folio(&file.inode, 0, 0);
	sim_sleep_ns(s->m.sim, 70);
	write_all(&file.inode);
	mm_ways_reset(&s->m.mm);
	sim_sleep_ns(s->m.sim, 30);
	end_all_requests(s);
	stage_is(&s->m.mm, "dirty", 0, 0);
	stage_is(&s->m.mm, "interrupt", 1, 30);
	SIM_ASSERT(s->m.mm.ways.folios == 1);
	sums_are_exact(&s->m.mm);
}

static void what_is_forgotten_still_adds_up(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(reset_between), 0);
}

/* Without bios: a store of 10 us that takes 4096 bytes in 4096 ns. */
static void no_bios(struct mm_stack *s)
{
	struct memory_fs *fs = memory_fs_new(&s->mm, 4096, 10000, 1000000000);
	struct inode *inode = memory_fs_create(fs, "f");

	SIM_ASSERT(memory_fs_write(inode, 0, 4096) == 0);
	SIM_ASSERT(memory_fs_write(inode, 8192, 4096) == 0);
	sim_sleep_ns(s->sim, 100);
	SIM_ASSERT(memory_fs_fsync(inode, 0, INT64_MAX) == 0);
	stage_is(&s->mm, "dirty", 2, 200);
	stage_is(&s->mm, "store queue", 1, 4096);
	stage_is(&s->mm, "store", 2, 2 * 14096);
	sums_are_exact(&s->mm);
	memory_fs_free(fs);
}

static void an_implementation_without_bios_has_stages_of_its_own(void **state)
{
	(void)state;
	assert_int_equal(with_mm_stack(no_bios), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_folio_spends_its_time_in_the_stages_it_passes),
		cmocka_unit_test(a_folio_whose_bio_finds_no_tag_waits_for_it),
		cmocka_unit_test(
			a_split_bio_goes_the_way_of_the_part_that_ends_last),
		cmocka_unit_test(
			a_merged_bio_takes_of_its_request_what_came_after_it),
		cmocka_unit_test(a_folio_waits_in_its_pass_for_those_before_it),
		cmocka_unit_test(
			a_folio_dirtied_under_writeback_begins_another_way),
		cmocka_unit_test(dates_beyond_48_bits_make_no_difference),
		cmocka_unit_test(what_is_forgotten_still_adds_up),
		cmocka_unit_test(
			an_implementation_without_bios_has_stages_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
