/*
 * Tables of recorded and simulated times.
 */
#include <string.h>

#include "sim/results/print.h"
#include "sim/validate/closed_loop.h"
#include "sim/validate/report.h"
#include "sim/validate/timed.h"
#include "sim/validate/vec.h"

static void add_phases(json_t *out, const json_t *entry)
{
	json_t *phases = json_object_get(entry, "phases");
	json_t *phase;
	size_t n;

	json_array_foreach(phases, n, phase) {
		json_t *row =
			json_pack("{s:s, s:s, s:s}", "kernel",
				  report_text(entry, "kernel"), "scenario",
				  report_text(entry, "scenario"), "role",
				  report_text(entry, "role"));

		SIM_ASSERT(row != NULL);
		json_object_update_missing(row, phase);
		json_array_append_new(out, row);
	}
}

void timed_report_json(json_t *report, json_t *timed)
{
	json_t *phases = json_array();
	const json_t *entry;
	size_t i;

	json_array_foreach(timed, i, entry)
		add_phases(phases, entry);
	json_object_set_new(report, "phases", phases);
	json_object_set_new(report, "errors",
			    json_pack("{s:o, s:o}", "calibrate",
				      timed_errors(timed, "calibrate"),
				      "predict",
				      timed_errors(timed, "predict")));
	json_object_set_new(report, "bounds", timed_bound_errors(timed));
	json_object_set(report, "timed", timed);
}

static bool is_compared(const json_t *entry)
{
	return !strcmp(report_text(entry, "state"), "compared");
}

static const json_t *phase_named(const json_t *entry, const char *name)
{
	json_t *phases = json_object_get(entry, "phases");
	const json_t *phase;
	size_t n;

	json_array_foreach(phases, n, phase)
		if (!strcmp(report_text(phase, "phase"), name))
			return phase;
	return NULL;
}

static void time_cells(struct print_table *table, size_t column,
		       const json_t *phase)
{
	char text[32];

	if (!phase)
		return;
	snprintf(text, sizeof(text), "%.3f",
		 (double)json_integer_value(
			 json_object_get(phase, "recorded_ns")) /
			 1e6);
	print_cell(table, column, text, NULL);
	snprintf(text, sizeof(text), "%+.2f %%",
		 100 * json_real_value(json_object_get(phase, "error")));
	print_cell(table, column + 1, text, NULL);
}

static void scenario_table(const json_t *timed, FILE *out)
{
	static const struct print_column columns[] = {
		{ "kernel", false },  { "scenario", false },
		{ "group", false },   { "role", false },
		{ "write ms", true }, { "error", true },
		{ "fsync ms", true }, { "error", true },
		{ "total ms", true }, { "error", true },
		{ "remark", false },
	};
	struct print_table *table =
		print_table_new(columns, sizeof(columns) / sizeof(columns[0]));
	const json_t *entry;
	size_t i;

	json_array_foreach(timed, i, entry) {
		char remark[200] = "";

		print_row(table);
		print_cell(table, 0, report_text(entry, "kernel"), NULL);
		print_cell(table, 1, report_text(entry, "scenario"), NULL);
		print_cell(table, 2, report_text(entry, "group"), NULL);
		print_cell(table, 3, report_text(entry, "role"), NULL);
		for (int p = 0; p < TIMED_NR_COMPARED; p++)
			time_cells(table, 4 + 2 * (size_t)p,
				   phase_named(entry, timed_phase_name(p)));
		if (!is_compared(entry))
			snprintf(remark, sizeof(remark), "%s: %s",
				 report_text(entry, "state"),
				 report_text(entry, "reason"));
		print_cell(table, 10, remark, NULL);
	}
	print_table_out(table, out, PRINT_TABLE);
	print_table_free(table);
}

static void percent_cell(struct print_table *table, size_t column,
			 const json_t *value, bool zero_is_none)
{
	double fraction = json_real_value(value);
	char text[32] = "-";

	if (fraction > 0 || !zero_is_none)
		snprintf(text, sizeof(text), "%.2f %%", 100 * fraction);
	print_cell(table, column, text, NULL);
}

static void bounds_table(const json_t *timed, FILE *out)
{
	static const struct print_column columns[] = {
		{ "role", false },   { "group", false }, { "kernels", false },
		{ "phases", false }, { "count", true },  { "median", true },
		{ "bound", true },   { "worst", true },  { "bound", true },
		{ "where", false },
	};
	struct print_table *table =
		print_table_new(columns, sizeof(columns) / sizeof(columns[0]));
	json_t *rows = timed_bound_errors(timed);
	const json_t *row;
	size_t i;

	json_array_foreach(rows, i, row) {
		char text[32];

		print_row(table);
		print_cell(table, 0, report_text(row, "role"), NULL);
		print_cell(table, 1, report_text(row, "group"), NULL);
		print_cell(table, 2, report_text(row, "kernels"), NULL);
		print_cell(table, 3, report_text(row, "phases"), NULL);
		snprintf(text, sizeof(text), "%lld",
			 json_integer_value(json_object_get(row, "count")));
		print_cell(table, 4, text, NULL);
		percent_cell(table, 5, json_object_get(row, "median"), false);
		percent_cell(table, 6, json_object_get(row, "bound_median"),
			     true);
		percent_cell(table, 7, json_object_get(row, "max"), false);
		percent_cell(table, 8, json_object_get(row, "bound_max"), true);
		print_cell(table, 9, report_text(row, "worst"), NULL);
	}
	print_table_out(table, out, PRINT_TABLE);
	print_table_free(table);
	json_decref(rows);
}

void timed_report_table(const json_t *timed, FILE *out)
{
	scenario_table(timed, out);
	fputc('\n', out);
	bounds_table(timed, out);
	closed_loop_table(timed, out);
}

void timed_report_csv(const json_t *timed, FILE *out)
{
	const json_t *entry;
	size_t i;

	fputs("kernel,scenario,group,role,state,phase,recorded_ns,simulated_ns,error\n",
	      out);
	json_array_foreach(timed, i, entry) {
		json_t *phases = json_object_get(entry, "phases");
		const json_t *phase;
		size_t n;

		json_array_foreach(phases, n, phase)
			fprintf(out, "%s,%s,%s,%s,%s,%s,%lld,%lld,%.6f\n",
				report_text(entry, "kernel"),
				report_text(entry, "scenario"),
				report_text(entry, "group"),
				report_text(entry, "role"),
				report_text(entry, "state"),
				report_text(phase, "phase"),
				json_integer_value(
					json_object_get(phase, "recorded_ns")),
				json_integer_value(
					json_object_get(phase, "simulated_ns")),
				json_real_value(
					json_object_get(phase, "error")));
		if (!is_compared(entry))
			fprintf(out, "%s,%s,%s,%s,%s,,,,\n",
				report_text(entry, "kernel"),
				report_text(entry, "scenario"),
				report_text(entry, "group"),
				report_text(entry, "role"),
				report_text(entry, "state"));
	}
}

static void markdown_phase(const json_t *phase, FILE *out)
{
	if (!phase)
		fputs(" | |", out);
	else
		fprintf(out, " %.3f | %+.2f %% |",
			(double)json_integer_value(
				json_object_get(phase, "recorded_ns")) /
				1e6,
			100 * json_real_value(json_object_get(phase, "error")));
}

static void markdown_percent(const json_t *row, const char *key, FILE *out)
{
	double fraction = json_real_value(json_object_get(row, key));

	if (fraction > 0)
		fprintf(out, " %.2f %% |", 100 * fraction);
	else
		fputs(" - |", out);
}

/* "a|b" would end the cell */
static void markdown_alternatives(const char *text, FILE *out)
{
	for (; *text; text++) {
		if (*text == '|')
			fputs(", ", out);
		else
			fputc(*text, out);
	}
}

static void markdown_bounds(const json_t *timed, FILE *out)
{
	json_t *rows = timed_bound_errors(timed);
	const json_t *row;
	size_t i;

	fputs("\n| role | group | kernels | phases | count | median | bound | worst | bound | where |\n"
	      "|---|---|---|---|---:|---:|---:|---:|---:|---|\n",
	      out);
	json_array_foreach(rows, i, row) {
		fprintf(out, "| %s | %s | `%s` | ", report_text(row, "role"),
			report_text(row, "group"), report_text(row, "kernels"));
		markdown_alternatives(report_text(row, "phases"), out);
		fprintf(out, " | %lld |",
			json_integer_value(json_object_get(row, "count")));
		markdown_percent(row, "median", out);
		markdown_percent(row, "bound_median", out);
		markdown_percent(row, "max", out);
		markdown_percent(row, "bound_max", out);
		fprintf(out, " %s |\n", report_text(row, "worst"));
	}
	json_decref(rows);
}

void timed_report_markdown(const json_t *timed, FILE *out)
{
	const json_t *entry;
	size_t i;

	fputs("| kernel | scenario | group | role | write ms | error | fsync ms | error | total ms | error |\n"
	      "|---|---|---|---|---|---|---|---|---|---|\n",
	      out);
	json_array_foreach(timed, i, entry) {
		fprintf(out, "| %s | %s | %s | %s |",
			report_text(entry, "kernel"),
			report_text(entry, "scenario"),
			report_text(entry, "group"),
			is_compared(entry) ? report_text(entry, "role")
					   : report_text(entry, "reason"));
		for (int p = 0; p < TIMED_NR_COMPARED; p++)
			markdown_phase(phase_named(entry, timed_phase_name(p)),
				       out);
		fputc('\n', out);
	}
	markdown_bounds(timed, out);
	closed_loop_markdown(timed, out);
}
