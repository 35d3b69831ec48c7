/*
 * The files of one run: result.json, config.json and two tables as CSV.
 */
#include "sim/results/writer.h"

#include <stdio.h>
#include <stdlib.h>

#include "sim/base/assert.h"
#include "sim/results/format.h"
#include "sim/results/print.h"
#include "sim/results/result.h"

static void timeseries_csv(FILE *out, const json_t *timeseries)
{
	const json_t *column, *row, *value;
	size_t i, j;

	json_array_foreach(json_object_get(timeseries, "columns"), i, column) {
		char heading[256];

		snprintf(heading, sizeof(heading), "%s%s (%s)", i ? "," : "",
			 result_text(column, "name"),
			 result_text(column, "unit"));
		fputs(heading, out);
	}
	putc('\n', out);
	json_array_foreach(json_object_get(timeseries, "rows"), i, row) {
		json_array_foreach(row, j, value) {
			fprintf(out, "%s%s", j ? "," : "",
				format_raw(json_number_value(value)).s);
		}
		putc('\n', out);
	}
}

static void latency_csv(FILE *out, const json_t *histograms)
{
	const json_t *hist, *bucket;
	size_t i, j;

	fputs("histogram,unit,low,count\n", out);
	json_array_foreach(histograms, i, hist) {
		json_array_foreach(json_object_get(hist, "buckets"), j,
				   bucket) {
			print_csv_field(out, result_text(hist, "name"));
			fprintf(out, ",%s,%lld,%lld\n",
				result_text(hist, "unit"),
				(long long)json_integer_value(
					json_array_get(bucket, 0)),
				(long long)json_integer_value(
					json_array_get(bucket, 1)));
		}
	}
}

static int write_csv(const char *dir, const char *name, const json_t *json,
		     void (*csv)(FILE *out, const json_t *json))
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int error;

	SIM_ASSERT(out);
	csv(out, json);
	fclose(out);
	error = results_write_text(dir, name, text);
	free(text);
	return error;
}

int results_write_run(const char *dir, const json_t *result)
{
	int error = results_write_json(dir, "config.json",
				       json_object_get(result, "config"));

	if (!error)
		error = write_csv(dir, "timeseries.csv",
				  json_object_get(result, "timeseries"),
				  timeseries_csv);
	if (!error)
		error = write_csv(dir, "latency.csv",
				  json_object_get(result, "histograms"),
				  latency_csv);
	if (!error)
		error = results_write_json(dir, "result.json", result);
	return error;
}
