/*
 * Progress on stderr: only on a terminal, not with --quiet, and only for what
 * takes longer than a second.
 */
#ifndef SIM_CLI_PROGRESS_H
#define SIM_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress;

/**
 * progress_new - for @nr_jobs jobs; shared with child processes
 * @is_quiet: print nothing
 * Return: never NULL; freed by progress_end().
 */
struct progress *progress_new(size_t nr_jobs, bool is_quiet);

/**
 * progress_job - job @index has done @done of @total
 * Context: parent or child.
 */
void progress_job(struct progress *progress, size_t index, uint64_t done,
		  uint64_t total);

/** progress_end - take the line away; NULL allowed */
void progress_end(struct progress *progress);

#endif
