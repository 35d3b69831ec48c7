/*
 * wbsim-player: plays a list of file operations, one a line.
 *
 *   wbsim-player [--root DIR] [--marker FILE] OPS-FILE
 *
 * Paths below /mnt/ are taken below DIR.  Every operation but w and mw is
 * marked in FILE, a trace_marker of tracefs.
 *
 *   open N PATH FLAGS             r, w; c: create, t: truncate, d: direct,
 *                                 s: sync, a: append
 *   w N OFFSET BYTES              one pwrite
 *   seq N OFFSET TOTAL CHUNK [STEP]  CHUNK at OFFSET, OFFSET + STEP, ... below
 *                                 OFFSET + TOTAL, where the last is clipped
 *   a N BYTES                     write() at the descriptor's position
 *   fsync|fdatasync|syncfs|close N
 *   sync, dropcaches, sleep MS
 *   falloc N OFFSET BYTES [MODE]
 *   trunc N BYTES
 *   clone N SOURCE
 *   sfr N OFFSET BYTES FLAGS      sync_file_range
 *   mmap N OFFSET BYTES STEP      shared; a byte each STEP is made dirty
 *   mw N OFFSET                   make the byte at OFFSET of the file dirty
 *   msync|munmap N
 *   fiemap N PATH                 extents: "offset physical length flags"
 *
 * Exit status: 0; 1 an operation failed; 2 the list cannot be read.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define MAX_FDS     16
#define NR_EXTENTS  256
#define MOUNT_POINT "/mnt/"

struct mapping {
	char *bytes;
	uint64_t offset;
	uint64_t nr_bytes;
};

static struct {
	const char *root;
	int marker;
	int fds[MAX_FDS];
	struct mapping maps[MAX_FDS];
	char *data;
	size_t nr_data;
} player = { .marker = -1 };

/** struct line - one operation; numbers that are not given are 0 */
struct line {
	const char *text;
	char op[16];
	unsigned int fd;
	uint64_t v[4]; /* after the descriptor */
};

__attribute__((format(printf, 1, 2))) static void mark(const char *format, ...)
{
	char text[256];
	va_list args;
	int length;

	if (player.marker < 0)
		return;
	va_start(args, format);
	length = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (length >= (int)sizeof(text))
		length = sizeof(text) - 1;
	if (length > 0 && write(player.marker, text, (size_t)length) < 0)
		player.marker = -1;
}

static char *data_of(uint64_t nr_bytes)
{
	if (nr_bytes > player.nr_data) {
		free(player.data);
		player.nr_data = nr_bytes;
		if (posix_memalign((void **)&player.data, 4096, nr_bytes)) {
			fputs("wbsim-player: out of memory\n", stderr);
			exit(1);
		}
		for (size_t i = 0; i < nr_bytes; i++)
			player.data[i] = (char)(i % 251);
	}
	return player.data;
}

static int write_at(int fd, uint64_t offset, uint64_t nr_bytes)
{
	const char *data = data_of(nr_bytes);

	while (nr_bytes) {
		ssize_t done = pwrite(fd, data, nr_bytes, (off_t)offset);

		if (done < 0)
			return -1;
		data += done;
		offset += (uint64_t)done;
		nr_bytes -= (uint64_t)done;
	}
	return 0;
}

static int do_seq(int fd, const struct line *line)
{
	uint64_t end = line->v[0] + line->v[1];
	uint64_t chunk = line->v[2];
	uint64_t step = line->v[3] ? line->v[3] : chunk;

	if (!chunk) {
		errno = EINVAL;
		return -1;
	}
	for (uint64_t at = line->v[0]; at < end; at += step) {
		if (write_at(fd, at, chunk < end - at ? chunk : end - at))
			return -1;
	}
	return 0;
}

static int open_flags(const char *letters)
{
	static const struct {
		char letter;
		int flag;
	} flags[] = { { 'c', O_CREAT },
		      { 't', O_TRUNC },
		      { 'd', O_DIRECT },
		      { 's', O_SYNC },
		      { 'a', O_APPEND } };
	bool writes = strchr(letters, 'w');
	int ret = writes ? O_WRONLY : O_RDONLY;

	if (writes && strchr(letters, 'r'))
		ret = O_RDWR;
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (strchr(letters, flags[i].letter))
			ret |= flags[i].flag;
	}
	return ret;
}

static int do_open(const struct line *line)
{
	char name[256];
	char path[4096];
	char letters[16];
	size_t prefix = strlen(MOUNT_POINT);

	if (sscanf(line->text, "%*s %*u %255s %15s", name, letters) != 2) {
		errno = EINVAL;
		return -1;
	}
	if (player.root && !strncmp(name, MOUNT_POINT, prefix))
		snprintf(path, sizeof(path), "%s/%s", player.root,
			 name + prefix);
	else
		snprintf(path, sizeof(path), "%s", name);
	player.fds[line->fd] = open(path, open_flags(letters), 0644);
	return player.fds[line->fd];
}

static int do_mmap(int fd, const struct line *line)
{
	struct mapping *map = &player.maps[line->fd];

	map->offset = line->v[0];
	map->nr_bytes = line->v[1];
	map->bytes = mmap(NULL, map->nr_bytes, PROT_READ | PROT_WRITE,
			  MAP_SHARED, fd, (off_t)map->offset);
	if (map->bytes == MAP_FAILED) {
		map->bytes = NULL;
		return -1;
	}
	for (uint64_t at = 0; line->v[2] && at < map->nr_bytes;
	     at += line->v[2])
		map->bytes[at]++;
	return 0;
}

static int do_mapped(const struct line *line)
{
	struct mapping *map = &player.maps[line->fd];
	uint64_t at = line->v[0] - map->offset;

	if (!map->bytes || (line->op[1] == 'w' && at >= map->nr_bytes)) {
		errno = EINVAL;
		return -1;
	}
	if (line->op[1] == 'w') {
		map->bytes[at]++;
		return 0;
	}
	if (!strcmp(line->op, "msync"))
		return msync(map->bytes, map->nr_bytes, MS_SYNC);
	return munmap(map->bytes, map->nr_bytes);
}

static int drop_caches(void)
{
	int fd = open("/proc/sys/vm/drop_caches", O_WRONLY);
	ssize_t done;

	if (fd < 0)
		return -1;
	done = write(fd, "3", 1);
	close(fd);
	return done == 1 ? 0 : -1;
}

static int do_sleep(uint64_t ms)
{
	const struct timespec wait = { .tv_sec = (time_t)(ms / 1000),
				       .tv_nsec = (long)(ms % 1000) * 1000000 };

	return nanosleep(&wait, NULL);
}

/* Prints a batch; *@pos moves behind it.  Return: more to come, 0, or -1. */
static int print_extents(int fd, FILE *out, uint64_t *pos)
{
	union {
		struct fiemap map;
		char room[sizeof(struct fiemap) +
			  NR_EXTENTS * sizeof(struct fiemap_extent)];
	} x;
	bool last = false;

	memset(&x, 0, sizeof(x));
	x.map.fm_start = *pos;
	x.map.fm_length = FIEMAP_MAX_OFFSET - *pos;
	x.map.fm_extent_count = NR_EXTENTS;
	if (ioctl(fd, FS_IOC_FIEMAP, &x.map) < 0)
		return -1;
	for (unsigned int i = 0; i < x.map.fm_mapped_extents; i++) {
		const struct fiemap_extent *e = &x.map.fm_extents[i];

		fprintf(out, "%llu %llu %llu %u\n", e->fe_logical,
			e->fe_physical, e->fe_length, e->fe_flags);
		*pos = e->fe_logical + e->fe_length;
		last = e->fe_flags & FIEMAP_EXTENT_LAST;
	}
	return x.map.fm_mapped_extents && !last;
}

static int do_fiemap(int fd, const struct line *line)
{
	char path[4096];
	uint64_t pos = 0;
	FILE *out;
	int more;

	if (sscanf(line->text, "%*s %*u %4095s", path) != 1) {
		errno = EINVAL;
		return -1;
	}
	out = fopen(path, "w");
	if (!out)
		return -1;
	do {
		more = print_extents(fd, out, &pos);
	} while (more > 0);
	if (fclose(out))
		return -1;
	return more;
}

static int do_sync(int fd, const struct line *line)
{
	if (!strcmp(line->op, "fsync"))
		return fsync(fd);
	if (!strcmp(line->op, "fdatasync"))
		return fdatasync(fd);
	if (!strcmp(line->op, "syncfs"))
		return syncfs(fd);
	if (!strcmp(line->op, "sfr"))
		return sync_file_range(fd, (off_t)line->v[0], (off_t)line->v[1],
				       (unsigned int)line->v[2]);
	if (!strcmp(line->op, "sleep"))
		return do_sleep(line->fd);
	if (!strcmp(line->op, "dropcaches"))
		return drop_caches();
	if (!strcmp(line->op, "sync"))
		sync();
	else if (strcmp(line->op, "mark") != 0)
		return -2;
	return 0;
}

/* Return: negative when it failed, -2 for a word that is not known */
static int do_line(const struct line *line)
{
	int fd = line->fd < MAX_FDS ? player.fds[line->fd] : -1;
	const char *op = line->op;

	if (!strcmp(op, "w"))
		return write_at(fd, line->v[0], line->v[1]);
	if (!strcmp(op, "seq"))
		return do_seq(fd, line);
	if (!strcmp(op, "a"))
		return (int)write(fd, data_of(line->v[0]), line->v[0]);
	if (!strcmp(op, "open"))
		return do_open(line);
	if (!strcmp(op, "close"))
		return close(fd);
	if (!strcmp(op, "trunc"))
		return ftruncate(fd, (off_t)line->v[0]);
	if (!strcmp(op, "falloc"))
		return fallocate(fd, (int)line->v[2], (off_t)line->v[0],
				 (off_t)line->v[1]);
	if (!strcmp(op, "clone") && line->v[0] < MAX_FDS)
		return ioctl(fd, FICLONE, player.fds[line->v[0]]);
	if (!strcmp(op, "mmap"))
		return do_mmap(fd, line);
	if (!strcmp(op, "mw") || !strcmp(op, "msync") || !strcmp(op, "munmap"))
		return do_mapped(line);
	if (!strcmp(op, "fiemap"))
		return do_fiemap(fd, line);
	return do_sync(fd, line);
}

static int play_line(const char *text)
{
	struct line line = { .text = text };
	bool marked;
	int status;

	if (sscanf(text, "%15s %u %lu %lu %lu %lu", line.op, &line.fd,
		   &line.v[0], &line.v[1], &line.v[2], &line.v[3]) < 1 ||
	    line.op[0] == '#')
		return 0;
	if (line.fd >= MAX_FDS && strcmp(line.op, "sleep") != 0) {
		fprintf(stderr, "wbsim-player: %s: descriptors are 0 to %d\n",
			text, MAX_FDS - 1);
		return 1;
	}
	marked = strcmp(line.op, "w") != 0 && strcmp(line.op, "mw") != 0;
	if (marked)
		mark("GT+ %s", text);
	status = do_line(&line);
	if (status < 0)
		fprintf(stderr, "wbsim-player: %s: %s\n", text,
			status == -2 ? "unknown operation" : strerror(errno));
	if (marked)
		mark("GT- %s", line.op);
	return status < 0;
}

static int play(FILE *in)
{
	char text[512];
	int ret = 0;

	while (fgets(text, sizeof(text), in)) {
		text[strcspn(text, "\n")] = '\0';
		ret |= play_line(text);
	}
	return ret;
}

int main(int argc, char **argv)
{
	const char *path = NULL;
	FILE *in;
	int status;

	for (int i = 0; i < MAX_FDS; i++)
		player.fds[i] = -1;
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--root") && i + 1 < argc)
			player.root = argv[++i];
		else if (!strcmp(argv[i], "--marker") && i + 1 < argc)
			player.marker = open(argv[++i], O_WRONLY);
		else
			path = argv[i];
	}
	in = path ? fopen(path, "r") : NULL;
	if (!in) {
		fputs("usage: wbsim-player [--root DIR] [--marker FILE] OPS-FILE\n",
		      stderr);
		return 2;
	}
	status = play(in);
	fclose(in);
	return status;
}
