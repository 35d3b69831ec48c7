/*
 * The generic code of the old design.
 */
#include "models/legacy/iomap/legacy_iomap.h"

#include "models/iomap/state.h"
#include "sim/base/assert.h"

void legacy_iomap_register(struct legacy_iomap_stats *stats,
			   struct sim_metrics *metrics)
{
	metrics_counter(metrics, "legacy_iomap.writepage_map_calls", "calls",
			&stats->writepage_map_calls);
	metrics_counter(metrics, "legacy_iomap.map_blocks_calls", "calls",
			&stats->map_blocks_calls);
	metrics_counter(metrics, "legacy_iomap.submit_ioend_calls", "calls",
			&stats->submit_ioend_calls);
	metrics_counter(metrics, "legacy_iomap.discard_folio_calls", "calls",
			&stats->discard_folio_calls);
}

static struct legacy_iomap_stats *stats_of(struct legacy_writepage_ctx *ctx)
{
	return ctx->builder.core->design_private;
}

/* Submit the pending ioend, if any; the old generic code owns it. */
static int submit_ioend(struct legacy_writepage_ctx *ctx, int error)
{
	struct ioend *ioend = ctx->builder.pending;

	if (!ioend)
		return error;
	if (ctx->ops->submit_ioend) {
		stats_of(ctx)->submit_ioend_calls++;
		error = ctx->ops->submit_ioend(ctx, error);
	} else if (!error) {
		ioend_submit(ioend, 0);
	}
	if (error)
		ioend_submit(ioend, error);
	ctx->builder.pending = NULL;
	return error;
}

static int submit_full(struct ioend_builder *builder, void *ctx, int error)
{
	(void)builder;
	return submit_ioend(ctx, error);
}

/* Map and add one dirty range, mapping piece by mapping piece. */
static int map_dirty_range(struct legacy_writepage_ctx *ctx,
			   struct folio *folio, uint64_t pos, uint64_t len,
			   uint64_t end_pos, bool *wrote)
{
	int error = 0;

	while (len > 0) {
		stats_of(ctx)->map_blocks_calls++;
		error = ctx->ops->map_blocks(ctx, ctx->inode, pos, len);
		if (error)
			break;
		ioend_trace_range(ctx->builder.core, pos, len);
		ssize_t done = ioend_add(&ctx->builder, &ctx->iomap, folio, pos,
					 len, end_pos);

		if (done < 0) {
			error = (int)done;
			break;
		}
		if (ctx->iomap.type != IOMAP_HOLE)
			*wrote = true;
		pos += (uint64_t)done;
		len -= (uint64_t)done;
	}
	if (error && ctx->ops->discard_folio) {
		stats_of(ctx)->discard_folio_calls++;
		ctx->ops->discard_folio(folio, pos);
	}
	return error;
}

static void charge_folio(struct legacy_writepage_ctx *ctx,
			 const struct folio *folio)
{
	struct iomap_core *core = ctx->builder.core->iomap;
	const struct design_costs *costs = iomap_design_costs(core);
	uint64_t ps = 0;

	if (folio->state)
		ps += folio_nr_blocks(folio) * costs->block;
	if (folio_is_large(folio)) {
		iomap_stats(core)->large_folios++;
		ps += costs->large_folio;
	}
	sim_charge_ps(ctx->inode->mm->sim, iomap_account(core), ps);
}

static void prepare_state(struct folio *folio, uint64_t end_pos)
{
	if (folio_nr_blocks(folio) > 1 && !folio->state) {
		ifs_alloc(folio);
		ifs_set_dirty(folio, folio_pos(folio),
			      end_pos - folio_pos(folio));
	}
	/* one byte keeps the folio in writeback until all ranges are added */
	if (folio->state) {
		SIM_ASSERT(folio->write_bytes_pending == 0);
		folio->write_bytes_pending = 1;
	}
}

static void finish_folio(struct folio *folio, bool wrote)
{
	ifs_clear_all_dirty(folio);
	if (folio->state ? --folio->write_bytes_pending == 0 : !wrote)
		mm_end_writeback(folio);
}

static int writepage_map(struct legacy_writepage_ctx *ctx, struct folio *folio)
{
	uint64_t block = 1ull << ctx->inode->block_shift;
	uint64_t pos = folio_pos(folio);
	uint64_t end_pos;
	uint64_t len;
	bool wrote = false;
	int error = 0;

	stats_of(ctx)->writepage_map_calls++;
	if (!iomap_writeback_handle_eof(folio, &end_pos))
		return 0;
	uint64_t end = min_u64(round_up_to(end_pos, block), folio_end(folio));

	prepare_state(folio, end_pos);
	mm_start_writeback(folio);
	charge_folio(ctx, folio);
	while ((len = ifs_find_dirty_range(folio, &pos, end)) > 0) {
		error = map_dirty_range(ctx, folio, pos, len, end_pos, &wrote);
		if (error)
			break;
		pos += len;
	}
	if (wrote)
		ctx->nr_folios++;
	finish_folio(folio, wrote);
	if (error)
		mm_set_error(ctx->inode, error);
	return error;
}

int legacy_iomap_writepages(struct legacy_writepage_ctx *ctx)
{
	struct iomap_core *core = ctx->builder.core->iomap;
	struct folio *folio = NULL;
	int error = 0;

	ctx->builder.submit = submit_full;
	ctx->builder.ctx = ctx;
	ctx->builder.nr_folios = &ctx->nr_folios;
	sim_charge_ps(ctx->inode->mm->sim, iomap_account(core),
		      iomap_design_costs(core)->call);
	while ((folio = writeback_iter(ctx->inode, ctx->wbc, folio, &error)))
		error = writepage_map(ctx, folio);
	return submit_ioend(ctx, error);
}
