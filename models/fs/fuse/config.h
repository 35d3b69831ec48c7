/*
 * Configuration of FUSE: the kernel's limits, what the server asks for at
 * mount, CPU costs.  The rows (units, ranges, sources) are in
 * models/fs/fuse/config.c.
 */
#ifndef MODELS_FS_FUSE_CONFIG_H
#define MODELS_FS_FUSE_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/config/table.h"

/** struct fuse_kernel_config - kernel.fuse */
struct fuse_kernel_config {
	char *design; /* name of its default design */
	uint64_t max_pages_limit;
	uint64_t max_pages_default;
	uint64_t max_background;
	uint64_t congestion_threshold;
	bool count_pieces;
	bool round_up_pages;
	bool large_folios;
	bool strictlimit;
	uint64_t max_ratio_ppm;
};

enum fuse_transport {
	FUSE_TRANSPORT_DEV,
	FUSE_TRANSPORT_IO_URING,
};

/** struct fuse_mount_config - filesystem.fuse; 0: the kernel's default */
struct fuse_mount_config {
	uint64_t max_pages;
	uint64_t max_write_bytes;
	uint64_t max_background;
	uint64_t congestion_threshold;
	uint64_t server_threads;
	int transport; /* enum fuse_transport */
};

/** struct fuse_costs - costs.fuse, picoseconds */
struct fuse_costs {
	uint64_t pass;
	uint64_t piece;
	uint64_t request;
	uint64_t page_copy;
	uint64_t temporary_page;
	uint64_t server_call;
	uint64_t server_request;
	uint64_t uring_enter;
	uint64_t store_per_byte;
};

extern const struct cfg_object fuse_kernel_config_object;
extern const struct cfg_object fuse_mount_config_object;
extern const struct cfg_object fuse_costs_object;

#endif
