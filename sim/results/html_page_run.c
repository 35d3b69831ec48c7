/*
 * The page of one run.
 */
#include "sim/results/html_page_parts.h"

#include <errno.h>
#include <stdlib.h>

#include "sim/base/assert.h"
#include "sim/results/format.h"
#include "sim/results/html.h"
#include "sim/results/replot.h"
#include "sim/results/result.h"
#include "sim/results/summary.h"

static void verdict(struct html_page *page, const json_t *result)
{
	const json_t *bottleneck = json_object_get(result, "bottleneck");
	struct result_figure elapsed = { 0 }, throughput = { 0 };
	char text[1024];

	result_figure_get(result, "elapsed", &elapsed);
	result_figure_get(result, "throughput", &throughput);
	html_element(page->out, "h2", "Verdict");
	snprintf(text, sizeof(text),
		 "%.100s under design %.100s: %s, %s. Limited by %.100s, busy "
		 "%.1f %% of the time%s%.100s.",
		 result_text(result, "kernel"), result_text(result, "design"),
		 format_value(elapsed.value, "ns").s,
		 format_value(throughput.value, "bytes/s").s,
		 result_text(bottleneck, "resource"),
		 result_number(bottleneck, "busy_ppm") / 1e4,
		 *result_text(bottleneck, "next") ? "; next is " : "",
		 result_text(bottleneck, "next"));
	html_element(page->out, "p", text);
	html_page_notes(page, result);
}

static struct print_table *latencies(const json_t *result)
{
	static const struct print_column columns[] = {
		{ "histogram", false }, { "count", true }, { "p50", true },
		{ "p99", true },        { "p999", true },  { "max", true },
	};
	static const char *const values[] = { "p50", "p99", "p999", "max" };
	struct print_table *table = print_table_new(columns, 6);
	const json_t *histogram;
	size_t i, v;

	json_array_foreach(json_object_get(result, "histograms"), i,
			   histogram) {
		print_row(table);
		print_cell(table, 0, result_text(histogram, "name"), NULL);
		print_cell(table, 1,
			   format_raw(result_number(histogram, "count")).s,
			   NULL);
		for (v = 0; v < 4; v++)
			print_cell(table, v + 2,
				   format_value(
					   result_number(histogram, values[v]),
					   result_text(histogram, "unit"))
					   .s,
				   NULL);
	}
	return table;
}

static struct print_table *untouched(const json_t *result)
{
	static const struct print_column columns[] = { { "key", false },
						       { "why", false } };
	struct print_table *table = print_table_new(columns, 2);
	const json_t *entry;
	size_t i;

	json_array_foreach(json_object_get(result, "untouched_keys"), i,
			   entry) {
		print_row(table);
		print_cell(table, 0, result_text(entry, "key"), NULL);
		print_cell(table, 1, result_text(entry, "why"), NULL);
	}
	return table;
}

static void reproduce(struct html_page *page, const json_t *result)
{
	const char *words[] = { "wbsim", "run", NULL, NULL };
	const char *plot[] = { "wbsim", "plot", page->dir, NULL };
	const char *again[] = { "wbsim", "report", page->dir, NULL };
	char *config;
	FILE *out = page->out;

	SIM_ASSERT(asprintf(&config, "%s/config.json", page->dir) >= 0);
	words[2] = config;
	html_element(out, "h2", "How to reproduce");
	html_page_commands_begin(page, "With the result folder:");
	html_page_command(page, words);
	html_page_command(page, plot);
	html_page_command(page, again);
	html_page_commands_end(page);
	fputs("<p>Without it, save the resolved configuration below as "
	      "<code>config.json</code> and run <code>wbsim run "
	      "config.json</code>. The event digest must be <code>",
	      out);
	html_text(out, result_text(result, "event_digest"));
	fputs("</code>.</p>\n", out);
	html_json(out, "Resolved configuration",
		  json_object_get(result, "config"));
	free(config);
}

int html_page_run(struct html_page *page)
{
	json_t *result = results_read(page->dir, NULL, "result.json");
	const json_t *results[1];
	const char *label;

	if (!result)
		return -EINVAL;
	results[0] = result;
	label = result_text(result, "design");
	html_page_head(page, result_text(result, "name"), "run");
	html_page_setting(page, result);
	verdict(page, result);
	html_page_pictures(page, NULL);
	html_element(page->out, "h2", "Figures");
	html_page_table(page, summary_figures_shown(result), "Figures");
	html_page_table(page, summary_stages(result), "CPU time by stage");
	html_page_table(page, summary_latency(result),
			"Where folios spent their time");
	html_page_table(page, latencies(result), "Latencies");
	html_page_table(page, summary_compare_boundary(results, &label, 1),
			"Calls across the writeback boundary");
	html_page_table(page, untouched(result), "Keys that changed nothing");
	html_page_streams(page, results, &label, 1);
	reproduce(page, result);
	json_decref(result);
	return 0;
}
