/*
 * Where the time of folios goes, as tables.
 */
#include "sim/results/summary.h"

#include <stdlib.h>

#include "sim/base/assert.h"
#include "sim/results/format.h"
#include "sim/results/result.h"

static void time_cell(struct print_table *table, size_t column,
		      const json_t *stage, const char *key)
{
	double ns = result_number(stage, key);

	print_cell(table, column, format_value(ns, "ns").s, format_raw(ns).s);
}

static void stage_row(struct print_table *table, const json_t *stage)
{
	char text[32];

	print_row(table);
	print_cell(table, 0, result_text(stage, "name"), NULL);
	snprintf(text, sizeof(text), "%.2f %%",
		 result_number(stage, "share_ppm") / 1e4);
	print_cell(table, 1, text, NULL);
	snprintf(text, sizeof(text), "%.0f", result_number(stage, "folios"));
	print_cell(table, 2, text, NULL);
	time_cell(table, 3, stage, "p50");
	time_cell(table, 4, stage, "p99");
	time_cell(table, 5, stage, "p999");
	print_cell(table, 6, result_text(stage, "help"), NULL);
}

struct print_table *summary_latency(const json_t *result)
{
	static const struct print_column columns[] = {
		{ "WAY OF A FOLIO", false },
		{ "SHARE", true },
		{ "FOLIOS", true },
		{ "P50", true },
		{ "P99", true },
		{ "P99.9", true },
		{ "FROM THE STAGE ABOVE", false },
	};
	struct print_table *table = print_table_new(columns, 7);
	const json_t *latency = json_object_get(result, "latency");
	const json_t *throttle = json_object_get(latency, "throttle");
	const json_t *stage;
	size_t i;

	json_array_foreach(json_object_get(latency, "stages"), i, stage) {
		if (result_number(stage, "folios") > 0)
			stage_row(table, stage);
	}
	if (json_is_object(throttle))
		stage_row(table, throttle);
	return table;
}

struct print_table *summary_compare_latency(const json_t *const *results,
					    const char *const *labels,
					    size_t nr)
{
	struct print_column *columns = calloc(nr + 3, sizeof(*columns));
	json_t *names = result_latency_names(results, nr);
	struct print_table *table;
	const json_t *name;
	size_t s, i;

	SIM_ASSERT(columns);
	columns[0] = (struct print_column){ "stage", false };
	for (i = 0; i < nr; i++)
		columns[i + 1] = (struct print_column){ labels[i], true };
	columns[nr + 1] = (struct print_column){ "difference", true };
	columns[nr + 2] = (struct print_column){ "unit", false };
	table = print_table_new(columns, nr + 3);
	free(columns);
	json_array_foreach(names, s, name) {
		const char *stage = json_string_value(name);
		double first = result_latency_ns(results[0], stage);
		double last = result_latency_ns(results[nr - 1], stage);

		print_row(table);
		print_cell(table, 0, stage, NULL);
		for (i = 0; i < nr; i++) {
			double ns = result_latency_ns(results[i], stage);

			print_cell(table, i + 1, format_value(ns, "ns").s,
				   format_raw(ns).s);
		}
		print_cell(table, nr + 1,
			   format_difference(first, last, "ns").s,
			   format_raw(last - first).s);
		print_cell(table, nr + 2, "ns/folio", NULL);
	}
	json_decref(names);
	return table;
}
