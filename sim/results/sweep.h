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
 * sweep_table_people - as sweep_table(), or with several seeds one row per
 * combination: mean and 95 % interval
 */
struct print_table *sweep_table_people(const struct study *study,
				       const json_t *sorted);

/**
 * struct sweep_identity - what tells whether results belong together
 * @digest: of the digests of all points (sweep_digest())
 * @build: of the program that ran them (points_build())
 * @shard, @nr_shards: this part, from 1, of so many; 1 of 1: all points
 */
struct sweep_identity {
	char digest[17];
	char build[17];
	unsigned int shard;
	unsigned int nr_shards;
};

/** sweep_digest - of @digests, an array of strings in the order of points */
void sweep_digest(const json_t *digests, char ret[17]);

/**
 * sweep_write - points.jsonl in order, points.csv, sweep.json (sentences)
 * The bytes depend on study, shard and results only, not on the order of runs.
 * Return: 0 or -errno.
 */
int sweep_write(const char *dir, const struct study *study,
		const struct sweep_identity *identity, const json_t *sorted);

/**
 * sweep_print - what commands say of a sweep: table, dead keys, places
 * Draws the picture too unless @no_plots.
 */
struct sweep_print_options {
	enum print_format format;
	bool no_plots;
};
void sweep_print(const char *dir, const struct study *study,
		 const json_t *sorted,
		 const struct sweep_print_options *options);

#endif
