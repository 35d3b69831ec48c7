/* test-links: wb_results */
/*
 * What limits a run: candidates from how busy resources are and where folios
 * wait, proof by runs without.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "sim/results/limit.h"

/* A run of @elapsed ns, CPU and link busy, folios that wait for a tag. */
static json_t *result_of(int elapsed, int cpu_ppm, int link_ppm, int tag_ns)
{
	json_t *result = json_pack(
		"{s:{s:{s:i}},"
		" s:[{s:s, s:i}, {s:s, s:i}],"
		" s:{s:s, s:i, s:s, s:i},"
		" s:{s:i, s:i, s:["
		"   {s:s, s:i, s:i, s:i}, {s:s, s:i, s:i, s:i},"
		"   {s:s, s:i, s:i, s:i} ] } }",
		"figures", "elapsed", "value", elapsed, "resources", "name",
		"CPU 0", "busy_ppm", cpu_ppm, "name", "device bandwidth",
		"busy_ppm", link_ppm, "bottleneck", "resource", "CPU 0",
		"busy_ppm", cpu_ppm, "next", "device bandwidth",
		"next_busy_ppm", link_ppm, "latency", "folios", 8, "ns",
		100000 + tag_ns + 1000, "stages", "name", "dirty", "folios", 8,
		"ns", 100000, "p50", 1, "name", "tag", "folios", 4, "ns",
		tag_ns, "p50", 77, "name", "end", "folios", 8, "ns", 1000,
		"p50", 1);

	assert_non_null(result);
	return result;
}

static void what_is_busy_or_waited_for_is_a_candidate(void **state)
{
	json_t *result = result_of(1000, 400000, 30000, 3000);
	const struct limit *found[LIMIT_MAX_CANDIDATES];

	(void)state;
	/* 3000 of 4000 ns after the wait for a pass: 75 % */
	assert_int_equal(limit_candidates(result, found), 2);
	assert_string_equal(found[0]->name, "request tags");
	assert_string_equal(found[1]->name, "CPU");
	json_decref(result);
}

static void nothing_busy_gives_no_candidate(void **state)
{
	json_t *result = result_of(1000, 49999, 0, 0);
	const struct limit *found[LIMIT_MAX_CANDIDATES];

	(void)state;
	assert_int_equal(limit_candidates(result, found), 0);
	json_decref(result);
}

static void the_text_without_proof_names_the_busiest(void **state)
{
	json_t *result = result_of(1000, 400000, 30000, 3000);
	char text[LIMIT_TEXT_BYTES];

	(void)state;
	limit_text(result, text);
	assert_false(limit_is_proved(result));
	assert_string_equal(text, "CPU 0, busy 40.0 % of the time; next: "
				  "device bandwidth, 3.0 %");
	json_decref(result);
}

/* @tag_elapsed, @cpu_elapsed: of the runs without; 0: there is none */
static void prove(json_t *result, int tag_elapsed, int cpu_elapsed,
		  char text[LIMIT_TEXT_BYTES])
{
	const struct limit *found[LIMIT_MAX_CANDIDATES];
	const char *const errors[] = { "no such run", "no such run" };
	json_t *without[] = {
		tag_elapsed ? result_of(tag_elapsed, 300000, 900000, 0) : NULL,
		cpu_elapsed ? result_of(cpu_elapsed, 1000, 30000, 3000) : NULL,
	};

	assert_int_equal(limit_candidates(result, found), 2);
	limit_prove(result, found, (const json_t *const *)without, errors, 2);
	limit_text(result, text);
	json_decref(without[0]);
	json_decref(without[1]);
}

static void the_limit_is_what_the_run_is_fastest_without(void **state)
{
	json_t *result = result_of(1310, 400000, 30000, 3000);
	char text[LIMIT_TEXT_BYTES];

	(void)state;
	prove(result, 1000, 1300, text);
	assert_true(limit_is_proved(result));
	assert_string_equal(text,
			    "request tags, 50.0 % of folios waited there, "
			    "median 77 ns; without it +31.0 %, then by "
			    "device bandwidth");
	json_decref(result);
	/* the likelier candidate is not the one that counts */
	result = result_of(1310, 400000, 30000, 3000);
	prove(result, 1305, 655, text);
	assert_string_equal(text, "CPU; without it +100.0 %, then by "
				  "request tags");
	json_decref(result);
}

static void a_run_that_nothing_makes_faster_has_no_single_limit(void **state)
{
	json_t *result = result_of(1000, 400000, 30000, 3000);
	char text[LIMIT_TEXT_BYTES];

	(void)state;
	prove(result, 1000, 999, text);
	assert_string_equal(text, "no resource alone: without CPU +0.1 %, "
				  "without request tags +0.0 %");
	json_decref(result);
}

static void a_run_that_cannot_be_made_proves_nothing(void **state)
{
	json_t *result = result_of(1000, 400000, 30000, 3000);
	char text[LIMIT_TEXT_BYTES];
	const json_t *proof;

	(void)state;
	prove(result, 0, 500, text);
	assert_string_equal(text, "CPU; without it +100.0 %, then by "
				  "request tags");
	proof = json_object_get(json_object_get(result, "bottleneck"), "proof");
	assert_string_equal(json_string_value(json_object_get(
				    json_array_get(proof, 1), "error")),
			    "no such run");
	json_decref(result);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_busy_or_waited_for_is_a_candidate),
		cmocka_unit_test(nothing_busy_gives_no_candidate),
		cmocka_unit_test(the_text_without_proof_names_the_busiest),
		cmocka_unit_test(the_limit_is_what_the_run_is_fastest_without),
		cmocka_unit_test(
			a_run_that_nothing_makes_faster_has_no_single_limit),
		cmocka_unit_test(a_run_that_cannot_be_made_proves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
