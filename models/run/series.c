/*
 * Histograms, time series and stream digests of a run.
 */
#include <stdio.h>
#include <string.h>

#include "models/mm/dirty_control.h"
#include "models/run/result.h"
#include "sim/base/assert.h"
#include "sim/engine/metrics.h"

static json_t *buckets(const struct hist *h)
{
	json_t *array = json_array();

	for (unsigned int i = 0; i < HIST_NR_BUCKETS; i++)
		if (h->buckets[i])
			json_array_append_new(
				array, json_pack("[I, I]",
						 (json_int_t)hist_bucket_low(i),
						 (json_int_t)h->buckets[i]));
	return array;
}

json_t *result_histogram(const struct hist *h, const char *name,
			 const char *unit)
{
	uint64_t mean_thousandths =
		h->count ? mul_div(h->sum, 1000, h->count) : 0;

	return json_pack(
		"{s:s, s:s, s:I, s:f, s:I, s:I, s:I, s:I, s:I, s:o}", "name",
		name, "unit", unit, "count", (json_int_t)h->count, "mean",
		(double)mean_thousandths / 1000.0, "min",
		(json_int_t)(h->count ? h->min : 0), "max", (json_int_t)h->max,
		"p50", (json_int_t)hist_quantile(h, 500000), "p99",
		(json_int_t)hist_quantile(h, 990000), "p999",
		(json_int_t)hist_quantile(h, 999000), "buckets", buckets(h));
}

/* Stages of folios, those in which somebody spent time. */
static void add_ways(const struct mm_ways *ways, json_t *array)
{
	char name[64];

	for (unsigned int n = 0; n < ways->nr_stages; n++) {
		unsigned int i = mm_ways_stage(ways, n);

		if (!ways->ns[i]->count)
			continue;
		snprintf(name, sizeof(name), "stage: %s", ways->stages[i].name);
		json_array_append_new(
			array, result_histogram(ways->ns[i], name, "ns"));
	}
	if (ways->throttle_ns->count)
		json_array_append_new(array,
				      result_histogram(ways->throttle_ns,
						       "throttle pause", "ns"));
}

json_t *result_histograms(const struct world *world)
{
	const struct sim_metrics *m = sim_metrics(world->sim);
	json_t *array = json_array();

	for (size_t i = 0; i < metrics_nr_hists(m); i++) {
		const char *name;
		const char *unit;
		const struct hist *h = metrics_hist_at(m, i, &name, &unit);

		json_array_append_new(array, result_histogram(h, name, unit));
	}
	add_ways(&world->mm.ways, array);
	return array;
}

/* The throttle's series say nothing where it and the flusher had no part. */
static bool is_left_out(const struct world *world, size_t gauge)
{
	const struct dirty_control *c = world->mm.dirty;
	const char *unit;
	bool is_rate;
	const char *name = metrics_gauge_at(sim_metrics(world->sim), gauge,
					    &unit, &is_rate);

	return c && !c->stats.pauses && !c->stats.flusher_chunks &&
	       strncmp(name, "throttle.", strlen("throttle.")) == 0;
}

static json_t *series_columns(const struct world *world)
{
	const struct sim_metrics *m = sim_metrics(world->sim);
	json_t *columns = json_array();

	json_array_append_new(
		columns, json_pack("{s:s, s:s}", "name", "time", "unit", "ns"));
	for (size_t i = 0; i < metrics_nr_gauges(m); i++) {
		const char *unit;
		bool is_rate;
		const char *name = metrics_gauge_at(m, i, &unit, &is_rate);
		char per_s[64];

		if (is_left_out(world, i))
			continue;
		snprintf(per_s, sizeof(per_s), "%s%s", unit,
			 is_rate ? "/s" : "");
		json_array_append_new(columns, json_pack("{s:s, s:s}", "name",
							 name, "unit", per_s));
	}
	return columns;
}

static json_int_t sample_value(const struct sim_metrics *m, size_t i,
			       size_t gauge)
{
	const char *unit;
	bool is_rate;
	uint64_t date;
	uint64_t value = metrics_sample(m, i, gauge, &date);

	metrics_gauge_at(m, gauge, &unit, &is_rate);
	if (!is_rate)
		return (json_int_t)value;
	if (i == 0)
		return 0;
	uint64_t date_before;
	uint64_t before = metrics_sample(m, i - 1, gauge, &date_before);

	return (json_int_t)mul_div(value - before, NS_PER_S,
				   date - date_before);
}

json_t *result_timeseries(const struct world *world)
{
	const struct sim_metrics *m = sim_metrics(world->sim);
	json_t *rows = json_array();
	uint64_t date = 0;

	for (size_t i = 0; i < metrics_nr_samples(m); i++) {
		json_t *row = json_array();

		if (metrics_nr_gauges(m))
			metrics_sample(m, i, 0, &date);
		json_array_append_new(row, json_integer((json_int_t)date));
		for (size_t g = 0; g < metrics_nr_gauges(m); g++)
			if (!is_left_out(world, g))
				json_array_append_new(
					row,
					json_integer(sample_value(m, i, g)));
		if (date < world->start.date_ns || date > world->end.date_ns)
			json_decref(row);
		else
			json_array_append_new(rows, row);
	}
	return json_pack("{s:o, s:o}", "columns", series_columns(world), "rows",
			 rows);
}

json_t *result_streams(const struct world *world)
{
	const struct sim_metrics *m = sim_metrics(world->sim);
	json_t *streams = json_object();

	for (size_t i = 0; i < metrics_nr_streams(m); i++) {
		const struct sim_stream *s = metrics_stream_at(m, i);
		char digest[17];

		snprintf(digest, sizeof(digest), "%016llx",
			 (unsigned long long)digest_value(&s->structure));
		json_object_set_new(streams, s->name,
				    json_pack("{s:I, s:s}", "records",
					      (json_int_t)s->nr_records,
					      "digest", digest));
	}
	return streams;
}
