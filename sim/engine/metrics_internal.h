/*
 * The registry's body, shared by metrics.c and stream.c.
 */
#ifndef SIM_ENGINE_METRICS_INTERNAL_H
#define SIM_ENGINE_METRICS_INTERNAL_H

#include "sim/engine/internal.h"

#define METRICS_GRID_NS 1000

struct metrics_counter {
	const char *name;
	const char *unit;
	const uint64_t *value;
};

struct metrics_gauge {
	const char *name;
	const char *unit;
	bool is_rate;
	const uint64_t *value;
	uint64_t *samples;
};

struct metrics_hist {
	const char *name;
	const char *unit;
	struct hist *hist;
};

struct sim_metrics {
	struct sim *sim;
	struct metrics_counter *counters;
	size_t nr_counters;
	struct metrics_gauge *gauges;
	size_t nr_gauges;
	size_t nr_samples;
	uint64_t grid_ns; /* sample i is of date i * grid_ns */
	uint64_t next_ns;
	struct metrics_hist *hists;
	size_t nr_hists;
	struct stream_entry **streams;
	size_t nr_streams;
	bool keep_all;
	bool muted;
	struct digest events;
};

void *metrics_grow(void *array, size_t nr, size_t element_bytes);
void metrics_free_streams(struct sim_metrics *m);

#endif
