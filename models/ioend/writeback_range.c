/*
 * The design of 6.17 on, for file systems above bios: the generic code of
 * models/iomap calls writeback_range and writeback_submit, everything about
 * ioends happens behind them.
 * Models: xfs_writeback_range(), xfs_writeback_submit(),
 * fs/xfs/xfs_aops.c; iomap_add_to_ioend(),
 * iomap_ioend_writeback_submit(), fs/iomap/ioend.c; 6.17 to 7.3.
 */
#include "models/ioend/ioend.h"

/* The pass's context, with the generic part first. */
struct range_ctx {
	struct iomap_writepage_ctx generic;
	struct ioend_builder builder;
};

static ssize_t writeback_range(struct iomap_writepage_ctx *generic,
			       struct folio *folio, uint64_t pos, uint64_t len,
			       uint64_t end_pos)
{
	struct range_ctx *ctx = (struct range_ctx *)generic;
	const struct ioend_fs_ops *fs = ctx->builder.fs;
	ssize_t done = fs->map(generic->inode, pos, len, &generic->iomap);

	if (done == 0) {
		ioend_trace_range(ctx->builder.core, pos, len);
		done = ioend_add(&ctx->builder, &generic->iomap, folio, pos,
				 len, end_pos);
	}
	generic->wb_ctx = ctx->builder.pending;
	if (done < 0 && fs->discard_folio)
		fs->discard_folio(folio, pos);
	return done;
}

static int writeback_submit(struct iomap_writepage_ctx *generic, int error)
{
	struct range_ctx *ctx = (struct range_ctx *)generic;
	struct ioend *ioend = ctx->builder.pending;

	ctx->builder.pending = NULL;
	generic->wb_ctx = NULL;
	if (!error)
		error = ioend_prepare_and_submit(&ctx->builder, ioend);
	return error ? ioend_submit(ioend, error) : 0;
}

static const struct iomap_writeback_ops ops = {
	.writeback_range = writeback_range,
	.writeback_submit = writeback_submit,
};

/* A full ioend goes the same way as the last one of a pass. */
static int submit_full(struct ioend_builder *builder, void *ctx, int error)
{
	struct iomap_writepage_ctx *generic = ctx;

	iomap_stats(builder->core->iomap)->writeback_submit_calls++;
	return generic->ops->writeback_submit(generic, error);
}

static int writepages(struct ioend_core *core, struct inode *inode,
		      struct writeback_control *wbc,
		      const struct ioend_fs_ops *fs)
{
	struct range_ctx ctx = {
		.generic = {
			.inode = inode,
			.wbc = wbc,
			.ops = &ops,
		},
		.builder = {
			.core = core,
			.fs = fs,
			.wbc = wbc,
			.submit = submit_full,
		},
	};

	ctx.builder.nr_folios = &ctx.generic.nr_folios;
	ctx.builder.ctx = &ctx.generic;
	return iomap_writepages(&ctx.generic);
}

static const char *const methods[] = { "iomap.writeback_range_calls",
				       "iomap.writeback_submit_calls", NULL };

const struct wb_design wb_design_writeback_range = {
	.name = "writeback-range",
	.help = "Linux 6.17 on: generic code calls writeback_range and writeback_submit and knows no ioend",
	.methods = methods,
	.submit_path =
		"writeback_submit -> prepare -> ioend_submit -> submit_bio",
	.writepages = writepages,
};
