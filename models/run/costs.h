/*
 * The CPU cost table of a host under one kernel: one object per module.
 */
#ifndef MODELS_RUN_COSTS_H
#define MODELS_RUN_COSTS_H

#include "models/fs/fuse/config.h"
#include "models/iomap/config.h"
#include "models/mm/config.h"
#if WBSIM_BLOCK
#include "models/block/config.h"
#include "models/device/config.h"
#include "models/fs/bdev/config.h"
#include "models/fs/xfs/config.h"
#include "models/fs/xfs_zoned/config.h"
#include "models/ioend/config.h"
#endif
#include "sim/config/table.h"

/** struct sched_costs - costs.sched, picoseconds */
struct sched_costs {
	uint64_t switch_thread;
	uint64_t wakeup;
	uint64_t interrupt;
	uint64_t tick;
	uint64_t idle_enter;
	uint64_t idle_exit;
};

/**
 * struct host_costs - costs.host, picoseconds beyond one instruction each
 * The cost tables count instructions; a core with caches prices these two
 * kinds higher.  How many there are was counted (host_prices.c).
 */
struct host_costs {
	uint64_t indirect_call;
	uint64_t locked_instruction;
};

/** struct designs_costs - costs.designs: one set per design */
struct designs_costs {
	struct design_costs map_blocks;
	struct design_costs writeback_range;
};

/** struct cost_config - costs */
struct cost_config {
	struct host_costs host;
	struct sched_costs sched;
	struct mm_costs mm;
	struct designs_costs designs;
	struct fuse_costs fuse;
#if WBSIM_BLOCK
	struct ioend_costs ioend;
	struct xfs_costs xfs;
	struct xfs_zoned_costs xfs_zoned;
	struct bdev_costs bdev;
	struct block_costs block;
	struct device_costs device;
#endif
};

extern const struct cfg_object cost_config_object;

/**
 * host_prices_scale - @ret is @costs with all prices of counted instructions
 * (everything but @host) times @instruction_ps / 1000, rounded up
 */
void host_prices_scale(const struct cost_config *costs, uint64_t instruction_ps,
		       struct cost_config *ret);

/** host_prices_add - @costs with the host's extra prices of counted steps */
struct design_costs host_prices_add(const struct design_costs *costs,
				    const struct host_costs *host);

#endif
