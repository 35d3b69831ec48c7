/* test-links: wb_fs_xfs_zoned */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>

#include "tests/unit/zoned_stack.h"

static int sync_all(struct inode *inode)
{
	return xfs_zoned_fsync(inode, 0, INT64_MAX);
}

static struct inode *new_file(struct zoned_stack *s)
{
	struct inode *inode = xfs_zoned_create(s->fs, "f");

	SIM_ASSERT(xfs_zoned_open(inode, false) == 0);
	return inode;
}

/* 60 blocks: 48 fill the first zone; appends of 5, the rest of each short. */
static void two_zones(struct zoned_stack *s)
{
	struct inode *inode = new_file(s);

	s->disk.max_delay_ns = 1;
	SIM_ASSERT(write_blocks(s, inode, 0, 60) == 0);
	SIM_ASSERT(s->b.m.mm.stats.folios_made == 1 + 1 + 1 + 1);
	SIM_ASSERT(sync_all(inode) == 0);
	SIM_ASSERT(s->disk.nr_appends == 10 + 3);
	SIM_ASSERT(s->disk.wp[0] == 48 && s->disk.wp[1] == 12);
	SIM_ASSERT(s->fs->rtgs.zones[0].state == RTG_FULL);
	SIM_ASSERT(s->b.ioends.stats.parts == 12);
	SIM_ASSERT(xfs_zoned_nr_zones(inode) == 2);
	SIM_ASSERT(xfs_zoned_nr_extents(inode) == 2);
	check_contents(s, inode);
	check_space(s);
}

static void an_ioend_is_cut_at_append_limit_and_end_of_zone(void **state)
{
	(void)state;
	assert_int_equal(with_zoned_stack(NULL, two_zones, 1), 0);
}

/* In order nothing is between parts: they end as one range and one extent. */
static void in_order(struct zoned_stack *s)
{
	struct inode *inode = new_file(s);

	s->disk.max_delay_ns = 1;
	SIM_ASSERT(write_blocks(s, inode, 0, 40) == 0);
	SIM_ASSERT(sync_all(inode) == 0);
	SIM_ASSERT(xfs_zoned_nr_extents(inode) == 1);
	SIM_ASSERT(s->fs->stats.ioends_queued == 8);
	SIM_ASSERT(s->b.ioends.stats.merged ==
		   8 - s->fs->stats.completion_lists);
	SIM_ASSERT(xfsz_i(inode)->disk_size_bytes == 40 * 4096);
}

/* Appends that overtook one another do not lie as the file does. */
static void out_of_order(struct zoned_stack *s)
{
	struct inode *inode = new_file(s);

	s->disk.max_delay_ns = 1000000;
	SIM_ASSERT(write_blocks(s, inode, 0, 40) == 0);
	SIM_ASSERT(sync_all(inode) == 0);
	SIM_ASSERT(xfs_zoned_nr_extents(inode) > 1);
	check_contents(s, inode);
	check_space(s);
}

static void parts_merge_by_the_place_they_landed_in(void **state)
{
	(void)state;
	assert_int_equal(with_zoned_stack(NULL, in_order, 1), 0);
	assert_int_equal(with_zoned_stack(NULL, out_of_order, 1), 0);
}

/* The map takes exactly the dirty range out of the delayed extent. */
static void only_dirty(struct zoned_stack *s)
{
	struct inode *inode = new_file(s);
	struct xfsz_inode *ip = xfsz_i(inode);

	SIM_ASSERT(write_blocks(s, inode, 0, 4) == 0);
	SIM_ASSERT(write_blocks(s, inode, 8, 4) == 0);
	SIM_ASSERT(ip->cow.nr_extents == 2);
	SIM_ASSERT(s->fs->space.free == 20 * 48 - 8);
	SIM_ASSERT(xfs_zoned_fsync(inode, 0, 4096) == 0);
	SIM_ASSERT(ip->cow.nr_extents == 1);
	SIM_ASSERT(fork_first(&ip->cow)->start == 8);
	SIM_ASSERT(xfs_zoned_truncate(inode, 0) == 0);
	SIM_ASSERT(ip->cow.nr_extents == 0);
	SIM_ASSERT(s->fs->space.free == 20 * 48);
	check_space(s);
}

static void writeback_maps_the_dirty_range_and_no_more(void **state)
{
	(void)state;
	assert_int_equal(with_zoned_stack(NULL, only_dirty, 1), 0);
}

static void conventional_setup(struct zoned_stack *s)
{
	s->disk.nr_conventional = DISK_ZONES;
}

static void conventional(struct zoned_stack *s)
{
	struct inode *inode = new_file(s);

	SIM_ASSERT(write_blocks(s, inode, 0, 60) == 0);
	SIM_ASSERT(sync_all(inode) == 0);
	SIM_ASSERT(s->disk.nr_appends == 0);
	SIM_ASSERT(s->fs->rtgs.zones[0].used == 48);
	SIM_ASSERT(xfs_zoned_nr_extents(inode) == 2);
	check_contents(s, inode);
	check_space(s);
}

static void conventional_zones_are_written_in_place(void **state)
{
	(void)state;
	assert_int_equal(with_zoned_stack(conventional_setup, conventional, 1),
			 0);
}

static void plugged_setup(struct zoned_stack *s)
{
	s->config.data_op = ZONE_DATA_WRITE;
}

/* The disk refuses any write that is not at the write pointer. */
static void plugged(struct zoned_stack *s)
{
	struct inode *inode = new_file(s);

	SIM_ASSERT(write_blocks(s, inode, 0, 60) == 0);
	SIM_ASSERT(sync_all(inode) == 0);
	SIM_ASSERT(s->disk.nr_appends == 0 && s->disk.nr_writes > 0);
	SIM_ASSERT(xfs_zoned_nr_extents(inode) == 2);
	check_contents(s, inode);
}

static void plugged_writes_keep_the_order_of_the_file(void **state)
{
	(void)state;
	assert_int_equal(with_zoned_stack(plugged_setup, plugged, 3), 0);
}

/* 20 zones of 48 blocks are the user's: overwrite 600 blocks again and again. */
static void overwrite(struct zoned_stack *s)
{
	struct inode *inode = new_file(s);
	struct rng rng;

	rng_init(&rng, 7, "overwrite");
	for (uint64_t block = 0; block < 500; block += 50)
		SIM_ASSERT(write_blocks(s, inode, block, 50) == 0);
	for (unsigned int i = 0; i < 2000; i++) {
		SIM_ASSERT(write_blocks(s, inode, rng_below(&rng, 500), 1) ==
			   0);
		if (i % 64 == 0)
			SIM_ASSERT(sync_all(inode) == 0);
	}
	SIM_ASSERT(sync_all(inode) == 0);
	while (s->fs->gc.running)
		sim_sleep_ns(s->b.m.sim, 1000000);
	SIM_ASSERT(s->fs->stats.gc_blocks > 500);
	SIM_ASSERT(s->fs->stats.zone_resets > 20);
	SIM_ASSERT(s->disk.nr_resets == s->fs->stats.zone_resets);
	check_contents(s, inode);
	check_space(s);
}

static void collection_loses_nothing_and_frees_zones(void **state)
{
	(void)state;
	assert_int_equal(with_zoned_stack(NULL, overwrite, 1), 0);
}

static void full(struct zoned_stack *s)
{
	struct inode *a = new_file(s);
	struct inode *b = new_file(s);

	for (uint64_t block = 0; block < 480; block += 48)
		SIM_ASSERT(write_blocks(s, a, block, 48) == 0);
	/* one more than is written is asked for, in case of a cut block */
	for (uint64_t block = 0; block < 432; block += 48)
		SIM_ASSERT(write_blocks(s, b, block, 48) == 0);
	SIM_ASSERT(write_blocks(s, b, 432, 48) == -ENOSPC);
	SIM_ASSERT(s->fs->stats.space_flushes == 1);
	SIM_ASSERT(write_blocks(s, b, 432, 47) == 0);
	SIM_ASSERT(sync_all(a) == 0 && sync_all(b) == 0);
	SIM_ASSERT(xfs_zoned_truncate(a, 48 * 4096) == 0);
	SIM_ASSERT(write_blocks(s, b, 480, 20) == 0);
	SIM_ASSERT(sync_all(b) == 0);
	SIM_ASSERT(s->fs->stats.zone_resets > 0);
	check_contents(s, a);
	check_contents(s, b);
}

static void a_full_file_system_says_so_and_takes_back_space(void **state)
{
	(void)state;
	assert_int_equal(with_zoned_stack(NULL, full, 1), 0);
}

static void aged_setup(struct zoned_stack *s)
{
	s->geometry.fill_ppm = 500000;
	s->geometry.fragmentation_ppm = 400000;
}

/* 480 live blocks in 10 + 40 % of the 10 zones more that there are. */
static void aged(struct zoned_stack *s)
{
	const struct rtg_set *rtgs = &s->fs->rtgs;
	uint64_t used = 0;
	uint32_t nr_full = 0;

	for (uint32_t i = 0; i < rtgs->nr_zones; i++) {
		used += rtgs->zones[i].used;
		nr_full += rtgs->zones[i].state == RTG_FULL;
	}
	SIM_ASSERT(used == 480);
	SIM_ASSERT(nr_full == 14);
	SIM_ASSERT(s->disk.wp[13] == 48 && s->disk.wp[14] == 0);
	SIM_ASSERT(s->fs->space.free == 480);
	SIM_ASSERT(s->fs->space.available == 6 * 48);
}

static void the_aged_state_has_its_fill_and_its_scatter(void **state)
{
	(void)state;
	assert_int_equal(with_zoned_stack(aged_setup, aged, 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			an_ioend_is_cut_at_append_limit_and_end_of_zone),
		cmocka_unit_test(parts_merge_by_the_place_they_landed_in),
		cmocka_unit_test(writeback_maps_the_dirty_range_and_no_more),
		cmocka_unit_test(conventional_zones_are_written_in_place),
		cmocka_unit_test(plugged_writes_keep_the_order_of_the_file),
		cmocka_unit_test(collection_loses_nothing_and_frees_zones),
		cmocka_unit_test(
			a_full_file_system_says_so_and_takes_back_space),
		cmocka_unit_test(the_aged_state_has_its_fill_and_its_scatter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
