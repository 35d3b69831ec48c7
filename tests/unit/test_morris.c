/* test-links: wb_results wb_base */
/*
 * Elementary effects of functions with a known answer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/results/morris.h"

#define MAX_KEYS 20

struct screened {
	struct morris_effect effects[MAX_KEYS];
	size_t rank[MAX_KEYS];
};

/* @fn gets each key's place in its range, 0 to 1 */
static void screen(double (*fn)(const double *x), size_t nr_keys,
		   size_t nr_levels, size_t nr_trajectories,
		   struct screened *ret)
{
	size_t levels[MAX_KEYS], p, k;
	struct morris_plan plan;
	double x[MAX_KEYS];
	double *values;

	for (k = 0; k < nr_keys; k++)
		levels[k] = nr_levels;
	morris_plan_init(&plan, levels, nr_keys, nr_trajectories, 1);
	values = calloc(plan.nr_points, sizeof(*values));
	for (p = 0; p < plan.nr_points; p++) {
		for (k = 0; k < nr_keys; k++)
			x[k] = (double)morris_point(&plan, p)[k] /
			       (double)(nr_levels - 1);
		values[p] = fn(x);
	}
	morris_effects(&plan, values, ret->effects);
	morris_rank(ret->effects, nr_keys, ret->rank);
	free(values);
	morris_plan_done(&plan);
}

static void assert_near(double value, double want)
{
	if (!(fabs(value - want) < 1e-9))
		print_error("%g instead of %g\n", value, want);
	assert_true(fabs(value - want) < 1e-9);
}

static double linear(const double *x)
{
	return 2 * x[0] - 8 * x[1] + x[3];
}

static void a_linear_function_gives_its_coefficients(void **state)
{
	static const double want[] = { 2, -8, 0, 1 };
	static const size_t rank[] = { 1, 0, 3, 2 };
	struct screened s;
	size_t nr_levels, k;

	(void)state;
	for (nr_levels = 2; nr_levels < 8; nr_levels++) {
		screen(linear, 4, nr_levels, 5, &s);
		for (k = 0; k < 4; k++) {
			assert_near(s.effects[k].mu, want[k]);
			assert_near(s.effects[k].mu_star, fabs(want[k]));
			assert_near(s.effects[k].sigma, 0);
			assert_int_equal(s.rank[k], rank[k]);
		}
		assert_true(s.effects[2].is_dead);
		assert_string_equal(morris_kind(&s.effects[2]), "none");
		assert_string_equal(morris_kind(&s.effects[1]), "linear");
	}
}

static double product(const double *x)
{
	return 10 * x[0] * x[1];
}

static void an_interaction_spreads_the_effects(void **state)
{
	struct screened s;

	(void)state;
	screen(product, 3, 4, 200, &s);
	/* the other key is 0, 1/3, 2/3 or 1: mean 5, deviation 3.73 */
	assert_true(fabs(s.effects[0].mu_star - 5) < 1);
	assert_true(fabs(s.effects[0].sigma - 3.73) < 0.5);
	assert_true(s.effects[0].half_width < 1);
	assert_string_equal(morris_kind(&s.effects[0]), "nearly monotonic");
	assert_true(s.effects[2].is_dead);
}

/*
 * The test function of Morris 1991 with the random coefficients left out: keys 1
 * to 7 with interactions or curvature, 8 to 10 linear (an effect of 40 over
 * the range), 11 to 20 without any effect.
 */
static double morris_1991(const double *x)
{
	double w[MAX_KEYS], y = 0;
	int i, j, l;

	for (i = 0; i < MAX_KEYS; i++) {
		bool is_curved = i == 2 || i == 4 || i == 6;

		w[i] = is_curved ? 2 * (1.1 * x[i] / (x[i] + 0.1) - 0.5)
				 : 2 * (x[i] - 0.5);
	}
	for (i = 0; i < 10; i++)
		y += 20 * w[i];
	for (i = 0; i < 6; i++)
		for (j = i + 1; j < 6; j++)
			y -= 15 * w[i] * w[j];
	for (i = 0; i < 5; i++)
		for (j = i + 1; j < 5; j++)
			for (l = j + 1; l < 5; l++)
				y -= 10 * w[i] * w[j] * w[l];
	y += 5 * w[0] * w[1] * w[2] * w[3];
	return y;
}

static void the_function_of_1991_is_ranked_right(void **state)
{
	struct screened s;
	size_t k;

	(void)state;
	screen(morris_1991, 20, 4, 40, &s);
	for (k = 0; k < 10; k++)
		assert_true(s.rank[k] < 10);
	for (k = 7; k < 10; k++) {
		assert_near(s.effects[k].mu_star, 40);
		assert_near(s.effects[k].sigma, 0);
	}
	for (k = 10; k < 20; k++)
		assert_true(s.effects[k].is_dead);
	/* interactions, curvature */
	for (k = 0; k < 6; k++)
		assert_true(s.effects[k].sigma > 20);
	assert_true(s.effects[6].sigma > 1);
	assert_string_equal(morris_kind(&s.effects[8]), "linear");
}

static void a_plan_changes_one_key_at_a_time(void **state)
{
	static const size_t nr_levels[] = { 2, 3, 7 };
	struct morris_plan plan, again;
	size_t t, i, k;

	(void)state;
	morris_plan_init(&plan, nr_levels, 3, 50, 7);
	morris_plan_init(&again, nr_levels, 3, 50, 7);
	assert_int_equal(plan.nr_points, 200);
	assert_memory_equal(plan.levels, again.levels,
			    200 * 3 * sizeof(size_t));
	for (t = 0; t < 50; t++) {
		bool is_changed[3] = { false, false, false };

		for (i = 0; i < 3; i++) {
			const size_t *a = morris_point(&plan, t * 4 + i);
			const size_t *b = morris_point(&plan, t * 4 + i + 1);
			size_t nr = 0;

			for (k = 0; k < 3; k++) {
				assert_true(a[k] < nr_levels[k]);
				assert_true(b[k] < nr_levels[k]);
				if (a[k] == b[k])
					continue;
				assert_false(is_changed[k]);
				is_changed[k] = true;
				nr++;
			}
			assert_int_equal(nr, 1);
		}
	}
	morris_plan_done(&plan);
	morris_plan_done(&again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_linear_function_gives_its_coefficients),
		cmocka_unit_test(an_interaction_spreads_the_effects),
		cmocka_unit_test(the_function_of_1991_is_ranked_right),
		cmocka_unit_test(a_plan_changes_one_key_at_a_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
