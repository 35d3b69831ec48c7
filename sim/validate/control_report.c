/*
 * The table of the replayed control events: values by kernel.
 */
#include <string.h>

#include "sim/results/print.h"
#include "sim/validate/control.h"
#include "sim/validate/control_replay.h"
#include "sim/validate/report.h"
#include "sim/validate/vec.h"

#define MAX_COLUMNS 64

static const json_t *row_of(const json_t *sum, int row)
{
	return json_object_get(json_object_get(sum, "rows"),
			       control_row_name(row));
}

static json_int_t number(const json_t *row, const char *key)
{
	return json_integer_value(json_object_get(row, key));
}

/* Reasons are lettered in the table, a to e. */
static char letter(int reason)
{
	return (char)('a' + reason);
}

/* Neither exact nor apart. */
static json_int_t nr_open(const json_t *row)
{
	json_t *apart = json_object_get(row, "apart");
	json_int_t ret = number(row, "total") - number(row, "exact");
	const char *reason;
	json_t *count;

	json_object_foreach(apart, reason, count)
		ret -= json_integer_value(count);
	return ret;
}

/*
 * "1540/1543 2a 1?": exact of total, what is counted apart by reason, and
 * what was not reproduced.
 */
static void cell_text(const json_t *row, char *ret, size_t bytes)
{
	const json_t *apart = json_object_get(row, "apart");
	int used;

	if (!row) {
		snprintf(ret, bytes, "-");
		return;
	}
	used = snprintf(ret, bytes, "%lld/%lld", number(row, "exact"),
			number(row, "total"));
	for (int n = 0; n < NR_CONTROL_REASONS; n++) {
		json_int_t count = number(apart, control_reason_text(n));

		if (count && used > 0 && (size_t)used < bytes)
			used += snprintf(ret + used, bytes - (size_t)used,
					 " %lld%c", count, letter(n));
	}
	if (nr_open(row) && used > 0 && (size_t)used < bytes)
		snprintf(ret + used, bytes - (size_t)used, " %lld?",
			 nr_open(row));
}

static void heading(const json_t *sum, char *ret, size_t bytes)
{
	bool timed = json_is_true(json_object_get(sum, "timed"));

	snprintf(ret, bytes, "%s%s", timed ? "timed " : "",
		 report_text(sum, "kernel"));
}

static bool has_row(const json_t *control, int row)
{
	const json_t *sum;
	size_t i;

	json_array_foreach(control, i, sum)
		if (row_of(sum, row))
			return true;
	return false;
}

static bool has_reason(const json_t *control, int reason)
{
	const json_t *sum;
	size_t i;

	json_array_foreach(control, i, sum)
		for (int row = 0; row < NR_CONTROL_ROWS; row++)
			if (number(json_object_get(row_of(sum, row), "apart"),
				   control_reason_text(reason)))
				return true;
	return false;
}

static void print_rows(struct print_table *table, const json_t *control)
{
	const json_t *sum;
	char text[64];
	size_t i;

	for (int row = 0; row < NR_CONTROL_ROWS; row++) {
		if (!has_row(control, row))
			continue;
		print_row(table);
		print_cell(table, 0, control_row_text(row), NULL);
		json_array_foreach(control, i, sum) {
			if (i + 1 >= MAX_COLUMNS)
				break;
			cell_text(row_of(sum, row), text, sizeof(text));
			print_cell(table, i + 1, text, NULL);
		}
	}
}

void control_report_table(const json_t *control, FILE *out)
{
	struct print_column columns[MAX_COLUMNS] = {
		{ "control event: value", false },
	};
	char names[MAX_COLUMNS][64];
	struct print_table *table;
	const json_t *sum;
	size_t nr = 1;
	size_t i;

	json_array_foreach(control, i, sum) {
		if (nr == MAX_COLUMNS)
			break;
		heading(sum, names[nr], sizeof(names[nr]));
		columns[nr] = (struct print_column){ names[nr], false };
		nr++;
	}
	table = print_table_new(columns, nr);
	print_rows(table, control);
	print_table_out(table, out, PRINT_TABLE);
	print_table_free(table);
	fputs("exact/total: computed from recorded inputs, equal to the last bit; N?: not reproduced\n",
	      out);
	for (int n = 0; n < NR_CONTROL_REASONS; n++)
		if (has_reason(control, n))
			fprintf(out, "%c apart: %s\n", letter(n),
				control_reason_text(n));
}

static void integer_cell(struct print_table *table, size_t column,
			 json_int_t value)
{
	char text[32];

	snprintf(text, sizeof(text), "%lld", value);
	print_cell(table, column, text, NULL);
}

/* One line for each reason, one without if there is none. */
static void csv_line(struct print_table *table, const json_t *sum, int n,
		     const char *reason, json_int_t apart)
{
	const json_t *row = row_of(sum, n);
	bool timed = json_is_true(json_object_get(sum, "timed"));
	bool required = json_is_true(json_object_get(row, "required"));

	print_row(table);
	print_cell(table, 0, report_text(sum, "kernel"), NULL);
	print_cell(table, 1, timed ? "timed" : "structural", NULL);
	print_cell(table, 2, control_row_name(n), NULL);
	integer_cell(table, 3, number(row, "exact"));
	integer_cell(table, 4, number(row, "total"));
	print_cell(table, 5, required ? "yes" : "no", NULL);
	integer_cell(table, 6, apart);
	print_cell(table, 7, reason, NULL);
}

static void csv_row(struct print_table *table, const json_t *sum, int n)
{
	json_t *apart = json_object_get(row_of(sum, n), "apart");
	const char *reason;
	json_t *count;

	if (!row_of(sum, n))
		return;
	if (!json_object_size(apart))
		csv_line(table, sum, n, "", 0);
	json_object_foreach(apart, reason, count)
		csv_line(table, sum, n, reason, json_integer_value(count));
}

void control_report_csv(const json_t *control, FILE *out)
{
	static const struct print_column columns[] = {
		{ "kernel", false }, { "recordings", false },
		{ "row", false },    { "exact", true },
		{ "total", true },   { "required", false },
		{ "apart", true },   { "reason", false },
	};
	struct print_table *table =
		print_table_new(columns, sizeof(columns) / sizeof(columns[0]));
	const json_t *sum;
	size_t i;

	json_array_foreach(control, i, sum)
		for (int n = 0; n < NR_CONTROL_ROWS; n++)
			csv_row(table, sum, n);
	print_table_out(table, out, PRINT_CSV);
	print_table_free(table);
}

void control_report_markdown(const json_t *control, FILE *out)
{
	const json_t *sum;
	char text[64];
	size_t i;

	fputs("\n## Throttling, event by event\n\n"
	      "Inputs that an event prints go into the functions of `models/mm`; the outputs that it prints must come out, to the last bit.\n"
	      "Exact of total; numbers with a letter need something that no event shows, numbers with a question mark were not reproduced.\n\n"
	      "| event: value |",
	      out);
	json_array_foreach(control, i, sum) {
		heading(sum, text, sizeof(text));
		fprintf(out, " %s |", text);
	}
	fputs("\n|---|", out);
	json_array_foreach(control, i, sum)
		fputs("---|", out);
	for (int row = 0; row < NR_CONTROL_ROWS; row++) {
		if (!has_row(control, row))
			continue;
		fprintf(out, "\n| %s |", control_row_text(row));
		json_array_foreach(control, i, sum) {
			cell_text(row_of(sum, row), text, sizeof(text));
			fprintf(out, " %s |", text);
		}
	}
	fputs("\n\n", out);
	for (int n = 0; n < NR_CONTROL_REASONS; n++)
		if (has_reason(control, n))
			fprintf(out, "- %c: %s\n", letter(n),
				control_reason_text(n));
}
