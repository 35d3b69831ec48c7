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
#include "sim/cli/cli.h"
#include "sim/results/factorial.h"
#include "sim/results/picture.h"
#include "sim/results/print.h"
#include "sim/results/verdict.h"

#define COMPARISON_MAX_NAMES 16

/** struct comparison_names - designs or kernels of the command line */
struct comparison_names {
	const char *name[COMPARISON_MAX_NAMES];
	size_t nr;
};

/**
 * struct comparison_plan - what to compare
 * @common: --set and seed
 * @nr_seeds: seeds 1 to this; 0: the workload's
 * @is_factorial: {designs} x {limits} x {costs} of two kernels
 * @no_control: leave the positive control out
 */
struct comparison_plan {
	struct cli_common *common;
	const char *file;
	struct comparison_names designs;
	struct comparison_names kernels;
	size_t nr_seeds;
	bool is_factorial;
	bool no_control;
};

/**
 * struct variant - one of the things compared
 * @label: what tells it from the others; also its folder's name
 * @results: one per seed, owned
 */
struct variant {
	char label[256];
	struct experiment experiment;
	json_t **results;
};

/**
 * struct comparison - all of them
 * @variants: what is compared, old first, new last; then both runs of the
 * positive control if there is one
 * @seeds: the same for all variants
 * @control: the workload's, NULL without one
 * @is_factorial: @cells are indices of variants, @levels their names
 */
struct comparison {
	struct variant *variants;
	size_t nr_variants;
	uint64_t *seeds;
	size_t nr_seeds;
	const struct positive_control *control;
	bool is_factorial;
	size_t cells[FACTORIAL_NR_CELLS];
	char levels[FACTORIAL_NR_FACTORS][2][128];
};

/** struct control_verdict - did the control show? */
struct control_verdict {
	bool is_seen;
	char line[VERDICT_LINE_BYTES];
};

/** comparison_load - experiments and seeds; 0, or CLI_USAGE after a message */
int comparison_load(const struct comparison_plan *plan, struct comparison *ret);

/** comparison_simulate - all runs, on all CPUs; exit status */
int comparison_simulate(struct comparison *comparison, bool is_quiet);

/** comparison_done - release all */
void comparison_done(struct comparison *comparison);

/** comparison_verdict - of variant @index against the first */
void comparison_verdict(const struct comparison *comparison, size_t index,
			struct verdict *ret);

/** comparison_factorial - the cells as results; @comparison is_factorial */
struct factorial comparison_factorial(const struct comparison *comparison);

/** comparison_control - only when there is one */
void comparison_control(const struct comparison *comparison,
			struct control_verdict *ret);

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
