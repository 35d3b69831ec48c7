/*
 * Files: whole reads (plain or gzip) and atomic writes.
 */
#ifndef SIM_BASE_FILEIO_H
#define SIM_BASE_FILEIO_H

#include <stdbool.h>
#include <stddef.h>

/**
 * file_read - whole file into memory, gunzipped if it starts as gzip
 * @ret_data: NUL-terminated, freed by the caller; untouched on error
 * @ret_bytes: without the NUL
 * Return: 0 or -errno (-EFBIG above 1 GiB, -EBADMSG for damaged gzip).
 */
int file_read(const char *path, char **ret_data, size_t *ret_bytes);

/**
 * file_write_atomic - temporary name, fsync, rename, fsync of the folder
 * Return: 0 or -errno; on error nothing of that name is changed or left.
 */
int file_write_atomic(const char *path, const void *data, size_t nr_bytes);

/** dir_make - mkdir -p; 0 or -errno */
int dir_make(const char *path);

/**
 * path_is_inside - would @path (relative) stay below its folder?
 * False for absolute paths, empty ones and any ".." component.
 */
bool path_is_inside(const char *path);

#endif
