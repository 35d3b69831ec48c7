/*
 * The index of a mapping's folios by page, with tags: the shape of the
 * kernel's page cache (a 64-way tree, entries of several orders, three tags
 * that can be searched for).  No Debian library has an ordered map with
 * searchable tags.
 *
 * Cost: one node visit per level, levels grow with the largest index; memory
 * grows with the folios held.
 */
#ifndef MODELS_MM_PAGE_INDEX_H
#define MODELS_MM_PAGE_INDEX_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/base/hpool.h"

enum page_tag {
	PAGE_TAG_PRESENT, /* kept by the index itself */
	PAGE_TAG_DIRTY,
	PAGE_TAG_WRITEBACK,
	PAGE_TAG_TOWRITE,
	NR_PAGE_TAGS,
};

struct page_index {
	struct hpool *nodes;
	uint32_t root;
	uint32_t leaf;      /* node visited last, 0: none */
	uint64_t leaf_base; /* first page below it */
	uint64_t leaf_span; /* pages below it; 0: none */
};

/** page_index_node_bytes - object size of the pool that @nodes must be */
uint64_t page_index_node_bytes(void);

/** page_index_init - empty; @nodes is shared by all mappings of a run */
void page_index_init(struct page_index *index, struct hpool *nodes);
/** page_index_done - free all nodes (not the folios) */
void page_index_done(struct page_index *index);

/**
 * page_index_insert - enter folio @handle at [@page, @page + 2^order)
 * @order: 0 to 11; @page is a multiple of 2^order; the range is free
 */
void page_index_insert(struct page_index *index, uint64_t page,
		       unsigned int order, uint32_t handle);

/**
 * page_index_is_sparse - are the two pages before and after the folio of one
 * page that was just entered at @page free?
 * Looks no further than the folio's own node.
 */
bool page_index_is_sparse(struct page_index *index, uint64_t page);

/** page_index_nr_slots - slots that a folio of @order takes */
unsigned int page_index_nr_slots(unsigned int order);

/** page_index_remove - take out the folio entered at @page with @order */
void page_index_remove(struct page_index *index, uint64_t page,
		       unsigned int order);

/** page_index_lookup - handle of the folio that covers @page, or 0 */
uint32_t page_index_lookup(struct page_index *index, uint64_t page);

/** page_index_set_tag - tag the folio that *starts* at @page */
void page_index_set_tag(struct page_index *index, uint64_t page,
			enum page_tag tag);
void page_index_clear_tag(struct page_index *index, uint64_t page,
			  enum page_tag tag);
bool page_index_has_tag(struct page_index *index, uint64_t page,
			enum page_tag tag);

/**
 * page_index_next - first folio with @tag that starts at or after @page
 * @ret_page: where it starts
 * @ret_peek: a tagged folio that comes soon after it, 0 if none is at hand
 *   (to fetch it early); may be NULL
 * Return: its handle, or 0.
 */
uint32_t page_index_next(struct page_index *index, uint64_t page,
			 enum page_tag tag, uint64_t *ret_page,
			 uint32_t *ret_peek);

/**
 * page_index_copy_tag - give every folio that starts in [@page, @last] and
 * has tag @from tag @to as well
 * @ret_small, @ret_large: folios of one page and of more
 */
void page_index_copy_tag(struct page_index *index, uint64_t page, uint64_t last,
			 enum page_tag from, enum page_tag to,
			 uint64_t *ret_small, uint64_t *ret_large);

#endif
