/* test-links: wb_fs_xfs */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/xfs_stack.h"

/* Write back without waiting; the requests stay with the driver. */
static void start_writeback(struct inode *inode)
{
	SIM_ASSERT(mm_fdatawrite(inode, 0, INT64_MAX) == 0);
}

static void wait_for_all(struct inode *inode)
{
	SIM_ASSERT(mm_write_and_wait(inode, 0, INT64_MAX) == 0);
}

/* Sixteen ioends of 4 KiB over one unwritten extent. */
static struct inode *sixteen_ioends(struct xfs_stack *s)
{
	s->b.m.mm_config.max_folio_bytes = 4096;

	struct inode *inode = xfs_create(s->xfs, "f");

	SIM_ASSERT(xfs_fill(inode, 64 * KIB, false) == 0);
	s->b.ioend_config.max_folios = 1;
	s->hold_data = true;
	SIM_ASSERT(xfs_write(inode, 0, 64 * KIB) == 0);
	start_writeback(inode);
	SIM_ASSERT(s->b.nr_kept == 16);
	return inode;
}

static void end_together(struct xfs_stack *s)
{
	const struct xfs_stats *stats = &s->xfs->stats;
	struct inode *inode = sixteen_ioends(s);

	end_all_requests(&s->b);
	wait_for_all(inode);
	SIM_ASSERT(stats->ioends_queued == 16);
	SIM_ASSERT(stats->completion_runs == 1);
	SIM_ASSERT(stats->completion_lists == 1);
	SIM_ASSERT(stats->unwritten_conversions == 1);
	SIM_ASSERT(s->b.ioends.stats.merged == 15);
	SIM_ASSERT(stats->size_updates == 0);
	SIM_ASSERT(xfs_nr_extents(inode) == 1);
	SIM_ASSERT(fork_first(&xfs_i(inode)->data)->type == EXTENT_WRITTEN);
}

static void end_one_by_one(struct xfs_stack *s)
{
	const struct xfs_stats *stats = &s->xfs->stats;
	struct inode *inode = sixteen_ioends(s);

	for (unsigned int i = 0; i < 16; i++)
		end_requests(&s->b, 1);
	wait_for_all(inode);
	SIM_ASSERT(stats->completion_runs == 16);
	SIM_ASSERT(stats->unwritten_conversions == 16);
	SIM_ASSERT(s->b.ioends.stats.merged == 0);
	SIM_ASSERT(xfs_nr_extents(inode) == 1);
}

static void merged_completions_save_transactions(void **state)
{
	(void)state;
	assert_int_equal(with_xfs_stack(end_together), 0);
	assert_int_equal(with_xfs_stack(end_one_by_one), 0);
}

/* Two requests that end in the wrong order are sorted and merged. */
static void end_swapped(struct xfs_stack *s)
{
	struct inode *inode = sixteen_ioends(s);

	for (unsigned int i = 0; i < 8; i++) {
		struct request *rq = s->b.kept[i].rq;

		s->b.kept[i].rq = s->b.kept[15 - i].rq;
		s->b.kept[15 - i].rq = rq;
	}
	end_all_requests(&s->b);
	wait_for_all(inode);
	SIM_ASSERT(s->xfs->stats.unwritten_conversions == 1);
	SIM_ASSERT(s->b.ioends.stats.merged == 15);
}

static void the_order_in_which_bios_end_does_not_matter(void **state)
{
	(void)state;
	assert_int_equal(with_xfs_stack(end_swapped), 0);
}

/* 16 blocks at disk block 1000, 16 at 5000. */
static void two_extents(struct xfs_stack *s)
{
	const struct xfs_stats *stats = &s->xfs->stats;
	struct inode *inode = xfs_create(s->xfs, "f");
	struct xfs_inode *ip = xfs_i(inode);

	fork_insert(&ip->data, 0, 16, EXTENT_UNWRITTEN, 1000);
	fork_insert(&ip->data, 16, 16, EXTENT_UNWRITTEN, 5000);
	inode->size_bytes = 128 * KIB;
	ip->disk_size_bytes = 128 * KIB;
	SIM_ASSERT(xfs_write(inode, 0, 128 * KIB) == 0);
	s->hold_data = true;
	start_writeback(inode);
	/* each mapping is asked for once; a folio each */
	SIM_ASSERT(s->b.nr_kept == 2);
	SIM_ASSERT(s->b.kept[0].sector == 8000);
	SIM_ASSERT(s->b.kept[1].sector == 40000);
	end_all_requests(&s->b);
	wait_for_all(inode);
	SIM_ASSERT(stats->completion_lists == 2);
	SIM_ASSERT(stats->unwritten_conversions == 2);
	/* the test's blocks were never the allocator's */
	fork_punch(&ip->data, 0, 32, NULL, NULL);
}

static void each_extent_is_a_transaction_of_its_own(void **state)
{
	(void)state;
	assert_int_equal(with_xfs_stack(two_extents), 0);
}

static void append(struct xfs_stack *s)
{
	struct inode *inode = xfs_create(s->xfs, "f");
	struct xfs_inode *ip = xfs_i(inode);

	SIM_ASSERT(xfs_write(inode, 0, 10000) == 0);
	SIM_ASSERT(ip->disk_size_bytes == 0);
	SIM_ASSERT(fsync_all(inode) == 0);
	/* delayed blocks become unwritten: conversion and size in one */
	SIM_ASSERT(ip->disk_size_bytes == 10000);
	SIM_ASSERT(s->xfs->stats.delalloc_conversions == 1);
	SIM_ASSERT(s->xfs->stats.unwritten_conversions == 1);
	SIM_ASSERT(s->xfs->stats.size_updates == 0);
	SIM_ASSERT(s->xfs->log.nr_forces == 1);
	/* the last block was converted whole: 3 blocks */
	SIM_ASSERT(extent_end(fork_first(&ip->data)) == 3);
}

static void an_append_raises_the_size_in_its_conversion(void **state)
{
	(void)state;
	assert_int_equal(with_xfs_stack(append), 0);
}

/* Written blocks beyond the on-disk size: a transaction for the size only. */
static void size_only(struct xfs_stack *s)
{
	struct inode *inode = xfs_create(s->xfs, "f");
	struct xfs_inode *ip = xfs_i(inode);

	SIM_ASSERT(xfs_fill(inode, 64 * KIB, true) == 0);
	ip->disk_size_bytes = 4096;
	SIM_ASSERT(xfs_write(inode, 0, 64 * KIB) == 0);
	SIM_ASSERT(fsync_all(inode) == 0);
	SIM_ASSERT(s->xfs->stats.ioends_queued == 1);
	SIM_ASSERT(s->xfs->stats.unwritten_conversions == 0);
	SIM_ASSERT(s->xfs->stats.size_updates == 1);
	SIM_ASSERT(ip->disk_size_bytes == 64 * KIB);
}

static void written_blocks_beyond_the_disk_size_only_raise_it(void **state)
{
	(void)state;
	assert_int_equal(with_xfs_stack(size_only), 0);
}

static void overwrite(struct xfs_stack *s)
{
	struct inode *inode = xfs_create(s->xfs, "f");

	SIM_ASSERT(xfs_fill(inode, MIB, true) == 0);
	SIM_ASSERT(xfs_write(inode, 64 * KIB, 64 * KIB) == 0);
	SIM_ASSERT(fsync_all(inode) == 0);
	SIM_ASSERT(s->xfs->stats.ioends_queued == 0);
	SIM_ASSERT(s->xfs->stats.completion_runs == 0);
	SIM_ASSERT(s->xfs->stats.unwritten_conversions == 0);
	SIM_ASSERT(s->xfs->stats.size_updates == 0);
	SIM_ASSERT(s->b.ioends.stats.finished == 1);
}

static void an_overwrite_ends_in_the_interrupt(void **state)
{
	(void)state;
	assert_int_equal(with_xfs_stack(overwrite), 0);
}

/* Sixteen ioends over written blocks, ended by one interrupt. */
static void overwrite_ended_as(struct xfs_stack *s, int completion)
{
	struct inode *inode;

	s->b.m.mm_config.max_folio_bytes = 4096;
	s->b.ioend_config.max_folios = 1;
	s->b.ioend_config.completion = completion;
	inode = xfs_create(s->xfs, "f");
	SIM_ASSERT(xfs_fill(inode, 64 * KIB, true) == 0);
	s->hold_data = true;
	SIM_ASSERT(xfs_write(inode, 0, 64 * KIB) == 0);
	start_writeback(inode);
	end_all_requests(&s->b);
	wait_for_all(inode);
	SIM_ASSERT(s->b.ioends.stats.finished == 16);
	SIM_ASSERT(s->xfs->stats.unwritten_conversions == 0);
}

static void overwrite_in_work_queue(struct xfs_stack *s)
{
	overwrite_ended_as(s, IOEND_END_WORK_QUEUE);
	SIM_ASSERT(s->xfs->stats.completion_runs == 1);
	SIM_ASSERT(s->b.ioends.stats.merged == 15);
	SIM_ASSERT(s->b.ioends.stats.ended_in_task == 0);
}

static void overwrite_per_cpu(struct xfs_stack *s)
{
	overwrite_ended_as(s, IOEND_END_PER_CPU);
	SIM_ASSERT(s->xfs->stats.completion_runs == 0);
	SIM_ASSERT(s->b.ioends.stats.merged == 0);
	SIM_ASSERT(s->b.ioends.stats.ended_in_task == 16);
	SIM_ASSERT(s->b.ioends.stats.task_batches == 1);
}

static void an_overwrite_ends_where_the_key_says(void **state)
{
	(void)state;
	assert_int_equal(with_xfs_stack(overwrite_in_work_queue), 0);
	assert_int_equal(with_xfs_stack(overwrite_per_cpu), 0);
}

/* Two fsyncs: the second has nothing to write and nothing to force. */
static void fsync_twice(struct xfs_stack *s)
{
	struct inode *inode = xfs_create(s->xfs, "f");

	SIM_ASSERT(xfs_write(inode, 0, 4096) == 0);
	SIM_ASSERT(fsync_all(inode) == 0);
	uint64_t requests = s->b.queue.stats.requests;

	SIM_ASSERT(fsync_all(inode) == 0);
	SIM_ASSERT(s->xfs->log.nr_forces == 1);
	SIM_ASSERT(s->b.queue.stats.requests == requests);
	/* the group's four headers, data, and one log record (no volatile
	 * cache: no flush) */
	SIM_ASSERT(requests == 6);
	SIM_ASSERT(s->b.queue.stats.data_requests == 1);
}

static void fsync_forces_the_log_only_after_a_change(void **state)
{
	(void)state;
	assert_int_equal(with_xfs_stack(fsync_twice), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(merged_completions_save_transactions),
		cmocka_unit_test(the_order_in_which_bios_end_does_not_matter),
		cmocka_unit_test(each_extent_is_a_transaction_of_its_own),
		cmocka_unit_test(an_append_raises_the_size_in_its_conversion),
		cmocka_unit_test(
			written_blocks_beyond_the_disk_size_only_raise_it),
		cmocka_unit_test(an_overwrite_ends_in_the_interrupt),
		cmocka_unit_test(an_overwrite_ends_where_the_key_says),
		cmocka_unit_test(fsync_forces_the_log_only_after_a_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
