/*
 * What a sweep found: points in the order of the study, as a table, and the
 * swept keys that changed nothing.
 */
#ifndef SIM_RESULTS_SWEEP_H
#define SIM_RESULTS_SWEEP_H

#include <jansson.h>

#include "sim/results/print.h"
#include "sim/results/study.h"

/**
 * sweep_sorted - lines of points.jsonl in the order of the study
 * @digests: array of strings, one per point of the study
 * @points: object digest -> line
 * Return: new array; a point that has not run yet is left out.
 */
json_t *sweep_sorted(const struct study *study, const json_t *digests,
		     const json_t *points);

/** sweep_table - swept keys, then the study's figures; one row per point */
struct print_table *sweep_table(const struct study *study,
				const json_t *sorted);

/**
 * sweep_dead_keys - swept keys on which no figure depends
 * @sorted: all points of the study
 * Return: new array of sentences with the reason where the model knows it.
 */
json_t *sweep_dead_keys(const struct study *study, const json_t *sorted);

/** sweep_value_text - a swept value as written, into @buf */
void sweep_value_text(const json_t *value, char *buf, size_t size);

/**
 * sweep_write - points.jsonl in order, points.csv, sweep.json (sentences)
 * Return: 0 or -errno.
 */
int sweep_write(const char *dir, const struct study *study,
		const json_t *sorted);

#endif
