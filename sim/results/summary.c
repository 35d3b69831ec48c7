/*
 * What `run` prints.
 */
#include "sim/results/summary.h"

#include <string.h>

#include "sim/results/format.h"
#include "sim/results/limit.h"
#include "sim/results/result.h"

struct print_table *summary_figures(const json_t *result)
{
	static const struct print_column columns[] = { { "figure", false },
						       { "value", true },
						       { "unit", false },
						       { "trust", false },
						       { "meaning", false } };
	struct print_table *table = print_table_new(columns, 5);
	json_t *figures = json_object_get(result, "figures");
	struct result_figure figure;
	const char *name;
	json_t *ignored;

	json_object_foreach(figures, name, ignored) {
		if (!result_figure_get(result, name, &figure))
			continue;
		print_row(table);
		print_cell(table, 0, name, NULL);
		print_cell(table, 1, format_raw(figure.value).s, NULL);
		print_cell(table, 2, figure.unit, NULL);
		print_cell(table, 3, figure.tag, NULL);
		print_cell(table, 4, figure.help, NULL);
	}
	return table;
}

struct print_table *summary_figures_shown(const json_t *result)
{
	static const struct print_column columns[] = { { "FIGURE", false },
						       { "VALUE", true },
						       { "TRUST", false },
						       { "MEANING", false } };
	struct print_table *table = print_table_new(columns, 4);
	json_t *figures = json_object_get(result, "figures");
	struct result_figure figure;
	const char *name;
	json_t *ignored;

	json_object_foreach(figures, name, ignored) {
		if (!result_figure_get(result, name, &figure))
			continue;
		print_row(table);
		print_cell(table, 0, name, NULL);
		print_cell(table, 1, format_value(figure.value, figure.unit).s,
			   NULL);
		print_cell(table, 2, figure.tag, NULL);
		print_cell(table, 3, figure.help, NULL);
	}
	return table;
}

struct print_table *summary_stages(const json_t *result)
{
	static const struct print_column columns[] = { { "STAGE", false },
						       { "TIME", true },
						       { "PER MIB", true },
						       { "SHARE", true } };
	struct print_table *table = print_table_new(columns, 4);
	json_t *names = result_stage_names(&result, 1);
	const json_t *name;
	double sum = 0;
	char share[32];
	size_t i;

	json_array_foreach(names, i, name)
		sum += result_stage_ns(result, json_string_value(name));
	json_array_foreach(names, i, name) {
		const char *stage = json_string_value(name);
		double ns = result_stage_ns(result, stage);

		print_row(table);
		print_cell(table, 0, stage, NULL);
		print_cell(table, 1, format_value(ns, "ns").s, NULL);
		print_cell(table, 2,
			   format_value(result_stage_ns_per_mib(result, stage),
					"ns")
				   .s,
			   NULL);
		snprintf(share, sizeof(share), "%.2f %%",
			 sum > 0 ? 100 * ns / sum : 0);
		print_cell(table, 3, share, NULL);
	}
	json_decref(names);
	return table;
}

static void print_and_free(struct print_table *table, FILE *out)
{
	print_table_out(table, out, PRINT_TABLE);
	print_table_free(table);
	putc('\n', out);
}

static void print_limit(const json_t *result, FILE *out)
{
	char text[LIMIT_TEXT_BYTES];

	limit_text(result, text);
	fprintf(out, "limited by: %s\n", text);
}

static void print_notes(const json_t *result, FILE *out)
{
	const json_t *checks = json_object_get(result, "checks");
	const json_t *entry;
	size_t nr_failed = 0, i;

	json_array_foreach(checks, i, entry) {
		if (json_is_true(json_object_get(entry, "ok")))
			continue;
		nr_failed++;
		fprintf(out, "CHECK FAILED: %s: %s\n",
			result_text(entry, "name"),
			result_text(entry, "detail"));
	}
	if (nr_failed == 0)
		fprintf(out, "checks: all %zu passed\n",
			json_array_size(checks));
	json_array_foreach(json_object_get(result, "warnings"), i, entry)
		fprintf(out, "warning: %s\n", json_string_value(entry));
	json_array_foreach(json_object_get(result, "untouched_keys"), i, entry)
		fprintf(out, "untouched: %s: %s\n", result_text(entry, "key"),
			result_text(entry, "why"));
}

void summary_run(const json_t *result, FILE *out)
{
	fprintf(out,
		"%s: kernel %s, design %s, %s on %s, host %s, seed %.0f\n\n",
		result_text(result, "name"), result_text(result, "kernel"),
		result_text(result, "design"),
		result_text(result, "filesystem"),
		*result_text(result, "device") ? result_text(result, "device")
					       : "no device",
		result_text(result, "host"), result_number(result, "seed"));
	print_and_free(summary_figures_shown(result), out);
	print_and_free(summary_stages(result), out);
	print_and_free(summary_latency(result), out);
	print_limit(result, out);
	print_notes(result, out);
}

void summary_warnings(const json_t *const *results, size_t nr, FILE *out)
{
	json_t *counts = json_object();
	const char *text;
	json_t *entry;
	size_t i, w;

	for (i = 0; i < nr; i++) {
		json_array_foreach(json_object_get(results[i], "warnings"), w,
				   entry) {
			text = json_string_value(entry);
			json_object_set_new(
				counts, text,
				json_integer(1 +
					     json_integer_value(json_object_get(
						     counts, text))));
		}
	}
	json_object_foreach(counts, text, entry) {
		if ((size_t)json_integer_value(entry) == nr)
			fprintf(out, "warning: %s\n", text);
		else
			fprintf(out, "warning (%lld of %zu runs): %s\n",
				(long long)json_integer_value(entry), nr, text);
	}
	json_decref(counts);
}

void summary_pictures(const struct picture_set *set, const char *dir, FILE *out)
{
	const json_t *name;
	size_t i;

	json_array_foreach(set->names, i, name)
		fprintf(out, "%s %s/%s.svg (.png, .csv, .gp)\n",
			i ? "         " : "pictures:", dir,
			json_string_value(name));
	if (set->warning[0])
		fprintf(stderr, "wbsim: warning: %s\n", set->warning);
}
