/*
 * A study: a workload and the keys that vary (design.md section 4).
 *
 *  { "question": S, "workload": FILE beside the study,
 *    "grid": { PATH: VALUES },          every combination
 *    "zip": { PATH: VALUES },           lists of one length, advanced together
 *    "seeds": [N...],                   every point with each seed
 *    "baseline": { PATH: VALUE },       for all points
 *    "figures": [NAME...],
 *    "plot": { "x": PATH, "x_label": S, "figure": NAME,
 *              "over_time": [COLUMN of the time series...] },
 *    "difference": { "figure": NAME, "per": [NAME...],
 *                    "reaches_ppm": N, "x": PATH, "y": PATH, "band": PATH },
 *                                       of two designs (pairs.h)
 *    "comment": S }
 *
 * VALUES is a list, or a range (study_range.h).
 * Points are numbered with the last grid key varying fastest, the zip
 * faster than that, and the seeds fastest of all.
 */
#ifndef SIM_RESULTS_STUDY_H
#define SIM_RESULTS_STUDY_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "sim/config/config.h"

/* the path that the axis of a study's seeds sets; its values are [N] */
#define STUDY_SEEDS "seeds"

/**
 * struct study_axis - keys that vary together
 * @keys: object path -> array of values; a grid key alone, the whole zip, or
 * the seeds
 */
struct study_axis {
	json_t *keys;
	size_t nr_values;
};

/**
 * struct study - loaded study
 * @name: of the file, without folder and ".json"
 * @workload: path of the workload, relative to the working directory
 * @json: the file; the other members point into it
 * @x: swept key of the picture
 * @figure: figure of the picture
 * @over_time: columns that are drawn over time, a line per point; may be NULL
 */
struct study {
	char *name;
	char *workload;
	json_t *json;
	struct study_axis *axes;
	size_t nr_axes;
	const char *x;
	const char *figure;
	const json_t *over_time;
};

/**
 * study_load - read and check; the configs of its points are not looked at
 * @experiment: table whose keys the study sweeps; NULL: any key is taken
 * Return: 0 or a negative errno with "FILE:LINE: $.path: what" in @reterr.
 */
int study_load(const char *path, const struct cfg_object *experiment,
	       struct study *ret, struct cfg_error *reterr);

/** study_from_json - the same for a stored study; @origin for messages */
int study_from_json(json_t *json, const char *origin, struct study *ret,
		    struct cfg_error *reterr);

void study_release(struct study *study);

/** study_is_study - is this JSON a study (it has a "workload")? */
bool study_is_study(const json_t *json);

/* what a sweep takes; sensitivity samples studies of any size */
#define STUDY_MAX_POINTS 1000000u

/** study_nr_points - number of combinations; above STUDY_MAX_POINTS: some */
size_t study_nr_points(const struct study *study);

/** study_nr_seeds - seeds of each combination; 1 when the study names none */
size_t study_nr_seeds(const struct study *study);

/** study_point - new object: swept path -> value of point @index */
json_t *study_point(const struct study *study, size_t index);

/** study_x_label - what the x axis of the picture shows; default: the key */
const char *study_x_label(const struct study *study);

/** study_point_of - the same for a position on each axis */
json_t *study_point_of(const struct study *study, const size_t *positions);

/** study_figures - new array: names of the figures to show */
json_t *study_figures(const struct study *study);

/**
 * struct study_overrides - baseline and point as overrides
 * @list: @nr entries, for cfg_load_file()
 */
struct study_overrides {
	struct cfg_override *list;
	size_t nr;
};

struct experiment;

/**
 * study_load_point - the experiment of point @index: workload, baseline, point
 * Return: as experiment_load().
 */
int study_load_point(const struct study *study, size_t index,
		     struct experiment *ret, struct cfg_error *reterr);

/** study_load_values - the same for a point as study_point() gives it */
int study_load_values(const struct study *study, const json_t *point,
		      struct experiment *ret, struct cfg_error *reterr);

void study_overrides_init(const struct study *study, const json_t *point,
			  struct study_overrides *ret);
void study_overrides_release(struct study_overrides *overrides);

#endif
