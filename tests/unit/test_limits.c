/* test-links: wb_run */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/run/experiment.h"
#include "sim/base/fileio.h"
#include "sim/config/config.h"
#if WBSIM_BLOCK
#include "models/device/device.h"

/* The recording that has a preset's device, and the device's name there. */
static const struct {
	const char *preset;
	const char *recording;
	const char *name;
} devices[] = {
	{ "nvme-mdts-512k", "s01-xfs-seq-append", "nvme0n1" },
	{ "nvme-mdts-128k", "s01-xfs-nvme128k-seq", "nvme1n1" },
	{ "nvme-no-mdts", "s01-xfs-nvmebig-seq", "nvme2n1" },
	{ "virtio-blk", "s01-xfs-virtio-seq", "vda" },
	{ "null-blk-4k-100us", "s01-xfs-nullb256k-seq", "nb0" },
};

static const struct {
	const char *preset;
	const char *release;
} kernels[] = {
	{ "linux-6.12", "6.12.107" },
	{ "linux-6.16", "6.16.12" },
	{ "linux-6.17", "6.17.13" },
	{ "linux-7.3", "7.3.4" },
};

#define NR(array) (sizeof(array) / sizeof((array)[0]))

/* The sysfs values of @device in one recording. */
static json_t *recorded(size_t kernel, size_t device)
{
	char path[512];
	char *text;
	size_t nr_bytes;

	int length = snprintf(path, sizeof(path),
			      "%s/tests/groundtruth/traces/%s/%s.json.gz",
			      WBSIM_SOURCE_DIR, kernels[kernel].release,
			      devices[device].recording);

	if (file_read(path, &text, &nr_bytes)) {
		/* small recordings are not compressed */
		path[length - 3] = '\0';
		assert_int_equal(file_read(path, &text, &nr_bytes), 0);
	}
	/* some counters of a recording do not fit into 63 bits */
	json_t *file =
		json_loadb(text, nr_bytes, JSON_DECODE_INT_AS_REAL, NULL);

	free(text);
	assert_non_null(file);
	json_t *limits = json_object_get(json_object_get(file, "devices"),
					 devices[device].name);

	assert_non_null(limits);
	json_incref(limits);
	json_decref(file);
	return limits;
}

static void load(const char *kernel, const char *device, struct experiment *ret)
{
	struct cfg_error error;
	json_t *json = json_pack("{s:s, s:s, s:s}", "name", "limits", "kernel",
				 kernel, "device", device);

	assert_non_null(json);
	if (experiment_load_json(json, "test", NULL, 0, ret, &error))
		fail_msg("%s", error.text);
	json_decref(json);
}

static uint64_t value(const json_t *limits, const char *key)
{
	const json_t *number = json_object_get(limits, key);

	assert_true(json_is_number(number));
	return (uint64_t)json_number_value(number);
}

static void compare(const struct experiment *e, const json_t *limits)
{
	const char *scheduler =
		json_string_value(json_object_get(limits, "scheduler"));
	const char *cache =
		json_string_value(json_object_get(limits, "write_cache"));
	struct queue_limits derived;

	device_limits(&e->device, &e->kernel.block, &derived);
	assert_int_equal(derived.max_sectors / 2,
			 value(limits, "max_sectors_kb"));
	assert_int_equal(derived.max_hw_sectors / 2,
			 value(limits, "max_hw_sectors_kb"));
	assert_int_equal(derived.max_segments, value(limits, "max_segments"));
	assert_int_equal(derived.max_segment_bytes,
			 value(limits, "max_segment_size"));
	assert_int_equal(derived.virt_boundary_mask,
			 value(limits, "virt_boundary_mask"));
	assert_int_equal(derived.chunk_sectors, value(limits, "chunk_sectors"));
	assert_int_equal(derived.logical_block_bytes,
			 value(limits, "logical_block_size"));
	assert_int_equal(derived.physical_block_bytes,
			 value(limits, "physical_block_size"));
	assert_int_equal(e->device.queue_depth, value(limits, "nr_requests"));
	assert_int_equal(e->device.size_bytes / 512,
			 value(limits, "size_sectors"));
	assert_int_equal(e->device.scheduler == SCHEDULER_MQ_DEADLINE,
			 strstr(scheduler, "[mq-deadline]") != NULL);
	assert_int_equal(e->device.write_cache,
			 strcmp(cache, "write back") == 0);
}

static void all_presets_have_the_limits_that_sysfs_reported(void **state)
{
	(void)state;
	for (size_t k = 0; k < NR(kernels); k++) {
		for (size_t d = 0; d < NR(devices); d++) {
			json_t *limits = recorded(k, d);
			struct experiment e;

			load(kernels[k].preset, devices[d].preset, &e);
			compare(&e, limits);
			experiment_release(&e);
			json_decref(limits);
		}
	}
}

/* The limits of one device under hand-made kernel limits. */
static struct queue_limits derive(struct device_config *device,
				  struct block_config *block)
{
	struct queue_limits ret;

	device_limits(device, block, &ret);
	return ret;
}

static void an_nvme_transfer_sets_sectors_and_segments(void **state)
{
	struct experiment e;

	(void)state;
	load("linux-6.17", "nvme-no-mdts", &e);
	/* driver: 8 MiB at most, 2049 pages, 256 of them; kernel: 4 MiB */
	struct queue_limits limits = derive(&e.device, &e.kernel.block);

	assert_int_equal(limits.max_hw_sectors, 16384);
	assert_int_equal(limits.max_sectors, 8192);
	assert_int_equal(limits.max_segments, 256);
	/* 64 KiB: 16 pages and one more, 128 sectors */
	e.device.max_transfer_bytes = 65536;
	limits = derive(&e.device, &e.kernel.block);
	assert_int_equal(limits.max_sectors, 128);
	assert_int_equal(limits.max_segments, 17);
	experiment_release(&e);
}

static void values_given_replace_the_derived_ones(void **state)
{
	struct experiment e;

	(void)state;
	load("linux-6.17", "nvme-mdts-512k", &e);
	e.device.limits.max_sectors_bytes = 128 * 1024;
	e.device.limits.max_segments = 5;
	e.device.limits.max_segment_bytes = 8192;
	e.device.limits.virt_boundary_given = true;
	e.device.limits.chunk_bytes = 1 << 20;
	struct queue_limits limits = derive(&e.device, &e.kernel.block);

	assert_int_equal(limits.max_sectors, 256);
	assert_int_equal(limits.max_segments, 5);
	assert_int_equal(limits.max_segment_bytes, 8192);
	assert_int_equal(limits.virt_boundary_mask, 0);
	assert_int_equal(limits.chunk_sectors, 2048);
	assert_int_equal(limits.max_hw_sectors, 1024);
	experiment_release(&e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			all_presets_have_the_limits_that_sysfs_reported),
		cmocka_unit_test(an_nvme_transfer_sets_sectors_and_segments),
		cmocka_unit_test(values_given_replace_the_derived_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
#else
int main(void)
{
	return 77;
}
#endif
