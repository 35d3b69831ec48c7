/*
 * Tables of models/fs/bdev/config.h.
 */
#include "models/fs/bdev/config.h"

#define T struct bdev_costs
#define STEP(member, unit, help)                                               \
	CFG_ROW_COST(T, member, unit, "0", help, "the cost table's \"sources\"")
static const struct cfg_key costs_keys[] = {
	STEP(write_call, "ns",
	     "Per write call: system call, vfs, iterator (entry included)."),
	STEP(buffer_alloc_4k, "ns",
	     "Per buffer of a new 4 KiB folio: buffer head."),
	STEP(buffer_alloc_large, "ns",
	     "Per buffer of a new large folio: buffer head."),
	STEP(buffer_prepare_4k, "ns",
	     "Per buffer of a 4 KiB folio written to: mapped, prepared."),
	STEP(buffer_prepare_large, "ns",
	     "Per buffer of a large folio written to: mapped, prepared."),
	STEP(buffer_dirty_4k, "ns",
	     "Per buffer of a 4 KiB folio written to: uptodate, dirty."),
	STEP(buffer_dirty_large, "ns",
	     "Per buffer of a large folio written to: uptodate, dirty."),
	STEP(folio_4k, "ns", "Per 4 KiB folio in writeback: loop and entry."),
	STEP(folio_large, "ns",
	     "Per large folio in writeback: loop and entry."),
	STEP(buffer_lock_4k, "ns",
	     "Per buffer of a 4 KiB folio in writeback: locked, cleaned, marked."),
	STEP(buffer_lock_large, "ns",
	     "Per buffer of a large folio in writeback: locked, cleaned, marked."),
	STEP(bio_setup, "ns", "Per buffer written: bio set up."),
	STEP(bio_alloc, "ns", "Per buffer written: bio allocated."),
	STEP(buffer_end, "ns",
	     "Per buffer written: its end and that of its bio, beside the block layer's part."),
	STEP(open, "ns", "Per open."),
	STEP(close, "ns",
	     "The last close: what it costs beside writeback (the cache is dropped)."),
};
#undef STEP
#undef T

const struct cfg_object bdev_costs_object = {
	.name = "costs.bdev",
	.help = "CPU costs of the raw block device with buffer heads.",
	.size = sizeof(struct bdev_costs),
	.keys = costs_keys,
	.nr_keys = CFG_NR_KEYS(costs_keys),
};
