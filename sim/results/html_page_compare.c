/*
 * The page of a comparison.
 */
#include "sim/results/html_page_parts.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"
#include "sim/results/html.h"
#include "sim/results/replot.h"
#include "sim/results/result.h"
#include "sim/results/summary.h"

/* "streams:    identical" -> term and description */
static void verdict_line(FILE *out, const char *line)
{
	const char *colon = strchr(line, ':');
	size_t i;

	if (!colon) {
		html_element(out, "dd", line);
		return;
	}
	fputs("<dt>", out);
	for (i = 0; line + i < colon; i++) {
		char c[2] = { line[i], '\0' };

		html_text(out, c);
	}
	fputs("</dt>\n", out);
	html_element(out, "dd", colon + 1 + strspn(colon + 1, " "));
}

static void verdicts(struct html_page *page,
		     const struct results_variants *variants)
{
	FILE *out = page->out;
	const json_t *entry, *line;
	char title[400];
	size_t i, l;

	html_element(out, "h2", "Verdict");
	json_array_foreach(json_object_get(variants->compare, "verdicts"), i,
			   entry) {
		snprintf(title, sizeof(title), "%.128s against %.128s",
			 result_text(entry, "new"), result_text(entry, "old"));
		html_element(out, "h3", title);
		fputs("<dl>\n", out);
		json_array_foreach(json_object_get(entry, "lines"), l, line) {
			if (json_is_string(line))
				verdict_line(out, json_string_value(line));
		}
		fputs("</dl>\n", out);
	}
	for (i = 0; i < variants->nr; i++) {
		html_element(out, "h3", variants->labels[i]);
		html_page_notes(page, variants->results[i]);
	}
}

static void difference_cell(struct print_table *table, size_t column,
			    const json_t *value)
{
	char *text = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT)
			   : strdup("");

	SIM_ASSERT(text);
	print_cell(table, column, text, NULL);
	free(text);
}

/* a row for each place below @path where old and new differ */
static void differences(struct print_table *table, const char *path,
			const json_t *old, const json_t *new)
{
	json_t *value, *both;
	const char *key;
	char inner[512];

	if (json_is_object(old) && json_is_object(new)) {
		both = json_object();
		json_object_update(both, (json_t *)(uintptr_t)old);
		json_object_update_missing(both, (json_t *)(uintptr_t) new);
		json_object_foreach(both, key, value) {
			snprintf(inner, sizeof(inner), "%.400s%s%.100s", path,
				 *path ? "." : "", key);
			differences(table, inner, json_object_get(old, key),
				    json_object_get(new, key));
		}
		json_decref(both);
		return;
	}
	if (old && new &&json_equal((json_t *)(uintptr_t)old,
				    (json_t *)(uintptr_t) new))
		return;
	print_row(table);
	print_cell(table, 0, path, NULL);
	difference_cell(table, 1, old);
	difference_cell(table, 2, new);
}

static void config_differences(struct html_page *page,
			       const struct results_variants *variants)
{
	char caption[400];
	size_t i;

	for (i = 1; i < variants->nr; i++) {
		const struct print_column columns[] = {
			{ "key", false },
			{ variants->labels[0], false },
			{ variants->labels[i], false },
		};
		struct print_table *table = print_table_new(columns, 3);

		differences(table, "",
			    json_object_get(variants->results[0], "config"),
			    json_object_get(variants->results[i], "config"));
		snprintf(caption, sizeof(caption),
			 "What differs in the configuration of %.128s",
			 variants->labels[i]);
		html_page_table(page, table, caption);
	}
}

/* only the design differs, so that one command compares again */
static bool only_designs_differ(const struct results_variants *variants)
{
	json_t *first =
		json_copy(json_object_get(variants->results[0], "config"));
	bool is_equal = true;
	size_t i;

	json_object_del(first, "design");
	for (i = 1; i < variants->nr && is_equal; i++) {
		json_t *other = json_copy(
			json_object_get(variants->results[i], "config"));

		json_object_del(other, "design");
		is_equal = json_equal(first, other);
		json_decref(other);
	}
	json_decref(first);
	return is_equal;
}

static void compare_command(struct html_page *page,
			    const struct results_variants *variants,
			    const char *config)
{
	const char **words = calloc(2 * variants->nr + 4, sizeof(*words));
	size_t nr = 0, i;

	SIM_ASSERT(words);
	words[nr++] = "wbsim";
	words[nr++] = "compare";
	words[nr++] = config;
	for (i = 0; i < variants->nr; i++) {
		words[nr++] = "--design";
		words[nr++] = result_text(variants->results[i], "design");
	}
	html_page_command(page, words);
	free(words);
}

static void reproduce(struct html_page *page,
		      const struct results_variants *variants)
{
	const char *plot[] = { "wbsim", "plot", page->dir, NULL };
	const char *again[] = { "wbsim", "report", page->dir, NULL };
	size_t i;

	html_element(page->out, "h2", "How to reproduce");
	html_page_commands_begin(page, "With the result folder:");
	for (i = 0; i < variants->nr; i++) {
		const char *run[] = { "wbsim", "run", NULL, NULL };
		char *config;

		SIM_ASSERT(asprintf(&config, "%s/%s/config.json", page->dir,
				    variants->labels[i]) >= 0);
		if (i == 0 && only_designs_differ(variants))
			compare_command(page, variants, config);
		run[2] = config;
		html_page_command(page, run);
		free(config);
	}
	html_page_command(page, plot);
	html_page_command(page, again);
	html_page_commands_end(page);
	html_element(page->out, "p",
		     "Without it, save a resolved configuration below as a "
		     "file and run that. The digests must be those of the "
		     "table of streams.");
	for (i = 0; i < variants->nr; i++) {
		char summary[256];

		snprintf(summary, sizeof(summary),
			 "Resolved configuration of %.128s",
			 variants->labels[i]);
		html_json(page->out, summary,
			  json_object_get(variants->results[i], "config"));
	}
}

int html_page_compare(struct html_page *page)
{
	struct results_variants variants;
	int error = results_variants_read(page->dir, &variants);

	if (error)
		return error;
	html_page_head(page, result_text(variants.compare, "name"), "compare");
	html_page_setting(page, variants.results[0]);
	verdicts(page, &variants);
	html_page_pictures(page, NULL);
	html_element(page->out, "h2", "Figures");
	html_page_table(page,
			summary_compare_figures(variants.results,
						variants.labels, variants.nr),
			"Figures side by side");
	html_page_table(page,
			summary_compare_stages(variants.results,
					       variants.labels, variants.nr),
			"CPU time per MiB written, by stage");
	html_page_table(page,
			summary_compare_latency(variants.results,
						variants.labels, variants.nr),
			"Mean way of a folio, by stage");
	html_page_table(page,
			summary_compare_boundary(variants.results,
						 variants.labels, variants.nr),
			"Calls across the writeback boundary");
	config_differences(page, &variants);
	html_page_streams(page, variants.results, variants.labels, variants.nr);
	reproduce(page, &variants);
	results_variants_release(&variants);
	return 0;
}
