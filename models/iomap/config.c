/*
 * Tables of models/iomap/config.h.
 */
#include "models/iomap/config.h"

#define T struct design_costs
#define STEP(member, unit, help)                                               \
	CFG_ROW_COST(T, member, unit, "0", help, "the cost table's \"sources\"")
static const struct cfg_key costs_keys[] = {
	STEP(call, "ns", "Per writepages call."),
	STEP(range, "ns",
	     "Per dirty range, with its folio if that is one block: mapping check, end-of-file check, merge test, add."),
	STEP(large_folio, "ns",
	     "Per large folio, beside its ranges and blocks."),
	STEP(block, "ns",
	     "Per block of a large folio searched in the dirty bitmap."),
	STEP(state_alloc, "ns",
	     "Per folio whose per-block state is allocated."),
	STEP(ioend, "ns",
	     "Per piece of I/O started and submitted, without bio allocation and block layer."),
	STEP(segment_end, "ns",
	     "Per folio segment finished, without folio_end_writeback."),
	STEP(ioend_end, "ns", "Per finished piece of I/O."),
	STEP(large_range, "ns",
	     "Per dirty range inside a large folio, beside range."),
	STEP(large_segment_end, "ns",
	     "Per segment of a large folio finished, beside segment_end."),
};
#undef STEP
#undef T

const struct cfg_object design_costs_object = {
	.name = "costs.design",
	.help = "CPU costs of one writeback design's own layer.",
	.size = sizeof(struct design_costs),
	.keys = costs_keys,
	.nr_keys = CFG_NR_KEYS(costs_keys),
};
