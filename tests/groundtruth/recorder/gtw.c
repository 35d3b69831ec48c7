/* gtw: replays a list of file operations, one a line, and marks the ftrace
 * buffer around every operation that is not a plain write.
 * usage: gtw OPSFILE
 *   open N PATH FLAGS      flags letters: r w c t d(irect) s(ync) a(ppend)
 *   w N OFF LEN            one pwrite
 *   seq N OFF TOTAL CHUNK [STEP]   pwrite CHUNK at OFF, OFF+STEP, ... while < OFF+TOTAL
 *   a N LEN                write() at the current position
 *   fsync|fdatasync|syncfs|close N ; sync ; sleep MS ; dropcaches
 *   falloc N OFF LEN [MODE] ; trunc N LEN ; clone DST SRC ; sfr N OFF LEN FLAGS
 *   mmap N OFF LEN STEP    map [OFF,OFF+LEN) shared and dirty a byte each STEP
 *   mw N POS               dirty a byte of the map at file position POS
 *   msync N ; munmap N
 *   fiemap N OUTPATH
 *   mark TEXT
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define MAXF 16
static int fds[MAXF];
static char *maps[MAXF];
static uint64_t moff[MAXF], mlen[MAXF];
static int mark_fd = -1;
static char *buf;
static size_t buflen;

static void mark(const char *fmt, ...)
{
	char s[256];
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(s, sizeof(s), fmt, ap);
	va_end(ap);
	if (mark_fd >= 0 && write(mark_fd, s, n) < 0)
		mark_fd = -1;
}

static void need(size_t n)
{
	if (n <= buflen)
		return;
	free(buf);
	if (posix_memalign((void **)&buf, 4096, n))
		exit(3);
	for (size_t i = 0; i < n; i++)
		buf[i] = (char)(i * 131 + 7);
	buflen = n;
}

static int nerr;
static void chk(long r, const char *line)
{
	if (r < 0) {
		fprintf(stderr, "gtw: FAILED %s: %s\n", line, strerror(errno));
		mark("GTERR %s errno=%d", line, errno);
		nerr++;
	}
}

static void do_write(int fd, uint64_t off, size_t len, const char *line)
{
	need(len);
	size_t done = 0;
	while (done < len) {
		ssize_t r = pwrite(fd, buf + done, len - done, off + done);
		if (r <= 0) {
			chk(-1, line);
			return;
		}
		done += r;
	}
}

static void do_fiemap(int fd, const char *out)
{
	FILE *f = fopen(out, "w");
	if (!f)
		return;
	struct {
		struct fiemap m;
		struct fiemap_extent e[512];
	} x;
	uint64_t pos = 0;
	for (;;) {
		memset(&x.m, 0, sizeof(x.m));
		x.m.fm_start = pos;
		x.m.fm_length = ~0ULL - pos;
		x.m.fm_extent_count = 512;
		if (ioctl(fd, FS_IOC_FIEMAP, &x.m) < 0) {
			fprintf(f, "# fiemap failed errno=%d\n", errno);
			break;
		}
		if (!x.m.fm_mapped_extents)
			break;
		unsigned last = 0;
		for (unsigned i = 0; i < x.m.fm_mapped_extents; i++) {
			struct fiemap_extent *e = &x.e[i];
			fprintf(f, "%llu %llu %llu 0x%x\n", e->fe_logical,
				e->fe_physical, e->fe_length, e->fe_flags);
			pos = e->fe_logical + e->fe_length;
			last = e->fe_flags & FIEMAP_EXTENT_LAST;
		}
		if (last)
			break;
	}
	fclose(f);
}

int main(int argc, char **argv)
{
	FILE *f = fopen(argv[1], "r");
	if (argc < 2 || !f)
		return 2;
	mark_fd = open("/sys/kernel/tracing/trace_marker", O_WRONLY);
	char line[512];
	while (fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = 0;
		char op[32], a1[256] = "", a2[64] = "";
		unsigned long long v[6] = { 0 };
		int n;
		if (sscanf(line, "%31s", op) != 1 || op[0] == '#')
			continue;
		n = sscanf(line, "%*s %llu %llu %llu %llu %llu", &v[0], &v[1],
			   &v[2], &v[3], &v[4]);
		int N = v[0] < MAXF ? (int)v[0] : 0;
		if (!strcmp(op, "w")) {
			do_write(fds[N], v[1], v[2], line);
			continue;
		}
		if (!strcmp(op, "mw")) {
			maps[N][v[1] - moff[N]]++;
			continue;
		}
		mark("GT+ %s", line);
		if (!strcmp(op, "open")) {
			int fl = 0;
			sscanf(line, "%*s %*d %255s %63s", a1, a2);
			int r = !!strchr(a2, 'r'), w = !!strchr(a2, 'w');
			fl = r && w ? O_RDWR : w ? O_WRONLY : O_RDONLY;
			if (strchr(a2, 'c'))
				fl |= O_CREAT;
			if (strchr(a2, 't'))
				fl |= O_TRUNC;
			if (strchr(a2, 'd'))
				fl |= O_DIRECT;
			if (strchr(a2, 's'))
				fl |= O_SYNC;
			if (strchr(a2, 'a'))
				fl |= O_APPEND;
			fds[N] = open(a1, fl, 0644);
			chk(fds[N], line);
		} else if (!strcmp(op, "seq")) {
			uint64_t step = n >= 5 && v[4] ? v[4] : v[3];
			uint64_t end = v[1] + v[2];
			for (uint64_t o = v[1]; o < end; o += step)
				do_write(fds[N], o,
					 v[3] < end - o ? v[3] : end - o, line);
		} else if (!strcmp(op, "a")) {
			need(v[1]);
			chk(write(fds[N], buf, v[1]), line);
		} else if (!strcmp(op, "fsync")) {
			chk(fsync(fds[N]), line);
		} else if (!strcmp(op, "fdatasync")) {
			chk(fdatasync(fds[N]), line);
		} else if (!strcmp(op, "syncfs")) {
			chk(syncfs(fds[N]), line);
		} else if (!strcmp(op, "sync")) {
			sync();
		} else if (!strcmp(op, "close")) {
			chk(close(fds[N]), line);
		} else if (!strcmp(op, "sleep")) {
			usleep(v[0] * 1000);
		} else if (!strcmp(op, "dropcaches")) {
			int d = open("/proc/sys/vm/drop_caches", O_WRONLY);
			if (d >= 0) {
				chk(write(d, "3", 1), line);
				close(d);
			}
		} else if (!strcmp(op, "falloc")) {
			chk(fallocate(fds[N], (int)v[3], v[1], v[2]), line);
		} else if (!strcmp(op, "trunc")) {
			chk(ftruncate(fds[N], v[1]), line);
		} else if (!strcmp(op, "clone")) {
			chk(ioctl(fds[N], FICLONE, fds[v[1]]), line);
		} else if (!strcmp(op, "sfr")) {
			chk(sync_file_range(fds[N], v[1], v[2], (unsigned)v[3]),
			    line);
		} else if (!strcmp(op, "mmap")) {
			maps[N] = mmap(NULL, v[2], PROT_READ | PROT_WRITE,
				       MAP_SHARED, fds[N], v[1]);
			moff[N] = v[1];
			mlen[N] = v[2];
			if (maps[N] == MAP_FAILED)
				chk(-1, line);
			else if (v[3])
				for (uint64_t o = 0; o < v[2]; o += v[3])
					maps[N][o]++;
		} else if (!strcmp(op, "msync")) {
			chk(msync(maps[N], mlen[N], MS_SYNC), line);
		} else if (!strcmp(op, "munmap")) {
			chk(munmap(maps[N], mlen[N]), line);
		} else if (!strcmp(op, "fiemap")) {
			sscanf(line, "%*s %*d %255s", a1);
			do_fiemap(fds[N], a1);
		} else if (strcmp(op, "mark")) {
			fprintf(stderr, "gtw: unknown op %s\n", line);
			nerr++;
		}
		mark("GT- %s", op);
	}
	return nerr ? 1 : 0;
}
