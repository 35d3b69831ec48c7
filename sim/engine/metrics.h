/*
 * What a run lets out: counters, gauges sampled over simulated time,
 * histograms and streams.  Models register by name while they are set up;
 * the hot path increments plain fields.
 */
#ifndef SIM_ENGINE_METRICS_H
#define SIM_ENGINE_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/digest.h"
#include "sim/base/hist.h"

struct sim;
struct sim_metrics;

/** sim_metrics - the registry of a run */
struct sim_metrics *sim_metrics(struct sim *sim);

/* Counters: a name and a field of the model that is added to. */

/**
 * metrics_counter - make *@value known as @name ("iomap.writeback_range_calls")
 * @unit: "calls", "bytes", ...; both strings static
 * The field must live as long as the run.
 */
void metrics_counter(struct sim_metrics *m, const char *name, const char *unit,
		     const uint64_t *value);
size_t metrics_nr_counters(const struct sim_metrics *m);
const char *metrics_counter_at(const struct sim_metrics *m, size_t i,
			       const char **ret_unit, uint64_t *ret_value);

/* Gauges: sampled lazily on a grid of simulated time; when METRICS_NR_SAMPLES
 * are taken every second one is dropped and the grid doubles. */

#define METRICS_NR_SAMPLES 1024

/**
 * metrics_gauge - sample *@value over time as column @name of timeseries.csv
 * @is_rate: a running total of which the difference per second is wanted
 */
void metrics_gauge(struct sim_metrics *m, const char *name, const char *unit,
		   bool is_rate, const uint64_t *value);
size_t metrics_nr_gauges(const struct sim_metrics *m);
const char *metrics_gauge_at(const struct sim_metrics *m, size_t gauge,
			     const char **ret_unit, bool *ret_is_rate);
size_t metrics_nr_samples(const struct sim_metrics *m);
/** metrics_sample - sample @i: its date and the value of @gauge */
uint64_t metrics_sample(const struct sim_metrics *m, size_t i, size_t gauge,
			uint64_t *ret_date_ns);

/** metrics_advance - called by the engine whenever the core's date changes */
void metrics_advance(struct sim_metrics *m, uint64_t date_ns);

/* Histograms. */

/** metrics_hist - histogram @name in @unit; owned by the registry */
struct hist *metrics_hist(struct sim_metrics *m, const char *name,
			  const char *unit);
size_t metrics_nr_hists(const struct sim_metrics *m);
const struct hist *metrics_hist_at(const struct sim_metrics *m, size_t i,
				   const char **ret_name,
				   const char **ret_unit);

/*
 * Streams: ordered records of what happened, the thing that is compared with
 * recorded kernels and between designs.  Each has a digest without dates
 * (structure) and takes part, with dates, in the digest of the run's events.
 */

#define STREAM_MAX_FIELDS 4

struct sim_stream {
	const char *name;
	const char *fields[STREAM_MAX_FIELDS];
	unsigned int nr_fields;
	uint64_t nr_records;
	struct digest structure;
	bool keep;         /* records are kept in memory */
	uint64_t *records; /* nr_records * (1 + nr_fields): date, fields */
	size_t cap_records;
	struct sim *sim;
};

/**
 * stream_new - stream @name with up to four named integer fields
 * Names are static strings; owned by the registry.  "folios" (offset_bytes,
 * bytes), "ioend_ranges", "conversions", "bios", "splits", "merges",
 * "requests", "completions", "fuse_requests", "fills" are the ones that
 * recordings have.
 */
struct sim_stream *stream_new(struct sim *sim, const char *name,
			      const char *const *fields,
			      unsigned int nr_fields);

/** stream_keep - keep the records of @name (NULL: of all) from now on */
void stream_keep(struct sim_metrics *m, const char *name);

/**
 * streams_mute - drop all records while @mute (a run's preparation)
 */
void streams_mute(struct sim_metrics *m, bool mute);

struct sim_stream *metrics_stream_at(const struct sim_metrics *m, size_t i);
size_t metrics_nr_streams(const struct sim_metrics *m);
struct sim_stream *metrics_stream(const struct sim_metrics *m,
				  const char *name);

/** metrics_event_digest - over all stream records with their dates */
uint64_t metrics_event_digest(const struct sim_metrics *m);

/** stream_emit - one record; unused fields 0 */
void stream_emit(struct sim_stream *s, uint64_t f0, uint64_t f1, uint64_t f2,
		 uint64_t f3);

#endif
