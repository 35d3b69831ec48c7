/*
 * The table for people, and the Markdown of docs/validation.md.
 */
#include <string.h>

#include "sim/results/print.h"
#include "sim/validate/functions.h"
#include "sim/validate/report.h"
#include "sim/validate/timing_table.h"

static const char legend[] =
	"= N exact, N records; ~ R/S timing-dependent, R recorded and S simulated; ! R/S differs; - not recorded; calls: counted functions (--format markdown has all)\n";

/** struct shown_stream - heading of a stream's column */
struct shown_stream {
	enum rec_stream_id id;
	const char *heading;
};

static const struct shown_stream shown[] = {
	{ REC_FOLIOS, "folios" },        { REC_IOEND_RANGES, "ranges" },
	{ REC_CONVERSIONS, "convers." }, { REC_BIOS, "bios" },
	{ REC_SPLITS, "splits" },        { REC_MERGES, "merges" },
	{ REC_REQUESTS, "requests" },    { REC_COMPLETIONS, "complet." },
	{ REC_FUSE_REQUESTS, "fuse" },   { REC_FILLS, "fills" },
};

#define NR_SHOWN   (sizeof(shown) / sizeof(shown[0]))
#define FIRST_CELL 2
#define CALLS      (FIRST_CELL + NR_SHOWN)
#define NOT_RUN    (CALLS + 1)
#define NOTE       (CALLS + 2)
#define NR_COLUMNS (CALLS + 3)

static const json_t *stream_of(const json_t *scenario, size_t i)
{
	return json_object_get(json_object_get(scenario, "streams"),
			       rec_streams[shown[i].id].name);
}

static void notes_text(const json_t *scenario, char *ret, size_t bytes)
{
	const json_t *notes = json_object_get(scenario, "notes");
	const json_t *note;
	size_t used;
	size_t i;

	used = (size_t)snprintf(ret, bytes, "%s",
				report_text(scenario, "reason"));
	json_array_foreach(notes, i, note) {
		if (used < bytes)
			used += (size_t)snprintf(ret + used, bytes - used,
						 "%s%s", used ? "; " : "",
						 json_string_value(note));
	}
}

static void scenario_row(struct print_table *table, const json_t *scenario)
{
	const char *state = report_text(scenario, "state");
	char text[512];

	print_row(table);
	print_cell(table, 0, report_text(scenario, "kernel"), NULL);
	print_cell(table, 1, report_text(scenario, "scenario"), NULL);
	for (size_t i = 0; i < NR_SHOWN; i++) {
		report_cell(stream_of(scenario, i), text, sizeof(text));
		print_cell(table, FIRST_CELL + i, text, NULL);
	}
	functions_cell(json_object_get(scenario, "functions"), text,
		       sizeof(text));
	print_cell(table, CALLS, text, NULL);
	notes_text(scenario, text, sizeof(text));
	if (strcmp(state, "compared") != 0)
		print_cell(table, NOT_RUN, state, NULL);
	print_cell(table, NOTE, text, NULL);
}

static void print_totals(const char *name, const struct report_totals *t,
			 FILE *out)
{
	fprintf(out,
		"%-12s %4lu scenarios, %5lu streams: %5lu exact, %3lu timing-dependent, %3lu differ; %4lu not recorded; %3lu scenarios not modelled\n",
		name, t->nr_scenarios,
		t->nr_exact + t->nr_timing + t->nr_differs, t->nr_exact,
		t->nr_timing, t->nr_differs, t->nr_not_recorded,
		t->nr_not_modelled);
}

static void print_all_totals(const json_t *scenarios, FILE *out)
{
	struct report_totals totals = report_count(scenarios, NULL);
	json_t *kernels = report_kernels(scenarios);
	const json_t *kernel;
	size_t i;

	json_array_foreach(kernels, i, kernel) {
		const char *name = json_string_value(kernel);
		struct report_totals one = report_count(scenarios, name);

		print_totals(name, &one, out);
	}
	print_totals("all", &totals, out);
	json_decref(kernels);
}

static void print_inputs(const json_t *stream, FILE *out)
{
	const json_t *inputs = json_object_get(stream, "oracle_inputs");
	const json_t *input;
	size_t i;

	fputs("oracle inputs:", out);
	json_array_foreach(inputs, i, input)
		fprintf(out, "%s %s", i ? "," : "", json_string_value(input));
	fprintf(out, "%s\n", json_array_size(inputs) ? "" : " none");
}

static void explain_stream(const json_t *scenario, const char *name,
			   const json_t *stream, FILE *out)
{
	const json_t *lines = json_object_get(stream, "excerpt");
	const json_t *line;
	size_t i;

	fprintf(out, "%s%s %s %s: %s; ", lines ? "\n" : "",
		report_text(scenario, "kernel"),
		report_text(scenario, "scenario"), name,
		report_text(stream, "state"));
	print_inputs(stream, out);
	if (!lines)
		return;
	fprintf(out, "  reason: %s\n  first difference at record %lld\n",
		report_text(stream, "reason"),
		json_integer_value(json_object_get(
			json_object_get(stream, "first_difference"), "index")));
	json_array_foreach(lines, i, line)
		fprintf(out, "  %s\n", json_string_value(line));
	fputc('\n', out);
}

static void print_explanations(const json_t *scenarios, FILE *out)
{
	const json_t *scenario;
	size_t i;

	fputc('\n', out);
	json_array_foreach(scenarios, i, scenario) {
		json_t *streams = json_object_get(scenario, "streams");
		const char *name;
		json_t *stream;

		json_object_foreach(streams, name, stream)
			explain_stream(scenario, name, stream, out);
	}
}

void report_table(const json_t *scenarios, bool explain, FILE *out)
{
	struct print_column columns[NR_COLUMNS] = {
		{ "kernel", false },
		{ "scenario", false },
	};
	struct print_table *table;
	const json_t *scenario;
	size_t i;

	for (i = 0; i < NR_SHOWN; i++)
		columns[FIRST_CELL + i].name = shown[i].heading;
	columns[CALLS].name = "calls";
	columns[NOT_RUN].name = "not run";
	columns[NOTE].name = "note";
	table = print_table_new(columns, NR_COLUMNS);
	json_array_foreach(scenarios, i, scenario)
		scenario_row(table, scenario);
	print_table_out(table, out, PRINT_TABLE);
	print_table_free(table);
	fputs(legend, out);
	fputc('\n', out);
	print_all_totals(scenarios, out);
	if (explain)
		print_explanations(scenarios, out);
}

static void markdown_totals(const json_t *scenarios, FILE *out)
{
	json_t *kernels = report_kernels(scenarios);
	const json_t *kernel;
	size_t i;

	fputs("| kernel | scenarios | streams | exact | timing-dependent | differ | not recorded | scenarios not modelled |\n"
	      "|---|---|---|---|---|---|---|---|\n",
	      out);
	json_array_append_new(kernels, json_string("all"));
	json_array_foreach(kernels, i, kernel) {
		const char *name = json_string_value(kernel);
		struct report_totals t = report_count(
			scenarios,
			i + 1 == json_array_size(kernels) ? NULL : name);

		fprintf(out,
			"| %s | %lu | %lu | %lu | %lu | %lu | %lu | %lu |\n",
			name, t.nr_scenarios,
			t.nr_exact + t.nr_timing + t.nr_differs, t.nr_exact,
			t.nr_timing, t.nr_differs, t.nr_not_recorded,
			t.nr_not_modelled);
	}
	json_decref(kernels);
}

static void markdown_scenarios(const json_t *scenarios, FILE *out)
{
	const json_t *scenario;
	char text[512];
	size_t i;

	fputs("| kernel | scenario |", out);
	for (size_t n = 0; n < NR_SHOWN; n++)
		fprintf(out, " %s |", shown[n].heading);
	fputs(" note |\n|---|---|", out);
	for (size_t n = 0; n <= NR_SHOWN; n++)
		fputs("---|", out);
	json_array_foreach(scenarios, i, scenario) {
		const char *state = report_text(scenario, "state");

		fprintf(out, "\n| %s | %s |", report_text(scenario, "kernel"),
			report_text(scenario, "scenario"));
		for (size_t n = 0; n < NR_SHOWN; n++) {
			report_cell(stream_of(scenario, n), text, sizeof(text));
			fprintf(out, " %s |", text);
		}
		notes_text(scenario, text, sizeof(text));
		if (strcmp(state, "compared") != 0)
			fprintf(out, " %s: %s |", state, text);
		else
			fprintf(out, " %s |", text);
	}
	fputc('\n', out);
}

static void markdown_timing(FILE *out)
{
	size_t nr;
	const struct timing_row *rows = timing_table(&nr);

	fputs("| kernel | scenario | stream | must still hold | reason |\n"
	      "|---|---|---|---|---|\n",
	      out);
	for (size_t i = 0; i < nr; i++) {
		const char *const cells[] = { rows[i].kernel, rows[i].scenario,
					      rows[i].stream };

		fputc('|', out);
		for (size_t n = 0; n < 3; n++) {
			fputs(" `", out);
			for (const char *p = cells[n]; *p; p++)
				fprintf(out, *p == '|' ? "\\%c" : "%c", *p);
			fputs("` |", out);
		}
		fprintf(out, " %s | %s |\n",
			stream_relation_name(rows[i].relation), rows[i].reason);
	}
}

void report_markdown(const json_t *scenarios, FILE *out)
{
	fputs("# Validation against recorded kernels\n\n"
	      "Generated by `wbsim validate tests/groundtruth --format markdown`; do not edit.\n"
	      "Each recording's operations are played by the same models that `wbsim run` uses, on the recorded device limits and geometry.\n\n",
	      out);
	markdown_totals(scenarios, out);
	fprintf(out, "\n## By scenario\n\n%s\n", legend);
	markdown_scenarios(scenarios, out);
	functions_markdown(scenarios, out);
	fputs("\n## What may depend on timing\n\n"
	      "Only these streams (POSIX extended expressions over whole names) may differ in sequence, and the relation must still hold.\n\n",
	      out);
	markdown_timing(out);
}
