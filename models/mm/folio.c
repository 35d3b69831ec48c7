/*
 * Folios: look-up, making, and their dirty and writeback state.
 */
#include <limits.h>
#include <string.h>

#include "models/mm/dirty_control.h"
#include "models/mm/fault.h"
#include "models/mm/mm.h"
#include "models/mm/script.h"
#include "sim/base/assert.h"

struct folio *mm_lookup(struct inode *inode, uint64_t pos)
{
	uint32_t handle = page_index_lookup(&inode->pages, pos >> PAGE_SHIFT);

	return handle ? hpool_at(&inode->mm->folios, handle) : NULL;
}

bool mm_pages_are_cached(struct inode *inode, uint64_t page, unsigned int order)
{
	uint64_t found;

	if (page_index_lookup(&inode->pages, page))
		return true;
	return page_index_next(&inode->pages, page, PAGE_TAG_PRESENT, &found,
			       NULL) &&
	       found < page + (1ull << order);
}

static unsigned int new_folio_order(struct inode *inode, uint64_t page,
				    uint64_t bytes)
{
	unsigned int max_order = inode->max_order;
	unsigned int order = 0;

	if (bytes >= PAGE_BYTES)
		order = log2_floor(bytes) - PAGE_SHIFT;
	if (order > max_order)
		order = max_order;
	if (order < inode->min_order)
		order = inode->min_order;
	if (page & ((1ull << order) - 1))
		order = (unsigned int)__builtin_ctzll(page);
	while (order > inode->min_order &&
	       mm_pages_are_cached(inode, page, order))
		order--;
	return order;
}

/*
 * Page frames: given by a recording, else by policy.  Frames only ever
 * answer one question: does this folio follow the last one in memory?
 */
static uint64_t choose_frame(struct inode *inode, uint64_t page,
			     unsigned int order)
{
	struct mm *mm = inode->mm;
	struct folio *before = NULL;
	bool adjacent = mm->frames->policy == FRAMES_ALWAYS;

	if (mm->frame_oracle) {
		uint64_t frame =
			mm->frame_oracle(inode, page, mm->frame_oracle_arg);

		if (frame)
			return frame;
	}
	if (mm->frames->policy == FRAMES_PROBABILITY)
		adjacent = rng_chance_ppm(
			&mm->frames_rng, (uint32_t)mm->frames->probability_ppm);
	if (adjacent && page > 0)
		before = mm_lookup(inode, (page - 1) << PAGE_SHIFT);
	if (before)
		return before->frame + (1ull << before->order);
	/* policy frames lie above all recorded ones and leave a hole each */
	uint64_t frame = mm->next_frame;

	mm->next_frame += (1ull << order) + 1;
	return (1ull << 52) + frame;
}

static struct folio *add_folio(struct inode *inode, uint64_t page,
			       unsigned int order)
{
	struct mm *mm = inode->mm;
	uint32_t handle = hpool_get(&mm->folios);
	struct folio *folio = hpool_at(&mm->folios, handle);

	memset(folio, 0, sizeof(*folio));
	folio->inode = inode;
	folio->index = page;
	folio->frame = choose_frame(inode, page, order);
	folio->handle = handle;
	folio->order = (uint8_t)order;
	page_index_insert(&inode->pages, page, order, handle);
	if (!order && page_index_is_sparse(&inode->pages, page))
		folio->flags |= FOLIO_SPARSE;
	inode->nr_pages += 1ull << order;
	return folio;
}

static uint64_t insert_ps(const struct folio *folio)
{
	const struct mm_costs *costs = folio->inode->mm->costs;

	if (!folio_is_large(folio))
		return folio->flags & FOLIO_SPARSE ? costs->folio_insert_sparse
						   : costs->folio_insert_4k;
	return costs->folio_insert_large +
	       page_index_nr_slots(folio->order) * costs->folio_insert_slot;
}

static void charge_new_folio(const struct folio *folio)
{
	struct mm *mm = folio->inode->mm;
	const struct mm_costs *costs = mm->costs;
	unsigned int account = mm->accounts.folio_alloc;

	sim_charge_ps(mm->sim, account,
		      costs->folio_alloc + MM_COST(mm, folio, folio_freelist) +
			      costs->zero_per_byte * folio_bytes(folio) +
			      insert_ps(folio) + costs->folio_lru);
}

/* A write of @bytes into @folio: find, begin, end. */
static uint64_t touch_ps(const struct folio *folio, uint64_t bytes, bool made)
{
	struct mm *mm = folio->inode->mm;

	if (folio_is_large(folio) && bytes < folio_bytes(folio))
		return mm->costs->folio_touch_part;
	if (!folio_is_large(folio) && !made)
		return mm->costs->folio_touch_found;
	return MM_INDEX_COST(mm, folio, folio_touch);
}

struct folio *mm_get_folio(struct inode *inode, uint64_t pos, uint64_t bytes,
			   bool *ret_made)
{
	struct mm *mm = inode->mm;
	struct folio *folio = mm_lookup(inode, pos);

	*ret_made = !folio;
	if (!folio) {
		uint64_t page = round_down_to(pos >> PAGE_SHIFT,
					      1ull << inode->min_order);

		folio = add_folio(inode, page,
				  new_folio_order(inode, page, bytes));
		mm->stats.folios_made++;
		charge_new_folio(folio);
	} else {
		mm->stats.folios_found++;
	}
	sim_charge_ps(mm->sim, mm->accounts.write_call,
		      touch_ps(folio, bytes, *ret_made));
	return folio;
}

struct folio *mm_add_clean_folio(struct inode *inode, uint64_t index,
				 unsigned int order)
{
	struct folio *folio = add_folio(inode, index, order);

	folio->flags |= FOLIO_UPTODATE;
	return folio;
}

struct folio *mm_fill_folio(struct inode *inode, uint64_t page,
			    unsigned int order)
{
	struct mm *mm = inode->mm;
	struct folio *folio = mm_add_clean_folio(inode, page, order);

	mm->stats.fills++;
	charge_new_folio(folio);
	stream_emit(mm->stream_fills, folio_pos(folio), order, 0, 0);
	return folio;
}

void mm_dirty_folio(struct folio *folio)
{
	struct inode *inode = folio->inode;
	struct mm *mm = inode->mm;

	if (folio->flags & FOLIO_DIRTY)
		return;
	folio->flags |= FOLIO_DIRTY;
	folio->dirtied_ns = sim_now_ns(mm->sim);
	page_index_set_tag(&inode->pages, folio->index, PAGE_TAG_DIRTY);
	inode->nr_dirty_pages += 1ull << folio->order;
	inode->nr_dirty_sparse += (folio->flags & FOLIO_SPARSE) != 0;
	mm->stats.dirtied_bytes += folio_bytes(folio);
	mm->stats.dirty_bytes += folio_bytes(folio);
	mm->stats.dirty_bytes_max =
		max_u64(mm->stats.dirty_bytes_max, mm->stats.dirty_bytes);
	dirty_control_dirtied(folio);
	sim_charge_ps(mm->sim, mm->accounts.write_call,
		      MM_INDEX_COST(mm, folio, folio_dirty));
	if (mm->script)
		sim_wake(mm->sim, &mm->script->changed, UINT_MAX);
}

bool mm_clear_dirty_for_io(struct folio *folio)
{
	struct inode *inode = folio->inode;
	struct mm *mm = inode->mm;

	if (!(folio->flags & FOLIO_DIRTY))
		return false;
	folio->flags &= (uint8_t)~FOLIO_DIRTY;
	page_index_clear_tag(&inode->pages, folio->index, PAGE_TAG_DIRTY);
	inode->nr_dirty_pages -= 1ull << folio->order;
	inode->nr_dirty_sparse -= (folio->flags & FOLIO_SPARSE) != 0;
	mm->stats.dirty_bytes -= folio_bytes(folio);
	mm->stats.cleared_bytes += folio_bytes(folio);
	mm->stats.clear_dirty_calls++;
	dirty_control_cleaned(folio);
	if (inode->areas)
		mm_write_protect(folio);
	sim_charge_ps(mm->sim, mm->accounts.dirty_walk,
		      MM_COST(mm, folio, clear_dirty));
	return true;
}

void mm_start_writeback(struct folio *folio)
{
	struct inode *inode = folio->inode;
	struct mm *mm = inode->mm;

	SIM_ASSERT(!(folio->flags & FOLIO_WRITEBACK));
	folio->flags |= FOLIO_WRITEBACK;
	page_index_set_tag(&inode->pages, folio->index, PAGE_TAG_WRITEBACK);
	page_index_clear_tag(&inode->pages, folio->index, PAGE_TAG_TOWRITE);
	inode->nr_writeback_pages += 1ull << folio->order;
	mm->stats.writeback_bytes += folio_bytes(folio);
	mm->stats.start_writeback_calls++;
	dirty_control_writeback_start(folio);
	mm_way_starts(folio);
	sim_charge_ps(mm->sim, mm->accounts.dirty_walk,
		      MM_INDEX_COST(mm, folio, start_writeback));
}

static void wake_waiters(struct folio *folio)
{
	struct inode *inode = folio->inode;

	if (!(folio->flags & FOLIO_WAITERS))
		return;
	folio->flags &= (uint8_t)~FOLIO_WAITERS;
	sim_wake(inode->mm->sim, &inode->waiters, UINT_MAX);
}

void mm_end_writeback(struct folio *folio)
{
	struct inode *inode = folio->inode;
	struct mm *mm = inode->mm;

	SIM_ASSERT(folio->flags & FOLIO_WRITEBACK);
	/* the readahead mark shares its bit with one that ends here */
	folio->flags &= (uint8_t) ~(FOLIO_WRITEBACK | FOLIO_READAHEAD);
	page_index_clear_tag(&inode->pages, folio->index, PAGE_TAG_WRITEBACK);
	inode->nr_writeback_pages -= 1ull << folio->order;
	mm->stats.writeback_bytes -= folio_bytes(folio);
	mm->stats.end_writeback_calls++;
	dirty_control_writeback_end(folio);
	sim_charge_ps(mm->sim, mm->accounts.end_writeback,
		      MM_INDEX_COST(mm, folio, end_writeback));
	mm_way_ends(folio);
	wake_waiters(folio);
	if (folio->flags & FOLIO_DROPBEHIND)
		mm_drop_behind(folio);
}

bool mm_lock_folio(struct folio *folio)
{
	struct inode *inode = folio->inode;
	uint64_t pos = folio_pos(folio);

	sim_settle(inode->mm->sim);
	while (mm_lookup(inode, pos) == folio) {
		if (!(folio->flags & FOLIO_LOCKED)) {
			folio->flags |= FOLIO_LOCKED;
			return true;
		}
		folio->flags |= FOLIO_WAITERS;
		sim_wait(inode->mm->sim, &inode->waiters);
	}
	return false;
}

void mm_unlock_folio(struct folio *folio)
{
	SIM_ASSERT(folio->flags & FOLIO_LOCKED);
	folio->flags &= (uint8_t)~FOLIO_LOCKED;
	wake_waiters(folio);
}

bool mm_wait_writeback(struct folio *folio)
{
	struct inode *inode = folio->inode;
	struct mm *mm = inode->mm;
	uint64_t pos = folio_pos(folio);

	sim_settle(mm->sim);
	if (mm_lookup(inode, pos) == folio && folio->flags & FOLIO_WRITEBACK &&
	    mm->before_wait) {
		mm->before_wait(mm->before_wait_arg);
		sim_settle(mm->sim);
	}
	/* uncached folios leave the cache as their writeback ends */
	while (mm_lookup(inode, pos) == folio &&
	       folio->flags & FOLIO_WRITEBACK) {
		folio->flags |= FOLIO_WAITERS;
		sim_wait(mm->sim, &inode->waiters);
	}
	return mm_lookup(inode, pos) == folio;
}
