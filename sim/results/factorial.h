/*
 * A two-level factorial of three factors: which part of a difference belongs
 * to the design, which to the kernel's limits, which to its costs, and which
 * only to two or three of them together.
 *
 * Cell @mask is run with the new level of each factor whose bit is set.  The
 * effect of a set of factors is its contrast over all eight cells, on the
 * logarithm of a figure: (sum over cells of sign * log y) / 4, the sign
 * being minus for each factor of the set that is old.  Cell 7 against cell 0
 * is then the sum of the effects of one and of all three factors; those of two
 * cancel in it (Box, Hunter, Hunter: Statistics for Experimenters).
 */
#ifndef SIM_RESULTS_FACTORIAL_H
#define SIM_RESULTS_FACTORIAL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "sim/results/difference.h"
#include "sim/results/picture.h"
#include "sim/results/print.h"

#define FACTORIAL_NR_FACTORS 3
#define FACTORIAL_NR_CELLS   8

/** enum factor - bit of a cell's mask */
enum factor {
	FACTOR_DESIGN = 1,
	FACTOR_LIMITS = 2,
	FACTOR_COSTS = 4,
};

/**
 * struct factorial - the cells
 * @cells: results, @nr_seeds each; a factor with one level has equal cells
 * @levels: names of old and new level of each factor, in the order of bits
 */
struct factorial {
	const json_t *const *cells[FACTORIAL_NR_CELLS];
	size_t nr_seeds;
	const char *levels[FACTORIAL_NR_FACTORS][2];
};

#define FACTORIAL_NR_EFFECTS 7

/** struct factorial_effect_name - effects of one factor first, then of more */
struct factorial_effect_name {
	unsigned int mask;
	const char *name;
};
extern const struct factorial_effect_name
	factorial_effect_names[FACTORIAL_NR_EFFECTS];

/** factorial_effect_varies - have all factors in @mask two levels? */
bool factorial_effect_varies(const struct factorial *factorial,
			     unsigned int mask);

/** factorial_varies - has the factor of @bit two levels? */
bool factorial_varies(const struct factorial *factorial, unsigned int bit);

/**
 * factorial_effect - of the factors in @mask on figure @name
 * @mask: 0: the whole difference, cell 7 against cell 0
 */
struct difference factorial_effect(const struct factorial *factorial,
				   unsigned int mask, const char *name);

/** factorial_line - "of which:   design +0.02 %, limits 0, costs -0.01 %" */
void factorial_line(const struct factorial *factorial, char *buf, size_t size);

/** factorial_effects - table of effects on every figure */
struct print_table *factorial_effects(const struct factorial *factorial);

/** factorial_stages - effects on CPU time by stage, ns per MiB, first seed */
struct print_table *factorial_stages(const struct factorial *factorial);

/** factorial_streams - which factor changes which stream */
struct print_table *factorial_streams(const struct factorial *factorial);

/**
 * factorial_limits - table of the keys that differ between the limits, with
 * why a key made no difference where the model knows it
 */
struct print_table *factorial_limits(const struct factorial *factorial);

/** factorial_picture - effects on elapsed time with intervals */
void factorial_picture(struct picture_set *set,
		       const struct factorial *factorial);

#endif
