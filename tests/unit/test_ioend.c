/* test-links: wb_ioend wb_legacy_iomap */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "models/legacy/iomap/legacy_iomap.h"
#include "tests/unit/blk_stack.h"

/* A pass whose pieces the test adds by itself. */
struct adder {
	struct blk_stack *s;
	struct flat_file file;
	struct writeback_control wbc;
	struct ioend_builder builder;
	unsigned int nr_folios;
	unsigned int nr_submits;
	struct iomap map;
};

static int submit_now(struct ioend_builder *builder, void *ctx, int error)
{
	struct adder *a = ctx;

	a->nr_submits++;
	return ioend_submit(builder->pending, error);
}

static void adder_init(struct adder *a, struct blk_stack *s)
{
	memset(a, 0, sizeof(*a));
	a->s = s;
	flat_file_init(&a->file, s, 1ull << 40);
	a->map = a->file.map;
	a->wbc.sync_mode = WB_SYNC_ALL;
	a->builder = (struct ioend_builder){
		.core = &s->ioends,
		.fs = &flat_fs_ops,
		.wbc = &a->wbc,
		.nr_folios = &a->nr_folios,
		.submit = submit_now,
		.ctx = a,
	};
}

/* Add the 4 KiB block @page; true when it opened an ioend. */
static bool add_page(struct adder *a, uint64_t page)
{
	uint64_t pos = page << PAGE_SHIFT;
	struct ioend *before = a->builder.pending;
	uint64_t ioends = a->s->ioends.stats.ioends;
	struct folio *folio = mm_lookup(&a->file.inode, pos);

	if (!folio)
		folio = dirty_folio(&a->file.inode, page, 0);
	mm_clear_dirty_for_io(folio);
	mm_start_writeback(folio);
	SIM_ASSERT(ioend_add(&a->builder, &a->map, folio, pos, PAGE_BYTES,
			     pos + PAGE_BYTES) == PAGE_BYTES);
	a->nr_folios++;
	SIM_ASSERT(a->s->ioends.stats.ioends - ioends ==
		   (before != a->builder.pending));
	return before != a->builder.pending;
}

static void adder_done(struct adder *a)
{
	if (a->builder.pending)
		ioend_submit(a->builder.pending, 0);
	end_all_requests(a->s);
	SIM_ASSERT(a->s->m.mm.stats.writeback_bytes == 0);
	inode_done(&a->file.inode);
}

static void contiguity(struct blk_stack *s)
{
	struct adder a;

	adder_init(&a, s);
	SIM_ASSERT(add_page(&a, 0));
	SIM_ASSERT(!add_page(&a, 1));
	/* not contiguous in the file */
	SIM_ASSERT(add_page(&a, 3));
	SIM_ASSERT(!add_page(&a, 4));
	/* contiguous in the file, not on the device */
	a.map.addr_bytes += 4096;
	SIM_ASSERT(add_page(&a, 5));
	/* another mapping of the same blocks is no boundary */
	a.map.offset_bytes += 6 * 4096;
	a.map.addr_bytes += 6 * 4096;
	SIM_ASSERT(!add_page(&a, 6));
	/* without addresses only the file counts */
	a.map.flags = IOMAP_F_ANON_WRITE;
	a.map.addr_bytes = IOMAP_NULL_ADDR;
	SIM_ASSERT(!add_page(&a, 7));
	SIM_ASSERT(s->ioends.stats.cut_by_range == 2);
	a.map.addr_bytes = 0;
	adder_done(&a);
	SIM_ASSERT(record_field(s->queue.stream_bios, 0, 2) == 8192);
	SIM_ASSERT(record_field(s->queue.stream_bios, 1, 1) == 24);
}

static void a_piece_must_follow_in_the_file_and_on_the_device(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(contiguity), 0);
}

static void flags(struct blk_stack *s)
{
	struct adder a;

	adder_init(&a, s);
	SIM_ASSERT(add_page(&a, 0));
	a.map.type = IOMAP_UNWRITTEN;
	SIM_ASSERT(add_page(&a, 1));
	SIM_ASSERT(!add_page(&a, 2));
	a.map.flags = IOMAP_F_SHARED;
	SIM_ASSERT(add_page(&a, 3));
	SIM_ASSERT(!add_page(&a, 4));
	SIM_ASSERT(a.builder.pending->flags ==
		   (IOEND_SHARED | IOEND_UNWRITTEN));
	a.map.type = IOMAP_MAPPED;
	SIM_ASSERT(add_page(&a, 5));
	a.map.flags = 0;
	SIM_ASSERT(add_page(&a, 6));
	adder_done(&a);
}

static void unwritten_and_shared_pieces_do_not_mix(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(flags), 0);
}

/* A boundary at page 2: it opens an ioend, which then goes on. */
static void boundary(struct blk_stack *s)
{
	struct adder a;

	adder_init(&a, s);
	SIM_ASSERT(add_page(&a, 0));
	SIM_ASSERT(!add_page(&a, 1));
	a.map.offset_bytes = 2 * 4096;
	a.map.addr_bytes = 2 * 4096;
	a.map.flags = IOMAP_F_BOUNDARY;
	SIM_ASSERT(add_page(&a, 2));
	SIM_ASSERT(a.builder.pending->flags & IOEND_BOUNDARY);
	SIM_ASSERT(!add_page(&a, 3));
	adder_done(&a);
}

static void a_boundary_cuts_before_it_and_not_behind_it(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(boundary), 0);
}

static void folio_cap(struct blk_stack *s)
{
	struct adder a;

	s->ioend_config.max_folios = 3;
	adder_init(&a, s);
	SIM_ASSERT(add_page(&a, 0));
	SIM_ASSERT(!add_page(&a, 1));
	SIM_ASSERT(!add_page(&a, 2));
	/* three are finished: the fourth opens another */
	SIM_ASSERT(add_page(&a, 3));
	SIM_ASSERT(a.nr_folios == 1);
	SIM_ASSERT(s->ioends.stats.cut_by_folios == 1);
	SIM_ASSERT(a.nr_submits == 1);
	adder_done(&a);
}

static void the_count_of_folios_closes_an_ioend(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(folio_cap), 0);
}

/* Frames adjacent, 5 bytes of page 1 are in the file. */
static void eof_piece(struct blk_stack *s)
{
	struct adder a;

	adder_init(&a, s);
	SIM_ASSERT(add_page(&a, 0));
	struct folio *folio = dirty_folio(&a.file.inode, 1, 0);

	mm_clear_dirty_for_io(folio);
	mm_start_writeback(folio);
	SIM_ASSERT(ioend_add(&a.builder, &a.map, folio, 4096, 4096, 4096 + 5) ==
		   4096);
	SIM_ASSERT(a.builder.pending->size_bytes == 4096 + 5);
	SIM_ASSERT(a.builder.pending->bio.bytes == 8192);
	/* the file grew meanwhile: page 2 cannot follow at byte 4101 */
	SIM_ASSERT(add_page(&a, 2));
	adder_done(&a);
}

static void nothing_follows_a_piece_cut_by_the_end_of_file(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(eof_piece), 0);
}

static void other_types(struct blk_stack *s)
{
	struct adder a;

	adder_init(&a, s);
	struct folio *folio = mm_add_clean_folio(&a.file.inode, 0, 0);

	a.map.type = IOMAP_HOLE;
	/* a piece ends with its mapping */
	a.map.length_bytes = 1024;
	SIM_ASSERT(ioend_add(&a.builder, &a.map, folio, 0, 4096, 4096) == 1024);
	a.map.type = IOMAP_DELALLOC;
	SIM_ASSERT(ioend_add(&a.builder, &a.map, folio, 0, 4096, 4096) == -EIO);
	SIM_ASSERT(!a.builder.pending);
	SIM_ASSERT(s->ioends.stats.ioends == 0);
	adder_done(&a);
}

static void holes_add_nothing_and_delayed_blocks_are_an_error(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(other_types), 0);
}

/* writeback.md 3.2: folio order, frames, largest ioend */
struct largest {
	unsigned int order;
	int policy;
	uint64_t bytes;
};

static const struct largest table[] = {
	{ 0, FRAMES_NEVER, MIB },       { 0, FRAMES_ALWAYS, 16 * MIB },
	{ 4, FRAMES_NEVER, 16 * MIB },  { 4, FRAMES_ALWAYS, 256 * MIB },
	{ 9, FRAMES_NEVER, 512 * MIB }, { 9, FRAMES_ALWAYS, 4 * GIB - 2 * MIB },
};

/* Twice the largest ioend, or a folio more: the first bio is the largest. */
static void play_largest(struct blk_stack *s, const struct largest *row)
{
	uint64_t bytes = min_u64(2 * row->bytes, 4 * GIB);
	uint64_t first = s->queue.stream_bios->nr_records;
	struct flat_file file;

	s->m.frames.policy = row->policy;
	flat_file_init(&file, s, bytes);
	dirty_file(&file, bytes, row->order);
	SIM_ASSERT(mm_fdatawrite(&file.inode, 0, INT64_MAX) == 0);
	SIM_ASSERT(s->queue.stream_bios->nr_records - first == 2);
	SIM_ASSERT(record_field(s->queue.stream_bios, first, 2) == row->bytes);
	SIM_ASSERT(record_field(s->queue.stream_bios, first + 1, 2) ==
		   bytes - row->bytes);
	end_all_requests(s);
	inode_done(&file.inode);
}

static void play_table(struct blk_stack *s)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		play_largest(s, &table[i]);
}

static void play_table_old(struct blk_stack *s)
{
	s->design = &wb_design_map_blocks;
	s->design->attach(&s->ioends);
	play_table(s);
}

static void the_largest_ioends_are_those_of_the_table(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(play_table), 0);
	assert_int_equal(with_blk_stack(play_table_old), 0);
}

static void check_sorted(const struct ioend *list, unsigned int nr)
{
	unsigned int seen = 1;

	for (; list->next; list = list->next, seen++) {
		SIM_ASSERT(list->offset_bytes <= list->next->offset_bytes);
		/* equal offsets keep their order in the array */
		SIM_ASSERT(list->offset_bytes < list->next->offset_bytes ||
			   list < list->next);
	}
	SIM_ASSERT(seen == nr);
}

static void sorting(struct blk_stack *s)
{
	static struct ioend ioends[1000];
	struct rng rng;

	(void)s;
	rng_init(&rng, 1, "sort");
	for (unsigned int nr = 1; nr <= 1000; nr += nr < 20 ? 1 : 97) {
		struct ioend *list = NULL;

		for (unsigned int i = nr; i-- > 0;) {
			ioends[i].offset_bytes = rng_below(&rng, 50);
			ioends[i].next = list;
			list = &ioends[i];
		}
		ioend_sort(&list);
		check_sorted(list, nr);
	}
}

static void the_completion_list_is_sorted_and_stable(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(sorting), 0);
}

/* Four ioends of 4 KiB that follow each other; @change spoils the third. */
static unsigned int merged_with(struct blk_stack *s,
				void (*change)(struct ioend *ioend))
{
	struct ioend ioends[4];
	struct ioend *list = &ioends[1];

	memset(ioends, 0, sizeof(ioends));
	for (unsigned int i = 0; i < 4; i++) {
		ioends[i].core = &s->ioends;
		ioends[i].offset_bytes = i * 4096;
		ioends[i].size_bytes = 4096;
		ioends[i].sector = 1000 + i * 8;
		ioends[i].next = i < 3 ? &ioends[i + 1] : NULL;
	}
	if (change)
		change(&ioends[2]);
	unsigned int nr = ioend_try_merge(&ioends[0], &list);

	SIM_ASSERT(ioends[0].size_bytes == 4096 * (nr + 1));
	SIM_ASSERT(list == (nr < 3 ? &ioends[nr + 1] : NULL));
	return nr;
}

static void spoil_status(struct ioend *ioend)
{
	ioend->bio.status = -EIO;
}

static void spoil_boundary(struct ioend *ioend)
{
	ioend->flags = IOEND_BOUNDARY;
}

static void spoil_flags(struct ioend *ioend)
{
	ioend->flags = IOEND_UNWRITTEN;
}

static void spoil_offset(struct ioend *ioend)
{
	ioend->offset_bytes += 512;
}

static void spoil_sector(struct ioend *ioend)
{
	ioend->sector++;
}

static void merging(struct blk_stack *s)
{
	SIM_ASSERT(merged_with(s, NULL) == 3);
	SIM_ASSERT(merged_with(s, spoil_status) == 1);
	SIM_ASSERT(merged_with(s, spoil_boundary) == 1);
	SIM_ASSERT(merged_with(s, spoil_flags) == 1);
	SIM_ASSERT(merged_with(s, spoil_offset) == 1);
	SIM_ASSERT(merged_with(s, spoil_sector) == 1);
	SIM_ASSERT(s->ioends.stats.merged == 8);
}

static void completions_merge_until_the_first_that_does_not_fit(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(merging), 0);
}

static void bio_flags(struct blk_stack *s)
{
	struct writeback_control wbc = { .range_end = INT64_MAX,
					 .nr_to_write = INT64_MAX };
	struct flat_file file;

	flat_file_init(&file, s, MIB);
	dirty_folio(&file.inode, 0, 0);
	SIM_ASSERT(mm_fdatawrite(&file.inode, 0, INT64_MAX) == 0);
	SIM_ASSERT(s->kept[0].rq->bio_head->flags == BIO_SYNC);
	dirty_folio(&file.inode, 1, 0);
	wbc.for_background = true;
	SIM_ASSERT(mm_writepages(&file.inode, &wbc) == 0);
	SIM_ASSERT(s->kept[1].rq->bio_head->flags == BIO_BACKGROUND);
	dirty_folio(&file.inode, 2, 0);
	wbc = (struct writeback_control){ .range_end = INT64_MAX,
					  .nr_to_write = INT64_MAX };
	SIM_ASSERT(mm_writepages(&file.inode, &wbc) == 0);
	SIM_ASSERT(s->kept[2].rq->bio_head->flags == 0);
	end_all_requests(s);
	inode_done(&file.inode);
}

static void bios_carry_the_purpose_of_the_pass(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(bio_flags), 0);
}

/* The mapping of page 1 fails: the pass's pending ioend fails with it. */
static int map_fails_at_1(struct inode *inode, uint64_t pos, uint64_t len,
			  struct iomap *iomap)
{
	if (pos == PAGE_BYTES)
		return -ENOSPC;
	return flat_map(inode, pos, len, iomap);
}

static const struct ioend_fs_ops failing_fs = { .map = map_fails_at_1 };

static int failing_writepages(struct inode *inode,
			      struct writeback_control *wbc)
{
	struct blk_stack *s = ((struct flat_file *)inode->private)->stack;

	return s->design->writepages(&s->ioends, inode, wbc, &failing_fs);
}

static void failing_pass(struct blk_stack *s)
{
	static const struct mapping_ops ops = {
		.writepages = failing_writepages,
		.free_state = ifs_free,
	};
	struct flat_file file;

	flat_file_init(&file, s, MIB);
	file.inode.ops = &ops;
	dirty_file(&file, 12 * KIB, 0);
	SIM_ASSERT(mm_write_and_wait(&file.inode, 0, INT64_MAX) == -ENOSPC);
	/* page 0 was submitted when page 2 did not follow it */
	SIM_ASSERT(s->nr_kept == 1);
	SIM_ASSERT(s->kept[0].bytes == 4096);
	SIM_ASSERT(s->ioends.stats.ioends_failed == 1);
	SIM_ASSERT(s->m.mm.stats.writeback_bytes == 0);
	inode_done(&file.inode);
}

static void end_page_0(void *arg)
{
	struct blk_stack *s = arg;

	if (s->nr_kept > s->nr_ended)
		sim_irq(s->m.sim, 0, end_kept, s);
}

static void failing_pass_new(struct blk_stack *s)
{
	sim_after(s->m.sim, 100, end_page_0, s);
	failing_pass(s);
}

static void failing_pass_old(struct blk_stack *s)
{
	s->design = &wb_design_map_blocks;
	s->design->attach(&s->ioends);
	failing_pass_new(s);
}

static void an_error_fails_the_pending_ioend_and_no_earlier_one(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(failing_pass_new), 0);
	assert_int_equal(with_blk_stack(failing_pass_old), 0);
}

/* Random folios, frames and dirty blocks: the digest of all bios. */
struct random_pass {
	uint64_t seed;
	const struct wb_design *design;
};

static void make_random_file(struct flat_file *file, struct rng *rng)
{
	uint64_t page = 0;

	for (unsigned int i = 0; i < 200; i++) {
		unsigned int order = (unsigned int)rng_below(rng, 7);

		page += rng_below(rng, 3) ? 0 : rng_below(rng, 40);
		page = round_up_to(page, 1ull << order);
		struct folio *folio = dirty_folio(&file->inode, page, order);

		page += 1ull << order;
		if (rng_below(rng, 2))
			continue;
		ifs_alloc(folio);
		ifs_clear_all_dirty(folio);
		for (unsigned int n = 0; n < 5; n++)
			ifs_set_dirty(
				folio,
				folio_pos(folio) +
					rng_below(rng, folio_bytes(folio)),
				1);
	}
}

static void random_pass(void *arg, struct child_answer *answer);

static void random_thread(void *arg)
{
	struct blk_stack *s = arg;
	struct flat_file file;
	struct rng rng;

	rng_init(&rng, s->queue.depth, "random pass");
	s->queue.depth = 65535;
	s->m.frames.policy = FRAMES_PROBABILITY;
	s->m.frames.probability_ppm = 700000;
	s->ioend_config.max_folios = 1 + rng_below(&rng, 60);
	s->ioend_config.max_vecs = 1 + rng_below(&rng, 30);
	flat_file_init(&file, s, (1 + rng_below(&rng, 5000)) * 4000);
	make_random_file(&file, &rng);
	SIM_ASSERT(mm_fdatawrite(&file.inode, 0, INT64_MAX) == 0);
	end_all_requests(s);
	inode_done(&file.inode);
}

static void random_pass(void *arg, struct child_answer *answer)
{
	struct random_pass *pass = arg;
	struct blk_stack s;

	blk_stack_init(&s);
	s.design = pass->design;
	s.queue.depth = (uint32_t)pass->seed;
	if (s.design->attach)
		s.design->attach(&s.ioends);
	run_thread(s.m.sim, random_thread, &s);
	answer_add(answer, s.queue.stream_bios->nr_records);
	answer_add(answer, digest_value(&s.queue.stream_bios->structure));
	answer_add(answer, digest_value(&s.ioends.stream_ranges->structure));
	answer_add(answer, metrics_event_digest(sim_metrics(s.m.sim)));
	answer_add(answer, s.ioends.stats.ioends);
	answer_add(answer, s.ioends.stats.cut_by_folios);
	answer_add(answer, s.ioends.stats.cut_by_vecs);
	answer_add(answer, s.ioends.stats.cut_by_range);
	blk_stack_done(&s);
}

static void both_designs_build_the_same_ioends(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 12; seed++) {
		struct random_pass old = { seed, &wb_design_map_blocks };
		struct random_pass new = { seed, &wb_design_writeback_range };
		struct child_answer old_answer;
		struct child_answer new_answer;

		assert_int_equal(in_child(random_pass, &old, &old_answer), 0);
		assert_int_equal(in_child(random_pass, &new, &new_answer), 0);
		assert_true(old_answer.numbers[0] > 0);
		assert_memory_equal(&old_answer, &new_answer,
				    sizeof(old_answer));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_piece_must_follow_in_the_file_and_on_the_device),
		cmocka_unit_test(unwritten_and_shared_pieces_do_not_mix),
		cmocka_unit_test(a_boundary_cuts_before_it_and_not_behind_it),
		cmocka_unit_test(the_count_of_folios_closes_an_ioend),
		cmocka_unit_test(
			nothing_follows_a_piece_cut_by_the_end_of_file),
		cmocka_unit_test(
			holes_add_nothing_and_delayed_blocks_are_an_error),
		cmocka_unit_test(the_largest_ioends_are_those_of_the_table),
		cmocka_unit_test(the_completion_list_is_sorted_and_stable),
		cmocka_unit_test(
			completions_merge_until_the_first_that_does_not_fit),
		cmocka_unit_test(bios_carry_the_purpose_of_the_pass),
		cmocka_unit_test(
			an_error_fails_the_pending_ioend_and_no_earlier_one),
		cmocka_unit_test(both_designs_build_the_same_ioends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
