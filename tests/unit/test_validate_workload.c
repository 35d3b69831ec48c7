/* test-links: wb_validate */
/*
 * Recordings as experiments: operations, limits, kernel presets, and what
 * this build cannot play.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "sim/config/config.h"
#include "sim/validate/workload.h"

static void add_line(struct recording *rec, const char *line)
{
	char error[128];
	struct rec_op op;

	assert_int_equal(rec_op_parse(line, &op, error, sizeof(error)), 0);
	rec_ops_add(&rec->ops, &op);
	if (op.path)
		recording_add_file(rec, op.path, 0, 0);
}

static int translate(const char *const *lines, json_t **ret, char *error)
{
	struct recording rec = { 0 };
	int status;

	for (; *lines; lines++)
		add_line(&rec, *lines);
	status = workload_ops(&rec, &rec.ops, ret, error, 128);
	recording_done(&rec);
	return status;
}

static json_int_t number(const json_t *list, size_t i, const char *key)
{
	return json_integer_value(
		json_object_get(json_array_get(list, i), key));
}

static void descriptors_become_names_and_appends_positions(void **state)
{
	static const char *const lines[] = {
		"open 2 /mnt/dir/g rwct",
		"seq 2 10 100 7 20",
		"a 2 5",
		"a 2 6",
		"w 2 30 0",
		"fsync 2",
		NULL,
	};
	char error[128];
	json_t *ops = NULL;

	(void)state;
	assert_int_equal(translate(lines, &ops, error), 0);
	assert_int_equal(json_array_size(ops), 5);
	assert_string_equal(json_string_value(json_object_get(
				    json_array_get(ops, 4), "file")),
			    "dir/g");
	assert_true(json_is_true(
		json_object_get(json_array_get(ops, 0), "truncate")));
	assert_int_equal(number(ops, 1, "offset_bytes"), 10);
	assert_int_equal(number(ops, 1, "total_bytes"), 100);
	assert_int_equal(number(ops, 1, "write_bytes"), 7);
	assert_int_equal(number(ops, 1, "stride_bytes"), 20);
	assert_int_equal(number(ops, 3, "offset_bytes"), 5);
	assert_int_equal(number(ops, 3, "total_bytes"), 6);
	json_decref(ops);
}

static void what_the_build_cannot_play_is_not_modelled(void **state)
{
	static const char *const unknown[] = { "open 0 /mnt/f rw", "teleport 0",
					       NULL };
	static const char *const closed[] = { "open 0 /mnt/f rw", "close 0",
					      "fsync 0", NULL };
	char error[128];
	json_t *ops = NULL;

	(void)state;
	assert_int_equal(translate(unknown, &ops, error), 1);
	assert_string_equal(error, "operation teleport");
	assert_int_equal(translate(closed, &ops, error), -EINVAL);
	assert_non_null(strstr(error, "descriptor 0"));
	assert_null(ops);
}

static void a_device_has_exactly_the_recorded_limits(void **state)
{
	char name[] = "nvme3n1";
	char scheduler[] = "mq-deadline";
	struct rec_device device = {
		.given = true,
		.name = name,
		.scheduler = scheduler,
		.max_sectors_kb = 128,
		.max_hw_sectors_kb = 2147483647,
		.max_segments = 33,
		.max_segment_size = UINT64_MAX,
		.virt_boundary_mask = 4095,
	};
	json_t *json = workload_device(&device, 0);
	json_t *limits = json_object_get(json, "limits");

	(void)state;
	assert_string_equal(json_string_value(json_object_get(json, "type")),
			    "nvme");
	assert_int_equal(json_integer_value(
				 json_object_get(limits, "max_sectors_bytes")),
			 131072);
	assert_int_equal(json_integer_value(json_object_get(
				 limits, "max_hw_sectors_bytes")),
			 4294966784);
	assert_int_equal(json_integer_value(json_object_get(
				 limits, "virt_boundary_bytes")),
			 4096);
	assert_null(json_object_get(limits, "max_segment_bytes"));
	json_decref(json);
}

static void the_preset_is_the_newest_that_is_not_newer(void **state)
{
	static const char *const cases[][3] = {
		{ "6.12.107+deb13-amd64", "linux-6.12", "" },
		{ "6.16.12", "linux-6.16", "" },
		{ "6.18.15", "linux-6.18", "" },
		{ "7.2.1", "linux-6.18", "taken as linux-6.18" },
		{ "7.3.4+deb13-amd64", "linux-7.3", "" },
		{ "9.1", "linux-7.3", "taken as linux-7.3" },
		{ "5.10.3", "linux-6.12", "taken as linux-6.12" },
		{ "next", "linux-6.12", "taken as linux-6.12" },
	};

	(void)state;
	cfg_set_dir(WBSIM_SOURCE_DIR "/configs");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char preset[32];
		char note[160];

		assert_int_equal(workload_preset(cases[i][0], preset,
						 sizeof(preset), note,
						 sizeof(note)),
				 0);
		assert_string_equal(preset, cases[i][1]);
		assert_non_null(strstr(note, cases[i][2]));
		assert_int_equal(!*note, !*cases[i][2]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			descriptors_become_names_and_appends_positions),
		cmocka_unit_test(what_the_build_cannot_play_is_not_modelled),
		cmocka_unit_test(a_device_has_exactly_the_recorded_limits),
		cmocka_unit_test(the_preset_is_the_newest_that_is_not_newer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
