/* test-links: wb_fs_zonefs */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "models/fs/zonefs/zonefs.h"
#include "tests/unit/blk_stack.h"

#define ZONE (16 * MIB)

static struct zonefs *mount(struct blk_stack *s)
{
	static const struct zonefs_geometry geometry = {
		.size_bytes = 32 * ZONE,
		.block_bytes = 4096,
		.zone_bytes = ZONE,
		.nr_conventional = 4,
	};

	return zonefs_new(&s->m.mm, &s->ioends, s->design, &geometry);
}

static void names(struct blk_stack *s)
{
	struct zonefs *zonefs = mount(s);

	SIM_ASSERT(zonefs_create(zonefs, "cnv/0"));
	SIM_ASSERT(zonefs_create(zonefs, "cnv/2"));
	SIM_ASSERT(!zonefs_create(zonefs, "cnv/3"));
	SIM_ASSERT(!zonefs_create(zonefs, "cnv/"));
	SIM_ASSERT(!zonefs_create(zonefs, "cnv/1x"));
	SIM_ASSERT(!zonefs_create(zonefs, "cnv/18446744073709551615"));
	SIM_ASSERT(!zonefs_create(zonefs, "seq/0"));
	zonefs_free(zonefs);
}

static void zone_0_is_the_super_blocks_and_has_no_file(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(names), 0);
}

static void places(struct blk_stack *s)
{
	struct zonefs *zonefs = mount(s);
	struct inode *inode = zonefs_create(zonefs, "cnv/1");

	SIM_ASSERT(inode->size_bytes == ZONE);
	SIM_ASSERT(zonefs_write(inode, 0, 4096) == 0);
	SIM_ASSERT(zonefs_write(inode, MIB, 64 * KIB) == 0);
	SIM_ASSERT(mm_fdatawrite(inode, 0, INT64_MAX) == 0);
	SIM_ASSERT(s->nr_kept == 2);
	SIM_ASSERT(s->kept[0].sector == 2 * ZONE / 512);
	SIM_ASSERT(s->kept[1].sector == (2 * ZONE + MIB) / 512);
	SIM_ASSERT(s->kept[1].bytes == 64 * KIB);
	/* one of 64 KiB */
	SIM_ASSERT(s->m.mm.stats.folios_made == 2);
	end_all_requests(s);
	zonefs_free(zonefs);
}

static void file_n_lies_in_zone_n_plus_1(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(places), 0);
}

static void ends(struct blk_stack *s)
{
	struct zonefs *zonefs = mount(s);
	struct inode *inode = zonefs_create(zonefs, "cnv/0");

	SIM_ASSERT(zonefs_write(inode, ZONE - 4096, 4096) == 0);
	SIM_ASSERT(zonefs_write(inode, ZONE - 4096, 4097) == -EFBIG);
	SIM_ASSERT(zonefs_write(inode, ZONE, 1) == -EFBIG);
	SIM_ASSERT(zonefs_open(inode, true) == 0);
	SIM_ASSERT(inode->size_bytes == ZONE);
	SIM_ASSERT(zonefs_fill(inode, ZONE, true) == 0);
	SIM_ASSERT(zonefs_fill(inode, ZONE + 1, true) == -ENOSPC);
	zonefs_free(zonefs);
}

static void a_conventional_file_neither_grows_nor_shrinks(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(ends), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zone_0_is_the_super_blocks_and_has_no_file),
		cmocka_unit_test(file_n_lies_in_zone_n_plus_1),
		cmocka_unit_test(a_conventional_file_neither_grows_nor_shrinks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
