/*
 * Whole-file reads and atomic writes.
 */
#include "sim/base/fileio.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "sim/base/assert.h"

#define FILE_MAX_BYTES (1ull << 30)

struct buffer {
	char *data;
	size_t nr_bytes;
	size_t cap_bytes;
};

/* Room for @more bytes and the final NUL. */
static int buffer_reserve(struct buffer *b, size_t more)
{
	size_t cap = b->cap_bytes ? b->cap_bytes : 65536;
	char *data;

	while (cap < b->nr_bytes + more + 1)
		cap *= 2;
	if (cap == b->cap_bytes)
		return 0;
	data = realloc(b->data, cap);
	if (!data)
		return -ENOMEM;
	b->data = data;
	b->cap_bytes = cap;
	return 0;
}

static int fd_read_all(int fd, struct buffer *b)
{
	for (;;) {
		ssize_t nr;
		int err = buffer_reserve(b, 65536);

		if (err)
			return err;
		nr = read(fd, b->data + b->nr_bytes, 65536);
		if (nr < 0 && errno == EINTR)
			continue;
		if (nr < 0)
			return -errno;
		if (nr == 0)
			break;
		b->nr_bytes += (size_t)nr;
		if (b->nr_bytes > FILE_MAX_BYTES)
			return -EFBIG;
	}
	b->data[b->nr_bytes] = '\0';
	return 0;
}

/* One gzip member from @z; 0 when it ended well. */
static int gunzip_member(z_stream *z, struct buffer *out)
{
	for (;;) {
		int ret, err = buffer_reserve(out, 65536);

		if (err)
			return err;
		z->next_out = (Bytef *)out->data + out->nr_bytes;
		z->avail_out = 65536;
		ret = inflate(z, Z_NO_FLUSH);
		out->nr_bytes += 65536 - z->avail_out;
		if (out->nr_bytes > FILE_MAX_BYTES)
			return -EFBIG;
		if (ret == Z_STREAM_END)
			return 0;
		if (ret == Z_MEM_ERROR)
			return -ENOMEM;
		if (ret != Z_OK)
			return -EBADMSG;
	}
}

static int gunzip(const struct buffer *in, struct buffer *out)
{
	z_stream z = { 0 };
	int err;

	/* 16: expect a gzip header */
	if (inflateInit2(&z, 15 + 16) != Z_OK)
		return -ENOMEM;
	z.next_in = (Bytef *)in->data;
	z.avail_in = (uInt)in->nr_bytes;
	do {
		err = gunzip_member(&z, out);
		if (!err && z.avail_in && inflateReset(&z) != Z_OK)
			err = -EBADMSG;
	} while (!err && z.avail_in);
	inflateEnd(&z);
	if (!err)
		out->data[out->nr_bytes] = '\0';
	return err;
}

int file_read(const char *path, char **ret_data, size_t *ret_bytes)
{
	struct buffer raw = { 0 }, plain = { 0 };
	int err, fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	err = fd_read_all(fd, &raw);
	close(fd);
	if (!err && raw.nr_bytes >= 2 && !memcmp(raw.data, "\x1f\x8b", 2)) {
		err = gunzip(&raw, &plain);
		free(raw.data);
		raw = plain;
	}
	if (err) {
		free(raw.data);
		return err;
	}
	*ret_data = raw.data;
	*ret_bytes = raw.nr_bytes;
	return 0;
}

static int fd_write_all(int fd, const char *data, size_t nr_bytes)
{
	while (nr_bytes) {
		ssize_t nr = write(fd, data, nr_bytes);

		if (nr < 0 && errno == EINTR)
			continue;
		if (nr < 0)
			return -errno;
		data += nr;
		nr_bytes -= (size_t)nr;
	}
	return fsync(fd) ? -errno : 0;
}

/* Make the rename of @path durable. */
static int dir_of_sync(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir =
		slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	int fd, err = 0;

	if (!dir)
		return -ENOMEM;
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(dir);
	if (fd < 0)
		return -errno;
	/* Some file systems cannot sync folders. */
	if (fsync(fd) && errno != EINVAL)
		err = -errno;
	close(fd);
	return err;
}

int file_write_atomic(const char *path, const void *data, size_t nr_bytes)
{
	char *temporary;
	int fd, err;

	if (asprintf(&temporary, "%s.tmp%ld", path, (long)getpid()) < 0)
		return -ENOMEM;
	fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0) {
		err = -errno;
		free(temporary);
		return err;
	}
	err = fd_write_all(fd, data, nr_bytes);
	if (close(fd) && !err)
		err = -errno;
	if (!err && rename(temporary, path))
		err = -errno;
	if (err)
		unlink(temporary);
	else
		err = dir_of_sync(path);
	free(temporary);
	return err;
}

static int dir_make_one(const char *path)
{
	struct stat st;

	if (mkdir(path, 0777) == 0)
		return 0;
	if (errno != EEXIST)
		return -errno;
	if (stat(path, &st))
		return -errno;
	return S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
}

int dir_make(const char *path)
{
	char *copy = strdup(path);
	int err = 0;

	if (!copy)
		return -ENOMEM;
	for (char *p = copy; !err && *p; p++) {
		if (*p != '/' || p == copy)
			continue;
		*p = '\0';
		err = dir_make_one(copy);
		*p = '/';
	}
	if (!err)
		err = dir_make_one(copy);
	free(copy);
	return err;
}

bool path_is_inside(const char *path)
{
	const char *part = path;

	if (!*path || *path == '/')
		return false;
	while (part) {
		const char *slash = strchr(part, '/');
		size_t len = slash ? (size_t)(slash - part) : strlen(part);

		if (len == 2 && part[0] == '.' && part[1] == '.')
			return false;
		part = slash ? slash + 1 : NULL;
	}
	return true;
}
