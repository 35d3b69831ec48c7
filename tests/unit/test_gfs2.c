/* test-links: wb_fs_gfs2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "models/fs/gfs2/gfs2.h"
#include "tests/unit/blk_stack.h"

#define BLOCK 4096ull

static struct gfs2 *mount(struct blk_stack *s)
{
	static const struct gfs2_geometry geometry = {
		.size_bytes = 2 * GIB,
		.block_bytes = BLOCK,
	};

	/* folios that follow each other share a segment: no 256-vec cap */
	s->m.frames.policy = FRAMES_ALWAYS;
	return gfs2_new(&s->m.mm, &s->ioends, s->design, &geometry);
}

static void write_back(struct blk_stack *s, struct inode *inode)
{
	SIM_ASSERT(mm_fdatawrite(inode, 0, INT64_MAX) == 0);
	end_all_requests(s);
}

/*
 * 232 bytes of inode leave 483 pointers, 24 of header 509: the second
 * pointer block's own block lies between data block 508 and 509, the first
 * one's between 482 and 483.
 */
static void pointer_blocks(struct blk_stack *s)
{
	static const uint64_t blocks[] = { 483, 26, 509, 6 };
	struct gfs2 *gfs2 = mount(s);
	struct inode *inode = gfs2_create(gfs2, "f");
	uint64_t sector = 0;

	for (uint64_t i = 0; i < 1024; i++)
		SIM_ASSERT(gfs2_write(inode, i * BLOCK, BLOCK) == 0);
	write_back(s, inode);
	SIM_ASSERT(s->nr_kept == 4);
	for (size_t i = 0; i < 4; i++) {
		SIM_ASSERT(s->kept[i].bytes == blocks[i] * BLOCK);
		if (i)
			SIM_ASSERT(s->kept[i].sector == sector + 8);
		sector = s->kept[i].sector + s->kept[i].bytes / 512;
	}
	gfs2_free(gfs2);
}

static void a_map_ends_at_a_pointer_block_and_so_does_the_ioend(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(pointer_blocks), 0);
}

static uint64_t straight(const struct inode *inode, bool is_cow,
			 uint64_t file_bytes, uint64_t *ret_run_bytes,
			 void *arg)
{
	(void)inode;
	(void)is_cow;
	(void)arg;
	*ret_run_bytes = 1ull << 40;
	return file_bytes + MIB;
}

/* The disk is contiguous, and still a map ends at slot 509. */
static void contiguous(struct blk_stack *s)
{
	struct gfs2 *gfs2 = mount(s);
	struct inode *inode = gfs2_create(gfs2, "f");

	gfs2_set_oracle(gfs2, straight, NULL);
	SIM_ASSERT(gfs2_write(inode, 0, 4 * MIB) == 0);
	s->queue.limits.max_sectors = 2 * 509 * 8;
	write_back(s, inode);
	/* one ioend: both maps are contiguous in file and on disk */
	SIM_ASSERT(s->ioends.stats.ioends == 1);
	SIM_ASSERT(s->kept[0].sector == MIB / 512);
	gfs2_free(gfs2);
}

static void contiguous_maps_share_an_ioend(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(contiguous), 0);
}

static void folio_sizes(struct blk_stack *s)
{
	struct gfs2 *gfs2 = mount(s);
	struct inode *inode = gfs2_create(gfs2, "f");

	SIM_ASSERT(gfs2_write(inode, 0, MIB) == 0);
	SIM_ASSERT(s->m.mm.stats.folios_made == 256);
	SIM_ASSERT(gfs2_truncate(inode, 5 * BLOCK + 100) == 0);
	SIM_ASSERT(inode->nr_pages == 6);
	write_back(s, inode);
	SIM_ASSERT(s->kept[0].bytes == 6 * BLOCK);
	gfs2_free(gfs2);
}

static void all_folios_are_4_kib(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(folio_sizes), 0);
}

/* 4096 - 232 = 3864 bytes fit into the inode. */
static void stuffed(struct blk_stack *s)
{
	struct gfs2 *gfs2 = mount(s);
	struct inode *inode = gfs2_create(gfs2, "f");

	SIM_ASSERT(gfs2_write(inode, 0, 3864) == 0);
	SIM_ASSERT(inode->size_bytes == 3864);
	SIM_ASSERT(inode->nr_dirty_pages == 0);
	SIM_ASSERT(gfs2_write(inode, 3864, 1) == 0);
	SIM_ASSERT(inode->nr_dirty_pages == 1);
	write_back(s, inode);
	SIM_ASSERT(s->nr_kept == 1);
	SIM_ASSERT(s->kept[0].bytes == BLOCK);
	/* cut to nothing, it is in its inode again */
	SIM_ASSERT(gfs2_open(inode, true) == 0);
	SIM_ASSERT(gfs2_write(inode, 0, 100) == 0);
	SIM_ASSERT(inode->nr_dirty_pages == 0);
	gfs2_free(gfs2);
}

static void a_small_file_lies_in_its_inode(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(stuffed), 0);
}

static void full(struct blk_stack *s)
{
	static const struct gfs2_geometry geometry = {
		.size_bytes = 8510 * BLOCK,
		.block_bytes = BLOCK,
	};
	struct gfs2 *gfs2 =
		gfs2_new(&s->m.mm, &s->ioends, s->design, &geometry);
	struct inode *inode = gfs2_create(gfs2, "f");

	SIM_ASSERT(gfs2_fill(inode, 9 * BLOCK, true) == 0);
	SIM_ASSERT(gfs2_write(inode, 9 * BLOCK, BLOCK) == -ENOSPC);
	gfs2_free(gfs2);
}

static void a_full_disk_is_an_error_of_the_write(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(full), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_map_ends_at_a_pointer_block_and_so_does_the_ioend),
		cmocka_unit_test(contiguous_maps_share_an_ioend),
		cmocka_unit_test(all_folios_are_4_kib),
		cmocka_unit_test(a_small_file_lies_in_its_inode),
		cmocka_unit_test(a_full_disk_is_an_error_of_the_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
