/*
 * Configuration of ioends: the kernel's limits and CPU costs shared by the
 * designs.
 */
#ifndef MODELS_IOEND_CONFIG_H
#define MODELS_IOEND_CONFIG_H

#include <stdint.h>

#include "sim/config/table.h"

/** struct ioend_config - kernel.ioend */
struct ioend_config {
	uint64_t max_folios;
	uint64_t max_vecs;
	uint64_t max_bytes;
	int dontcache; /* enum ioend_dontcache */
};

/** enum ioend_dontcache - how uncached folios are told apart */
enum ioend_dontcache {
	DONTCACHE_UNSUPPORTED,
	DONTCACHE_IOEND_FLAG,
	DONTCACHE_BIO_IN_TASK,
};

/** struct ioend_costs - costs.ioend, picoseconds */
struct ioend_costs {
	uint64_t bio_alloc;
	uint64_t bio_add_first;
	uint64_t bio_add_next;
	uint64_t bio_free;
};

extern const struct cfg_object ioend_config_object;
extern const struct cfg_object ioend_costs_object;

#endif
