/*
 * Ioends: the implementation of writeback above bios.
 *
 * One ioend is one bio and the contiguous file range it writes.  Both designs
 * build their ioends here by the same rules (the rules did not change in
 * 6.17, only who calls them).
 *
 * Source: fs/iomap/ioend.c (6.17 to 7.3), fs/iomap/buffered-io.c (6.12 to
 * 6.16); see docs/models.md.
 * Omits: integrity, direct I/O (later parts).
 */
#ifndef MODELS_IOEND_IOEND_H
#define MODELS_IOEND_IOEND_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "models/block/queue.h"
#include "models/ioend/config.h"
#include "models/iomap/iomap.h"
#include "sim/base/pool.h"

#define IOEND_SHARED    (1u << 0)
#define IOEND_UNWRITTEN (1u << 1)
#define IOEND_BOUNDARY  (1u << 2)
#define IOEND_DONTCACHE (1u << 3)
/* what two pieces must have in common to share an ioend or a completion */
#define IOEND_NOMERGE (IOEND_SHARED | IOEND_UNWRITTEN | IOEND_DONTCACHE)

struct ioend_core;

/**
 * struct ioend - one bio's worth of contiguous dirty file data
 * @offset_bytes, @size_bytes: file range; the size is clipped to the end of file
 * @sector: of the first byte
 * @next: completion list
 * @merged: ioends that completion work chained to this one
 * @parent: of a part cut off by ioend_split(), the ioend that holds the folios
 * @remaining: of a parent: itself and its parts, as far as not yet finished
 * @parts_error: of a parent: the first error among them
 * @bio: embedded; bio.private points back
 */
struct ioend {
	struct ioend_core *core;
	struct inode *inode;
	unsigned int flags;
	int error;
	bool has_uncached; /* a folio leaves the cache when written */
	uint64_t offset_bytes;
	uint64_t size_bytes;
	uint64_t sector;
	struct ioend *next;
	struct ioend *merged;
	struct ioend *parent;
	uint32_t remaining;
	int parts_error;
	struct bio bio;
};

struct ioend_builder;

/**
 * struct ioend_fs_ops - what a bio-backed file system gives a design
 * A design calls these; which of its own methods calls which is the design.
 */
struct ioend_fs_ops {
	/*
	 * Make @iomap cover @pos: keep it if still valid, else look it up,
	 * allocating what is delayed.  @len: rest of the dirty range.
	 * Required.  Return: 0 or -errno.
	 */
	int (*map)(struct inode *inode, uint64_t pos, uint64_t len,
		   struct iomap *iomap);

	/*
	 * Last chance before an ioend is submitted: convert copy-on-write
	 * extents, choose ioend->bio.end_io.  Not called with an error.
	 * Optional.  Return: 0 or -errno, then the ioend fails.
	 */
	int (*prepare_submit)(struct ioend *ioend);

	/*
	 * Submit @ioend in the file system's own way: place it, cut it,
	 * submit the parts with ioend_submit().  @builder->fs_state is the
	 * file system's for this pass, NULL at first.  Not called with an
	 * error; takes @ioend over, whatever happens.
	 * Optional: without it ioend_submit().
	 */
	void (*submit)(struct ioend_builder *builder, struct ioend *ioend);

	/*
	 * A range of @folio failed; @pos is its first byte.  Optional.
	 */
	void (*discard_folio)(struct folio *folio, uint64_t pos);
};

struct ioend_stats {
	uint64_t add_calls;
	uint64_t bio_add_calls; /* attempts: a full bio counts one more */
	uint64_t ioends;
	uint64_t ioends_failed;
	uint64_t parts; /* of ioends: cut off by ioend_split() */
	uint64_t finished;
	uint64_t merged;
	uint64_t ended_in_task; /* of finished: by a CPU's work item */
	uint64_t task_batches;  /* runs of those work items */
	/* over (file, offset, bytes, sector) of all ioends submitted, in order:
	 * which file bytes end up in which block */
	uint64_t placement_digest;
	uint64_t max_folios; /* largest nr_folios an ioend was ended with */
	uint64_t cut_by_folios;
	uint64_t cut_by_vecs;
	uint64_t cut_by_range; /* file or device contiguity, flags */
};

struct ioend_task_batch;

/** struct ioend_core - state of this module in a run */
struct ioend_core {
	struct iomap_core *iomap;
	struct blk_queue *queue;
	const struct ioend_config *config;
	const struct ioend_costs *costs;
	struct pool ioends;
	struct mm_way_path way;
	struct ioend_stats stats;
	unsigned int account;
	struct sim_stream *stream_ranges;
	struct sim_workqueue *task_wq;
	struct ioend_task_batch *task_batches; /* one per CPU */
	void *design_private; /* malloc'd by wb_design.attach */
};

void ioend_core_init(struct ioend_core *core, struct iomap_core *iomap,
		     struct mm *mm, struct blk_queue *queue,
		     const struct ioend_config *config,
		     const struct ioend_costs *costs);
void ioend_core_done(struct ioend_core *core);

/**
 * struct ioend_builder - the pending ioend of one writeback pass
 * @pending: NULL if none
 * @nr_folios: the pass's count of folios finished; reset when an ioend opens
 * @fs_state: of struct ioend_fs_ops.submit
 */
struct ioend_builder {
	struct ioend_core *core;
	const struct ioend_fs_ops *fs;
	const struct writeback_control *wbc;
	struct ioend *pending;
	unsigned int *nr_folios;
	/* how a full ioend is submitted: the design's */
	int (*submit)(struct ioend_builder *builder, void *ctx, int error);
	void *ctx;
	void *fs_state;
};

/**
 * ioend_add - add a prefix of a dirty range to the pending ioend
 * Submits the pending one and opens another where the rules say so.
 * @iomap: covers @pos
 * Return: bytes taken, or -errno.
 */
ssize_t ioend_add(struct ioend_builder *builder, const struct iomap *iomap,
		  struct folio *folio, uint64_t pos, uint64_t len,
		  uint64_t end_pos);

/**
 * ioend_trace_range - record a dirty range (stream "ioend_ranges")
 * Both designs record it before clipping to the mapping.
 */
void ioend_trace_range(struct ioend_core *core, uint64_t pos, uint64_t len);

/**
 * ioend_submit - submit an ioend, or end it with @error
 * Sets the default end handler where the file system chose none.
 * Return: @error.
 */
int ioend_submit(struct ioend *ioend, int error);

/**
 * ioend_prepare_and_submit - a design's way to submit: the file system's
 * prepare_submit and submit, or ioend_submit()
 * Return: 0; -errno of prepare_submit: the ioend is still the caller's, to
 * be ended by ioend_submit().
 */
int ioend_prepare_and_submit(struct ioend_builder *builder,
			     struct ioend *ioend);

/**
 * ioend_split - cut a front part off as an ioend of its own
 * @max_bytes: most that it may have
 * @is_append: the queue's limits for zone appends apply as well
 * The part shares @ioend's folios, which end when all parts are finished.
 * Models: iomap_split_ioend(), fs/iomap/ioend.c, 6.15 to 7.3.
 * Return: the part; NULL when @ioend fits whole.
 */
struct ioend *ioend_split(struct ioend *ioend, uint64_t max_bytes,
			  bool is_append);

/** ioend_work_begins - a completion worker takes @ioend, and what it merged */
void ioend_work_begins(struct ioend *ioend);

/**
 * ioend_finish - end the writeback of all its folios and of those merged
 * into it, free them.  Context: any.
 */
void ioend_finish(struct ioend *ioend, int error);

/**
 * ioend_read_folio_range - read [pos, pos + len) of @folio and wait
 * @iomap: covers it
 * Context: thread.  Return: 0 or -errno.
 */
int ioend_read_folio_range(struct ioend_core *core, struct folio *folio,
			   uint64_t pos, uint64_t len,
			   const struct iomap *iomap);

/** ioend_sort - completion list into order of file offset, stable */
void ioend_sort(struct ioend **list);

/**
 * ioend_try_merge - chain what directly follows @ioend in the sorted list
 * Same status, same flags, no boundary, contiguous in file and on device.
 * Return: number merged.
 */
unsigned int ioend_try_merge(struct ioend *ioend, struct ioend **list);

/**
 * struct wb_design - a complete writeback design for bio-backed file systems
 * One const instance per design, in one table (models/run/designs.c).
 */
struct wb_design {
	const char *name;
	const char *help;
	/* names of the methods across the line and where their calls count */
	const char *const *methods;
	const char *submit_path;
	/*
	 * Once per run, before any pass: counters of its own, private data in
	 * core->design_private (malloc'd, freed by ioend_core_done()).
	 * Optional.
	 */
	void (*attach)(struct ioend_core *core);

	/*
	 * One pass over @inode.  Return: 0 or -errno.
	 */
	int (*writepages)(struct ioend_core *core, struct inode *inode,
			  struct writeback_control *wbc,
			  const struct ioend_fs_ops *fs);
};

extern const struct wb_design wb_design_writeback_range;

#endif
