/*
 * What `run` and `compare` print.
 */
#ifndef SIM_RESULTS_SUMMARY_H
#define SIM_RESULTS_SUMMARY_H

#include <jansson.h>
#include <stdio.h>

#include "sim/results/picture.h"
#include "sim/results/print.h"

/** summary_run - figures, stages, bottleneck, warnings of one result */
void summary_run(const json_t *result, FILE *out);

/** summary_figures - figures of one result as a table, for machines */
struct print_table *summary_figures(const json_t *result);

/** summary_figures_shown - the same for people */
struct print_table *summary_figures_shown(const json_t *result);

/** summary_stages - CPU time by stage: sum, per MiB, share */
struct print_table *summary_stages(const json_t *result);

/** summary_latency - where folios spent their time, by stage */
struct print_table *summary_latency(const json_t *result);

/** summary_compare_latency - mean time of a folio by stage, side by side */
struct print_table *summary_compare_latency(const json_t *const *results,
					    const char *const *labels,
					    size_t nr);

/**
 * summary_warnings - distinct warnings of several results or points
 * Each with how many have it, when not all do.
 */
void summary_warnings(const json_t *const *results, size_t nr, FILE *out);

/** summary_pictures - names of the pictures, or why there are none */
void summary_pictures(const struct picture_set *set, const char *dir,
		      FILE *out);

/** summary_compare_figures - a figure per row, the results side by side */
struct print_table *summary_compare_figures(const json_t *const *results,
					    const char *const *labels,
					    size_t nr);

/** summary_compare_stages - CPU time per MiB by stage, side by side */
struct print_table *summary_compare_stages(const json_t *const *results,
					   const char *const *labels,
					   size_t nr);

/** summary_compare_boundary - calls across the boundary, side by side */
struct print_table *summary_compare_boundary(const json_t *const *results,
					     const char *const *labels,
					     size_t nr);

#endif
