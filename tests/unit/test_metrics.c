/* test-links: wb_engine wb_base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sim/engine/metrics.h"
#include "sim/engine/sim.h"
#include "tests/unit/in_child.h"

static const struct sim_options options = {
	.nr_cpus = 1,
	.policy = SIM_CPU_TICK,
	.tick_ns = 4000000,
};

struct world {
	struct sim *sim;
	uint64_t dirty;
	uint64_t written;
	unsigned int account;
	struct sim_stream *bios;
	struct sim_stream *folios;
	uint64_t shift_ns;
};

static void dirtier(void *arg)
{
	struct world *w = arg;

	for (uint64_t i = 0; i < 5000; i++) {
		w->dirty = i;
		w->written += 10;
		sim_charge_ps(w->sim, w->account, 1000000);
		sim_settle(w->sim);
	}
	sim_sleep_ns(w->sim, 20000000);
}

static void sampled(void *arg, struct child_answer *answer)
{
	struct world w = { .sim = sim_new(&options) };
	struct sim_metrics *m = sim_metrics(w.sim);
	uint64_t date_ns, last_ns = 0, step_ns = 0;
	bool is_rate;

	(void)arg;
	(void)answer;
	metrics_gauge(m, "dirty", "bytes", false, &w.dirty);
	metrics_gauge(m, "throughput", "bytes", true, &w.written);
	SIM_ASSERT(metrics_nr_gauges(m) == 2);
	SIM_ASSERT(
		!strcmp(metrics_gauge_at(m, 1, NULL, &is_rate), "throughput"));
	SIM_ASSERT(is_rate);
	w.account = sim_account_add(w.sim, "a");
	sim_thread_new(w.sim, "t", 0, false, dirtier, &w);
	SIM_ASSERT(sim_run(w.sim, NULL, NULL, NULL, NULL, 0) == 0);
	SIM_ASSERT(metrics_nr_samples(m) > 512);
	SIM_ASSERT(metrics_nr_samples(m) <= METRICS_NR_SAMPLES);
	for (size_t i = 0; i < metrics_nr_samples(m); i++) {
		uint64_t dirty = metrics_sample(m, i, 0, &date_ns);

		if (i == 1)
			step_ns = date_ns;
		SIM_ASSERT(i == 0 || date_ns - last_ns == step_ns);
		last_ns = date_ns;
		/* dirty = i during (i us, i + 1 us] */
		if (date_ns > 0 && date_ns <= 5000000)
			SIM_ASSERT(dirty == (date_ns - 1) / 1000);
		if (date_ns > 5000000)
			SIM_ASSERT(dirty == 4999);
	}
	SIM_ASSERT(last_ns > 24900000);
	sim_free(w.sim);
}

static void gauges_keep_their_grid_when_samples_are_dropped(void **state)
{
	(void)state;
	assert_int_equal(in_child(sampled, NULL, NULL), 0);
}

static void registry(void *arg, struct child_answer *answer)
{
	struct world w = { .sim = sim_new(&options), .dirty = 7 };
	struct sim_metrics *m = sim_metrics(w.sim);
	const char *unit, *name;
	struct hist *hist;
	uint64_t value;

	(void)arg;
	(void)answer;
	for (int i = 0; i < 100; i++)
		metrics_counter(m, "calls", "calls", &w.written);
	metrics_counter(m, "dirty", "bytes", &w.dirty);
	SIM_ASSERT(metrics_nr_counters(m) == 101);
	w.dirty = 9;
	SIM_ASSERT(!strcmp(metrics_counter_at(m, 100, &unit, &value), "dirty"));
	SIM_ASSERT(!strcmp(unit, "bytes"));
	SIM_ASSERT(value == 9);
	hist = metrics_hist(m, "bio.total", "ns");
	hist_add(hist, 5);
	SIM_ASSERT(metrics_nr_hists(m) == 1);
	SIM_ASSERT(metrics_hist_at(m, 0, &name, &unit) == hist);
	SIM_ASSERT(!strcmp(name, "bio.total"));
	sim_free(w.sim);
}

static void counters_and_histograms_are_found_by_number(void **state)
{
	(void)state;
	assert_int_equal(in_child(registry, NULL, NULL), 0);
}

static void emitter(void *arg)
{
	struct world *w = arg;

	for (uint64_t i = 0; i < 1000; i++) {
		stream_emit(w->bios, i * 8, 8, 0, 0);
		stream_emit(w->folios, i, 99, 99, 99);
		sim_charge_ps(w->sim, w->account, 1000 * (1 + w->shift_ns));
		if (i == 500)
			sim_sleep_ns(w->sim, 10);
	}
}

static void streams(void *arg, struct child_answer *answer)
{
	static const char *const fields[] = { "sector", "sectors" };
	struct world w = { .sim = sim_new(&options),
			   .shift_ns = *(uint64_t *)arg };
	struct sim_metrics *m = sim_metrics(w.sim);

	w.account = sim_account_add(w.sim, "a");
	w.bios = stream_new(w.sim, "bios", fields, 2);
	w.folios = stream_new(w.sim, "folios", fields, 1);
	stream_keep(m, "bios");
	SIM_ASSERT(metrics_stream(m, "folios") == w.folios);
	SIM_ASSERT(metrics_stream(m, "requests") == NULL);
	SIM_ASSERT(metrics_stream_at(m, 0) == w.bios);
	sim_thread_new(w.sim, "t", 0, false, emitter, &w);
	SIM_ASSERT(sim_run(w.sim, NULL, NULL, NULL, NULL, 0) == 0);
	SIM_ASSERT(w.bios->nr_records == 1000);
	SIM_ASSERT(!w.folios->records);
	/* record 3: date, sector, sectors */
	SIM_ASSERT(w.bios->records[10] == 24);
	SIM_ASSERT(w.bios->records[11] == 8);
	/* dates are those of the running thread, ahead of the core */
	SIM_ASSERT(w.bios->records[9] == 3 * (1 + w.shift_ns));
	answer_add(answer, digest_value(&w.bios->structure));
	answer_add(answer, digest_value(&w.folios->structure));
	answer_add(answer, metrics_event_digest(m));
	sim_free(w.sim);
}

static void structure_digests_leave_dates_out_and_event_digests_do_not(void **s)
{
	uint64_t shifts[3] = { 0, 0, 1 };
	struct child_answer answers[3];

	(void)s;
	for (int i = 0; i < 3; i++)
		assert_int_equal(in_child(streams, &shifts[i], &answers[i]), 0);
	assert_memory_equal(&answers[0], &answers[1], sizeof(answers[0]));
	assert_int_equal(answers[0].numbers[0], answers[2].numbers[0]);
	assert_int_equal(answers[0].numbers[1], answers[2].numbers[1]);
	assert_int_not_equal(answers[0].numbers[0], answers[0].numbers[1]);
	assert_int_not_equal(answers[0].numbers[2], answers[2].numbers[2]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			gauges_keep_their_grid_when_samples_are_dropped),
		cmocka_unit_test(counters_and_histograms_are_found_by_number),
		cmocka_unit_test(
			structure_digests_leave_dates_out_and_event_digests_do_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
