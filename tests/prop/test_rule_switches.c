/* test-links: wb_validate wb_device */
/*
 * Validation is the model: a rule switched off, or an oracle left out, makes
 * exactly those streams differ that the rule decides.
 *
 * The lists are those of the reference calculation on 6.17.13 (streams by
 * their letters: F folios, A ranges, V conversions, Q bios, X splits, I
 * requests), cut to the recordings of the corpus.  Lines that it does not
 * name, each for a reason that the recording shows, are marked "also".
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/prop/validate_json.h"

#define KERNEL "6.17.13"

/* fsync-driven, on XFS without zones: what the lists are about */
#define SCENARIOS  "^s[0-9]+[a-z]?-xfs-"
#define LEFT_OUT   "^s15|^s10"
#define MAX_LINES  128
#define LINE_BYTES 96

static const struct {
	char letter;
	const char *stream;
} letters[] = { { 'F', "folios" },      { 'A', "ioend_ranges" },
		{ 'V', "conversions" }, { 'Q', "bios" },
		{ 'X', "splits" },      { 'M', "merges" },
		{ 'I', "requests" } };

#define NR_LETTERS (sizeof(letters) / sizeof(letters[0]))

/** struct lines - "scenario letters" of the scenarios that differ */
struct lines {
	char items[MAX_LINES][LINE_BYTES];
	size_t nr;
};

static void add_scenario(const json_t *scenario, struct lines *ret)
{
	const json_t *streams = json_object_get(scenario, "streams");
	char found[NR_LETTERS + 1] = "";
	size_t nr = 0;

	for (size_t i = 0; i < NR_LETTERS; i++) {
		const json_t *stream =
			json_object_get(streams, letters[i].stream);

		if (!strcmp(text_of(stream, "state"), "differs"))
			found[nr++] = letters[i].letter;
	}
	if (!nr)
		return;
	assert_true(ret->nr < MAX_LINES);
	snprintf(ret->items[ret->nr++], LINE_BYTES, "%.60s %s",
		 text_of(scenario, "scenario"), found);
}

static void run(const char *key, bool no_frames, struct lines *ret)
{
	const struct cfg_override override = { key, "false" };
	const struct validate_options options = {
		.dir = CORPUS,
		.kernel = KERNEL,
		.only = SCENARIOS,
		.exclude = LEFT_OUT,
		.no_frames = no_frames,
		.overrides = &override,
		.nr_overrides = key != NULL,
	};
	json_t *report = validate_json(options, NULL);
	const json_t *scenario;
	size_t i;

	assert_non_null(report);
	ret->nr = 0;
	json_array_foreach(json_object_get(report, "scenarios"), i, scenario) {
		assert_string_equal(text_of(scenario, "state"), "compared");
		add_scenario(scenario, ret);
	}
	json_decref(report);
}

static bool contains(const struct lines *lines, const char *line)
{
	for (size_t i = 0; i < lines->nr; i++) {
		if (!strcmp(lines->items[i], line))
			return true;
	}
	return false;
}

static void check(const char *key, bool no_frames, const char *const *expected)
{
	struct lines lines;
	size_t nr = 0;

	run(key, no_frames, &lines);
	for (; expected[nr]; nr++) {
		if (!contains(&lines, expected[nr]))
			fail_msg("expected and not found: %s", expected[nr]);
	}
	for (size_t i = 0; lines.nr != nr && i < lines.nr; i++)
		print_message("found: %s\n", lines.items[i]);
	assert_int_equal(lines.nr, nr);
}

static void with_all_rules_nothing_differs(void **state)
{
	static const char *const expected[] = { NULL };

	(void)state;
	check(NULL, false, expected);
}

static void without_preallocation_the_named_streams_differ(void **state)
{
	static const char *const expected[] = {
		"s01-xfs-nullb256k-seq FAV",
		"s01-xfs-nvme128k-seq FAV",
		"s01-xfs-nvmebig-seq FAV",
		"s01-xfs-nvmemqdl-seq FAV",
		"s01-xfs-seq-append FAV",
		"s01-xfs-virtio-seq FAV",
		"s16-xfs-seq-w1m FAV",
		"s16-xfs-seq-w4m FAV",
		"s07-xfs-append4k-fsync V",
		"s17-xfs-tail V",
		"s21-xfs-osync-64k V",
		/* also: the cache was filled by the preparation, whose writes
		 * are those of s01 */
		"s03b-xfs-rand4k-warm FA",
		/* also: a recorded conversion reaches behind the last byte
		 * written (s08, s16: 16368 blocks of 8192; s09: 496 of 256) */
		"s08-xfs-two-files V",
		"s09-xfs-100byte V",
		"s16-xfs-seq-w4k V",
		"s16-xfs-seq-w64k V",
		/* also: what was preallocated is converted by zero_range,
		 * which is named for them */
		"s05b-xfs-stride-delalloc V",
		"s18b-xfs-bs1k-stride-new V",
		NULL,
	};

	(void)state;
	check("kernel.xfs.preallocation", false, expected);
}

static void without_the_cow_hint_conversions_of_copies_differ(void **state)
{
	static const char *const expected[] = { "s06-xfs-cow-rand4k V", NULL };

	(void)state;
	check("kernel.xfs.cow_hint", false, expected);
}

static void without_zero_range_the_named_streams_differ(void **state)
{
	static const char *const expected[] = {
		"s17-xfs-tail FAQI",
		"s18b-xfs-bs1k-stride-new FV",
		"s05b-xfs-stride-delalloc V",
		NULL,
	};

	(void)state;
	check("kernel.xfs.zero_range", false, expected);
}

static void without_page_frames_cuts_of_small_folios_differ(void **state)
{
	static const char *const expected[] = {
		"s02b-xfs-seq-overwrite-4k QXI",
		"s16-xfs-seq-w4k QXI",
		"s16-xfs-seq-w64k QX",
		NULL,
	};

	(void)state;
	check(NULL, true, expected);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(with_all_rules_nothing_differs),
		cmocka_unit_test(
			without_preallocation_the_named_streams_differ),
		cmocka_unit_test(
			without_the_cow_hint_conversions_of_copies_differ),
		cmocka_unit_test(without_zero_range_the_named_streams_differ),
		cmocka_unit_test(
			without_page_frames_cuts_of_small_folios_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
