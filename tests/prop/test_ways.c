/* test-links: wb_run wb_device */
/*
 * Stages of folios add up to their ways in every run: random workloads with
 * splits, merges, schedulers, throttling, few tags, zones and failing bios.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/prop/random_workload.h"
#include "tests/unit/run_child.h"

#define NR_RANDOM 16

/* what is laid over a random workload, in turns */
static const struct cfg_override none[] = { { "name", "ways" } };
static const struct cfg_override few_tags[] = {
	{ "device.queue_depth", "3" },
	{ "device.scheduler", "none" },
};
static const struct cfg_override wbt[] = {
	{ "device.wbt.enabled", "true" },
	{ "device.queue_depth", "16" },
};
static const struct cfg_override deadline[] = {
	{ "device.scheduler", "mq-deadline" },
	{ "device.queue_depth", "2" },
};
static const struct cfg_override failing[] = {
	{ "faults",
	  "[{\"type\": \"bio-error\", \"nth\": 2}, {\"type\": \"bio-error\", \"nth\": 5}]" },
	{ "device.queue_depth", "7" },
};
static const struct cfg_override *const overlays[] = { none, few_tags, wbt,
						       deadline, failing };
static const size_t overlay_sizes[] = { 1, 2, 2, 2, 2 };

#define ZONED(kernel_rule, device)                                             \
	"{ \"kernel\": { \"base\": \"linux-6.17\"" kernel_rule " },"           \
	" \"device\": " device ","                                             \
	" \"filesystem\": \"xfs-zoned\","                                      \
	" \"files\": [ { \"name\": \"f{thread}\" } ],"                         \
	" \"threads\": [ { \"count\": 3, \"ops\": ["                           \
	" { \"op\": \"open\", \"file\": \"f{thread}\", \"create\": true },"    \
	" { \"op\": \"write\", \"file\": \"f{thread}\","                       \
	"   \"total_bytes\": \"8MiB\" },"                                      \
	" { \"op\": \"fsync\", \"file\": \"f{thread}\" },"                     \
	" { \"op\": \"write\", \"file\": \"f{thread}\","                       \
	"   \"offset_bytes\": \"8MiB\", \"total_bytes\": \"32MiB\" },"         \
	" { \"op\": \"fsync\", \"file\": \"f{thread}\" } ] } ] }"

static const char *const fixed[] = {
	ZONED("", "\"nvme-zns-recorded\""),
	ZONED(", \"xfs_zoned\": { \"data_op\": \"write\" }",
	      "\"nvme-zns-recorded\""),
	ZONED(", \"xfs_zoned\": { \"data_op\": \"write\" }",
	      "\"zoned-null-blk\""),
	/* appends made writes, one in flight per zone */
	ZONED("", "{ \"base\": \"nvme-zns-recorded\","
		  "  \"zones\": { \"append\": false } }"),
	"{ \"device\": \"null-blk-10us\", \"filesystem\": \"bdev\","
	" \"files\": [ { \"name\": \"dev\" } ],"
	" \"threads\": [ { \"ops\": ["
	" { \"op\": \"open\", \"file\": \"dev\" },"
	" { \"op\": \"write\", \"file\": \"dev\", \"total_bytes\": \"4MiB\" },"
	" { \"op\": \"fsync\", \"file\": \"dev\" } ] } ] }",
	/* more writes at once than writeback throttling lets through */
	"{ \"device\": { \"base\": \"nvme-no-mdts\", \"latency_ns\": \"1ms\", \"units\": 4,"
	"  \"wbt\": { \"enabled\": true } },"
	" \"files\": [ { \"name\": \"f\", \"initial\": \"written\","
	"   \"size_bytes\": \"16MiB\" } ],"
	" \"threads\": [ { \"ops\": ["
	" { \"op\": \"write\", \"file\": \"f\", \"pattern\": \"random\","
	"   \"total_bytes\": \"16MiB\", \"write_bytes\": 4096, \"count\": 200 },"
	" { \"op\": \"fsync\", \"file\": \"f\" } ] } ] }",
	"{ \"filesystem\": \"memory\","
	" \"files\": [ { \"name\": \"f\" } ],"
	" \"threads\": [ { \"ops\": ["
	" { \"op\": \"write\", \"file\": \"f\", \"total_bytes\": \"4MiB\" },"
	" { \"op\": \"fsync\", \"file\": \"f\" } ] } ] }",
};
#define NR_FIXED (sizeof(fixed) / sizeof(fixed[0]))
#define NR_RUNS  (NR_RANDOM + NR_FIXED)

/* Stages that the runs above must reach, else they prove too little. */
static const char *const wanted[] = {
	"dirty",       "pass",           "build",
	"zone plug",   "submit",         "wbt",
	"tag",         "plug",           "scheduler",
	"issue",       "driver",         "device queue",
	"device unit", "device service", "device transfer",
	"interrupt",   "work queue",     "transaction",
	"end",         "store",
};
#define NR_WANTED (sizeof(wanted) / sizeof(wanted[0]))

static json_int_t number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	assert_true(json_is_integer(value));
	return json_integer_value(value);
}

/* The run itself compares the sums of dates: a check by that name. */
static bool has_check(const json_t *result)
{
	const json_t *check;
	size_t i;

	json_array_foreach(json_object_get(result, "checks"), i, check)
		if (!strcmp(json_string_value(json_object_get(check, "name")),
			    "stages of folios add up to their ways"))
			return json_is_true(json_object_get(check, "ok"));
	return false;
}

static void look_at(const char *text, uint64_t *folios_by_stage)
{
	json_t *result = json_loads(text, 0, NULL);
	json_t *latency = json_object_get(result, "latency");
	json_int_t sum = 0;
	json_t *stage;
	size_t i;

	assert_true(has_check(result));
	json_array_foreach(json_object_get(latency, "stages"), i, stage) {
		const char *name =
			json_string_value(json_object_get(stage, "name"));

		sum += number(stage, "ns");
		assert_true(number(stage, "folios") <=
			    number(latency, "folios"));
		assert_true(number(stage, "p50") <= number(stage, "p999"));
		for (size_t w = 0; w < NR_WANTED; w++)
			if (!strcmp(name, wanted[w]))
				folios_by_stage[w] +=
					(uint64_t)number(stage, "folios");
	}
	assert_int_equal(sum, number(latency, "ns"));
	json_decref(result);
}

static void stages_add_up_in_every_run(void **state)
{
	struct run_request requests[NR_RUNS] = { 0 };
	uint64_t folios_by_stage[NR_WANTED] = { 0 };
	char *texts[NR_RUNS];

	(void)state;
	for (size_t i = 0; i < NR_RUNS; i++) {
		struct run_request *request = &requests[i];

		request->json = i < NR_RANDOM ? new_workload(1000 + i)
					      : json_loads(fixed[i - NR_RANDOM],
							   0, NULL);
		assert_non_null(request->json);
		request->overrides = i < NR_RANDOM ? overlays[i % 5] : none;
		request->nr_overrides =
			i < NR_RANDOM ? overlay_sizes[i % 5] : 1;
	}
	assert_int_equal(run_all(requests, NR_RUNS, texts), 0);
	for (size_t i = 0; i < NR_RUNS; i++) {
		assert_non_null(texts[i]);
		look_at(texts[i], folios_by_stage);
		free(texts[i]);
		json_decref((json_t *)(uintptr_t)requests[i].json);
	}
	for (size_t w = 0; w < NR_WANTED; w++) {
		if (!folios_by_stage[w])
			print_message("no folio spent time in \"%s\"\n",
				      wanted[w]);
		assert_true(folios_by_stage[w] > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stages_add_up_in_every_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
