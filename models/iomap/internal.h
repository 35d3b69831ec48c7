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
};

#endif
