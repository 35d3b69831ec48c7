/*
 * The page of a sweep.
 */
#include "sim/results/html_page_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/assert.h"
#include "sim/results/html.h"
#include "sim/results/points.h"
#include "sim/results/replot.h"
#include "sim/results/result.h"
#include "sim/results/study.h"
#include "sim/results/sweep.h"

/* each warning once, with the number of points that have it */
static void warnings(struct html_page *page, const json_t *points)
{
	json_t *counts = json_object(), *count;
	const json_t *point, *entry;
	const char *text;
	size_t nr_failed = 0, i, j;

	json_array_foreach(points, i, point) {
		const char *failed = json_string_value(
			json_object_get(point, "failed_check"));

		if (failed) {
			fprintf(page->out,
				"<p class=\"failed\">Point %zu: check failed: ",
				i + 1);
			html_text(page->out, failed);
			fputs("</p>\n", page->out);
			nr_failed++;
		}
		json_array_foreach(json_object_get(point, "warnings"), j,
				   entry) {
			text = json_string_value(entry);
			if (!text)
				continue;
			count = json_object_get(counts, text);
			json_object_set_new(
				counts, text,
				json_integer(json_integer_value(count) + 1));
		}
	}
	if (nr_failed == 0)
		fprintf(page->out,
			"<p>The conservation checks of all %zu points "
			"passed.</p>\n",
			json_array_size(points));
	json_object_foreach(counts, text, count) {
		fputs("<p class=\"note\">Warning: ", page->out);
		html_text(page->out, text);
		fprintf(page->out, " (%lld of %zu points)</p>\n",
			(long long)json_integer_value(count),
			json_array_size(points));
	}
	json_decref(counts);
}

static void findings(struct html_page *page, const json_t *sweep,
		     const json_t *study, const json_t *points)
{
	const json_t *entry;
	size_t i;

	html_element(page->out, "h2", "Question");
	html_element(page->out, "p", result_text(study, "question"));
	if (*result_text(study, "comment"))
		html_element(page->out, "p", result_text(study, "comment"));
	if (*result_text(study, "answer")) {
		html_element(page->out, "h2", "Answer");
		html_element(page->out, "p", result_text(study, "answer"));
	}
	html_element(page->out, "h2", "Notes");
	json_array_foreach(json_object_get(sweep, "dead_keys"), i, entry) {
		if (json_is_string(entry))
			html_element(page->out, "p", json_string_value(entry));
	}
	warnings(page, points);
}

static void reproduce(struct html_page *page, const json_t *sweep,
		      const struct study *study)
{
	const char *plot[] = { "wbsim", "plot", page->dir, NULL };
	const char *again[] = { "wbsim", "report", page->dir, NULL };
	const char *run[] = { "wbsim", "sweep", NULL, NULL };
	char *file, *path;

	SIM_ASSERT(asprintf(&file, "workloads/%s.json", study->name) >= 0);
	SIM_ASSERT(asprintf(&path, "%s/config.json", page->dir) >= 0);
	run[2] = file;
	html_element(page->out, "h2", "How to reproduce");
	html_page_commands_begin(page,
				 "From the folder that holds the study and its "
				 "workload:");
	html_page_command(page, run);
	html_page_command(page, plot);
	html_page_command(page, again);
	html_page_commands_end(page);
	html_json(page->out, "The study", json_object_get(sweep, "study"));
	if (access(path, R_OK) == 0) {
		json_t *config = results_read(page->dir, NULL, "config.json");

		if (config)
			html_json(page->out,
				  "Resolved configuration of the first point; "
				  "the others differ in the swept keys",
				  config);
		json_decref(config);
	}
	free(path);
	free(file);
}

static int body(struct html_page *page, const json_t *sweep,
		const json_t *points)
{
	struct cfg_error error;
	struct study study;
	char caption[300];

	if (study_from_json(json_object_get(sweep, "study"),
			    result_text(sweep, "name"), &study, &error)) {
		fprintf(stderr, "wbsim: %s\n", error.text);
		return -EINVAL;
	}
	snprintf(caption, sizeof(caption), "%.100s over %.150s", study.figure,
		 study.x);
	html_page_head(page, study.name, "sweep");
	fputs("<p class=\"setting\">", page->out);
	html_text(page->out, result_text(study.json, "workload"));
	fprintf(page->out, ", %zu points, wbsim " WBSIM_VERSION "</p>\n",
		json_array_size(points));
	findings(page, sweep, study.json, points);
	html_page_pictures(page, caption);
	html_element(page->out, "h2", "Figures");
	html_page_table(page, sweep_table(&study, points), "All points");
	reproduce(page, sweep, &study);
	study_release(&study);
	return 0;
}

int html_page_sweep(struct html_page *page)
{
	json_t *sweep = results_read(page->dir, NULL, "sweep.json");
	json_t *points = points_list(page->dir);
	int error = -EINVAL;

	if (sweep && json_array_size(points) > 0)
		error = body(page, sweep, points);
	json_decref(points);
	json_decref(sweep);
	return error;
}
