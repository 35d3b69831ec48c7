/*
 * Pairs of points, and the tables of their differences.
 */
#include "sim/results/pairs.h"

#include <stdlib.h>
#include <string.h>

#include "models/run/experiment.h"
#include "sim/base/assert.h"
#include "sim/results/format.h"
#include "sim/results/result.h"
#include "sim/results/sweep.h"
#include "sim/results/writer.h"

#define MAX_COLUMNS 24

/* Steps of a design's layer and the figure that counts them; blocks
 * searched have no figure, and the same price under both designs. */
static const struct {
	const char *figure;
	size_t offset;
} steps[] = {
	{ "ranges", offsetof(struct design_costs, range) },
	{ "large_folios", offsetof(struct design_costs, large_folio) },
	{ "ioends", offsetof(struct design_costs, ioend) },
	{ "segments", offsetof(struct design_costs, segment_end) },
	/* the rest: their differences are small or once per pass */
	{ "ioends", offsetof(struct design_costs, ioend_end) },
	{ "large_folios", offsetof(struct design_costs, state_alloc) },
	{ "passes", offsetof(struct design_costs, call) },
};

#define NR_STEPS      (sizeof(steps) / sizeof(steps[0]))
#define NR_MAIN_STEPS 4

/** struct prices - of both designs at one point, ns */
struct prices {
	double by_step[NR_STEPS];
};

static double price_ns(const struct design_costs *costs, size_t step)
{
	uint64_t ps;

	memcpy(&ps, (const char *)costs + steps[step].offset, sizeof(ps));
	return (double)ps / 1000;
}

static const struct design_costs *costs_of(const struct cost_config *costs,
					   const char *design)
{
	return strcmp(design, "map-blocks") == 0
		       ? &costs->designs.map_blocks
		       : &costs->designs.writeback_range;
}

static const json_t *spec_of(const struct study *study)
{
	return json_object_get(study->json, "difference");
}

static const char *spec_text(const struct study *study, const char *key)
{
	return result_text(spec_of(study), key);
}

static const char *design_value(const struct study *study, size_t index)
{
	const json_t *grid = json_object_get(study->json, "grid");
	const char *design = json_string_value(
		json_array_get(json_object_get(grid, "design"), index));

	return design ? design : "";
}

/* Of the point's cost table, scaled by its price of an instruction. */
static bool prices_of(const struct study *study, size_t index,
		      struct prices *ret)
{
	struct experiment e;
	struct cfg_error error;
	struct cost_config costs;

	if (study_load_point(study, index, &e, &error))
		return false;
	host_prices_scale(&e.costs, e.host.instruction_ps, &costs);
	for (size_t i = 0; i < NR_STEPS; i++)
		ret->by_step[i] =
			price_ns(costs_of(&costs, design_value(study, 1)), i) -
			price_ns(costs_of(&costs, design_value(study, 0)), i);
	experiment_release(&e);
	return true;
}

bool pairs_unit_ns(const struct study *study, const char *figure, double *ret)
{
	struct prices prices;

	for (size_t i = 0; i < NR_MAIN_STEPS; i++) {
		if (strcmp(steps[i].figure, figure) != 0)
			continue;
		if (!prices_of(study, 0, &prices))
			return false;
		*ret = prices.by_step[i];
		return true;
	}
	return false;
}

static double counted(const struct prices *prices, const json_t *point)
{
	double sum = 0;

	for (size_t i = 0; i < NR_STEPS; i++)
		sum += prices->by_step[i] *
		       result_figure_value(point, steps[i].figure);
	return sum;
}

static bool is_pair(const json_t *a, const json_t *b)
{
	json_t *left = json_deep_copy(json_object_get(a, "values"));
	json_t *right = json_deep_copy(json_object_get(b, "values"));
	bool equal;

	json_object_del(left, "design");
	json_object_del(right, "design");
	equal = json_equal(left, right);
	json_decref(left);
	json_decref(right);
	return equal;
}

static const json_t *partner_of(const json_t *sorted, const json_t *old,
				const char *design)
{
	const json_t *point;
	size_t i;

	json_array_foreach(sorted, i, point) {
		const json_t *values = json_object_get(point, "values");

		if (strcmp(result_text(values, "design"), design) == 0 &&
		    is_pair(old, point))
			return point;
	}
	return NULL;
}

/* Its index in the study, by its values; they are in the same order. */
static size_t index_of(const struct study *study, const json_t *point)
{
	size_t nr = study_nr_points(study);

	for (size_t i = 0; i < nr; i++) {
		json_t *values = study_point(study, i);
		bool equal =
			json_equal(values, json_object_get(point, "values"));

		json_decref(values);
		if (equal)
			return i;
	}
	return 0;
}

struct design_pair *pairs_list(const struct study *study, const json_t *sorted,
			       size_t *ret_nr)
{
	const char *figure = spec_text(study, "figure");
	struct design_pair *list =
		calloc(json_array_size(sorted) + 1, sizeof(*list));
	const json_t *point;
	size_t i;

	SIM_ASSERT(list != NULL);
	*ret_nr = 0;
	if (!spec_of(study))
		return list;
	json_array_foreach(sorted, i, point) {
		struct design_pair *d = &list[*ret_nr];
		struct prices prices;

		if (strcmp(result_text(json_object_get(point, "values"),
				       "design"),
			   design_value(study, 0)) != 0)
			continue;
		d->old_point = point;
		d->new_point =
			partner_of(sorted, point, design_value(study, 1));
		if (!d->new_point)
			continue;
		d->old_value = result_figure_value(point, figure);
		d->new_value = result_figure_value(d->new_point, figure);
		if (json_array_size(json_object_get(spec_of(study), "per")) &&
		    prices_of(study, index_of(study, point), &prices))
			d->counted_ns = counted(&prices, d->new_point);
		(*ret_nr)++;
	}
	return list;
}

static void number_cell(struct print_table *table, size_t column, double value,
			int decimals, bool sign)
{
	char text[48];

	if (sign)
		snprintf(text, sizeof(text), "%+.*f", decimals, value);
	else
		snprintf(text, sizeof(text), "%.*f", decimals, value);
	print_cell(table, column, text, NULL);
}

/* Columns: what tells the pair apart, counts, the figure, the differences. */
static size_t name_columns(const struct study *study,
			   struct print_column *columns, char names[][48])
{
	static const char *const last[] = { "difference ns", "%",
					    "counted ns" };
	const json_t *per = json_object_get(spec_of(study), "per");
	const json_t *figure;
	size_t i, nr = 0;

	columns[nr++] = (struct print_column){ "points", false };
	json_array_foreach(per, i, figure) {
		if (nr + 1 + json_array_size(per) >= MAX_COLUMNS - 5)
			break;
		columns[nr++] =
			(struct print_column){ json_string_value(figure),
					       true };
	}
	snprintf(names[0], sizeof(names[0]), "%.16s ns",
		 design_value(study, 0));
	columns[nr++] = (struct print_column){ names[0], true };
	for (i = 0; i < sizeof(last) / sizeof(last[0]); i++)
		columns[nr++] = (struct print_column){ last[i], true };
	json_array_foreach(per, i, figure) {
		if (nr >= MAX_COLUMNS)
			break;
		snprintf(names[1 + i], sizeof(names[0]), "ns/%.40s",
			 json_string_value(figure));
		columns[nr++] = (struct print_column){ names[1 + i], true };
	}
	return nr;
}

static void pair_label(const struct study *study, const json_t *point,
		       char *label, size_t size)
{
	json_t *values = json_object_get(point, "values");
	const char *key;
	json_t *value;
	char text[64];
	size_t used = 0;

	(void)study;
	label[0] = '\0';
	json_object_foreach(values, key, value) {
		if (strcmp(key, "design") == 0 || used >= size)
			continue;
		sweep_value_text(value, text, sizeof(text));
		used += (size_t)snprintf(label + used, size - used, "%s%s",
					 used ? " " : "", text);
	}
}

static void add_pair(struct print_table *table, const struct study *study,
		     const struct design_pair *d)
{
	const json_t *per = json_object_get(spec_of(study), "per");
	double more = d->new_value - d->old_value;
	const json_t *figure;
	char label[200];
	size_t i, column = 0;

	print_row(table);
	pair_label(study, d->old_point, label, sizeof(label));
	print_cell(table, column++, label, NULL);
	json_array_foreach(per, i, figure)
		number_cell(table, column++,
			    result_figure_value(d->new_point,
						json_string_value(figure)),
			    0, false);
	number_cell(table, column++, d->old_value, 0, false);
	number_cell(table, column++, more, 0, true);
	number_cell(table, column++,
		    d->old_value > 0 ? 100 * more / d->old_value : 0, 3, true);
	number_cell(table, column++, d->counted_ns, 0, true);
	json_array_foreach(per, i, figure) {
		double nr = result_figure_value(d->new_point,
						json_string_value(figure));

		if (nr > 0)
			number_cell(table, column, more / nr, 1, true);
		column++;
	}
}

static struct print_table *make_table(const struct study *study,
				      const json_t *sorted)
{
	struct print_column columns[MAX_COLUMNS];
	char names[MAX_COLUMNS][48];
	size_t nr = name_columns(study, columns, names);
	struct print_table *table = print_table_new(columns, nr);
	struct design_pair *list = pairs_list(study, sorted, &nr);

	for (size_t i = 0; i < nr; i++)
		add_pair(table, study, &list[i]);
	free(list);
	return table;
}

void pairs_print(const struct study *study, const json_t *sorted, FILE *out)
{
	const json_t *per = json_object_get(spec_of(study), "per");
	struct print_table *table;

	if (!spec_of(study) || !json_array_size(per))
		return;
	fprintf(out,
		"%s of %s less that of %s, divided by what was counted in the runs;\n"
		"beside it the sum of the counts times the counted prices (",
		spec_text(study, "figure"), design_value(study, 1),
		design_value(study, 0));
	for (size_t i = 0; i < NR_MAIN_STEPS; i++) {
		double ns = 0;

		pairs_unit_ns(study, steps[i].figure, &ns);
		fprintf(out, "%s%s %+.1f", i ? ", " : "", steps[i].figure, ns);
	}
	fputs(" ns each):\n\n", out);
	table = make_table(study, sorted);
	print_table_out(table, out, PRINT_TABLE);
	print_table_free(table);
	fputc('\n', out);
}

int pairs_write(const char *dir, const struct study *study,
		const json_t *sorted)
{
	struct print_table *table;
	size_t nr_bytes;
	char *text = NULL;
	FILE *out;
	int error;

	if (!spec_of(study))
		return 0;
	out = open_memstream(&text, &nr_bytes);
	SIM_ASSERT(out);
	table = make_table(study, sorted);
	print_table_out(table, out, PRINT_CSV);
	print_table_free(table);
	fclose(out);
	error = results_write_text(dir, "difference.csv", text);
	free(text);
	return error;
}
