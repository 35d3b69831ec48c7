/*
 * Readahead of page faults: which folios a fault on a page that is not cached
 * (or that carries the readahead mark) brings into the cache, and of which
 * size.
 *
 * Source of the behaviour: mm/readahead.c and mm/filemap.c, 6.12 to 7.3.  Up
 * to 6.16 a window's folio order follows from the folio that carried the
 * mark; from 6.17 on it is kept in the open file.  The switches are keys of
 * kernel.mm (readahead_order, readahead_mark_at_end,
 * readahead_whole_fallback).
 * Omits: read() and its readahead, the hints of madvise() and fadvise(),
 * huge-page and executable maps, congested groups; the reads themselves: a
 * folio is filled at once and holds the disk's data (counted as mm.fills).
 * Limit: the gap search follows the kernel's walk for folios of less than 64
 * pages, which is all that readahead makes.
 */
#ifndef MODELS_MM_READAHEAD_H
#define MODELS_MM_READAHEAD_H

#include <stdint.h>

struct folio;
struct inode;

/**
 * struct file_ra_state - readahead of one open file; all zero at open
 * @start_page, @size_pages: last window
 * @async_pages: of its end; the next window is started from there
 * @order: of its folios (kept in the file from 6.17 on)
 * @mmap_miss: faults that were not served from the cache, less those that were
 */
struct file_ra_state {
	uint64_t start_page;
	uint64_t size_pages;
	uint64_t async_pages;
	unsigned int order;
	unsigned int mmap_miss;
};

/**
 * ra_sync_fault - fault on @page, which is not cached: read around it
 * Counts the miss; too many misses in a row switch readahead off.  The page
 * may still be missing afterwards.
 */
void ra_sync_fault(struct inode *inode, struct file_ra_state *ra,
		   uint64_t page);

/**
 * ra_async_fault - fault on @page of the cached @folio
 * Starts the next window when @folio carries the mark and is not under
 * writeback.
 */
void ra_async_fault(struct inode *inode, struct file_ra_state *ra,
		    struct folio *folio, uint64_t page);

#endif
