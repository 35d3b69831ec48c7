/*
 * Configuration of the simulated device.
 */
#ifndef MODELS_DEVICE_CONFIG_H
#define MODELS_DEVICE_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "models/block/config.h"
#include "sim/config/table.h"

/** enum latency_distribution - of a unit */
enum latency_distribution {
	LATENCY_FIXED,
	LATENCY_EXPONENTIAL,
};

enum device_type {
	DEVICE_NVME,
	DEVICE_NULL_BLK,
	DEVICE_VIRTIO_BLK,
	DEVICE_NVME_ZNS,
	DEVICE_NULL_BLK_ZONED,
	DEVICE_SMR,
};

enum device_scheduler {
	SCHEDULER_NONE,
	SCHEDULER_MQ_DEADLINE,
};

/** struct zones_config - device.zones: of the zoned types */
struct zones_config {
	uint64_t zone_bytes;
	uint64_t capacity_bytes;
	uint64_t conventional;
	uint64_t max_open;
	uint64_t max_active;
	bool append;
	uint64_t append_max_bytes;
	uint64_t write_granularity_bytes;
	uint64_t units_per_zone;
	uint64_t command_ns;
	uint64_t append_latency_ns;
	uint64_t open_ns;
	uint64_t close_ns;
	uint64_t reset_ns;
	uint64_t reset_full_ns;
	uint64_t finish_ns;
	uint64_t finish_bytes_per_s;
};

/** struct disk_config - device.disk: the mechanics of smr_hdd */
struct disk_config {
	uint64_t rotations_per_minute;
	uint64_t seek_min_ns;
	uint64_t seek_max_ns;
	uint64_t media_bytes_per_s;
	uint64_t cache_bytes;
};

/**
 * struct limits_config - device.limits: what the queue's sysfs files say
 * A value of 0 is derived from the device type, its own limits and the kernel.
 */
struct limits_config {
	uint64_t max_sectors_bytes;
	uint64_t max_hw_sectors_bytes;
	uint64_t max_segments;
	uint64_t max_segment_bytes;
	uint64_t virt_boundary_bytes;
	bool virt_boundary_given;
	uint64_t chunk_bytes;
};

/** struct device_config - device */
struct device_config {
	int type; /* enum device_type */
	uint64_t size_bytes;
	uint64_t logical_block_bytes;
	uint64_t physical_block_bytes;
	uint64_t max_transfer_bytes;
	uint64_t queue_depth;
	int scheduler; /* enum device_scheduler */
	uint64_t nr_requests;
	struct mq_deadline_config mq_deadline;
	struct wbt_config wbt;
	uint64_t units;
	uint64_t latency_ns;
	int latency_distribution; /* enum latency_distribution */
	uint64_t bandwidth_bytes_per_s;
	uint64_t interrupt_max_requests;
	uint64_t interrupt_delay_ns;
	bool write_cache;
	bool memory_backed;
	uint64_t mbps;
	uint64_t mbps_phase_ns;
	struct zones_config zones;
	struct disk_config disk;
	struct limits_config limits;
};

/** device_is_zoned - does a device of that type have zones? */
static inline bool device_is_zoned(const struct device_config *device)
{
	return device->type >= DEVICE_NVME_ZNS;
}

/** struct device_costs - costs.device, picoseconds */
struct device_costs {
	uint64_t arm_timer;
	uint64_t copy_per_byte;
	uint64_t copy_request;
	uint64_t page_new;
	uint64_t page_hit;
	uint64_t interrupt_request;
};

extern const struct cfg_object limits_config_object;
extern const struct cfg_object zones_config_object;
extern const struct cfg_object disk_config_object;
extern const struct cfg_object device_config_object;
extern const struct cfg_object device_costs_object;

#endif
