/* test-links: wb_fs_bdev */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "models/fs/bdev/bdev.h"
#include "tests/unit/blk_stack.h"

static const struct bdev_costs no_costs;

static struct bdev *device_of(struct blk_stack *s, uint64_t size_bytes,
			      bool large_folios, bool buffer_heads)
{
	const struct bdev_geometry geometry = {
		.size_bytes = size_bytes,
		.block_bytes = 4096,
		.logical_block_bytes = 512,
		.large_folios = large_folios,
		.buffer_heads = buffer_heads,
	};

	return bdev_new(&s->m.mm, &s->ioends, s->design, &geometry, &no_costs);
}

/* 128 KiB is what pushes the oldest request out: 64 KiB stay in the plug. */
static void one_bio_each(struct blk_stack *s)
{
	struct bdev *bdev = device_of(s, GIB, true, true);
	struct inode *inode = bdev_create(bdev, "/dev/x");

	SIM_ASSERT(bdev_write(inode, 0, 64 * KIB) == 0);
	SIM_ASSERT(s->m.mm.stats.folios_made == 1);
	SIM_ASSERT(mm_fdatawrite(inode, 0, INT64_MAX) == 0);
	SIM_ASSERT(s->queue.stats.bios == 16);
	SIM_ASSERT(s->queue.stats.merges == 15);
	SIM_ASSERT(s->nr_kept == 1);
	SIM_ASSERT(s->kept[0].bytes == 64 * KIB);
	SIM_ASSERT(s->ioends.stats.ioends == 0);
	SIM_ASSERT(s->queue.stats.plugs == 1);
	SIM_ASSERT(inode->nr_writeback_pages == 16);
	end_all_requests(s);
	SIM_ASSERT(inode->nr_writeback_pages == 0);
	bdev_free(bdev);
}

static void every_dirty_buffer_is_a_bio_that_merges_in_the_plug(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(one_bio_each), 0);
}

static void plug_order(struct blk_stack *s)
{
	struct bdev *bdev = device_of(s, GIB, true, true);
	struct inode *inode = bdev_create(bdev, "/dev/x");

	s->queue.limits.max_sectors = 1024;
	SIM_ASSERT(bdev_write(inode, 0, 2 * MIB) == 0);
	SIM_ASSERT(mm_fdatawrite(inode, 0, INT64_MAX) == 0);
	SIM_ASSERT(s->queue.stats.bios == 512);
	SIM_ASSERT(s->nr_kept == 4);
	for (size_t i = 0; i < 4; i++)
		SIM_ASSERT(s->kept[i].bytes == 512 * KIB);
	end_all_requests(s);
	bdev_free(bdev);
}

static void a_long_run_becomes_requests_of_the_largest_size(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(plug_order), 0);
}

static void parts_of_a_folio(struct blk_stack *s)
{
	struct bdev *bdev = device_of(s, GIB, true, true);
	struct inode *inode = bdev_create(bdev, "/dev/x");

	mm_add_clean_folio(inode, 0, 4);
	SIM_ASSERT(bdev_write(inode, 8192, 4096) == 0);
	SIM_ASSERT(bdev_write(inode, 32768, 100) == 0);
	SIM_ASSERT(s->m.mm.stats.partial_reads_left_out == 0);
	SIM_ASSERT(mm_fdatawrite(inode, 0, INT64_MAX) == 0);
	SIM_ASSERT(s->nr_kept == 2);
	SIM_ASSERT(s->kept[0].sector == 16 && s->kept[0].bytes == 4096);
	SIM_ASSERT(s->kept[1].sector == 64 && s->kept[1].bytes == 4096);
	/* under writeback until both are done */
	end_requests(s, 1);
	SIM_ASSERT(inode->nr_writeback_pages == 16);
	end_requests(s, 1);
	SIM_ASSERT(inode->nr_writeback_pages == 0);
	/* clean buffers stay unwritten */
	SIM_ASSERT(mm_fdatawrite(inode, 0, INT64_MAX) == 0);
	SIM_ASSERT(s->nr_kept == 2);
	bdev_free(bdev);
}

static void only_dirty_buffers_of_a_large_folio_are_written(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(parts_of_a_folio), 0);
}

static void small_folios(struct blk_stack *s)
{
	struct bdev *bdev = device_of(s, GIB, false, true);
	struct inode *inode = bdev_create(bdev, "/dev/x");

	SIM_ASSERT(bdev_write(inode, 0, MIB) == 0);
	SIM_ASSERT(s->m.mm.stats.folios_made == 256);
	bdev_free(bdev);
}

static void without_large_folios_there_is_one_folio_per_page(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(small_folios), 0);
}

/* 3 KiB more than whole pages: 1 KiB blocks. */
static void block_sizes(struct blk_stack *s)
{
	struct bdev *bdev = device_of(s, MIB + 3 * KIB, true, true);
	struct inode *inode = bdev_create(bdev, "/dev/x");

	SIM_ASSERT(inode->block_shift == 10);
	/* the last page holds three blocks */
	SIM_ASSERT(bdev_write(inode, MIB, 3 * KIB) == 0);
	SIM_ASSERT(bdev_write(inode, MIB, 4 * KIB) == -ENOSPC);
	SIM_ASSERT(mm_fdatawrite(inode, 0, INT64_MAX) == 0);
	SIM_ASSERT(s->queue.stats.bios == 3);
	end_all_requests(s);
	bdev_free(bdev);
}

static void blocks_are_the_largest_that_divide_the_device(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(block_sizes), 0);
}

static void through_ioends(struct blk_stack *s)
{
	struct bdev *bdev = device_of(s, GIB, true, false);
	struct inode *inode = bdev_create(bdev, "/dev/x");

	SIM_ASSERT(bdev_write(inode, MIB, MIB) == 0);
	SIM_ASSERT(bdev_write(inode, 4 * MIB, 4096) == 0);
	SIM_ASSERT(mm_fdatawrite(inode, 0, INT64_MAX) == 0);
	SIM_ASSERT(s->ioends.stats.ioends == 2);
	SIM_ASSERT(s->kept[0].sector == MIB / 512);
	SIM_ASSERT(s->kept[0].bytes == MIB);
	SIM_ASSERT(s->kept[1].sector == 4 * MIB / 512);
	SIM_ASSERT(s->queue.stats.plugs == 0);
	end_all_requests(s);
	bdev_free(bdev);
}

static void without_buffer_heads_it_goes_through_ioends(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(through_ioends), 0);
}

static void end_the_first(void *arg)
{
	sim_irq(((struct blk_stack *)arg)->m.sim, 0, end_kept, arg);
}

static void last_close(struct blk_stack *s)
{
	struct bdev *bdev = device_of(s, GIB, true, true);
	struct inode *inode = bdev_create(bdev, "/dev/x");

	SIM_ASSERT(bdev_create(bdev, "/dev/y") == inode);
	SIM_ASSERT(bdev_open(inode, false) == 0);
	SIM_ASSERT(bdev_open(inode, false) == 0);
	SIM_ASSERT(bdev_write(inode, 0, 4096) == 0);
	SIM_ASSERT(bdev_close(inode) == 0);
	SIM_ASSERT(inode->nr_dirty_pages == 1);
	sim_after(s->m.sim, 500, end_the_first, s);
	SIM_ASSERT(bdev_close(inode) == 0);
	SIM_ASSERT(s->nr_kept == 1);
	SIM_ASSERT(inode->nr_pages == 0);
	bdev_free(bdev);
}

static void the_last_close_writes_back_and_drops_the_cache(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(last_close), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			every_dirty_buffer_is_a_bio_that_merges_in_the_plug),
		cmocka_unit_test(
			a_long_run_becomes_requests_of_the_largest_size),
		cmocka_unit_test(
			only_dirty_buffers_of_a_large_folio_are_written),
		cmocka_unit_test(
			without_large_folios_there_is_one_folio_per_page),
		cmocka_unit_test(blocks_are_the_largest_that_divide_the_device),
		cmocka_unit_test(without_buffer_heads_it_goes_through_ioends),
		cmocka_unit_test(
			the_last_close_writes_back_and_drops_the_cache),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
