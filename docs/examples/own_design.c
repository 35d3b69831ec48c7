/*
 * A design of one's own: writeback-range with ioends of at most 4 MiB.
 *
 * An ioend is one bio, and no folio of it leaves writeback before the bio
 * ends; smaller ones give folios back earlier and cost more submissions.
 */
#include "models/ioend/ioend.h"
#include "sim/base/units.h"

#define MAX_IOEND_BYTES (4u << 20)

/* One pass: the generic part first, so that methods can cast. */
struct own_ctx {
	struct iomap_writepage_ctx generic;
	struct ioend_builder builder;
};

static int writeback_submit(struct iomap_writepage_ctx *generic, int error)
{
	struct own_ctx *ctx = (struct own_ctx *)generic;
	struct ioend *ioend = ctx->builder.pending;

	ctx->builder.pending = NULL;
	generic->wb_ctx = NULL;
	if (!error)
		error = ioend_prepare_and_submit(&ctx->builder, ioend);
	return error ? ioend_submit(ioend, error) : 0;
}

/* How a full ioend is submitted: as the last one of a pass, and counted. */
static int submit_full(struct ioend_builder *builder, void *ctx, int error)
{
	iomap_stats(builder->core->iomap)->writeback_submit_calls++;
	return writeback_submit(ctx, error);
}

/* The generic code asks again for what a call leaves over. */
static ssize_t writeback_range(struct iomap_writepage_ctx *generic,
			       struct folio *folio, uint64_t pos, uint64_t len,
			       uint64_t end_pos)
{
	struct own_ctx *ctx = (struct own_ctx *)generic;
	struct ioend_builder *builder = &ctx->builder;
	ssize_t done =
		builder->fs->map(generic->inode, pos, len, &generic->iomap);

	if (!done && builder->pending &&
	    builder->pending->bio.bytes >= MAX_IOEND_BYTES)
		done = submit_full(builder, ctx, 0);
	if (!done) {
		uint64_t used =
			builder->pending ? builder->pending->bio.bytes : 0;

		ioend_trace_range(builder->core, pos, len);
		done = ioend_add(builder, &generic->iomap, folio, pos,
				 min_u64(len, MAX_IOEND_BYTES - used), end_pos);
	}
	generic->wb_ctx = builder->pending;
	if (done < 0 && builder->fs->discard_folio)
		builder->fs->discard_folio(folio, pos);
	return done;
}

static const struct iomap_writeback_ops ops = {
	.writeback_range = writeback_range,
	.writeback_submit = writeback_submit,
};

static int writepages(struct ioend_core *core, struct inode *inode,
		      struct writeback_control *wbc,
		      const struct ioend_fs_ops *fs)
{
	struct own_ctx ctx = {
		.generic = { .inode = inode, .wbc = wbc, .ops = &ops },
		.builder = { .core = core,
			     .fs = fs,
			     .wbc = wbc,
			     .submit = submit_full },
	};

	ctx.builder.nr_folios = &ctx.generic.nr_folios;
	ctx.builder.ctx = &ctx;
	return iomap_writepages(&ctx.generic);
}

static const char *const methods[] = { "iomap.writeback_range_calls",
				       "iomap.writeback_submit_calls", NULL };

/* The name is wb_design_ and this file's: -DWBSIM_EXTRA_DESIGN finds it. */
extern const struct wb_design wb_design_own_design;
const struct wb_design wb_design_own_design = {
	.name = "ioend-4m",
	.help = "writeback-range with ioends of at most 4 MiB",
	.methods = methods,
	.submit_path = "writeback_submit -> ioend_submit -> submit_bio",
	.writepages = writepages,
};
