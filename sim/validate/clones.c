/*
 * Clones made while a recording's files were prepared.
 */
#include <string.h>

#include "sim/validate/recording.h"

#define NO_FILE SIZE_MAX

static size_t file_of_path(const struct recording *rec, const char *path)
{
	for (size_t i = 0; i < rec->nr_files; i++)
		if (!strcmp(rec->files[i].path, path))
			return i;
	return NO_FILE;
}

bool recording_clone(const struct recording *rec, size_t n, size_t *ret_source,
		     size_t *ret_clone)
{
	size_t files[REC_MAX_FDS];

	for (size_t fd = 0; fd < REC_MAX_FDS; fd++)
		files[fd] = NO_FILE;
	for (size_t i = 0; i < rec->prepare.nr; i++) {
		const struct rec_op *op = &rec->prepare.items[i];

		if (op->kind == REC_OP_OPEN)
			files[op->fd] = file_of_path(rec, op->path);
		if (op->kind != REC_OP_CLONE || files[op->fd] == NO_FILE ||
		    files[op->fd_source] == NO_FILE)
			continue;
		if (n-- == 0) {
			*ret_source = files[op->fd_source];
			*ret_clone = files[op->fd];
			return true;
		}
	}
	return false;
}
