/* test-links: wb_ioend wb_legacy_iomap */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "models/legacy/iomap/legacy_iomap.h"
#include "tests/unit/blk_stack.h"

#define MAX_PIECES 512

/* A bio of pieces that need no file: each a folio of its own frames. */
struct piecewise {
	struct bio bio;
	struct folio folios[MAX_PIECES];
	unsigned int nr;
	unsigned int nr_ends;
};

static void start_bio(struct piecewise *p, struct blk_stack *s, uint64_t sector)
{
	p->nr = 0;
	p->nr_ends = 0;
	bio_init(&p->bio, &s->queue, BIO_WRITE, 0, sector);
}

/* A bvec of @bytes that begins @offset bytes into a page. */
static void add_bvec(struct piecewise *p, uint32_t offset, uint32_t bytes)
{
	struct folio *folio = &p->folios[p->nr];

	SIM_ASSERT(p->nr < MAX_PIECES);
	*folio = (struct folio){ .frame = 10000ull * ++p->nr, .order = 9 };
	SIM_ASSERT(bio_add_folio(&p->bio, folio, offset, bytes, MAX_PIECES,
				 UINT32_MAX));
}

static void note_end(struct bio *bio)
{
	((struct piecewise *)bio->private)->nr_ends++;
	bio_done(bio);
}

/* Submit; the requests are @nr pieces of these bytes, in order. */
static void expect_requests(struct blk_stack *s, struct piecewise *p,
			    unsigned int nr, const uint32_t *bytes)
{
	uint64_t sector = p->bio.sector;
	size_t first = s->nr_kept;
	uint64_t splits = s->queue.stats.splits;

	p->bio.end_io = note_end;
	p->bio.private = p;
	submit_bio(&p->bio);
	SIM_ASSERT(s->nr_kept - first == nr);
	SIM_ASSERT(s->queue.stats.splits - splits == nr - 1);
	for (unsigned int i = 0; i < nr; i++) {
		const struct kept_request *kept = &s->kept[first + i];

		SIM_ASSERT(kept->sector == sector);
		SIM_ASSERT(kept->bytes == bytes[i]);
		/* all but the last are closed for merging */
		SIM_ASSERT(kept->rq->nomerge == (i + 1 < nr));
		sector += bytes[i] >> 9;
	}
	end_requests(s, nr - 1);
	SIM_ASSERT(p->nr_ends == 0);
	end_requests(s, 1);
	SIM_ASSERT(p->nr_ends == 1);
}

static void by_size(struct blk_stack *s)
{
	struct piecewise p;

	start_bio(&p, s, 8);
	add_bvec(&p, 0, MIB);
	expect_requests(s, &p, 1, (uint32_t[]){ MIB });
	s->queue.limits.max_sectors = 768;
	start_bio(&p, s, 8);
	add_bvec(&p, 0, MIB);
	expect_requests(s, &p, 3,
			(uint32_t[]){ 384 * KIB, 384 * KIB, 256 * KIB });
	/* exactly the limit is whole */
	start_bio(&p, s, 0);
	add_bvec(&p, 0, 384 * KIB);
	expect_requests(s, &p, 1, (uint32_t[]){ 384 * KIB });
	SIM_ASSERT(record_field(s->queue.stream_splits, 0, 0) == 8);
	SIM_ASSERT(record_field(s->queue.stream_splits, 0, 1) == 8 + 768);
	SIM_ASSERT(record_field(s->queue.stream_splits, 1, 1) == 8 + 1536);
}

static void a_bio_is_cut_at_the_largest_request(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(by_size), 0);
}

/* 300 bvecs of a page: 128 + 128 + 44 segments. */
static void by_segments(struct blk_stack *s)
{
	struct piecewise p;

	s->queue.limits.max_segments = 128;
	start_bio(&p, s, 0);
	for (int i = 0; i < 300; i++)
		add_bvec(&p, 0, 4096);
	expect_requests(s, &p, 3,
			(uint32_t[]){ 512 * KIB, 512 * KIB, 176 * KIB });
	SIM_ASSERT(s->kept[0].nr_segments == 128);
	SIM_ASSERT(s->kept[2].nr_segments == 44);
}

static void a_bio_is_cut_at_the_largest_number_of_segments(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(by_segments), 0);
}

/* A bvec of 256 KiB is four segments of 64 KiB, of which three are allowed. */
static void by_segment_bytes(struct blk_stack *s)
{
	struct piecewise p;

	s->queue.limits.max_segments = 3;
	s->queue.limits.max_segment_bytes = 64 * KIB;
	start_bio(&p, s, 0);
	add_bvec(&p, 0, 256 * KIB);
	expect_requests(s, &p, 2, (uint32_t[]){ 192 * KIB, 64 * KIB });
	/* without a limit on segments 64 MiB are one segment */
	s->queue.limits.max_segment_bytes = UINT32_MAX;
	start_bio(&p, s, 0);
	add_bvec(&p, 0, 64 * MIB);
	expect_requests(s, &p, 1, (uint32_t[]){ 64 * MIB });
	SIM_ASSERT(s->kept[2].nr_segments == 1);
}

static void a_long_bvec_counts_as_several_segments(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(by_segment_bytes), 0);
}

/* Room to the chunk's end at sector 100 of 128: 28 sectors. */
static void by_chunk(struct blk_stack *s)
{
	struct piecewise p;

	s->queue.limits.chunk_sectors = 128;
	SIM_ASSERT(blk_max_io_sectors(&s->queue.limits, 100) == 28);
	SIM_ASSERT(blk_max_io_sectors(&s->queue.limits, 128) == 128);
	start_bio(&p, s, 100);
	add_bvec(&p, 0, 128 * KIB);
	expect_requests(s, &p, 3,
			(uint32_t[]){ 28 * 512, 64 * KIB, 100 * 512 });
}

static void no_request_crosses_a_chunk_boundary(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(by_chunk), 0);
}

/*
 * 4 KiB physical blocks, 20 sectors at most: from sector 3 the last multiple
 * of 8 within 23 is 16, so 13; from 16 on 36 -> 32, so 16.  A request
 * that cannot reach a multiple is rounded to logical blocks.
 */
static void by_physical_blocks(struct blk_stack *s)
{
	struct queue_limits *limits = &s->queue.limits;
	struct piecewise p;

	limits->physical_block_bytes = 4096;
	limits->max_sectors = 20;
	SIM_ASSERT(blk_max_io_sectors(limits, 3) == 13);
	SIM_ASSERT(blk_max_io_sectors(limits, 16) == 16);
	start_bio(&p, s, 3);
	add_bvec(&p, 0, 40 * 512);
	expect_requests(s, &p, 3, (uint32_t[]){ 13 * 512, 16 * 512, 11 * 512 });
	limits->max_sectors = 3;
	SIM_ASSERT(blk_max_io_sectors(limits, 2) == 3);
}

static void cuts_end_on_physical_blocks_where_they_can(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(by_physical_blocks), 0);
}

static void by_virt_boundary(struct blk_stack *s)
{
	struct piecewise p;

	s->queue.limits.virt_boundary_mask = 4095;
	/* the first may begin and the last may end anywhere */
	start_bio(&p, s, 0);
	add_bvec(&p, 1024, 3072);
	add_bvec(&p, 0, 4096);
	add_bvec(&p, 0, 1024);
	expect_requests(s, &p, 1, (uint32_t[]){ 8192 });
	/* one that ends inside its page, one that begins there */
	start_bio(&p, s, 0);
	add_bvec(&p, 0, 1024);
	add_bvec(&p, 0, 4096);
	add_bvec(&p, 512, 3584);
	expect_requests(s, &p, 3, (uint32_t[]){ 1024, 4096, 3584 });
	s->queue.limits.virt_boundary_mask = 0;
	start_bio(&p, s, 0);
	add_bvec(&p, 0, 1024);
	add_bvec(&p, 0, 4096);
	add_bvec(&p, 512, 3584);
	expect_requests(s, &p, 1, (uint32_t[]){ 8704 });
}

static void a_gap_inside_a_page_cuts_where_the_driver_uses_prps(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(by_virt_boundary), 0);
}

/* Joined folios are one bvec: three of 4 KiB are one segment of 12 KiB. */
static void joined(struct blk_stack *s)
{
	struct piecewise p;

	start_bio(&p, s, 0);
	for (uint64_t i = 0; i < 3; i++) {
		p.folios[i] = (struct folio){ .frame = 50 + i };
		SIM_ASSERT(bio_add_folio(&p.bio, &p.folios[i], 0, 4096, 256,
					 UINT32_MAX));
	}
	s->queue.limits.max_segments = 1;
	expect_requests(s, &p, 1, (uint32_t[]){ 12 * KIB });
	SIM_ASSERT(s->kept[0].nr_segments == 1);
}

static void pieces_that_join_are_one_segment(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(joined), 0);
}

/* ------------------------------------ test vectors of writeback.md 6.6 */

struct vector {
	uint64_t file_bytes;
	unsigned int order;
	uint64_t max_sectors_bytes;
	uint32_t max_segments;
	bool plugged;
	uint64_t nr_bios;
	uint64_t bio_bytes;
	uint64_t nr_requests;
	uint64_t first_bytes;
	uint64_t last_bytes;
};

static const struct vector vectors[] = {
	/* 8 MiB of 4 KiB folios: 256 bvecs are 1 MiB */
	{ 8 * MIB, 0, 1280 * KIB, 65535, false, 8, MIB, 8, MIB, MIB },
	/* a plug: 1 + 1 MiB would be more than 1280 KiB */
	{ 8 * MIB, 0, 1280 * KIB, 65535, true, 8, MIB, 8, MIB, MIB },
	/* 256 segments are 2 * 128; first halves are NOMERGE */
	{ 8 * MIB, 0, 4 * MIB, 128, true, 8, MIB, 16, 512 * KIB, 512 * KIB },
	/* 2 MiB folios: one bio of four bvecs */
	{ 8 * MIB, 9, 4 * MIB, 65535, false, 1, 8 * MIB, 2, 4 * MIB, 4 * MIB },
	/* 6 * 1280 KiB + 512 KiB = 8 MiB */
	{ 8 * MIB, 9, 1280 * KIB, 65535, false, 1, 8 * MIB, 7, 1280 * KIB,
	  512 * KIB },
	/* 256 bvecs of 2 MiB; 1 GiB / 128 KiB */
	{ GIB, 9, 128 * KIB, 65535, false, 2, 512 * MIB, 8192, 128 * KIB,
	  128 * KIB },
};

static void play_vector(struct blk_stack *s, const struct vector *v)
{
	struct flat_file file;
	struct blk_plug plug;
	uint64_t first_bio = s->queue.stream_bios->nr_records;
	size_t first = s->nr_kept;

	s->queue.limits.max_sectors = v->max_sectors_bytes >> 9;
	s->queue.limits.max_segments = v->max_segments;
	flat_file_init(&file, s, v->file_bytes);
	dirty_file(&file, v->file_bytes, v->order);
	if (v->plugged)
		blk_start_plug(&plug, &s->queue);
	SIM_ASSERT(mm_fdatawrite(&file.inode, 0, INT64_MAX) == 0);
	if (v->plugged)
		blk_finish_plug(&plug);
	SIM_ASSERT(s->queue.stream_bios->nr_records - first_bio == v->nr_bios);
	SIM_ASSERT(record_field(s->queue.stream_bios, first_bio, 2) ==
		   v->bio_bytes);
	SIM_ASSERT(s->nr_kept - first == v->nr_requests);
	SIM_ASSERT(s->kept[first].bytes == v->first_bytes);
	SIM_ASSERT(s->kept[s->nr_kept - 1].bytes == v->last_bytes);
	for (size_t i = first + 1; i < s->nr_kept; i++)
		SIM_ASSERT(s->kept[i].sector ==
			   s->kept[i - 1].sector + (s->kept[i - 1].bytes >> 9));
	end_all_requests(s);
	inode_done(&file.inode);
}

static void play_vectors_new(struct blk_stack *s)
{
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
		play_vector(s, &vectors[i]);
}

static void play_vectors_old(struct blk_stack *s)
{
	s->design = &wb_design_map_blocks;
	s->design->attach(&s->ioends);
	play_vectors_new(s);
}

static void the_test_vectors_hold_under_the_new_design(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(play_vectors_new), 0);
}

static void the_test_vectors_hold_under_the_old_design(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(play_vectors_old), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bio_is_cut_at_the_largest_request),
		cmocka_unit_test(
			a_bio_is_cut_at_the_largest_number_of_segments),
		cmocka_unit_test(a_long_bvec_counts_as_several_segments),
		cmocka_unit_test(no_request_crosses_a_chunk_boundary),
		cmocka_unit_test(cuts_end_on_physical_blocks_where_they_can),
		cmocka_unit_test(
			a_gap_inside_a_page_cuts_where_the_driver_uses_prps),
		cmocka_unit_test(pieces_that_join_are_one_segment),
		cmocka_unit_test(the_test_vectors_hold_under_the_new_design),
		cmocka_unit_test(the_test_vectors_hold_under_the_old_design),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
