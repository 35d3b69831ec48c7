/*
 * From a recording to an experiment.  Operations are in workload_ops.c.
 */
#include "sim/validate/workload.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/run/experiment.h"
#include "sim/config/config.h"
#include "sim/validate/vec.h"

/* The recorder's guest. */
#define GUEST_MEMORY_BYTES (UINT64_C(2200) << 20)
/* UINT_MAX sectors: what the kernel means by "no limit". */
#define MAX_REQUEST_BYTES UINT64_C(4294966784)

static const struct cfg_key *key_in(const struct cfg_object *object,
				    const char *name, size_t length)
{
	for (size_t i = 0; object && i < object->nr_keys; i++) {
		const struct cfg_key *key = &object->keys[i];

		if (strlen(key->key) == length &&
		    !strncmp(key->key, name, length))
			return key;
	}
	return NULL;
}

static const struct cfg_key *key_at(const char *path)
{
	const struct cfg_object *object = &experiment_object;
	const struct cfg_key *key = NULL;

	while (*path) {
		size_t length = strcspn(path, ".");

		key = key_in(object, path, length);
		if (!key)
			return NULL;
		object = key->object;
		path += length;
		path += *path == '.';
	}
	return key;
}

bool workload_has_key(const char *path)
{
	return key_at(path) != NULL;
}

bool workload_has_word(const char *path, const char *word)
{
	const struct cfg_key *key = key_at(path);

	if (!key || !key->names)
		return false;
	for (size_t i = 0; key->names[i]; i++) {
		if (!strcmp(key->names[i], word))
			return true;
	}
	return false;
}

/** struct preset_search - of the newest preset that is not newer */
struct preset_search {
	unsigned int wanted; /* major * 1000 + minor */
	unsigned int best;
	unsigned int oldest;
};

static unsigned int version_of(const char *text)
{
	char *end;
	unsigned long major = strtoul(text, &end, 10);
	unsigned long minor;

	if (end == text || *end != '.' || major > 999)
		return 0;
	text = end + 1;
	minor = strtoul(text, &end, 10);
	if (end == text || minor > 999)
		return 0;
	return (unsigned int)(major * 1000 + minor);
}

static void consider_preset(const char *name, const char *comment, void *arg)
{
	struct preset_search *search = arg;
	static const char prefix[] = "linux-";
	unsigned int version;

	(void)comment;
	if (strncmp(name, prefix, sizeof(prefix) - 1) != 0)
		return;
	version = version_of(name + sizeof(prefix) - 1);
	if (!version)
		return;
	if (!search->oldest || version < search->oldest)
		search->oldest = version;
	if (version <= search->wanted && version > search->best)
		search->best = version;
}

int workload_preset(const char *release, char *ret_name, size_t name_bytes,
		    char *ret_note, size_t note_bytes)
{
	struct preset_search search = { .wanted = version_of(release) };
	unsigned int taken;

	cfg_preset_list("kernels", consider_preset, &search);
	if (!search.oldest)
		return -ENOENT;
	taken = search.best ? search.best : search.oldest;
	snprintf(ret_name, name_bytes, "linux-%u.%u", taken / 1000,
		 taken % 1000);
	ret_note[0] = '\0';
	if (taken != search.wanted)
		snprintf(ret_note, note_bytes,
			 "kernel %s has no preset of its own: taken as %s",
			 release, ret_name);
	return 0;
}

static void set_int(json_t *object, const char *key, uint64_t value)
{
	json_object_set_new(object, key, json_integer((json_int_t)value));
}

/* Fields that were not recorded stay with the model's own rules. */
static void set_limit(json_t *object, const char *key, uint64_t value,
		      uint64_t unit, uint64_t max)
{
	if (value == UINT64_MAX)
		return;
	value = value > max / unit ? max : value * unit;
	set_int(object, key, value);
}

static const char *device_type(const struct rec_device *device)
{
	bool zoned = device->zoned && workload_has_key("device.zones");

	if (!strncmp(device->name, "nvme", 4))
		return zoned ? "nvme_zns" : "nvme";
	if (!strncmp(device->name, "vd", 2))
		return "virtio_blk";
	return zoned ? "null_blk_zoned" : "null_blk";
}

/* Of a host-managed device; capacities were not recorded: all of each zone. */
static json_t *zones_json(const struct rec_device *device,
			  uint64_t nr_conventional)
{
	json_t *ret = json_object();

	set_limit(ret, "zone_bytes", device->chunk_sectors, 512,
		  UINT64_C(1) << 40);
	set_limit(ret, "max_open", device->max_open_zones, 1, 65535);
	set_limit(ret, "max_active", device->max_active_zones, 1, 65535);
	set_limit(ret, "append_max_bytes", device->zone_append_max_bytes, 1,
		  MAX_REQUEST_BYTES);
	set_limit(ret, "write_granularity_bytes",
		  device->zone_write_granularity, 1, 65536);
	set_int(ret, "conventional", nr_conventional);
	return ret;
}

json_t *workload_device(const struct rec_device *device,
			uint64_t nr_conventional)
{
	json_t *limits = json_object();
	json_t *ret = json_object();
	const char *type = device_type(device);

	set_limit(limits, "max_sectors_bytes", device->max_sectors_kb, 1024,
		  MAX_REQUEST_BYTES);
	set_limit(limits, "max_hw_sectors_bytes", device->max_hw_sectors_kb,
		  1024, MAX_REQUEST_BYTES);
	set_limit(limits, "max_segments", device->max_segments, 1, 65535);
	set_limit(limits, "max_segment_bytes", device->max_segment_size, 1,
		  UINT32_MAX);
	set_limit(limits, "chunk_bytes", device->chunk_sectors, 512,
		  UINT64_C(1) << 32);
	if (device->virt_boundary_mask != UINT64_MAX) {
		json_object_set_new(limits, "virt_boundary_given", json_true());
		set_int(limits, "virt_boundary_bytes",
			device->virt_boundary_mask
				? device->virt_boundary_mask + 1
				: 0);
	}
	json_object_set_new(ret, "type", json_string(type));
	if (device->zoned && workload_has_key("device.zones"))
		json_object_set_new(ret, "zones",
				    zones_json(device, nr_conventional));
	set_limit(ret, "size_bytes", device->size_sectors, 512,
		  UINT64_C(1) << 50);
	set_limit(ret, "logical_block_bytes", device->logical_block_size, 1,
		  65536);
	set_limit(ret, "physical_block_bytes", device->physical_block_size, 1,
		  65536);
	/* with a scheduler the file shows its requests, not the driver's */
	set_limit(ret,
		  strcmp(device->scheduler, "none") ? "nr_requests"
						    : "queue_depth",
		  device->nr_requests, 1, 65535);
	if (workload_has_word("device.scheduler", device->scheduler))
		json_object_set_new(ret, "scheduler",
				    json_string(device->scheduler));
	json_object_set_new(ret, "write_cache",
			    json_boolean(device->write_cache));
	if (device->completion_ns)
		set_int(ret, "latency_ns", device->completion_ns);
	json_object_set_new(ret, "limits", limits);
	return ret;
}

static bool is_zonefs(const struct recording *rec)
{
	return !strcmp(rec->fs.type, "zonefs");
}

static void set_zones(const struct recording *rec, json_t *filesystem)
{
	if (!is_zonefs(rec))
		return;
	set_limit(filesystem, "zone_size_bytes", rec->device.chunk_sectors, 512,
		  UINT64_C(1) << 40);
	set_int(filesystem, "conventional_zones", rec->fs.conventional_zones);
	if (strstr(rec->fs.setup, "explicit-open") &&
	    workload_has_key("filesystem.explicit_open"))
		json_object_set_new(filesystem, "explicit_open", json_true());
}

/* Data in zones: the realtime section. */
static bool is_zoned_xfs(const struct recording *rec)
{
	return rec->fs.zoned && !strcmp(rec->fs.type, "xfs");
}

static json_t *zoned_xfs_json(const struct recording *rec)
{
	json_t *ret = json_pack("{s:s, s:b}", "type", "xfs_zoned", "external",
				strstr(rec->fs.setup, "rtdev=") != NULL);

	set_int(ret, "block_size_bytes", rec->fs.block_size_bytes);
	return ret;
}

/* "fusemnt MAX_PAGES MAX_WRITE ...": of the recorder's server, gtfuse. */
static json_t *fuse_json(const struct recording *rec)
{
	unsigned long max_pages = 0;
	unsigned long max_write = 0;

	if (sscanf(rec->fs.setup, "fusemnt %lu %lu", &max_pages, &max_write) !=
	    2)
		return json_pack("{s:s}", "base", "fuse");
	return json_pack("{s:s, s:{s:I, s:I}}", "base", "fuse", "fuse",
			 "max_pages", (json_int_t)max_pages, "max_write_bytes",
			 (json_int_t)max_write);
}

static json_t *filesystem_json(const struct recording *rec)
{
	const struct rec_filesystem *fs = &rec->fs;
	const char *alloc_size;
	json_t *ret;

	if (is_zoned_xfs(rec))
		return zoned_xfs_json(rec);
	if (!strcmp(fs->type, "fuse"))
		return fuse_json(rec);
	ret = json_object();
	json_object_set_new(ret, "type", json_string(fs->type));
	if (fs->block_size_bytes)
		set_int(ret, "block_size_bytes", fs->block_size_bytes);
	if (fs->data_blocks && fs->block_size_bytes)
		set_int(ret, "size_bytes",
			fs->data_blocks * fs->block_size_bytes);
	if (fs->ag_count)
		set_int(ret, "ag_count", fs->ag_count);
	if (strstr(fs->setup, "reflink=0"))
		json_object_set_new(ret, "reflink", json_false());
	if (strstr(fs->setup, "rmapbt=0"))
		json_object_set_new(ret, "rmapbt", json_false());
	alloc_size = fs->mount_options ? strstr(fs->mount_options, "allocsize=")
				       : NULL;
	if (alloc_size)
		set_int(ret, "alloc_size_bytes",
			strtoull(alloc_size + strlen("allocsize="), NULL, 10) *
				1024);
	set_zones(rec, ret);
	return ret;
}

/* The folders of zonefs stand among the recorded inodes. */
static bool is_folder(const struct recording *rec, const struct rec_file *file)
{
	return is_zonefs(rec) && !strchr(file->name, '/');
}

static json_t *files_json(const struct recording *rec)
{
	json_t *ret = json_array();

	for (size_t i = 0; i < rec->nr_files; i++) {
		const struct rec_file *file = &rec->files[i];

		if (!is_folder(rec, file))
			json_array_append_new(
				ret, json_pack("{s:s}", "name", file->name));
	}
	return ret;
}

static uint64_t written_bytes(const struct rec_ops *ops)
{
	uint64_t ret = 0;

	for (size_t i = 0; i < ops->nr; i++) {
		const struct rec_op *op = &ops->items[i];

		if (op->kind == REC_OP_SEQ)
			ret += op->step > op->chunk
				       ? op->bytes / op->step * op->chunk
				       : op->bytes;
		else if (op->kind == REC_OP_WRITE || op->kind == REC_OP_APPEND)
			ret += op->bytes;
	}
	return ret;
}

/* What the whole recording needs, beside its operations. */
static int check_modelled(const struct recording *rec, char *err,
			  size_t err_bytes)
{
	if (!workload_has_word("filesystem.type", rec->fs.type)) {
		snprintf(err, err_bytes, "file system %s", rec->fs.type);
		return 1;
	}
	if (rec->fs.zoned && !is_zonefs(rec) &&
	    !(is_zoned_xfs(rec) &&
	      workload_has_word("filesystem.type", "xfs_zoned"))) {
		snprintf(err, err_bytes, "zoned device");
		return 1;
	}
	if (rec->dirty_background_bytes &&
	    rec->dirty_background_bytes < written_bytes(&rec->ops)) {
		snprintf(
			err, err_bytes,
			"background writeback (more is written than dirty_background_bytes, %lu)",
			rec->dirty_background_bytes);
		return 1;
	}
	return 0;
}

static void set_vm(const struct recording *rec, json_t *experiment)
{
	json_t *vm;

	if (!workload_has_key("vm.dirty_bytes"))
		return;
	vm = json_object();
	set_int(vm, "dirty_bytes", rec->dirty_bytes);
	set_int(vm, "dirty_background_bytes", rec->dirty_background_bytes);
	json_object_set_new(experiment, "vm", vm);
}

static json_t *host_json(const struct recording *rec)
{
	return json_pack("{s:s, s:I}", "base", "instruction-clock-1cpu", "cpus",
			 (json_int_t)rec->nr_cpus);
}

int workload_experiment(const struct recording *rec, const char *preset,
			json_t **ret, char *reterr, size_t reterr_bytes)
{
	json_t *experiment;
	json_t *prepare = NULL;
	json_t *ops = NULL;
	int status;

	status = check_modelled(rec, reterr, reterr_bytes);
	if (!status)
		status = workload_ops(rec, &rec->prepare, &prepare, reterr,
				      reterr_bytes);
	if (!status)
		status = workload_ops(rec, &rec->ops, &ops, reterr,
				      reterr_bytes);
	if (status) {
		json_decref(prepare);
		return status;
	}
	experiment = json_pack(
		"{s:s, s:s, s:o, s:I, s:o, s:o, s:o, s:[{s:s, s:o}]}", "name",
		rec->scenario, "kernel", preset, "host", host_json(rec),
		"memory_bytes", (json_int_t)GUEST_MEMORY_BYTES, "filesystem",
		filesystem_json(rec), "files", files_json(rec), "prepare",
		prepare, "threads", "name", "player", "ops", ops);
	SIM_ASSERT(experiment != NULL);
	if (rec->device.given && workload_has_key("device"))
		json_object_set_new(
			experiment, "device",
			workload_device(&rec->device,
					rec->fs.conventional_zones));
	set_vm(rec, experiment);
	*ret = experiment;
	return 0;
}
