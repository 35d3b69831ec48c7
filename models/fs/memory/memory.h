/*
 * A file system in memory: the smallest implementation of
 * iomap_writeback_ops.  A dirty range is copied to a store of given latency
 * and rate; no blocks, no bios.  It shows what the line asks of an
 * implementation and runs where the block layer is not built.
 */
#ifndef MODELS_FS_MEMORY_MEMORY_H
#define MODELS_FS_MEMORY_MEMORY_H

#include <stdint.h>

#include "models/iomap/iomap.h"

struct memory_fs;

/**
 * memory_fs_new - an empty file system
 * @block_bytes: unit of dirty tracking, a power of two
 * @latency_ns: from submission to the end of a range's writeback
 * @bytes_per_s: rate of the store; 0: unlimited
 */
struct memory_fs *memory_fs_new(struct mm *mm, uint64_t block_bytes,
				uint64_t latency_ns, uint64_t bytes_per_s);
void memory_fs_free(struct memory_fs *fs);

/** memory_fs_create - an empty file; @name is kept by reference */
struct inode *memory_fs_create(struct memory_fs *fs, const char *name);

/** memory_fs_write, memory_fs_fsync - 0 or -errno */
int memory_fs_write(struct inode *inode, uint64_t pos, uint64_t bytes);
int memory_fs_fsync(struct inode *inode, uint64_t start, uint64_t end);
/** memory_fs_truncate - cut to nothing */
int memory_fs_truncate(struct inode *inode);

/** memory_fs_in_flight - ranges not yet finished */
uint64_t memory_fs_in_flight(const struct memory_fs *fs);

#endif
