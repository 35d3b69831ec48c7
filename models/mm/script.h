/*
 * A script of writeback: which task took which folio, and where its passes
 * ended.  Outside information from a recording, for kernels whose flusher
 * starts at an instant that only a clock knows (6.12).  Without one,
 * passes choose their folios themselves.
 */
#ifndef MODELS_MM_SCRIPT_H
#define MODELS_MM_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/engine/sim.h"

struct folio;
struct inode;
struct writeback_control;

#define MM_SCRIPT_NEXT_DIRTY UINT64_MAX

/**
 * struct mm_script_step - one folio taken, or the end of a pass
 * @page: first page of the folio; MM_SCRIPT_NEXT_DIRTY: the next one that the
 *   pass itself would take
 * @nr_cached_before: the flusher takes the folio only when the page before
 *   this one is in the cache: what the writer had added by then; 0: not known
 * @min_size_bytes: the flusher takes the folio only when the file is that long
 * @by_flusher: taken by the flusher, else by the syncing thread
 * @ends_pass: no folio: the pass ends here
 */
struct mm_script_step {
	uint64_t page;
	uint64_t nr_cached_before;
	uint64_t min_size_bytes;
	bool by_flusher;
	bool ends_pass;
};

/**
 * struct mm_script - the script and how far it was played
 * @inode: the file it is about
 * @is_due: a syncing thread waits for the flusher: the writer adds nothing more
 * @changed: woken when a folio gets dirty or a step was taken
 */
struct mm_script {
	const struct mm_script_step *steps;
	size_t nr_steps;
	size_t at;
	bool is_due;
	const struct inode *inode;
	struct sim_waitq changed;
};

/**
 * mm_script_next - the folio that the script gives the running pass
 * Waits until its turn has come and, for the flusher, until the folio is
 * dirty.  A folio that a syncing thread finds clean is passed over.
 * Return: NULL at the end of the pass.
 */
struct folio *mm_script_next(struct inode *inode,
			     const struct writeback_control *wbc);

/** mm_script_flusher - body of the flusher's thread: plays its passes */
void mm_script_flusher(struct inode *inode);

#endif
