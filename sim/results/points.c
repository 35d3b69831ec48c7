/*
 * points.jsonl of a sweep.
 */
#include "sim/results/points.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "sim/base/assert.h"
#include "sim/base/digest.h"
#include "sim/base/fileio.h"
#include "sim/results/result.h"
#include "sim/results/writer.h"

#ifndef WBSIM_VERSION
#define WBSIM_VERSION "unknown"
#endif

static int points_path(const char *dir, char *path, size_t size)
{
	int n = snprintf(path, size, "%s/points.jsonl", dir);

	return n < 0 || (size_t)n >= size ? -ENAMETOOLONG : 0;
}

/* whole lines only; @ret_whole is where a torn one begins */
static json_t *parse_lines(const char *text, size_t *ret_whole)
{
	json_t *points = json_array();
	const char *line = text, *end;

	while ((end = strchr(line, '\n'))) {
		json_t *point = json_loadb(line, (size_t)(end - line), 0, NULL);

		if (*result_text(point, "digest"))
			json_array_append(points, point);
		json_decref(point);
		line = end + 1;
	}
	*ret_whole = (size_t)(line - text);
	return points;
}

json_t *points_list(const char *dir)
{
	char path[4096];
	size_t nr_bytes, whole;
	json_t *points;
	char *text;

	if (points_path(dir, path, sizeof(path)) ||
	    file_read(path, &text, &nr_bytes))
		return NULL;
	points = parse_lines(text, &whole);
	free(text);
	return points;
}

static json_t *by_digest(const json_t *lines)
{
	json_t *points = json_object();
	json_t *line;
	size_t i;

	json_array_foreach(lines, i, line)
		json_object_set(points, result_text(line, "digest"), line);
	return points;
}

int points_open(const char *dir, struct points_file *ret, json_t **ret_points)
{
	size_t nr_bytes, whole;
	char path[4096];
	json_t *lines;
	char *text;
	int error = points_path(dir, path, sizeof(path));

	if (error)
		return error;
	ret->fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (ret->fd < 0)
		return -errno;
	if (flock(ret->fd, LOCK_EX | LOCK_NB) != 0) {
		error = errno == EWOULDBLOCK ? -EBUSY : -errno;
		goto out_close;
	}
	error = file_read(path, &text, &nr_bytes);
	if (error)
		goto out_close;
	lines = parse_lines(text, &whole);
	free(text);
	if (ftruncate(ret->fd, (off_t)whole) != 0) {
		error = -errno;
		json_decref(lines);
		goto out_close;
	}
	*ret_points = by_digest(lines);
	json_decref(lines);
	return 0;

out_close:
	close(ret->fd);
	ret->fd = -1;
	return error;
}

int points_build(char ret[17])
{
	size_t nr_bytes;
	char *text;
	int error = file_read("/proc/self/exe", &text, &nr_bytes);

	if (error)
		return error;
	snprintf(ret, 17, "%016llx",
		 (unsigned long long)digest_bytes(text, nr_bytes));
	free(text);
	return 0;
}

int points_check_build(const char *dir, struct points_file *file,
		       json_t *points)
{
	char path[4096], digest[17];
	size_t nr_bytes;
	char *text;
	bool is_same;
	int error = points_build(digest);

	if (error)
		return error;
	snprintf(path, sizeof(path), "%s/.build", dir);
	if (file_read(path, &text, &nr_bytes) == 0) {
		is_same = strcmp(text, digest) == 0;
		free(text);
		if (is_same)
			return 0;
	}
	if (ftruncate(file->fd, 0) != 0)
		return -errno;
	error = results_write_text(dir, ".build", digest);
	if (error)
		return error;
	is_same = json_object_size(points) == 0;
	json_object_clear(points);
	return is_same ? 0 : 1;
}

int points_append(struct points_file *file, const json_t *point)
{
	char *body = json_dumps(point, JSON_COMPACT);
	size_t nr_bytes, done = 0;
	int error = 0;

	SIM_ASSERT(body);
	nr_bytes = strlen(body);
	/* the NUL makes room for the newline */
	body[nr_bytes++] = '\n';
	while (done < nr_bytes && !error) {
		ssize_t n = write(file->fd, body + done, nr_bytes - done);

		if (n < 0 && errno != EINTR)
			error = -errno;
		else if (n > 0)
			done += (size_t)n;
	}
	free(body);
	if (!error && fsync(file->fd) != 0)
		error = -errno;
	return error;
}

void points_close(struct points_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
}

static void copy_member(json_t *to, const json_t *from, const char *key)
{
	json_t *value = json_object_get(from, key);

	if (value)
		json_object_set(to, key, value);
}

static bool is_one_of(const json_t *names, const char *name)
{
	const json_t *one;
	size_t i;

	json_array_foreach(names, i, one) {
		if (strcmp(json_string_value(one), name) == 0)
			return true;
	}
	return false;
}

void points_keep_series(json_t *point, const json_t *result,
			const json_t *names)
{
	const json_t *series = json_object_get(result, "timeseries");
	const json_t *all = json_object_get(series, "columns");
	json_t *columns = json_array(), *rows = json_array();
	const json_t *column, *row;
	size_t i, r;

	json_array_foreach(json_object_get(series, "rows"), r, row)
		json_array_append_new(rows, json_array());
	json_array_foreach(all, i, column) {
		if (i > 0 && !is_one_of(names, result_text(column, "name")))
			continue;
		json_array_append(columns, (json_t *)(uintptr_t)column);
		json_array_foreach(json_object_get(series, "rows"), r, row)
			json_array_append(json_array_get(rows, r),
					  json_array_get(row, i));
	}
	json_object_set_new(
		point, "timeseries",
		json_pack("{s:o, s:o}", "columns", columns, "rows", rows));
}

json_t *points_make(const char *digest, json_t *values, const json_t *result)
{
	static const char *const members[] = {
		"name",    "kernel",         "design",   "bottleneck",
		"figures", "untouched_keys", "warnings", "event_digest",
	};
	const char *failed = result_failed_check(result);
	json_t *point = json_object();
	size_t i;

	json_object_set_new(point, "digest", json_string(digest));
	json_object_set(point, "values", values);
	json_object_set_new(point, "status", json_integer(failed ? 1 : 0));
	json_object_set_new(point, "failed_check",
			    failed ? json_string(failed) : json_null());
	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		copy_member(point, result, members[i]);
	return point;
}

void points_digest(const json_t *resolved, char ret_digest[17])
{
	char *body = json_dumps(resolved, JSON_COMPACT | JSON_SORT_KEYS);
	char *text;

	SIM_ASSERT(body);
	SIM_ASSERT(asprintf(&text, "%s\n%s", WBSIM_VERSION, body) >= 0);
	snprintf(ret_digest, 17, "%016llx",
		 (unsigned long long)digest_bytes(text, strlen(text)));
	free(text);
	free(body);
}
