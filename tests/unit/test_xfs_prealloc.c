/* test-links: wb_fs_xfs */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/xfs_stack.h"

/*
 * xfs.md 2.3, 1 MiB appends.  i_size 0: no preallocation.  At 1 MiB the
 * extent before has 256 blocks: 512 more from 2 MiB - 64 KiB on, so to 4 MiB -
 * 64 KiB.  There the extent has 1008 blocks, twice that is rounded down to
 * 1024: 4 MiB - 64 KiB + 4 MiB.  And so on: 2^k - 64 KiB.
 */
static void appends_of_1m(struct xfs_stack *s)
{
	static const uint64_t ends[] = { 1, 4, 4, 8, 8, 8, 8, 16 };
	struct inode *inode = xfs_create(s->xfs, "f");

	for (uint64_t i = 0; i < 64; i++) {
		SIM_ASSERT(xfs_write(inode, i * MIB, MIB) == 0);
		if (i >= 8)
			continue;
		SIM_ASSERT(mapped_end(inode) ==
			   ends[i] * MIB - (i ? 64 * KIB : 0));
	}
	SIM_ASSERT(mapped_end(inode) == 128 * MIB - 64 * KIB);
	SIM_ASSERT(xfs_nr_extents(inode) == 1);
	/* 64 folios of 1 MiB, of which 5 are cut into five: recording s01 */
	SIM_ASSERT(s->b.m.mm.stats.folios_made == 84);
	SIM_ASSERT(fsync_all(inode) == 0);
	SIM_ASSERT(s->xfs->stats.delalloc_conversions == 1);
	SIM_ASSERT(inode->nr_dirty_pages == 0);
}

static void appends_of_1_mib_preallocate_as_recorded(void **state)
{
	(void)state;
	assert_int_equal(with_xfs_stack(appends_of_1m), 0);
}

/*
 * xfs.md 2.3, s21.  At 64 KiB: 16 blocks before, 32 more behind 64 KiB: 192
 * KiB.  At 192 KiB: 48 blocks, 64 more: 448 KiB.  At 448 KiB: 112, 128
 * more: 960 KiB.
 */
static void appends_with_fsync(struct xfs_stack *s)
{
	static const uint64_t ends[] = { 64,  192, 192, 448, 448,
					 448, 448, 960, 960 };
	struct inode *inode = xfs_create(s->xfs, "f");

	for (uint64_t i = 0; i < 9; i++) {
		SIM_ASSERT(xfs_write(inode, i * 64 * KIB, 64 * KIB) == 0);
		SIM_ASSERT(mapped_end(inode) == ends[i] * KIB);
		SIM_ASSERT(fsync_all(inode) == 0);
		/* written so far, then unwritten preallocation */
		SIM_ASSERT(fork_first(&xfs_i(inode)->data)->type ==
			   EXTENT_WRITTEN);
		SIM_ASSERT(extent_end(fork_first(&xfs_i(inode)->data)) ==
			   (i + 1) * 16);
	}
	/* a conversion per preallocation: at 0, 64, 192 and 448 KiB */
	SIM_ASSERT(s->xfs->stats.delalloc_conversions == 4);
	SIM_ASSERT(record_field(s->xfs->stream_conversions, 1, 0) == 64 * KIB);
	SIM_ASSERT(record_field(s->xfs->stream_conversions, 1, 2) == 32);
	SIM_ASSERT(record_field(s->xfs->stream_conversions, 3, 2) == 128);
	SIM_ASSERT(s->xfs->stats.unwritten_conversions == 9);
}

static void appends_with_fsync_preallocate_as_recorded(void **state)
{
	(void)state;
	assert_int_equal(with_xfs_stack(appends_with_fsync), 0);
}

static void close_trims(struct xfs_stack *s)
{
	struct inode *inode = xfs_create(s->xfs, "f");
	uint64_t free_blocks = s->xfs->alloc.nr_free;

	SIM_ASSERT(xfs_write(inode, 0, MIB) == 0);
	SIM_ASSERT(xfs_write(inode, MIB, 4096) == 0);
	/* 1 MiB + 4 KiB rounded down to 64 KiB, and 512 blocks */
	SIM_ASSERT(mapped_end(inode) == 3 * MIB);
	SIM_ASSERT(s->xfs->alloc.nr_reserved == 768);
	SIM_ASSERT(fsync_all(inode) == 0);
	SIM_ASSERT(s->xfs->alloc.nr_free == free_blocks - 768);
	SIM_ASSERT(s->xfs->alloc.nr_reserved == 0);
	SIM_ASSERT(xfs_close(inode) == 0);
	SIM_ASSERT(mapped_end(inode) == MIB + 4096);
	SIM_ASSERT(s->xfs->alloc.nr_free == free_blocks - 257);
}

static void close_gives_back_what_lies_behind_the_end_of_file(void **state)
{
	(void)state;
	assert_int_equal(with_xfs_stack(close_trims), 0);
}

/* i_size below 64 KiB: none.  Behind a hole: 64 KiB. */
static void small_and_holes(struct xfs_stack *s)
{
	struct inode *small = xfs_create(s->xfs, "small");
	struct inode *holey = xfs_create(s->xfs, "holey");

	SIM_ASSERT(xfs_write(small, 0, 60 * KIB) == 0);
	SIM_ASSERT(xfs_write(small, 60 * KIB, 4 * KIB) == 0);
	SIM_ASSERT(mapped_end(small) == 64 * KIB);
	SIM_ASSERT(xfs_write(holey, 0, 64 * KIB) == 0);
	SIM_ASSERT(xfs_write(holey, MIB, 8 * KIB) == 0);
	/* 1 MiB + 8 KiB rounded down to 64 KiB is 1 MiB; 16 blocks more */
	SIM_ASSERT(mapped_end(holey) == MIB + 64 * KIB);
	SIM_ASSERT(xfs_nr_extents(holey) == 2);
	/* inside the file nothing is preallocated */
	SIM_ASSERT(xfs_write(holey, 512 * KIB, 4 * KIB) == 0);
	SIM_ASSERT(xfs_nr_extents(holey) == 3);
	SIM_ASSERT(s->xfs->alloc.nr_reserved == 16 + 16 + 16 + 1);
}

static void small_files_and_holes_get_little(void **state)
{
	(void)state;
	assert_int_equal(with_xfs_stack(small_and_holes), 0);
}

/* 4 MiB at most per mapping call, without preallocation. */
static void long_write(struct xfs_stack *s)
{
	struct inode *inode = xfs_create(s->xfs, "f");

	s->config.preallocation = false;
	SIM_ASSERT(xfs_write(inode, 0, 10 * MIB) == 0);
	SIM_ASSERT(mapped_end(inode) == 10 * MIB);
	SIM_ASSERT(s->xfs->alloc.nr_reserved == 2560);
	/* three calls: 4 + 4 + 2 MiB; folios of 2 MiB */
	SIM_ASSERT(s->b.m.mm.stats.folios_made == 5);
	SIM_ASSERT(xfs_write(inode, 10 * MIB, 4096) == 0);
	SIM_ASSERT(mapped_end(inode) == 10 * MIB + 4096);
}

static void without_the_rule_only_what_is_written_is_reserved(void **state)
{
	(void)state;
	assert_int_equal(with_xfs_stack(long_write), 0);
}

/* allocsize=1 MiB: always that much, rounded to it. */
static void alloc_size(struct xfs_stack *s)
{
	struct inode *inode = xfs_create(s->xfs, "f");

	s->xfs->geometry.alloc_size_bytes = MIB;
	SIM_ASSERT(xfs_write(inode, 0, 4096) == 0);
	SIM_ASSERT(mapped_end(inode) == MIB);
	SIM_ASSERT(xfs_write(inode, 4096, 2 * MIB) == 0);
	/* what was reserved, then from 1 MiB to 2 MiB + 4 KiB: 3 MiB */
	SIM_ASSERT(mapped_end(inode) == 3 * MIB);
}

static void the_mount_option_fixes_the_preallocation(void **state)
{
	(void)state;
	assert_int_equal(with_xfs_stack(alloc_size), 0);
}

/* 524288 blocks, below 5 % free: a quarter of 2 * 256, so 128 blocks. */
static void low_space(struct xfs_stack *s)
{
	struct xfs_alloc *alloc = &s->xfs->alloc;
	struct inode *inode = xfs_create(s->xfs, "f");

	SIM_ASSERT(xfs_write(inode, 0, MIB) == 0);
	alloc->nr_reserved += alloc->nr_free - alloc->nr_reserved - 25000;
	SIM_ASSERT(xfs_write(inode, MIB, 64 * KIB) == 0);
	SIM_ASSERT(mapped_end(inode) == MIB + 512 * KIB);
}

static void little_free_space_shrinks_the_preallocation(void **state)
{
	(void)state;
	assert_int_equal(with_xfs_stack(low_space), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(appends_of_1_mib_preallocate_as_recorded),
		cmocka_unit_test(appends_with_fsync_preallocate_as_recorded),
		cmocka_unit_test(
			close_gives_back_what_lies_behind_the_end_of_file),
		cmocka_unit_test(small_files_and_holes_get_little),
		cmocka_unit_test(
			without_the_rule_only_what_is_written_is_reserved),
		cmocka_unit_test(the_mount_option_fixes_the_preallocation),
		cmocka_unit_test(little_free_space_shrinks_the_preallocation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
