/*
 * Tables on stdout.
 */
#include "sim/results/print.h"

#include <jansson.h>
#include <libsmartcols/libsmartcols.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/assert.h"

struct cell {
	char *shown;
	char *raw;
};

struct print_table {
	struct print_column *columns;
	size_t nr_columns;
	struct cell *cells;
	size_t nr_rows;
	size_t cap_rows;
};

static char *copy(const char *text)
{
	char *duplicate = strdup(text);

	SIM_ASSERT(duplicate);
	return duplicate;
}

struct print_table *print_table_new(const struct print_column *columns,
				    size_t nr_columns)
{
	struct print_table *table = calloc(1, sizeof(*table));
	size_t i;

	SIM_ASSERT(table && nr_columns > 0);
	table->columns = calloc(nr_columns, sizeof(*columns));
	SIM_ASSERT(table->columns);
	table->nr_columns = nr_columns;
	for (i = 0; i < nr_columns; i++) {
		table->columns[i].name = copy(columns[i].name);
		table->columns[i].number = columns[i].number;
	}
	return table;
}

void print_table_free(struct print_table *table)
{
	size_t i;

	if (!table)
		return;
	for (i = 0; i < table->nr_rows * table->nr_columns; i++) {
		free(table->cells[i].shown);
		free(table->cells[i].raw);
	}
	for (i = 0; i < table->nr_columns; i++)
		free((void *)(uintptr_t)table->columns[i].name);
	free(table->cells);
	free(table->columns);
	free(table);
}

void print_row(struct print_table *table)
{
	size_t row_bytes = table->nr_columns * sizeof(struct cell);

	if (table->nr_rows == table->cap_rows) {
		table->cap_rows = table->cap_rows ? 2 * table->cap_rows : 16;
		table->cells =
			realloc(table->cells, table->cap_rows * row_bytes);
		SIM_ASSERT(table->cells);
	}
	memset(table->cells + table->nr_rows * table->nr_columns, 0, row_bytes);
	table->nr_rows++;
}

void print_cell(struct print_table *table, size_t column, const char *shown,
		const char *raw)
{
	struct cell *cell;

	SIM_ASSERT(table->nr_rows > 0 && column < table->nr_columns);
	cell = table->cells + (table->nr_rows - 1) * table->nr_columns + column;
	free(cell->shown);
	free(cell->raw);
	cell->shown = copy(shown);
	cell->raw = copy(raw ? raw : shown);
}

size_t print_nr_rows(const struct print_table *table)
{
	return table->nr_rows;
}

const struct print_column *print_column_at(const struct print_table *table,
					   size_t index)
{
	return index < table->nr_columns ? &table->columns[index] : NULL;
}

const char *print_shown(const struct print_table *table, size_t row,
			size_t column)
{
	const char *shown;

	SIM_ASSERT(row < table->nr_rows && column < table->nr_columns);
	shown = table->cells[row * table->nr_columns + column].shown;
	return shown ? shown : "";
}

bool print_is_coloured(FILE *out)
{
	const char *no_color = getenv("NO_COLOR");

	return isatty(fileno(out)) && !(no_color && *no_color);
}

static void print_people(const struct print_table *table, FILE *out)
{
	struct libscols_table *scols = scols_new_table();
	bool is_coloured = print_is_coloured(out);
	size_t row, i;

	SIM_ASSERT(scols);
	scols_table_set_stream(scols, out);
	scols_table_enable_ascii(scols, 1);
	if (!isatty(fileno(out)))
		scols_table_set_termforce(scols, SCOLS_TERMFORCE_NEVER);
	scols_table_enable_colors(scols, is_coloured);
	for (i = 0; i < table->nr_columns; i++) {
		struct libscols_column *column = scols_table_new_column(
			scols, table->columns[i].name, 0,
			table->columns[i].number ? SCOLS_FL_RIGHT : 0);

		if (is_coloured)
			scols_cell_set_color(scols_column_get_header(column),
					     "bold");
	}
	for (row = 0; row < table->nr_rows; row++) {
		struct libscols_line *line = scols_table_new_line(scols, NULL);

		for (i = 0; i < table->nr_columns; i++) {
			const struct cell *cell =
				table->cells + row * table->nr_columns + i;

			if (cell->shown)
				scols_line_set_data(line, i, cell->shown);
		}
	}
	scols_print_table(scols);
	scols_unref_table(scols);
}

static json_t *cell_json(const char *raw, bool is_number)
{
	char *end;
	double value;

	if (!raw || !*raw)
		return json_null();
	if (!is_number)
		return json_string(raw);
	if (!strpbrk(raw, ".eE"))
		return json_integer(strtoll(raw, NULL, 10));
	value = strtod(raw, &end);
	return *end ? json_string(raw) : json_real(value);
}

static void print_json(const struct print_table *table, FILE *out)
{
	json_t *rows = json_array();
	size_t row, i;

	for (row = 0; row < table->nr_rows; row++) {
		json_t *object = json_object();

		for (i = 0; i < table->nr_columns; i++)
			json_object_set_new(
				object, table->columns[i].name,
				cell_json(table->cells[row * table->nr_columns +
						       i]
						  .raw,
					  table->columns[i].number));
		json_array_append_new(rows, object);
	}
	json_dumpf(rows, out, JSON_INDENT(2));
	putc('\n', out);
	json_decref(rows);
}

void print_csv_field(FILE *out, const char *text)
{
	if (!strpbrk(text, ",\"\n")) {
		fputs(text, out);
		return;
	}
	putc('"', out);
	for (; *text; text++) {
		if (*text == '"')
			putc('"', out);
		putc(*text, out);
	}
	putc('"', out);
}

static void print_csv(const struct print_table *table, FILE *out)
{
	size_t row, i;

	for (i = 0; i < table->nr_columns; i++) {
		if (i)
			putc(',', out);
		print_csv_field(out, table->columns[i].name);
	}
	putc('\n', out);
	for (row = 0; row < table->nr_rows; row++) {
		for (i = 0; i < table->nr_columns; i++) {
			const char *raw =
				table->cells[row * table->nr_columns + i].raw;

			if (i)
				putc(',', out);
			print_csv_field(out, raw ? raw : "");
		}
		putc('\n', out);
	}
}

void print_table_out(const struct print_table *table, FILE *out,
		     enum print_format format)
{
	switch (format) {
	case PRINT_JSON:
		print_json(table, out);
		break;
	case PRINT_CSV:
		print_csv(table, out);
		break;
	case PRINT_TABLE:
		if (table->nr_rows)
			print_people(table, out);
		break;
	}
}
