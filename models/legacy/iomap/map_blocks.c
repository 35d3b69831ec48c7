/*
 * The design up to 6.16, for file systems above bios: map_blocks,
 * submit_ioend and discard_folio as XFS gives them.
 * Models: xfs_map_blocks(), xfs_submit_ioend(), xfs_discard_folio(),
 * fs/xfs/xfs_aops.c, 6.14 to 6.16.
 */
#include <stdlib.h>

#include "models/legacy/iomap/legacy_iomap.h"
#include "sim/base/assert.h"

static int map_blocks(struct legacy_writepage_ctx *ctx, struct inode *inode,
		      uint64_t pos, uint64_t len)
{
	return ctx->builder.fs->map(inode, pos, len, &ctx->iomap);
}

static int submit(struct legacy_writepage_ctx *ctx, int status)
{
	struct ioend *ioend = ctx->builder.pending;

	if (status)
		return status;
	return ioend_prepare_and_submit(&ctx->builder, ioend);
}

static const struct legacy_writeback_ops ops = {
	.map_blocks = map_blocks,
	.submit_ioend = submit,
};

static int writepages(struct ioend_core *core, struct inode *inode,
		      struct writeback_control *wbc,
		      const struct ioend_fs_ops *fs)
{
	struct legacy_writeback_ops own = ops;
	struct legacy_writepage_ctx ctx = {
		.inode = inode,
		.wbc = wbc,
		.ops = &own,
		.builder = {
			.core = core,
			.fs = fs,
			.wbc = wbc,
		},
	};

	own.discard_folio = fs->discard_folio;
	return legacy_iomap_writepages(&ctx);
}

static void attach(struct ioend_core *core)
{
	struct legacy_iomap_stats *stats = calloc(1, sizeof(*stats));

	SIM_ASSERT(stats != NULL);
	legacy_iomap_register(stats, sim_metrics(core->queue->sim));
	core->design_private = stats;
}

static const char *const methods[] = { "legacy_iomap.map_blocks_calls",
				       "legacy_iomap.submit_ioend_calls",
				       "legacy_iomap.discard_folio_calls",
				       NULL };

const struct wb_design wb_design_map_blocks = {
	.name = "map-blocks",
	.help = "Linux up to 6.16: generic code asks for mappings (map_blocks), builds ioends itself and lets the file system submit them",
	.methods = methods,
	.submit_path =
		"generic submit_ioend -> ->submit_ioend -> prepare -> submit_bio",
	.attach = attach,
	.writepages = writepages,
};
