/*
 * Parts of the result; private to models/run.
 */
#ifndef MODELS_RUN_RESULT_H
#define MODELS_RUN_RESULT_H

#include "models/run/world.h"

/**
 * written_bytes - what the workload's threads wrote in the measured part
 * Without what a FUSE server writes to its store.
 */
uint64_t written_bytes(const struct world *world);

/** counter_delta - counter @name over the measured part; 0 if unknown */
uint64_t counter_delta(const struct world *world, const char *name);

/** elapsed_ns - length of the measured part */
uint64_t elapsed_ns(const struct world *world);

/* figures.c */
json_t *result_figures(const struct world *world);

/* latency.c */

/** result_latency - where the time of folios went, by stage */
json_t *result_latency(const struct world *world);

/* series.c */
json_t *result_histograms(const struct world *world);
json_t *result_histogram(const struct hist *h, const char *name,
			 const char *unit);
json_t *result_timeseries(const struct world *world);
json_t *result_streams(const struct world *world);

#endif
