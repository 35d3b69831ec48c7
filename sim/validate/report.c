/*
 * Totals, JSON and CSV.
 */
#include "sim/validate/report.h"

#include <string.h>

#include "sim/results/print.h"
#include "sim/validate/vec.h"

const char *report_text(const json_t *object, const char *key)
{
	const char *ret = json_string_value(json_object_get(object, key));

	return ret ? ret : "";
}

static void count_stream(const json_t *stream, struct report_totals *totals)
{
	const char *state = report_text(stream, "state");

	if (!strcmp(state, "exact"))
		totals->nr_exact++;
	else if (!strcmp(state, "timing-dependent"))
		totals->nr_timing++;
	else if (!strcmp(state, "differs"))
		totals->nr_differs++;
	else
		totals->nr_not_recorded++;
}

struct report_totals report_count(const json_t *scenarios, const char *kernel)
{
	struct report_totals ret = { 0 };
	const json_t *scenario;
	size_t i;

	json_array_foreach(scenarios, i, scenario) {
		json_t *streams = json_object_get(scenario, "streams");
		const char *name;
		json_t *stream;

		if (kernel &&
		    strcmp(kernel, report_text(scenario, "kernel")) != 0)
			continue;
		if (!strcmp(report_text(scenario, "state"), "not-modelled")) {
			ret.nr_not_modelled++;
			continue;
		}
		ret.nr_scenarios++;
		json_object_foreach(streams, name, stream)
			count_stream(stream, &ret);
	}
	return ret;
}

json_t *report_kernels(const json_t *scenarios)
{
	json_t *seen = json_object();
	json_t *ret = json_array();
	const json_t *scenario;
	size_t i;

	json_array_foreach(scenarios, i, scenario) {
		const char *kernel = report_text(scenario, "kernel");

		if (json_object_get(seen, kernel))
			continue;
		json_object_set_new(seen, kernel, json_true());
		json_array_append_new(ret, json_string(kernel));
	}
	json_decref(seen);
	return ret;
}

static json_t *totals_json(const struct report_totals *totals)
{
	uint64_t nr_streams =
		totals->nr_exact + totals->nr_timing + totals->nr_differs;

	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "streams",
			 (json_int_t)nr_streams, "exact",
			 (json_int_t)totals->nr_exact, "timing_dependent",
			 (json_int_t)totals->nr_timing, "differs",
			 (json_int_t)totals->nr_differs, "not_recorded",
			 (json_int_t)totals->nr_not_recorded, "scenarios",
			 (json_int_t)totals->nr_scenarios, "not_modelled",
			 (json_int_t)totals->nr_not_modelled);
}

json_t *report_json(json_t *scenarios)
{
	struct report_totals totals = report_count(scenarios, NULL);
	json_t *kernels = report_kernels(scenarios);
	json_t *by_kernel = json_object();
	const json_t *kernel;
	json_t *ret;
	size_t i;

	json_array_foreach(kernels, i, kernel) {
		const char *name = json_string_value(kernel);
		struct report_totals one = report_count(scenarios, name);

		json_object_set_new(by_kernel, name, totals_json(&one));
	}
	json_decref(kernels);
	ret = json_pack("{s:O, s:o, s:o}", "scenarios", scenarios, "totals",
			totals_json(&totals), "kernels", by_kernel);
	SIM_ASSERT(ret != NULL);
	return ret;
}

void report_cell(const json_t *stream, char *ret, size_t bytes)
{
	const char *state = report_text(stream, "state");
	json_int_t recorded =
		json_integer_value(json_object_get(stream, "recorded"));
	json_int_t simulated =
		json_integer_value(json_object_get(stream, "simulated"));

	if (!strcmp(state, "exact"))
		snprintf(ret, bytes, "= %lld", recorded);
	else if (!strcmp(state, "timing-dependent"))
		snprintf(ret, bytes, "~ %lld/%lld", recorded, simulated);
	else if (!strcmp(state, "differs"))
		snprintf(ret, bytes, "! %lld/%lld", recorded, simulated);
	else
		snprintf(ret, bytes, "-");
}

static void integer_cell(struct print_table *table, size_t column,
			 const json_t *value)
{
	char text[32];

	if (!json_is_integer(value))
		return;
	snprintf(text, sizeof(text), "%lld", json_integer_value(value));
	print_cell(table, column, text, NULL);
}

static void csv_row(struct print_table *table, const json_t *scenario,
		    const char *name, const json_t *stream)
{
	const json_t *difference = json_object_get(stream, "first_difference");
	const char *reason = stream ? report_text(stream, "reason")
				    : report_text(scenario, "reason");

	print_row(table);
	print_cell(table, 0, report_text(scenario, "kernel"), NULL);
	print_cell(table, 1, report_text(scenario, "scenario"), NULL);
	print_cell(table, 2, name, NULL);
	print_cell(table, 3,
		   stream ? report_text(stream, "state")
			  : report_text(scenario, "state"),
		   NULL);
	integer_cell(table, 4, json_object_get(stream, "recorded"));
	integer_cell(table, 5, json_object_get(stream, "simulated"));
	integer_cell(table, 6, json_object_get(difference, "index"));
	print_cell(table, 7, reason, NULL);
}

void report_csv(const json_t *scenarios, FILE *out)
{
	static const struct print_column columns[] = {
		{ "kernel", false },          { "scenario", false },
		{ "stream", false },          { "state", false },
		{ "recorded", true },         { "simulated", true },
		{ "first_difference", true }, { "reason", false },
	};
	struct print_table *table =
		print_table_new(columns, sizeof(columns) / sizeof(columns[0]));
	const json_t *scenario;
	size_t i;

	json_array_foreach(scenarios, i, scenario) {
		json_t *streams = json_object_get(scenario, "streams");
		const char *name;
		json_t *stream;

		if (!json_object_size(streams))
			csv_row(table, scenario, "", NULL);
		json_object_foreach(streams, name, stream)
			csv_row(table, scenario, name, stream);
	}
	print_table_out(table, out, PRINT_CSV);
	print_table_free(table);
}
