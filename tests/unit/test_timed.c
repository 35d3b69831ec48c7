/* test-links: wb_validate */
/*
 * Timed recordings: reading, phases, the experiment made of them, bounds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "sim/validate/timed.h"

#define SETUP                                                                  \
	"nullb nb0 size=900 memory_backed=1 blocksize=4096 irqmode=2 "         \
	"completion_nsec=80000 hw_queue_depth=64 submit_queues=1  || return "  \
	"1; wbt 0"
#define QUEUE                                                                  \
	"[\"max_sectors_kb=124\", \"max_segments=128\","                       \
	" \"max_segment_size=65536\", \"nr_requests=256\","                    \
	" \"scheduler=none [mq-deadline] \", \"wbt_lat_usec=0\","              \
	" \"write_cache=write through\", \"logical_block_size=4096\","         \
	" \"zoned=none\", \"100\", \"16777216\", \"4194304\", \"500\", \"\"]"

/* Two threads; the second starts 100 ns after the first. */
static const char two_threads[] =
	"{\"format\": \"t\", \"kernel\": \"6.17.13+x\", \"scenario\": \"s\","
	" \"role\": \"predict\", \"setup\": \"" SETUP "; xfs\","
	" \"prepare\": [\"open 0 /mnt/f rwct\", \"close 0\"],"
	" \"queue\": " QUEUE ", \"threads\": ["
	"{\"operations\": [\"open 0 /mnt/f rw\", \"seq 0 0 9000 4096\","
	" \"fsync 0\", \"w 0 0 4096\", \"fdatasync 0\"],"
	" \"quiet\": {\"start_ns\": 1000, \"rows\": [[0,0,0,0,10],"
	" [1,1,4096,20,30], [1,0,0,20,50], [2,0,0,60,160], [3,0,0,170,175],"
	" [4,0,0,180,181]]}},"
	"{\"operations\": [\"# nothing\", \"open 1 /mnt/g rwc\", \"a 1 10\"],"
	" \"quiet\": {\"start_ns\": 1100, \"rows\": [[1,0,0,0,7],"
	" [2,0,0,10,400]]}}]}";

static void read_text(const char *text, struct timed_recording *ret)
{
	char error[256] = "";

	if (timed_parse(text, strlen(text), "t.json", ret, error,
			sizeof(error)))
		fail_msg("%s", error);
}

static void phases_are_sums_of_whole_operations(void **state)
{
	struct timed_recording t;

	(void)state;
	read_text(two_threads, &t);
	assert_int_equal(t.nr_threads, 2);
	assert_int_equal(t.phase_ns[TIMED_WRITE], 30 + 5 + 390);
	assert_int_equal(t.phase_ns[TIMED_FSYNC], 100 + 1);
	assert_int_equal(t.phase_ns[TIMED_OPEN], 10 + 7);
	assert_false(t.has_phase[TIMED_CLOSE]);
	/* first start 1000, last end 1500 */
	assert_int_equal(t.phase_ns[TIMED_TOTAL], 500);
	timed_done(&t);
}

static void device_parameters_come_from_the_shell_text(void **state)
{
	struct timed_recording t;

	(void)state;
	read_text(two_threads, &t);
	assert_int_equal(t.rec.device.completion_ns, 80000);
	assert_int_equal(t.hw_queue_depth, 64);
	assert_int_equal(t.mbps, UINT64_MAX);
	assert_true(t.memory_backed);
	assert_string_equal(t.rec.device.scheduler, "mq-deadline");
	assert_int_equal(t.rec.device.max_sectors_kb, 124);
	assert_int_equal(t.rec.device.size_sectors, 900 * 2048);
	assert_string_equal(t.rec.fs.type, "xfs");
	assert_int_equal(t.rec.dirty_bytes, 16777216);
	assert_int_equal(t.rec.dirty_background_bytes, 4194304);
	assert_int_equal(t.rec.dirty_writeback_centisecs, 500);
	timed_done(&t);
}

#define ZONED                                                                     \
	"{\"kernel\": \"6.17.13+x\", \"scenario\": \"z\", \"role\": \"predict\"," \
	" \"setup\": \"nullb nb0 size=1536 memory_backed=1 zoned=1 zone_size=16 " \
	"zone_nr_conv=24 zone_max_open=14 zone_max_active=15 "                    \
	"completion_nsec=50000 hw_queue_depth=128; mkfs.xfs -r zoned=1\","        \
	" \"prepare\": [], \"queue\": [\"max_sectors_kb=124\","                   \
	" \"max_segments=128\", \"zoned=host-managed\"], \"threads\": ["          \
	"{\"operations\": [\"open 0 /mnt/f rwct\", \"fsync 0\"], \"quiet\":"      \
	" {\"rows\": [[0,0,0,0,10], [1,0,0,20,30]]}}]}"

static void zones_come_from_the_shell_text(void **state)
{
	struct timed_recording t;
	char error[256];
	json_t *e = NULL;

	(void)state;
	read_text(ZONED, &t);
	assert_true(t.rec.fs.zoned);
	assert_int_equal(t.rec.fs.conventional_zones, 24);
	assert_int_equal(t.rec.device.chunk_sectors, 32768);
	assert_int_equal(t.rec.device.max_open_zones, 14);
	assert_int_equal(t.rec.device.max_active_zones, 15);
	if (timed_experiment(&t, "linux-6.17", &e, error, sizeof(error)) == 1)
		skip();
	json_t *fs = json_object_get(e, "filesystem");
	json_t *device = json_object_get(e, "device");
	json_t *zones = json_object_get(device, "zones");

	assert_string_equal(json_string_value(json_object_get(fs, "type")),
			    "xfs_zoned");
	assert_true(json_is_false(json_object_get(fs, "external")));
	assert_string_equal(json_string_value(json_object_get(device, "type")),
			    "null_blk_zoned");
	assert_int_equal(
		json_integer_value(json_object_get(zones, "zone_bytes")),
		16 << 20);
	json_decref(e);
	timed_done(&t);
}

static json_int_t number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static void experiment_has_threads_player_and_full_last_chunk(void **state)
{
	struct timed_recording t;
	char error[256];
	json_t *e = NULL;
	int status;

	(void)state;
	read_text(two_threads, &t);
	status = timed_experiment(&t, "linux-6.17", &e, error, sizeof(error));
	if (status == 1)
		skip();
	assert_int_equal(status, 0);
	json_t *threads = json_object_get(e, "threads");

	assert_int_equal(json_array_size(threads), 2);
	json_t *ops = json_object_get(json_array_get(threads, 0), "ops");
	json_t *seq = json_array_get(ops, 1);
	json_t *device = json_object_get(e, "device");

	assert_int_equal(number(seq, "total_bytes"), 12288);
	assert_null(json_object_get(seq, "timed"));
	assert_true(
		json_is_true(json_object_get(json_array_get(ops, 3), "timed")));
	assert_int_equal(number(json_array_get(ops, 0), "cpu_before_ns"), 0);
	assert_int_equal(number(seq, "cpu_before_ns"),
			 timed_player_gap_ns(REC_OP_SEQ));
	assert_int_equal(number(device, "queue_depth"), 64);
	assert_int_equal(number(device, "nr_requests"), 256);
	assert_int_equal(number(device, "latency_ns"), 80000);
	json_decref(e);
	timed_done(&t);
}

static void what_costs_were_measured_on_is_calibrated(void **state)
{
	(void)state;
	assert_non_null(timed_evidence("t12-rand4k-lat80"));
	assert_non_null(timed_evidence("t16-cow-rand4k"));
	assert_null(timed_evidence("t14-stride-unwritten"));
}

static void damaged_recordings_are_refused(void **state)
{
	static const char *const texts[] = {
		"{",
		"{\"kernel\": \"6.17\", \"scenario\": \"s\"}",
		"{\"kernel\": \"6.17\", \"scenario\": \"s\", \"role\": \"r\","
		" \"setup\": \"\", \"queue\": 3}",
		"{\"kernel\": \"6.17\", \"scenario\": \"s\", \"role\": \"r\","
		" \"setup\": \"nullb nb0 completion_nsec=x\", \"queue\": [],"
		" \"prepare\": [], \"threads\": [{\"operations\": [\"sync\"],"
		" \"quiet\": {\"rows\": [[0, 0, 0, 1, 2]]}}]}",
		"{\"kernel\": \"6.17\", \"scenario\": \"s\", \"role\": \"r\","
		" \"setup\": \"\", \"queue\": [], \"prepare\": [],"
		" \"threads\": []}",
		"{\"kernel\": \"6.17\", \"scenario\": \"s\", \"role\": \"r\","
		" \"setup\": \"\", \"queue\": [], \"prepare\": [7],"
		" \"threads\": [{}]}",
		"{\"kernel\": \"6.17\", \"scenario\": \"s\", \"role\": \"r\","
		" \"setup\": \"\", \"queue\": [], \"prepare\": [],"
		" \"threads\": [{\"operations\": [\"sync\"],"
		" \"quiet\": {\"rows\": [[9, 0, 0, 1, 2]]}}]}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct timed_recording t;
		char error[256] = "";

		assert_true(timed_parse(texts[i], strlen(texts[i]), "t.json",
					&t, error, sizeof(error)) < 0);
		assert_non_null(strstr(error, "t.json"));
		timed_done(&t);
	}
}

static json_t *entry(const char *kernel, const char *role, double error)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:[{s:s, s:i, s:i, s:f}]}",
			 "kernel", kernel, "scenario", "s", "role", role,
			 "group", "xfs", "state", "compared", "phases", "phase",
			 "total", "recorded_ns", 100, "simulated_ns", 100,
			 "error", error);
}

static long ppm(const json_t *object, const char *key)
{
	return (long)(json_real_value(json_object_get(object, key)) * 1e6 +
		      0.5);
}

static void errors_are_summed_up_by_role(void **state)
{
	json_t *timed =
		json_pack("[o, o, o, o]", entry("6.17.13", "predict", -0.01),
			  entry("6.16.12", "predict", 0.02),
			  entry("6.17.13", "predict", 0.06),
			  entry("6.17.13", "calibrate", 0.001));
	json_t *report = json_object();
	json_t *predict;

	(void)state;
	assert_true(timed_check_bounds(timed));
	timed_report_json(report, timed);
	assert_int_equal(json_array_size(json_object_get(report, "phases")), 4);
	predict = json_object_get(json_object_get(report, "errors"), "predict");
	assert_int_equal(number(predict, "count"), 3);
	assert_int_equal(ppm(predict, "median"), 20000);
	assert_int_equal(ppm(predict, "max"), 60000);
	json_array_append_new(timed, entry("6.16.12", "predict", 0.11));
	assert_false(timed_check_bounds(timed));
	json_decref(report);
	json_decref(timed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(phases_are_sums_of_whole_operations),
		cmocka_unit_test(device_parameters_come_from_the_shell_text),
		cmocka_unit_test(zones_come_from_the_shell_text),
		cmocka_unit_test(
			experiment_has_threads_player_and_full_last_chunk),
		cmocka_unit_test(what_costs_were_measured_on_is_calibrated),
		cmocka_unit_test(damaged_recordings_are_refused),
		cmocka_unit_test(errors_are_summed_up_by_role),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
