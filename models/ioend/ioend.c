/*
 * Building and submitting ioends.
 * Models: iomap_add_to_ioend(), iomap_can_add_to_ioend(),
 * iomap_alloc_ioend(), iomap_ioend_writeback_submit(), 6.12 to 7.3.
 */
#include "models/ioend/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"
#include "sim/base/digest.h"

static void register_metrics(struct ioend_core *core, struct sim_metrics *m)
{
	struct ioend_stats *s = &core->stats;

	metrics_counter(m, "ioend.add_calls", "calls", &s->add_calls);
	metrics_counter(m, "ioend.bio_add_calls", "calls", &s->bio_add_calls);
	metrics_counter(m, "ioend.ioends", "ioends", &s->ioends);
	metrics_counter(m, "ioend.failed", "ioends", &s->ioends_failed);
	metrics_counter(m, "ioend.parts", "ioends", &s->parts);
	metrics_counter(m, "ioend.finished", "ioends", &s->finished);
	metrics_counter(m, "ioend.merged", "ioends", &s->merged);
	metrics_counter(m, "ioend.ended_in_task", "ioends", &s->ended_in_task);
	metrics_counter(m, "ioend.task_batches", "batches", &s->task_batches);
	metrics_counter(m, "ioend.placement_digest", "digest",
			&s->placement_digest);
	metrics_counter(m, "ioend.max_folios", "folios", &s->max_folios);
	metrics_counter(m, "ioend.cut_by_folios", "ioends", &s->cut_by_folios);
	metrics_counter(m, "ioend.cut_by_vecs", "ioends", &s->cut_by_vecs);
	metrics_counter(m, "ioend.cut_by_range", "ioends", &s->cut_by_range);
}

void ioend_core_init(struct ioend_core *core, struct iomap_core *iomap,
		     struct mm *mm, struct blk_queue *queue,
		     const struct ioend_config *config,
		     const struct ioend_costs *costs)
{
	static const char *const fields[] = { "pos_bytes", "bytes" };

	memset(core, 0, sizeof(*core));
	core->iomap = iomap;
	core->queue = queue;
	core->config = config;
	core->costs = costs;
	core->account = sim_account_add(mm->sim, "ioend");
	pool_init(&core->ioends, "ioend", sizeof(struct ioend));
	ioend_in_task_init(core);
	core->stream_ranges = stream_new(mm->sim, "ioend_ranges", fields, 2);
	register_metrics(core, sim_metrics(mm->sim));
	mm_ways_add(mm, blk_way_stages, NR_BLK_WAY_STAGES, &core->way);
}

void ioend_core_done(struct ioend_core *core)
{
	pool_done(&core->ioends);
	ioend_in_task_done(core);
	free(core->design_private);
}

void ioend_trace_range(struct ioend_core *core, uint64_t pos, uint64_t len)
{
	stream_emit(core->stream_ranges, pos, len, 0, 0);
}

static unsigned int bio_flags(const struct writeback_control *wbc)
{
	if (wbc->sync_mode == WB_SYNC_ALL)
		return BIO_SYNC;
	if (wbc->for_background || wbc->for_kupdate)
		return BIO_BACKGROUND;
	return 0;
}

static struct ioend *ioend_new(struct ioend_builder *builder,
			       const struct iomap *iomap, struct inode *inode,
			       uint64_t pos, unsigned int flags)
{
	struct ioend_core *core = builder->core;
	struct ioend *ioend = pool_get(&core->ioends);
	uint64_t sector = iomap_sector(iomap, pos);

	ioend->core = core;
	ioend->inode = inode;
	ioend->flags = flags;
	ioend->error = 0;
	ioend->has_uncached = false;
	ioend->offset_bytes = pos;
	ioend->size_bytes = 0;
	ioend->sector = sector;
	ioend->next = NULL;
	ioend->merged = NULL;
	ioend->parent = NULL;
	ioend->remaining = 1;
	ioend->parts_error = 0;
	bio_init(&ioend->bio, core->queue, BIO_WRITE, bio_flags(builder->wbc),
		 sector);
	ioend->bio.private = ioend;
	sim_charge_ps(core->queue->sim, core->account,
		      core->costs->bio_alloc +
			      iomap_design_costs(core->iomap)->ioend);
	core->stats.ioends++;
	*builder->nr_folios = 0;
	return ioend;
}

static bool can_add(const struct ioend_builder *builder,
		    const struct iomap *iomap, uint64_t pos, unsigned int flags)
{
	const struct ioend *ioend = builder->pending;

	if (flags & IOEND_BOUNDARY)
		return false;
	if ((flags & IOEND_NOMERGE) != (ioend->flags & IOEND_NOMERGE))
		return false;
	if (pos != ioend->offset_bytes + ioend->size_bytes)
		return false;
	if (!(iomap->flags & IOMAP_F_ANON_WRITE) &&
	    iomap_sector(iomap, pos) != bio_end_sector(&ioend->bio))
		return false;
	return true;
}

/* A limit of its own: writeback must not hold too many folios in one piece. */
static bool is_full(const struct ioend_builder *builder)
{
	struct ioend_stats *stats = &builder->core->stats;

	stats->max_folios = max_u64(stats->max_folios, *builder->nr_folios);
	return *builder->nr_folios >= builder->core->config->max_folios;
}

static int submit_pending(struct ioend_builder *builder)
{
	int error = builder->submit(builder, builder->ctx, 0);

	builder->pending = NULL;
	return error;
}

static unsigned int range_flags(const struct ioend_builder *builder,
				const struct iomap *iomap,
				const struct folio *folio, uint64_t pos)
{
	unsigned int flags = 0;

	if (folio->flags & FOLIO_DROPBEHIND &&
	    builder->core->config->dontcache == DONTCACHE_IOEND_FLAG)
		flags |= IOEND_DONTCACHE;
	if (iomap->type == IOMAP_UNWRITTEN)
		flags |= IOEND_UNWRITTEN;
	if (iomap->flags & IOMAP_F_SHARED)
		flags |= IOEND_SHARED;
	if (iomap->flags & IOMAP_F_BOUNDARY && pos == iomap->offset_bytes)
		flags |= IOEND_BOUNDARY;
	return flags;
}

/* Make sure that the pending ioend may take the piece at @pos. */
static int open_ioend(struct ioend_builder *builder, const struct iomap *iomap,
		      struct inode *inode, uint64_t pos, unsigned int flags)
{
	struct ioend_stats *stats = &builder->core->stats;
	int error;

	if (builder->pending) {
		if (can_add(builder, iomap, pos, flags)) {
			if (!is_full(builder))
				return 0;
			stats->cut_by_folios++;
		} else {
			stats->cut_by_range++;
		}
		error = submit_pending(builder);
		if (error)
			return error;
	}
	builder->pending = ioend_new(builder, iomap, inode, pos, flags);
	return 0;
}

static bool add_folio(struct ioend_builder *builder, struct folio *folio,
		      uint64_t pos, uint32_t bytes)
{
	struct ioend_core *core = builder->core;
	struct bio *bio = &builder->pending->bio;

	core->stats.bio_add_calls++;
	sim_charge_ps(core->queue->sim, core->account,
		      bio->nr_segs ? core->costs->bio_add_next
				   : core->costs->bio_add_first);
	return bio_add_folio(bio, folio, (uint32_t)(pos - folio_pos(folio)),
			     bytes, (uint32_t)core->config->max_vecs,
			     core->config->max_bytes);
}

ssize_t ioend_add(struct ioend_builder *builder, const struct iomap *iomap,
		  struct folio *folio, uint64_t pos, uint64_t len,
		  uint64_t end_pos)
{
	struct ioend_core *core = builder->core;
	uint64_t bytes = min_u64(len, iomap_end(iomap) - pos);
	unsigned int flags = range_flags(builder, iomap, folio, pos);
	const struct design_costs *costs = iomap_design_costs(core->iomap);
	uint64_t ps;
	int error;

	core->stats.add_calls++;
	ps = costs->range + (folio_is_large(folio) ? costs->large_range : 0);
	sim_charge_ps(core->queue->sim, core->account, ps);
	if (iomap->type == IOMAP_HOLE)
		return (ssize_t)bytes;
	if (iomap->type == IOMAP_DELALLOC)
		return -EIO;
	error = open_ioend(builder, iomap, folio->inode, pos, flags);
	if (error)
		return error;
	if (!add_folio(builder, folio, pos, (uint32_t)bytes)) {
		core->stats.cut_by_vecs++;
		error = submit_pending(builder);
		if (error)
			return error;
		builder->pending =
			ioend_new(builder, iomap, folio->inode, pos, flags);
		bool added = add_folio(builder, folio, pos, (uint32_t)bytes);

		SIM_ASSERT(added);
	}
	iomap_start_folio_write(folio, (uint32_t)bytes);
	if (folio->flags & FOLIO_DROPBEHIND)
		builder->pending->has_uncached = true;
	struct ioend *ioend = builder->pending;

	ioend->size_bytes = min_u64(ioend->size_bytes + bytes,
				    end_pos - ioend->offset_bytes);
	return (ssize_t)bytes;
}

static bool must_end_in_task(const struct ioend *ioend)
{
	const struct ioend_config *config = ioend->core->config;

	return config->completion == IOEND_END_PER_CPU ||
	       (ioend->has_uncached &&
		config->dontcache == DONTCACHE_BIO_IN_TASK);
}

static void end_bio(struct bio *bio)
{
	struct ioend *ioend = bio->private;

	if (must_end_in_task(ioend) && sim_in_irq(ioend->core->queue->sim))
		ioend_end_in_task(ioend);
	else
		ioend_finish(ioend, bio->status);
}

static void note_placement(const struct ioend *ioend)
{
	struct ioend_stats *stats = &ioend->core->stats;
	const uint64_t words[] = { stats->placement_digest, ioend->inode->ino,
				   ioend->offset_bytes, ioend->size_bytes,
				   ioend->sector };

	/* 62 bits: differences of counters stay within JSON's integers */
	stats->placement_digest = digest_bytes(words, sizeof(words)) >> 2;
}

int ioend_submit(struct ioend *ioend, int error)
{
	if (!ioend->bio.end_io)
		ioend->bio.end_io = end_bio;
	if (error) {
		ioend->core->stats.ioends_failed++;
		ioend->bio.submit_ns = sim_now_ns(ioend->core->queue->sim);
		bio_endio(&ioend->bio, error);
		return error;
	}
	note_placement(ioend);
	submit_bio(&ioend->bio);
	return 0;
}

int ioend_prepare_and_submit(struct ioend_builder *builder, struct ioend *ioend)
{
	const struct ioend_fs_ops *fs = builder->fs;
	int error = fs->prepare_submit ? fs->prepare_submit(ioend) : 0;

	if (error)
		return error;
	if (fs->submit)
		fs->submit(builder, ioend);
	else
		ioend_submit(ioend, 0);
	return 0;
}
