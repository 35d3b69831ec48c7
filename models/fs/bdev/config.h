/*
 * Configuration of the raw block device's buffered path: CPU costs.
 */
#ifndef MODELS_FS_BDEV_CONFIG_H
#define MODELS_FS_BDEV_CONFIG_H

#include <stdint.h>

#include "sim/config/table.h"

/** struct bdev_costs - costs.bdev, picoseconds; with buffer heads */
struct bdev_costs {
	uint64_t write_call;
	uint64_t buffer_alloc_4k;
	uint64_t buffer_alloc_large;
	uint64_t buffer_prepare_4k;
	uint64_t buffer_prepare_large;
	uint64_t buffer_dirty_4k;
	uint64_t buffer_dirty_large;
	uint64_t folio_4k;
	uint64_t folio_large;
	uint64_t buffer_lock_4k;
	uint64_t buffer_lock_large;
	uint64_t bio_setup;
	uint64_t bio_alloc;
	uint64_t buffer_end;
	uint64_t open;
	uint64_t close;
};

extern const struct cfg_object bdev_costs_object;

#endif
