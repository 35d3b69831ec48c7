/*
 * The pointer tree of a file, and the blocks it takes.
 *
 *	height 1: inode block -> data          file up to 483 blocks of 4 KiB
 *	height 2: inode block -> leaves -> data     up to 483 x 509
 *
 * Growing from height 1 to 2 moves the inode's pointers into the first leaf.
 * Only the lowest level is kept; what lies above it takes blocks and nothing
 * else.  A pointer block is taken when its first pointer is, so that it lies
 * between the data before and behind it.
 *
 * Models: __gfs2_iomap_get(), gfs2_extent_length(), __gfs2_iomap_alloc(),
 * fs/gfs2/bmap.c, 6.12 to 7.3.
 */
#include <errno.h>
#include <string.h>

#include "models/fs/gfs2/internal.h"
#include "sim/base/assert.h"
#include "sim/base/units.h"

uint64_t gfs2_stuffed_bytes(const struct gfs2 *gfs2)
{
	return (1ull << gfs2->block_shift) - DINODE_BYTES;
}

static uint64_t *leaf_at(const struct gfs2_inode *ip, uint64_t leaf)
{
	uint64_t chunk = leaf / LEAVES_PER_CHUNK;

	if (chunk >= MAX_CHUNKS || !ip->chunks[chunk])
		return NULL;
	return ip->chunks[chunk][leaf % LEAVES_PER_CHUNK];
}

/* Blocks that a tree of @height can point to. */
static uint64_t capacity(const struct gfs2 *gfs2, unsigned int height)
{
	uint64_t blocks = gfs2->inode_pointers;

	for (; height > 1; height--)
		blocks *= gfs2->leaf_pointers;
	return blocks;
}

/* The next free block, for data or pointers. */
static int take_block(struct gfs2 *gfs2, uint64_t *ret)
{
	if (gfs2->next_block >= gfs2->nr_blocks)
		return -ENOSPC;
	*ret = gfs2->next_block++;
	return 0;
}

static int take_pointer_block(struct gfs2 *gfs2)
{
	uint64_t block;

	gfs2->stats.pointer_blocks++;
	return take_block(gfs2, &block);
}

/* A tree one level higher has one block more: the inode's old pointers. */
static int grow_height(struct gfs2_inode *ip, uint64_t block)
{
	int error = 0;

	if (!ip->height)
		ip->height = 1;
	while (!error && block >= capacity(ip->gfs2, ip->height)) {
		ip->height++;
		error = take_pointer_block(ip->gfs2);
	}
	return error;
}

/* The leaf that holds @block's pointer, made if need be. */
static int need_leaf(struct gfs2_inode *ip, uint64_t block, uint64_t **ret)
{
	struct gfs2 *gfs2 = ip->gfs2;
	uint64_t leaf = block / gfs2->leaf_pointers;
	uint64_t chunk = leaf / LEAVES_PER_CHUNK;
	int error = 0;

	if (chunk >= MAX_CHUNKS)
		return -EFBIG;
	*ret = leaf_at(ip, leaf);
	if (*ret)
		return 0;
	/* the first leaf was counted when the tree grew */
	if (ip->height > 1 && leaf > 0)
		error = take_pointer_block(gfs2);
	/* in higher trees the level above begins another block now and then */
	if (!error && ip->height > 2 && leaf % gfs2->leaf_pointers == 0)
		error = take_pointer_block(gfs2);
	if (error)
		return error;
	if (!ip->chunks[chunk])
		ip->chunks[chunk] = pool_get_zeroed(&gfs2->chunks);
	*ret = pool_get_zeroed(&gfs2->leaves);
	ip->chunks[chunk][leaf % LEAVES_PER_CHUNK] = *ret;
	return 0;
}

static int choose_block(struct gfs2_inode *ip, uint64_t block, uint64_t *ret)
{
	struct gfs2 *gfs2 = ip->gfs2;
	uint64_t run_bytes;

	gfs2->stats.blocks_allocated++;
	if (gfs2->oracle) {
		uint64_t byte = gfs2->oracle(&ip->inode, false,
					     block << gfs2->block_shift,
					     &run_bytes, gfs2->oracle_arg);

		if (byte != UINT64_MAX) {
			*ret = byte >> gfs2->block_shift;
			return 0;
		}
	}
	return take_block(gfs2, ret);
}

int gfs2_alloc(struct gfs2_inode *ip, uint64_t start, uint64_t end)
{
	uint32_t per_leaf = ip->gfs2->leaf_pointers;
	int error = end > start ? grow_height(ip, end - 1) : 0;

	for (uint64_t block = start; !error && block < end; block++) {
		uint64_t *leaf = NULL;

		error = need_leaf(ip, block, &leaf);
		if (!error && !leaf[block % per_leaf])
			error = choose_block(ip, block,
					     &leaf[block % per_leaf]);
	}
	return error;
}

void gfs2_punch(struct gfs2_inode *ip, uint64_t start)
{
	struct gfs2 *gfs2 = ip->gfs2;
	uint32_t per_leaf = gfs2->leaf_pointers;
	uint64_t first = start / per_leaf;

	for (uint64_t i = first / LEAVES_PER_CHUNK; i < MAX_CHUNKS; i++) {
		if (!ip->chunks[i])
			continue;
		for (uint64_t n = 0; n < LEAVES_PER_CHUNK; n++) {
			uint64_t leaf = i * LEAVES_PER_CHUNK + n;
			uint64_t *pointers = ip->chunks[i][n];
			uint64_t keep = leaf == first ? start % per_leaf : 0;

			if (!pointers || leaf < first)
				continue;
			memset(pointers + keep, 0,
			       (per_leaf - keep) * sizeof(*pointers));
			if (keep)
				continue;
			pool_put(&gfs2->leaves, pointers);
			ip->chunks[i][n] = NULL;
		}
	}
	if (!start)
		ip->height = 0;
}

void gfs2_lookup(const struct gfs2_inode *ip, uint64_t block,
		 uint64_t max_blocks, struct iomap *ret)
{
	const struct gfs2 *gfs2 = ip->gfs2;
	const uint64_t *leaf = leaf_at(ip, block / gfs2->leaf_pointers);
	uint64_t slot = block % gfs2->leaf_pointers;
	uint64_t slots =
		ip->height > 1 ? gfs2->leaf_pointers : gfs2->inode_pointers;
	uint64_t run = 1;

	*ret = (struct iomap){
		.addr_bytes = IOMAP_NULL_ADDR,
		.offset_bytes = block << gfs2->block_shift,
		.type = IOMAP_HOLE,
	};
	if (leaf && leaf[slot]) {
		slots = min_u64(slots, slot + max_blocks);
		while (slot + run < slots &&
		       leaf[slot + run] == leaf[slot] + run)
			run++;
		ret->type = IOMAP_MAPPED;
		ret->addr_bytes = leaf[slot] << gfs2->block_shift;
	} else if (leaf) {
		while (slot + run < slots && !leaf[slot + run])
			run++;
	}
	ret->length_bytes = run << gfs2->block_shift;
}
