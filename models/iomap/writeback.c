/*
 * Writeback of folios by dirty ranges, the new design.
 * Models: iomap_writepages(), iomap_writeback_folio(),
 * iomap_writeback_range(), fs/iomap/buffered-io.c, 6.17 to 7.3.
 * Omits: fsverity, dropbehind.
 */
#include <errno.h>

#include "models/iomap/internal.h"
#include "sim/base/assert.h"

/* Write one dirty range, piece by piece as the implementation takes it. */
static int writeback_range(struct iomap_writepage_ctx *ctx, struct folio *folio,
			   uint64_t pos, uint64_t len, uint64_t end_pos,
			   bool *wrote)
{
	struct iomap_core *core = iomap_core(ctx->inode->mm);

	while (len > 0) {
		core->stats.writeback_range_calls++;
		ssize_t done = ctx->ops->writeback_range(ctx, folio, pos, len,
							 end_pos);

		if (done < 0)
			return (int)done;
		if (done == 0 || (uint64_t)done > len)
			return -EIO;
		if (ctx->iomap.type != IOMAP_HOLE)
			*wrote = true;
		pos += (uint64_t)done;
		len -= (uint64_t)done;
	}
	return 0;
}

static void charge_folio(struct iomap_core *core, const struct folio *folio)
{
	uint64_t ps = 0;

	if (folio->state)
		ps += folio_nr_blocks(folio) * core->costs->block;
	if (folio_is_large(folio)) {
		core->stats.large_folios++;
		ps += core->costs->large_folio;
	}
	sim_charge_ps(core->mm->sim, core->account, ps);
}

/* A folio of one block ends by its only completion: no bias needed. */
static void drop_bias(struct folio *folio, bool wrote)
{
	if (!folio->state) {
		if (!wrote)
			mm_end_writeback(folio);
		return;
	}
	SIM_ASSERT(folio->write_bytes_pending > 0);
	if (--folio->write_bytes_pending == 0)
		mm_end_writeback(folio);
}

int iomap_writeback_folio(struct iomap_writepage_ctx *ctx, struct folio *folio)
{
	struct iomap_core *core = iomap_core(ctx->inode->mm);
	uint64_t block = 1ull << ctx->inode->block_shift;
	uint64_t pos = folio_pos(folio);
	uint64_t end_pos;
	uint64_t len;
	bool wrote = false;
	int error = 0;

	uint64_t started = core->stats.start_folio_write_bytes;

	core->stats.writeback_folio_calls++;
	if (!iomap_writeback_handle_eof(folio, &end_pos))
		return 0;
	uint64_t end = min_u64(round_up_to(end_pos, block), folio_end(folio));

	if (folio_nr_blocks(folio) > 1 && !folio->state) {
		ifs_alloc(folio);
		ifs_set_dirty(folio, pos, end_pos - pos);
	}
	if (folio->state) {
		SIM_ASSERT(folio->write_bytes_pending == 0);
		folio->write_bytes_pending = 1;
	}
	mm_start_writeback(folio);
	charge_folio(core, folio);
	while ((len = ifs_find_dirty_range(folio, &pos, end)) > 0) {
		error = writeback_range(ctx, folio, pos, len, end_pos, &wrote);
		if (error)
			break;
		pos += len;
	}
	started = core->stats.start_folio_write_bytes - started;
	if (folio->state && started < folio_bytes(folio))
		core->stats.partial_folios++;
	if (wrote)
		ctx->nr_folios++;
	ifs_clear_all_dirty(folio);
	drop_bias(folio, wrote);
	if (error)
		mm_set_error(ctx->inode, error);
	return error;
}

int iomap_writepages(struct iomap_writepage_ctx *ctx)
{
	struct iomap_core *core = iomap_core(ctx->inode->mm);
	struct folio *folio = NULL;
	int error = 0;

	sim_charge_ps(core->mm->sim, core->account, core->costs->call);
	while ((folio = writeback_iter(ctx->inode, ctx->wbc, folio, &error)))
		error = iomap_writeback_folio(ctx, folio);
	if (!ctx->wb_ctx)
		return error;
	core->stats.writeback_submit_calls++;
	return ctx->ops->writeback_submit(ctx, error);
}

int iomap_launder_folio(struct iomap_writepage_ctx *ctx, struct folio *folio)
{
	struct iomap_core *core = iomap_core(ctx->inode->mm);
	int error;

	if (!mm_lock_folio(folio))
		return 0;
	if (!mm_clear_dirty_for_io(folio)) {
		mm_unlock_folio(folio);
		return 0;
	}
	mm_way_pass(folio, sim_now_ns(core->mm->sim));
	error = iomap_writeback_folio(ctx, folio);
	if (ctx->wb_ctx) {
		core->stats.writeback_submit_calls++;
		error = ctx->ops->writeback_submit(ctx, error);
	}
	mm_unlock_folio(folio);
	mm_wait_writeback(folio);
	return error;
}

void iomap_start_folio_write(struct folio *folio, uint32_t bytes)
{
	iomap_core(folio->inode->mm)->stats.start_folio_write_bytes += bytes;
	if (folio->state)
		folio->write_bytes_pending += bytes;
}

void iomap_finish_folio_write(struct folio *folio, uint32_t bytes)
{
	struct iomap_core *core = iomap_core(folio->inode->mm);

	core->stats.finish_folio_write_calls++;
	core->stats.finish_folio_write_bytes += bytes;
	if (folio->state) {
		SIM_ASSERT(folio->write_bytes_pending >= bytes);
		folio->write_bytes_pending -= bytes;
		if (folio->write_bytes_pending)
			return;
	}
	mm_end_writeback(folio);
}
