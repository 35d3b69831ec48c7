/* test-links: wb_ioend */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "models/block/zoned.h"
#include "tests/unit/blk_stack.h"

#define MAX_BIOS 64
/* zones of 1 MiB; the first one is conventional */
#define ZONE_SECTORS 2048u
#define ZONE(n)      ((uint64_t)(n)*ZONE_SECTORS)

struct zoned {
	struct blk_stack *s;
	struct bio bios[MAX_BIOS];
	struct folio folios[MAX_BIOS];
	int status[MAX_BIOS];
	uint64_t sector[MAX_BIOS];
	unsigned int nr;
	unsigned int nr_ends;
};

static void note_end(struct bio *bio)
{
	struct zoned *z = bio->private;

	z->status[bio - z->bios] = bio->status;
	z->sector[bio - z->bios] = bio->sector;
	z->nr_ends++;
	bio_done(bio);
}

static unsigned int submit(struct zoned *z, enum bio_op op, uint64_t sector,
			   uint32_t bytes)
{
	struct bio *bio = &z->bios[z->nr];
	struct folio *folio = &z->folios[z->nr];

	SIM_ASSERT(z->nr < MAX_BIOS);
	*folio = (struct folio){ .frame = 1000ull * (z->nr + 1), .order = 9 };
	bio_init(bio, &z->s->queue, op, 0, sector);
	if (bytes)
		SIM_ASSERT(
			bio_add_folio(bio, folio, 0, bytes, 256, UINT32_MAX));
	bio->end_io = note_end;
	bio->private = z;
	submit_bio(bio);
	return z->nr++;
}

static unsigned int write_at(struct zoned *z, uint64_t sector, uint32_t bytes)
{
	return submit(z, BIO_WRITE, sector, bytes);
}

static void start(struct zoned *z, struct blk_stack *s)
{
	struct queue_limits *limits = &s->queue.limits;

	memset(z, 0, sizeof(*z));
	z->s = s;
	limits->zone_sectors = ZONE_SECTORS;
	limits->chunk_sectors = ZONE_SECTORS;
	limits->zone_capacity_sectors = ZONE_SECTORS;
	limits->max_zone_append_sectors = 256;
	limits->nr_conventional_zones = 1;
	zone_plugs_init(&s->queue, false);
}

static const struct zone_plug_stats *stats(const struct zoned *z)
{
	return zone_plug_stats(z->s->queue.zone_plugs);
}

/* End all, and what follows from it. */
static void drain(struct blk_stack *s)
{
	while (s->nr_ended < s->nr_kept)
		end_requests(s, s->nr_kept - s->nr_ended);
}

static void fail_kept(void *arg)
{
	struct blk_stack *s = arg;

	blk_end_request(s->kept[s->nr_ended++].rq, -EIO);
}

static void fail_request(struct blk_stack *s)
{
	sim_irq(s->m.sim, 0, fail_kept, s);
	sim_sleep_ns(s->m.sim, 1);
}

static void one_write_in_flight(struct blk_stack *s)
{
	struct zoned z;

	start(&z, s);
	s->queue.limits.max_sectors = 8;
	for (unsigned int i = 0; i < 4; i++)
		write_at(&z, ZONE(1) + 8 * i, 4 * KIB);
	write_at(&z, ZONE(2), 4 * KIB);
	write_at(&z, 64, 4 * KIB);
	write_at(&z, 32, 4 * KIB);
	SIM_ASSERT(s->nr_kept == 4);
	SIM_ASSERT(s->kept[1].sector == ZONE(2));
	SIM_ASSERT(s->kept[3].sector == 32);
	end_requests(s, 1);
	SIM_ASSERT(s->nr_kept == 5);
	SIM_ASSERT(s->kept[4].sector == ZONE(1) + 8);
	drain(s);
	SIM_ASSERT(z.nr_ends == 7);
	SIM_ASSERT(stats(&z)->held == 3);
	SIM_ASSERT(stats(&z)->plugs_max == 2);
}

static void sequential_zones_have_one_write_in_flight(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(one_write_in_flight), 0);
}

static void backlog_body(struct blk_stack *s)
{
	struct zoned z;

	start(&z, s);
	for (unsigned int i = 0; i < 10; i++)
		write_at(&z, ZONE(1) + 8 * i, 4 * KIB);
	SIM_ASSERT(s->nr_kept == 1);
	end_requests(s, 1);
	SIM_ASSERT(s->nr_kept == 2);
	SIM_ASSERT(s->kept[1].sector == ZONE(1) + 8);
	SIM_ASSERT(s->kept[1].bytes == 36 * KIB);
	SIM_ASSERT(stats(&z)->merged == 8);
	end_all_requests(s);
	SIM_ASSERT(z.nr_ends == 10);
}

static void what_waits_goes_as_one_request(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(backlog_body), 0);
}

static void off_pointer_body(struct blk_stack *s)
{
	struct zoned z;

	start(&z, s);
	write_at(&z, ZONE(1), 4 * KIB);
	end_all_requests(s);
	unsigned int bad = write_at(&z, ZONE(1) + 64, 4 * KIB);

	SIM_ASSERT(z.nr_ends == 2);
	SIM_ASSERT(z.status[bad] == -EIO);
	SIM_ASSERT(s->nr_kept == 1);
	unsigned int good = write_at(&z, ZONE(1) + 8, 4 * KIB);

	end_all_requests(s);
	SIM_ASSERT(z.status[good] == 0);
}

static void a_write_off_the_pointer_never_leaves(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(off_pointer_body), 0);
}

static void emulated_body(struct blk_stack *s)
{
	struct zoned z;

	start(&z, s);
	s->queue.limits.emulate_zone_append = true;
	for (unsigned int i = 0; i < 3; i++)
		submit(&z, BIO_ZONE_APPEND, ZONE(3), 8 * KIB);
	SIM_ASSERT(s->nr_kept == 1);
	SIM_ASSERT(s->kept[0].rq->op == BIO_WRITE);
	drain(s);
	SIM_ASSERT(s->nr_kept == 3); /* never merged */
	for (unsigned int i = 0; i < 3; i++) {
		SIM_ASSERT(z.sector[i] == ZONE(3) + 16 * i);
		SIM_ASSERT(z.bios[i].op == BIO_ZONE_APPEND);
	}
	SIM_ASSERT(stats(&z)->emulated == 3);
}

static void appends_without_command_become_writes(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(emulated_body), 0);
}

static void native_body(struct blk_stack *s)
{
	struct zoned z;

	start(&z, s);
	for (unsigned int i = 0; i < 3; i++)
		submit(&z, BIO_ZONE_APPEND, ZONE(3), 8 * KIB);
	SIM_ASSERT(s->nr_kept == 3); /* all at once, none merged */
	for (unsigned int i = 0; i < 3; i++)
		s->kept[i].rq->sector = ZONE(3) + 100 - 16 * i;
	end_all_requests(s);
	for (unsigned int i = 0; i < 3; i++)
		SIM_ASSERT(z.sector[i] == ZONE(3) + 100 - 16 * i);
	/* too large, off the start, conventional, would be split */
	submit(&z, BIO_ZONE_APPEND, ZONE(3), 256 * KIB);
	submit(&z, BIO_ZONE_APPEND, ZONE(3) + 8, 4 * KIB);
	submit(&z, BIO_ZONE_APPEND, ZONE(0), 4 * KIB);
	s->queue.limits.max_segment_bytes = 4096;
	s->queue.limits.max_segments = 1;
	submit(&z, BIO_ZONE_APPEND, ZONE(3), 8 * KIB);
	for (unsigned int i = 3; i < 7; i++)
		SIM_ASSERT(z.status[i] == -EIO);
	SIM_ASSERT(s->nr_kept == 3);
	SIM_ASSERT(s->queue.stats.unissued_bytes == 272 * KIB);
}

static void native_appends_pass_by_and_are_never_cut(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(native_body), 0);
}

static void error_body(struct blk_stack *s)
{
	const struct blk_zone report = {
		.start_sector = ZONE(1),
		.wp_sectors = 8,
	};
	struct zoned z;

	start(&z, s);
	s->queue.limits.max_sectors = 8;
	write_at(&z, ZONE(1), 4 * KIB);
	for (unsigned int i = 1; i < 4; i++)
		write_at(&z, ZONE(1) + 8 * i, 4 * KIB);
	end_requests(s, 1);
	fail_request(s);
	SIM_ASSERT(z.nr_ends == 4);
	for (unsigned int i = 1; i < 4; i++)
		SIM_ASSERT(z.status[i] == -EIO);
	SIM_ASSERT(z.status[0] == 0);
	/* nothing goes until somebody looks where the pointer is */
	unsigned int lost = write_at(&z, ZONE(1) + 8, 4 * KIB);

	SIM_ASSERT(z.status[lost] == -EIO);
	zone_plug_report(s->queue.zone_plugs, &report);
	unsigned int found = write_at(&z, ZONE(1) + 8, 4 * KIB);

	end_all_requests(s);
	SIM_ASSERT(z.status[found] == 0);
	SIM_ASSERT(s->nr_kept == 3);
}

static void after_an_error_the_zone_must_be_looked_at(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(error_body), 0);
}

static void reset_body(struct blk_stack *s)
{
	struct zoned z;

	start(&z, s);
	write_at(&z, ZONE(1), 4 * KIB);
	fail_request(s);
	submit(&z, BIO_ZONE_RESET, ZONE(1), 0);
	end_all_requests(s);
	SIM_ASSERT(z.status[1] == 0);
	unsigned int again = write_at(&z, ZONE(1), 4 * KIB);

	end_all_requests(s);
	SIM_ASSERT(z.status[again] == 0);
	submit(&z, BIO_ZONE_RESET, ZONE(0), 0);
	SIM_ASSERT(z.status[3] == -EIO); /* conventional */
}

static void a_reset_makes_the_pointer_known(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(reset_body), 0);
}

static void qd1_body(struct blk_stack *s)
{
	struct zoned z;

	s->block_config.zoned_qd1_writes = ZONED_QD1_ALWAYS;
	start(&z, s);
	s->queue.limits.max_sectors = 8;
	for (unsigned int i = 0; i < 2; i++)
		for (unsigned int zone = 1; zone < 4; zone++)
			write_at(&z, ZONE(zone) + 8 * i, 4 * KIB);
	for (unsigned int i = 0; i < 6; i++) {
		sim_sleep_ns(s->m.sim, 1);
		SIM_ASSERT(s->nr_kept == i + 1);
		SIM_ASSERT(s->kept[i].sector == ZONE(i % 3 + 1) + 8 * (i / 3));
		end_requests(s, 1);
	}
	SIM_ASSERT(z.nr_ends == 6);
}

static void one_write_per_disk_goes_zone_by_zone(void **state)
{
	(void)state;
	assert_int_equal(with_blk_stack(qd1_body), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sequential_zones_have_one_write_in_flight),
		cmocka_unit_test(what_waits_goes_as_one_request),
		cmocka_unit_test(a_write_off_the_pointer_never_leaves),
		cmocka_unit_test(appends_without_command_become_writes),
		cmocka_unit_test(native_appends_pass_by_and_are_never_cut),
		cmocka_unit_test(after_an_error_the_zone_must_be_looked_at),
		cmocka_unit_test(a_reset_makes_the_pointer_known),
		cmocka_unit_test(one_write_per_disk_goes_zone_by_zone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
