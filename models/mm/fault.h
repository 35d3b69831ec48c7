/*
 * Shared writable mappings of files: page tables, and the faults of stores.
 *
 * A store to a page that is not in the page table faults: the page comes from
 * the cache or is filled by readahead, then the file system is told
 * (mkwrite) and the page becomes writable.  A writable page faults no more
 * until writeback cleans its folio, which takes the right to write away from
 * all of the folio's pages; the next store faults again, but does not look
 * at readahead.
 *
 * Source of the behaviour: mm/memory.c do_shared_fault() and
 * wp_page_shared(), mm/filemap.c filemap_fault(), mm/rmap.c folio_mkclean(),
 * 6.12 to 7.3.
 * Omits: loads, private and huge mappings, fault-around (it is for loads),
 * protection and locking faults, reads of the filled folios.
 * CPU costs: those measured for writes are charged where a fault does the
 * same (folio allocation and insertion, becoming dirty, mapping, throttle).
 * Not costed, because not measured: the exception, the page table, taking
 * write rights away, the device reads.
 *
 * Cost: page tables hold the pages touched; the length of a mapping costs
 * nothing.
 */
#ifndef MODELS_MM_FAULT_H
#define MODELS_MM_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "models/mm/page_index.h"
#include "models/mm/readahead.h"

struct folio;
struct inode;

/**
 * struct mm_area - one mapping (a shared, writable VMA)
 * @next: of the same inode
 * @ra: of the open file it was made from
 * @ptes: pages in the page table, the folio's handle each; the tag
 *   PAGE_TAG_DIRTY stands for "writable"
 * @mkwrite: a page of @folio is about to be dirtied: map its bytes within
 *   i_size and make the whole folio dirty.  Return: 0 or -errno, which the
 *   store gets.
 */
struct mm_area {
	struct inode *inode;
	struct mm_area *next;
	uint64_t first_page;
	uint64_t nr_pages;
	struct file_ra_state *ra;
	struct page_index ptes;
	int (*mkwrite)(struct inode *inode, struct folio *folio);
};

/** struct mm_area_place - pages of the file that an area maps */
struct mm_area_place {
	uint64_t first_page;
	uint64_t nr_pages;
};

/**
 * mm_area_init - map @place of @inode; nothing is in the page table yet
 * Ownership: @area stays the caller's, is used by the inode until
 * mm_area_done(); @ra must live as long.
 */
void mm_area_init(struct mm_area *area, struct inode *inode,
		  struct mm_area_place place, struct file_ra_state *ra,
		  int (*mkwrite)(struct inode *inode, struct folio *folio));

/** mm_area_done - unmap; dirty folios stay dirty */
void mm_area_done(struct mm_area *area);

/**
 * mm_area_store - store to byte @pos of the file through the mapping
 * @ret_faulted: was there a fault?
 * Context: thread.
 * Return: 0; -EFAULT outside the mapping or beyond the last page of the file
 * (SIGBUS); what mkwrite returned.
 */
int mm_area_store(struct mm_area *area, uint64_t pos, bool *ret_faulted);

/* For the page cache; all do nothing for an inode without areas. */

/** mm_write_protect - the folio was cleaned: its pages fault at the next store */
void mm_write_protect(struct folio *folio);

/** mm_unmap_pages - take pages [@page, @end) out of all page tables */
void mm_unmap_pages(struct inode *inode, uint64_t page, uint64_t end);

/** mm_folio_is_mapped - is one of its pages in a page table? */
bool mm_folio_is_mapped(const struct folio *folio);

#endif
