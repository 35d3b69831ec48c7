/*
 * points.jsonl of a sweep: one line per finished point.
 *
 *  { "digest": "16 hex digits", "values": { PATH: VALUE }, "status": 0|1,
 *    "figures": { NAME: { "value", "unit", "tag" } }, "bottleneck": {...},
 *    "untouched_keys": [...], "warnings": [...], "failed_check": S or null,
 *    "event_digest": S, "kernel": S, "name": S,
 *    "timeseries": as in a result, only what the study draws over time,
 *    "point": N }
 *  The last one, the point's number, is in finished files only.
 *
 * A line counts only if its digest (of version, seed and resolved config) is
 * one of the study's points, so that an edited study reruns what changed.
 */
#ifndef SIM_RESULTS_POINTS_H
#define SIM_RESULTS_POINTS_H

#include <jansson.h>
#include <stddef.h>

/** struct points_file - the open file; one process at a time */
struct points_file {
	int fd;
};

/**
 * points_open - open or make DIR/points.jsonl, lock it, cut a torn last line
 * @ret_points: new object, digest -> line
 * Return: 0, -EBUSY when another process sweeps into it, or -errno.
 */
int points_open(const char *dir, struct points_file *ret, json_t **ret_points);

/** points_build - digest of the program's file; 0 or -errno */
int points_build(char ret[17]);

/**
 * points_check_build - throw away the points of another build of wbsim
 * A version number does not tell a changed model; the program's bytes do.
 * Return: 1 when points were thrown away (and @points emptied), 0, or -errno.
 */
int points_check_build(const char *dir, struct points_file *file,
		       json_t *points);

/** points_append - one line, synced; 0 or -errno */
int points_append(struct points_file *file, const json_t *point);

void points_close(struct points_file *file);

/** points_list - new array: the lines as they stand; NULL if no such file */
json_t *points_list(const char *dir);

/** points_keep_series - add columns @names of the result's time series to it */
void points_keep_series(json_t *point, const json_t *result,
			const json_t *names);

/** points_make - line of a finished run; new reference */
json_t *points_make(const char *digest, json_t *values, const json_t *result);

/** points_digest - identity of a point: version, seed, resolved config */
void points_digest(const json_t *resolved, char ret_digest[17]);

#endif
