/*
 * Runs that are kept in points.jsonl: a killed command takes up where it was.
 */
#ifndef SIM_CLI_POINTS_RUN_H
#define SIM_CLI_POINTS_RUN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "models/run/experiment.h"
#include "sim/cli/progress.h"
#include "sim/results/points.h"

/**
 * struct points_source - what is to be run
 * @nr: number of points
 * @load: fill the experiment of point @index; 0 or a negative errno
 * @values: new object: what is special about point @index
 * @over_time: columns of the time series to keep, borrowed; NULL: none
 */
struct points_source {
	size_t nr;
	int (*load)(void *arg, size_t index, struct experiment *ret,
		    struct cfg_error *reterr);
	json_t *(*values)(void *arg, size_t index);
	const json_t *over_time;
	void *arg;
};

/** struct points_options - shard @shard (from 1) of @nr_shards; @jobs 0: CPUs */
struct points_options {
	unsigned int shard;
	unsigned int nr_shards;
	unsigned int jobs;
	bool is_quiet;
};

/**
 * struct points_run - runs under way
 * @digests: array of strings, one per point
 * @points: digest -> line, what has run
 * @todo: indices of the points to run
 * @has_found: an earlier command has left points
 */
struct points_run {
	const struct points_source *source;
	json_t *digests;
	json_t *points;
	size_t *todo;
	size_t nr_todo;
	bool has_found;
	struct points_file file;
	struct progress *progress;
	int status;
};

/**
 * points_run_begin - check every config; nothing runs or is written
 * @file: named in messages
 * Return: 0, or CLI_USAGE after a message.
 */
int points_run_begin(struct points_run *run, const struct points_source *source,
		     const char *file);

/** points_run_open - lock @dir and read what is there; 0 or CLI_USAGE */
int points_run_open(struct points_run *run, const char *dir);

/** points_run_all - run what is missing; exit status */
int points_run_all(struct points_run *run,
		   const struct points_options *options);

/** points_run_digest - of point @index */
const char *points_run_digest(const struct points_run *run, size_t index);

void points_run_done(struct points_run *run);

#endif
