/*
 * Walking a folder for recordings.
 */
#include "sim/validate/find.h"

#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/fileio.h"
#include "sim/validate/recording.h"
#include "sim/validate/vec.h"

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text);
	size_t end_length = strlen(end);

	return length >= end_length && !strcmp(text + length - end_length, end);
}

static bool is_json_name(const char *name)
{
	return ends_with(name, ".json") || ends_with(name, ".json.gz");
}

/* Files that are JSON but no object (lists) are nobody's recordings. */
static bool starts_as_object(const char *text)
{
	return text[strspn(text, " \t\r\n")] == '{';
}

static void add_found(struct found_list *list, const char *path,
		      const struct peek *peek)
{
	list->items = vec_grow(list->items, list->nr, &list->cap,
			       sizeof(*list->items));
	list->items[list->nr++] = (struct found){
		.path = str_copy(path),
		.kernel = recording_label(peek->kernel, path),
		.release = str_copy(peek->kernel),
		.scenario = str_copy(peek->scenario),
		.is_timed = peek->is_timed,
	};
}

static int look_at_file(const char *path, struct found_list *list, char *err,
			size_t err_bytes)
{
	struct peek peek = { 0 };
	size_t nr_bytes = 0;
	char *text = NULL;
	int status = file_read(path, &text, &nr_bytes);

	if (status) {
		snprintf(err, err_bytes, "%s: %s", path,
			 status == -EBADMSG
				 ? "damaged, expected a complete gzip file"
				 : strerror(-status));
		return status;
	}
	if (nr_bytes && !starts_as_object(text)) {
		free(text);
		return 0;
	}
	status = peek_json(text, nr_bytes, &peek);
	free(text);
	if (status) {
		snprintf(err, err_bytes,
			 "%s: damaged, expected one complete JSON object",
			 path);
		return status;
	}
	if (peek.kernel && peek.scenario)
		add_found(list, path, &peek);
	peek_done(&peek);
	return 0;
}

/* "6.9" before "6.12": numbers by value, the rest by letter. */
static int compare_versions(const char *a, const char *b)
{
	while (*a && *b) {
		char *a_end;
		char *b_end;
		unsigned long left = strtoul(a, &a_end, 10);
		unsigned long right = strtoul(b, &b_end, 10);

		if (a_end == a || b_end == b) {
			if (*a != *b)
				return *a < *b ? -1 : 1;
			a++;
			b++;
			continue;
		}
		if (left != right)
			return left < right ? -1 : 1;
		a = a_end;
		b = b_end;
	}
	return (*a != '\0') - (*b != '\0');
}

static int compare_found(const void *left, const void *right)
{
	const struct found *a = left;
	const struct found *b = right;
	int order = compare_versions(a->kernel, b->kernel);

	if (!order)
		order = strcmp(a->scenario, b->scenario);
	if (!order)
		order = strcmp(a->path, b->path);
	return order;
}

int find_recordings(const char *dir, struct found_list *ret, char *reterr,
		    size_t reterr_bytes)
{
	char *copy = str_copy(dir);
	char *const roots[] = { copy, NULL };
	FTS *walk = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, NULL);
	int status = 0;
	FTSENT *entry;

	*ret = (struct found_list){ 0 };
	SIM_ASSERT(walk != NULL);
	while (!status && (entry = fts_read(walk))) {
		switch (entry->fts_info) {
		case FTS_F:
			if (is_json_name(entry->fts_name))
				status = look_at_file(entry->fts_path, ret,
						      reterr, reterr_bytes);
			break;
		case FTS_NS:
		case FTS_DNR:
		case FTS_ERR:
			snprintf(reterr, reterr_bytes,
				 "%s: %s, expected a folder of recordings",
				 entry->fts_path, strerror(entry->fts_errno));
			status = -ENOENT;
			break;
		default:
			break;
		}
	}
	fts_close(walk);
	free(copy);
	if (ret->nr)
		qsort(ret->items, ret->nr, sizeof(*ret->items), compare_found);
	return status;
}

void found_list_done(struct found_list *list)
{
	for (size_t i = 0; i < list->nr; i++) {
		free(list->items[i].path);
		free(list->items[i].kernel);
		free(list->items[i].release);
		free(list->items[i].scenario);
	}
	free(list->items);
	*list = (struct found_list){ 0 };
}
