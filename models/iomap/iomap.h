/*
 * Generic buffered writes and writeback, the design of Linux 6.17 on.
 *
 * Owns folio state only: per-block dirty and uptodate bits, end of file, the
 * writeback flag, pending bytes, errors.  What a range becomes (ioends and
 * bios, FUSE requests, a copy to memory) is behind two methods, struct
 * iomap_writeback_ops.  This folder includes nothing of the
 * implementations or below.
 *
 * Source: fs/iomap/buffered-io.c of 6.17 to 7.3, as specified in
 * docs/models.md.
 */
#ifndef MODELS_IOMAP_IOMAP_H
#define MODELS_IOMAP_IOMAP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "models/iomap/config.h"
#include "models/mm/mm.h"
#include "models/mm/writeback.h"

enum iomap_type {
	IOMAP_HOLE,
	IOMAP_DELALLOC,  /* space reserved, not allocated */
	IOMAP_MAPPED,    /* written blocks at addr_bytes */
	IOMAP_UNWRITTEN, /* allocated, reads as zeroes */
};

#define IOMAP_F_SHARED     (1u << 0) /* copy on write */
#define IOMAP_F_BOUNDARY   (1u << 1) /* no I/O may span offset_bytes */
#define IOMAP_F_ANON_WRITE (1u << 2) /* no address yet */

/** IOMAP_NULL_ADDR - "no address" */
#define IOMAP_NULL_ADDR UINT64_MAX

/**
 * struct iomap - one mapping of file bytes
 * @addr_bytes: on the device, of @offset_bytes; or IOMAP_NULL_ADDR
 * @offset_bytes, @length_bytes: in the file
 * @sequence: the file system's, to see whether it is still valid
 */
struct iomap {
	uint64_t addr_bytes;
	uint64_t offset_bytes;
	uint64_t length_bytes;
	enum iomap_type type;
	unsigned int flags;
	uint64_t sequence;
};

/** iomap_end - first file byte behind the mapping */
static inline uint64_t iomap_end(const struct iomap *iomap)
{
	return iomap->offset_bytes + iomap->length_bytes;
}

/** iomap_sector - device sector of file byte @pos */
static inline uint64_t iomap_sector(const struct iomap *iomap, uint64_t pos)
{
	return (iomap->addr_bytes + pos - iomap->offset_bytes) >> SECTOR_SHIFT;
}

struct iomap_writepage_ctx;

/**
 * struct iomap_writeback_ops - the line between generic code and an
 * implementation
 */
struct iomap_writeback_ops {
	/*
	 * Map and queue a prefix of the dirty range [@pos, @pos + @len) of
	 * @folio.  Called for each dirty range, and again for what a call
	 * left over; the folio is under writeback and settled.  The
	 * implementer must call iomap_finish_folio_write() exactly once for
	 * every byte it queued, on failure too, and clean up after its own
	 * failure.  A range that is a hole sets ctx->iomap.type to
	 * IOMAP_HOLE.  @end_pos: end of file or of the folio, exact to the byte.
	 * Required.
	 * Return: bytes consumed, 1 to @len, or -errno.
	 */
	ssize_t (*writeback_range)(struct iomap_writepage_ctx *ctx,
				   struct folio *folio, uint64_t pos,
				   uint64_t len, uint64_t end_pos);

	/*
	 * Submit what ctx->wb_ctx has pending, or end it with @error.
	 * Called once at the end of a pass if ctx->wb_ctx is set.
	 * Required.
	 * Return: 0 or -errno (@error if that was given).
	 */
	int (*writeback_submit)(struct iomap_writepage_ctx *ctx, int error);
};

/**
 * struct iomap_writepage_ctx - one writeback pass
 * @ops: of the implementation
 * @wb_ctx: the implementation's; not NULL means something is pending
 * @iomap: the mapping in use
 * @nr_folios: folios finished since the implementation last set it to 0
 */
struct iomap_writepage_ctx {
	struct inode *inode;
	struct writeback_control *wbc;
	const struct iomap_writeback_ops *ops;
	void *wb_ctx;
	struct iomap iomap;
	unsigned int nr_folios;
};

/** struct iomap_stats - calls across the line and around it */
struct iomap_stats {
	uint64_t writeback_folio_calls;
	uint64_t writeback_range_calls;
	uint64_t writeback_submit_calls;
	uint64_t start_folio_write_bytes;
	uint64_t finish_folio_write_calls;
	uint64_t finish_folio_write_bytes;
	uint64_t state_allocs;
	uint64_t state_alloc_calls;
	uint64_t large_folios;   /* of more than a page, written back */
	uint64_t partial_folios; /* with state, written in part */
	uint64_t page_mkwrite_calls;
};

/** struct iomap_core - state of this module in a run; opaque to others */
struct iomap_core;

/**
 * iomap_core_new - set up the generic code over @mm
 * @costs: of the design that runs; must outlive the core
 */
struct iomap_core *iomap_core_new(struct mm *mm,
				  const struct design_costs *costs);
void iomap_core_free(struct iomap_core *core);
struct iomap_core *iomap_core(const struct mm *mm);
const struct design_costs *iomap_design_costs(const struct iomap_core *core);
struct iomap_stats *iomap_stats(struct iomap_core *core);

/** iomap_account - CPU account of the generic code */
unsigned int iomap_account(const struct iomap_core *core);

/* ------------------------------------------------------------------ write */

/** struct iomap_write_ops - what a file system gives buffered writes */
struct iomap_write_ops {
	/*
	 * The mapping to write [@pos, @pos + @len) into: covers @pos, may
	 * end anywhere behind it; blocks are reserved as far as it says.
	 * Return: 0 or -errno.
	 */
	int (*begin)(struct inode *inode, uint64_t pos, uint64_t len,
		     struct iomap *ret);

	/*
	 * Read whole blocks [@pos, @pos + @len) of @folio, which a write
	 * covers only partly, and wait for them.  Called in a thread;
	 * @iomap covers @pos.  Optional: without it the time of such reads
	 * is left out (and counted).
	 * Return: 0 or -errno.
	 */
	int (*read_folio_range)(struct folio *folio, uint64_t pos, uint64_t len,
				const struct iomap *iomap);
};

/**
 * iomap_file_buffered_write - write @len bytes at @pos into the page cache
 * Makes and dirties folios, raises i_size.  Charges copies and folio work;
 * the caller charges the call itself.
 * Return: 0 or -errno.
 */
int iomap_file_buffered_write(struct inode *inode, uint64_t pos, uint64_t len,
			      const struct iomap_write_ops *ops);

/**
 * iomap_file_dontcache_write - the same, and folios made for it leave the
 * cache as soon as they are written (RWF_DONTCACHE, 6.14 on)
 */
int iomap_file_dontcache_write(struct inode *inode, uint64_t pos, uint64_t len,
			       const struct iomap_write_ops *ops);

/**
 * iomap_zero_folios - zeroes over [pos, pos + len): dirties, copies nothing,
 * leaves i_size
 * @ops: for reads of blocks that are covered partly; NULL: none
 * Return: 0 or -errno.
 */
int iomap_zero_folios(struct inode *inode, uint64_t pos, uint64_t len,
		      const struct iomap *iomap,
		      const struct iomap_write_ops *ops);

/**
 * iomap_page_mkwrite - a page of @folio becomes writable in a shared mapping
 * Maps the folio's bytes within i_size and makes all of the folio dirty.
 * Return: 0; -EFAULT when it lies beyond the end of file; what @ops returned.
 */
int iomap_page_mkwrite(struct folio *folio, const struct iomap_write_ops *ops);

/* -------------------------------------------------------------- writeback */

/**
 * iomap_writepages - run one pass: every folio of writeback_iter(), then
 * writeback_submit if something is pending
 */
int iomap_writepages(struct iomap_writepage_ctx *ctx);

/**
 * iomap_writeback_folio - write one folio's dirty ranges
 * The folio is clean for I/O and not under writeback.
 * Return: 0 or -errno.
 */
int iomap_writeback_folio(struct iomap_writepage_ctx *ctx, struct folio *folio);

/**
 * iomap_launder_folio - write one dirty folio through the pass @ctx and wait
 * For file systems that launder before they invalidate (FUSE from 6.17).
 * Return: 0 or -errno; the folio may have left the cache.
 */
int iomap_launder_folio(struct iomap_writepage_ctx *ctx, struct folio *folio);

/** iomap_start_folio_write - @bytes of @folio are queued */
void iomap_start_folio_write(struct folio *folio, uint32_t bytes);

/**
 * iomap_finish_folio_write - @bytes of @folio are written (or failed)
 * Ends the folio's writeback with the last of them.  Context: any.
 */
void iomap_finish_folio_write(struct folio *folio, uint32_t bytes);

#endif
