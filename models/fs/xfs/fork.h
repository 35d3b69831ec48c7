/*
 * An extent map: sorted, non-overlapping extents of file blocks; also used
 * for free space.  Intrusive red-black tree of libbsd.
 */
#ifndef MODELS_FS_XFS_FORK_H
#define MODELS_FS_XFS_FORK_H

#include <bsd/sys/cdefs.h>
#include <bsd/sys/tree.h>
#include <stdbool.h>
#include <stdint.h>

#include "sim/base/pool.h"

/** XFS_MAX_EXTENT_BLOCKS - longest extent record, 2^21 - 1 */
#define XFS_MAX_EXTENT_BLOCKS ((1ull << 21) - 1)

enum extent_type {
	EXTENT_DELALLOC, /* reserved, no disk blocks */
	EXTENT_UNWRITTEN,
	EXTENT_WRITTEN,
};

/** struct extent - @start, @len in file blocks, @disk first disk block */
struct extent {
	RB_ENTRY(extent) link;
	uint64_t start;
	uint64_t len;
	uint64_t disk;
	enum extent_type type;
};

RB_HEAD(extent_tree, extent);

struct fork {
	struct extent_tree tree;
	struct pool *pool;
	uint64_t nr_extents;
	struct extent *cached; /* found last */
};

static inline uint64_t extent_end(const struct extent *extent)
{
	return extent->start + extent->len;
}

void fork_init(struct fork *fork, struct pool *pool);
void fork_done(struct fork *fork);

/** fork_lookup - first extent that ends after @block, or NULL */
struct extent *fork_lookup(struct fork *fork, uint64_t block);
struct extent *fork_prev(struct fork *fork, struct extent *extent);
struct extent *fork_next(struct fork *fork, struct extent *extent);
struct extent *fork_last(struct fork *fork);
struct extent *fork_first(struct fork *fork);

/**
 * fork_insert - enter an extent where there is none; joins neighbours of the same
 * type (real ones only when also contiguous on disk; delayed ones up to
 * XFS_MAX_EXTENT_BLOCKS)
 * Return: the extent that now covers @start.
 */
struct extent *fork_insert(struct fork *fork, uint64_t start, uint64_t len,
			   enum extent_type type, uint64_t disk);

/**
 * fork_punch - no extent covers [@start, @start + @len) any more
 * @freed: called with each disk range that was mapped; may be NULL
 */
void fork_punch(struct fork *fork, uint64_t start, uint64_t len,
		void (*freed)(uint64_t disk, uint64_t len, void *arg),
		void *arg);

/**
 * fork_convert - [@start, @start + @len) of real blocks becomes @type
 * Return: extents converted (each a transaction of its own).
 */
unsigned int fork_convert(struct fork *fork, uint64_t start, uint64_t len,
			  enum extent_type type);

#endif
