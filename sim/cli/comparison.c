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
	json_object_set_new(json, "boundary",
			    table_json(summary_compare_boundary(
				    first.results, first.labels, nr)));
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

static void print_people(const struct comparison *comparison, FILE *out)
{
	struct first_seed first = first_seed(comparison);
	const json_t *result = first.results[0];
	struct print_table *figures;
	struct verdict verdict;
	size_t nr = comparison->nr_variants, i, l;

	for (i = 1; i < nr; i++) {
		comparison_verdict(comparison, i, &verdict);
		if (nr > 2)
			fprintf(out, "%s%s (new) against %s (old):\n",
				i > 1 ? "\n" : "", first.labels[i],
				first.labels[0]);
		for (l = 0; l < VERDICT_NR_LINES; l++)
			fprintf(out, "%s\n", verdict.lines[l]);
	}
	fprintf(out, "\n%s: %s on %s, host %s, seed %.0f%s\n",
		result_text(result, "name"), result_text(result, "filesystem"),
		*result_text(result, "device") ? result_text(result, "device")
					       : "no device",
		result_text(result, "host"), result_number(result, "seed"),
		comparison->nr_seeds > 1 ? " (the first of several)" : "");
	figures = summary_compare_figures(first.results, first.labels, nr);
	print_table_out(figures, out, PRINT_TABLE);
	print_table_free(figures);
	print_table_title(
		summary_compare_stages(first.results, first.labels, nr),
		"CPU time per MiB written", out);
	print_table_title(
		summary_compare_boundary(first.results, first.labels, nr),
		"calls across the writeback boundary", out);
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

	for (i = 0; i < comparison->nr_variants && !error; i++) {
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

	picture_compare(set, first.results, first.labels,
			comparison->nr_variants);
	first_seed_done(&first);
}
