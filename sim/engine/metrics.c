/*
 * Registry of counters, gauges and histograms.
 */
#include "sim/engine/metrics_internal.h"

#include <stdlib.h>
#include <string.h>

/* Room for one more at the end of *@array; capacities are powers of two. */
void *metrics_grow(void *array, size_t nr, size_t element_bytes)
{
	if (nr & (nr - 1))
		return array;
	array = reallocarray(array, nr ? 2 * nr : 1, element_bytes);
	SIM_ASSERT(array && "out of memory");
	return array;
}

struct sim_metrics *metrics_new(struct sim *sim)
{
	struct sim_metrics *m = calloc(1, sizeof(*m));

	SIM_ASSERT(m && "out of memory");
	m->sim = sim;
	m->grid_ns = METRICS_GRID_NS;
	digest_init(&m->events);
	return m;
}

void metrics_free(struct sim_metrics *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->nr_gauges; i++)
		free(m->gauges[i].samples);
	for (size_t i = 0; i < m->nr_hists; i++)
		free(m->hists[i].hist);
	metrics_free_streams(m);
	free(m->counters);
	free(m->gauges);
	free(m->hists);
	free(m);
}

/* -------------------------------------------------------------- counters */

void metrics_counter(struct sim_metrics *m, const char *name, const char *unit,
		     const uint64_t *value)
{
	m->counters =
		metrics_grow(m->counters, m->nr_counters, sizeof(*m->counters));
	m->counters[m->nr_counters++] =
		(struct metrics_counter){ name, unit, value };
}

size_t metrics_nr_counters(const struct sim_metrics *m)
{
	return m->nr_counters;
}

const char *metrics_counter_at(const struct sim_metrics *m, size_t i,
			       const char **ret_unit, uint64_t *ret_value)
{
	SIM_ASSERT(i < m->nr_counters);
	if (ret_unit)
		*ret_unit = m->counters[i].unit;
	if (ret_value)
		*ret_value = *m->counters[i].value;
	return m->counters[i].name;
}

/* ---------------------------------------------------------------- gauges */

void metrics_gauge(struct sim_metrics *m, const char *name, const char *unit,
		   bool is_rate, const uint64_t *value)
{
	uint64_t *samples = calloc(METRICS_NR_SAMPLES, sizeof(*samples));

	SIM_ASSERT(samples && "out of memory");
	SIM_ASSERT(m->nr_samples == 0);
	m->gauges = metrics_grow(m->gauges, m->nr_gauges, sizeof(*m->gauges));
	m->gauges[m->nr_gauges++] = (struct metrics_gauge){
		.name = name,
		.unit = unit,
		.is_rate = is_rate,
		.value = value,
		.samples = samples,
	};
	/* Without gauges the engine never calls metrics_advance(). */
	m->sim->next_sample_ns = m->next_ns;
}

size_t metrics_nr_gauges(const struct sim_metrics *m)
{
	return m->nr_gauges;
}

const char *metrics_gauge_at(const struct sim_metrics *m, size_t gauge,
			     const char **ret_unit, bool *ret_is_rate)
{
	SIM_ASSERT(gauge < m->nr_gauges);
	if (ret_unit)
		*ret_unit = m->gauges[gauge].unit;
	if (ret_is_rate)
		*ret_is_rate = m->gauges[gauge].is_rate;
	return m->gauges[gauge].name;
}

size_t metrics_nr_samples(const struct sim_metrics *m)
{
	return m->nr_samples;
}

uint64_t metrics_sample(const struct sim_metrics *m, size_t i, size_t gauge,
			uint64_t *ret_date_ns)
{
	SIM_ASSERT(i < m->nr_samples);
	SIM_ASSERT(gauge < m->nr_gauges);
	if (ret_date_ns)
		*ret_date_ns = i * m->grid_ns;
	return m->gauges[gauge].samples[i];
}

static void metrics_halve(struct sim_metrics *m)
{
	for (size_t g = 0; g < m->nr_gauges; g++)
		for (size_t i = 0; i < METRICS_NR_SAMPLES / 2; i++)
			m->gauges[g].samples[i] = m->gauges[g].samples[2 * i];
	m->nr_samples = METRICS_NR_SAMPLES / 2;
	m->grid_ns *= 2;
}

void metrics_advance(struct sim_metrics *m, uint64_t date_ns)
{
	if (!m->nr_gauges)
		return;
	/* The fields have had their present values since the last date. */
	while (m->next_ns <= date_ns) {
		if (m->nr_samples == METRICS_NR_SAMPLES)
			metrics_halve(m);
		for (size_t g = 0; g < m->nr_gauges; g++)
			m->gauges[g].samples[m->nr_samples] =
				*m->gauges[g].value;
		m->nr_samples++;
		m->next_ns = m->nr_samples * m->grid_ns;
	}
	m->sim->next_sample_ns = m->next_ns;
}

/* ------------------------------------------------------------ histograms */

struct hist *metrics_hist(struct sim_metrics *m, const char *name,
			  const char *unit)
{
	struct hist *hist = malloc(sizeof(*hist));

	SIM_ASSERT(hist && "out of memory");
	hist_init(hist);
	m->hists = metrics_grow(m->hists, m->nr_hists, sizeof(*m->hists));
	m->hists[m->nr_hists++] = (struct metrics_hist){ name, unit, hist };
	return hist;
}

size_t metrics_nr_hists(const struct sim_metrics *m)
{
	return m->nr_hists;
}

const struct hist *metrics_hist_at(const struct sim_metrics *m, size_t i,
				   const char **ret_name, const char **ret_unit)
{
	SIM_ASSERT(i < m->nr_hists);
	if (ret_name)
		*ret_name = m->hists[i].name;
	if (ret_unit)
		*ret_unit = m->hists[i].unit;
	return m->hists[i].hist;
}
