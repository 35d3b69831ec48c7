/* test-links: wb_fs_xfs_zoned */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "models/fs/xfs_zoned/zones.h"

#define CAPACITY 100u

static struct xfs_zoned_config config_73(void)
{
	return (struct xfs_zoned_config){
		.max_open_zones = 128,
		.zone_pick = ZONE_PICK_LOWEST,
		.hints = ZONE_HINTS_NARROW,
		.gc_zones = 3,
		.reserved_zones = 1,
	};
}

static struct rtg_set make(const struct xfs_zoned_config *config,
			   uint32_t nr_zones)
{
	const struct rtg_geometry geometry = {
		.nr_zones = nr_zones,
		.capacity_blocks = CAPACITY,
	};
	struct rtg_set set;

	rtg_set_init(&set, config, &geometry);
	return set;
}

/* Fill and write @zone; @used of its blocks stay in use. */
static void fill(struct rtg_set *set, struct rtg *zone, uint64_t used)
{
	uint64_t got = rtg_alloc(set, zone, CAPACITY);

	rtg_use(set, zone, used);
	assert_true(rtg_written(set, zone, got));
}

static void open_limit_follows_device_option_and_zone_count(void **state)
{
	struct xfs_zoned_config config = config_73();
	struct rtg_geometry g = { .nr_zones = 64, .device_max_open = 16 };

	(void)state;
	/* recorded: 64 zones, 16 of the device; 72 zones internal, 16 */
	assert_int_equal(rtg_max_open(&config, &g), 16);
	g.device_max_open = 14;
	assert_int_equal(rtg_max_open(&config, &g), 14);
	g = (struct rtg_geometry){ .nr_zones = 10000 };
	assert_int_equal(rtg_max_open(&config, &g), 128);
	config.max_open_zones = 0;
	assert_int_equal(rtg_max_open(&config, &g), 2500);
	g.nr_zones = 6;
	assert_int_equal(rtg_max_open(&config, &g), 2);
	g.nr_zones = 20; /* (20 - 5) / 2 + 2 = 9, a quarter 5 */
	assert_int_equal(rtg_max_open(&config, &g), 5);
}

static void collection_takes_zone_0_at_mount_up_to_6_18(void **state)
{
	struct xfs_zoned_config config = config_73();
	struct rtg_set set = make(&config, 16);

	(void)state;
	assert_int_equal(rtg_select(&set, WRITE_HINT_NOT_SET, false)->index, 0);
	rtg_set_done(&set);
	config.gc_zone_at_mount = true;
	set = make(&config, 16);
	assert_int_equal(set.gc_zone->index, 0);
	assert_int_equal(rtg_select(&set, WRITE_HINT_NOT_SET, false)->index, 1);
	rtg_set_done(&set);
}

static void round_robin_goes_on_and_lowest_goes_back(void **state)
{
	struct xfs_zoned_config config = config_73();

	(void)state;
	for (int pick = ZONE_PICK_ROUND_ROBIN; pick <= ZONE_PICK_LOWEST;
	     pick++) {
		config.zone_pick = pick;
		struct rtg_set set = make(&config, 16);
		struct rtg *first = rtg_select(&set, 0, false);

		fill(&set, first, 0);
		rtg_start_reset(&set, first);
		rtg_select(&set, 0, false);
		rtg_end_reset(&set, first);
		struct rtg *next = rtg_select(&set, 0, false);

		assert_int_equal(next->index, pick == ZONE_PICK_LOWEST ? 0 : 2);
		rtg_set_audit(&set);
		rtg_set_done(&set);
	}
}

static void files_share_zones_only_at_the_limit(void **state)
{
	struct xfs_zoned_config config = config_73();

	(void)state;
	config.max_open_zones = 4;
	struct rtg_set set = make(&config, 32);

	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(rtg_select(&set, 0, false)->index, i);
	/* one of four is collection's: the oldest is shared, in turn */
	for (uint32_t i = 0; i < 6; i++)
		assert_int_equal(rtg_select(&set, 0, false)->index, i % 3);
	rtg_alloc(&set, &set.zones[0], CAPACITY);
	assert_int_equal(rtg_select(&set, 0, false)->index, 1);
	/* counted until the last block is written */
	assert_int_equal(set.nr_open, 3);
	rtg_written(&set, &set.zones[0], CAPACITY);
	assert_int_equal(rtg_select(&set, 0, false)->index, 3);
	rtg_set_done(&set);
}

static void packed_files_take_the_newest_open_zone(void **state)
{
	struct xfs_zoned_config config = config_73();
	struct rtg_set set = make(&config, 32);

	(void)state;
	rtg_select(&set, 0, false);
	rtg_select(&set, 0, false);
	assert_int_equal(rtg_select(&set, 0, true)->index, 1);
	/* not with a file of another hint */
	assert_int_equal(rtg_select(&set, WRITE_HINT_MEDIUM, true)->index, 2);
	rtg_set_done(&set);
}

static void equal_short_hints_share_at_once(void **state)
{
	struct xfs_zoned_config config = config_73();
	struct rtg_set set = make(&config, 32);

	(void)state;
	assert_int_equal(rtg_select(&set, WRITE_HINT_SHORT, false)->index, 0);
	assert_int_equal(rtg_select(&set, WRITE_HINT_MEDIUM, false)->index, 1);
	assert_int_equal(rtg_select(&set, WRITE_HINT_SHORT, false)->index, 0);
	assert_int_equal(rtg_select(&set, WRITE_HINT_MEDIUM, false)->index, 1);
	assert_int_equal(rtg_select(&set, WRITE_HINT_LONG, false)->index, 2);
	assert_int_equal(rtg_select(&set, WRITE_HINT_LONG, false)->index, 3);
	assert_int_equal(rtg_select(&set, WRITE_HINT_EXTREME, true)->index, 3);
	rtg_set_done(&set);
}

static void wide_hints_pair_none_short_and_not_set(void **state)
{
	struct xfs_zoned_config config = config_73();

	(void)state;
	for (int hints = ZONE_HINTS_WIDE; hints <= ZONE_HINTS_NARROW; hints++) {
		config.hints = hints;
		struct rtg_set set = make(&config, 32);
		uint32_t other = hints == ZONE_HINTS_WIDE ? 0 : 1;

		rtg_select(&set, WRITE_HINT_NONE, false);
		assert_int_equal(
			rtg_select(&set, WRITE_HINT_SHORT, true)->index, other);
		rtg_set_done(&set);
	}
}

static void two_free_zones_are_left_to_collection(void **state)
{
	struct xfs_zoned_config config = config_73();
	struct rtg_set set = make(&config, 8);
	struct rtg *zone;

	(void)state;
	for (uint32_t i = 0; i < 7; i++) {
		zone = rtg_select(&set, 0, false);
		assert_non_null(zone);
		assert_int_equal(zone->index, i);
		fill(&set, zone, CAPACITY);
	}
	assert_int_equal(set.nr_free, 1);
	assert_null(rtg_select(&set, 0, false));
	rtg_unuse(&set, &set.zones[3], CAPACITY);
	assert_int_equal(set.nr_empty, 1);
	rtg_start_reset(&set, &set.zones[3]);
	rtg_end_reset(&set, &set.zones[3]);
	assert_int_equal(rtg_select(&set, 0, false)->index, 3);
	rtg_set_done(&set);
}

static void the_victim_has_the_fewest_blocks_of_the_lowest_bucket(void **state)
{
	static const uint64_t used[] = { 100, 55, 23, 21, 98 };
	struct xfs_zoned_config config = config_73();
	struct rtg_set set = make(&config, 32);

	(void)state;
	assert_null(rtg_victim(&set));
	for (uint32_t i = 0; i < 5; i++)
		fill(&set, rtg_open(&set), used[i]);
	assert_int_equal(set.nr_reclaimable, 45 + 77 + 79 + 2);
	assert_int_equal(rtg_victim(&set)->index, 3);
	set.zones[3].is_victim = true;
	assert_int_equal(rtg_victim(&set)->index, 2);
	rtg_unuse(&set, &set.zones[1], 50); /* 5 left: bucket 0 */
	assert_int_equal(rtg_victim(&set)->index, 1);
	rtg_unuse(&set, &set.zones[4], 98); /* empty: reset, not copied */
	assert_int_equal(rtg_victim(&set)->index, 1);
	rtg_set_audit(&set);
	rtg_set_done(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			open_limit_follows_device_option_and_zone_count),
		cmocka_unit_test(collection_takes_zone_0_at_mount_up_to_6_18),
		cmocka_unit_test(round_robin_goes_on_and_lowest_goes_back),
		cmocka_unit_test(files_share_zones_only_at_the_limit),
		cmocka_unit_test(packed_files_take_the_newest_open_zone),
		cmocka_unit_test(equal_short_hints_share_at_once),
		cmocka_unit_test(wide_hints_pair_none_short_and_not_set),
		cmocka_unit_test(two_free_zones_are_left_to_collection),
		cmocka_unit_test(
			the_victim_has_the_fewest_blocks_of_the_lowest_bucket),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
