/*
 * The page around a report, and the parts that all kinds share.
 */
#include "sim/results/html_page.h"

#include <errno.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/assert.h"
#include "sim/base/fileio.h"
#include "sim/results/datadir.h"
#include "sim/results/format.h"
#include "sim/results/html.h"
#include "sim/results/replot.h"
#include "sim/results/html_page_parts.h"
#include "sim/results/result.h"

static void style(FILE *out)
{
	char path[4096];
	char *text;
	size_t nr_bytes;
	int error;

	datadir_path(path, sizeof(path), "plots", "report", ".css");
	error = file_read(path, &text, &nr_bytes);
	if (error) {
		fprintf(stderr,
			"wbsim: warning: %s: %s; a page without style\n", path,
			strerror(-error));
		return;
	}
	fprintf(out, "<style>\n%s</style>\n", text);
	free(text);
}

void html_page_head(struct html_page *page, const char *name, const char *kind)
{
	FILE *out = page->out;

	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	      "<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" "
	      "content=\"width=device-width, initial-scale=1\">\n"
	      "<meta name=\"generator\" content=\"wbsim " WBSIM_VERSION "\">\n"
	      "<link rel=\"icon\" href=\"data:,\">\n<title>",
	      out);
	html_text(out, name);
	fprintf(out, " - wbsim %s</title>\n", kind);
	style(out);
	fputs("</head>\n<body>\n<main>\n<h1>", out);
	html_text(out, name);
	fputs("</h1>\n", out);
}

static void foot(FILE *out)
{
	fputs("<footer>\n<p>exact: follows from rules that agree with recorded kernels, stream by stream. "
	      "calibrated: from counted costs. predicted: calculated from those. "
	      "extrapolated: outside of what was compared.</p>\n"
	      "<p>wbsim " WBSIM_VERSION
	      ", a simulator of the Linux buffered-writeback path. "
	      "All times are simulated.</p>\n</footer>\n"
	      "</main>\n</body>\n</html>\n",
	      out);
}

void html_page_setting(struct html_page *page, const json_t *result)
{
	char text[1024];

	snprintf(text, sizeof(text),
		 "%.100s on %.100s, host %.100s, seed %.0f, wbsim %.40s",
		 result_text(result, "filesystem"),
		 *result_text(result, "device") ? result_text(result, "device")
						: "no device",
		 result_text(result, "host"), result_number(result, "seed"),
		 result_text(result, "version"));
	fputs("<p class=\"setting\">", page->out);
	html_text(page->out, text);
	fputs("</p>\n", page->out);
}

static const char *caption_of(const char *name, const char *sweep_caption)
{
	static const struct {
		const char *name;
		const char *caption;
	} captions[] = {
		{ "time-by-stage", "CPU time per MiB written, by stage" },
		{ "way-by-stage",
		  "Mean time of a folio from being dirtied to clean, by stage" },
		{ "throughput", "Throughput at the device over time" },
		{ "page-cache", "Bytes in the page cache over time" },
		{ "dirty-thresholds",
		  "Dirty pages against their limits over time, as writers saw them" },
	};
	size_t i;

	for (i = 0; i < sizeof(captions) / sizeof(captions[0]); i++) {
		if (strcmp(captions[i].name, name) == 0)
			return captions[i].caption;
	}
	return sweep_caption ? sweep_caption : name;
}

void html_page_pictures(struct html_page *page, const char *sweep_caption)
{
	FILE *out = page->out;
	const json_t *entry;
	char path[4096], prefix[32];
	size_t i;

	html_element(out, "h2", "Pictures");
	if (page->pictures.warning[0]) {
		fputs("<p class=\"note\">", out);
		html_text(out, page->pictures.warning);
		fputs("</p>\n", out);
	}
	fputs("<div class=\"pictures\">\n", out);
	json_array_foreach(page->pictures.names, i, entry) {
		const char *name = json_string_value(entry);
		const char *caption = caption_of(name, sweep_caption);

		snprintf(path, sizeof(path), "%s/%s.svg", page->pictures.dir,
			 name);
		snprintf(prefix, sizeof(prefix), "picture%zu", i + 1);
		fputs("<figure>\n", out);
		if (html_svg(out, path, prefix, caption))
			html_element(out, "p", "This picture is missing.");
		html_element(out, "figcaption", caption);
		fputs("</figure>\n", out);
	}
	fputs("</div>\n", out);
}

void html_page_table(struct html_page *page, struct print_table *table,
		     const char *caption)
{
	html_table(page->out, table, caption);
	print_table_free(table);
}

static void note(FILE *out, const char *class, const char *kind,
		 const char *text)
{
	fprintf(out, "<p class=\"%s\">%s", class, kind);
	html_text(out, text);
	fputs("</p>\n", out);
}

void html_page_notes(struct html_page *page, const json_t *result)
{
	const json_t *entry;
	size_t nr_failed = 0, i;

	json_array_foreach(json_object_get(result, "checks"), i, entry) {
		if (json_is_true(json_object_get(entry, "ok")))
			continue;
		nr_failed++;
		note(page->out, "failed",
		     "Check failed: ", result_text(entry, "name"));
		html_element(page->out, "p", result_text(entry, "detail"));
	}
	if (nr_failed == 0)
		fprintf(page->out,
			"<p>All %zu conservation checks passed.</p>\n",
			json_array_size(json_object_get(result, "checks")));
	json_array_foreach(json_object_get(result, "warnings"), i, entry)
		note(page->out, "note", "Warning: ", json_string_value(entry));
}

void html_page_commands_begin(struct html_page *page, const char *text)
{
	html_element(page->out, "p", text);
	fputs("<pre tabindex=\"0\">", page->out);
}

void html_page_commands_end(struct html_page *page)
{
	fputs("</pre>\n", page->out);
}

void html_page_command(struct html_page *page, const char *const *words)
{
	size_t i;

	for (i = 0; words[i]; i++) {
		if (i)
			putc(' ', page->out);
		html_shell_word(page->out, words[i]);
	}
	putc('\n', page->out);
}

void html_page_streams(struct html_page *page, const json_t *const *results,
		       const char *const *labels, size_t nr)
{
	static const struct print_column columns[] = {
		{ "result", false },
		{ "stream", false },
		{ "records", true },
		{ "digest", false },
	};
	struct print_table *table = print_table_new(columns, 4);
	json_t *streams, *stream;
	const char *name;
	size_t i;

	for (i = 0; i < nr; i++) {
		streams = json_object_get(results[i], "streams");
		json_object_foreach(streams, name, stream) {
			print_row(table);
			print_cell(table, 0, labels[i], NULL);
			print_cell(table, 1, name, NULL);
			print_cell(
				table, 2,
				format_raw(result_number(stream, "records")).s,
				NULL);
			print_cell(table, 3, result_text(stream, "digest"),
				   NULL);
		}
		print_row(table);
		print_cell(table, 0, labels[i], NULL);
		print_cell(table, 1, "all events, with dates", NULL);
		print_cell(table, 3, result_text(results[i], "event_digest"),
			   NULL);
	}
	html_page_table(page, table, "Streams: records and digests");
}

static int body(struct html_page *page, enum results_kind kind)
{
	switch (kind) {
	case RESULTS_RUN:
		return html_page_run(page);
	case RESULTS_COMPARE:
		return html_page_compare(page);
	case RESULTS_SWEEP:
		return html_page_sweep(page);
	case RESULTS_NONE:
		break;
	}
	return -ENOENT;
}

/* the page as text; NULL after a message */
static char *page_text(const char *dir, const char *picture_dir,
		       enum results_kind kind)
{
	struct html_page page = { .dir = dir };
	char *text = NULL;
	size_t nr_bytes;
	int error;

	picture_set_init(&page.pictures, picture_dir);
	page.pictures.for_report = true;
	page.out = open_memstream(&text, &nr_bytes);
	SIM_ASSERT(page.out);
	error = replot(&page.pictures, dir);
	if (!error)
		error = body(&page, kind);
	if (page.pictures.warning[0])
		fprintf(stderr, "wbsim: warning: %s\n", page.pictures.warning);
	foot(page.out);
	fclose(page.out);
	picture_set_done(&page.pictures);
	if (!error)
		return text;
	free(text);
	return NULL;
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

/* a folder for the pictures' files; freed by the caller */
static char *picture_dir_make(void)
{
	const char *base = getenv("TMPDIR");
	char *path;

	SIM_ASSERT(asprintf(&path, "%s/wbsim-report-XXXXXX",
			    base && *base ? base : "/tmp") >= 0);
	if (mkdtemp(path))
		return path;
	fprintf(stderr, "wbsim: %s: %s\n", path, strerror(errno));
	free(path);
	return NULL;
}

int html_page_write(const char *dir, const char *target)
{
	enum results_kind kind = results_kind(dir);
	char *default_target, *picture_dir, *text = NULL;
	int error = -EINVAL;

	if (kind == RESULTS_NONE)
		return -ENOENT;
	picture_dir = picture_dir_make();
	if (!picture_dir)
		return -EIO;
	SIM_ASSERT(asprintf(&default_target, "%s/report.html", dir) >= 0);
	if (!target)
		target = default_target;
	text = page_text(dir, picture_dir, kind);
	if (text) {
		error = file_write_atomic(target, text, strlen(text));
		if (error)
			fprintf(stderr, "wbsim: %s: %s\n", target,
				strerror(-error));
		else
			printf("report:   %s\n", target);
	}
	nftw(picture_dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(picture_dir);
	free(default_target);
	free(text);
	return error;
}
