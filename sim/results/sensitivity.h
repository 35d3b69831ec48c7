/*
 * Which of a study's keys matter: the plan for a study, and what it found.
 */
#ifndef SIM_RESULTS_SENSITIVITY_H
#define SIM_RESULTS_SENSITIVITY_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/results/morris.h"
#include "sim/results/picture.h"
#include "sim/results/print.h"
#include "sim/results/study.h"

/**
 * struct sensitivity - a screening of a study
 * @axes: the study's axes that vary, but the seeds; one key of @plan each
 * @figure: name
 * @effects, @rank: one per key; set by sensitivity_finish()
 * @unit, @mean: of the figure over all points
 */
struct sensitivity {
	const struct study *study;
	const char *figure;
	struct morris_plan plan;
	size_t *axes;
	size_t nr_seeds;
	uint64_t seed;
	struct morris_effect *effects;
	size_t *rank;
	const char *unit;
	double mean;
};

/**
 * sensitivity_init - make the plan
 * @study: with at least one key of two values (sensitivity_nr_keys())
 */
void sensitivity_init(struct sensitivity *sensitivity,
		      const struct study *study, const char *figure,
		      size_t nr_trajectories, uint64_t seed);
void sensitivity_done(struct sensitivity *sensitivity);

/** sensitivity_nr_keys - axes of the study that vary, seeds left out */
size_t sensitivity_nr_keys(const struct study *study);

/** sensitivity_nr_points - points of the plan times seeds */
size_t sensitivity_nr_points(const struct sensitivity *sensitivity);

/** sensitivity_point - new object: swept path -> value, as study_point() */
json_t *sensitivity_point(const struct sensitivity *sensitivity, size_t index);

/**
 * sensitivity_finish - effects and ranks
 * @lines: array of points (points.h), sensitivity_nr_points() of them
 */
void sensitivity_finish(struct sensitivity *sensitivity, const json_t *lines);

/** sensitivity_table - ranked; @lines say why a key changes nothing */
struct print_table *sensitivity_table(const struct sensitivity *sensitivity,
				      const json_t *lines);

/** sensitivity_picture - mu* of the keys, ranked */
void sensitivity_picture(struct picture_set *set,
			 const struct sensitivity *sensitivity);

/** sensitivity_write - sensitivity.json, ranking.csv; 0 or -errno */
int sensitivity_write(const char *dir, const struct sensitivity *sensitivity,
		      const json_t *lines);

#endif
