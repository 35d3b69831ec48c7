/*
 * What the zoned drivers share.  Private to models/device.
 */
#ifndef MODELS_DEVICE_ZONED_H
#define MODELS_DEVICE_ZONED_H

#include "models/device/internal.h"
#include "models/device/zone.h"

/** device_zones_new - the zones of a zoned device, else NULL */
struct zone_set *device_zones_new(const struct device_config *config,
				  const struct queue_limits *limits,
				  struct sim *sim);

/**
 * device_zone_command - apply @rq to its zone, at its arrival
 * An append gets its sector.
 * Return: 0, or -errno: fail it.
 */
int device_zone_command(struct device *device, struct request *rq);

/** device_mgmt_ns - time of a zone management command, before it is applied */
uint64_t device_mgmt_ns(const struct device *device, const struct request *rq);

/** device_end_after - end @rq with @status in @ns */
void device_end_after(struct device *device, struct request *rq, int status,
		      uint64_t ns);

/* members of blk_driver_ops */
void device_report_zone(struct blk_queue *queue, uint64_t sector,
			struct blk_zone *ret);
int device_set_zone(struct blk_queue *queue, uint64_t sector,
		    uint64_t wp_sectors);

/* zns.c, called by nvme.c when there are zones */

/** zns_admit - @rq arrived.  Return: true when it may start now */
bool zns_admit(struct device *device, struct request *rq);

/** zns_done - @rq is done: the next of its zone that waits, or NULL */
struct request *zns_done(struct device *device, const struct request *rq);

uint64_t zns_link_ns(const struct device *device, const struct request *rq);
uint64_t zns_unit_ns(const struct device *device, const struct request *rq);

/* smr.c */
struct disk *disk_new(struct device *device);
void disk_free(struct disk *disk);

extern const struct blk_driver_ops zns_driver_ops;
extern const struct blk_driver_ops null_blk_zoned_driver_ops;
extern const struct blk_driver_ops smr_driver_ops;

#endif
