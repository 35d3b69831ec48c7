/*
 * Shared by the files of models/fs/gfs2 only.
 */
#ifndef MODELS_FS_GFS2_INTERNAL_H
#define MODELS_FS_GFS2_INTERNAL_H

#include "models/fs/gfs2/gfs2.h"
#include "sim/base/pool.h"

/* bytes before the pointers: struct gfs2_dinode, struct gfs2_meta_header */
#define DINODE_BYTES      232
#define META_HEADER_BYTES 24
#define POINTER_BYTES     8
/* pointers to leaves kept in one piece: 4096 leaves of 509 blocks */
#define LEAVES_PER_CHUNK 4096
#define MAX_CHUNKS       4096

struct gfs2_stats {
	uint64_t map_lookups;
	uint64_t map_reuses;
	uint64_t blocks_allocated;
	uint64_t pointer_blocks;
};

struct gfs2 {
	struct mm *mm;
	struct sim *sim;
	struct ioend_core *ioends;
	const struct wb_design *design;
	unsigned int block_shift;
	uint64_t nr_blocks;
	uint64_t next_block;
	uint32_t inode_pointers; /* in the inode's block: 483 of 4 KiB */
	uint32_t leaf_pointers;  /* in a pointer block: 509 */
	unsigned int account;
	struct pool leaves;
	struct pool chunks;
	struct gfs2_inode *inodes;
	gfs2_disk_oracle oracle;
	void *oracle_arg;
	struct gfs2_stats stats;
};

/**
 * struct gfs2_inode - a file
 * @height: of the pointer tree; 0: the data is in the inode ("stuffed")
 * @chunks: the lowest level, chunk by chunk of leaves, leaf by leaf of
 *   pointers; a pointer of 0 is a hole
 */
struct gfs2_inode {
	struct inode inode;
	struct gfs2 *gfs2;
	struct gfs2_inode *next;
	unsigned int height;
	uint64_t **chunks[MAX_CHUNKS];
};

static inline struct gfs2_inode *gfs2_i(const struct inode *inode)
{
	return inode->private;
}

/* bmap.c */

/** gfs2_stuffed_bytes - most a file without blocks may hold */
uint64_t gfs2_stuffed_bytes(const struct gfs2 *gfs2);

/** gfs2_alloc - real blocks for [@start, @end), pointer blocks included */
int gfs2_alloc(struct gfs2_inode *ip, uint64_t start, uint64_t end);

/** gfs2_punch - drop pointers from block @start on */
void gfs2_punch(struct gfs2_inode *ip, uint64_t start);

/**
 * gfs2_lookup - the mapping that begins at @block: up to a pointer that does not
 * follow or the end of this pointer block
 * @max_blocks: enough for the caller
 */
void gfs2_lookup(const struct gfs2_inode *ip, uint64_t block,
		 uint64_t max_blocks, struct iomap *ret);

#endif
