/* test-links: wb_fs_xfs */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "models/fs/xfs/fork.h"
#include "sim/base/rng.h"

#define NR_BLOCKS 200
#define NONE      99

/* The reference: a type and a disk block for each file block. */
struct pair {
	struct pool pool;
	struct fork fork;
	int types[NR_BLOCKS + 1];
	uint64_t disks[NR_BLOCKS + 1];
	struct rng rng;
	uint64_t freed_blocks;
};

static bool joins(const struct pair *p, uint64_t block)
{
	if (p->types[block] != p->types[block - 1])
		return false;
	return p->types[block] == EXTENT_DELALLOC ||
	       p->disks[block] == p->disks[block - 1] + 1;
}

/* End of the extent that the reference has from @block on. */
static uint64_t run_end(const struct pair *p, uint64_t block)
{
	uint64_t end = block + 1;

	while (end < NR_BLOCKS && joins(p, end))
		end++;
	return end;
}

static void check_all(struct pair *p)
{
	struct extent *extent = fork_first(&p->fork);
	uint64_t block = 0;
	uint64_t nr = 0;

	while (block < NR_BLOCKS) {
		if (p->types[block] == NONE) {
			block++;
			continue;
		}
		assert_non_null(extent);
		assert_int_equal(extent->start, block);
		assert_int_equal(extent_end(extent), run_end(p, block));
		assert_int_equal(extent->type, p->types[block]);
		if (extent->type != EXTENT_DELALLOC)
			assert_int_equal(extent->disk, p->disks[block]);
		block = extent_end(extent);
		extent = fork_next(&p->fork, extent);
		nr++;
	}
	assert_null(extent);
	assert_int_equal(p->fork.nr_extents, nr);
}

static void check_lookup(struct pair *p, uint64_t block)
{
	struct extent *found = fork_lookup(&p->fork, block);
	uint64_t next = block;

	while (next < NR_BLOCKS && p->types[next] == NONE)
		next++;
	if (next == NR_BLOCKS) {
		assert_null(found);
		return;
	}
	assert_non_null(found);
	assert_true(found->start <= next);
	assert_int_equal(extent_end(found), run_end(p, next));
}

/* Real blocks lie at 1000 + block or, elsewhere, at 5000 + 2 * block. */
static void insert(struct pair *p, uint64_t start, uint64_t len)
{
	enum extent_type type = (enum extent_type)rng_below(&p->rng, 3);
	uint64_t disk = rng_below(&p->rng, 4) ? 1000 + start : 5000 + 2 * start;

	for (uint64_t i = 0; i < len; i++)
		if (p->types[start + i] != NONE)
			return;
	for (uint64_t i = 0; i < len; i++) {
		p->types[start + i] = (int)type;
		p->disks[start + i] = disk + i;
	}
	struct extent *extent = fork_insert(&p->fork, start, len, type, disk);

	assert_true(extent->start <= start);
	assert_true(extent_end(extent) >= start + len);
}

static void count_freed(uint64_t disk, uint64_t len, void *arg)
{
	(void)disk;
	*(uint64_t *)arg += len;
}

static void punch(struct pair *p, uint64_t start, uint64_t len)
{
	uint64_t freed = 0;
	uint64_t expected = 0;

	for (uint64_t i = start; i < start + len; i++) {
		expected +=
			p->types[i] != NONE && p->types[i] != EXTENT_DELALLOC;
		p->types[i] = NONE;
	}
	fork_punch(&p->fork, start, len, count_freed, &freed);
	assert_int_equal(freed, expected);
}

static void convert(struct pair *p, uint64_t start, uint64_t len)
{
	enum extent_type type =
		rng_below(&p->rng, 2) ? EXTENT_WRITTEN : EXTENT_UNWRITTEN;
	unsigned int expected = 0;

	/* each maximal run of the other real type is one conversion */
	for (uint64_t i = start; i < start + len; i++) {
		bool other = p->types[i] != NONE && p->types[i] != (int)type &&
			     p->types[i] != EXTENT_DELALLOC;

		if (other && (i == start || !joins(p, i)))
			expected++;
	}
	assert_int_equal(fork_convert(&p->fork, start, len, type), expected);
	for (uint64_t i = start; i < start + len; i++)
		if (p->types[i] != NONE && p->types[i] != EXTENT_DELALLOC)
			p->types[i] = (int)type;
}

static void one_step(struct pair *p)
{
	uint64_t start = rng_below(&p->rng, NR_BLOCKS - 40);
	uint64_t len = 1 + rng_below(&p->rng, 40);

	switch (rng_below(&p->rng, 4)) {
	case 0:
		punch(p, start, 1 + len / 4);
		break;
	case 1:
		convert(p, start, len);
		break;
	default:
		insert(p, start, 1 + len / 4);
		break;
	}
	check_lookup(p, rng_below(&p->rng, NR_BLOCKS));
	check_all(p);
}

static void the_map_behaves_like_an_array_of_blocks(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 20; seed++) {
		static struct pair p;

		memset(&p, 0, sizeof(p));
		for (unsigned int i = 0; i <= NR_BLOCKS; i++)
			p.types[i] = NONE;
		rng_init(&p.rng, seed, "fork");
		pool_init(&p.pool, "extent", sizeof(struct extent));
		fork_init(&p.fork, &p.pool);
		for (int i = 0; i < 1000; i++)
			one_step(&p);
		fork_done(&p.fork);
		assert_int_equal(p.pool.nr_used, 0);
		pool_done(&p.pool);
	}
}

static void delayed_extents_join_up_to_the_longest_record(void **state)
{
	struct pool pool;
	struct fork fork;

	(void)state;
	pool_init(&pool, "extent", sizeof(struct extent));
	fork_init(&fork, &pool);
	/* 2^21 - 1 blocks in two parts are one extent, one more is not */
	fork_insert(&fork, 0, 1u << 20, EXTENT_DELALLOC, 0);
	fork_insert(&fork, 1u << 20, (1u << 20) - 1, EXTENT_DELALLOC, 0);
	assert_int_equal(fork.nr_extents, 1);
	fork_insert(&fork, (1u << 21) - 1, 1, EXTENT_DELALLOC, 0);
	assert_int_equal(fork.nr_extents, 2);
	assert_int_equal(fork_first(&fork)->len, XFS_MAX_EXTENT_BLOCKS);
	fork_done(&fork);
	pool_done(&pool);
}

static void a_conversion_in_the_middle_leaves_three_extents(void **state)
{
	struct pool pool;
	struct fork fork;

	(void)state;
	pool_init(&pool, "extent", sizeof(struct extent));
	fork_init(&fork, &pool);
	fork_insert(&fork, 0, 100, EXTENT_UNWRITTEN, 1000);
	assert_int_equal(fork_convert(&fork, 40, 20, EXTENT_WRITTEN), 1);
	assert_int_equal(fork.nr_extents, 3);
	assert_int_equal(fork_lookup(&fork, 60)->disk, 1060);
	/* the rest in two more transactions, then it is one extent again */
	assert_int_equal(fork_convert(&fork, 0, 100, EXTENT_WRITTEN), 2);
	assert_int_equal(fork.nr_extents, 1);
	assert_int_equal(fork_convert(&fork, 0, 100, EXTENT_WRITTEN), 0);
	fork_done(&fork);
	pool_done(&pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_map_behaves_like_an_array_of_blocks),
		cmocka_unit_test(delayed_extents_join_up_to_the_longest_record),
		cmocka_unit_test(
			a_conversion_in_the_middle_leaves_three_extents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
