/*
 * Pictures: gnuplot templates (plots/NAME.gp) over CSV data.
 *
 * A picture NAME is four files in one folder: NAME.svg, NAME.png, NAME.csv with
 * the data and NAME.gp, which draws the first two from the third wherever the
 * folder lies.  Without gnuplot the last two are still written.
 */
#ifndef SIM_RESULTS_PICTURE_H
#define SIM_RESULTS_PICTURE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/**
 * struct picture_set - pictures being made in one folder
 * @dir: the folder
 * @names: JSON array of the names drawn
 * @warning: why pictures are missing; "" when none are
 * @for_report: only SVG, narrow, with the legend below
 */
struct picture_set {
	const char *dir;
	json_t *names;
	char warning[512];
	bool for_report;
};

/** struct picture - one picture while its files are filled */
struct picture {
	struct picture_set *set;
	const char *name;
	char *csv_text;
	size_t csv_bytes;
	FILE *csv;
	char *variables_text;
	size_t variables_bytes;
	FILE *variables;
};

void picture_set_init(struct picture_set *set, const char *dir);
void picture_set_done(struct picture_set *set);

/** picture_begin - @name is static; then write to csv and variables */
void picture_begin(struct picture *picture, struct picture_set *set,
		   const char *name);

/** picture_variable - a gnuplot variable that holds text */
void picture_variable(struct picture *picture, const char *variable,
		      const char *text);

/** picture_word - one word of a list, quoted if needed, for @out */
void picture_word(FILE *out, const char *word);

/** picture_end - write the files and draw with plots/@template_name.gp */
void picture_end(struct picture *picture, const char *template_name);

/**
 * picture_colour - the fixed colour of a design, or of series @index
 * @name: design, alone or before other words; others get colours by @index
 */
const char *picture_colour(const char *name, size_t index);

/** picture_stage_colours - colours of @names (JSON array), as words to @out */
void picture_stage_colours(FILE *out, const json_t *names);

/** picture_run - throughput, cache and time-by-stage of one result */
void picture_run(struct picture_set *set, const json_t *result);

/**
 * picture_compare - time-by-stage and throughput of several results
 * @labels: one per result: the design, or what tells the variants apart
 */
void picture_compare(struct picture_set *set, const json_t *const *results,
		     const char *const *labels, size_t nr);

struct study;

/**
 * picture_sweep - the study's figure over its key, and the columns of its
 * "over_time"; @points sorted
 */
void picture_sweep(struct picture_set *set, const struct study *study,
		   const json_t *points);

#endif
