/* test-links: wb_ioend */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "tests/unit/blk_stack.h"

/* A folio of 2^@order pages that begins at frame @frame; in no file. */
static struct folio folio_at(uint64_t frame, unsigned int order)
{
	return (struct folio){ .frame = frame, .order = (uint8_t)order };
}

static void join_by_frames(struct blk_stack *s)
{
	struct folio folios[] = { folio_at(100, 0), folio_at(101, 0),
				  folio_at(103, 0), folio_at(104, 2),
				  folio_at(108, 0), folio_at(107, 0) };
	static const uint32_t vecs[] = { 1, 1, 2, 2, 2, 3 };
	struct bio bio;

	bio_init(&bio, &s->queue, BIO_WRITE, 0, 0);
	for (size_t i = 0; i < 6; i++) {
		SIM_ASSERT(bio_add_folio(&bio, &folios[i], 0,
					 folio_bytes(&folios[i]), 256,
					 UINT32_MAX));
		SIM_ASSERT(bio.nr_vecs == vecs[i]);
	}
	SIM_ASSERT(bio.nr_segs == 6);
	SIM_ASSERT(bio.segs[1].joins);
	SIM_ASSERT(!bio.segs[2].joins);
	/* five 4 KiB folios and one of 16 KiB */
	SIM_ASSERT(bio.bytes == 36 * KIB);
	SIM_ASSERT(bio_end_sector(&bio) == 72);
	bio_done(&bio);
}

static void folios_that_follow_in_memory_share_a_bvec(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(join_by_frames), 0);
}

static void join_inside(struct blk_stack *s)
{
	struct folio first = folio_at(100, 2);
	struct folio second = folio_at(104, 0);
	struct bio bio;

	bio_init(&bio, &s->queue, BIO_WRITE, 0, 0);
	SIM_ASSERT(bio_add_folio(&bio, &first, 0, 4096, 256, UINT32_MAX));
	/* goes on in the same folio: the same piece */
	SIM_ASSERT(bio_add_folio(&bio, &first, 4096, 4096, 256, UINT32_MAX));
	SIM_ASSERT(bio.nr_segs == 1);
	SIM_ASSERT(bio.segs[0].bytes == 8192);
	/* the next folio begins 8 KiB behind the end of the last piece */
	SIM_ASSERT(bio_add_folio(&bio, &second, 0, 4096, 256, UINT32_MAX));
	SIM_ASSERT(bio.nr_vecs == 2);
	/* half a page, then the other half */
	struct folio third = folio_at(200, 0);

	SIM_ASSERT(bio_add_folio(&bio, &third, 0, 2048, 256, UINT32_MAX));
	SIM_ASSERT(bio_add_folio(&bio, &third, 2048, 2048, 256, UINT32_MAX));
	SIM_ASSERT(bio.nr_vecs == 3);
	SIM_ASSERT(bio.nr_segs == 3);
	bio_done(&bio);
}

static void pieces_join_by_address_and_not_by_folio(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(join_inside), 0);
}

static void vec_cap(struct blk_stack *s)
{
	struct folio folios[258];
	struct bio bio;

	bio_init(&bio, &s->queue, BIO_WRITE, 0, 0);
	for (uint32_t i = 0; i < 257; i++)
		folios[i] = folio_at(1000 + 2 * i, 0);
	for (uint32_t i = 0; i < 256; i++)
		SIM_ASSERT(bio_add_folio(&bio, &folios[i], 0, 4096, 256,
					 UINT32_MAX));
	SIM_ASSERT(
		!bio_add_folio(&bio, &folios[256], 0, 4096, 256, UINT32_MAX));
	SIM_ASSERT(bio.nr_vecs == 256);
	SIM_ASSERT(bio.nr_segs == 256);
	SIM_ASSERT(bio.bytes == MIB);
	/* one that follows the last frame needs no bvec: frame 1000 + 511 */
	folios[257] = folio_at(1511, 0);
	SIM_ASSERT(bio_add_folio(&bio, &folios[257], 0, 4096, 256, UINT32_MAX));
	SIM_ASSERT(bio.nr_vecs == 256);
	SIM_ASSERT(bio.nr_segs == 257);
	bio_done(&bio);
}

static void the_257th_bvec_is_refused_but_not_a_joined_piece(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(vec_cap), 0);
}

/* 2047 * 2 MiB fit into 2^32 - 1 bytes, 2048 * 2 MiB = 2^32 do not. */
static void byte_cap(struct blk_stack *s)
{
	struct folio folio = folio_at(0, 9);
	struct bio bio;

	bio_init(&bio, &s->queue, BIO_WRITE, 0, 0);
	for (uint64_t i = 0; i < 2047; i++) {
		folio.frame = i * 512;
		SIM_ASSERT(bio_add_folio(&bio, &folio, 0, 2 * MIB, 4096,
					 UINT32_MAX));
	}
	folio.frame = 2047 * 512;
	SIM_ASSERT(!bio_add_folio(&bio, &folio, 0, 2 * MIB, 4096, UINT32_MAX));
	SIM_ASSERT(bio.bytes == 2047 * 2 * MIB);
	bio_done(&bio);
}

static void a_bio_stays_below_four_gibibytes(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(byte_cap), 0);
}

static void note_end(struct bio *bio)
{
	(*(unsigned int *)bio->private)++;
}

struct endings {
	struct bio bio;
	unsigned int nr_ends;
	int status;
};

static void end_part(void *arg)
{
	struct endings *e = arg;

	bio_endio(&e->bio, e->status);
}

/* Three parts: the second fails; the first error is kept. */
static void ends_once(struct blk_stack *s)
{
	struct endings e = { .nr_ends = 0 };

	bio_init(&e.bio, &s->queue, BIO_WRITE, 0, 0);
	e.bio.remaining = 3;
	e.bio.end_io = note_end;
	e.bio.private = &e.nr_ends;
	end_part(&e);
	e.status = -EIO;
	end_part(&e);
	SIM_ASSERT(e.nr_ends == 0);
	e.status = -ENOSPC;
	end_part(&e);
	SIM_ASSERT(e.nr_ends == 1);
	SIM_ASSERT(e.bio.status == -EIO);
	SIM_ASSERT(s->queue.stats.ended_bios == 1);
	bio_done(&e.bio);
}

static void a_bio_ends_once_with_the_first_error_of_its_parts(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(ends_once), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(folios_that_follow_in_memory_share_a_bvec),
		cmocka_unit_test(pieces_join_by_address_and_not_by_folio),
		cmocka_unit_test(
			the_257th_bvec_is_refused_but_not_a_joined_piece),
		cmocka_unit_test(a_bio_stays_below_four_gibibytes),
		cmocka_unit_test(
			a_bio_ends_once_with_the_first_error_of_its_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
