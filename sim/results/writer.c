/*
 * Result folders that are there completely or not at all.
 */
#include "sim/results/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/assert.h"
#include "sim/base/fileio.h"

struct results_dir {
	char *target;
	char *path;
	int lock_fd;
};

static const char *const result_marks[] = { "result.json", "compare.json",
					    "points.jsonl" };

__attribute__((format(printf, 1, 2))) static char *text_of(const char *format,
							   ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	SIM_ASSERT(vasprintf(&text, format, args) >= 0);
	va_end(args);
	return text;
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void remove_tree(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* A target that is no result of ours is never replaced: -o $HOME is a slip. */
static int target_check(const char *target)
{
	struct stat st;
	size_t i;

	if (stat(target, &st) != 0)
		return errno == ENOENT ? 0 : -errno;
	if (!S_ISDIR(st.st_mode))
		return -ENOTDIR;
	for (i = 0; i < sizeof(result_marks) / sizeof(result_marks[0]); i++) {
		char *mark = text_of("%s/%s", target, result_marks[i]);
		int found = access(mark, F_OK) == 0;

		free(mark);
		if (found)
			return 0;
	}
	/* an empty folder may be taken */
	if (rmdir(target) == 0)
		return 0;
	return errno == ENOTEMPTY ? -EEXIST : -errno;
}

static char *without_slashes(const char *target)
{
	char *copy = text_of("%s", target);
	size_t n = strlen(copy);

	while (n > 1 && copy[n - 1] == '/')
		copy[--n] = '\0';
	return copy;
}

/* "out/x" -> parent "out", temporary "out/.x.tmp" */
static int temporary_make(struct results_dir *dir)
{
	const char *slash = strrchr(dir->target, '/');
	const char *base = slash ? slash + 1 : dir->target;
	char *parent =
		slash ? strndup(dir->target, (size_t)(slash - dir->target) + 1)
		      : strdup(".");
	struct stat locked, named;
	int error;

	SIM_ASSERT(parent);
	dir->path = text_of(
		"%s%s.%s.tmp", slash ? parent : "",
		slash && parent[strlen(parent) - 1] != '/' ? "/" : "", base);
	error = dir_make(parent);
	free(parent);
	if (error)
		return error;
	if (mkdir(dir->path, 0777) != 0 && errno != EEXIST)
		return -errno;
	dir->lock_fd = open(dir->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir->lock_fd < 0)
		return -errno;
	if (flock(dir->lock_fd, LOCK_EX | LOCK_NB) != 0)
		return errno == EWOULDBLOCK ? -EBUSY : -errno;
	/* its owner may have put it in place between our open and our lock */
	if (fstat(dir->lock_fd, &locked) != 0 || stat(dir->path, &named) != 0 ||
	    locked.st_ino != named.st_ino)
		return -EBUSY;
	return 0;
}

static int remove_below(const char *path, const struct stat *st, int type,
			struct FTW *ftw)
{
	(void)st;
	(void)type;
	return ftw->level > 0 ? remove(path) : 0;
}

/* what a killed run left in the temporary folder; the locked folder stays */
static void temporary_clear(const char *path)
{
	nftw(path, remove_below, 16, FTW_DEPTH | FTW_PHYS);
}

static void dir_free(struct results_dir *dir)
{
	if (dir->lock_fd >= 0)
		close(dir->lock_fd);
	free(dir->target);
	free(dir->path);
	free(dir);
}

static void begin_message(int error, const char *target, char *reterr,
			  size_t reterr_bytes)
{
	if (error == -EEXIST)
		snprintf(reterr, reterr_bytes,
			 "%s: exists and holds no wbsim result; "
			 "not replaced, name another folder with --output",
			 target);
	else if (error == -EBUSY)
		snprintf(reterr, reterr_bytes,
			 "%s: another wbsim is writing to it", target);
	else
		snprintf(reterr, reterr_bytes,
			 "%s: cannot write the output folder: %s", target,
			 strerror(-error));
}

int results_dir_begin(const char *target, struct results_dir **ret,
		      char *reterr, size_t reterr_bytes)
{
	struct results_dir *dir = calloc(1, sizeof(*dir));
	int error;

	SIM_ASSERT(dir);
	dir->lock_fd = -1;
	dir->target = without_slashes(target);
	error = target_check(dir->target);
	if (!error)
		error = temporary_make(dir);
	if (error) {
		begin_message(error, dir->target, reterr, reterr_bytes);
		dir_free(dir);
		return error;
	}
	temporary_clear(dir->path);
	*ret = dir;
	return 0;
}

const char *results_dir_path(const struct results_dir *dir)
{
	return dir->path;
}

const char *results_dir_target(const struct results_dir *dir)
{
	return dir->target;
}

int results_dir_commit(struct results_dir *dir, char *reterr,
		       size_t reterr_bytes)
{
	int error = 0;

	if (renameat2(AT_FDCWD, dir->path, AT_FDCWD, dir->target,
		      RENAME_EXCHANGE) == 0) {
		remove_tree(dir->path);
	} else if (rename(dir->path, dir->target) != 0) {
		/* no exchange on this file system: the old one goes first */
		remove_tree(dir->target);
		if (rename(dir->path, dir->target) != 0)
			error = -errno;
	}
	if (error)
		snprintf(reterr, reterr_bytes, "%s: %s (results are in %s)",
			 dir->target, strerror(-error), dir->path);
	dir_free(dir);
	return error;
}

void results_dir_abort(struct results_dir *dir)
{
	if (!dir)
		return;
	remove_tree(dir->path);
	dir_free(dir);
}

int results_write_text(const char *dir, const char *name, const char *text)
{
	char *path = text_of("%s/%s", dir, name);
	int error = file_write_atomic(path, text, strlen(text));

	free(path);
	return error;
}

int results_write_json(const char *dir, const char *name, const json_t *json)
{
	char *body = json_dumps(json, JSON_INDENT(2) | JSON_ENCODE_ANY);
	char *text = text_of("%s\n", body);
	int error = results_write_text(dir, name, text);

	free(text);
	free(body);
	return error;
}
