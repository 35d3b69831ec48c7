/* test-links: wb_config wb_base */
/*
 * Typed values: what each unit accepts, to the last picosecond.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>

#include "sim/config/internal.h"

static int parse(const char *unit, enum cfg_type type, const char *json,
		 uint64_t *ret)
{
	struct cfg_key key = { .key = "k", .type = type, .unit = unit };
	json_t *value = json_loads(json, JSON_DECODE_ANY, NULL);
	int err;

	assert_non_null(value);
	err = cfg_value_parse(&key, value, ret);
	json_decref(value);
	return err;
}

struct good {
	const char *unit;
	enum cfg_type type;
	const char *json;
	uint64_t want;
};

static void values_with_units_become_base_units(void **state)
{
	static const struct good goods[] = {
		{ "bytes", CFG_INT, "0", 0 },
		{ "bytes", CFG_INT, "4096", 4096 },
		{ "bytes", CFG_INT, "\"4096B\"", 4096 },
		{ "bytes", CFG_INT, "\"64KiB\"", 65536 },
		{ "bytes", CFG_INT, "\"64MiB\"", 67108864 },
		{ "bytes", CFG_INT, "\"1.5GiB\"", 1610612736 },
		{ "bytes", CFG_INT, "\"2TiB\"", 2199023255552 },
		{ "bytes", CFG_INT, "\"40MB\"", 40000000 },
		{ "bytes", CFG_INT, "\"3kB\"", 3000 },
		{ "bytes", CFG_INT, "\"1.000001GB\"", 1000001000 },
		{ "bytes", CFG_INT, "9223372036854775807", INT64_MAX },
		{ "ns", CFG_INT, "\"5ns\"", 5 },
		{ "ns", CFG_INT, "\"10us\"", 10000 },
		{ "ns", CFG_INT, "\"0.5ms\"", 500000 },
		{ "ns", CFG_INT, "\"30s\"", 30000000000 },
		{ "bytes/s", CFG_INT, "\"7GB/s\"", 7000000000 },
		{ "bytes/s", CFG_INT, "\"100MiB/s\"", 104857600 },
		{ "ppm", CFG_INT, "\"20%\"", 200000 },
		{ "ppm", CFG_INT, "\"12.5%\"", 125000 },
		{ "ppm", CFG_INT, "\"0.0001%\"", 1 },
		{ "ns", CFG_COST, "388.6", 388600 },
		{ "ns", CFG_COST, "0.001", 1 },
		{ "ns", CFG_COST, "7", 7000 },
		{ "ns", CFG_COST, "999999999999.999", 999999999999999 },
		{ "ns", CFG_COST, "\"388.6ns\"", 388600 },
		{ "ns", CFG_COST, "\"50ps\"", 50 },
		{ "ns/byte", CFG_COST, "\"0.05ns/byte\"", 50 },
		{ "ns/byte", CFG_COST, "\"0.05ns\"", 50 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(goods) / sizeof(goods[0]); i++) {
		uint64_t got = 77;

		print_message("%s\n", goods[i].json);
		assert_int_equal(parse(goods[i].unit, goods[i].type,
				       goods[i].json, &got),
				 0);
		assert_true(got == goods[i].want);
	}
}

static void other_forms_are_refused(void **state)
{
	static const struct good bads[] = {
		{ "bytes", CFG_INT, "\"12 parsecs\"", EINVAL },
		{ "bytes", CFG_INT, "\"64 MiB\"", EINVAL },
		{ "bytes", CFG_INT, "\"64\"", EINVAL },
		{ "bytes", CFG_INT, "\"\"", EINVAL },
		{ "bytes", CFG_INT, "\"MiB\"", EINVAL },
		{ "bytes", CFG_INT, "\"1.MiB\"", EINVAL },
		{ "bytes", CFG_INT, "\".5MiB\"", EINVAL },
		{ "bytes", CFG_INT, "\"-1MiB\"", EINVAL },
		{ "bytes", CFG_INT, "\"1.3B\"", EINVAL },
		{ "bytes", CFG_INT, "\"1e3B\"", EINVAL },
		{ "bytes", CFG_INT, "\"4K\"", EINVAL },
		{ "bytes", CFG_INT, "\"40MB/s\"", EINVAL },
		{ "bytes", CFG_INT, "4096.0", EINVAL },
		{ "bytes", CFG_INT, "true", EINVAL },
		{ "bytes", CFG_INT, "null", EINVAL },
		{ "bytes", CFG_INT, "-1", ERANGE },
		{ "bytes", CFG_INT, "\"9999999TiB\"", ERANGE },
		{ "bytes", CFG_INT, "\"99999999999999999999999B\"", ERANGE },
		{ "bytes", CFG_INT, "\"1.0000001TiB\"", EINVAL },
		{ "sectors", CFG_INT, "\"8\"", EINVAL },
		{ "sectors", CFG_INT, "\"8sectors\"", EINVAL },
		{ "ns", CFG_COST, "0.0001", EINVAL },
		{ "ns", CFG_COST, "388.6001", EINVAL },
		{ "ns", CFG_COST, "-0.5", ERANGE },
		{ "ns", CFG_COST, "1e300", ERANGE },
		{ "ns", CFG_COST, "\"1.5ps\"", EINVAL },
		{ "ns/byte", CFG_COST, "\"1ns/page\"", EINVAL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bads) / sizeof(bads[0]); i++) {
		uint64_t got = 77;

		print_message("%s\n", bads[i].json);
		assert_int_equal(
			parse(bads[i].unit, bads[i].type, bads[i].json, &got),
			-(int)bads[i].want);
		assert_true(got == 77);
	}
}

static void every_cost_survives_a_real_number(void **state)
{
	uint64_t ps = 1;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		char text[64];
		uint64_t got = 0;

		ps = (ps * 6364136223846793005u + 1442695040888963407u);
		uint64_t want = (ps >> 14) % (CFG_COST_MAX_PS >> (i % 40));
		json_t *real = json_real((double)want / 1000.0);
		char *dumped = json_dumps(
			real, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));

		snprintf(text, sizeof(text), "%s", dumped);
		assert_int_equal(parse("ns", CFG_COST, text, &got), 0);
		assert_true(got == want);
		free(dumped);
		json_decref(real);
	}
}

static void near_words_are_found(void **state)
{
	struct cfg_nearest near;

	(void)state;
	cfg_nearest_init(&near, "zone_sise_bytes");
	cfg_nearest_offer(&near, "zone_size_bytes");
	cfg_nearest_offer(&near, "zones");
	assert_string_equal(cfg_nearest_get(&near), "zone_size_bytes");
	cfg_nearest_init(&near, "zone_size");
	cfg_nearest_offer(&near, "zoned");
	cfg_nearest_offer(&near, "zone_size_bytes");
	assert_string_equal(cfg_nearest_get(&near), "zone_size_bytes");
	cfg_nearest_init(&near, "fsnyc");
	cfg_nearest_offer(&near, "write");
	cfg_nearest_offer(&near, "fsync");
	assert_string_equal(cfg_nearest_get(&near), "fsync");
	cfg_nearest_init(&near, "banana");
	cfg_nearest_offer(&near, "fsync");
	assert_null(cfg_nearest_get(&near));
	cfg_nearest_init(&near, "x");
	cfg_nearest_offer(&near, "y");
	assert_null(cfg_nearest_get(&near));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_with_units_become_base_units),
		cmocka_unit_test(other_forms_are_refused),
		cmocka_unit_test(every_cost_survives_a_real_number),
		cmocka_unit_test(near_words_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
