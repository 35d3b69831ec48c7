/*
 * Reading of recordings: device limits, file system geometry, extent maps.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/validate/recording.h"
#include "sim/validate/vec.h"

#define KEY(name)                                                              \
	{                                                                      \
#name, offsetof(struct rec_device, name)                       \
	}

static const struct {
	const char *key;
	size_t offset;
} device_keys[] = {
	KEY(max_sectors_kb),
	KEY(max_hw_sectors_kb),
	KEY(max_segments),
	KEY(max_segment_size),
	KEY(logical_block_size),
	KEY(physical_block_size),
	KEY(chunk_sectors),
	KEY(nr_requests),
	KEY(virt_boundary_mask),
	KEY(size_sectors),
	KEY(zone_append_max_bytes),
	KEY(zone_write_granularity),
	KEY(nr_zones),
	KEY(max_open_zones),
	KEY(max_active_zones),
};

#undef KEY

/* "[none] mq-deadline " names the one in brackets. */
static char *chosen_word(const char *text)
{
	const char *begin = text ? strchr(text, '[') : NULL;
	const char *end = begin ? strchr(begin, ']') : NULL;
	char *ret;

	if (!end)
		return str_copy("none");
	ret = strndup(begin + 1, (size_t)(end - begin - 1));
	SIM_ASSERT(ret != NULL);
	return ret;
}

static const json_t *data_device_limits(struct rec_reader *reader,
					const json_t *root, const char **ret)
{
	json_t *devices = json_object_get(root, "devices");
	const char *name = rec_data_device(json_object_get(root, "events"));
	const json_t *limits;

	if (!name && json_object_size(devices) == 1)
		name = json_object_iter_key(json_object_iter(devices));
	*ret = name;
	if (!name)
		return NULL;
	limits = json_object_get(devices, name);
	if (!json_is_object(limits))
		rec_fail(reader, "devices",
			 "expected the limits of \"%.40s\", to which data went",
			 name);
	return limits;
}

int rec_read_device(struct rec_reader *reader, const json_t *root,
		    struct recording *rec)
{
	struct rec_device *device = &rec->device;
	const char *name;
	const char *zoned;
	const char *cache;
	const json_t *limits = data_device_limits(reader, root, &name);

	if (!name)
		return 0;
	if (!json_is_object(limits))
		return -EINVAL;
	for (size_t i = 0; i < sizeof(device_keys) / sizeof(device_keys[0]);
	     i++) {
		uint64_t value;

		if (!rec_uint(json_object_get(limits, device_keys[i].key),
			      &value))
			value = UINT64_MAX;
		memcpy((char *)device + device_keys[i].offset, &value,
		       sizeof(value));
	}
	if (device->max_sectors_kb == UINT64_MAX ||
	    device->max_segments == UINT64_MAX)
		return rec_fail(
			reader, "devices",
			"\"%.40s\": expected max_sectors_kb and max_segments",
			name);
	zoned = json_string_value(json_object_get(limits, "zoned"));
	cache = json_string_value(json_object_get(limits, "write_cache"));
	device->given = true;
	device->name = str_copy(name);
	device->zoned = zoned && strcmp(zoned, "none") != 0;
	device->write_cache = cache && !strcmp(cache, "write back");
	device->scheduler = chosen_word(
		json_string_value(json_object_get(limits, "scheduler")));
	return 0;
}

static uint64_t number_after(const char *text, const char *key)
{
	const char *at = strstr(text, key);

	return at ? strtoull(at + strlen(key), NULL, 10) : 0;
}

/* A line of the mount table: "DEVICE /mnt TYPE OPTIONS ..." */
static void read_mount_line(const char *text, struct rec_filesystem *fs)
{
	const char *at = strstr(text, " /mnt ");
	char type[32];
	char options[512];

	if (!at || sscanf(at, " /mnt %31s %511s", type, options) != 2)
		return;
	fs->type = str_copy(type);
	fs->mount_options = str_copy(options);
}

int rec_read_filesystem(struct rec_reader *reader, const json_t *root,
			struct recording *rec)
{
	const json_t *fs_json = json_object_get(root, "filesystem");
	const char *statfs =
		json_string_value(json_object_get(fs_json, "statfs"));
	const char *setup =
		json_string_value(json_object_get(fs_json, "setup"));
	struct rec_filesystem *fs = &rec->fs;

	if (!json_is_object(fs_json))
		return rec_fail(reader, "filesystem",
				"expected an object with setup and statfs");
	fs->setup = str_copy(setup ? setup : "");
	if (statfs) {
		fs->block_size_bytes = number_after(statfs, "geom.bsize = ");
		fs->ag_count = number_after(statfs, "geom.agcount = ");
		fs->ag_blocks = number_after(statfs, "geom.agblocks = ");
		fs->data_blocks = number_after(statfs, "geom.datablocks = ");
		fs->zoned = number_after(statfs, "geom.rgcount = ") > 0;
		read_mount_line(statfs, fs);
	}
	if (!fs->type)
		fs->type = str_copy(
			json_object_get(root,
					"fuse_requests_op_off_size_flags_us")
				? "fuse"
				: "bdev");
	fs->zoned |= rec->device.zoned;
	fs->conventional_zones = number_after(fs->setup, "zone_nr_conv=");
	if (!fs->block_size_bytes && !strcmp(fs->type, "gfs2"))
		fs->block_size_bytes = number_after(fs->setup, " -b ");
	if (!fs->block_size_bytes && !strcmp(fs->type, "zonefs") &&
	    rec->device.zone_write_granularity != UINT64_MAX)
		fs->block_size_bytes = rec->device.zone_write_granularity;
	rec->device.completion_ns = number_after(fs->setup, "completion_nsec=");
	return 0;
}

/* FIEMAP_EXTENT_UNKNOWN, _DELALLOC, _DATA_INLINE: no disk address. */
#define FIEMAP_NO_ADDRESS (0x2 | 0x4 | 0x200)
#define MAX_BYTE          (UINT64_C(1) << 62)

static int add_extent(struct rec_reader *reader, const char *place,
		      const json_t *extent, struct rec_file *file)
{
	uint64_t v[4];

	for (size_t i = 0; i < 4; i++) {
		if (!rec_uint(json_array_get(extent, i), &v[i]) ||
		    v[i] > MAX_BYTE)
			return rec_fail(
				reader, place,
				"expected [offset, physical, length, flags]");
	}
	if (!v[2] || (v[3] & FIEMAP_NO_ADDRESS))
		return 0;
	pieces_add_missing(&file->pieces, (struct oracle_piece){
						  .file_bytes = v[0],
						  .disk_bytes = v[1],
						  .nr_bytes = v[2],
					  });
	return 0;
}

int rec_read_extents(struct rec_reader *reader, const json_t *root,
		     struct recording *rec)
{
	const json_t *files = json_object_get(root, "extents");
	const json_t *item;
	char place[64];
	size_t i;

	json_array_foreach(files, i, item) {
		const char *path =
			json_string_value(json_object_get(item, "path"));
		const json_t *extents =
			json_object_get(item, "extents_off_phys_len_flags");
		const json_t *extent;
		struct rec_file *file;
		size_t n;

		snprintf(place, sizeof(place), "extents[%zu]", i);
		if (!path || !json_is_array(extents))
			return rec_fail(
				reader, place,
				"expected path and extents_off_phys_len_flags");
		file = recording_add_file(rec, path, 0, 0);
		json_array_foreach(extents, n, extent) {
			if (add_extent(reader, place, extent, file))
				return -EINVAL;
		}
	}
	return 0;
}
