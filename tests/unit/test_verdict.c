/* test-links: wb_results wb_base */
/*
 * The five lines of a comparison, from results made by hand; the interval and
 * the formats under them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "sim/results/format.h"
#include "sim/results/interval.h"
#include "sim/results/result.h"
#include "sim/results/verdict.h"

static const char template[] =
	"{ 'figures': { 'elapsed': { 'value': %ELAPSED, 'unit': 'ns',"
	"    'tag': 'predicted' },"
	"    'requests': { 'value': 128, 'unit': 'count', 'tag': 'exact' } },"
	"  'stages': [ { 'name': 'copy', 'ns': 9000, 'ns_per_mib': 90 },"
	"    { 'name': 'iomap', 'ns': %IOMAP, 'ns_per_mib': 7 },"
	"    { 'name': 'idle', 'ns': 5, 'ns_per_mib': 5 } ],"
	"  'streams': { 'requests': { 'records': 128, 'digest': '%DIGEST' },"
	"    'folios': { 'records': 16384, 'digest': '00aa' } },"
	"  'boundary': { 'methods': [ { 'name': '%METHOD', 'calls': 64 } ] },"
	"  'bottleneck': { 'resource': '%LIMIT', 'busy_ppm': 931000,"
	"    'next': 'cpu0', 'next_busy_ppm': 120000 },"
	"  'checks': [ { 'name': 'conservation', 'ok': %OK } ],"
	"  'warnings': [ %WARNING ] }";

struct made {
	const char *elapsed;
	const char *iomap;
	const char *digest;
	const char *method;
	const char *limit;
	const char *ok;
	const char *warning;
};

static const struct made old_made = { "1000000", "2000", "01", "map_blocks",
				      "device",  "true", "" };
static const struct made new_made = {
	"1002000", "2079", "01", "writeback_range", "device", "true", ""
};

/* ' becomes ", %WORD its value */
static json_t *make(const struct made *made)
{
	const struct {
		const char *word;
		const char *value;
	} words[] = {
		{ "%ELAPSED", made->elapsed }, { "%IOMAP", made->iomap },
		{ "%DIGEST", made->digest },   { "%METHOD", made->method },
		{ "%LIMIT", made->limit },     { "%OK", made->ok },
		{ "%WARNING", made->warning },
	};
	char text[4096];
	size_t used = 0, i;
	const char *c = template;
	json_t *json;

	while (*c) {
		for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
			if (strncmp(c, words[i].word, strlen(words[i].word)))
				continue;
			memcpy(text + used, words[i].value,
			       strlen(words[i].value));
			used += strlen(words[i].value);
			c += strlen(words[i].word);
			break;
		}
		if (i == sizeof(words) / sizeof(words[0]))
			text[used++] = *c++;
	}
	text[used] = '\0';
	for (i = 0; i < used; i++)
		text[i] = text[i] == '\'' ? '"' : text[i];
	json = json_loads(text, 0, NULL);
	assert_non_null(json);
	return json;
}

static void verdict_of(const struct made *old, const struct made *new,
		       struct verdict *ret)
{
	json_t *a = make(old), *b = make(new);

	verdict_make((const json_t *const *)&a, (const json_t *const *)&b, 1,
		     ret);
	json_decref(a);
	json_decref(b);
}

static void identical_streams(void **state)
{
	struct verdict verdict;

	(void)state;
	verdict_of(&old_made, &new_made, &verdict);
	assert_true(verdict.streams_identical);
	assert_string_equal(verdict.lines[0],
			    "streams:    identical, 128 requests (2 of 2 "
			    "streams by digest; 16384 folios)");
	assert_string_equal(
		verdict.lines[1],
		"time:       new/old 1.0020, equal within 0.7 % (95 %), noise "
		"floor 0.1 %; 1.002 ms against 1 ms, +2 us (+0.2 %); one "
		"seed");
	assert_string_equal(
		verdict.lines[2],
		"of which:   calls new 64 writeback_range, old 64 map_blocks; "
		"CPU +79 ns (+0.718 %): iomap +79 ns");
	assert_string_equal(verdict.lines[3],
			    "limited by: device 93.1 %; next: cpu0 12.0 %");
	assert_string_equal(verdict.lines[4],
			    "trust:      figures 1 exact, 1 predicted; all "
			    "checks passed; 0 keys outside the validated "
			    "range");
}

static void different_streams(void **state)
{
	struct made other = new_made;
	struct verdict verdict;

	(void)state;
	other.digest = "02";
	verdict_of(&old_made, &other, &verdict);
	assert_false(verdict.streams_identical);
	assert_non_null(strstr(verdict.lines[0],
			       "differ, first in requests (128 old, 128 new); "
			       "1 of 2 equal"));
}

static void below_the_noise(void **state)
{
	struct made near = new_made;
	struct verdict verdict;

	(void)state;
	near.elapsed = "1000400";
	verdict_of(&old_made, &near, &verdict);
	assert_non_null(strstr(verdict.lines[1], "new/old 1.0004, equal within "
						 "0.54 % (95 %), noise floor "
						 "0.1 %"));
	near.elapsed = old_made.elapsed;
	near.iomap = old_made.iomap;
	verdict_of(&old_made, &near, &verdict);
	assert_non_null(strstr(verdict.lines[1], "new/old 1.0000, equal within "
						 "0.5 % (95 %), noise floor "
						 "0.1 %; both 1 ms"));
	assert_non_null(
		strstr(verdict.lines[2], "CPU time equal in every stage"));
}

static void other_limit_and_trouble(void **state)
{
	struct made other = new_made;
	struct verdict verdict;

	(void)state;
	other.limit = "cpu0";
	other.ok = "false";
	other.warning = "'device.x: outside'";
	verdict_of(&old_made, &other, &verdict);
	assert_non_null(strstr(verdict.lines[3], "(old: device 93.1 %)"));
	assert_non_null(strstr(verdict.lines[4], "CHECK FAILED: conservation"));
	assert_non_null(
		strstr(verdict.lines[4], "1 warning: device.x: outside"));
}

static void several_seeds(void **state)
{
	static const char *const elapsed[] = { "1010000", "1020000",
					       "1030000" };
	json_t *old[3], *new[3];
	struct made made = new_made;
	struct verdict verdict;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		old[i] = make(&old_made);
		made.elapsed = elapsed[i];
		new[i] = make(&made);
	}
	verdict_make((const json_t *const *)old, (const json_t *const *)new, 3,
		     &verdict);
	assert_non_null(
		strstr(verdict.lines[1], "new/old 1.0200, equal within 5.0"));
	assert_non_null(strstr(verdict.lines[1], "; over 3 seeds +- 2.515 %"));
	for (i = 0; i < 3; i++) {
		json_decref(new[i]);
		made.elapsed = "1020000";
		new[i] = make(&made);
	}
	verdict_make((const json_t *const *)old, (const json_t *const *)new, 3,
		     &verdict);
	assert_non_null(strstr(verdict.lines[1],
			       "new/old 1.0200, differs by +2.00 % (95 %: "
			       "+1.50 to +2.50 %)"));
	assert_non_null(strstr(verdict.lines[1],
			       "; no randomness in this workload: exact, all 3 "
			       "seeds equal"));
	/* a stream that differs for one seed differs */
	json_decref(new[2]);
	made.digest = "03";
	new[2] = make(&made);
	verdict_make((const json_t *const *)old, (const json_t *const *)new, 3,
		     &verdict);
	assert_false(verdict.streams_identical);
	for (i = 0; i < 3; i++) {
		json_decref(old[i]);
		json_decref(new[i]);
	}
}

static void long_names_are_cut(void **state)
{
	char name[900];
	struct made made = new_made;
	struct verdict verdict;
	size_t i;

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	made.method = name;
	made.limit = name;
	verdict_of(&old_made, &made, &verdict);
	for (i = 0; i < VERDICT_NR_LINES; i++)
		assert_true(strlen(verdict.lines[i]) < VERDICT_LINE_BYTES);
}

static void intervals(void **state)
{
	static const double values[] = { 1.01, 1.02, 1.03 };
	struct interval interval = interval_of(values, 3);

	(void)state;
	assert_true(interval.mean > 1.01999 && interval.mean < 1.02001);
	/* t(2) 4.303 * 0.01 / sqrt(3) */
	assert_true(interval.half_width > 0.02483 &&
		    interval.half_width < 0.02485);
	assert_true(interval_of(values, 1).half_width <= 0);
}

static void formats(void **state)
{
	(void)state;
	assert_string_equal(format_value(0, "ns").s, "0 ns");
	assert_string_equal(format_value(999, "ns").s, "999 ns");
	assert_string_equal(format_value(12345, "ns").s, "12.35 us");
	assert_string_equal(format_value(3.5e9, "bytes/s").s, "3.5 GB/s");
	assert_string_equal(format_value(67108864, "bytes").s, "64 MiB");
	assert_string_equal(format_value(128, "count").s, "128");
	assert_string_equal(format_value(931000, "ppm").s, "93.1 %");
	assert_string_equal(format_value(-5200, "ns").s, "-5.2 us");
	assert_string_equal(format_raw(16777217).s, "16777217");
	assert_string_equal(format_raw(0.5).s, "0.5");
	assert_string_equal(format_difference(5, 5, "ns").s, "=");
	assert_string_equal(format_difference(0, 5, "ns").s, "+5 ns");
	assert_string_equal(format_difference(200, 100, "ns").s,
			    "-100 ns (-50 %)");
	assert_true(format_path_ok("a-b_c.1"));
	assert_false(format_path_ok(""));
	assert_false(format_path_ok(".."));
	assert_false(format_path_ok("a/b"));
	assert_false(format_path_ok("a b"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(identical_streams),
		cmocka_unit_test(different_streams),
		cmocka_unit_test(below_the_noise),
		cmocka_unit_test(other_limit_and_trouble),
		cmocka_unit_test(several_seeds),
		cmocka_unit_test(long_names_are_cut),
		cmocka_unit_test(intervals),
		cmocka_unit_test(formats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
