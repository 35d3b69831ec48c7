/*
 * Simulated devices below the block layer, chosen by configuration.
 */
#ifndef MODELS_DEVICE_DEVICE_H
#define MODELS_DEVICE_DEVICE_H

#include "models/block/queue.h"
#include "models/device/config.h"

struct device;

/**
 * device_limits - queue limits from device and kernel
 * Rules per type: nvme_set_ctrl_limits() and blk_validate_limits() (6.12 to
 * 7.3), null_blk, virtio_blk; recorded sysfs values are a test.
 */
void device_limits(const struct device_config *device,
		   const struct block_config *block, struct queue_limits *ret);

/**
 * device_new - a device behind @queue: sets its limits, depth and driver
 * Ownership: the caller's, device_free().  Configurations must outlive it.
 */
struct device *device_new(struct blk_queue *queue,
			  const struct device_config *config,
			  const struct device_costs *costs);
void device_free(struct device *device);

/**
 * struct device_zone_totals - what the zones of a device add up to
 * @accepted_sectors: writes, what a finish skipped and what was there at the
 *   start, less what resets took back
 */
struct device_zone_totals {
	uint64_t wp_sectors;
	uint64_t accepted_sectors;
	uint64_t open_max;
	uint64_t active_max;
};

/** device_zone_totals - of a zoned device; walks all zones */
void device_zone_totals(const struct device *device,
			struct device_zone_totals *ret);

/** device_nr_resources - serving parts: link, units */
unsigned int device_nr_resources(const struct device *device);

/**
 * device_resource - name and mean busy time of one
 * @ret_busy_ns: total busy time divided by its servers
 */
const char *device_resource(const struct device *device, unsigned int i,
			    uint64_t *ret_busy_ns);

#endif
