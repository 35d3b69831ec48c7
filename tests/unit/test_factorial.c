/* test-links: wb_results wb_base */
/*
 * Effects of a factorial, from cells made by hand with known effects; bounds
 * of equality and differences.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/results/factorial.h"

#define NR_SEEDS 3

struct made {
	json_t *cells[FACTORIAL_NR_CELLS][NR_SEEDS];
	struct factorial factorial;
};

/* elapsed: what a cell of @mask and a seed take */
static void make(double (*elapsed)(unsigned int mask, size_t seed),
		 struct made *ret)
{
	static const char *const levels[3][2] = { { "old", "new" },
						  { "6.16", "6.17" },
						  { "dear", "cheap" } };
	unsigned int mask;
	size_t s;

	memset(ret, 0, sizeof(*ret));
	for (mask = 0; mask < FACTORIAL_NR_CELLS; mask++) {
		for (s = 0; s < NR_SEEDS; s++)
			ret->cells[mask][s] = json_pack(
				"{s:{s:{s:f,s:s,s:s}, s:{s:i,s:s,s:s}},"
				" s:{s:{s:i,s:s}, s:{s:i,s:s}}}",
				"figures", "elapsed", "value", elapsed(mask, s),
				"unit", "ns", "tag", "predicted", "merges",
				"value", mask & FACTOR_DESIGN ? 1 : 0, "unit",
				"merges", "tag", "exact", "streams", "requests",
				"records", 7, "digest",
				mask & FACTOR_LIMITS ? "aa" : "bb", "bios",
				"records", 7, "digest", "cc");
		ret->factorial.cells[mask] =
			(const json_t *const *)ret->cells[mask];
	}
	ret->factorial.nr_seeds = NR_SEEDS;
	memcpy(ret->factorial.levels, levels, sizeof(levels));
}

static void made_done(struct made *made)
{
	size_t mask, s;

	for (mask = 0; mask < FACTORIAL_NR_CELLS; mask++)
		for (s = 0; s < NR_SEEDS; s++)
			json_decref(made->cells[mask][s]);
}

static double share(const struct made *made, unsigned int mask)
{
	return factorial_effect(&made->factorial, mask, "elapsed").ratio.mean;
}

static void assert_near(double value, double want)
{
	if (!(fabs(value - want) < 1e-9))
		print_error("%.12g is not %.12g\n", value, want);
	assert_true(fabs(value - want) < 1e-9);
}

/* design +10 %, limits -20 %, costs nothing, independent of each other */
static double independent(unsigned int mask, size_t seed)
{
	(void)seed;
	return 1000 * (mask & FACTOR_DESIGN ? 1.1 : 1) *
	       (mask & FACTOR_LIMITS ? 0.8 : 1);
}

static void independent_factors_have_their_own_effects(void **state)
{
	struct made made;
	char line[256];

	(void)state;
	make(independent, &made);
	assert_near(share(&made, FACTOR_DESIGN), 0.1);
	assert_near(share(&made, FACTOR_LIMITS), -0.2);
	assert_near(share(&made, FACTOR_COSTS), 0);
	assert_near(share(&made, FACTOR_DESIGN | FACTOR_LIMITS), 0);
	assert_near(share(&made, 7), 0);
	assert_near(share(&made, 0), 1.1 * 0.8 - 1);
	factorial_line(&made.factorial, line, sizeof(line));
	assert_string_equal(line, "of which:   design +10.00 %, limits "
				  "-20.00 %, costs 0, all three 0");
	made_done(&made);
}

/* the limits matter only to the new design */
static double together(unsigned int mask, size_t seed)
{
	(void)seed;
	return (mask & 3) == 3 ? 400 : 100;
}

static void an_interaction_is_told_from_effects(void **state)
{
	struct made made;
	double whole;

	(void)state;
	make(together, &made);
	/* half of log 4 each: the factor is doubled on average */
	assert_near(share(&made, FACTOR_DESIGN), 1);
	assert_near(share(&made, FACTOR_LIMITS), 1);
	assert_near(share(&made, FACTOR_DESIGN | FACTOR_LIMITS), 1);
	assert_near(share(&made, FACTOR_COSTS), 0);
	whole = (1 + share(&made, 1)) * (1 + share(&made, 2)) *
		(1 + share(&made, 4)) * (1 + share(&made, 7));
	assert_near(share(&made, 0), whole - 1);
	made_done(&made);
}

static double noisy(unsigned int mask, size_t seed)
{
	static const double noise[NR_SEEDS] = { 0.99, 1, 1.01 };

	/* the machine's luck is the same for both designs */
	return 1000 * noise[seed] * (mask & FACTOR_DESIGN ? 1.02 : 1) *
	       (mask & FACTOR_COSTS && seed == 0 ? 1.001 : 1);
}

static void what_a_seed_does_to_all_cells_cancels(void **state)
{
	struct made made;
	struct difference d;

	(void)state;
	make(noisy, &made);
	d = factorial_effect(&made.factorial, FACTOR_DESIGN, "elapsed");
	assert_near(d.ratio.mean, 0.02);
	assert_near(d.ratio.half_width, 0);
	d = factorial_effect(&made.factorial, FACTOR_COSTS, "elapsed");
	assert_true(d.ratio.half_width > 0.001);
	assert_true(difference_is_equal(&d));
	made_done(&made);
}

static void streams_are_laid_to_their_factor(void **state)
{
	struct made made;
	char *text = NULL;
	size_t nr_bytes;
	FILE *out = open_memstream(&text, &nr_bytes);
	struct print_table *table;

	(void)state;
	make(independent, &made);
	table = factorial_streams(&made.factorial);
	print_table_out(table, out, PRINT_CSV);
	fclose(out);
	assert_string_equal(text, "stream,old,new,design,limits,costs\n"
				  "bios,7,7,identical,identical,identical\n"
				  "requests,7,7,identical,differ in 12 of 12 "
				  "pairs,identical\n");
	free(text);
	print_table_free(table);
	made_done(&made);
}

static void what_is_0_on_one_side_has_no_ratio(void **state)
{
	struct made made;

	(void)state;
	make(independent, &made);
	assert_false(factorial_effect(&made.factorial, 0, "merges").is_defined);
	made_done(&made);
}

static void assert_said(double old, double new, bool is_structure,
			const char *want)
{
	struct difference difference = difference_of(&old, &new, 1);
	char text[128];

	difference.is_structure = is_structure;
	difference_say(&difference, text, sizeof(text));
	assert_string_equal(text, want);
}

static void a_verdict_has_a_bound_or_an_interval(void **state)
{
	(void)state;
	assert_said(100, 100, false, "equal within 0.5 % (95 %)");
	assert_said(10000, 10004, false, "equal within 0.54 % (95 %)");
	assert_said(100, 103, false,
		    "differs by +3.00 % (95 %: +2.50 to +3.50 %)");
	assert_said(100, 100, true, "equal (exact)");
	assert_said(0, 0, true, "equal (exact)");
	assert_said(128, 64, true, "differs by -50.00 % (exact)");
	assert_said(0, 64, true, "differs: one of them is 0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(independent_factors_have_their_own_effects),
		cmocka_unit_test(an_interaction_is_told_from_effects),
		cmocka_unit_test(what_a_seed_does_to_all_cells_cancels),
		cmocka_unit_test(streams_are_laid_to_their_factor),
		cmocka_unit_test(what_is_0_on_one_side_has_no_ratio),
		cmocka_unit_test(a_verdict_has_a_bound_or_an_interval),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
