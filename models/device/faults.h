/*
 * Faults of a device, as part of an experiment: an error for the n-th data
 * bio, a zone that becomes read-only or offline.
 *
 * A table of driver operations in front of the device's own; without faults
 * it is not there.  What fails ends like any request, with a status, after
 * the device's latency; a request fails as a whole, all its bios with it.
 * The media is not touched then: a zone's write pointer stays.
 *
 * Models: what drivers make of NVMe status 0x1ba and 0x1bb, of ZBC sense data
 * and of media errors: -EIO (blk_status_to_errno(), 6.12 to 7.3).
 * Omits: retries of the driver, stalls, resets of the queue, power cuts.
 */
#ifndef MODELS_DEVICE_FAULTS_H
#define MODELS_DEVICE_FAULTS_H

#include <stdint.h>

#include "sim/config/table.h"

struct device;

enum fault_type {
	FAULT_BIO_ERROR,
	FAULT_ZONE_OFFLINE,
	FAULT_ZONE_READONLY,
};

/**
 * struct fault_config - one of "faults"
 * @nth: bio-error: which data bio, from 1, in order of submission
 * @zone: which zone; @at_ns: when; @after_writes: or after how many write
 *   requests of data, if not 0
 */
struct fault_config {
	int type; /* enum fault_type */
	uint64_t nth;
	uint64_t zone;
	uint64_t at_ns;
	uint64_t after_writes;
};

extern const struct cfg_object fault_config_object;

/**
 * faults_init - put @nr_faults in front of @device; none: nothing happens
 * @configs: must outlive it
 * Context: set-up, before anything is submitted.
 * Return: 0; -EINVAL: a zone that the device does not have.
 */
int faults_init(struct device *device, const struct fault_config *configs,
		size_t nr_faults);
void faults_free(struct device *device);

#endif
