/*
 * Shared by the files of models/fs/bdev only.
 */
#ifndef MODELS_FS_BDEV_INTERNAL_H
#define MODELS_FS_BDEV_INTERNAL_H

#include "models/fs/bdev/bdev.h"
#include "sim/base/pool.h"

/* bits of 64 buffers, 128, ... 4096 (a 2 MiB folio of 512-byte blocks) */
#define NR_BUFFER_POOLS 7

struct bdev_stats {
	uint64_t buffers_written;
	uint64_t folios_written;
};

struct bdev {
	struct inode inode;
	bool made; /* inode in use */
	struct mm *mm;
	struct sim *sim;
	struct ioend_core *ioends;
	struct blk_queue *queue;
	const struct wb_design *design;
	const struct bdev_costs *costs;
	struct bdev_geometry geometry;
	unsigned int block_shift;
	unsigned int account;
	uint64_t nr_opens;
	struct pool bits[NR_BUFFER_POOLS];
	struct pool bios;
	struct bdev_stats stats;
};

static inline struct bdev *bdev_of(const struct inode *inode)
{
	return inode->private;
}

/* buffers.c: the state of a folio's buffers */

/**
 * struct buffers - dirty and uptodate bits of a folio's blocks; hangs at
 * folio->state, which nothing of models/iomap sees here
 */
struct buffers;

/** buffers_of - NULL if it has none yet */
struct buffers *buffers_of(const struct folio *folio);

/** buffers_need - made if need be: dirty and uptodate as the folio is */
struct buffers *buffers_need(struct folio *folio);

/** buffers_free - for mapping_ops.free_state */
void buffers_free(struct folio *folio);

/** buffers_nr - blocks of @folio */
unsigned int buffers_nr(const struct folio *folio);

/** buffers_write - [@pos, @pos + @len) is written to: uptodate and dirty */
void buffers_write(struct folio *folio, uint64_t pos, uint64_t len);

/** buffers_write_all - all of the folio becomes dirty (a mapped store) */
void buffers_write_all(struct folio *folio);

/**
 * buffers_next_dirty - first dirty buffer from @from on, below @end
 * Return: @end if there is none.
 */
unsigned int buffers_next_dirty(const struct buffers *buffers,
				unsigned int from, unsigned int end);
/** buffers_nr_dirty - below @end */
unsigned int buffers_nr_dirty(const struct buffers *buffers, unsigned int end);
/** buffers_clean_from - buffers from @from on become clean */
void buffers_clean_from(struct folio *folio, unsigned int from);
/** buffers_clean - one buffer becomes clean */
void buffers_clean(struct buffers *buffers, unsigned int i);

/* buffer_writeback.c */
extern const struct mapping_ops bdev_buffer_ops;

/* iomap_path.c */
extern const struct mapping_ops bdev_iomap_ops;
extern const struct iomap_write_ops bdev_iomap_write_ops;

/* buffer_write.c */

/** bdev_buffered_write - [@pos, @pos + @len) into the page cache */
void bdev_buffered_write(struct inode *inode, uint64_t pos, uint64_t len);

#endif
