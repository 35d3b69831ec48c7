/*
 * One writeback pass over a mapping: which folios, in which order.
 */
#ifndef MODELS_MM_WRITEBACK_H
#define MODELS_MM_WRITEBACK_H

#include <stdbool.h>
#include <stdint.h>

struct folio;
struct inode;

enum sync_mode {
	WB_SYNC_NONE, /* stop on error or budget; skip busy folios */
	WB_SYNC_ALL,  /* everything in the range; wait for busy folios */
};

/**
 * struct writeback_control - what a pass is asked for
 * @range_start, @range_end: bytes, end inclusive
 * @nr_to_write: budget in pages; INT64_MAX: none
 * @range_cyclic: begin where the last cyclic pass over the file ended; the
 *   range is the whole file then
 * @tagged_writepages: like WB_SYNC_ALL, only what is dirty at the start
 * The rest is state of writeback_iter().
 */
struct writeback_control {
	enum sync_mode sync_mode;
	uint64_t range_start;
	uint64_t range_end;
	int64_t nr_to_write;
	bool for_background;
	bool for_kupdate;
	bool range_cyclic;
	bool tagged_writepages;

	struct folio *folio;
	uint64_t next_page;
	int saved_error;
	uint64_t start_ns;
	bool tagged;
	bool started;
};

/**
 * mm_writepages - run the file system's pass over @inode
 * Context: thread.  Return: 0 or -errno.
 */
int mm_writepages(struct inode *inode, struct writeback_control *wbc);

/**
 * writeback_iter - the next folio to write, or NULL at the end
 * @folio: what the last call returned; NULL at the start
 * @error: in: what writing @folio gave; out, at the end: the pass's error
 *   (first of all for WB_SYNC_ALL, the one that stopped it for WB_SYNC_NONE)
 *
 * The folio returned has its dirty flag cleared and is not under writeback.
 * Models: mm/page-writeback.c writeback_iter() and write_cache_pages(),
 * 6.12 to 7.3.
 */
struct folio *writeback_iter(struct inode *inode, struct writeback_control *wbc,
			     struct folio *folio, int *error);

#endif
