/*
 * Page tables of shared mappings and faults of stores.
 */
#include "models/mm/fault.h"

#include <errno.h>
#include <string.h>

#include "models/mm/mm.h"
#include "sim/base/assert.h"

#define PTE_WRITABLE PAGE_TAG_DIRTY

void mm_area_init(struct mm_area *area, struct inode *inode,
		  struct mm_area_place place, struct file_ra_state *ra,
		  int (*mkwrite)(struct inode *inode, struct folio *folio))
{
	SIM_ASSERT(place.nr_pages > 0);
	SIM_ASSERT(mkwrite != NULL);
	memset(area, 0, sizeof(*area));
	area->inode = inode;
	area->first_page = place.first_page;
	area->nr_pages = place.nr_pages;
	area->ra = ra;
	area->mkwrite = mkwrite;
	page_index_init(&area->ptes, &inode->mm->nodes);
	area->next = inode->areas;
	inode->areas = area;
}

void mm_area_done(struct mm_area *area)
{
	struct mm_area **link = &area->inode->areas;

	while (*link != area) {
		SIM_ASSERT(*link != NULL);
		link = &(*link)->next;
	}
	*link = area->next;
	page_index_done(&area->ptes);
}

static struct folio *mapped_folio(struct mm_area *area, uint64_t page)
{
	uint32_t handle = page_index_lookup(&area->ptes, page);

	return handle ? hpool_at(&area->inode->mm->folios, handle) : NULL;
}

/* The cached folio over @page, brought in if need be; NULL beyond the end. */
static struct folio *fault_in(struct mm_area *area, uint64_t page)
{
	struct inode *inode = area->inode;
	struct folio *folio;

	if (page << PAGE_SHIFT >= inode->size_bytes)
		return NULL;
	folio = mm_lookup(inode, page << PAGE_SHIFT);
	if (folio) {
		ra_async_fault(inode, area->ra, folio, page);
		/* blocks that a write left out are read now */
		folio->flags |= FOLIO_UPTODATE;
		return folio;
	}
	ra_sync_fault(inode, area->ra, page);
	folio = mm_lookup(inode, page << PAGE_SHIFT);
	if (folio)
		return folio;
	return mm_fill_folio(inode,
			     round_down_to(page, 1ull << inode->min_order),
			     inode->min_order);
}

static void map_writable(struct mm_area *area, const struct folio *folio,
			 uint64_t page)
{
	if (!page_index_lookup(&area->ptes, page))
		page_index_insert(&area->ptes, page, 0, folio->handle);
	page_index_set_tag(&area->ptes, page, PTE_WRITABLE);
}

/* Was the folio cleaned or dropped while mkwrite slept? */
static bool must_retry(struct inode *inode, const struct folio *folio,
		       uint64_t page)
{
	return mm_lookup(inode, page << PAGE_SHIFT) != folio ||
	       !(folio->flags & FOLIO_DIRTY);
}

int mm_area_store(struct mm_area *area, uint64_t pos, bool *ret_faulted)
{
	struct inode *inode = area->inode;
	uint64_t page = pos >> PAGE_SHIFT;
	struct folio *folio;

	*ret_faulted = false;
	if (page - area->first_page >= area->nr_pages)
		return -EFAULT;
	sim_settle(inode->mm->sim);
	if (page_index_has_tag(&area->ptes, page, PTE_WRITABLE))
		return 0;
	*ret_faulted = true;
	inode->mm->stats.write_faults++;
	do {
		folio = mapped_folio(area, page);
		if (!folio)
			folio = fault_in(area, page);
		if (!folio)
			return -EFAULT;
		int error = area->mkwrite(inode, folio);

		if (error)
			return error;
	} while (must_retry(inode, folio, page));
	map_writable(area, folio, page);
	return 0;
}

void mm_write_protect(struct folio *folio)
{
	uint64_t end = folio->index + (1ull << folio->order);
	struct mm_area *area = folio->inode->areas;

	for (; area; area = area->next) {
		uint64_t page = folio->index;

		while (page_index_next(&area->ptes, page, PTE_WRITABLE, &page,
				       NULL) &&
		       page < end)
			page_index_clear_tag(&area->ptes, page++, PTE_WRITABLE);
	}
}

void mm_unmap_pages(struct inode *inode, uint64_t page, uint64_t end)
{
	struct mm_area *area = inode->areas;

	for (; area; area = area->next) {
		uint64_t at = page;

		while (page_index_next(&area->ptes, at, PAGE_TAG_PRESENT, &at,
				       NULL) &&
		       at < end)
			page_index_remove(&area->ptes, at++, 0);
	}
}

bool mm_folio_is_mapped(const struct folio *folio)
{
	uint64_t end = folio->index + (1ull << folio->order);
	struct mm_area *area = folio->inode->areas;
	uint64_t page;

	for (; area; area = area->next)
		if (page_index_next(&area->ptes, folio->index, PAGE_TAG_PRESENT,
				    &page, NULL) &&
		    page < end)
			return true;
	return false;
}
