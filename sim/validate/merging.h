/*
 * Completion merging: when the worker runs is timing, what a run makes of the
 * ends it finds is not.  Given the recorded order of completions, the ends
 * must fall into as many runs as were recorded, and sorting and merging each
 * run by the model's own code must give the recorded finished ranges.
 */
#ifndef SIM_VALIDATE_MERGING_H
#define SIM_VALIDATE_MERGING_H

#include <jansson.h>

#include "sim/validate/recording.h"

/** MERGING_STREAM - of the simulator: pos_bytes, bytes, sector, boundary */
#define MERGING_STREAM "zone_parts"

struct sim_metrics;

/** merging_collect - the simulated stream's fields; none: *@ret stays empty */
void merging_collect(struct sim_metrics *metrics, struct rec_stream *ret);

/**
 * merging_check - is there such a partition?
 * @parts: the simulated stream; gives each completed place its file range
 * Return: new reference: { "state": "exact" | "differs", "ranges": N,
 * "runs": recorded N, "runs_min": N, "runs_max": N, "reason": S or null };
 * NULL when the recording has nothing of the kind.
 */
json_t *merging_check(const struct recording *rec,
		      const struct rec_stream *parts);

#endif
