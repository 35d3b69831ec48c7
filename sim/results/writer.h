/*
 * Result folders that are there completely or not at all.
 *
 * A folder is built beside its target under a hidden temporary name and
 * takes its place by one rename.  A leftover of a killed run is cleared by the
 * next one; two runs with one target exclude each other.
 */
#ifndef SIM_RESULTS_WRITER_H
#define SIM_RESULTS_WRITER_H

#include <jansson.h>
#include <stddef.h>

struct results_dir;

/**
 * results_dir_begin - make the temporary folder beside @target
 * @ret: freed by results_dir_commit() or results_dir_abort()
 * Return: 0, or -errno with one message in @reterr: not writable, in use by
 * another process, or @target holds something that is no result of wbsim.
 */
int results_dir_begin(const char *target, struct results_dir **ret,
		      char *reterr, size_t reterr_bytes);

/** results_dir_path - where to write meanwhile */
const char *results_dir_path(const struct results_dir *dir);

/** results_dir_target - the final place */
const char *results_dir_target(const struct results_dir *dir);

/**
 * results_dir_commit - put the folder in its place; @dir is freed
 * Return: 0 or -errno (the old folder is then still there).
 */
int results_dir_commit(struct results_dir *dir, char *reterr,
		       size_t reterr_bytes);

/** results_dir_abort - remove what was written; NULL allowed */
void results_dir_abort(struct results_dir *dir);

/** results_write_text - file @name in folder @dir; 0 or -errno */
int results_write_text(const char *dir, const char *name, const char *text);

/** results_write_json - the same from a value, indented */
int results_write_json(const char *dir, const char *name, const json_t *json);

/**
 * results_write_run - result.json, config.json, timeseries.csv, latency.csv
 * Return: 0 or -errno.
 */
int results_write_run(const char *dir, const json_t *result);

#endif
