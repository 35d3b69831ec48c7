/*
 * Tables of models/block/config.h.
 */
#include "models/block/config.h"

static const char *const zoned_qd1_words[] = { "never", "rotational", "always",
					       NULL };

#define T struct block_config
static const struct cfg_key keys[] = {
	CFG_ROW_INT(
		T, max_sectors_bytes, "bytes", "1310720", 4096, 4294966784,
		"Default cap of one request (max_sectors_kb); the device's own limit still holds.",
		"BLK_DEF_MAX_SECTORS_CAP: 1280 KiB up to 6.16, 4 MiB from 6.17 (patch of 18 Jun 2025)"),
	CFG_ROW_INT(T, max_segments, "segments", "128", 1, 65535,
		    "Segments of one request when the driver sets no limit.",
		    "BLK_MAX_SEGMENTS, 6.12 to 7.3 include/linux/blkdev.h"),
	CFG_ROW_INT(T, max_segment_bytes, "bytes", "65536", 4096, 4294967295,
		    "Bytes of one segment when the driver sets no limit.",
		    "BLK_MAX_SEGMENT_SIZE, 6.12 to 7.3 include/linux/blkdev.h"),
	CFG_ROW_INT(
		T, nvme_max_segments, "segments", "128", 1, 65535,
		"Cap of the nvme driver on segments per request; the limit is min(pages of the largest transfer + 1, this).",
		"recorded sysfs values: 128 up to 6.16, 256 from 6.17"),
	CFG_ROW_BOOL(
		T, nvme_virt_boundary, "true",
		"The nvme driver asks for page-aligned segments (PRP lists); false where it uses SGLs.",
		"recorded sysfs values: 4095 up to 6.18.15, 0 on 7.3.4"),
	CFG_ROW_INT(
		T, plug_max_requests, "requests", "32", 1, 1024,
		"Requests in a plug at which it is flushed (doubled once it holds several queues).",
		"BLK_MAX_REQUEST_COUNT, 6.12 to 7.3 block/blk-mq.c"),
	CFG_ROW_INT(
		T, plug_flush_bytes, "bytes", "131072", 4096, 4294967295,
		"Size of the oldest request in a plug from which the next one flushes it.",
		"BLK_PLUG_FLUSH_SIZE, 6.12 to 7.3 block/blk-mq.c"),
	CFG_ROW_BOOL(
		T, plug_each_bio, "true",
		"A bio submitted without a plug gets one of its own, so that the submitter runs the scheduler's queue itself; false: kblockd runs it later.",
		"recorded: one P and U 1 per bio up to 6.18.15, none on 7.3.4"),
	CFG_ROW_BOOL(
		T, zone_write_locking, "false",
		"Zoned devices: mq-deadline locks a zone while a write is at the device, as up to 6.9, in place of zone write plugging; then there is no emulated zone append.",
		"zone write plugging: 6.10 (series of 8 Apr 2024); 6.12 and later have no lock"),
	CFG_ROW_ENUM(
		T, zoned_qd1_writes, "\"never\"", zoned_qd1_words,
		"Zoned devices that get one write at a time in all, zones served in order of arrival.",
		"queue attribute zoned_qd1_writes, 7.2, set for rotational disks; not in 6.12 to 6.18"),
};
#undef T

const struct cfg_object block_config_object = {
	.name = "kernel.block",
	.help = "Limits and constants of the block layer.",
	.size = sizeof(struct block_config),
	.keys = keys,
	.nr_keys = CFG_NR_KEYS(keys),
};

#define T struct mq_deadline_config
static const struct cfg_key mq_deadline_keys[] = {
	CFG_ROW_INT(
		T, write_expire_ns, "ns", "5000000000", 0, 3600000000000,
		"Time after which a waiting write starts the next batch, whatever its sector.",
		"write_expire 5 s, 6.12 to 7.3 block/mq-deadline.c"),
	CFG_ROW_INT(
		T, fifo_batch, "requests", "16", 1, 65535,
		"Requests dispatched in sector order before late ones are looked for.",
		"fifo_batch 16, 6.12 to 7.3 block/mq-deadline.c"),
	CFG_ROW_BOOL(T, front_merges, "true",
		     "Bios that end where a waiting request begins are merged.",
		     "front_merges 1, 6.12 to 7.3 block/mq-deadline.c"),
};
#undef T

const struct cfg_object mq_deadline_config_object = {
	.name = "device.mq_deadline",
	.help = "Tunables of the mq-deadline scheduler.",
	.size = sizeof(struct mq_deadline_config),
	.keys = mq_deadline_keys,
	.nr_keys = CFG_NR_KEYS(mq_deadline_keys),
};

#define T struct wbt_config
static const struct cfg_key wbt_keys[] = {
	CFG_ROW_BOOL(
		T, enabled, "false",
		"Limit buffered writes in flight; which requests reach the device does not change, when they do does.",
		"kernels with CONFIG_BLK_WBT_MQ have it on; off here because the step is history that no recording holds"),
	CFG_ROW_INT(
		T, step, "steps", "0", 0, 10,
		"How often the limit has been raised before the run: 16, 31, 61, 121 ... writes.",
		"inherited from what ran before on the queue; recorded sleeps at 31 and 61 in flight (s11-*): 1 and 2"),
	CFG_ROW_INT(T, window_ns, "ns", "100000000", 1000000, 60000000000,
		    "Time between two looks at the limit.",
		    "RWB_WINDOW_NSEC, 6.12 to 7.3 block/blk-wbt.c"),
};
#undef T

const struct cfg_object wbt_config_object = {
	.name = "device.wbt",
	.help = "Writeback throttling of the block layer.",
	.size = sizeof(struct wbt_config),
	.keys = wbt_keys,
	.nr_keys = CFG_NR_KEYS(wbt_keys),
};

#define T struct block_costs
#define STEP(member, unit, help)                                               \
	CFG_ROW_COST(T, member, unit, "0", help, "the cost table's \"sources\"")
static const struct cfg_key costs_keys[] = {
	STEP(submit, "ns",
	     "Per request of an unsplit bio: submit_bio to request (tag, accounting)."),
	STEP(submit_split, "ns",
	     "Per request of a split bio: the same and the split itself."),
	STEP(submit_merged, "ns",
	     "Per bio that is merged into a request instead."),
	STEP(split_clone, "ns", "Per split: clone bio."),
	STEP(split_scan_per_segment, "ns",
	     "Per segment scanned for a split point."),
	STEP(issue, "ns", "Per request: plug flush and issue to the driver."),
	STEP(end_request, "ns", "Per request: completion, tag, accounting."),
	STEP(end_merged_bio, "ns",
	     "Per further bio of a completed request: the update loop."),
	STEP(end_bio, "ns", "Per bio: end, without the file system's part."),
	STEP(free_clone, "ns", "Per split: freeing the clone."),
	STEP(sched_insert, "ns", "Per request with mq-deadline: insertion."),
	STEP(sched_dispatch, "ns", "Per request with mq-deadline: dispatch."),
	STEP(sched_insert_plugged, "ns",
	     "Per request with mq-deadline that comes through a plug: insertion."),
	STEP(sched_dispatch_plugged, "ns",
	     "Per request with mq-deadline that came through a plug: dispatch."),
	STEP(sched_complete, "ns", "Per request with mq-deadline: completion."),
};
#undef STEP
#undef T

const struct cfg_object block_costs_object = {
	.name = "costs.block",
	.help = "CPU costs of the block layer.",
	.size = sizeof(struct block_costs),
	.keys = costs_keys,
	.nr_keys = CFG_NR_KEYS(costs_keys),
};
