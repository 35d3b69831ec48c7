/*
 * Tables on stdout: for people (libsmartcols), as JSON or as CSV, from one
 * description.
 */
#ifndef SIM_RESULTS_PRINT_H
#define SIM_RESULTS_PRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum print_format {
	PRINT_TABLE,
	PRINT_JSON,
	PRINT_CSV,
};

/**
 * struct print_column - one column
 * @name: heading; also the CSV heading and the JSON key
 * @number: right-aligned; its raw text is a JSON number
 */
struct print_column {
	const char *name;
	bool number;
};

struct print_table;

/** print_table_new - @columns are copied, their names too */
struct print_table *print_table_new(const struct print_column *columns,
				    size_t nr_columns);

/** print_table_free - NULL allowed */
void print_table_free(struct print_table *table);

/** print_row - begin the next row; cells not set stay empty */
void print_row(struct print_table *table);

/**
 * print_cell - set a cell of the current row
 * @shown: what people read
 * @raw: what machines read; NULL: same as @shown
 */
void print_cell(struct print_table *table, size_t column, const char *shown,
		const char *raw);

/** print_nr_rows - rows so far */
size_t print_nr_rows(const struct print_table *table);

/** print_column_at - column @index; NULL behind the last one */
const struct print_column *print_column_at(const struct print_table *table,
					   size_t index);

/** print_shown - what people read in a cell; "" when it was never set */
const char *print_shown(const struct print_table *table, size_t row,
			size_t column);

/** print_table_out - write the table; nothing for a table without rows */
void print_table_out(const struct print_table *table, FILE *out,
		     enum print_format format);

/** print_is_coloured - colour wanted: terminal and no NO_COLOR */
bool print_is_coloured(FILE *out);

/** print_csv_field - one field, quoted when it must be */
void print_csv_field(FILE *out, const char *text);

#endif
