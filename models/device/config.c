/*
 * Tables of models/device/config.h.
 */
#include "models/device/config.h"

#define T     struct limits_config
#define SYSFS "0: derived from the device's type and the kernel's rules"
static const struct cfg_key limits_keys[] = {
	CFG_ROW_INT(T, max_sectors_bytes, "bytes", "0", 0, 4294966784,
		    "queue/max_sectors_kb.", SYSFS),
	CFG_ROW_INT(T, max_hw_sectors_bytes, "bytes", "0", 0, 4294966784,
		    "queue/max_hw_sectors_kb.", SYSFS),
	CFG_ROW_INT(T, max_segments, "segments", "0", 0, 65535,
		    "queue/max_segments.", SYSFS),
	CFG_ROW_INT(T, max_segment_bytes, "bytes", "0", 0, 4294967295,
		    "queue/max_segment_size; 4294967295 is unlimited.", SYSFS),
	CFG_ROW_BOOL(T, virt_boundary_given, "false",
		     "Take virt_boundary_bytes as it stands, 0 included.",
		     "assumption: no, so that the kernel's rule decides"),
	CFG_ROW_INT(
		T, virt_boundary_bytes, "bytes", "0", 0, 65536,
		"Segments inside a request start and end on multiples of this (queue/virt_boundary_mask + 1).",
		SYSFS),
	CFG_ROW_INT(
		T, chunk_bytes, "bytes", "0", 0, 4294967296,
		"queue/chunk_sectors: requests never cross a multiple of this; 0: none.",
		"NVMe NOIOB or zone size; 0 on the recorded devices"),
};
#undef T

const struct cfg_object limits_config_object = {
	.name = "device.limits",
	.help = "Queue limits as sysfs reports them; 0 derives a value.",
	.size = sizeof(struct limits_config),
	.keys = limits_keys,
	.nr_keys = CFG_NR_KEYS(limits_keys),
};

static const char *const device_types[] = {
	"nvme",           "null_blk", "virtio_blk", "nvme_zns",
	"null_blk_zoned", "smr_hdd",  NULL
};
static const char *const distributions[] = { "fixed", "exponential", NULL };
static const char *const schedulers[] = { "none", "mq-deadline", NULL };

#define T struct device_config
static const struct cfg_key keys[] = {
	CFG_ROW_ENUM(
		T, type, "\"nvme\"", device_types,
		"Kind of device: its limits and how its completions reach the CPU.",
		"choice"),
	CFG_ROW_INT(T, size_bytes, "bytes", "2147483648", 1048576,
		    1125899906842624, "Capacity.", "recorded devices: 2 GiB"),
	CFG_ROW_INT(T, logical_block_bytes, "bytes", "512", 512, 65536,
		    "Logical block size.",
		    "recorded nvme: 512; null_blk: 4096"),
	CFG_ROW_INT(T, physical_block_bytes, "bytes", "512", 512, 65536,
		    "Physical block size; split points are multiples of it.",
		    "recorded nvme: 512; null_blk: 4096"),
	CFG_ROW_INT(
		T, max_transfer_bytes, "bytes", "0", 0, 4294966784,
		"Largest transfer the device takes (NVMe MDTS); 0: no limit of its own.",
		"NVM Express Base 2.0, Identify Controller, MDTS"),
	CFG_ROW_INT(T, queue_depth, "requests", "1023", 1, 65535,
		    "Requests in flight at most (tags).",
		    "nvme io_queue_depth 1024 - 1; recorded nr_requests 1023"),
	CFG_ROW_ENUM(
		T, scheduler, "\"none\"", schedulers, "I/O scheduler.",
		"kernel default: none with several hardware queues, else mq-deadline"),
	CFG_ROW_INT(
		T, nr_requests, "requests", "0", 0, 65535,
		"With a scheduler: requests it may hold, those at the device included (queue/nr_requests); 0: twice queue_depth, of which at most 128 count.",
		"blk_mq_init_sched(), 6.12 to 7.3; recorded: 256"),
	CFG_ROW_OBJECT(T, mq_deadline, &mq_deadline_config_object,
		       "Tunables of mq-deadline."),
	CFG_ROW_OBJECT(T, wbt, &wbt_config_object, "Writeback throttling."),
	CFG_ROW_INT(
		T, units, "units", "8", 1, 65536,
		"Requests the device works on at once; ignored by null_blk (any number).",
		"assumption; published device presets name theirs"),
	CFG_ROW_INT(
		T, latency_ns, "ns", "20000", 0, 10000000000,
		"Time one request spends in a unit (null_blk: completion_nsec).",
		"assumption; published device presets name theirs"),
	CFG_ROW_ENUM(
		T, latency_distribution, "\"fixed\"", distributions,
		"fixed: each request takes latency_ns; exponential: that is the mean, drawn by the seed. nvme, nvme_zns and virtio_blk only.",
		"assumption: fixed, as null_blk's timer; exponential is the service of queueing formulas, no measured device"),
	CFG_ROW_INT(
		T, bandwidth_bytes_per_s, "bytes/s", "3500000000", 0,
		1000000000000,
		"Rate at which data enters the device, shared by all units; 0: unlimited.",
		"assumption; published device presets name theirs"),
	CFG_ROW_INT(
		T, interrupt_max_requests, "requests", "1", 1, 256,
		"Completions gathered before an interrupt is raised (aggregation threshold).",
		"NVM Express Base 2.0, Interrupt Coalescing, THR; off by default"),
	CFG_ROW_INT(
		T, interrupt_delay_ns, "ns", "0", 0, 100000000,
		"Longest time a completion waits for others to share its interrupt (aggregation time).",
		"NVM Express Base 2.0, Interrupt Coalescing, TIME; off by default"),
	CFG_ROW_BOOL(
		T, write_cache, "true",
		"The device has a volatile write cache: log writes flush it first.",
		"recorded nvme: write back"),
	CFG_ROW_BOOL(
		T, memory_backed, "false",
		"null_blk: data is copied in the context that issues the request.",
		"null_blk memory_backed"),
	CFG_ROW_INT(
		T, mbps, "MB/s", "0", 0, 1000000,
		"null_blk: bandwidth limit: 20971 bytes per MB/s and tick of 20 ms, whole requests only; 0: none.",
		"null_blk mbps; null_handle_throttled(), nullb_bwtimer_fn()"),
	CFG_ROW_INT(
		T, mbps_phase_ns, "ns", "0", 0, 19999999,
		"null_blk: date of the first tick of mbps.",
		"fixed when the device is made, before a run; validation averages over it"),
	CFG_ROW_OBJECT(T, zones, &zones_config_object,
		       "Zones of nvme_zns, null_blk_zoned and smr_hdd."),
	CFG_ROW_OBJECT(T, disk, &disk_config_object, "Mechanics of smr_hdd."),
	CFG_ROW_OBJECT(T, limits, &limits_config_object,
		       "Queue limits that override what is derived."),
};
#undef T

const struct cfg_object device_config_object = {
	.name = "device",
	.help = "A simulated block device: a link of the given bandwidth, then parallel units of the given latency.",
	.size = sizeof(struct device_config),
	.keys = keys,
	.nr_keys = CFG_NR_KEYS(keys),
};

#define T struct device_costs
#define STEP(member, unit, help)                                               \
	CFG_ROW_COST(T, member, unit, "0", help, "the cost table's \"sources\"")
static const struct cfg_key costs_keys[] = {
	STEP(arm_timer, "ns",
	     "null_blk, per request: arming its completion timer."),
	STEP(copy_per_byte, "ns/byte",
	     "Memory-backed null_blk, per byte: the data copy."),
	STEP(copy_request, "ns",
	     "Memory-backed null_blk, per request: what its copies cost beside the bytes."),
	STEP(page_new, "ns",
	     "Memory-backed null_blk, per page written for the first time: allocation, zeroing, insertion."),
	STEP(page_hit, "ns",
	     "Memory-backed null_blk, per page that is there already: look-up."),
	STEP(interrupt_request, "ns",
	     "Per request taken from the completion queue, beside end_request."),
};
#undef STEP
#undef T

const struct cfg_object device_costs_object = {
	.name = "costs.device",
	.help = "CPU costs of device drivers.",
	.size = sizeof(struct device_costs),
	.keys = costs_keys,
	.nr_keys = CFG_NR_KEYS(costs_keys),
};
