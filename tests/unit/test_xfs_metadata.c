/* test-links: wb_fs_xfs wb_device */
/*
 * What a freshly mounted XFS reads before it can make a file or give blocks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/xfs_stack.h"

#define NR_INODE_TREE_READS 3
#define NR_AG_READS         4

static uint64_t requests(const struct xfs_stack *s)
{
	return s->b.queue.stats.requests;
}

static void create_two(struct xfs_stack *s)
{
	struct inode *f = xfs_create(s->xfs, "f");
	struct inode *g = xfs_create(s->xfs, "g");

	SIM_ASSERT(xfs_open(f, false) == 0);
	SIM_ASSERT(requests(s) == NR_INODE_TREE_READS);
	/* one after another: each waits for the device's 100 ns */
	SIM_ASSERT(sim_now_ns(s->b.m.sim) >= NR_INODE_TREE_READS * 100);
	SIM_ASSERT(xfs_open(g, false) == 0);
	SIM_ASSERT(xfs_open(f, false) == 0);
	SIM_ASSERT(requests(s) == NR_INODE_TREE_READS);
	SIM_ASSERT(s->b.queue.stats.data_requests == 0);
}

static void the_first_file_reads_the_inode_trees(void **state)
{
	(void)state;
	assert_int_equal(with_xfs_stack(create_two), 0);
}

static void write_two(struct xfs_stack *s)
{
	struct inode *f = xfs_create(s->xfs, "f");
	struct inode *g = xfs_create(s->xfs, "g");
	uint64_t before;

	SIM_ASSERT(xfs_write(f, 0, 4096) == 0);
	SIM_ASSERT(requests(s) == 0);
	SIM_ASSERT(mm_write_and_wait(f, 0, INT64_MAX) == 0);
	SIM_ASSERT(requests(s) == NR_AG_READS + 1);
	/* same group, more blocks: nothing is read again */
	before = requests(s);
	SIM_ASSERT(xfs_write(f, MIB, 4096) == 0);
	SIM_ASSERT(mm_write_and_wait(f, 0, INT64_MAX) == 0);
	SIM_ASSERT(requests(s) == before + 1);
	/* the next file takes blocks from the next group */
	before = requests(s);
	SIM_ASSERT(xfs_write(g, 0, 4096) == 0);
	SIM_ASSERT(mm_write_and_wait(g, 0, INT64_MAX) == 0);
	SIM_ASSERT(requests(s) == before + NR_AG_READS + 1);
}

static void the_first_blocks_of_a_group_read_its_headers(void **state)
{
	(void)state;
	assert_int_equal(with_xfs_stack(write_two), 0);
}

static void fallocate_twice(struct xfs_stack *s)
{
	struct inode *f = xfs_create(s->xfs, "f");

	SIM_ASSERT(xfs_fallocate(f, 0, MIB) == 0);
	SIM_ASSERT(requests(s) == NR_AG_READS);
	SIM_ASSERT(xfs_fallocate(f, MIB, MIB) == 0);
	SIM_ASSERT(requests(s) == NR_AG_READS);
}

static void fallocate_reads_them_too(void **state)
{
	(void)state;
	assert_int_equal(with_xfs_stack(fallocate_twice), 0);
}

static void overwrite(struct xfs_stack *s)
{
	struct inode *f = xfs_create(s->xfs, "f");

	SIM_ASSERT(xfs_fill(f, MIB, true) == 0);
	SIM_ASSERT(xfs_open(f, false) == 0);
	SIM_ASSERT(xfs_write(f, 0, 4096) == 0);
	SIM_ASSERT(mm_write_and_wait(f, 0, INT64_MAX) == 0);
	SIM_ASSERT(requests(s) == 1);
}

static void a_file_that_was_there_needs_no_read(void **state)
{
	(void)state;
	assert_int_equal(with_xfs_stack(overwrite), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_file_reads_the_inode_trees),
		cmocka_unit_test(the_first_blocks_of_a_group_read_its_headers),
		cmocka_unit_test(fallocate_reads_them_too),
		cmocka_unit_test(a_file_that_was_there_needs_no_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
