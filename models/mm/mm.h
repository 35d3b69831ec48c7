/*
 * The page cache: inodes with their mappings, folios of all sizes, dirty and
 * writeback state, the writeback iteration.  Knows no file system, no bio
 * and no device.
 *
 * Source of the behaviour: Linux mm/filemap.c, mm/page-writeback.c,
 * 6.12 to 7.3, as specified in docs/models.md.
 * Omits: reads, reclaim, cgroups, DAX.
 */
#ifndef MODELS_MM_MM_H
#define MODELS_MM_MM_H

#include <stdbool.h>
#include <stdint.h>

#include <sys/queue.h>

#include "models/mm/config.h"
#include "models/mm/page_index.h"
#include "models/mm/way.h"
#include "sim/base/hpool.h"
#include "sim/base/pool.h"
#include "sim/base/rng.h"
#include "sim/base/units.h"
#include "sim/engine/metrics.h"
#include "sim/engine/sim.h"

struct dirty_control;
struct flusher;
struct inode;
struct folio_state;
struct mm_script;
struct mm_area;
struct writeback_control;

enum folio_flag {
	FOLIO_DIRTY = 1 << 0,
	FOLIO_WRITEBACK = 1 << 1,
	FOLIO_UPTODATE = 1 << 2,
	FOLIO_WAITERS = 1 << 3,
	FOLIO_LOCKED = 1 << 5,     /* must not leave the cache now */
	FOLIO_DROPBEHIND = 1 << 6, /* leaves the cache when written */
	FOLIO_READAHEAD = 1 << 4,  /* a fault on it starts the next window */
	FOLIO_SPARSE = 1 << 7,     /* made without cached neighbours: dearer */
};

/**
 * struct folio - one folio of the page cache
 * @inode: the mapping it belongs to
 * @index: first page in the file
 * @frame: first page frame; neighbours in memory share a bio segment
 * @state: per-block state of models/iomap, NULL if none
 * @write_bytes_pending: queued and not yet finished writeback (with @state)
 * @handle: its own handle in mm.folios
 * @dirtied_ns: when it was last made dirty
 * @start_low_ns, @start_high: models/mm/way.c: when the pass that takes it
 *   began; under writeback: when that began
 * @order: 2^order pages
 * @flags: enum folio_flag
 */
struct folio {
	struct inode *inode;
	uint64_t index;
	uint64_t frame;
	struct folio_state *state;
	uint32_t write_bytes_pending;
	uint32_t handle;
	uint64_t dirtied_ns;
	uint32_t start_low_ns;
	uint16_t start_high;
	uint8_t order;
	uint8_t flags;
};

/**
 * struct mapping_ops - what a file system gives the page cache
 */
struct mapping_ops {
	/*
	 * Write back dirty folios as @wbc says.  Called by mm_writepages()
	 * in a thread that has settled.  Must call
	 * writeback_iter() until it returns NULL.  Required.
	 * Return: 0 or the first -errno.
	 */
	int (*writepages)(struct inode *inode, struct writeback_control *wbc);

	/*
	 * A folio leaves the cache: free folio->state.  Optional.
	 */
	void (*free_state)(struct folio *folio);

	/*
	 * Write the dirty @folio and wait, before it is invalidated.
	 * Optional: without it dirty folios stay.
	 * Return: 0 or -errno.
	 */
	int (*launder_folio)(struct folio *folio);
};

/** enum inode_list - which of its flusher's lists a file is on */
enum inode_list {
	INODE_ON_NONE,
	INODE_ON_DIRTY,   /* b_dirty: waits for its turn */
	INODE_ON_IO,      /* b_io: in the turn that runs */
	INODE_ON_MORE_IO, /* b_more_io: goes on in the next turn */
};

/**
 * struct inode - a file: size, mapping, error state
 * @ino: number, > 0, in order of creation
 * @size_bytes: i_size
 * @block_shift: log2 of the file system's block size
 * @min_order: smallest folio order (block size above the page size)
 * @max_order: largest; inode_init() takes mm_config.max_folio_bytes, a file
 *   system without large folios lowers it before the first folio
 * @ops: of its file system
 * @pages: index of its folios
 * @waiters: threads waiting for one of its folios
 * @nr_dirty_pages: pages of dirty folios
 * @nr_dirty_sparse: dirty folios with FOLIO_SPARSE
 * @error: first writeback error not yet reported
 * @areas: shared mappings of it (models/mm/fault.h)
 * @private: the file system's part
 * @flusher: who writes it back; NULL without dirty control
 * @io_list, @on_list: its place among the flusher's files
 * @dirtied_when: jiffies at which it became dirty
 * @has_dirty_pages: I_DIRTY_PAGES: stays set until the flusher has looked
 * @writeback_index: page at which the next cyclic pass begins
 * @counts_own_writeback: its file system tells what of the device is under
 *   writeback (BDI_CAP_WRITEBACK_ACCT is off): dirty_control_own_writeback()
 * @writeback_list: its place among files with pages under writeback
 */
struct inode {
	struct mm *mm;
	const char *name;
	uint64_t ino;
	uint64_t size_bytes;
	unsigned int block_shift;
	unsigned int min_order;
	unsigned int max_order;
	const struct mapping_ops *ops;
	struct page_index pages;
	struct sim_waitq waiters;
	uint64_t nr_pages;
	uint64_t nr_dirty_pages;
	uint64_t nr_dirty_sparse;
	uint64_t nr_writeback_pages;
	int error;
	struct mm_area *areas;
	void *private;
	struct flusher *flusher;
	TAILQ_ENTRY(inode) io_list;
	enum inode_list on_list;
	uint64_t dirtied_when;
	uint64_t writeback_index;
	bool has_dirty_pages;
	bool counts_own_writeback;
	TAILQ_ENTRY(inode) writeback_list;
};

/** struct mm_stats - totals of a run; counters and gauges */
struct mm_stats {
	uint64_t write_calls;
	uint64_t written_bytes;
	uint64_t folios_made;
	uint64_t folios_found;
	uint64_t dirtied_bytes;
	uint64_t dirty_bytes;
	uint64_t dirty_bytes_max;
	uint64_t writeback_bytes;
	uint64_t writepages_calls;
	uint64_t clear_dirty_calls;
	uint64_t start_writeback_calls;
	uint64_t end_writeback_calls;
	uint64_t balance_calls;
	uint64_t cleared_bytes;
	uint64_t dropped_behind;
	uint64_t partial_reads;
	uint64_t partial_reads_left_out;
	uint64_t write_faults;
	uint64_t fills;
};

/** struct mm_accounts - CPU accounts ("stages") that this module charges */
struct mm_accounts {
	unsigned int write_call;
	unsigned int copy;
	unsigned int folio_alloc;
	unsigned int dirty_walk;
	unsigned int end_writeback;
};

/** struct mm - the page cache of a run */
struct mm {
	struct sim *sim;
	const struct mm_config *config;
	const struct mm_costs *costs;
	const struct frames_config *frames;
	struct mm_accounts accounts;
	struct mm_stats stats;
	struct mm_ways ways;
	struct hpool folios;
	struct hpool nodes;
	struct rng frames_rng;
	uint64_t next_frame;
	uint64_t next_ino;
	struct sim_stream *stream_folios;
	struct sim_stream *stream_fills;
	/* frames given by a recording: see mm_frame_oracle() */
	uint64_t (*frame_oracle)(const struct inode *inode, uint64_t page,
				 void *arg);
	void *frame_oracle_arg;
	/* called by a thread that is about to wait for writeback, which must
	 * not hold back I/O meanwhile (schedule() flushes the plug); optional */
	void (*before_wait)(void *arg);
	void *before_wait_arg;
	/* thresholds, throttling, flusher; NULL: writers are never held back
	 * and nothing is written before it is asked for */
	struct dirty_control *dirty;
	/* whose folios passes take, from a recording; NULL: their own choice */
	struct mm_script *script;
	/* owned by models/iomap: iomap_core() */
	void *generic;
};

/**
 * mm_init - empty page cache of @sim
 * The configuration must outlive it.
 */
void mm_init(struct mm *mm, struct sim *sim, const struct mm_config *config,
	     const struct mm_costs *costs, const struct frames_config *frames);
void mm_done(struct mm *mm);

/**
 * inode_init, inode_done - an empty file; done only at the end of a run,
 * whose pools take the folios with them
 */
void inode_init(struct inode *inode, struct mm *mm, const char *name,
		unsigned int block_shift, const struct mapping_ops *ops);
void inode_done(struct inode *inode);

static inline uint64_t folio_pos(const struct folio *folio)
{
	return folio->index << PAGE_SHIFT;
}

static inline uint32_t folio_bytes(const struct folio *folio)
{
	return (uint32_t)PAGE_BYTES << folio->order;
}

static inline uint64_t folio_end(const struct folio *folio)
{
	return folio_pos(folio) + folio_bytes(folio);
}

static inline bool folio_is_large(const struct folio *folio)
{
	return folio->order > 0;
}

/** mm_cost - a cost that has one value for 4 KiB folios, one for large ones */
#define MM_COST(mm, folio, step)                                               \
	(folio_is_large(folio) ? (mm)->costs->step##_large                     \
			       : (mm)->costs->step##_4k)

/** MM_INDEX_COST - the same for steps that depend on the index's density */
#define MM_INDEX_COST(mm, folio, step)                                         \
	((folio)->flags & FOLIO_SPARSE ? (mm)->costs->step##_sparse            \
				       : MM_COST(mm, folio, step))

/**
 * mm_lookup - the folio that covers byte @pos, or NULL
 */
struct folio *mm_lookup(struct inode *inode, uint64_t pos);

/**
 * mm_get_folio - the folio to write [pos, pos + bytes) into
 * Found at @pos whatever its size, else made: order from @bytes, lowered to
 * the index's alignment and while part of the range is cached
 * (__filemap_get_folio with FGP_WRITEBEGIN and fgf_set_order, 6.12 to 7.3).
 * @ret_made: was it made?
 */
struct folio *mm_get_folio(struct inode *inode, uint64_t pos, uint64_t bytes,
			   bool *ret_made);

/**
 * mm_add_clean_folio - put a clean, uptodate folio into the cache (warm start)
 */
struct folio *mm_add_clean_folio(struct inode *inode, uint64_t index,
				 unsigned int order);

/** mm_pages_are_cached - is any page of [@page, @page + 2^@order) cached? */
bool mm_pages_are_cached(struct inode *inode, uint64_t page,
			 unsigned int order);

/**
 * mm_fill_folio - a folio that a page fault brings in: uptodate at once
 * (charged as a new folio, without the read; stream "fills")
 */
struct folio *mm_fill_folio(struct inode *inode, uint64_t page,
			    unsigned int order);

/** mm_dirty_folio - clean to dirty: tag, counters; no-op if dirty */
void mm_dirty_folio(struct folio *folio);

/** mm_clear_dirty_for_io - dirty to clean; false if it was clean */
bool mm_clear_dirty_for_io(struct folio *folio);

/** mm_start_writeback, mm_end_writeback - the writeback flag of a folio */
void mm_start_writeback(struct folio *folio);
/* Context: any; wakes who waits for the folio. */
void mm_end_writeback(struct folio *folio);

/**
 * mm_drop_behind - take a clean folio out of the cache, if that can be done
 * here and now (folio_end_dropbehind_write(), 6.14 on)
 */
void mm_drop_behind(struct folio *folio);

/**
 * mm_wait_writeback - settle, then wait until @folio is not under writeback
 * Return: false when the folio has left the cache meanwhile; @folio must
 * not be used then.
 */
bool mm_wait_writeback(struct folio *folio);

/**
 * mm_lock_folio - settle, then wait until @folio is not locked, and lock it
 * Return: false when it left the cache meanwhile; it is not locked then.
 */
bool mm_lock_folio(struct folio *folio);
/** mm_unlock_folio - wakes who waits for the lock */
void mm_unlock_folio(struct folio *folio);

/** mm_set_error - note a writeback error for fsync (first one is kept) */
void mm_set_error(struct inode *inode, int error);

/**
 * mm_fdatawrite - write back dirty folios that overlap [start, end]
 * SYNC_ALL over a byte range (filemap_fdatawrite_range).
 */
int mm_fdatawrite(struct inode *inode, uint64_t start, uint64_t end);

/** mm_fdatawait - wait for each folio of [start, end] that is under writeback */
void mm_fdatawait(struct inode *inode, uint64_t start, uint64_t end);

/**
 * mm_write_and_wait - mm_fdatawrite(), then wait for each folio in order and
 * report the inode's error once (file_write_and_wait_range)
 */
int mm_write_and_wait(struct inode *inode, uint64_t start, uint64_t end);

/**
 * mm_drop_clean - drop all clean folios that are not mapped (drop_caches)
 */
void mm_drop_clean(struct inode *inode);

/**
 * mm_invalidate - drop the folios that overlap [start, end], laundering
 * dirty ones (invalidate_inode_pages2_range())
 * Return: 0; -EBUSY when one had to stay; what laundering returned.
 */
int mm_invalidate(struct inode *inode, uint64_t start, uint64_t end);

/**
 * mm_truncate_pages - drop folios that lie wholly at or beyond @size_bytes
 * Waits for their writeback; dirty ones are dropped too.  A large folio that
 * holds the new end keeps its size if it is dirty with per-block state,
 * else it is split.
 * @evenly: split into folios of the smallest size, else only around the cut
 * Return: dirty bytes dropped.
 */
uint64_t mm_truncate_pages(struct inode *inode, uint64_t size_bytes,
			   bool evenly);

/** mm_range_is_dirty - does a dirty or written-back folio overlap [pos, end)? */
bool mm_range_is_dirty(struct inode *inode, uint64_t pos, uint64_t end);

#endif
