/*
 * A comparison: variants of one workload, each run with every seed.
 */
#ifndef SIM_CLI_COMPARISON_H
#define SIM_CLI_COMPARISON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "models/run/experiment.h"
#include "sim/results/picture.h"
#include "sim/results/print.h"
#include "sim/results/verdict.h"

/**
 * struct variant - one of the things compared
 * @label: what tells it from the others; also its folder's name
 * @results: one per seed, owned
 */
struct variant {
	char label[128];
	struct experiment experiment;
	json_t **results;
};

/**
 * struct comparison - all of them
 * @seeds: the same for all variants
 */
struct comparison {
	struct variant *variants;
	size_t nr_variants;
	uint64_t *seeds;
	size_t nr_seeds;
};

/** comparison_verdict - of variant @index against the first */
void comparison_verdict(const struct comparison *comparison, size_t index,
			struct verdict *ret);

/** comparison_json - compare.json; new reference */
json_t *comparison_json(const struct comparison *comparison);

/** comparison_print - verdict, figures, boundary */
void comparison_print(const struct comparison *comparison, FILE *out,
		      enum print_format format);

/** comparison_write - results in subfolders, compare.json; 0 or -errno */
int comparison_write(const struct comparison *comparison, const char *dir);

/** comparison_pictures - of the first seed */
void comparison_pictures(const struct comparison *comparison,
			 struct picture_set *set);

#endif
