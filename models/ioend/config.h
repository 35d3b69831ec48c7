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
	int dontcache;  /* enum ioend_dontcache */
	int completion; /* enum ioend_completion */
};

/** enum ioend_dontcache - how uncached folios are told apart */
enum ioend_dontcache {
	DONTCACHE_UNSUPPORTED,
	DONTCACHE_IOEND_FLAG,
	DONTCACHE_BIO_IN_TASK,
};

/**
 * enum ioend_completion - where an ioend ends that needs no transaction
 * @IOEND_END_DIRECT: where its bio ends, usually an interrupt
 * @IOEND_END_WORK_QUEUE: in the file system's completion work, if it has one
 * @IOEND_END_PER_CPU: gathered per CPU, ended by that CPU's work item
 */
enum ioend_completion {
	IOEND_END_DIRECT,
	IOEND_END_WORK_QUEUE,
	IOEND_END_PER_CPU,
};

/** struct ioend_costs - costs.ioend, picoseconds */
struct ioend_costs {
	uint64_t bio_alloc;
	uint64_t bio_add_first;
	uint64_t bio_add_next;
	uint64_t bio_free;
	uint64_t task_queue;
	uint64_t task_work;
};

extern const struct cfg_object ioend_config_object;
extern const struct cfg_object ioend_costs_object;

#endif
