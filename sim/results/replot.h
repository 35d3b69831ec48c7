/*
 * Result folders of any kind: what they hold, and their pictures drawn again.
 */
#ifndef SIM_RESULTS_REPLOT_H
#define SIM_RESULTS_REPLOT_H

#include <jansson.h>

#include "sim/results/picture.h"

enum results_kind {
	RESULTS_NONE,
	RESULTS_RUN,
	RESULTS_COMPARE,
	RESULTS_SWEEP,
};

/**
 * results_kind - what made the folder @dir
 * Prints a message when it is RESULTS_NONE.
 */
enum results_kind results_kind(const char *dir);

/**
 * results_read - parse @dir/@part/@file (@part may be NULL)
 * Return: new reference, or NULL after a message.
 */
json_t *results_read(const char *dir, const char *part, const char *file);

/**
 * struct results_variants - the results of a comparison, first seed
 * @results: owned; @labels point into @compare
 */
struct results_variants {
	json_t *compare;
	const json_t **results;
	const char **labels;
	size_t nr;
};

/** results_variants_read - 0, or -errno after a message */
int results_variants_read(const char *dir, struct results_variants *ret);

void results_variants_release(struct results_variants *variants);

/**
 * replot - draw the pictures of the results in @dir into set->dir
 * Return: 0, or -errno after a message on stderr.
 */
int replot(struct picture_set *set, const char *dir);

#endif
