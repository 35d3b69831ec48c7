/*
 * Runs in child processes, results in the parent.
 */
#ifndef SIM_CLI_SIMULATE_H
#define SIM_CLI_SIMULATE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/run/experiment.h"
#include "sim/cli/progress.h"

/**
 * struct simulation - one run
 * @experiment, @seed, @oracle: what to run
 * @stream_path: write stream.jsonl.zst there; NULL: none
 * @result: set when @status is 0 or 1; the owner's reference
 * @status: 0 done, 1 a check failed, 2 cannot be run, 3 bug
 * @message: for status 2 and 3
 */
struct simulation {
	const struct experiment *experiment;
	uint64_t seed;
	bool oracle;
	const char *stream_path;
	json_t *result;
	int status;
	char message[1024];
};

/**
 * simulate - do the runs, @nr_parallel at once (0: all CPUs)
 * @each: called as each ends, in order of end; may take its result; NULL: none
 * Return: the largest status; for 2 and 3 the messages are on stderr.
 */
int simulate(struct simulation *simulations, size_t nr,
	     unsigned int nr_parallel, bool is_quiet,
	     void (*each)(size_t index, void *arg), void *arg);

/**
 * simulate_in_child - body of a run, for a process that holds nothing else
 * @ret_data: malloc'd: the result as JSON text, or the message for status 2
 * Return: status.
 */
int simulate_in_child(const struct simulation *simulation,
		      struct progress *progress, size_t index, char **ret_data,
		      size_t *ret_bytes);

/** simulate_take - fill result, status and message from a child's answer */
void simulate_take(struct simulation *simulation, int status, const char *data,
		   size_t nr_bytes);

#endif
