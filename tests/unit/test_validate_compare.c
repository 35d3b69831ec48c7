/* test-links: wb_validate */
/*
 * States of compared streams, the weaker relations and the timing table.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "sim/validate/compare.h"
#include "sim/validate/explain.h"

#define BLOCK 4096

static const struct timing_row tiling = { "", "", "", RELATION_TILING, "t" };
static const struct timing_row multiset = { "", "", "", RELATION_MULTISET,
					    "m" };
static const struct timing_row page_set = { "", "", "", RELATION_PAGE_SET,
					    "p" };

static void init(struct stream_set *set)
{
	memset(set, 0, sizeof(*set));
	for (int id = 0; id < REC_NR_STREAMS; id++)
		set->streams[id].nr_fields = rec_streams[id].nr_fields;
}

static void done(struct stream_set *set)
{
	for (int id = 0; id < REC_NR_STREAMS; id++)
		free(set->streams[id].values);
}

static void request(struct stream_set *set, uint64_t sector, uint64_t bytes)
{
	rec_stream_add(&set->streams[REC_REQUESTS], sector, bytes, 0);
}

static void bio(struct stream_set *set, uint64_t sector, uint64_t bytes)
{
	rec_stream_add(&set->streams[REC_BIOS], 0, sector, bytes);
}

static enum stream_state state_of(enum rec_stream_id id,
				  const struct stream_set *a,
				  const struct stream_set *b,
				  const struct timing_row *row)
{
	return stream_compare(id, a, b, row, BLOCK).state;
}

static void equal_sequences_are_exact(void **state)
{
	struct stream_set a;
	struct stream_set b;
	struct stream_result result;

	(void)state;
	init(&a);
	init(&b);
	request(&a, 0, 4096);
	request(&a, 8, 4096);
	request(&b, 0, 4096);
	request(&b, 8, 4096);
	result = stream_compare(REC_REQUESTS, &a, &b, &tiling, BLOCK);
	assert_int_equal(result.state, STREAM_EXACT);
	assert_int_equal(result.nr_recorded, 2);
	assert_null(result.reason);
	done(&a);
	done(&b);
}

static void the_first_difference_is_where_order_or_length_ends(void **state)
{
	struct stream_set a;
	struct stream_set b;
	struct stream_result result;

	(void)state;
	init(&a);
	init(&b);
	request(&a, 0, 4096);
	request(&a, 8, 4096);
	request(&b, 0, 4096);
	result = stream_compare(REC_REQUESTS, &a, &b, NULL, BLOCK);
	assert_int_equal(result.state, STREAM_DIFFERS);
	assert_int_equal(result.first, 1);
	request(&b, 16, 4096);
	request(&b, 8, 4096);
	result = stream_compare(REC_REQUESTS, &a, &b, NULL, BLOCK);
	assert_int_equal(result.first, 1);
	assert_int_equal(result.nr_simulated, 3);
	done(&a);
	done(&b);
}

static void nothing_recorded_is_never_exact(void **state)
{
	struct stream_set a;
	struct stream_set b;

	(void)state;
	init(&a);
	init(&b);
	assert_int_equal(state_of(REC_FOLIOS, &a, &b, NULL),
			 STREAM_NOT_RECORDED);
	rec_stream_add(&b.streams[REC_FOLIOS], 0, 4096, 0);
	assert_int_equal(state_of(REC_FOLIOS, &a, &b, NULL),
			 STREAM_NOT_RECORDED);
	bio(&a, 0, 4096);
	bio(&b, 0, 4096);
	assert_int_equal(state_of(REC_SPLITS, &a, &b, NULL),
			 STREAM_NOT_RECORDED);
	/* Bios were recorded, splits were not seen: there were none. */
	rec_stream_add(&b.streams[REC_SPLITS], 0, 4, 0);
	assert_int_equal(state_of(REC_SPLITS, &a, &b, NULL), STREAM_DIFFERS);
	done(&a);
	done(&b);
}

static void a_tiling_covers_the_same_run_without_overlap(void **state)
{
	struct stream_set a;
	struct stream_set b;

	(void)state;
	init(&a);
	init(&b);
	request(&a, 0, 4096);
	request(&a, 8, 8192);
	request(&b, 0, 8192);
	request(&b, 16, 4096);
	assert_int_equal(state_of(REC_REQUESTS, &a, &b, &tiling),
			 STREAM_TIMING_DEPENDENT);
	assert_int_equal(state_of(REC_REQUESTS, &a, &b, NULL), STREAM_DIFFERS);
	request(&b, 16, 4096);
	assert_int_equal(state_of(REC_REQUESTS, &a, &b, &tiling),
			 STREAM_DIFFERS);
	done(&a);
	done(&b);
}

static void splits_tile_when_bios_do_and_they_lie_inside(void **state)
{
	struct stream_set a;
	struct stream_set b;

	(void)state;
	init(&a);
	init(&b);
	bio(&a, 0, 16384);
	rec_stream_add(&a.streams[REC_SPLITS], 0, 16, 0);
	bio(&b, 0, 8192);
	bio(&b, 16, 8192);
	assert_int_equal(state_of(REC_SPLITS, &a, &b, &tiling),
			 STREAM_TIMING_DEPENDENT);
	rec_stream_add(&b.streams[REC_SPLITS], 0, 16, 0);
	rec_stream_add(&b.streams[REC_SPLITS], 16, 24, 0);
	assert_int_equal(state_of(REC_SPLITS, &a, &b, &tiling), STREAM_DIFFERS);
	done(&a);
	done(&b);
}

static void conversions_tile_within_their_fork(void **state)
{
	struct stream_set a;
	struct stream_set b;

	(void)state;
	init(&a);
	init(&b);
	rec_stream_add(&a.streams[REC_CONVERSIONS], 0, 0, 256);
	rec_stream_add(&a.streams[REC_CONVERSIONS], 256 * BLOCK, 0, 744);
	rec_stream_add(&b.streams[REC_CONVERSIONS], 0, 0, 1000);
	assert_int_equal(state_of(REC_CONVERSIONS, &a, &b, &tiling),
			 STREAM_TIMING_DEPENDENT);
	rec_stream_add(&b.streams[REC_CONVERSIONS], 0, 1, 1000);
	assert_int_equal(state_of(REC_CONVERSIONS, &a, &b, &tiling),
			 STREAM_DIFFERS);
	done(&a);
	done(&b);
}

static void multisets_ignore_order_only(void **state)
{
	struct stream_set a;
	struct stream_set b;

	(void)state;
	init(&a);
	init(&b);
	request(&a, 0, 4096);
	request(&a, 8, 8192);
	request(&b, 8, 8192);
	request(&b, 0, 4096);
	assert_int_equal(state_of(REC_REQUESTS, &a, &b, &multiset),
			 STREAM_TIMING_DEPENDENT);
	request(&a, 0, 4096);
	request(&b, 8, 8192);
	assert_int_equal(state_of(REC_REQUESTS, &a, &b, &multiset),
			 STREAM_DIFFERS);
	done(&a);
	done(&b);
}

static void page_sets_ignore_cuts_and_repeats(void **state)
{
	struct stream_set a;
	struct stream_set b;

	(void)state;
	init(&a);
	init(&b);
	rec_stream_add(&a.streams[REC_FOLIOS], 0, 8192, 0);
	rec_stream_add(&b.streams[REC_FOLIOS], 4096, 4096, 0);
	rec_stream_add(&b.streams[REC_FOLIOS], 0, 100, 0);
	rec_stream_add(&b.streams[REC_FOLIOS], 0, 4096, 0);
	assert_int_equal(state_of(REC_FOLIOS, &a, &b, &page_set),
			 STREAM_TIMING_DEPENDENT);
	rec_stream_add(&b.streams[REC_FOLIOS], 8192, 1, 0);
	assert_int_equal(state_of(REC_FOLIOS, &a, &b, &page_set),
			 STREAM_DIFFERS);
	done(&a);
	done(&b);
}

static void the_table_names_the_early_flusher_only_where_it_was_seen(void **s)
{
	(void)s;
	assert_non_null(timing_row_find("6.12.107", "s01-xfs-seq-append",
					"conversions"));
	assert_null(timing_row_find("6.12.107", "s01-xfs-seq-append", "bios"));
	assert_null(
		timing_row_find("6.12.107", "s01-xfs-virtio-seq", "requests"));
	assert_null(timing_row_find("6.12.107", "s01-xfs-nvmebig1280-seq",
				    "conversions"));
	assert_null(timing_row_find("6.16.12", "s01-xfs-seq-append", "bios"));
	assert_null(timing_row_find("6.17.13", "s16-xfs-seq-w4k", "bios"));
	assert_non_null(
		timing_row_find("6.17.13-repeat", "s16-xfs-seq-w4k", "bios"));
}

static void excerpts_align_records_found_on_both_sides(void **state)
{
	struct stream_set a;
	struct stream_set b;
	json_t *lines;

	(void)state;
	init(&a);
	init(&b);
	for (uint64_t i = 0; i < 40; i++) {
		request(&a, i * 8, 4096);
		if (i != 20)
			request(&b, i * 8, 4096);
	}
	lines = explain_excerpt(REC_REQUESTS, &a.streams[REC_REQUESTS],
				&b.streams[REC_REQUESTS], 20);
	/* Two headings, five before, the missing one, ten after and the
	 * eleventh of the side that has one record less. */
	assert_int_equal(json_array_size(lines), 2 + 5 + 1 + 10 + 1);
	assert_non_null(
		strstr(json_string_value(json_array_get(lines, 7)), " < "));
	assert_null(strstr(json_string_value(json_array_get(lines, 8)), " < "));
	json_decref(lines);
	done(&a);
	done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_sequences_are_exact),
		cmocka_unit_test(
			the_first_difference_is_where_order_or_length_ends),
		cmocka_unit_test(nothing_recorded_is_never_exact),
		cmocka_unit_test(a_tiling_covers_the_same_run_without_overlap),
		cmocka_unit_test(splits_tile_when_bios_do_and_they_lie_inside),
		cmocka_unit_test(conversions_tile_within_their_fork),
		cmocka_unit_test(multisets_ignore_order_only),
		cmocka_unit_test(page_sets_ignore_cuts_and_repeats),
		cmocka_unit_test(
			the_table_names_the_early_flusher_only_where_it_was_seen),
		cmocka_unit_test(excerpts_align_records_found_on_both_sides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
