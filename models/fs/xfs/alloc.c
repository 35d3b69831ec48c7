/*
 * Free space, without the trees: contiguous with the goal if that is free,
 * else the first run of the goal's allocation group that is long enough,
 * else the longest run found.
 * Omits: the by-size search and alignment rules of xfs_alloc.c; where block
 * addresses matter to the byte they come from a recording.
 */
#include <stdlib.h>
#include <string.h>

#include "models/fs/xfs/internal.h"
#include "sim/base/assert.h"
#include "sim/base/units.h"

/* headers and roots of an allocation group's trees (recorded: first data
 * block of a new 4 KiB file system is 24 with inodes) */
#define AG_METADATA_BLOCKS 24

void xfs_alloc_init(struct xfs_alloc *alloc, struct pool *pool,
		    uint64_t nr_blocks, uint64_t ag_count)
{
	memset(alloc, 0, sizeof(*alloc));
	fork_init(&alloc->free, pool);
	alloc->nr_blocks = nr_blocks;
	alloc->ag_count = ag_count;
	alloc->ag_is_read = calloc(ag_count, sizeof(*alloc->ag_is_read));
	SIM_ASSERT(alloc->ag_is_read != NULL);
	alloc->ag_blocks = (nr_blocks + ag_count - 1) / ag_count;
	for (uint64_t ag = 0; ag < ag_count; ag++) {
		uint64_t start = ag * alloc->ag_blocks + AG_METADATA_BLOCKS;
		uint64_t end = min_u64((ag + 1) * alloc->ag_blocks, nr_blocks);

		if (start >= end)
			continue;
		fork_insert(&alloc->free, start, end - start, EXTENT_WRITTEN,
			    start);
		alloc->nr_free += end - start;
	}
}

void xfs_alloc_done(struct xfs_alloc *alloc)
{
	fork_done(&alloc->free);
	free(alloc->ag_is_read);
}

static uint64_t take(struct xfs_alloc *alloc, uint64_t start, uint64_t len)
{
	fork_punch(&alloc->free, start, len, NULL, NULL);
	SIM_ASSERT(alloc->nr_free >= len);
	alloc->nr_free -= len;
	return start;
}

/* First run of [@from, @to) with @want blocks; else the longest in *@best. */
static struct extent *search(struct xfs_alloc *alloc, uint64_t from,
			     uint64_t to, uint64_t want, struct extent **best)
{
	struct extent *run = fork_lookup(&alloc->free, from);

	for (; run && run->start < to; run = fork_next(&alloc->free, run)) {
		if (run->len >= want)
			return run;
		if (!*best || run->len > (*best)->len)
			*best = run;
	}
	return NULL;
}

uint64_t xfs_alloc_extent(struct xfs_alloc *alloc, uint64_t goal, uint64_t want,
			  uint64_t *ret_len)
{
	struct extent *best = NULL;
	struct extent *run = fork_lookup(&alloc->free, goal);

	if (run && run->start <= goal) {
		*ret_len = min_u64(want, extent_end(run) - goal);
		return take(alloc, goal, *ret_len);
	}
	uint64_t first = goal / alloc->ag_blocks;

	for (uint64_t i = 0; i < alloc->ag_count; i++) {
		uint64_t ag = (first + i) % alloc->ag_count;
		uint64_t start = ag * alloc->ag_blocks;

		run = search(alloc, start, start + alloc->ag_blocks, want,
			     &best);
		if (run)
			break;
	}
	if (!run)
		run = best;
	if (!run)
		return UINT64_MAX;
	*ret_len = min_u64(want, run->len);
	return take(alloc, run->start, *ret_len);
}

void xfs_free_extent(struct xfs_alloc *alloc, uint64_t start, uint64_t len)
{
	fork_insert(&alloc->free, start, len, EXTENT_WRITTEN, start);
	alloc->nr_free += len;
}
