/* test-links: wb_device */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "models/device/zone.h"

/* 8 zones of 64 sectors, 48 of them writable, the first one conventional */
#define ZONE     64u
#define CAPACITY 48u
#define START(n) ((uint64_t)(n)*ZONE)

static struct zone_set *make(uint32_t max_open, uint32_t max_active,
			     bool close_empties)
{
	const struct zone_geometry geometry = {
		.size_sectors = 8 * ZONE,
		.zone_sectors = ZONE,
		.capacity_sectors = CAPACITY,
		.nr_conventional = 1,
		.max_open = max_open,
		.max_active = max_active,
		.append_max_sectors = 16,
		.granularity_sectors = 8,
		.close_empties = close_empties,
	};

	return zone_set_new(&geometry);
}

static enum blk_zone_cond cond(const struct zone_set *set, unsigned int zone)
{
	struct blk_zone report;

	zone_report(set, START(zone), &report);
	return report.cond;
}

static uint64_t wp(const struct zone_set *set, unsigned int zone)
{
	struct blk_zone report;

	zone_report(set, START(zone), &report);
	return report.wp_sectors;
}

static void writes_go_to_the_write_pointer(void **state)
{
	struct zone_set *set = make(0, 0, false);

	(void)state;
	assert_int_equal(zone_write(set, START(1) + 8, 8), ZONE_INVALID_WRITE);
	assert_int_equal(cond(set, 1), ZONE_EMPTY);
	assert_int_equal(zone_write(set, START(1), 16), ZONE_OK);
	assert_int_equal(cond(set, 1), ZONE_IMP_OPEN);
	assert_int_equal(zone_write(set, START(1), 8), ZONE_INVALID_WRITE);
	assert_int_equal(zone_write(set, START(1) + 16, 12),
			 ZONE_INVALID_FIELD);
	assert_int_equal(zone_write(set, START(1) + 16, 40),
			 ZONE_BOUNDARY_ERROR);
	assert_int_equal(zone_write(set, START(1) + 16, 32), ZONE_OK);
	assert_int_equal(cond(set, 1), ZONE_FULL);
	assert_int_equal(zone_write(set, START(1) + 48, 8), ZONE_IS_FULL);
	assert_int_equal(wp(set, 1), CAPACITY);
	assert_int_equal(zone_write(set, START(8), 8), ZONE_LBA_OUT_OF_RANGE);
	assert_int_equal(set->stats.written_sectors, CAPACITY);
	assert_int_equal(zone_sum_wp(set), CAPACITY);
	zone_set_free(set);
}

static void a_conventional_zone_takes_any_write(void **state)
{
	struct zone_set *set = make(1, 1, false);
	uint64_t sector;

	(void)state;
	assert_int_equal(cond(set, 0), ZONE_NOT_WP);
	assert_int_equal(zone_write(set, 40, 16), ZONE_OK);
	assert_int_equal(zone_write(set, 0, 8), ZONE_OK);
	/* the unit of sequential zones is none of its business */
	assert_int_equal(zone_write(set, 8, 4), ZONE_OK);
	assert_int_equal(zone_write(set, 56, 16), ZONE_BOUNDARY_ERROR);
	assert_int_equal(zone_append(set, 0, 8, &sector), ZONE_INVALID_FIELD);
	assert_int_equal(zone_reset(set, 0), ZONE_INVALID_FIELD);
	assert_int_equal(zone_sum_wp(set), 0);
	zone_set_free(set);
}

static void appends_land_in_order_of_arrival(void **state)
{
	struct zone_set *set = make(0, 0, false);
	uint64_t sector = 0;

	(void)state;
	assert_int_equal(zone_append(set, START(2), 8, &sector), ZONE_OK);
	assert_int_equal(sector, START(2));
	assert_int_equal(zone_append(set, START(2), 16, &sector), ZONE_OK);
	assert_int_equal(sector, START(2) + 8);
	assert_int_equal(zone_append(set, START(2), 24, &sector),
			 ZONE_INVALID_FIELD);
	assert_int_equal(zone_append(set, START(2) + 24, 8, &sector),
			 ZONE_INVALID_FIELD);
	assert_int_equal(zone_append(set, START(2), 16, &sector), ZONE_OK);
	assert_int_equal(zone_append(set, START(2), 16, &sector),
			 ZONE_BOUNDARY_ERROR);
	assert_int_equal(sector, START(2) + 24);
	zone_set_free(set);
}

static void management_moves_between_states(void **state)
{
	struct zone_set *set = make(0, 0, false);

	(void)state;
	assert_int_equal(zone_close(set, START(1)), ZONE_INVALID_TRANSITION);
	assert_int_equal(zone_open(set, START(1)), ZONE_OK);
	assert_int_equal(cond(set, 1), ZONE_EXP_OPEN);
	assert_int_equal(zone_close(set, START(1)), ZONE_OK);
	assert_int_equal(cond(set, 1), ZONE_CLOSED);
	assert_int_equal(zone_write(set, START(1), 8), ZONE_OK);
	assert_int_equal(cond(set, 1), ZONE_IMP_OPEN);
	assert_int_equal(zone_finish(set, START(1)), ZONE_OK);
	assert_int_equal(cond(set, 1), ZONE_FULL);
	assert_int_equal(zone_open(set, START(1)), ZONE_INVALID_TRANSITION);
	assert_int_equal(zone_finish(set, START(1)), ZONE_OK);
	assert_int_equal(zone_reset(set, START(1)), ZONE_OK);
	assert_int_equal(cond(set, 1), ZONE_EMPTY);
	assert_int_equal(zone_reset(set, START(1)), ZONE_OK);
	assert_int_equal(zone_open(set, START(1) + 8), ZONE_INVALID_FIELD);
	assert_int_equal(set->stats.skipped_sectors, CAPACITY - 8);
	assert_int_equal(set->stats.reset_sectors, CAPACITY);
	zone_set_free(set);
}

static void zbc_empties_a_zone_closed_without_data(void **state)
{
	struct zone_set *set = make(0, 0, true);

	(void)state;
	assert_int_equal(zone_open(set, START(1)), ZONE_OK);
	assert_int_equal(zone_close(set, START(1)), ZONE_OK);
	assert_int_equal(cond(set, 1), ZONE_EMPTY);
	zone_set_free(set);
}

static void a_write_may_close_the_oldest_implicitly_open_zone(void **state)
{
	struct zone_set *set = make(2, 4, false);

	(void)state;
	assert_int_equal(zone_write(set, START(1), 8), ZONE_OK);
	assert_int_equal(zone_write(set, START(2), 8), ZONE_OK);
	assert_int_equal(zone_write(set, START(3), 8), ZONE_OK);
	assert_int_equal(cond(set, 1), ZONE_CLOSED);
	assert_int_equal(cond(set, 2), ZONE_IMP_OPEN);
	assert_int_equal(set->stats.implicit_closes, 1);
	assert_int_equal(zone_open(set, START(2)), ZONE_OK);
	assert_int_equal(zone_open(set, START(4)), ZONE_OK);
	assert_int_equal(cond(set, 3), ZONE_CLOSED);
	assert_int_equal(zone_write(set, START(1) + 8, 8), ZONE_TOO_MANY_OPEN);
	assert_int_equal(zone_write(set, START(5), 8), ZONE_TOO_MANY_ACTIVE);
	assert_int_equal(zone_reset(set, START(1)), ZONE_OK);
	assert_int_equal(zone_write(set, START(5), 8), ZONE_TOO_MANY_OPEN);
	assert_int_equal(set->stats.open_max, 2);
	assert_int_equal(set->stats.active_max, 4);
	zone_set_free(set);
}

static void a_full_zone_frees_its_resources(void **state)
{
	struct zone_set *set = make(1, 1, false);

	(void)state;
	assert_int_equal(zone_write(set, START(1), CAPACITY), ZONE_OK);
	assert_int_equal(zone_write(set, START(2), 8), ZONE_OK);
	assert_int_equal(zone_write(set, START(3), 8), ZONE_TOO_MANY_ACTIVE);
	assert_int_equal(zone_finish(set, START(2)), ZONE_OK);
	assert_int_equal(zone_write(set, START(3), 8), ZONE_OK);
	zone_set_free(set);
}

static void read_only_and_offline_zones_refuse_everything(void **state)
{
	struct zone_set *set = make(2, 2, false);

	(void)state;
	assert_int_equal(zone_write(set, START(1), 8), ZONE_OK);
	assert_int_equal(zone_write(set, START(2), 8), ZONE_OK);
	zone_set_condition(set, START(1), ZONE_READONLY);
	zone_set_condition(set, START(2), ZONE_OFFLINE);
	assert_int_equal(zone_write(set, START(1) + 8, 8), ZONE_IS_READONLY);
	assert_int_equal(zone_write(set, START(2) + 8, 8), ZONE_IS_OFFLINE);
	assert_int_equal(zone_reset(set, START(1)), ZONE_INVALID_TRANSITION);
	assert_int_equal(zone_open(set, START(2)), ZONE_INVALID_TRANSITION);
	assert_int_equal(zone_write(set, START(3), 8), ZONE_OK);
	assert_int_equal(zone_write(set, START(4), 8), ZONE_OK);
	zone_set_free(set);
}

static void a_device_may_start_with_written_zones(void **state)
{
	struct zone_set *set = make(1, 2, false);

	(void)state;
	assert_int_equal(zone_set_wp(set, START(1), 8), 0);
	assert_int_equal(zone_set_wp(set, START(2), 16), 0);
	assert_int_equal(zone_set_wp(set, START(3), 8), -EOVERFLOW);
	assert_int_equal(zone_set_wp(set, START(4), CAPACITY), 0);
	assert_int_equal(zone_set_wp(set, START(0), 8), -EINVAL);
	assert_int_equal(zone_set_wp(set, START(5), CAPACITY + 8), -EINVAL);
	assert_int_equal(cond(set, 1), ZONE_CLOSED);
	assert_int_equal(cond(set, 3), ZONE_EMPTY);
	assert_int_equal(cond(set, 4), ZONE_FULL);
	assert_int_equal(zone_set_wp(set, START(1), 0), 0);
	assert_int_equal(zone_sum_wp(set),
			 set->stats.preset_sectors - set->stats.reset_sectors);
	zone_set_free(set);
}

static void statuses_become_the_errors_of_the_driver(void **state)
{
	(void)state;
	assert_int_equal(zone_errno(ZONE_OK), 0);
	assert_int_equal(zone_errno(ZONE_INVALID_WRITE), -EIO);
	assert_int_equal(zone_errno(ZONE_TOO_MANY_OPEN), -ETOOMANYREFS);
	assert_int_equal(zone_errno(ZONE_TOO_MANY_ACTIVE), -EOVERFLOW);
	assert_int_equal(sizeof(struct zone), 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_go_to_the_write_pointer),
		cmocka_unit_test(a_conventional_zone_takes_any_write),
		cmocka_unit_test(appends_land_in_order_of_arrival),
		cmocka_unit_test(management_moves_between_states),
		cmocka_unit_test(zbc_empties_a_zone_closed_without_data),
		cmocka_unit_test(
			a_write_may_close_the_oldest_implicitly_open_zone),
		cmocka_unit_test(a_full_zone_frees_its_resources),
		cmocka_unit_test(read_only_and_offline_zones_refuse_everything),
		cmocka_unit_test(a_device_may_start_with_written_zones),
		cmocka_unit_test(statuses_become_the_errors_of_the_driver),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
