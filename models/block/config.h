/*
 * Configuration of the block layer: the kernel's limits and CPU costs.
 */
#ifndef MODELS_BLOCK_CONFIG_H
#define MODELS_BLOCK_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/config/table.h"

/** enum zoned_qd1 - which zoned disks get one write at a time */
enum zoned_qd1 {
	ZONED_QD1_NEVER,
	ZONED_QD1_ROTATIONAL,
	ZONED_QD1_ALWAYS,
};

/** struct block_config - kernel.block */
struct block_config {
	uint64_t max_sectors_bytes;
	uint64_t max_segments;
	uint64_t max_segment_bytes;
	uint64_t nvme_max_segments;
	bool nvme_virt_boundary;
	uint64_t plug_max_requests;
	uint64_t plug_flush_bytes;
	bool plug_each_bio;
	bool zone_write_locking;
	int zoned_qd1_writes; /* enum zoned_qd1 */
};

/** struct mq_deadline_config - device.mq_deadline: queue/iosched/ */
struct mq_deadline_config {
	uint64_t write_expire_ns;
	uint64_t fifo_batch;
	bool front_merges;
};

/** struct wbt_config - device.wbt: writeback throttling */
struct wbt_config {
	bool enabled;
	uint64_t step;
	uint64_t window_ns;
};

/** struct block_costs - costs.block, picoseconds */
struct block_costs {
	uint64_t submit;
	uint64_t submit_split;
	uint64_t submit_merged;
	uint64_t split_clone;
	uint64_t split_scan_per_segment;
	uint64_t issue;
	uint64_t end_request;
	uint64_t end_merged_bio;
	uint64_t end_bio;
	uint64_t free_clone;
	uint64_t sched_insert;
	uint64_t sched_dispatch;
	uint64_t sched_insert_plugged;
	uint64_t sched_dispatch_plugged;
	uint64_t sched_complete;
};

extern const struct cfg_object block_config_object;
extern const struct cfg_object mq_deadline_config_object;
extern const struct cfg_object wbt_config_object;
extern const struct cfg_object block_costs_object;

#endif
