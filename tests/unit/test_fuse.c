/*
 * FUSE: how WRITE requests are cut, sent and answered, in all three designs.
 */
/* test-links: wb_legacy_fuse wb_fs_fuse wb_iomap wb_mm wb_engine wb_base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/fuse_stack.h"

static const struct fuse_design *const designs[] = {
	&fuse_design_temporary_pages,
	&fuse_design_whole_folio,
	&fuse_design_writeback_range,
};
#define NR_DESIGNS (sizeof(designs) / sizeof(designs[0]))

static void in_all_designs(struct fuse_setup setup,
			   void (*body)(struct fuse_stack *s))
{
	for (size_t i = 0; i < NR_DESIGNS; i++) {
		setup.design = designs[i];
		if (with_fuse(&setup, body))
			fail_msg("design %s", designs[i]->name);
	}
}

static void three_full_and_a_rest(struct fuse_stack *s)
{
	SIM_ASSERT(fuse_write(s->inode, 0, 100 * KIB) == 0);
	SIM_ASSERT(fuse_fsync(s->inode, 0, INT64_MAX) == 0);
	SIM_ASSERT(s->requests->nr_records == 4);
	expect_request(s, 0, 0, 32 * KIB);
	expect_request(s, 2, 64 * KIB, 32 * KIB);
	expect_request(s, 3, 96 * KIB, 4 * KIB);
}

static void a_request_ends_at_max_pages(void **state)
{
	(void)state;
	in_all_designs((struct fuse_setup){ .max_pages = 8 },
		       three_full_and_a_rest);
}

static void a_request_ends_at_max_write(void **state)
{
	(void)state;
	in_all_designs((struct fuse_setup){ .max_write_bytes = 32 * KIB },
		       three_full_and_a_rest);
}

static void every_other_page(struct fuse_stack *s)
{
	for (uint64_t pos = 0; pos < 64 * KIB; pos += 8 * KIB)
		SIM_ASSERT(fuse_write(s->inode, pos, 4 * KIB) == 0);
	SIM_ASSERT(fuse_fsync(s->inode, 0, INT64_MAX) == 0);
	SIM_ASSERT(s->requests->nr_records == 8);
	expect_request(s, 7, 56 * KIB, 4 * KIB);
}

static void a_request_ends_at_a_gap(void **state)
{
	(void)state;
	in_all_designs((struct fuse_setup){ 0 }, every_other_page);
}

static void a_hundred_bytes(struct fuse_stack *s)
{
	SIM_ASSERT(fuse_write(s->inode, 4096, 100) == 0);
	SIM_ASSERT(fuse_fsync(s->inode, 0, INT64_MAX) == 0);
	SIM_ASSERT(s->requests->nr_records == 1);
	expect_request(s, 0, 4096, 100);
	SIM_ASSERT(fuse_stats(s->fuse)->read_bytes == 0);
}

static void a_request_is_cropped_at_the_end_of_the_file(void **state)
{
	(void)state;
	in_all_designs((struct fuse_setup){ 0 }, a_hundred_bytes);
}

/* What a truncate does while the server is told the new size. */
static void shrink_below_what_is_queued(struct fuse_stack *s)
{
	struct fuse_inode *fi = fuse_i(s->inode);

	SIM_ASSERT(fuse_write(s->inode, 0, 4 * KIB) == 0);
	SIM_ASSERT(fuse_write(s->inode, 16 * KIB, 4 * KIB) == 0);
	fuse_set_nowrite(fi);
	flush(s, WB_SYNC_NONE);
	SIM_ASSERT(fi->nr_writers == 0);
	s->inode->size_bytes = 1000;
	fuse_release_nowrite(fi);
	fuse_set_nowrite(fi);
	fuse_release_nowrite(fi);
	SIM_ASSERT(s->requests->nr_records == 1);
	expect_request(s, 0, 0, 1000);
	SIM_ASSERT(fuse_stats(s->fuse)->dropped_bytes == 4 * KIB);
}

static void a_request_behind_the_end_of_the_file_is_dropped(void **state)
{
	(void)state;
	in_all_designs((struct fuse_setup){ 0 }, shrink_below_what_is_queued);
}

static void one_at_a_time(struct fuse_stack *s)
{
	every_other_page(s);
	SIM_ASSERT(fuse_stats(s->fuse)->active_max == 2);
	SIM_ASSERT(fuse_stats(s->fuse)->background_max > 2);
}

static void the_server_is_given_max_background_requests(void **state)
{
	(void)state;
	in_all_designs((struct fuse_setup){ .max_background = 2 },
		       one_at_a_time);
}

static void flush_while_congested(struct fuse_stack *s)
{
	SIM_ASSERT(fuse_write(s->inode, 0, 4 * KIB) == 0);
	flush(s, WB_SYNC_NONE);
	SIM_ASSERT(fuse_write(s->inode, 16 * KIB, 4 * KIB) == 0);
	SIM_ASSERT(s->fuse->nr_background == 1);
	flush(s, WB_SYNC_NONE);
	SIM_ASSERT(fuse_stats(s->fuse)->congested_passes == 1);
	SIM_ASSERT(s->inode->nr_dirty_pages == 1);
	flush(s, WB_SYNC_ALL);
	SIM_ASSERT(s->inode->nr_dirty_pages == 0);
	SIM_ASSERT(fuse_stats(s->fuse)->congested_passes == 1);
}

static void a_congested_background_keeps_the_flusher_out_not_fsync(void **state)
{
	(void)state;
	in_all_designs((struct fuse_setup){ .congestion_threshold = 1 },
		       flush_while_congested);
}

static void redirty_ten_bytes(struct fuse_stack *s, uint64_t bytes)
{
	SIM_ASSERT(fuse_write(s->inode, 0, MIB) == 0);
	SIM_ASSERT(fuse_fsync(s->inode, 0, INT64_MAX) == 0);
	SIM_ASSERT(s->requests->nr_records == 1);
	SIM_ASSERT(fuse_write(s->inode, 500000, 10) == 0);
	SIM_ASSERT(fuse_fsync(s->inode, 0, INT64_MAX) == 0);
	SIM_ASSERT(s->requests->nr_records == 2);
	SIM_ASSERT(record_field(s->requests, 1, 1) == bytes);
}

static void a_page_is_sent(struct fuse_stack *s)
{
	redirty_ten_bytes(s, 4 * KIB);
}

static void the_folio_is_sent(struct fuse_stack *s)
{
	redirty_ten_bytes(s, MIB);
}

static void ranges_send_a_page_of_a_large_folio(void **state)
{
	struct fuse_setup setup = { .large_folios = true };

	(void)state;
	setup.design = &fuse_design_writeback_range;
	assert_int_equal(with_fuse(&setup, a_page_is_sent), 0);
}

static void whole_folios_send_all_of_it(void **state)
{
	struct fuse_setup setup = { .large_folios = true };

	(void)state;
	setup.design = &fuse_design_whole_folio;
	assert_int_equal(with_fuse(&setup, the_folio_is_sent), 0);
	/* this design never has large folios */
	setup.design = &fuse_design_temporary_pages;
	assert_int_equal(with_fuse(&setup, a_page_is_sent), 0);
}

static void start_one_page(struct fuse_stack *s)
{
	SIM_ASSERT(fuse_write(s->inode, 0, 4 * KIB) == 0);
	flush(s, WB_SYNC_NONE);
	SIM_ASSERT(fuse_i(s->inode)->nr_writers == 1);
}

static void folio_is_done_when_queued(struct fuse_stack *s)
{
	start_one_page(s);
	SIM_ASSERT(s->inode->nr_writeback_pages == 0);
	SIM_ASSERT(fuse_stats(s->fuse)->temporary_pages == 1);
}

static void folio_waits_for_the_answer(struct fuse_stack *s)
{
	start_one_page(s);
	SIM_ASSERT(s->inode->nr_writeback_pages == 1);
	SIM_ASSERT(fuse_stats(s->fuse)->temporary_pages == 0);
}

static void only_temporary_pages_end_writeback_at_once(void **state)
{
	struct fuse_setup setup = { .design = &fuse_design_temporary_pages };

	(void)state;
	assert_int_equal(with_fuse(&setup, folio_is_done_when_queued), 0);
	setup.design = &fuse_design_whole_folio;
	assert_int_equal(with_fuse(&setup, folio_waits_for_the_answer), 0);
	setup.design = &fuse_design_writeback_range;
	assert_int_equal(with_fuse(&setup, folio_waits_for_the_answer), 0);
}

static void write_to_what_is_under_way(struct fuse_stack *s)
{
	start_one_page(s);
	uint64_t start_ns = sim_now_ns(s->m.sim);

	SIM_ASSERT(fuse_write(s->inode, 0, 4 * KIB) == 0);
	SIM_ASSERT(fuse_i(s->inode)->nr_writers == 0);
	SIM_ASSERT(sim_now_ns(s->m.sim) - start_ns >= 10000);
}

static void a_writer_waits_for_the_page_that_is_under_way(void **state)
{
	(void)state;
	in_all_designs((struct fuse_setup){ 0 }, write_to_what_is_under_way);
}

/* As pages that were pinned for I/O get dirty: nobody waits. */
static void dirty_behind_the_request(struct fuse_stack *s)
{
	const struct fuse_stats *stats = fuse_stats(s->fuse);

	start_one_page(s);
	for (int i = 0; i < 3; i++) {
		mm_dirty_folio(mm_lookup(s->inode, 0));
		flush(s, WB_SYNC_NONE);
	}
	SIM_ASSERT(stats->secondary_requests == 1);
	SIM_ASSERT(stats->replaced_pages == 2);
	SIM_ASSERT(fuse_fsync(s->inode, 0, INT64_MAX) == 0);
	SIM_ASSERT(s->requests->nr_records == 2);
	expect_request(s, 1, 0, 4 * KIB);
	SIM_ASSERT(stats->write_requests_ended == 2);
}

static void the_newest_copy_of_a_page_goes_behind_the_request(void **state)
{
	struct fuse_setup setup = { .design = &fuse_design_temporary_pages };

	(void)state;
	assert_int_equal(with_fuse(&setup, dirty_behind_the_request), 0);
}

static void write_into_the_middle(struct fuse_stack *s)
{
	fuse_fill(s->inode, 64 * KIB, true);
	SIM_ASSERT(fuse_write(s->inode, 5000, 100) == 0);
	SIM_ASSERT(fuse_stats(s->fuse)->read_bytes == 4 * KIB);
	SIM_ASSERT(fuse_write(s->inode, 5100, 100) == 0);
	SIM_ASSERT(fuse_stats(s->fuse)->read_bytes == 4 * KIB);
}

static void the_rest_of_a_page_is_read_once(void **state)
{
	(void)state;
	in_all_designs((struct fuse_setup){ 0 }, write_into_the_middle);
}

static void fsync_then_look(struct fuse_stack *s)
{
	SIM_ASSERT(fuse_write(s->inode, 0, 64 * KIB) == 0);
	SIM_ASSERT(fuse_fsync(s->inode, 0, INT64_MAX) == 0);
	SIM_ASSERT(fuse_is_idle(s->fuse));
	/* the times, then FSYNC */
	SIM_ASSERT(fuse_stats(s->fuse)->other_requests == 2);
	SIM_ASSERT(fuse_fsync(s->inode, 0, INT64_MAX) == 0);
	SIM_ASSERT(fuse_stats(s->fuse)->other_requests == 3);
}

static void fsync_waits_for_all_answers_and_tells_the_server(void **state)
{
	(void)state;
	in_all_designs((struct fuse_setup){ 0 }, fsync_then_look);
}

static void small_blocks(struct fuse_stack *s)
{
	/* blocks 0, 1 and 7 of the page */
	fuse_fill(s->inode, 4 * KIB, true);
	mm_add_clean_folio(s->inode, 0, 0);
	SIM_ASSERT(fuse_write(s->inode, 0, KIB) == 0);
	SIM_ASSERT(fuse_write(s->inode, 3584, 512) == 0);
	SIM_ASSERT(fuse_fsync(s->inode, 0, INT64_MAX) == 0);
	SIM_ASSERT(s->requests->nr_records == 2);
	expect_request(s, 0, 0, KIB);
	expect_request(s, 1, 3584, 512);
}

static void ranges_below_a_page_are_requests_of_their_own(void **state)
{
	struct fuse_setup setup = { .block_bytes = 512 };

	(void)state;
	assert_int_equal(with_fuse(&setup, small_blocks), 0);
}

static void invalidate_dirty_pages(struct fuse_stack *s)
{
	SIM_ASSERT(fuse_write(s->inode, 0, 64 * KIB) == 0);
	SIM_ASSERT(mm_invalidate(s->inode, 0, INT64_MAX) == 0);
	SIM_ASSERT(s->inode->nr_pages == 0);
	SIM_ASSERT(fuse_stats(s->fuse)->sent_bytes == 64 * KIB);
}

static void dirty_pages_are_laundered_before_they_are_invalidated(void **state)
{
	(void)state;
	in_all_designs((struct fuse_setup){ 0 }, invalidate_dirty_pages);
}

static void server_time_of_one_write(struct fuse_stack *s)
{
	uint64_t want_ns = s->mount.transport == FUSE_TRANSPORT_IO_URING
				   ? 10000 + 1000
				   : 10000 + 2 * 1000;

	start_one_page(s);
	while (!fuse_is_idle(s->fuse))
		sim_sleep_ns(s->m.sim, 1000000);
	SIM_ASSERT(sim_account_ns(s->m.sim, s->fuse->account_server) ==
		   want_ns);
}

static void io_uring_takes_one_system_call_less(void **state)
{
	struct fuse_setup setup = { .transport = FUSE_TRANSPORT_DEV };

	(void)state;
	assert_int_equal(with_fuse(&setup, server_time_of_one_write), 0);
	setup.transport = FUSE_TRANSPORT_IO_URING;
	assert_int_equal(with_fuse(&setup, server_time_of_one_write), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_ends_at_max_pages),
		cmocka_unit_test(a_request_ends_at_max_write),
		cmocka_unit_test(a_request_ends_at_a_gap),
		cmocka_unit_test(a_request_is_cropped_at_the_end_of_the_file),
		cmocka_unit_test(
			a_request_behind_the_end_of_the_file_is_dropped),
		cmocka_unit_test(the_server_is_given_max_background_requests),
		cmocka_unit_test(
			a_congested_background_keeps_the_flusher_out_not_fsync),
		cmocka_unit_test(ranges_send_a_page_of_a_large_folio),
		cmocka_unit_test(whole_folios_send_all_of_it),
		cmocka_unit_test(only_temporary_pages_end_writeback_at_once),
		cmocka_unit_test(a_writer_waits_for_the_page_that_is_under_way),
		cmocka_unit_test(
			the_newest_copy_of_a_page_goes_behind_the_request),
		cmocka_unit_test(the_rest_of_a_page_is_read_once),
		cmocka_unit_test(
			fsync_waits_for_all_answers_and_tells_the_server),
		cmocka_unit_test(ranges_below_a_page_are_requests_of_their_own),
		cmocka_unit_test(
			dirty_pages_are_laundered_before_they_are_invalidated),
		cmocka_unit_test(io_uring_takes_one_system_call_less),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
