/*
 * Finding recordings below a folder.
 */
#ifndef SIM_VALIDATE_FIND_H
#define SIM_VALIDATE_FIND_H

#include <stdbool.h>
#include <stddef.h>

/** struct found - one recording; strings owned */
struct found {
	char *path;
	char *kernel; /* as recording_label() */
	char *release;
	char *scenario;
	bool is_timed;
};

struct found_list {
	struct found *items;
	size_t nr;
	size_t cap;
};

/**
 * struct peek - top-level keys of a JSON object, without parsing it whole
 */
struct peek {
	char *kernel;
	char *scenario;
	bool is_timed; /* "format" or "threads": another kind of file */
};

/**
 * find_recordings - all recordings below @dir (or the file @dir)
 * Recognised by their keys, whatever their names; other JSON is passed over.
 * Ordered by kernel version, then scenario.
 * Return: 0; -ENOENT, -EINVAL with @reterr set.
 */
int find_recordings(const char *dir, struct found_list *ret, char *reterr,
		    size_t reterr_bytes);

void found_list_done(struct found_list *list);

/**
 * peek_json - find the keys of struct peek in @text
 * Return: 0, strings of *ret owned by the caller, NULL where not there;
 * -EINVAL when @text is not one complete JSON object.
 */
int peek_json(const char *text, size_t nr_bytes, struct peek *ret);

void peek_done(struct peek *peek);

#endif
