/*
 * Tables of models/run/costs.h.
 */
#include "models/run/costs.h"

#define NOT_BUILT "A part that this build leaves out: taken and skipped."

#define T struct sched_costs
#define STEP(member, unit, help)                                               \
	CFG_ROW_COST(T, member, unit, "0", help, "the cost table's \"sources\"")
static const struct cfg_key sched_keys[] = {
	STEP(switch_thread, "ns", "Per switch to another thread."),
	STEP(wakeup, "ns", "Per thread woken, in the context that wakes it."),
	STEP(interrupt, "ns", "Per interrupt: entry, exit, dispatch."),
	STEP(tick, "ns",
	     "Per tick of a busy CPU, interrupt entry and exit included."),
	STEP(idle_enter, "ns",
	     "From a thread's sleep to an idle CPU, switch included."),
	STEP(idle_exit, "ns", "From an idle CPU to a thread, switch included."),
};
#undef STEP
#undef T

static const struct cfg_object sched_object = {
	.name = "costs.sched",
	.help = "CPU costs of scheduling and interrupts.",
	.size = sizeof(struct sched_costs),
	.keys = sched_keys,
	.nr_keys = CFG_NR_KEYS(sched_keys),
};

#define T struct host_costs
#define STEP(member, unit, help)                                               \
	CFG_ROW_COST(T, member, unit, "0", help, "the cost table's \"sources\"")
static const struct cfg_key host_cost_keys[] = {
	STEP(indirect_call, "ns",
	     "What an indirect call of the writeback layer costs beside its instructions."),
	STEP(locked_instruction, "ns",
	     "What a locked instruction of the writeback layer costs beside its instructions."),
};
#undef STEP
#undef T

static const struct cfg_object host_costs_object = {
	.name = "costs.host",
	.help = "Prices of a real core that counting instructions does not show.",
	.size = sizeof(struct host_costs),
	.keys = host_cost_keys,
	.nr_keys = CFG_NR_KEYS(host_cost_keys),
};

#define T struct designs_costs
static const struct cfg_key designs_keys[] = {
	{ .key = "map-blocks",
	  .type = CFG_OBJECT,
	  .unit = "",
	  .offset = offsetof(T, map_blocks),
	  .object = &design_costs_object,
	  .help = "The design up to 6.16.",
	  .source = "" },
	{ .key = "writeback-range",
	  .type = CFG_OBJECT,
	  .unit = "",
	  .offset = offsetof(T, writeback_range),
	  .object = &design_costs_object,
	  .help = "The design from 6.17 on; own designs start from it.",
	  .source = "" },
};
#undef T

static const struct cfg_object designs_object = {
	.name = "costs.designs",
	.help = "CPU costs of each design's own layer.",
	.size = sizeof(struct designs_costs),
	.keys = designs_keys,
	.nr_keys = CFG_NR_KEYS(designs_keys),
};

#define T struct cost_config
static const struct cfg_key cost_keys[] = {
	CFG_ROW_OBJECT(T, host, &host_costs_object,
		       "Prices beyond the count of instructions."),
	CFG_ROW_OBJECT(T, sched, &sched_object, "Scheduling."),
	CFG_ROW_OBJECT(T, mm, &mm_costs_object, "Page cache."),
	CFG_ROW_OBJECT(T, designs, &designs_object, "Writeback designs."),
	CFG_ROW_OBJECT(T, fuse, &fuse_costs_object, "FUSE."),
#if WBSIM_BLOCK
	CFG_ROW_OBJECT(T, ioend, &ioend_costs_object, "Ioends."),
	CFG_ROW_OBJECT(T, xfs, &xfs_costs_object, "XFS."),
	CFG_ROW_OBJECT(T, xfs_zoned, &xfs_zoned_costs_object, "Zoned XFS."),
	CFG_ROW_OBJECT(T, bdev, &bdev_costs_object, "Raw block device."),
	CFG_ROW_OBJECT(T, block, &block_costs_object, "Block layer."),
	CFG_ROW_OBJECT(T, device, &device_costs_object, "Drivers."),
#else
	CFG_ROW_IGNORED("ioend", NOT_BUILT),
	CFG_ROW_IGNORED("xfs", NOT_BUILT),
	CFG_ROW_IGNORED("xfs_zoned", NOT_BUILT),
	CFG_ROW_IGNORED("block", NOT_BUILT),
	CFG_ROW_IGNORED("bdev", NOT_BUILT),
	CFG_ROW_IGNORED("device", NOT_BUILT),
#endif
};
#undef T

const struct cfg_object cost_config_object = {
	.name = "costs",
	.help = "CPU cost of each step of the path, on one host under one kernel.",
	.size = sizeof(struct cost_config),
	.keys = cost_keys,
	.nr_keys = CFG_NR_KEYS(cost_keys),
};
