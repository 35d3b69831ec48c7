/*
 * Set-up of the page cache and its inodes; dropping folios.
 */
#include "models/mm/mm.h"

#include <errno.h>
#include <string.h>

#include "models/mm/dirty_control.h"
#include "models/mm/fault.h"
#include "models/mm/writeback.h"
#include "sim/base/assert.h"

static void register_metrics(struct mm *mm)
{
	struct sim_metrics *m = sim_metrics(mm->sim);
	struct mm_stats *s = &mm->stats;
	static const char *const fields[] = { "offset_bytes", "bytes" };
	static const char *const fill_fields[] = { "offset_bytes", "order" };

	metrics_counter(m, "mm.write_calls", "calls", &s->write_calls);
	metrics_counter(m, "mm.written_bytes", "bytes", &s->written_bytes);
	metrics_counter(m, "mm.folios_made", "folios", &s->folios_made);
	metrics_counter(m, "mm.folios_found", "folios", &s->folios_found);
	metrics_counter(m, "mm.dirtied_bytes", "bytes", &s->dirtied_bytes);
	metrics_counter(m, "mm.dirty_bytes_max", "bytes", &s->dirty_bytes_max);
	metrics_counter(m, "mm.writepages_calls", "calls",
			&s->writepages_calls);
	metrics_counter(m, "mm.clear_dirty_calls", "calls",
			&s->clear_dirty_calls);
	metrics_counter(m, "mm.start_writeback_calls", "calls",
			&s->start_writeback_calls);
	metrics_counter(m, "mm.end_writeback_calls", "calls",
			&s->end_writeback_calls);
	metrics_counter(m, "mm.balance_calls", "calls", &s->balance_calls);
	metrics_counter(m, "mm.dropped_behind", "folios", &s->dropped_behind);
	metrics_counter(m, "mm.partial_reads", "reads", &s->partial_reads);
	metrics_counter(m, "mm.partial_reads", "reads", &s->partial_reads);
	metrics_counter(m, "mm.partial_reads_left_out", "reads",
			&s->partial_reads_left_out);
	metrics_counter(m, "mm.write_faults", "faults", &s->write_faults);
	metrics_counter(m, "mm.fills", "folios", &s->fills);
	metrics_gauge(m, "dirty", "bytes", false, &s->dirty_bytes);
	metrics_gauge(m, "writeback", "bytes", false, &s->writeback_bytes);
	metrics_gauge(m, "written", "bytes", true, &s->written_bytes);
	mm->stream_folios = stream_new(mm->sim, "folios", fields, 2);
	mm->stream_fills = stream_new(mm->sim, "fills", fill_fields, 2);
}

void mm_init(struct mm *mm, struct sim *sim, const struct mm_config *config,
	     const struct mm_costs *costs, const struct frames_config *frames)
{
	memset(mm, 0, sizeof(*mm));
	mm->sim = sim;
	mm->config = config;
	mm->costs = costs;
	mm->frames = frames;
	mm->next_frame = 1;
	mm->next_ino = 1;
	rng_init(&mm->frames_rng, sim_seed(sim), "mm.frames");
	hpool_init(&mm->folios, "folio", sizeof(struct folio));
	hpool_init(&mm->nodes, "page index node", page_index_node_bytes());
	mm_ways_init(mm);
	mm->accounts.write_call = sim_account_add(sim, "write call");
	mm->accounts.copy = sim_account_add(sim, "copy");
	mm->accounts.folio_alloc = sim_account_add(sim, "folio allocation");
	mm->accounts.dirty_walk = sim_account_add(sim, "dirty walk");
	mm->accounts.end_writeback = sim_account_add(sim, "end of writeback");
	register_metrics(mm);
}

void mm_done(struct mm *mm)
{
	mm_ways_done(mm);
	hpool_done(&mm->folios);
	hpool_done(&mm->nodes);
}

void inode_init(struct inode *inode, struct mm *mm, const char *name,
		unsigned int block_shift, const struct mapping_ops *ops)
{
	memset(inode, 0, sizeof(*inode));
	inode->mm = mm;
	inode->name = name;
	inode->ino = mm->next_ino++;
	inode->block_shift = block_shift;
	if (block_shift > PAGE_SHIFT)
		inode->min_order = block_shift - PAGE_SHIFT;
	inode->max_order = log2_floor(mm->config->max_folio_bytes) - PAGE_SHIFT;
	inode->ops = ops;
	inode->waiters.name = "folio writeback";
	if (mm->dirty)
		inode->flusher = mm->dirty->flushers;
	page_index_init(&inode->pages, &mm->nodes);
}

static void drop_folio(struct folio *folio)
{
	struct inode *inode = folio->inode;

	SIM_ASSERT(!(folio->flags & (FOLIO_DIRTY | FOLIO_WRITEBACK)));
	if (inode->areas)
		mm_unmap_pages(inode, folio->index,
			       folio->index + (1ull << folio->order));
	if (folio->state && inode->ops->free_state)
		inode->ops->free_state(folio);
	page_index_remove(&inode->pages, folio->index, folio->order);
	inode->nr_pages -= 1ull << folio->order;
	hpool_put(&inode->mm->folios, folio->handle);
}

void mm_drop_behind(struct folio *folio)
{
	struct mm *mm = folio->inode->mm;

	/* only a task may, and only if it gets the folio's lock */
	if (sim_in_irq(mm->sim) || !sim_current(mm->sim))
		return;
	if (folio->flags & (FOLIO_LOCKED | FOLIO_DIRTY | FOLIO_WRITEBACK))
		return;
	if (mm_folio_is_mapped(folio))
		return;
	mm->stats.dropped_behind++;
	drop_folio(folio);
}

static struct folio *next_folio(struct inode *inode, uint64_t page)
{
	uint64_t found;
	uint32_t handle = page_index_next(&inode->pages, page, PAGE_TAG_PRESENT,
					  &found, NULL);

	return handle ? hpool_at(&inode->mm->folios, handle) : NULL;
}

/* Folios, their state and the index go with the run's pools. */
void inode_done(struct inode *inode)
{
	page_index_init(&inode->pages, &inode->mm->nodes);
}

void mm_drop_clean(struct inode *inode)
{
	struct folio *folio;
	uint64_t page = 0;

	while ((folio = next_folio(inode, page)) != NULL) {
		page = folio->index + (1ull << folio->order);
		if (!(folio->flags &
		      (FOLIO_DIRTY | FOLIO_WRITEBACK | FOLIO_LOCKED)) &&
		    !mm_folio_is_mapped(folio))
			drop_folio(folio);
	}
}

static int invalidate_folio(struct folio *folio)
{
	struct inode *inode = folio->inode;

	if (!mm_wait_writeback(folio))
		return 0;
	if (folio->flags & FOLIO_DIRTY) {
		uint64_t pos = folio_pos(folio);
		int error = inode->ops->launder_folio
				    ? inode->ops->launder_folio(folio)
				    : -EBUSY;

		if (error || mm_lookup(inode, pos) != folio)
			return error;
	}
	if (folio->flags & (FOLIO_DIRTY | FOLIO_WRITEBACK | FOLIO_LOCKED) ||
	    mm_folio_is_mapped(folio))
		return -EBUSY;
	drop_folio(folio);
	return 0;
}

int mm_invalidate(struct inode *inode, uint64_t start, uint64_t end)
{
	uint64_t page = start >> PAGE_SHIFT;
	struct folio *folio = mm_lookup(inode, start);
	int error = 0;

	if (folio)
		page = folio->index;
	while ((folio = next_folio(inode, page)) != NULL &&
	       folio_pos(folio) <= end) {
		page = folio->index + (1ull << folio->order);
		int one = invalidate_folio(folio);

		if (!error)
			error = one;
	}
	return error;
}

/* Largest aligned folio that starts at @page and ends by @end_page. */
static unsigned int max_order_in(uint64_t page, uint64_t end_page,
				 unsigned int least)
{
	unsigned int order = log2_floor(end_page - page);

	while (order > least && page & ((1ull << order) - 1))
		order--;
	return order > least ? order : least;
}

/* Clean folios in place of @folio for the pages below @end_page. */
static void split_folio(struct folio *folio, uint64_t end_page, bool evenly)
{
	struct inode *inode = folio->inode;
	uint64_t page = folio->index;
	uint64_t frame = folio->frame;
	uint8_t flags = folio->flags;
	bool dirty = flags & FOLIO_DIRTY;

	if (dirty)
		mm_clear_dirty_for_io(folio);
	drop_folio(folio);
	while (page < end_page) {
		unsigned int order = inode->min_order;

		if (!evenly)
			order = max_order_in(page, end_page, order);
		struct folio *piece = mm_add_clean_folio(inode, page, order);

		piece->frame = frame;
		piece->flags = flags & FOLIO_UPTODATE;
		if (dirty)
			mm_dirty_folio(piece);
		frame += 1ull << order;
		page += 1ull << order;
	}
}

uint64_t mm_truncate_pages(struct inode *inode, uint64_t size_bytes,
			   bool evenly)
{
	uint64_t page = (size_bytes + PAGE_BYTES - 1) >> PAGE_SHIFT;
	uint64_t dropped = 0;
	struct folio *folio =
		page ? mm_lookup(inode, (page - 1) << PAGE_SHIFT) : NULL;

	mm_unmap_pages(inode, page, UINT64_MAX);
	if (folio && folio_end(folio) > page << PAGE_SHIFT &&
	    !(folio->flags & FOLIO_DIRTY && folio->state) &&
	    mm_wait_writeback(folio)) {
		split_folio(folio, round_up_to(page, 1ull << inode->min_order),
			    evenly);
	}
	while ((folio = next_folio(inode, page)) != NULL) {
		if (!mm_wait_writeback(folio))
			continue;
		if (folio->flags & FOLIO_DIRTY) {
			mm_clear_dirty_for_io(folio);
			dropped += folio_bytes(folio);
		}
		drop_folio(folio);
	}
	return dropped;
}

void mm_set_error(struct inode *inode, int error)
{
	SIM_ASSERT(error < 0);
	if (!inode->error)
		inode->error = error;
}
