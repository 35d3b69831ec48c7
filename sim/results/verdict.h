/*
 * What a comparison of two designs says first: five lines.
 */
#ifndef SIM_RESULTS_VERDICT_H
#define SIM_RESULTS_VERDICT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define VERDICT_NR_LINES   5
#define VERDICT_LINE_BYTES 512

/**
 * struct verdict - the five lines and what they were made of
 * @lines: streams, time, where they differ, limited by, trust
 * @streams_identical: the digests of all streams are equal, for every seed
 * @time_ratio: elapsed time new / old; mean over the seeds
 * @half_width: of the 95 % interval of @time_ratio over the seeds; 0 with one
 * @bound: the same with the model's validated error (difference.h)
 */
struct verdict {
	char lines[VERDICT_NR_LINES][VERDICT_LINE_BYTES];
	bool streams_identical;
	double time_ratio;
	double half_width;
	double bound;
};

/**
 * verdict_make - compare results pairwise (same seed, same place)
 * @old, @new: @nr_seeds results each, at least one
 * Pure: reads nothing but the results.
 */
void verdict_make(const json_t *const *old, const json_t *const *new,
		  size_t nr_seeds, struct verdict *ret);

#endif
