/*
 * Shared by the files of models/iomap only.
 */
#ifndef MODELS_IOMAP_INTERNAL_H
#define MODELS_IOMAP_INTERNAL_H

#include "models/iomap/iomap.h"
#include "models/iomap/state.h"
#include "sim/base/pool.h"

/* state of 64 blocks, 128, ... 2048 (a 2 MiB folio of 1 KiB blocks) */
#define NR_STATE_POOLS 7

struct iomap_core {
	struct mm *mm;
	const struct design_costs *costs;
	unsigned int account;
	struct iomap_stats stats;
	struct pool states[NR_STATE_POOLS];
	uint64_t dirtied_pages; /* since the last throttle point */
};

/**
 * iomap_throttle_point - after @folio was dirtied: count, and now and then look
 * at the throttle
 */
void iomap_throttle_point(struct iomap_core *core, const struct folio *folio,
			  bool was_dirty);

#endif
