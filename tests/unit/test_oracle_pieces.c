/* test-links: wb_validate */
/*
 * Oracle pieces say which disk byte a file byte has, and nothing by where
 * they end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "sim/validate/oracle_pieces.h"
#include "sim/validate/recording.h"

#define CORPUS WBSIM_SOURCE_DIR "/tests/groundtruth/traces"
#define BLOCK  4096

static void add(struct piece_list *list, uint64_t file, uint64_t disk,
		uint64_t nr)
{
	pieces_add_missing(list, (struct oracle_piece){ file, disk, nr });
}

static void what_is_mapped_stays_and_gaps_are_filled(void **state)
{
	struct piece_list list = { 0 };
	uint64_t disk;

	(void)state;
	add(&list, 10, 1010, 10);
	add(&list, 30, 2030, 10);
	add(&list, 0, 5000, 100);
	assert_int_equal(list.nr, 5);
	assert_true(pieces_lookup(&list, 0, &disk));
	assert_int_equal(disk, 5000);
	assert_true(pieces_lookup(&list, 15, &disk));
	assert_int_equal(disk, 1015);
	assert_true(pieces_lookup(&list, 25, &disk));
	assert_int_equal(disk, 5025);
	assert_true(pieces_lookup(&list, 39, &disk));
	assert_int_equal(disk, 2039);
	assert_true(pieces_lookup(&list, 99, &disk));
	assert_int_equal(disk, 5099);
	assert_false(pieces_lookup(&list, 100, &disk));
	pieces_done(&list);
}

static void joining_keeps_what_is_not_contiguous_apart(void **state)
{
	struct piece_list list = { 0 };

	(void)state;
	add(&list, 0, 100, 10);
	add(&list, 10, 110, 10);
	add(&list, 20, 500, 10);
	add(&list, 40, 520, 10);
	pieces_join(&list);
	assert_int_equal(list.nr, 3);
	assert_int_equal(list.items[0].nr_bytes, 20);
	pieces_done(&list);
}

static void load(const char *path, struct recording *rec)
{
	char error[512];

	if (recording_load(path, rec, error, sizeof(error)))
		fail_msg("%s", error);
}

static void compare_lookups(const struct piece_list *a,
			    const struct piece_list *b, uint64_t end)
{
	for (uint64_t byte = 0; byte < end; byte += BLOCK) {
		uint64_t left = 0;
		uint64_t right = 0;

		assert_int_equal(pieces_lookup(a, byte, &left),
				 pieces_lookup(b, byte, &right));
		assert_int_equal(left, right);
	}
}

static void cutting_and_joining_changes_no_lookup(void **state)
{
	static const char *const paths[] = {
		CORPUS "/6.17.13/s01-xfs-seq-append.json.gz",
		CORPUS "/6.16.12/s06-xfs-cow-rand4k.json.gz",
		CORPUS "/7.3.4/s17-xfs-tail.json",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct recording whole;
		struct recording cut;

		load(paths[i], &whole);
		for (uint64_t seed = 1; seed <= 20; seed++) {
			struct piece_list *a = &whole.files[0].pieces;
			struct piece_list *b;

			load(paths[i], &cut);
			b = &cut.files[0].pieces;
			pieces_cut(b, BLOCK, seed);
			compare_lookups(a, b, 65 << 20);
			pieces_join(b);
			assert_int_equal(a->nr, b->nr);
			assert_memory_equal(a->items, b->items,
					    a->nr * sizeof(*a->items));
			recording_done(&cut);
		}
		recording_done(&whole);
	}
}

static void a_long_piece_is_really_cut(void **state)
{
	struct piece_list list = { 0 };
	size_t most = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 20; seed++) {
		add(&list, 0, 0, 1 << 20);
		pieces_cut(&list, BLOCK, seed);
		if (list.nr > most)
			most = list.nr;
		pieces_done(&list);
	}
	assert_true(most > 3);
}

static void of_two_frames_of_a_page_the_later_stays(void **state)
{
	struct oracle_frame frames[] = { { 5, 50 }, { 2, 20 }, { 5, 51 },
					 { 1, 10 }, { 5, 52 }, { 2, 21 } };

	(void)state;
	assert_int_equal(frames_sort(frames, 6), 3);
	assert_int_equal(frames[0].page_index, 1);
	assert_int_equal(frames[1].frame, 21);
	assert_int_equal(frames[2].frame, 52);
	assert_int_equal(frames_sort(frames, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_mapped_stays_and_gaps_are_filled),
		cmocka_unit_test(joining_keeps_what_is_not_contiguous_apart),
		cmocka_unit_test(cutting_and_joining_changes_no_lookup),
		cmocka_unit_test(a_long_piece_is_really_cut),
		cmocka_unit_test(of_two_frames_of_a_page_the_later_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
