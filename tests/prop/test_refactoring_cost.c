/* test-links: wb_results wb_device */
/*
 * What the refactored layer costs, out of runs of the shipped study: the
 * difference of fsync times is the sum of counts times counted prices; runs
 * that change one price only give that price back; so does the solution of
 * the four workloads' equations.
 *
 * Tolerance: an fsync's two dates are whole nanoseconds, so a difference of
 * two fsyncs is exact to 2 ns.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "sim/results/pairs.h"
#include "sim/results/result.h"
#include "tests/unit/run_child.h"

#define STUDY         WBSIM_SOURCE_DIR "/workloads/study-refactoring-cost.json"
#define NR_WORKLOADS  4
#define NR_KINDS      4
#define ROUNDING_NS   2.0
#define MAX_OVERRIDES 32
#define MAX_REQUESTS  (NR_WORKLOADS * (2 + NR_KINDS))

/* In this order in one_kind[] and the unknowns below. */
static const struct {
	const char *figure;
	const char *path;
	const char *new_price; /* ns; costs2.json, 6.17.13 */
} kinds[NR_KINDS] = {
	{ "ranges", "costs.designs.map-blocks.range", "426.5" },
	{ "large_folios", "costs.designs.map-blocks.large_folio", "361.6" },
	{ "ioends", "costs.designs.map-blocks.ioend", "173.7" },
	{ "segments", "costs.designs.map-blocks.segment_end", "74.6" },
};

static double price_difference[NR_KINDS];

/** struct runs - results of one workload */
struct runs {
	json_t *old;
	json_t *new;
	json_t *one_kind[NR_KINDS]; /* the old design with one new price */
};

static struct study study;
static struct runs runs[NR_WORKLOADS];

static json_t *parse(char *text)
{
	json_t *ret = json_loads(text, 0, NULL);

	assert_non_null(ret);
	free(text);
	return ret;
}

/* kept for the runs: requests point into them */
static struct cfg_override given_lists[MAX_REQUESTS][MAX_OVERRIDES];
static json_t *points[MAX_REQUESTS];
static size_t nr_points;

static void add_request(struct run_request *request, const char *design,
			size_t workload, size_t kind)
{
	struct study_overrides given;
	struct cfg_override *list = given_lists[nr_points];
	json_t *point = NULL;
	size_t seen = 0;

	for (size_t i = 0; i < study_nr_points(&study); i++) {
		point = study_point(&study, i);
		if (!strcmp(result_text(point, "design"), design) &&
		    seen++ == workload)
			break;
		json_decref(point);
	}
	assert_true(nr_points < MAX_REQUESTS);
	points[nr_points++] = point;
	study_overrides_init(&study, point, &given);
	assert_true(given.nr + 1 < MAX_OVERRIDES);
	memcpy(list, given.list, given.nr * sizeof(*list));
	free(given.list);
	*request = (struct run_request){ .path = study.workload,
					 .overrides = list,
					 .nr_overrides = given.nr };
	if (kind == NR_KINDS)
		return;
	list[request->nr_overrides++] =
		(struct cfg_override){ .path = kinds[kind].path,
				       .value = kinds[kind].new_price };
}

static int run_the_study(void **state)
{
	enum { PER_WORKLOAD = 2 + NR_KINDS };
	struct run_request requests[NR_WORKLOADS * PER_WORKLOAD];
	char *texts[NR_WORKLOADS * PER_WORKLOAD];
	struct cfg_error error;

	(void)state;
	assert_int_equal(study_load(STUDY, NULL, &study, &error), 0);
	assert_int_equal(study_nr_points(&study), 2 * NR_WORKLOADS);
	for (size_t w = 0; w < NR_WORKLOADS; w++) {
		struct run_request *r = &requests[w * PER_WORKLOAD];

		add_request(&r[0], "map-blocks", w, NR_KINDS);
		add_request(&r[1], "writeback-range", w, NR_KINDS);
		for (size_t k = 0; k < NR_KINDS; k++)
			add_request(&r[2 + k], "map-blocks", w, k);
	}
	assert_int_equal(run_all(requests, NR_WORKLOADS * PER_WORKLOAD, texts),
			 0);
	for (size_t w = 0; w < NR_WORKLOADS; w++) {
		runs[w].old = parse(texts[w * PER_WORKLOAD]);
		runs[w].new = parse(texts[w * PER_WORKLOAD + 1]);
		for (size_t k = 0; k < NR_KINDS; k++)
			runs[w].one_kind[k] =
				parse(texts[w * PER_WORKLOAD + 2 + k]);
	}
	for (size_t k = 0; k < NR_KINDS; k++)
		assert_true(pairs_unit_ns(&study, kinds[k].figure,
					  &price_difference[k]));
	return 0;
}

static int forget_the_study(void **state)
{
	(void)state;
	for (size_t i = 0; i < nr_points; i++)
		json_decref(points[i]);
	return 0;
}

static double fsync_difference(const json_t *new, const json_t *old)
{
	return result_figure_value(new, "sync_phase") -
	       result_figure_value(old, "sync_phase");
}

static double number_of(const json_t *result, const char *figure)
{
	return result_figure_value(result, figure);
}

static void prices_are_the_counted_ones(void **state)
{
	static const double counted[NR_KINDS] = { 79, 36, -32, 14 };

	(void)state;
	for (size_t k = 0; k < NR_KINDS; k++)
		assert_true(fabs(price_difference[k] - counted[k]) < 0.5);
}

static void both_designs_do_the_same_work(void **state)
{
	static const char *const figures[] = { "ranges", "folios",
					       "large_folios", "ioends",
					       "segments" };

	(void)state;
	for (size_t w = 0; w < NR_WORKLOADS; w++)
		for (size_t i = 0; i < 5; i++)
			assert_int_equal(
				(long)number_of(runs[w].old, figures[i]),
				(long)number_of(runs[w].new, figures[i]));
}

static void a_price_alone_costs_its_count(void **state)
{
	(void)state;
	for (size_t w = 0; w < NR_WORKLOADS; w++) {
		for (size_t k = 0; k < NR_KINDS; k++) {
			double nr = number_of(runs[w].old, kinds[k].figure);
			double more = fsync_difference(runs[w].one_kind[k],
						       runs[w].old);

			if (fabs(more - nr * price_difference[k]) > ROUNDING_NS)
				fail_msg("%s: %.0f x %.1f, but %.0f",
					 kinds[k].figure, nr,
					 price_difference[k], more);
		}
	}
}

/*
 * The four kinds and three smaller ones: per pass -99.6 ns, per ioend that
 * ends +0.3, per folio state allocated -3.4.
 */
static double counted_sum(const json_t *result)
{
	double sum = -99.6 * number_of(result, "passes") +
		     0.3 * number_of(result, "ioends") -
		     3.4 * number_of(result, "large_folios");

	for (size_t k = 0; k < NR_KINDS; k++)
		sum += number_of(result, kinds[k].figure) * price_difference[k];
	return sum;
}

static void differences_are_sums_of_counts_times_prices(void **state)
{
	(void)state;
	for (size_t w = 0; w < NR_WORKLOADS; w++) {
		double more = fsync_difference(runs[w].new, runs[w].old);
		double sum = counted_sum(runs[w].new);

		if (fabs(more - sum) > ROUNDING_NS)
			fail_msg("workload %zu: %.1f, counted %.1f", w, more,
				 sum);
	}
}

#define NR_UNKNOWNS 4

/* Gauss with the largest pivot; @m has the right side in its last column. */
static void solve(double m[NR_UNKNOWNS][NR_UNKNOWNS + 1], double *ret)
{
	for (size_t c = 0; c < NR_UNKNOWNS; c++) {
		size_t best = c;

		for (size_t r = c; r < NR_UNKNOWNS; r++)
			if (fabs(m[r][c]) > fabs(m[best][c]))
				best = r;
		assert_true(fabs(m[best][c]) > 1e-9);
		for (size_t i = 0; i <= NR_UNKNOWNS; i++) {
			double kept = m[c][i];

			m[c][i] = m[best][i];
			m[best][i] = kept;
		}
		for (size_t r = 0; r < NR_UNKNOWNS; r++) {
			double part = m[r][c] / m[c][c];

			for (size_t i = 0; r != c && i <= NR_UNKNOWNS; i++)
				m[r][i] -= part * m[c][i];
		}
	}
	for (size_t r = 0; r < NR_UNKNOWNS; r++)
		ret[r] = m[r][NR_UNKNOWNS] / m[r][r];
}

/*
 * Each range ends as one segment here, so that the workloads tell only the
 * sum of both prices.  Four equations for four unknowns: the least squares
 * are zero.  A difference is off by 2 ns at most, so prices by less than 0.1
 * and that of the pass, which occurs once, by less than 5.
 */
static void the_workloads_equations_give_the_prices_back(void **state)
{
	double m[NR_UNKNOWNS][NR_UNKNOWNS + 1];
	double found[NR_UNKNOWNS];

	(void)state;
	for (size_t w = 0; w < NR_WORKLOADS; w++) {
		m[w][0] = number_of(runs[w].new, "ranges");
		m[w][1] = number_of(runs[w].new, "large_folios");
		m[w][2] = number_of(runs[w].new, "ioends");
		m[w][3] = number_of(runs[w].new, "passes");
		m[w][4] = fsync_difference(runs[w].new, runs[w].old);
		assert_true(fabs(number_of(runs[w].new, "segments") - m[w][0]) <
			    0.5);
	}
	solve(m, found);
	assert_true(fabs(found[0] - price_difference[0] - price_difference[3]) <
		    0.1);
	assert_true(fabs(found[1] - (price_difference[1] - 3.4)) < 0.1);
	assert_true(fabs(found[2] - (price_difference[2] + 0.3)) < 0.1);
	assert_true(fabs(found[3] + 99.6) < 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prices_are_the_counted_ones),
		cmocka_unit_test(both_designs_do_the_same_work),
		cmocka_unit_test(a_price_alone_costs_its_count),
		cmocka_unit_test(differences_are_sums_of_counts_times_prices),
		cmocka_unit_test(the_workloads_equations_give_the_prices_back),
	};

	return cmocka_run_group_tests(tests, run_the_study, forget_the_study);
}
