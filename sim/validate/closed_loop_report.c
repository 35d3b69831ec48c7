/*
 * Tables of the closed loop.
 */
#include "sim/results/print.h"
#include "sim/validate/closed_loop.h"
#include "sim/validate/report.h"

static const json_t *rows_of(const json_t *entry)
{
	return json_object_get(json_object_get(entry, "closed_loop"), "rows");
}

static double number(const json_t *row, const char *key)
{
	return json_real_value(json_object_get(row, key));
}

static bool is_jiffies(const json_t *row)
{
	return number(row, "limit") > 0.5;
}

/* Relative distances as percents, W1 of pauses in its own unit. */
static void distance_text(const json_t *row, const char *key, char *ret,
			  size_t bytes)
{
	if (is_jiffies(row))
		snprintf(ret, bytes, "%.2f", number(row, key));
	else
		snprintf(ret, bytes, "%.1f %%", 100 * number(row, key));
}

/* The reason of the limit, or that it was missed. */
static const char *remark(const json_t *row, char *ret, size_t bytes)
{
	if (json_is_true(json_object_get(row, "ok")))
		snprintf(ret, bytes, "%s", report_text(row, "reason"));
	else
		snprintf(ret, bytes, "%s: NOT MET%s%s",
			 report_text(row, "reason"),
			 json_object_get(row, "shortfall") ? "; known: " : "",
			 json_object_get(row, "shortfall")
				 ? report_text(row, "shortfall")
				 : "");
	return ret;
}

bool closed_loop_check(const json_t *timed)
{
	const json_t *entry;
	bool ok = true;
	size_t i;

	json_array_foreach(timed, i, entry) {
		const json_t *rows = rows_of(entry);
		const json_t *row;
		size_t n;

		json_array_foreach(rows, n, row) {
			char distance[32];
			char limit[32];

			if (json_is_true(json_object_get(row, "ok")) ||
			    json_object_get(row, "shortfall"))
				continue;
			ok = false;
			distance_text(row, "distance", distance,
				      sizeof(distance));
			distance_text(row, "limit", limit, sizeof(limit));
			fprintf(stderr,
				"wbsim: %s %s: closed loop, %s: %s off, limit %s\n",
				report_text(entry, "kernel"),
				report_text(entry, "scenario"),
				report_text(row, "figure"), distance, limit);
		}
	}
	return ok;
}

static void row_cells(struct print_table *table, const json_t *entry,
		      const json_t *row)
{
	char text[256];

	print_row(table);
	print_cell(table, 0, report_text(entry, "kernel"), NULL);
	print_cell(table, 1, report_text(entry, "scenario"), NULL);
	print_cell(table, 2, report_text(row, "figure"), NULL);
	snprintf(text, sizeof(text), "%.1f", number(row, "recorded"));
	print_cell(table, 3, text, NULL);
	snprintf(text, sizeof(text), "%.1f", number(row, "simulated"));
	print_cell(table, 4, text, NULL);
	snprintf(text, sizeof(text), "%.1f to %.1f", number(row, "least"),
		 number(row, "most"));
	print_cell(table, 5, text, NULL);
	distance_text(row, "distance", text, sizeof(text));
	print_cell(table, 6, text, NULL);
	distance_text(row, "limit", text, sizeof(text));
	print_cell(table, 7, text, NULL);
	print_cell(table, 8, remark(row, text, sizeof(text)), NULL);
}

void closed_loop_table(const json_t *timed, FILE *out)
{
	static const struct print_column columns[] = {
		{ "kernel", false },      { "scenario", false },
		{ "closed loop", false }, { "recorded", true },
		{ "mean", true },         { "8 phases", true },
		{ "off", true },          { "limit", true },
		{ "which is", false },
	};
	struct print_table *table =
		print_table_new(columns, sizeof(columns) / sizeof(columns[0]));
	const json_t *entry;
	size_t nr = 0;
	size_t i;

	json_array_foreach(timed, i, entry) {
		const json_t *rows = rows_of(entry);
		const json_t *row;
		size_t n;

		json_array_foreach(rows, n, row) {
			row_cells(table, entry, row);
			nr++;
		}
	}
	if (nr) {
		fputc('\n', out);
		print_table_out(table, out, PRINT_TABLE);
	}
	print_table_free(table);
}

static void markdown_row(const json_t *entry, const json_t *row, FILE *out)
{
	char distance[32];
	char limit[32];
	char text[256];

	distance_text(row, "distance", distance, sizeof(distance));
	distance_text(row, "limit", limit, sizeof(limit));
	fprintf(out,
		"| %s | %s | %s | %.1f | %.1f | %.1f to %.1f | %s | %s | %s |\n",
		report_text(entry, "kernel"), report_text(entry, "scenario"),
		report_text(row, "figure"), number(row, "recorded"),
		number(row, "simulated"), number(row, "least"),
		number(row, "most"), distance, limit,
		remark(row, text, sizeof(text)));
}

void closed_loop_markdown(const json_t *timed, FILE *out)
{
	const json_t *entry;
	bool begun = false;
	size_t i;

	json_array_foreach(timed, i, entry) {
		const json_t *rows = rows_of(entry);
		const json_t *row;
		size_t n;

		if (rows && !begun)
			fputs("\nThrottled writers in closed loop, mean over 8 phases of the ticks:\n\n"
			      "| kernel | scenario | figure | recorded | mean | 8 phases | off | limit | which is |\n"
			      "| --- | --- | --- | ---: | ---: | --- | ---: | ---: | --- |\n",
			      out);
		begun |= rows != NULL;
		json_array_foreach(rows, n, row)
			markdown_row(entry, row, out);
	}
}
