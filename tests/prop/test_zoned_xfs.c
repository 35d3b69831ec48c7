/* test-links: wb_fs_xfs_zoned wb_legacy_iomap */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>

#include "models/legacy/iomap/legacy_iomap.h"
#include "tests/unit/zoned_stack.h"

/*
 * Random writes, overwrites and truncates over a small zoned device that is
 * nearly full, with appends that land in random order: what the extents of
 * each file lead to is what was written last, places are unique and inside
 * their zone, collection loses nothing, space adds up.
 */
#ifdef __SANITIZE_ADDRESS__
#define NR_WORKLOADS 100
#else
#define NR_WORKLOADS 1000
#endif

struct player {
	struct zoned_stack *s;
	struct rng rng;
	struct inode *files[DISK_FILES - 1];
	uint64_t nr_files;
	uint64_t max_blocks;
};

/* Kernels, data operation, layout, limits: by the seed's bits. */
static void random_setup(struct zoned_stack *s)
{
	uint64_t bits = s->seed;

	s->config.gc_zone_at_mount = bits & 1;
	s->config.zone_pick =
		bits & 2 ? ZONE_PICK_ROUND_ROBIN : ZONE_PICK_LOWEST;
	s->config.hints = bits & 4 ? ZONE_HINTS_WIDE : ZONE_HINTS_NARROW;
	s->config.data_op = bits % 5 == 0 ? ZONE_DATA_WRITE : ZONE_DATA_APPEND;
	s->config.max_open_zones = 2 + bits % 7;
	s->config.zonegc_low_space = bits % 3 ? 0 : 50;
	s->disk.nr_conventional = bits % 4 == 0 ? bits % 9 : 0;
	s->geometry.fill_ppm = bits % 6 * 100000;
	s->geometry.fragmentation_ppm = bits % 11 * 100000;
	if (bits % 2)
		s->b.design = &wb_design_writeback_range;
	else
		s->b.design = &wb_design_map_blocks;
	if (s->b.design->attach)
		s->b.design->attach(&s->b.ioends);
}

/* The aged state was never written: its blocks hold version 0. */
static void age_disk(struct zoned_stack *s)
{
	struct xfsz_inode *aged = s->fs->nr_inodes ? s->fs->inodes[0] : NULL;
	struct extent *extent = aged ? fork_first(&aged->data) : NULL;

	for (; extent; extent = fork_next(&aged->data, extent)) {
		for (uint64_t i = 0; i < extent->len; i++) {
			uint64_t sector =
				rtg_sector(s->fs, disk_rtg(s->fs, extent->disk),
					   disk_block(extent->disk) + i);

			s->disk.blocks[sector / DISK_BLOCK_SECTORS] =
				(struct content){
					.ino = (uint32_t)aged->inode.ino,
					.file_block =
						(uint32_t)(extent->start + i),
				};
		}
	}
}

static void one_write(struct player *p)
{
	uint64_t file = rng_below(&p->rng, p->nr_files);
	uint64_t nr = 1 + rng_below(&p->rng, 1 + rng_below(&p->rng, 60));
	uint64_t block = rng_below(&p->rng, p->max_blocks);
	int error;

	nr = min_u64(nr, p->max_blocks - block);
	error = write_blocks(p->s, p->files[file], block, nr);
	SIM_ASSERT(error == 0 || error == -ENOSPC);
}

static void one_truncate(struct player *p)
{
	uint64_t file = rng_below(&p->rng, p->nr_files);
	uint64_t block = rng_below(&p->rng, p->max_blocks);
	int error = xfs_zoned_truncate(p->files[file], block << 12);

	SIM_ASSERT(error == 0 || error == -ENOSPC);
}

static void one_sync(struct player *p)
{
	uint64_t file = rng_below(&p->rng, p->nr_files);

	SIM_ASSERT(xfs_zoned_fsync(p->files[file], 0, INT64_MAX) == 0);
}

static void check_all(struct player *p)
{
	for (uint64_t i = 0; i < p->nr_files; i++)
		SIM_ASSERT(xfs_zoned_fsync(p->files[i], 0, INT64_MAX) == 0);
	while (!xfs_zoned_is_idle(p->s->fs) || p->s->fs->gc.running)
		sim_sleep_ns(p->s->b.m.sim, 100000);
	for (uint32_t i = 0; i < p->s->fs->nr_inodes; i++)
		check_contents(p->s, &p->s->fs->inodes[i]->inode);
	check_space(p->s);
}

static void play(struct zoned_stack *s)
{
	struct player p = { .s = s };

	rng_init(&p.rng, s->seed, "player");
	p.nr_files = 1 + rng_below(&p.rng, DISK_FILES - 1);
	p.max_blocks = (uint64_t)max_u64(8, (uint64_t)s->fs->space.free * 9 /
						    10 / p.nr_files);
	p.max_blocks = min_u64(p.max_blocks, DISK_FILE_BLOCKS);
	for (uint64_t i = 0; i < p.nr_files; i++) {
		p.files[i] = xfs_zoned_create(s->fs, "f");
		xfs_zoned_set_hint(p.files[i], (enum write_hint)rng_below(
						       &p.rng, NR_WRITE_HINTS));
		if (rng_below(&p.rng, 2))
			SIM_ASSERT(xfs_zoned_open(p.files[i], false) == 0);
	}
	for (uint64_t i = 0; i < 150; i++) {
		uint64_t what = rng_below(&p.rng, 100);

		if (what < 80)
			one_write(&p);
		else if (what < 97)
			one_sync(&p);
		else if (what < 98)
			one_truncate(&p);
		else
			sim_sleep_ns(s->b.m.sim, 50000);
	}
	check_all(&p);
}

static void play_aged(struct zoned_stack *s)
{
	age_disk(s);
	play(s);
}

static int job(size_t index, void *arg, char **ret_data, size_t *ret_bytes)
{
	struct zoned_stack_call call = { random_setup, play_aged, index };
	struct child_answer answer = { 0 };

	(void)arg;
	*ret_data = NULL;
	*ret_bytes = 0;
	zoned_stack_child(&call, &answer);
	return 0;
}

struct tally {
	size_t nr_bad;
};

static void job_done(size_t index, int status, const char *data,
		     size_t nr_bytes, void *arg)
{
	struct tally *tally = arg;

	(void)data;
	(void)nr_bytes;
	if (!status)
		return;
	fprintf(stderr, "workload %zu ended with status %d\n", index, status);
	tally->nr_bad++;
}

static void what_extents_lead_to_is_what_was_written(void **state)
{
	struct tally tally = { 0 };

	(void)state;
	assert_int_equal(jobs_run(NR_WORKLOADS, 2, job, job_done, &tally), 0);
	assert_int_equal(tally.nr_bad, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_extents_lead_to_is_what_was_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
