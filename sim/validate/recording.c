/*
 * Reading of recordings: the frame.  Devices, file systems and extents are in
 * recording_setup.c, events in recording_events.c.
 */
#include "sim/validate/recording.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/fileio.h"
#include "sim/validate/vec.h"

#define DESC(stream_name, class_at, nr, ...)                                   \
	{                                                                      \
		.name = (stream_name), .fields = { __VA_ARGS__ },              \
		.nr_fields = (nr), .class_field = (class_at)                   \
	}

const struct rec_stream_desc rec_streams[REC_NR_STREAMS] = {
	[REC_FOLIOS] = DESC("folios", 0, 2, "offset_bytes", "bytes"),
	[REC_IOEND_RANGES] = DESC("ioend_ranges", 0, 2, "pos_bytes", "bytes"),
	[REC_CONVERSIONS] =
		DESC("conversions", 0, 3, "pos_bytes", "fork", "blocks"),
	[REC_BIOS] = DESC("bios", 3, 3, "op", "sector", "bytes"),
	[REC_SPLITS] = DESC("splits", 2, 2, "sector", "new_sector"),
	[REC_MERGES] = DESC("merges", 2, 2, "sector", "bytes"),
	[REC_REQUESTS] = DESC("requests", 2, 2, "sector", "bytes"),
	[REC_COMPLETIONS] = DESC("completions", 2, 2, "sector", "bytes"),
	[REC_FUSE_REQUESTS] =
		DESC("fuse_requests", 0, 2, "offset_bytes", "bytes"),
	[REC_FILLS] = DESC("fills", 0, 2, "offset_bytes", "order"),
};

void rec_stream_add(struct rec_stream *s, uint64_t f0, uint64_t f1, uint64_t f2)
{
	const uint64_t fields[REC_MAX_FIELDS] = { f0, f1, f2 };

	s->values = vec_grow(s->values, s->nr, &s->cap,
			     s->nr_fields * sizeof(*s->values));
	memcpy(&s->values[s->nr * s->nr_fields], fields,
	       s->nr_fields * sizeof(*s->values));
	s->nr++;
}

const uint64_t *rec_stream_at(const struct rec_stream *s, size_t i)
{
	SIM_ASSERT(i < s->nr);
	return &s->values[i * s->nr_fields];
}

int rec_fail(struct rec_reader *reader, const char *place, const char *format,
	     ...)
{
	va_list args;
	int used;

	used = snprintf(reader->err, reader->err_bytes,
			"%s: $.%s: ", reader->path, place);
	if (used < 0 || (size_t)used >= reader->err_bytes)
		return -EINVAL;
	va_start(args, format);
	vsnprintf(reader->err + used, reader->err_bytes - (size_t)used, format,
		  args);
	va_end(args);
	return -EINVAL;
}

bool rec_uint(const json_t *value, uint64_t *ret)
{
	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return false;
	*ret = (uint64_t)json_integer_value(value);
	return true;
}

struct rec_file *recording_file_by_ino(struct recording *rec, uint64_t ino)
{
	for (size_t i = 0; i < rec->nr_files; i++) {
		if (rec->files[i].ino == ino)
			return &rec->files[i];
	}
	return NULL;
}

struct rec_file *recording_file_by_path(struct recording *rec, const char *path)
{
	for (size_t i = 0; i < rec->nr_files; i++) {
		if (!strcmp(rec->files[i].path, path))
			return &rec->files[i];
	}
	return NULL;
}

static const char *name_in_mount(const char *path)
{
	static const char mount_point[] = "/mnt/";

	if (!strncmp(path, mount_point, sizeof(mount_point) - 1))
		return path + sizeof(mount_point) - 1;
	return path;
}

struct rec_file *recording_add_file(struct recording *rec, const char *path,
				    uint64_t ino, uint64_t size_bytes)
{
	struct rec_file *file = recording_file_by_path(rec, path);

	if (file)
		return file;
	rec->files = vec_grow(rec->files, rec->nr_files, &rec->cap_files,
			      sizeof(*rec->files));
	file = &rec->files[rec->nr_files++];
	*file = (struct rec_file){
		.path = str_copy(path),
		.name = str_copy(name_in_mount(path)),
		.ino = ino,
		.size_bytes = size_bytes,
	};
	return file;
}

char *recording_label(const char *release, const char *path)
{
	size_t length = strspn(release, "0123456789.");
	const char *end = strrchr(path, '/');
	const char *begin = end;
	char *ret;

	while (begin && begin > path && begin[-1] != '/')
		begin--;
	if (begin && length && !strncmp(begin, release, length) &&
	    begin[length] == '-') {
		ret = strndup(begin, (size_t)(end - begin));
	} else {
		ret = strndup(release, length ? length : strlen(release));
	}
	SIM_ASSERT(ret != NULL);
	return ret;
}

static int read_string(struct rec_reader *reader, const json_t *root,
		       const char *key, char **ret)
{
	const char *text = json_string_value(json_object_get(root, key));

	if (!text || !*text)
		return rec_fail(reader, key, "expected a string");
	*ret = str_copy(text);
	return 0;
}

static int read_ops(struct rec_reader *reader, const json_t *workload,
		    const char *key, struct recording *rec, struct rec_ops *ret)
{
	const json_t *lines = json_object_get(workload, key);
	const json_t *line;
	char place[64];
	char what[128];
	size_t i;

	snprintf(place, sizeof(place), "workload.%s", key);
	if (!json_is_array(lines))
		return rec_fail(reader, place, "expected a list of operations");
	json_array_foreach(lines, i, line) {
		const char *text = json_string_value(line);
		struct rec_op op = { 0 };
		int status;

		snprintf(place, sizeof(place), "workload.%s[%zu]", key, i);
		if (!text)
			return rec_fail(reader, place, "expected a string");
		status = rec_op_parse(text, &op, what, sizeof(what));
		if (status < 0)
			return rec_fail(reader, place, "\"%.80s\": %s", text,
					what);
		if (status > 0)
			continue;
		rec_ops_add(ret, &op);
		if (op.path)
			recording_add_file(rec, op.path, 0, 0);
	}
	return 0;
}

/* "path ino size"; a path may hold spaces, so the numbers are taken off its
 * end.  Return: length of the path, 0 when the line is none such. */
static size_t split_inode(const char *line, uint64_t *ret_ino,
			  uint64_t *ret_size)
{
	const char *size = strrchr(line, ' ');
	const char *ino = size;
	char *end;

	while (ino && ino > line && ino[-1] != ' ')
		ino--;
	if (!ino || ino <= line + 1)
		return 0;
	*ret_ino = strtoull(ino, &end, 10);
	if (end != size)
		return 0;
	*ret_size = strtoull(size, &end, 10);
	return *end ? 0 : (size_t)(ino - 1 - line);
}

static int read_inodes(struct rec_reader *reader, const json_t *root,
		       struct recording *rec)
{
	const json_t *lines = json_object_get(root, "inodes");
	const json_t *line;
	char place[64];
	size_t i;

	json_array_foreach(lines, i, line) {
		const char *text = json_string_value(line);
		uint64_t ino = 0;
		uint64_t size = 0;
		size_t length = text ? split_inode(text, &ino, &size) : 0;
		char *path;

		snprintf(place, sizeof(place), "inodes[%zu]", i);
		if (!length)
			return rec_fail(reader, place,
					"expected \"PATH INODE SIZE\"");
		path = strndup(text, length);
		SIM_ASSERT(path != NULL);
		recording_add_file(rec, path, ino, size);
		free(path);
	}
	return 0;
}

static void read_vm(const json_t *root, struct recording *rec)
{
	const json_t *vm = json_object_get(
		root, "vm_dirty_bytes_background_writeback_centisecs");
	uint64_t *const fields[] = { &rec->dirty_bytes,
				     &rec->dirty_background_bytes,
				     &rec->dirty_writeback_centisecs };

	for (size_t i = 0; i < 3; i++) {
		const json_t *value = json_array_get(vm, i);

		if (json_is_string(value))
			*fields[i] =
				strtoull(json_string_value(value), NULL, 10);
		else if (!rec_uint(value, fields[i]))
			*fields[i] = 0;
	}
}

static int read_fuse(struct rec_reader *reader, const json_t *root,
		     struct recording *rec)
{
	const json_t *list =
		json_object_get(root, "fuse_requests_op_off_size_flags_us");
	const json_t *item;
	char place[64];
	size_t i;

	json_array_foreach(list, i, item) {
		const json_t *op = json_array_get(item, 0);
		const char *name = json_string_value(op);
		uint64_t offset;
		uint64_t bytes;
		bool is_write = name ? !strcmp(name, "WRITE")
				     : json_integer_value(op) == 16;

		if (!is_write)
			continue;
		snprintf(place, sizeof(place),
			 "fuse_requests_op_off_size_flags_us[%zu]", i);
		if (!rec_uint(json_array_get(item, 1), &offset) ||
		    !rec_uint(json_array_get(item, 2), &bytes))
			return rec_fail(reader, place,
					"expected [op, offset, size, ...]");
		rec_stream_add(&rec->streams[REC_FUSE_REQUESTS], offset, bytes,
			       0);
	}
	return 0;
}

static int read_root(struct rec_reader *reader, const json_t *root,
		     struct recording *rec)
{
	const json_t *workload = json_object_get(root, "workload");
	int status;

	status = read_string(reader, root, "kernel", &rec->release);
	if (!status)
		status = read_string(reader, root, "scenario", &rec->scenario);
	if (status)
		return status;
	rec->kernel = recording_label(rec->release, reader->path);
	if (!rec_uint(json_object_get(root, "smp"), &rec->nr_cpus) ||
	    !rec->nr_cpus)
		rec->nr_cpus = 1;
	if (!rec_uint(json_object_get(root, "lost_events"), &rec->lost_events))
		rec->lost_events = 0;
	read_vm(root, rec);
	if (!json_is_array(json_object_get(root, "events")))
		return rec_fail(reader, "events", "expected a list of events");
	status = read_inodes(reader, root, rec);
	if (!status)
		status = read_ops(reader, workload, "prepare", rec,
				  &rec->prepare);
	if (!status)
		status = read_ops(reader, workload, "operations", rec,
				  &rec->ops);
	if (!status)
		status = rec_read_device(reader, root, rec);
	if (!status)
		status = rec_read_filesystem(reader, root, rec);
	if (!status)
		status = rec_read_extents(reader, root, rec);
	if (!status)
		status = rec_read_events(reader, root, rec);
	if (!status)
		recording_read_script(rec, root);
	rec_read_finished(root, rec);
	if (!status)
		status = read_fuse(reader, root, rec);
	if (!status)
		recording_script_sizes(rec);
	if (!status)
		status = rec_read_calls(reader, root, rec);
	if (!status)
		status = control_log_read(reader, root, false, &rec->control);
	return status;
}

int recording_parse(const char *text, size_t nr_bytes, const char *path,
		    struct recording *ret, char *reterr, size_t reterr_bytes)
{
	struct rec_reader reader = { path, reterr, reterr_bytes };
	json_error_t error;
	json_t *root;
	int status;

	*ret = (struct recording){ .path = str_copy(path) };
	for (size_t i = 0; i < REC_NR_STREAMS; i++)
		ret->streams[i].nr_fields = rec_streams[i].nr_fields;
	root = rec_load_json(text, nr_bytes, &error);
	if (!root) {
		snprintf(reterr, reterr_bytes,
			 "%s:%d: damaged recording, expected JSON: %s", path,
			 error.line, error.text);
		return -EINVAL;
	}
	status = read_root(&reader, root, ret);
	json_decref(root);
	return status;
}

int recording_load(const char *path, struct recording *ret, char *reterr,
		   size_t reterr_bytes)
{
	size_t nr_bytes = 0;
	char *text = NULL;
	int status;

	*ret = (struct recording){ 0 };
	status = file_read(path, &text, &nr_bytes);
	if (status) {
		snprintf(reterr, reterr_bytes, "%s: cannot be read: %s", path,
			 strerror(-status));
		return status;
	}
	status = recording_parse(text, nr_bytes, path, ret, reterr,
				 reterr_bytes);
	free(text);
	return status;
}

void recording_done(struct recording *rec)
{
	for (size_t i = 0; i < rec->nr_files; i++) {
		free(rec->files[i].path);
		free(rec->files[i].name);
		pieces_done(&rec->files[i].pieces);
		free(rec->files[i].frames);
		free(rec->files[i].steps);
	}
	free(rec->files);
	for (size_t i = 0; i < REC_NR_STREAMS; i++)
		free(rec->streams[i].values);
	rec_ops_done(&rec->prepare);
	rec_ops_done(&rec->ops);
	free(rec->path);
	free(rec->release);
	free(rec->kernel);
	free(rec->scenario);
	free(rec->device.name);
	free(rec->device.scheduler);
	free(rec->fs.type);
	free(rec->fs.setup);
	free(rec->fs.mount_options);
	json_decref(rec->calls);
	free(rec->finished.values);
	control_log_done(&rec->control);
	*rec = (struct recording){ 0 };
}
