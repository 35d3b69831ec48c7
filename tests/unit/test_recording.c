/* test-links: wb_validate */
/*
 * The reader of recordings, on all recordings of the corpus and on damaged
 * ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/fileio.h"
#include "sim/validate/find.h"
#include "sim/validate/recording.h"

#define CORPUS WBSIM_SOURCE_DIR "/tests/groundtruth"

/* The summary alone: what it counts is not read by the reader under test. */
static json_t *load_summary(const char *path)
{
	const char *summary;
	size_t nr_bytes;
	char *text;
	json_t *ret;

	assert_int_equal(file_read(path, &text, &nr_bytes), 0);
	summary = strstr(text, "\"summary\":");
	assert_non_null(summary);
	ret = json_loads(summary + strlen("\"summary\":"),
			 JSON_DISABLE_EOF_CHECK, NULL);
	free(text);
	assert_non_null(ret);
	return ret;
}

static void check_count(const struct recording *rec, const json_t *summary,
			const char *key, enum rec_stream_id id)
{
	uint64_t expected = 0;

	if (!rec_uint(json_object_get(summary, key), &expected))
		return;
	/* The recorder missed one request of s17 (README, "Summary"). */
	if (id == REC_REQUESTS && !strcmp(rec->scenario, "s17-xfs-tail"))
		expected++;
	if (rec->streams[id].nr != expected)
		print_message("%s: %s\n", rec->path, key);
	assert_int_equal(rec->streams[id].nr, expected);
}

static void check_file(const char *path)
{
	struct recording rec;
	char error[512];
	json_t *summary = load_summary(path);

	if (recording_load(path, &rec, error, sizeof(error)))
		fail_msg("%s", error);
	check_count(&rec, summary, "folios", REC_FOLIOS);
	check_count(&rec, summary, "ioend_adds", REC_IOEND_RANGES);
	check_count(&rec, summary, "data_bios", REC_BIOS);
	check_count(&rec, summary, "splits", REC_SPLITS);
	check_count(&rec, summary, "bio_merges", REC_MERGES);
	check_count(&rec, summary, "data_requests", REC_REQUESTS);
	check_count(&rec, summary, "fuse_writes", REC_FUSE_REQUESTS);
	assert_true(rec.ops.nr > 0);
	recording_done(&rec);
	json_decref(summary);
}

static void counts_equal_each_recordings_own_summary(void **state)
{
	struct found_list found;
	char error[512];

	(void)state;
	if (find_recordings(CORPUS, &found, error, sizeof(error)))
		fail_msg("%s", error);
	assert_true(found.nr > 200);
	for (size_t i = 0; i < found.nr; i++)
		if (!found.items[i].is_timed)
			check_file(found.items[i].path);
	found_list_done(&found);
}

static void limits_and_geometry_are_those_of_the_data_device(void **state)
{
	struct recording rec;
	char error[512];

	(void)state;
	assert_int_equal(
		recording_load(CORPUS
			       "/traces/6.17.13/s01-xfs-seq-append.json.gz",
			       &rec, error, sizeof(error)),
		0);
	assert_string_equal(rec.kernel, "6.17.13");
	assert_string_equal(rec.device.name, "nvme0n1");
	assert_string_equal(rec.device.scheduler, "none");
	assert_int_equal(rec.device.max_sectors_kb, 512);
	assert_int_equal(rec.device.max_segments, 129);
	assert_int_equal(rec.device.virt_boundary_mask, 4095);
	assert_true(rec.device.write_cache);
	assert_string_equal(rec.fs.type, "xfs");
	assert_int_equal(rec.fs.block_size_bytes, 4096);
	assert_int_equal(rec.fs.ag_count, 4);
	assert_int_equal(rec.fs.data_blocks, 524288);
	assert_int_equal(rec.nr_files, 1);
	assert_string_equal(rec.files[0].name, "f");
	assert_int_equal(rec.files[0].ino, 131);
	assert_int_equal(rec.files[0].nr_frames, (64 << 20) / 4096);
	assert_int_equal(rec.files[0].frames[0].frame, 63488);
	assert_int_equal(rec.files[0].pieces.nr, 1);
	assert_int_equal(rec.files[0].pieces.items[0].disk_bytes, 98304);
	recording_done(&rec);
}

static void blocks_gone_from_the_final_map_come_from_ranges(void **state)
{
	struct recording rec;
	uint64_t disk_byte;
	char error[512];

	(void)state;
	assert_int_equal(recording_load(CORPUS
					"/traces/6.17.13/s17-xfs-tail.json",
					&rec, error, sizeof(error)),
			 0);
	/* Cut off by the truncation to 777777, and written before it. */
	assert_true(pieces_lookup(&rec.files[0].pieces, 1200000, &disk_byte));
	recording_done(&rec);
}

static void every_operation_of_the_language_is_understood(void **state)
{
	static const char *const lines[] = {
		"open 0 /mnt/f rwctdsa",
		"w 0 1 2",
		"seq 0 0 100 10 20",
		"a 0 5",
		"fsync 0",
		"fdatasync 0",
		"syncfs 0",
		"close 0",
		"sync",
		"sleep 10",
		"dropcaches",
		"falloc 0 0 10 1",
		"trunc 0 5",
		"clone 1 0",
		"sfr 0 0 10 2",
		"mmap 0 0 4096 4096",
		"mw 0 5",
		"msync 0",
		"munmap 0",
		"pace 1000000",
		"fiemap 0 /tmp/x",
		"mark hello",
	};
	char error[128];
	struct rec_op op;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		assert_int_equal(
			rec_op_parse(lines[i], &op, error, sizeof(error)), 0);
		assert_int_not_equal(op.kind, REC_OP_UNKNOWN);
		free(op.path);
	}
	assert_int_equal(rec_op_parse("# note", &op, error, 128), 1);
	assert_int_equal(rec_op_parse("reflink 0", &op, error, 128), 0);
	assert_int_equal(op.kind, REC_OP_UNKNOWN);
}

static void operations_keep_their_numbers(void **state)
{
	char error[128];
	struct rec_op op;

	(void)state;
	rec_op_parse("seq 3 10 100 7", &op, error, sizeof(error));
	assert_int_equal(op.fd, 3);
	assert_int_equal(op.offset, 10);
	assert_int_equal(op.bytes, 100);
	assert_int_equal(op.chunk, 7);
	assert_int_equal(op.step, 7);
	rec_op_parse("open 1 /mnt/g rc", &op, error, sizeof(error));
	assert_string_equal(op.path, "/mnt/g");
	assert_int_equal(op.flags, REC_OPEN_READ | REC_OPEN_CREATE);
	free(op.path);
}

static void wrong_operations_say_what_was_expected(void **state)
{
	static const char *const lines[] = {
		"w 0 1",    "seq 0 0 100 0",
		"fsync 16", "open 0 /mnt/f rx",
		"open 0",   "w 0 1 99999999999999999999",
	};
	char error[128];
	struct rec_op op;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		error[0] = '\0';
		assert_int_equal(
			rec_op_parse(lines[i], &op, error, sizeof(error)),
			-EINVAL);
		assert_true(strlen(error) > 0);
	}
}

#define HEAD "{\"kernel\":\"6.17.1+x\",\"scenario\":\"s\",\"filesystem\":{},"
#define WORK "\"workload\":{\"prepare\":[],\"operations\":[\"sync\"]},"

static void expect_error(const char *text, const char *expected)
{
	struct recording rec;
	char error[512] = "";

	assert_int_equal(recording_parse(text, strlen(text), "dir/x.json", &rec,
					 error, sizeof(error)),
			 -EINVAL);
	recording_done(&rec);
	if (!strstr(error, expected) || strncmp(error, "dir/x.json:", 11) != 0)
		fail_msg("'%s' lacks '%s'", error, expected);
}

static void damaged_recordings_name_file_place_and_expectation(void **state)
{
	(void)state;
	expect_error("{", "expected JSON");
	expect_error("{}", "$.kernel: expected a string");
	expect_error(HEAD WORK "\"events\":3}", "$.events: expected a list");
	expect_error(HEAD "\"events\":[]}", "$.workload.prepare");
	expect_error(HEAD WORK "\"events\":[[0,\"F\",0,1]]}",
		     "$.events[0]: expected [us, \"F\"");
	expect_error(HEAD WORK "\"inodes\":[\"/mnt/f\"],\"events\":[]}",
		     "$.inodes[0]: expected \"PATH INODE SIZE\"");
	expect_error(HEAD
		     "\"workload\":{\"prepare\":[],\"operations\":[\"w 0\"]},"
		     "\"events\":[]}",
		     "$.workload.operations[0]: \"w 0\"");
	expect_error(HEAD WORK "\"devices\":{},\"events\":[[0,\"Q\",0,\"sda\","
			       "\"W\",8,4096,\"d\"]]}",
		     "expected the limits of \"sda\"");
}

static void requests_are_data_inside_the_union_of_data_bios(void **state)
{
	static const char text[] = HEAD WORK
		"\"devices\":{\"d\":{\"max_sectors_kb\":4,\"max_segments\":1}},"
		"\"events\":[[0,\"Q\",0,\"d\",\"W\",8,4096,\"d\"],"
		"[0,\"Q\",0,\"d\",\"W\",16,4096,\"d\"],"
		"[0,\"Q\",0,\"d\",\"R\",64,4096,\"d\"],"
		"[0,\"Q\",0,\"d\",\"W\",32,4096,\"m\"],"
		"[0,\"I\",0,\"d\",\"W\",8192,8],[0,\"I\",0,\"d\",\"W\",4096,32],"
		"[0,\"I\",0,\"e\",\"W\",4096,8],[0,\"I\",0,\"d\",\"R\",4096,8],"
		"[0,\"?\",0,\"block_rq_requeue\",\"1,0 W () 8 + 16 [0]\"],"
		"[0,\"I\",0,\"d\",\"W\",8192,8]]}";
	struct recording rec;
	char error[512];

	(void)state;
	if (recording_parse(text, strlen(text), "x", &rec, error, 512))
		fail_msg("%s", error);
	assert_int_equal(rec.streams[REC_BIOS].nr, 2);
	/* One read, one metadata, one on another device, one issued twice. */
	assert_int_equal(rec.streams[REC_REQUESTS].nr, 1);
	assert_int_equal(rec_stream_at(&rec.streams[REC_REQUESTS], 0)[1], 8192);
	recording_done(&rec);
}

static void labels_are_releases_or_their_folders(void **state)
{
	static const char *const cases[][3] = {
		{ "6.17.13+deb13-amd64", "a/6.17.13/s.json", "6.17.13" },
		{ "6.17.13+deb13-amd64", "a/6.17.13-smp2/s.json",
		  "6.17.13-smp2" },
		{ "6.17.13+deb13-amd64", "6.17.13-smp2/s.json",
		  "6.17.13-smp2" },
		{ "6.17.1", "a/6.17.13-smp2/s.json", "6.17.1" },
		{ "next", "s.json", "next" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *label = recording_label(cases[i][0], cases[i][1]);

		assert_string_equal(label, cases[i][2]);
		free(label);
	}
}

static void an_integer_too_large_is_the_largest(void **state)
{
	static const char text[] =
		"{\"a\":18446744073709551615,\"b\":\"99999999999999999999\","
		"\"c\":9223372036854775807,\"d\":9223372036854775808}";
	json_t *json = rec_load_json(text, strlen(text), NULL);

	(void)state;
	assert_non_null(json);
	assert_true(json_integer_value(json_object_get(json, "a")) ==
		    INT64_MAX);
	assert_string_equal(json_string_value(json_object_get(json, "b")),
			    "99999999999999999999");
	assert_true(json_integer_value(json_object_get(json, "d")) ==
		    INT64_MAX);
	json_decref(json);
}

static void a_peek_finds_keys_and_damage(void **state)
{
	static const char good[] =
		" {\"a\":[1,{\"kernel\":\"no\"}],\"kernel\":\"6.1\",\"scenario\":\"x\\\"y\"} ";
	struct peek peek;

	(void)state;
	assert_int_equal(peek_json(good, strlen(good), &peek), 0);
	assert_string_equal(peek.kernel, "6.1");
	assert_string_equal(peek.scenario, "x\"y");
	assert_false(peek.is_timed);
	peek_done(&peek);
	for (size_t cut = 1; cut < strlen(good) - 1; cut++)
		assert_int_equal(peek_json(good, cut, &peek), -EINVAL);
	assert_int_equal(peek_json("{\"threads\":[]}", 14, &peek), 0);
	assert_true(peek.is_timed);
	peek_done(&peek);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_equal_each_recordings_own_summary),
		cmocka_unit_test(
			limits_and_geometry_are_those_of_the_data_device),
		cmocka_unit_test(
			blocks_gone_from_the_final_map_come_from_ranges),
		cmocka_unit_test(every_operation_of_the_language_is_understood),
		cmocka_unit_test(operations_keep_their_numbers),
		cmocka_unit_test(wrong_operations_say_what_was_expected),
		cmocka_unit_test(
			damaged_recordings_name_file_place_and_expectation),
		cmocka_unit_test(
			requests_are_data_inside_the_union_of_data_bios),
		cmocka_unit_test(labels_are_releases_or_their_folders),
		cmocka_unit_test(an_integer_too_large_is_the_largest),
		cmocka_unit_test(a_peek_finds_keys_and_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
