/*
 * Tables of results side by side.
 */
#include "sim/results/summary.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"
#include "sim/results/format.h"
#include "sim/results/result.h"

/* first column, one per result, unit, difference of the last to the first */
static struct print_table *side_by_side(const char *first,
					const char *const *labels, size_t nr)
{
	struct print_column *columns = calloc(nr + 4, sizeof(*columns));
	struct print_table *table;
	size_t i;

	SIM_ASSERT(columns);
	columns[0] = (struct print_column){ first, false };
	for (i = 0; i < nr; i++)
		columns[i + 1] = (struct print_column){ labels[i], true };
	columns[nr + 1] = (struct print_column){ "difference", true };
	columns[nr + 2] = (struct print_column){ "unit", false };
	columns[nr + 3] = (struct print_column){ "trust", false };
	table = print_table_new(columns, nr + 4);
	free(columns);
	return table;
}

static void difference_cell(struct print_table *table, size_t column,
			    double old, double new, const char *unit)
{
	print_cell(table, column, format_difference(old, new, unit).s,
		   format_raw(new - old).s);
}

struct print_table *summary_compare_figures(const json_t *const *results,
					    const char *const *labels,
					    size_t nr)
{
	struct print_table *table = side_by_side("figure", labels, nr);
	json_t *figures = json_object_get(results[0], "figures");
	struct result_figure first, figure;
	const char *name;
	json_t *ignored;
	size_t i;

	json_object_foreach(figures, name, ignored) {
		if (!result_figure_get(results[0], name, &first))
			continue;
		print_row(table);
		print_cell(table, 0, name, NULL);
		figure = first;
		for (i = 0; i < nr; i++) {
			if (result_figure_get(results[i], name, &figure))
				print_cell(
					table, i + 1,
					format_cell(figure.value, figure.unit)
						.s,
					format_raw(figure.value).s);
		}
		difference_cell(table, nr + 1, first.value, figure.value,
				first.unit);
		print_cell(table, nr + 2, first.unit, NULL);
		print_cell(table, nr + 3, first.tag, NULL);
	}
	return table;
}

struct print_table *summary_compare_stages(const json_t *const *results,
					   const char *const *labels, size_t nr)
{
	struct print_table *table = side_by_side("stage", labels, nr);
	json_t *names = result_stage_names(results, nr);
	const json_t *name;
	size_t s, i;

	json_array_foreach(names, s, name) {
		const char *stage = json_string_value(name);

		print_row(table);
		print_cell(table, 0, stage, NULL);
		for (i = 0; i < nr; i++) {
			double ns = result_stage_ns_per_mib(results[i], stage);

			print_cell(table, i + 1, format_value(ns, "ns").s,
				   format_raw(ns).s);
		}
		difference_cell(table, nr + 1,
				result_stage_ns_per_mib(results[0], stage),
				result_stage_ns_per_mib(results[nr - 1], stage),
				"ns");
		print_cell(table, nr + 2, "ns/MiB", NULL);
	}
	json_decref(names);
	return table;
}

struct print_table *summary_compare_boundary(const json_t *const *results,
					     const char *const *labels,
					     size_t nr)
{
	static const struct print_column columns[] = { { "boundary", false },
						       { "method", false },
						       { "calls", true },
						       { "submit path",
							 false } };
	struct print_table *table = print_table_new(columns, 4);
	const json_t *method;
	char name[64];
	size_t i, m;

	for (i = 0; i < nr; i++) {
		const json_t *boundary =
			json_object_get(results[i], "boundary");

		json_array_foreach(json_object_get(boundary, "methods"), m,
				   method) {
			print_row(table);
			print_cell(table, 0, labels[i], NULL);
			result_method_name(method, name, sizeof(name));
			print_cell(table, 1, name, NULL);
			print_cell(table, 2,
				   format_raw(result_number(method, "calls")).s,
				   NULL);
			print_cell(table, 3,
				   m ? ""
				     : result_text(boundary, "submit_path"),
				   NULL);
		}
	}
	return table;
}
