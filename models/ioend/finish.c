/*
 * Completion of ioends: ending folios, sorting and merging lists.
 * Models: iomap_finish_ioend_buffered(), iomap_finish_ioends(),
 * iomap_ioend_try_merge(), iomap_sort_ioends(), 6.12 to 7.3.
 * Omits: the yield after 32768 folios.
 */
#include "models/ioend/ioend.h"

#include <string.h>

#include "sim/base/assert.h"

static void charge_large_segments(const struct ioend_core *core,
				  const struct bio *bio)
{
	uint64_t nr = 0;

	for (uint32_t i = 0; i < bio->nr_segs; i++)
		nr += folio_is_large(bio->segs[i].folio);
	sim_charge_ps(core->queue->sim, core->account,
		      nr * iomap_design_costs(core->iomap)->large_segment_end);
}

/* The last of its parts is done: end the folios. */
static void finish_whole(struct ioend *ioend, int error)
{
	struct ioend_core *core = ioend->core;
	const struct design_costs *costs = iomap_design_costs(core->iomap);
	struct bio *bio = &ioend->bio;
	struct sim *sim = core->queue->sim;

	if (error)
		mm_set_error(ioend->inode, error);
	sim_charge_ps(sim, core->account,
		      costs->ioend_end + core->costs->bio_free +
			      bio->nr_segs * costs->segment_end);
	if (costs->large_segment_end)
		charge_large_segments(core, bio);
	mm_way_begin(ioend->inode->mm, &core->way, bio->at_ns);
	for (uint32_t i = 0; i < bio->nr_segs; i++)
		iomap_finish_folio_write(bio->segs[i].folio,
					 bio->segs[i].bytes);
	mm_way_done(ioend->inode->mm);
	core->stats.finished++;
	bio_done(bio);
	pool_put(&core->ioends, ioend);
}

static void finish_part(struct ioend *part)
{
	struct ioend_core *core = part->core;

	sim_charge_ps(core->queue->sim, core->account,
		      iomap_design_costs(core->iomap)->ioend_end +
			      core->costs->bio_free);
	core->stats.finished++;
	bio_done(&part->bio);
	pool_put(&core->ioends, part);
}

static void finish_one(struct ioend *ioend, int error)
{
	struct ioend *part = ioend->parent ? ioend : NULL;

	if (part)
		ioend = part->parent;
	if (!ioend->parts_error)
		ioend->parts_error = error;
	SIM_ASSERT(ioend->remaining > 0);
	bool is_last = --ioend->remaining == 0;

	if (part && is_last)
		memcpy(ioend->bio.at_ns, part->bio.at_ns,
		       sizeof(part->bio.at_ns));
	if (part)
		finish_part(part);
	if (is_last)
		finish_whole(ioend, ioend->parts_error);
}

void ioend_work_begins(struct ioend *ioend)
{
	ioend->bio.at_ns[BIO_AT_WORK] = sim_now_ns(ioend->core->queue->sim);
}

void ioend_finish(struct ioend *ioend, int error)
{
	while (ioend) {
		struct ioend *merged = ioend->merged;

		if (merged)
			merged->bio.at_ns[BIO_AT_WORK] =
				ioend->bio.at_ns[BIO_AT_WORK];

		finish_one(ioend, error);
		ioend = merged;
	}
}

static struct ioend *merge_lists(struct ioend *a, struct ioend *b)
{
	struct ioend *head = NULL;
	struct ioend **tail = &head;

	while (a && b) {
		struct ioend **first =
			a->offset_bytes <= b->offset_bytes ? &a : &b;

		*tail = *first;
		tail = &(*first)->next;
		*first = *tail;
	}
	*tail = a ? a : b;
	return head;
}

/* Bottom-up merge sort: slot i holds a sorted run of 2^i ioends. */
void ioend_sort(struct ioend **list)
{
	struct ioend *runs[48] = { NULL };
	struct ioend *rest = *list;
	struct ioend *sorted = NULL;

	while (rest) {
		struct ioend *run = rest;
		unsigned int i = 0;

		rest = rest->next;
		run->next = NULL;
		for (; runs[i]; i++) {
			run = merge_lists(runs[i], run);
			runs[i] = NULL;
		}
		runs[i] = run;
	}
	for (unsigned int i = 0; i < 48; i++)
		sorted = merge_lists(runs[i], sorted);
	*list = sorted;
}

static bool can_merge(const struct ioend *ioend, const struct ioend *next)
{
	if (ioend->bio.status != next->bio.status)
		return false;
	if (next->flags & IOEND_BOUNDARY)
		return false;
	if ((ioend->flags & IOEND_NOMERGE) != (next->flags & IOEND_NOMERGE))
		return false;
	if (ioend->offset_bytes + ioend->size_bytes != next->offset_bytes)
		return false;
	return ioend->sector + (ioend->size_bytes >> SECTOR_SHIFT) ==
	       next->sector;
}

unsigned int ioend_try_merge(struct ioend *ioend, struct ioend **list)
{
	struct ioend **tail = &ioend->merged;
	unsigned int nr = 0;

	while (*tail)
		tail = &(*tail)->merged;
	while (*list && can_merge(ioend, *list)) {
		struct ioend *next = *list;

		*list = next->next;
		next->next = NULL;
		ioend->size_bytes += next->size_bytes;
		*tail = next;
		tail = &next->merged;
		nr++;
	}
	ioend->core->stats.merged += nr;
	return nr;
}
