/*
 * Contrasts of a factorial.
 */
#include "sim/results/factorial.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"
#include "sim/results/format.h"
#include "sim/results/result.h"

#define ALL (FACTORIAL_NR_CELLS - 1)

const struct factorial_effect_name factorial_effect_names[] = {
	{ FACTOR_DESIGN, "design" },
	{ FACTOR_LIMITS, "limits" },
	{ FACTOR_COSTS, "costs" },
	{ FACTOR_DESIGN | FACTOR_LIMITS, "design x limits" },
	{ FACTOR_DESIGN | FACTOR_COSTS, "design x costs" },
	{ FACTOR_LIMITS | FACTOR_COSTS, "limits x costs" },
	{ ALL, "all three" },
};

bool factorial_varies(const struct factorial *factorial, unsigned int bit)
{
	int factor = __builtin_ctz(bit);

	return strcmp(factorial->levels[factor][0],
		      factorial->levels[factor][1]) != 0;
}

static double sign_of(unsigned int cell, unsigned int mask)
{
	return __builtin_popcount(mask & ~cell) % 2 ? -1 : 1;
}

static const json_t *figure_of(const struct factorial *factorial,
			       unsigned int cell, size_t seed)
{
	return factorial->cells[cell][seed];
}

/* false when a cell is 0 and another is not: no logarithm */
static bool log_contrast(const struct factorial *factorial, unsigned int mask,
			 const char *name, size_t seed, double *ret)
{
	double sum = 0;
	unsigned int cell, nr_zero = 0;

	for (cell = 0; cell < FACTORIAL_NR_CELLS; cell++) {
		double value = result_figure_value(
			figure_of(factorial, cell, seed), name);

		if (mask == 0 && cell != 0 && cell != ALL)
			continue;
		if (!(value > 0))
			nr_zero++;
		else if (mask == 0)
			sum += cell ? log(value) : -log(value);
		else
			sum += sign_of(cell, mask) * log(value) / 4;
	}
	*ret = sum;
	if (fabs(sum) < 1e-12) /* what cancels exactly, but for rounding */
		*ret = 0;
	return nr_zero == 0 || nr_zero == (mask ? FACTORIAL_NR_CELLS : 2);
}

struct difference factorial_effect(const struct factorial *factorial,
				   unsigned int mask, const char *name)
{
	struct difference difference = { .is_defined = false };
	double *logs = calloc(factorial->nr_seeds, sizeof(*logs));
	struct result_figure figure;
	size_t seed;

	SIM_ASSERT(logs && mask < FACTORIAL_NR_CELLS);
	for (seed = 0; seed < factorial->nr_seeds; seed++) {
		if (!log_contrast(factorial, mask, name, seed, &logs[seed]))
			break;
	}
	if (seed == factorial->nr_seeds)
		difference = difference_of_logs(logs, seed);
	free(logs);
	if (result_figure_get(figure_of(factorial, 0, 0), name, &figure))
		difference.is_structure = strcmp(figure.tag, "exact") == 0;
	return difference;
}

bool factorial_effect_varies(const struct factorial *factorial,
			     unsigned int mask)
{
	unsigned int bit;

	for (bit = 1; bit <= FACTOR_COSTS; bit <<= 1) {
		if (mask & bit && !factorial_varies(factorial, bit))
			return false;
	}
	return true;
}

void factorial_line(const struct factorial *factorial, char *buf, size_t size)
{
	struct difference difference;
	size_t used, e;
	char text[64];

	used = (size_t)snprintf(buf, size, "of which:  ");
	for (e = 0; e < FACTORIAL_NR_EFFECTS && used < size; e++) {
		unsigned int mask = factorial_effect_names[e].mask;

		if (__builtin_popcount(mask) == 2)
			continue;
		difference = factorial_effect(factorial, mask, "elapsed");
		difference_short(&difference, text, sizeof(text));
		used += (size_t)snprintf(
			buf + used, size - used, "%s %s %s", e ? "," : "",
			factorial_effect_names[e].name,
			factorial_effect_varies(factorial, mask)
				? text
				: "not varied");
	}
}

static struct print_table *effects_table(const char *first, const char *unit)
{
	struct print_column columns[FACTORIAL_NR_EFFECTS + 5] = {
		{ first, false },
		{ "old", true },
		{ "new", true },
		{ "whole", true }
	};
	size_t nr = 4, e;

	for (e = 0; e < FACTORIAL_NR_EFFECTS; e++)
		columns[nr++] =
			(struct print_column){ factorial_effect_names[e].name,
					       true };
	columns[nr++] = (struct print_column){ unit, false };
	return print_table_new(columns, nr);
}

static void effect_cell(struct print_table *table, size_t column,
			const struct factorial *factorial, unsigned int mask,
			const char *name)
{
	struct difference difference = factorial_effect(factorial, mask, name);
	char shown[64], raw[32];

	if (!difference.is_defined) {
		print_cell(table, column, "-", "");
		return;
	}
	difference_short(&difference, shown, sizeof(shown));
	snprintf(raw, sizeof(raw), "%.9g", difference.ratio.mean);
	print_cell(table, column, shown, raw);
}

struct print_table *factorial_effects(const struct factorial *factorial)
{
	struct print_table *table = effects_table("figure", "trust");
	json_t *figures =
		json_object_get(figure_of(factorial, 0, 0), "figures");
	struct result_figure old, new;
	const char *name;
	json_t *ignored;
	size_t e;

	json_object_foreach(figures, name, ignored) {
		if (!result_figure_get(figure_of(factorial, 0, 0), name,
				       &old) ||
		    !result_figure_get(figure_of(factorial, ALL, 0), name,
				       &new))
			continue;
		print_row(table);
		print_cell(table, 0, name, NULL);
		print_cell(table, 1, format_value(old.value, old.unit).s,
			   format_raw(old.value).s);
		print_cell(table, 2, format_value(new.value, new.unit).s,
			   format_raw(new.value).s);
		effect_cell(table, 3, factorial, 0, name);
		for (e = 0; e < FACTORIAL_NR_EFFECTS; e++)
			if (factorial_effect_varies(
				    factorial, factorial_effect_names[e].mask))
				effect_cell(table, 4 + e, factorial,
					    factorial_effect_names[e].mask,
					    name);
		print_cell(table, 4 + FACTORIAL_NR_EFFECTS, new.tag, NULL);
	}
	return table;
}

static double stage_contrast(const struct factorial *factorial,
			     unsigned int mask, const char *stage)
{
	double sum = 0;
	unsigned int cell;

	for (cell = 0; cell < FACTORIAL_NR_CELLS; cell++)
		sum += sign_of(cell, mask) / 4 *
		       result_stage_ns_per_mib(figure_of(factorial, cell, 0),
					       stage);
	return fabs(sum) < 1e-6 ? 0 : sum;
}

static void stage_cell(struct print_table *table, size_t column, double ns)
{
	char shown[80];

	snprintf(shown, sizeof(shown), "%s%s", ns > 0 ? "+" : "",
		 format_value(ns, "ns").s);
	print_cell(table, column, ns > 0 || ns < 0 ? shown : "0",
		   format_raw(ns).s);
}

struct print_table *factorial_stages(const struct factorial *factorial)
{
	struct print_table *table = effects_table("stage", "unit");
	const json_t *both[2] = { figure_of(factorial, 0, 0),
				  figure_of(factorial, ALL, 0) };
	json_t *names = result_stage_names(both, 2);
	const json_t *name;
	size_t s, e;

	json_array_foreach(names, s, name) {
		const char *stage = json_string_value(name);
		double old = result_stage_ns_per_mib(both[0], stage);
		double new = result_stage_ns_per_mib(both[1], stage);

		print_row(table);
		print_cell(table, 0, stage, NULL);
		print_cell(table, 1, format_value(old, "ns").s,
			   format_raw(old).s);
		print_cell(table, 2, format_value(new, "ns").s,
			   format_raw(new).s);
		stage_cell(table, 3, new - old);
		for (e = 0; e < FACTORIAL_NR_EFFECTS; e++)
			if (factorial_effect_varies(
				    factorial, factorial_effect_names[e].mask))
				stage_cell(
					table, 4 + e,
					stage_contrast(
						factorial,
						factorial_effect_names[e].mask,
						stage));
		print_cell(table, 4 + FACTORIAL_NR_EFFECTS, "ns/MiB", NULL);
	}
	json_decref(names);
	return table;
}

/* pairs of cells that differ in @bit only, for every seed */
static void stream_cell(struct print_table *table, size_t column,
			const struct factorial *factorial, unsigned int bit,
			const char *name)
{
	unsigned int cell, nr_equal = 0, nr = 0;
	char shown[64];
	size_t seed;

	if (!factorial_varies(factorial, bit)) {
		print_cell(table, column, "not varied", NULL);
		return;
	}
	for (cell = 0; cell < FACTORIAL_NR_CELLS; cell++) {
		if (cell & bit)
			continue;
		for (seed = 0; seed < factorial->nr_seeds; seed++) {
			nr++;
			nr_equal += result_stream_equal(
				figure_of(factorial, cell, seed),
				figure_of(factorial, cell | bit, seed), name);
		}
	}
	if (nr_equal == nr)
		snprintf(shown, sizeof(shown), "identical");
	else
		snprintf(shown, sizeof(shown), "differ in %u of %u pairs",
			 nr - nr_equal, nr);
	print_cell(table, column, shown, NULL);
}

struct print_table *factorial_streams(const struct factorial *factorial)
{
	static const struct print_column columns[] = {
		{ "stream", false }, { "old", true },     { "new", true },
		{ "design", false }, { "limits", false }, { "costs", false }
	};
	struct print_table *table = print_table_new(columns, 6);
	json_t *names = result_stream_names(figure_of(factorial, 0, 0),
					    figure_of(factorial, ALL, 0));
	const char *name;
	json_t *ignored;
	char text[32];

	json_object_foreach(names, name, ignored) {
		long long old =
			result_stream_records(figure_of(factorial, 0, 0), name);
		long long new = result_stream_records(
			figure_of(factorial, ALL, 0), name);

		if (old == 0 && new == 0)
			continue;
		print_row(table);
		print_cell(table, 0, name, NULL);
		snprintf(text, sizeof(text), "%lld", old);
		print_cell(table, 1, text, NULL);
		snprintf(text, sizeof(text), "%lld", new);
		print_cell(table, 2, text, NULL);
		stream_cell(table, 3, factorial, FACTOR_DESIGN, name);
		stream_cell(table, 4, factorial, FACTOR_LIMITS, name);
		stream_cell(table, 5, factorial, FACTOR_COSTS, name);
	}
	json_decref(names);
	return table;
}
