/*
 * What a comparison prints and writes.
 */
#include "sim/cli/comparison.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"
#include "sim/base/fileio.h"
#include "sim/results/result.h"
#include "sim/results/summary.h"
#include "sim/results/writer.h"

/* results and labels of all variants for the first seed, as arrays */
struct first_seed {
	const json_t **results;
	const char **labels;
};

static struct first_seed first_seed(const struct comparison *comparison)
{
	struct first_seed first;
	size_t i;

	first.results = calloc(comparison->nr_variants, sizeof(json_t *));
	first.labels = calloc(comparison->nr_variants, sizeof(char *));
	SIM_ASSERT(first.results && first.labels);
	for (i = 0; i < comparison->nr_variants; i++) {
		first.results[i] = comparison->variants[i].results[0];
		first.labels[i] = comparison->variants[i].label;
	}
	return first;
}

static void first_seed_done(struct first_seed *first)
{
	free(first->results);
	free(first->labels);
}

void comparison_verdict(const struct comparison *comparison, size_t index,
			struct verdict *ret)
{
	verdict_make((const json_t *const *)comparison->variants[0].results,
		     (const json_t *const *)comparison->variants[index].results,
		     comparison->nr_seeds, ret);
	if (comparison->is_factorial && index + 1 == comparison->nr_variants) {
		struct factorial factorial = comparison_factorial(comparison);

		factorial_line(&factorial, ret->lines[2], VERDICT_LINE_BYTES);
	}
}

struct factorial comparison_factorial(const struct comparison *comparison)
{
	struct factorial factorial = { .nr_seeds = comparison->nr_seeds };
	size_t i;

	for (i = 0; i < FACTORIAL_NR_CELLS; i++)
		factorial.cells[i] = (const json_t *const *)comparison
					     ->variants[comparison->cells[i]]
					     .results;
	for (i = 0; i < FACTORIAL_NR_FACTORS; i++) {
		factorial.levels[i][0] = comparison->levels[i][0];
		factorial.levels[i][1] = comparison->levels[i][1];
	}
	return factorial;
}

static json_t *table_json(struct print_table *table)
{
	char *text = NULL;
	size_t nr_bytes;
	FILE *out = open_memstream(&text, &nr_bytes);
	json_t *json;

	SIM_ASSERT(out);
	print_table_out(table, out, PRINT_JSON);
	fclose(out);
	json = json_loads(text, 0, NULL);
	free(text);
	print_table_free(table);
	return json;
}

static json_t *verdicts_json(const struct comparison *comparison)
{
	json_t *verdicts = json_array();
	struct verdict verdict;
	size_t i, l;

	for (i = 1; i < comparison->nr_variants; i++) {
		json_t *lines = json_array(), *entry = json_object();

		comparison_verdict(comparison, i, &verdict);
		for (l = 0; l < VERDICT_NR_LINES; l++)
			json_array_append_new(lines,
					      json_string(verdict.lines[l]));
		json_object_set_new(entry, "old",
				    json_string(comparison->variants[0].label));
		json_object_set_new(entry, "new",
				    json_string(comparison->variants[i].label));
		json_object_set_new(entry, "streams_identical",
				    json_boolean(verdict.streams_identical));
		json_object_set_new(entry, "time_ratio",
				    json_real(verdict.time_ratio));
		json_object_set_new(entry, "half_width",
				    json_real(verdict.half_width));
		json_object_set_new(entry, "lines", lines);
		json_array_append_new(verdicts, entry);
	}
	return verdicts;
}

static void factorial_json(const struct comparison *comparison, json_t *json)
{
	struct factorial factorial = comparison_factorial(comparison);
	json_t *parts = json_object(), *levels = json_object();
	static const char *const names[] = { "design", "limits", "costs" };
	size_t i;

	for (i = 0; i < FACTORIAL_NR_FACTORS; i++)
		json_object_set_new(levels, names[i],
				    json_pack("[s, s]", factorial.levels[i][0],
					      factorial.levels[i][1]));
	json_object_set_new(parts, "levels", levels);
	json_object_set_new(parts, "limits",
			    table_json(factorial_limits(&factorial)));
	json_object_set_new(parts, "effects",
			    table_json(factorial_effects(&factorial)));
	json_object_set_new(parts, "stages",
			    table_json(factorial_stages(&factorial)));
	json_object_set_new(parts, "streams",
			    table_json(factorial_streams(&factorial)));
	json_object_set_new(json, "factorial", parts);
}

static void control_json(const struct comparison *comparison, json_t *json)
{
	struct control_verdict control;

	comparison_control(comparison, &control);
	json_object_set_new(json, "control",
			    json_pack("{s:s, s:s, s:b, s:s}", "name",
				      comparison->control->name, "differs",
				      comparison->control->differs, "seen",
				      (int)control.is_seen, "line",
				      control.line));
}

json_t *comparison_json(const struct comparison *comparison)
{
	struct first_seed first = first_seed(comparison);
	json_t *json = json_object();
	json_t *variants = json_array(), *seeds = json_array();
	size_t nr = comparison->nr_variants, i;

	json_object_set_new(json, "format", json_string("wbsim-compare/1"));
	json_object_set_new(json, "name",
			    json_string(result_text(first.results[0], "name")));
	for (i = 0; i < nr; i++)
		json_array_append_new(variants, json_string(first.labels[i]));
	for (i = 0; i < comparison->nr_seeds; i++)
		json_array_append_new(
			seeds, json_integer((json_int_t)comparison->seeds[i]));
	json_object_set_new(json, "variants", variants);
	json_object_set_new(json, "seeds", seeds);
	json_object_set_new(json, "verdicts", verdicts_json(comparison));
	json_object_set_new(json, "figures",
			    table_json(summary_compare_figures(
				    first.results, first.labels, nr)));
	json_object_set_new(json, "stages",
			    table_json(summary_compare_stages(
				    first.results, first.labels, nr)));
	json_object_set_new(json, "latency",
			    table_json(summary_compare_latency(
				    first.results, first.labels, nr)));
	json_object_set_new(json, "boundary",
			    table_json(summary_compare_boundary(
				    first.results, first.labels, nr)));
	if (comparison->is_factorial)
		factorial_json(comparison, json);
	if (comparison->control)
		control_json(comparison, json);
	first_seed_done(&first);
	return json;
}

static void print_table_title(struct print_table *table, const char *title,
			      FILE *out)
{
	fprintf(out, "\n%s\n", title);
	print_table_out(table, out, PRINT_TABLE);
	print_table_free(table);
}

static void print_verdicts(const struct comparison *comparison, FILE *out)
{
	size_t nr = comparison->nr_variants, i, l;
	struct control_verdict control;
	struct verdict verdict;

	for (i = comparison->is_factorial ? nr - 1 : 1; i < nr; i++) {
		comparison_verdict(comparison, i, &verdict);
		if (comparison->is_factorial)
			fprintf(out,
				"%s (new) against %s (old), each with its "
				"design, limits and costs:\n",
				comparison->levels[1][1],
				comparison->levels[1][0]);
		else if (nr > 2)
			fprintf(out, "%s%s (new) against %s (old):\n",
				i > 1 ? "\n" : "",
				comparison->variants[i].label,
				comparison->variants[0].label);
		for (l = 0; l < VERDICT_NR_LINES; l++)
			fprintf(out, "%s\n", verdict.lines[l]);
	}
	if (comparison->control) {
		comparison_control(comparison, &control);
		fprintf(out, "%s\n", control.line);
	} else {
		fprintf(out, "control:    none was run\n");
	}
}

static void print_factorial(const struct comparison *comparison, FILE *out)
{
	struct factorial factorial = comparison_factorial(comparison);

	fprintf(out,
		"\ndesign: %s, %s\nlimits: %s, %s (all of the preset but "
		"design and costs)\ncosts:  %s, %s\n",
		factorial.levels[0][0], factorial.levels[0][1],
		factorial.levels[1][0], factorial.levels[1][1],
		factorial.levels[2][0], factorial.levels[2][1]);
	print_table_title(factorial_limits(&factorial),
			  "keys that differ between the limits", out);
	print_table_title(factorial_streams(&factorial),
			  "streams, and which factor changes them", out);
	print_table_title(
		factorial_effects(&factorial),
		"figures and effects; whole = design + limits + costs + all "
		"three (as products)",
		out);
	print_table_title(factorial_stages(&factorial),
			  "CPU time per MiB written and effects", out);
}

static void print_warnings(const struct first_seed *first, size_t nr, FILE *out)
{
	putc('\n', out);
	summary_warnings(first->results, nr, out);
}

static void print_people(const struct comparison *comparison, FILE *out)
{
	struct first_seed first = first_seed(comparison);
	const json_t *result = first.results[0];
	struct print_table *figures;
	size_t nr = comparison->nr_variants;

	print_verdicts(comparison, out);
	fprintf(out, "\n%s: %s on %s, host %s, seed %.0f%s\n",
		result_text(result, "name"), result_text(result, "filesystem"),
		*result_text(result, "device") ? result_text(result, "device")
					       : "no device",
		result_text(result, "host"), result_number(result, "seed"),
		comparison->nr_seeds > 1 ? " (the first of several)" : "");
	if (comparison->is_factorial) {
		print_factorial(comparison, out);
		print_warnings(&first, nr, out);
		first_seed_done(&first);
		return;
	}
	figures = summary_compare_figures(first.results, first.labels, nr);
	print_table_out(figures, out, PRINT_TABLE);
	print_table_free(figures);
	print_table_title(
		summary_compare_stages(first.results, first.labels, nr),
		"CPU time per MiB written", out);
	print_table_title(
		summary_compare_latency(first.results, first.labels, nr),
		"mean way of a folio, from being dirtied to the end of its writeback",
		out);
	print_table_title(
		summary_compare_boundary(first.results, first.labels, nr),
		"calls across the writeback boundary", out);
	print_warnings(&first, nr, out);
	first_seed_done(&first);
}

void comparison_print(const struct comparison *comparison, FILE *out,
		      enum print_format format)
{
	struct first_seed first;
	struct print_table *table;
	json_t *json;

	switch (format) {
	case PRINT_TABLE:
		print_people(comparison, out);
		break;
	case PRINT_JSON:
		json = comparison_json(comparison);
		json_dumpf(json, out, JSON_INDENT(2));
		putc('\n', out);
		json_decref(json);
		break;
	case PRINT_CSV:
		first = first_seed(comparison);
		table = summary_compare_figures(first.results, first.labels,
						comparison->nr_variants);
		print_table_out(table, out, PRINT_CSV);
		print_table_free(table);
		first_seed_done(&first);
		break;
	}
}

int comparison_write(const struct comparison *comparison, const char *dir)
{
	json_t *json;
	char path[4096];
	size_t i, s;
	int error = 0;

	size_t nr = comparison->nr_variants + (comparison->control ? 2 : 0);

	for (i = 0; i < nr && !error; i++) {
		const struct variant *variant = &comparison->variants[i];

		for (s = 0; s < comparison->nr_seeds && !error; s++) {
			if (s == 0)
				snprintf(path, sizeof(path), "%s/%s", dir,
					 variant->label);
			else
				snprintf(path, sizeof(path),
					 "%s/%s/seed-%" PRIu64, dir,
					 variant->label, comparison->seeds[s]);
			error = dir_make(path);
			if (!error)
				error = results_write_run(path,
							  variant->results[s]);
		}
	}
	if (error)
		return error;
	json = comparison_json(comparison);
	error = results_write_json(dir, "compare.json", json);
	json_decref(json);
	return error;
}

void comparison_pictures(const struct comparison *comparison,
			 struct picture_set *set)
{
	struct first_seed first = first_seed(comparison);
	size_t nr = comparison->nr_variants;

	if (comparison->is_factorial) {
		struct factorial factorial = comparison_factorial(comparison);

		factorial_picture(set, &factorial);
		/* only the corners side by side */
		first.results[1] = first.results[nr - 1];
		first.labels[0] = comparison->levels[1][0];
		first.labels[1] = comparison->levels[1][1];
		nr = 2;
	}
	picture_compare(set, first.results, first.labels, nr);
	first_seed_done(&first);
}
