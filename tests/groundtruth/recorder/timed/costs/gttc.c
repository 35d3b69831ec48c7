/* gttc: gtt with phase marks. gtt: plays a list of file operations without any tracing and records the monotonic
 * clock before and after each one; for "seq" also after every SAMPLE bytes.
 * usage: gtt OPSFILE OUT [OPSFILE2 OUT2 ...]   each further pair is a concurrent process
 * operations: as in the structural player: open w seq fsync fdatasync sync close falloc
 * trunc clone dropcaches sleep, plus: pace BYTES_PER_S (limits the following seq). */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static uint64_t now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}
struct rec {
	uint32_t op;
	uint32_t kind;
	uint64_t pos, t0, t1;
};
#define MAXREC 400000
static struct rec *recs;
static uint32_t nrec;
static int fds[16];
static char *buf;
static void add(uint32_t op, uint32_t kind, uint64_t pos, uint64_t t0,
		uint64_t t1)
{
	if (nrec < MAXREC)
		recs[nrec++] = (struct rec){ op, kind, pos, t0, t1 };
}
/* phase mark for the profiler: getppid with an extra argument the kernel ignores */
static long phbase, phlast = -1;
static void mark(const char *op)
{
	static const char *const cls[] = { "",      "open",  "w",
					   "seq",   "fsync", "falloc",
					   "trunc", "clone", "fdatasync",
					   "close", "sync",  "dropcaches" };
	long c = 15;
	for (int i = 1; i < 12; i++)
		if (!strcmp(op, cls[i]))
			c = i;
	if (phbase && c != phlast)
		syscall(SYS_getppid, phbase * 16 + c);
	phlast = c;
}
static int play(const char *ops, const char *out, uint64_t start)
{
	static char lines[20000][96];
	int n = 0, nerr = 0;
	FILE *f = fopen(ops, "r");
	if (!f)
		return 2;
	while (n < 20000 && fgets(lines[n], 96, f)) {
		lines[n][strcspn(lines[n], "\n")] = 0;
		n++;
	}
	fclose(f);
	recs = mmap(NULL, MAXREC * sizeof(*recs), PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (posix_memalign((void **)&buf, 4096, 8 << 20))
		return 3;
	memset(buf, 'x', 8 << 20);
	uint64_t pace = 0;
	while (now() < start)
		usleep(1000);
	for (int i = 0; i < n; i++) {
		char op[16] = "", p[64] = "", fl[16] = "";
		unsigned long long v[5] = { 0 };
		sscanf(lines[i], "%15s", op);
		int k = sscanf(lines[i], "%*s %llu %llu %llu %llu %llu", &v[0],
			       &v[1], &v[2], &v[3], &v[4]);
		int N = v[0] < 16 ? (int)v[0] : 0;
		long r = 0;
		mark(op);
		uint64_t t0 = now();
		if (!strcmp(op, "w")) {
			r = pwrite(fds[N], buf, v[2], v[1]);
		} else if (!strcmp(op, "seq")) {
			uint64_t step = k >= 5 && v[4] ? v[4] : v[3], last = t0,
				 done = 0, lastdone = 0;
			for (uint64_t o = v[1]; o < v[1] + v[2]; o += step) {
				r = pwrite(fds[N], buf, v[3], o);
				if (r < 0)
					break;
				done += r;
				if (done - lastdone >= 262144) {
					uint64_t t = now();
					add(i, 1, done, last, t);
					last = t;
					lastdone = done;
				}
				if (pace) {
					uint64_t due = t0 +
						       done * 1000000000ull /
							       pace,
						 t = now();
					if (due > t) {
						struct timespec ts = {
							(due - t) /
								1000000000ull,
							(due - t) %
								1000000000ull
						};
						nanosleep(&ts, NULL);
					}
				}
			}
		} else if (!strcmp(op, "open")) {
			sscanf(lines[i], "%*s %*d %63s %15s", p, fl);
			r = fds[N] =
				open(p,
				     (strchr(fl, 'w') ? O_RDWR : O_RDONLY) |
					     (strchr(fl, 'c') ? O_CREAT : 0) |
					     (strchr(fl, 't') ? O_TRUNC : 0) |
					     (strchr(fl, 'd') ? O_DIRECT : 0) |
					     (strchr(fl, 's') ? O_SYNC : 0),
				     0644);
		} else if (!strcmp(op, "fsync"))
			r = fsync(fds[N]);
		else if (!strcmp(op, "fdatasync"))
			r = fdatasync(fds[N]);
		else if (!strcmp(op, "sync"))
			sync();
		else if (!strcmp(op, "close"))
			r = close(fds[N]);
		else if (!strcmp(op, "sleep"))
			usleep(v[0] * 1000);
		else if (!strcmp(op, "pace"))
			pace = v[0];
		else if (!strcmp(op, "falloc"))
			r = fallocate(fds[N], 0, v[1], v[2]);
		else if (!strcmp(op, "trunc"))
			r = ftruncate(fds[N], v[1]);
		else if (!strcmp(op, "clone"))
			r = ioctl(fds[N], FICLONE, fds[v[1]]);
		else if (!strcmp(op, "dropcaches")) {
			int d = open("/proc/sys/vm/drop_caches", O_WRONLY);
			r = write(d, "3", 1);
			close(d);
		} else {
			fprintf(stderr, "gtt: unknown %s\n", lines[i]);
			nerr++;
		}
		uint64_t t1 = now();
		if (r < 0) {
			fprintf(stderr, "gtt: FAILED %s: %s\n", lines[i],
				strerror(errno));
			nerr++;
		}
		add(i, 0, 0, t0, t1);
	}
	if (phbase)
		syscall(SYS_getppid, 99999);
	if (!strcmp(out, "-"))
		return nerr ? 1 : 0;
	FILE *o = fopen(out, "w");
	for (uint32_t j = 0; j < nrec; j++)
		fprintf(o, "%u %u %llu %llu %llu\n", recs[j].op, recs[j].kind,
			(unsigned long long)recs[j].pos,
			(unsigned long long)recs[j].t0,
			(unsigned long long)recs[j].t1);
	fclose(o);
	return nerr ? 1 : 0;
}
int main(int argc, char **argv)
{
	uint64_t start = argc > 3 ? now() + 500000000ull : 0;
	for (int i = 3; i + 1 < argc; i += 2)
		if (fork() == 0)
			_exit(play(argv[i], argv[i + 1], start));
	phbase = getenv("PHB") ? atol(getenv("PHB")) : 0;
	int rc = play(argv[1], argv[2], start), st;
	while (wait(&st) > 0)
		if (st)
			rc = 1;
	return rc;
}
