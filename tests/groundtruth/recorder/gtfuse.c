/* gtfuse: a minimal FUSE server speaking the kernel protocol directly over
 * /dev/fuse (no libfuse), one in-memory file "f", writeback cache on.
 * Logs every request that carries data: opcode offset size write_flags time.
 * usage: gtfuse MOUNTPOINT LOGFILE MAXPAGES MAXWRITE READY_FILE
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define CAP (256ULL << 20)
static char *mem;
static uint64_t fsize;
static int exists;
static int dev;
static FILE *lg;

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

static void reply(uint64_t unique, int err, const void *d, size_t n)
{
	struct fuse_out_header h = { .len = (uint32_t)(sizeof(h) + n),
				     .error = err,
				     .unique = unique };
	struct iovec iov[2] = { { &h, sizeof(h) }, { (void *)d, n } };
	if (writev(dev, iov, n ? 2 : 1) < 0 && errno != ENOENT)
		fprintf(stderr, "gtfuse: reply: %s\n", strerror(errno));
}

static void fill(struct fuse_attr *a, uint64_t ino)
{
	memset(a, 0, sizeof(*a));
	a->ino = ino;
	a->mode = ino == 1 ? S_IFDIR | 0755 : S_IFREG | 0644;
	a->nlink = ino == 1 ? 2 : 1;
	a->size = ino == 1 ? 0 : fsize;
	a->blocks = (a->size + 511) / 512;
	a->blksize = 4096;
}

static void entry(struct fuse_entry_out *e)
{
	memset(e, 0, sizeof(*e));
	e->nodeid = 2;
	e->entry_valid = e->attr_valid = 3600;
	fill(&e->attr, 2);
}

int main(int argc, char **argv)
{
	if (argc < 6)
		return 2;
	unsigned max_pages = atoi(argv[3]), max_write = atoi(argv[4]);
	lg = fopen(argv[2], "w");
	mem = calloc(1, CAP);
	dev = open("/dev/fuse", O_RDWR);
	char opt[128];
	snprintf(opt, sizeof(opt), "fd=%d,rootmode=40000,user_id=0,group_id=0",
		 dev);
	if (dev < 0 || !lg || !mem ||
	    mount("gtfuse", argv[1], "fuse.gt", 0, opt)) {
		perror("gtfuse");
		return 1;
	}
	FILE *rf = fopen(argv[5], "w");
	if (rf)
		fclose(rf);
	size_t bl = max_write + (1 << 20);
	char *b = malloc(bl);
	for (;;) {
		ssize_t n = read(dev, b, bl);
		if (n < 0) {
			if (errno == EINTR || errno == ENOENT ||
			    errno == EAGAIN)
				continue;
			break;
		}
		struct fuse_in_header *h = (void *)b;
		void *arg = h + 1;
		uint64_t u = h->unique;
		switch (h->opcode) {
		case FUSE_INIT: {
			struct fuse_init_in *in = arg;
			struct fuse_init_out o = {
				.major = 7,
				.minor = in->minor < FUSE_KERNEL_MINOR_VERSION
						 ? in->minor
						 : FUSE_KERNEL_MINOR_VERSION
			};
			o.max_readahead = in->max_readahead;
			o.flags = in->flags &
				  (FUSE_ASYNC_READ | FUSE_BIG_WRITES |
				   FUSE_WRITEBACK_CACHE | FUSE_MAX_PAGES |
				   FUSE_ATOMIC_O_TRUNC);
			o.max_background = 64;
			o.congestion_threshold = 48;
			o.max_write = max_write;
			o.max_pages = max_pages;
			o.time_gran = 1;
			fprintf(lg,
				"# init kernel minor %u kernel_max_readahead %u kernel_flags 0x%x granted 0x%x max_pages %u max_write %u\n",
				in->minor, in->max_readahead, in->flags,
				o.flags, max_pages, max_write);
			reply(u, 0, &o, sizeof(o));
			break;
		}
		case FUSE_LOOKUP: {
			struct fuse_entry_out e;
			if (!exists || strcmp(arg, "f")) {
				reply(u, -ENOENT, 0, 0);
				break;
			}
			entry(&e);
			reply(u, 0, &e, sizeof(e));
			break;
		}
		case FUSE_CREATE: {
			struct {
				struct fuse_entry_out e;
				struct fuse_open_out o;
			} r;
			memset(&r, 0, sizeof(r));
			exists = 1;
			entry(&r.e);
			r.o.fh = 7;
			reply(u, 0, &r, sizeof(r));
			break;
		}
		case FUSE_OPEN:
		case FUSE_OPENDIR: {
			struct fuse_open_out o = { .fh = 7,
						   .open_flags =
							   FOPEN_KEEP_CACHE };
			struct fuse_open_in *in = arg;
			if (h->nodeid == 2 && (in->flags & O_TRUNC))
				fsize = 0;
			reply(u, 0, &o, sizeof(o));
			break;
		}
		case FUSE_GETATTR: {
			struct fuse_attr_out a = { .attr_valid = 3600 };
			fill(&a.attr, h->nodeid);
			reply(u, 0, &a, sizeof(a));
			break;
		}
		case FUSE_SETATTR: {
			struct fuse_setattr_in *in = arg;
			struct fuse_attr_out a = { .attr_valid = 3600 };
			if (in->valid & FATTR_SIZE)
				fsize = in->size;
			fill(&a.attr, h->nodeid);
			fprintf(lg, "SETATTR %llu %u %u %.6f\n",
				(unsigned long long)in->size, in->valid, 0,
				now());
			reply(u, 0, &a, sizeof(a));
			break;
		}
		case FUSE_WRITE: {
			struct fuse_write_in *in = arg;
			struct fuse_write_out o = { .size = in->size };
			if (in->offset + in->size <= CAP) {
				memcpy(mem + in->offset, in + 1, in->size);
				if (in->offset + in->size > fsize)
					fsize = in->offset + in->size;
			}
			fprintf(lg, "WRITE %llu %u %u %.6f\n",
				(unsigned long long)in->offset, in->size,
				in->write_flags, now());
			reply(u, 0, &o, sizeof(o));
			break;
		}
		case FUSE_READ: {
			struct fuse_read_in *in = arg;
			uint64_t l =
				in->offset >= fsize ? 0 : fsize - in->offset;
			if (l > in->size)
				l = in->size;
			fprintf(lg, "READ %llu %u %u %.6f\n",
				(unsigned long long)in->offset, in->size,
				in->read_flags, now());
			reply(u, 0, mem + in->offset, l);
			break;
		}
		case FUSE_FSYNC:
			fprintf(lg, "FSYNC 0 0 0 %.6f\n", now());
			reply(u, 0, 0, 0);
			break;
		case FUSE_STATFS: {
			struct fuse_statfs_out s;
			memset(&s, 0, sizeof(s));
			s.st.bsize = s.st.frsize = 4096;
			s.st.namelen = 255;
			reply(u, 0, &s, sizeof(s));
			break;
		}
		case FUSE_FLUSH:
		case FUSE_RELEASE:
		case FUSE_RELEASEDIR:
		case FUSE_ACCESS:
		case FUSE_FSYNCDIR:
			reply(u, 0, 0, 0);
			break;
		case FUSE_FORGET:
		case FUSE_BATCH_FORGET:
		case FUSE_INTERRUPT:
			break;
		case FUSE_DESTROY:
			reply(u, 0, 0, 0);
			fclose(lg);
			return 0;
		default:
			reply(u, -ENOSYS, 0, 0);
		}
		fflush(lg);
	}
	fclose(lg);
	return 0;
}
