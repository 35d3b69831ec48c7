/*
 * Tables of models/ioend/config.h.
 */
#include "models/ioend/config.h"

static const char *const dontcache_words[] = { "unsupported", "ioend-flag",
					       "bio-in-task", NULL };
static const char *const completion_words[] = { "direct", "work-queue",
						"per-cpu", NULL };

#define T struct ioend_config
static const struct cfg_key keys[] = {
	CFG_ROW_INT(
		T, max_folios, "folios", "4096", 1, 1048576,
		"Folios finished since an ioend was opened after which it takes no more.",
		"IOEND_BATCH_SIZE, 6.12 to 7.3 include/linux/iomap.h"),
	CFG_ROW_INT(
		T, max_vecs, "segments", "256", 1, 65536,
		"Segments of an ioend's bio; physically adjacent folios share one.",
		"BIO_MAX_VECS, 6.12 to 7.3; recorded: s16-xfs-seq-w4k"),
	CFG_ROW_INT(T, max_bytes, "bytes", "4294967295", 4096, 4294967295,
		    "Bytes of one bio.",
		    "UINT_MAX test of bio_add_folio, 6.12 to 7.3 block/bio.c"),
	CFG_ROW_ENUM(
		T, dontcache, "\"ioend-flag\"", dontcache_words,
		"Uncached writes: not there; a flag of the ioend that keeps cached and uncached folios apart and sends it to the work queue; or a flag of the bio that ends it in task context, batched per CPU.",
		"6.12 unsupported; ioend flag from 6.14 to 7.2; bio flag in 7.3"),
	CFG_ROW_ENUM(
		T, completion, "\"direct\"", completion_words,
		"Where an ioend ends that needs no transaction: where its bio ends; in the inode's work item, sorted and merged (XFS; elsewhere as direct); or gathered per CPU and ended by that CPU's work item.",
		"direct in 6.12 to 7.3, recorded: s02-xfs-seq-overwrite; per-cpu is what 7.3 does with uncached folios (BIO_COMPLETE_IN_TASK)"),
};
#undef T

const struct cfg_object ioend_config_object = {
	.name = "kernel.ioend",
	.help = "Limits of one ioend.",
	.size = sizeof(struct ioend_config),
	.keys = keys,
	.nr_keys = CFG_NR_KEYS(keys),
};

#define T struct ioend_costs
#define STEP(member, unit, help)                                               \
	CFG_ROW_COST(T, member, unit, "0", help, "the cost table's \"sources\"")
static const struct cfg_key costs_keys[] = {
	STEP(bio_alloc, "ns", "Per ioend: the bio and its vector, zeroed."),
	STEP(bio_add_first, "ns",
	     "Per range that starts an ioend: adding it to the bio."),
	STEP(bio_add_next, "ns", "Per range added to an ioend that has some."),
	STEP(bio_free, "ns", "Per ioend: freeing the bio."),
	STEP(task_queue, "ns",
	     "Per ioend that ends in task context: adding it to the CPU's list."),
	STEP(task_work, "ns",
	     "Per batch that ends in task context: queueing its work item."),
};
#undef STEP
#undef T

const struct cfg_object ioend_costs_object = {
	.name = "costs.ioend",
	.help = "CPU costs of ioends that both designs share.",
	.size = sizeof(struct ioend_costs),
	.keys = costs_keys,
	.nr_keys = CFG_NR_KEYS(costs_keys),
};
