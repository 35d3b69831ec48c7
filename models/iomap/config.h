/*
 * Configuration of the generic iomap code: CPU costs.  They come in one set
 * per design, because they are what the refactoring changed.
 */
#ifndef MODELS_IOMAP_CONFIG_H
#define MODELS_IOMAP_CONFIG_H

#include <stdint.h>

#include "sim/config/table.h"

/**
 * struct design_costs - costs.designs.NAME, picoseconds
 * The layer between page cache and block layer (generic code plus
 * implementation), by what drives it.
 */
struct design_costs {
	uint64_t call;
	uint64_t range;
	uint64_t large_folio;
	uint64_t block;
	uint64_t state_alloc;
	uint64_t ioend;
	uint64_t segment_end;
	uint64_t ioend_end;
	uint64_t large_range;
	uint64_t large_segment_end;
};

extern const struct cfg_object design_costs_object;

#endif
