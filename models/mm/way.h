/*
 * Where a folio's time goes: its way from being dirtied to the end of its
 * writeback, cut into consecutive stages.
 *
 *	dirtied --dirty--> a pass over its file begins --pass--> its turn
 *	   --build--> handed on --implementation's stages--> --end--> clean
 *
 * The first three and the last are the page cache's, those between are added
 * by the implementation of writeback, which says when its I/O passed the end
 * of each.  Every stage ends where the next begins, so the stages of a folio
 * add up to its way to the nanosecond; world_checks() compares the sums of a
 * run.  A folio written in several pieces ends with its last piece and takes
 * that one's way.  A folio dirtied again while it is under writeback begins
 * another way.
 *
 * Accounting only: takes no simulated time and no part in any digest.
 */
#ifndef MODELS_MM_WAY_H
#define MODELS_MM_WAY_H

#include <stdint.h>

#include "sim/base/hist.h"

struct folio;
struct mm;

#define MM_WAY_MAX_STAGES 40

/**
 * struct mm_way_path - stages of one implementation
 * Filled by mm_ways_add(): @nr stages from number @first on.
 */
struct mm_way_path {
	unsigned int first;
	unsigned int nr;
};

/** struct mm_way_same - what folios of late all spent in a stage */
struct mm_way_same {
	uint64_t ns;
	uint64_t nr;
};

/** struct mm_way_stage - name and meaning, static strings */
struct mm_way_stage {
	const char *name;
	const char *help;
};

/**
 * struct mm_ways - the stages of a run
 * @nr_stages, @stages: in the order in which they were added; mm_ways_stage()
 * @ns: per stage, nanoseconds of the folios that spent any there; complete
 *   after mm_ways_settle()
 * @same: per stage, not yet in @ns
 * @throttle_ns: pauses of writers; beside the way of folios, which goes on
 *   meanwhile
 * @folios: whose way has ended
 * @path, @at_ns, @finish_ns, @nr_ending: what mm_way_begin() was given, its
 *   date, and the folios that have ended since
 * @begun_ns, @ended_ns: sums of dates, modulo 2^64
 * @before_ns: what mm_ways_reset() took out of @ns
 */
struct mm_ways {
	unsigned int nr_stages;
	struct mm_way_stage stages[MM_WAY_MAX_STAGES];
	struct hist *ns[MM_WAY_MAX_STAGES];
	struct hist *throttle_ns;
	struct mm_way_same same[MM_WAY_MAX_STAGES];
	uint64_t folios;
	const struct mm_way_path *path;
	const uint64_t *at_ns;
	uint64_t finish_ns;
	uint64_t nr_ending;
	uint64_t begun_ns;
	uint64_t ended_ns;
	uint64_t before_ns;
};

/** mm_ways_init, mm_ways_done - with the page cache */
void mm_ways_init(struct mm *mm);
void mm_ways_done(struct mm *mm);

/**
 * mm_ways_add - the stages of an implementation
 * A run may have several: FUSE over a file on a device.
 * Context: set-up, before @ret_path is used by mm_way_begin().
 */
void mm_ways_add(struct mm *mm, const struct mm_way_stage *stages,
		 unsigned int nr, struct mm_way_path *ret_path);

/** mm_ways_stage - number of the @i-th stage in which a folio passes them */
unsigned int mm_ways_stage(const struct mm_ways *ways, unsigned int i);

/** mm_ways_settle - bring ways->ns up to date */
void mm_ways_settle(struct mm *mm);

/** mm_ways_reset - forget what was measured; ways under way go on */
void mm_ways_reset(struct mm *mm);

/**
 * mm_way_begin - the folios that end before mm_way_done() went this way
 * @path: of the implementation
 * @at_ns: when the I/O was handed on (its folios were under writeback by
 *   then), and for each stage of @path but the last when it ended; 0, or a date
 *   before that of the stage in front: it took no time.  The last stage ends
 *   now.  Must stay until mm_way_done().
 * Context: any; nothing may settle in between.  Without it, all of a folio's
 * time under writeback counts as "build".
 */
void mm_way_begin(struct mm *mm, const struct mm_way_path *path,
		  const uint64_t *at_ns);
void mm_way_done(struct mm *mm);

/** mm_way_throttled - a writer was made to pause for @ns */
void mm_way_throttled(struct mm *mm, uint64_t ns);

/** mm_ways_sum_ns - all stages of all folios, since the start of the run */
uint64_t mm_ways_sum_ns(struct mm *mm);

/* models/mm/folio.c and writeback.c call these as a folio goes its way. */

/** mm_way_pass - a pass that began at @ns has come to @folio */
void mm_way_pass(struct folio *folio, uint64_t ns);
void mm_way_starts(struct folio *folio);
void mm_way_ends(struct folio *folio);

#endif
