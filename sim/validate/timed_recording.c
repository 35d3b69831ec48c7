/*
 * Reading a timed recording.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/fileio.h"
#include "sim/validate/timed.h"
#include "sim/validate/vec.h"

static const char *const phase_names[] = { "write",   "fsync", "total",
					   "open",    "close", "fallocate",
					   "truncate" };

const char *timed_phase_name(enum timed_phase phase)
{
	return phase_names[phase];
}

static const struct {
	enum rec_op_kind kind;
	enum timed_phase phase;
} phases[] = {
	{ REC_OP_WRITE, TIMED_WRITE },
	{ REC_OP_SEQ, TIMED_WRITE },
	{ REC_OP_APPEND, TIMED_WRITE },
	{ REC_OP_FSYNC, TIMED_FSYNC },
	{ REC_OP_FDATASYNC, TIMED_FSYNC },
	{ REC_OP_SYNCFS, TIMED_FSYNC },
	{ REC_OP_SYNC, TIMED_FSYNC },
	{ REC_OP_OPEN, TIMED_OPEN },
	{ REC_OP_CLOSE, TIMED_CLOSE },
	{ REC_OP_FALLOCATE, TIMED_FALLOCATE },
	{ REC_OP_TRUNCATE, TIMED_TRUNCATE },
};

enum timed_phase timed_phase_of(enum rec_op_kind kind)
{
	for (size_t i = 0; i < sizeof(phases) / sizeof(phases[0]); i++)
		if (phases[i].kind == kind)
			return phases[i].phase;
	return TIMED_NR_PHASES;
}

static int read_string(struct rec_reader *reader, const json_t *root,
		       const char *key, char **ret)
{
	const char *text = json_string_value(json_object_get(root, key));

	if (!text)
		return rec_fail(reader, key, "expected a string");
	*ret = str_copy(text);
	return 0;
}

static int read_lines(struct rec_reader *reader, const json_t *lines,
		      const char *place, struct recording *rec,
		      struct timed_thread *ret)
{
	const json_t *line;
	char what[128];
	size_t i;

	if (!json_is_array(lines))
		return rec_fail(reader, place, "expected a list of operations");
	ret->kinds = calloc(json_array_size(lines) + 1, sizeof(*ret->kinds));
	SIM_ASSERT(ret->kinds != NULL);
	ret->nr_lines = json_array_size(lines);
	json_array_foreach(lines, i, line) {
		const char *text = json_string_value(line);
		struct rec_op op = { 0 };
		int status = text ? rec_op_parse(text, &op, what, sizeof(what))
				  : -EINVAL;

		if (status < 0)
			return rec_fail(reader, place, "[%zu]: %s", i,
					text ? what : "expected a string");
		ret->kinds[i] = status ? REC_OP_NOTHING : op.kind;
		if (status)
			continue;
		rec_ops_add(&ret->ops, &op);
		if (op.path)
			recording_add_file(rec, op.path, 0, 0);
	}
	return 0;
}

static const char *queue_value(const json_t *queue, const char *key)
{
	size_t length = strlen(key);
	const json_t *line;
	size_t i;

	json_array_foreach(queue, i, line) {
		const char *text = json_string_value(line);

		if (text && !strncmp(text, key, length) && text[length] == '=')
			return text + length + 1;
	}
	return "";
}

static uint64_t queue_number(const json_t *queue, const char *key)
{
	const char *text = queue_value(queue, key);

	return *text ? strtoull(text, NULL, 10) : UINT64_MAX;
}

static char *queue_scheduler(const json_t *queue)
{
	const char *text = queue_value(queue, "scheduler");
	const char *from = strchr(text, '[');
	const char *to = from ? strchr(from, ']') : NULL;
	char *ret;

	if (!to)
		return str_copy("none");
	ret = strndup(from + 1, (size_t)(to - from - 1));
	SIM_ASSERT(ret != NULL);
	return ret;
}

/* Zones stand only in null_blk's parameters; its zones have no gap. */
static void read_zones(struct timed_recording *t)
{
	struct rec_device *d = &t->rec.device;
	uint64_t zone_mib = timed_setup_number(t->setup, "zone_size");

	d->max_open_zones = timed_setup_number(t->setup, "zone_max_open");
	d->max_active_zones = timed_setup_number(t->setup, "zone_max_active");
	if (d->zoned && zone_mib != UINT64_MAX)
		d->chunk_sectors = zone_mib * 2048;
}

static void read_device(const json_t *queue, struct timed_recording *t)
{
	struct rec_device *d = &t->rec.device;
	const char *setup = t->setup;
	uint64_t mib = timed_setup_number(setup, "size");

	*d = (struct rec_device){
		.given = true,
		.name = str_copy("nb0"),
		.scheduler = queue_scheduler(queue),
		.write_cache = !strcmp(queue_value(queue, "write_cache"),
				       "write back"),
		.zoned = !strncmp(queue_value(queue, "zoned"), "host", 4),
		.max_sectors_kb = queue_number(queue, "max_sectors_kb"),
		.max_segments = queue_number(queue, "max_segments"),
		.max_segment_size = queue_number(queue, "max_segment_size"),
		.logical_block_size = queue_number(queue, "logical_block_size"),
		.nr_requests = queue_number(queue, "nr_requests"),
		.size_sectors = mib == UINT64_MAX ? mib : mib * 2048,
		.completion_ns = timed_setup_number(setup, "completion_nsec"),
	};
	d->max_hw_sectors_kb = d->max_sectors_kb;
	d->physical_block_size = d->logical_block_size;
	d->chunk_sectors = d->virt_boundary_mask = UINT64_MAX;
	d->zone_append_max_bytes = d->zone_write_granularity = UINT64_MAX;
	d->nr_zones = UINT64_MAX;
	read_zones(t);
	if (d->completion_ns == UINT64_MAX)
		d->completion_ns = 0;
	t->hw_queue_depth = timed_setup_number(setup, "hw_queue_depth");
	t->mbps = timed_setup_number(setup, "mbps");
	t->memory_backed = timed_setup_number(setup, "memory_backed") == 1;
	t->wbt_lat_usec = queue_number(queue, "wbt_lat_usec");
}

/* Raw device unless something makes or mounts a file system. */
static void read_filesystem(struct timed_recording *t)
{
	struct rec_filesystem *fs = &t->rec.fs;
	const char *last = strrchr(t->setup, ';');
	bool is_xfs =
		strstr(t->setup, "mkfs.xfs") || (last && strstr(last, "xfs"));

	fs->type = str_copy(is_xfs ? "xfs" : "bdev");
	fs->setup = str_copy(t->setup);
	fs->zoned = t->rec.device.zoned;
	if (fs->zoned &&
	    timed_setup_number(t->setup, "zone_nr_conv") != UINT64_MAX)
		fs->conventional_zones =
			timed_setup_number(t->setup, "zone_nr_conv");
	fs->block_size_bytes = 4096;
}

/* The device's own lines come first, then bdi and vm, without names. */
static void read_vm(const json_t *queue, struct recording *rec)
{
	uint64_t plain[4] = { 0 };
	unsigned int nr = 0;
	const json_t *line;
	size_t i;

	json_array_foreach(queue, i, line) {
		const char *text = json_string_value(line);

		if (text && *text && !strchr(text, '=') && nr < 4)
			plain[nr++] = strtoull(text, NULL, 10);
	}
	rec->dirty_bytes = plain[1];
	rec->dirty_background_bytes = plain[2];
	rec->dirty_writeback_centisecs = plain[3];
}

static void add_row(struct timed_recording *t,
		    const struct timed_thread *thread, const json_t *row,
		    uint64_t *first, uint64_t *last)
{
	uint64_t v[5];

	for (size_t i = 0; i < 5; i++)
		if (!rec_uint(json_array_get(row, i), &v[i]))
			return;
	if (v[1] != 0 || v[0] >= thread->nr_lines || v[4] < v[3])
		return;
	enum timed_phase phase = timed_phase_of(thread->kinds[v[0]]);

	*first = *first < v[3] ? *first : v[3];
	*last = *last > v[4] ? *last : v[4];
	if (phase == TIMED_NR_PHASES)
		return;
	t->phase_ns[phase] += v[4] - v[3];
	t->has_phase[phase] = true;
}

static int read_thread(struct rec_reader *reader, const json_t *json,
		       struct timed_recording *t, struct timed_thread *thread,
		       uint64_t *first, uint64_t *last)
{
	const json_t *quiet = json_object_get(json, "quiet");
	const json_t *rows = json_object_get(quiet, "rows");
	uint64_t start = 0;
	uint64_t from = UINT64_MAX;
	uint64_t to = 0;
	const json_t *row;
	size_t i;
	int status = read_lines(reader, json_object_get(json, "operations"),
				"threads.operations", &t->rec, thread);

	if (status)
		return status;
	if (!json_array_size(rows))
		return rec_fail(reader, "threads.quiet.rows",
				"expected a list of times");
	if (!rec_uint(json_object_get(quiet, "start_ns"), &start))
		start = 0;
	json_array_foreach(rows, i, row)
		add_row(t, thread, row, &from, &to);
	if (from > to)
		return rec_fail(reader, "threads.quiet.rows",
				"no operation has times");
	*first = *first < start + from ? *first : start + from;
	*last = *last > start + to ? *last : start + to;
	return 0;
}

static int read_threads(struct rec_reader *reader, const json_t *root,
			struct timed_recording *t)
{
	const json_t *threads = json_object_get(root, "threads");
	uint64_t first = UINT64_MAX;
	uint64_t last = 0;
	const json_t *json;
	size_t i;

	if (!json_array_size(threads))
		return rec_fail(reader, "threads", "expected a list");
	t->threads = calloc(json_array_size(threads), sizeof(*t->threads));
	SIM_ASSERT(t->threads != NULL);
	t->nr_threads = json_array_size(threads);
	json_array_foreach(threads, i, json) {
		int status = read_thread(reader, json, t, &t->threads[i],
					 &first, &last);

		if (status)
			return status;
	}
	t->phase_ns[TIMED_TOTAL] = last - first;
	t->has_phase[TIMED_TOTAL] = true;
	return 0;
}

static int read_root(struct rec_reader *reader, const json_t *root,
		     struct timed_recording *t)
{
	const json_t *queue = json_object_get(root, "queue");
	struct recording *rec = &t->rec;
	struct timed_thread prepare = { 0 };
	int status = read_string(reader, root, "kernel", &rec->release);

	if (!status)
		status = read_string(reader, root, "scenario", &rec->scenario);
	if (!status)
		status = read_string(reader, root, "role", &t->role);
	if (!status)
		status = read_string(reader, root, "setup", &t->setup);
	if (!status)
		status = timed_setup_check(reader, t->setup);
	if (!status && !json_is_array(queue))
		status = rec_fail(reader, "queue", "expected a list of limits");
	if (status)
		return status;
	rec->kernel = recording_label(rec->release, reader->path);
	rec->nr_cpus = 1;
	read_device(queue, t);
	read_filesystem(t);
	read_vm(queue, rec);
	status = read_lines(reader, json_object_get(root, "prepare"), "prepare",
			    rec, &prepare);
	rec->prepare = prepare.ops;
	free(prepare.kinds);
	if (!status)
		status = control_log_read(reader, root, true, &rec->control);
	return status ? status : read_threads(reader, root, t);
}

int timed_parse(const char *text, size_t nr_bytes, const char *path,
		struct timed_recording *ret, char *reterr, size_t reterr_bytes)
{
	struct rec_reader reader = { path, reterr, reterr_bytes };
	json_error_t error;
	json_t *root;
	int status;

	*ret = (struct timed_recording){ .rec.path = str_copy(path) };
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

int timed_load(const char *path, struct timed_recording *ret, char *reterr,
	       size_t reterr_bytes)
{
	size_t nr_bytes = 0;
	char *text = NULL;
	int status = file_read(path, &text, &nr_bytes);

	*ret = (struct timed_recording){ 0 };
	if (status) {
		snprintf(reterr, reterr_bytes, "%s: cannot be read: %s", path,
			 strerror(-status));
		return status;
	}
	status = timed_parse(text, nr_bytes, path, ret, reterr, reterr_bytes);
	free(text);
	return status;
}

void timed_done(struct timed_recording *t)
{
	for (size_t i = 0; i < t->nr_threads; i++) {
		rec_ops_done(&t->threads[i].ops);
		free(t->threads[i].kinds);
	}
	free(t->threads);
	free(t->role);
	free(t->setup);
	recording_done(&t->rec);
	*t = (struct timed_recording){ 0 };
}
