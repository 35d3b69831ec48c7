/*
 * The records around a first difference, side by side.
 */
#ifndef SIM_VALIDATE_EXPLAIN_H
#define SIM_VALIDATE_EXPLAIN_H

#include <jansson.h>

#include "sim/validate/compare.h"

#define EXPLAIN_BEFORE 5
#define EXPLAIN_AFTER  10

/**
 * explain_excerpt - aligned lines around the first difference
 * Records found on both sides stand on one line; "<" marks one that only the
 * recording has, ">" one that only the simulation has.
 * Return: new reference, list of strings.
 */
json_t *explain_excerpt(enum rec_stream_id id,
			const struct rec_stream *recorded,
			const struct rec_stream *simulated, size_t first);

/** explain_record - {"sector": N, "bytes": N}; null when @i is past the end */
json_t *explain_record(enum rec_stream_id id, const struct rec_stream *s,
		       size_t i);

#endif
