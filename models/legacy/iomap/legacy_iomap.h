/*
 * The writeback design up to 6.16: the generic code maps blocks, builds and
 * submits ioends itself, and asks the file system through three hooks.
 *
 * Source: fs/iomap/buffered-io.c of 6.12 to 6.16 (iomap_writepages(),
 * iomap_writepage_map(), iomap_writepage_map_blocks(),
 * iomap_submit_ioend()); see docs/models.md.
 */
#ifndef MODELS_LEGACY_IOMAP_LEGACY_IOMAP_H
#define MODELS_LEGACY_IOMAP_LEGACY_IOMAP_H

#include "models/ioend/ioend.h"

struct legacy_writepage_ctx;

/** struct legacy_writeback_ops - hooks of the old design */
struct legacy_writeback_ops {
	/*
	 * Make ctx->iomap cover @pos; may reuse a valid map.  Called at
	 * least once per dirty range and once per mapping piece.  Required.
	 * Return: 0 or -errno.
	 */
	int (*map_blocks)(struct legacy_writepage_ctx *ctx, struct inode *inode,
			  uint64_t pos, uint64_t len);

	/*
	 * Fix up ctx's pending ioend and submit it.  Optional: without it
	 * the generic code submits.  Return: 0, or -errno: the generic
	 * code then fails the ioend.
	 */
	int (*submit_ioend)(struct legacy_writepage_ctx *ctx, int status);

	/*
	 * A range failed; @pos: first failing byte.  Optional.
	 */
	void (*discard_folio)(struct folio *folio, uint64_t pos);
};

/** struct legacy_writepage_ctx - one writeback pass; knows its ioend */
struct legacy_writepage_ctx {
	struct inode *inode;
	struct writeback_control *wbc;
	const struct legacy_writeback_ops *ops;
	struct iomap iomap;
	unsigned int nr_folios;
	struct ioend_builder builder;
};

/** legacy_iomap_writepages - run one pass */
int legacy_iomap_writepages(struct legacy_writepage_ctx *ctx);

/**
 * struct legacy_iomap_stats - calls across the old line
 * Registered as legacy_iomap.* by legacy_iomap_register().
 */
struct legacy_iomap_stats {
	uint64_t writepage_map_calls;
	uint64_t map_blocks_calls;
	uint64_t submit_ioend_calls;
	uint64_t discard_folio_calls;
};

/**
 * legacy_iomap_register - the counters of a run
 * @stats: lives as long as the run; passes count into it
 */
void legacy_iomap_register(struct legacy_iomap_stats *stats,
			   struct sim_metrics *metrics);

extern const struct wb_design wb_design_map_blocks;

#endif
