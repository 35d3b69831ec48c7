/*
 * A raw block device as a file: its page cache and writeback.
 *
 * Two paths, by how the kernel was built.  With buffer heads (buffers.c) a
 * dirty block is a bio of its own and one plug over the whole pass makes
 * requests of them; nothing of iomap's writeback or of ioends is used.
 * Without (iomap.c) the device goes through ioends like a file system, with
 * the mapping [pos, size).
 *
 * Source: block/fops.c, block/bdev.c, fs/buffer.c, 6.12 to 7.3, as specified
 * in docs/models.md.
 * Omits: reads, direct I/O, file systems that write their metadata through
 * the same buffers, O_EXCL.
 */
#ifndef MODELS_FS_BDEV_BDEV_H
#define MODELS_FS_BDEV_BDEV_H

#include <stdbool.h>
#include <stdint.h>

#include "models/fs/bdev/config.h"
#include "models/ioend/ioend.h"

struct bdev;

/**
 * struct bdev_geometry
 * @block_bytes: largest block size wanted; smaller when it does not divide
 *   the size or the kernel has no large folios for it
 * @large_folios: up to the page cache's largest, else one page
 * @buffer_heads: the kernel has CONFIG_BUFFER_HEAD
 */
struct bdev_geometry {
	uint64_t size_bytes;
	uint64_t block_bytes;
	uint64_t logical_block_bytes;
	bool large_folios;
	bool buffer_heads;
};

/**
 * bdev_new - the device behind the queue of @ioends, as a file
 * @design: runs its writeback without buffer heads
 * Ownership: the caller's; @costs must outlive it.
 */
struct bdev *bdev_new(struct mm *mm, struct ioend_core *ioends,
		      const struct wb_design *design,
		      const struct bdev_geometry *geometry,
		      const struct bdev_costs *costs);
void bdev_free(struct bdev *bdev);

/**
 * bdev_create - the device's inode; the same under any name
 * @name: kept by reference the first time
 */
struct inode *bdev_create(struct bdev *bdev, const char *name);

/** bdev_fill - only checks: the file is as large as the device */
int bdev_fill(struct inode *inode, uint64_t bytes, bool written);

/* Operations; called in a thread, they charge their CPU time.  All return 0
 * or -errno. */

/** bdev_write - pwrite; -ENOSPC at the end of the device */
int bdev_write(struct inode *inode, uint64_t pos, uint64_t bytes);
/** bdev_fsync - write back [start, end], wait, flush the device's cache */
int bdev_fsync(struct inode *inode, uint64_t start, uint64_t end);
/** bdev_page_mkwrite - a page of a shared mapping is to be dirtied */
int bdev_page_mkwrite(struct inode *inode, struct folio *folio);
/** bdev_open - counts; O_TRUNC does nothing */
int bdev_open(struct inode *inode, bool truncate);
/** bdev_close - the last one writes back and drops the cache */
int bdev_close(struct inode *inode);

#endif
