/*
 * FUSE with the writeback cache: dirty folios become WRITE requests that a
 * server in user space answers.  No bio, no block layer: the second
 * implementation of the line of models/iomap.
 *
 * What is here exists once for all designs: requests, the connection with
 * its background and congestion limits, the server, the send of a WRITE with
 * its crop at the end of file, and the exclusion of writes by fsync and
 * truncate.  A design (struct fuse_design) is how a pass makes requests of
 * dirty folios.
 *
 * Source of the behaviour: fs/fuse/file.c, fs/fuse/dev.c, fs/fuse/dir.c,
 * fs/fuse/inode.c, 6.12 to 7.3, as specified in docs/models.md.
 * Omits: reads but those of a partly covered page, direct I/O, passthrough,
 * DAX, interrupts, abort, look-ups and attributes but the times.
 */
#ifndef MODELS_FS_FUSE_FUSE_H
#define MODELS_FS_FUSE_FUSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/fs/fuse/config.h"
#include "models/iomap/iomap.h"
#include "sim/base/pool.h"

struct fuse;
struct fuse_inode;
struct fuse_request;

/* opcodes, include/uapi/linux/fuse.h */
enum fuse_opcode {
	FUSE_SETATTR = 4,
	FUSE_OPEN = 14,
	FUSE_READ = 15,
	FUSE_WRITE = 16,
	FUSE_FSYNC = 20,
	FUSE_FLUSH = 25,
	FUSE_CREATE = 35,
};

/**
 * struct fuse_design - how a writeback pass makes WRITE requests
 * One const instance per design, in one table (models/run/designs.c).
 * @methods: names of the counters of what crosses the design's boundary
 * @submit_path: which call sends what is pending
 * @whole_folio: a write dirties (and reads) all of its folio; there is no
 *   per-block state
 * @counts_own_writeback: pages are under writeback for the device for longer
 *   than their folios are: inode.counts_own_writeback
 * @small_folios: cannot take large ones, whatever kernel.fuse.large_folios says
 */
struct fuse_design {
	const char *name;
	const char *help;
	const char *const *methods;
	const char *submit_path;
	bool whole_folio;
	bool small_folios;
	bool counts_own_writeback;

	/* One pass over @inode.  Required.  Return: 0 or -errno. */
	int (*writepages)(struct inode *inode, struct writeback_control *wbc);

	/* Write @folio and wait, before it is invalidated.  Required. */
	int (*launder_folio)(struct folio *folio);

	/*
	 * The request is answered: end the writeback of its pieces.  Called
	 * once for each WRITE, also for one that was dropped at send.
	 * Context: thread of the server.  Required.
	 */
	void (*end_write)(struct fuse_request *request);

	/*
	 * Wait until [@pos, @pos + @len) may be changed: no request with
	 * these bytes is under way.  Context: settled thread.  Required.
	 */
	void (*wait_range)(struct inode *inode, uint64_t pos, uint64_t len);
};

/** fuse_design_writeback_range - dirty ranges through iomap, 6.17 on */
extern const struct fuse_design fuse_design_writeback_range;

/**
 * struct fuse_store_ops - where the server keeps the data, if not in memory
 * @open: the file that holds the data of the FUSE file @name
 * @fill: @bytes that it has already, at set-up; 0 or -errno
 * @write, @fsync: called in a thread of the server; 0 or -errno
 * @arg: first argument of all
 */
struct fuse_store_ops {
	void *(*open)(void *arg, const char *name);
	int (*fill)(void *arg, void *file, uint64_t bytes);
	int (*write)(void *arg, void *file, uint64_t pos, uint64_t len);
	int (*fsync)(void *arg, void *file);
	void *arg;
};

/**
 * fuse_new - mount
 * @design: of all its writeback
 * @store: copied; NULL: the server's memory
 * Configurations must outlive it.
 */
struct fuse *fuse_new(struct mm *mm, const struct fuse_design *design,
		      const struct fuse_kernel_config *kernel,
		      const struct fuse_mount_config *mount,
		      const struct fuse_costs *costs, uint64_t block_bytes,
		      const struct fuse_store_ops *store);
void fuse_free(struct fuse *fuse);

/** fuse_create - an empty file; @name is kept by reference */
struct inode *fuse_create(struct fuse *fuse, const char *name);

/** fuse_fill - @bytes that the server has already */
int fuse_fill(struct inode *inode, uint64_t bytes, bool written);
int fuse_open(struct inode *inode, bool truncate);
/** fuse_close - writes back (fuse_flush() calls write_inode_now()) and waits */
int fuse_close(struct inode *inode);
int fuse_write(struct inode *inode, uint64_t pos, uint64_t bytes);
int fuse_fsync(struct inode *inode, uint64_t start, uint64_t end);
int fuse_truncate(struct inode *inode, uint64_t bytes);
int fuse_page_mkwrite(struct inode *inode, struct folio *folio);

/** fuse_is_idle - no request is under way */
bool fuse_is_idle(const struct fuse *fuse);

/**
 * struct fuse_stats - totals of a run; counters
 * Bytes: queued = sent + cropped + dropped.
 */
struct fuse_stats {
	uint64_t writepages_calls;
	uint64_t congested_passes; /* skipped: too many in background */
	uint64_t fill_calls;       /* of the designs before 6.17 */
	uint64_t writeback_range_calls;
	uint64_t writeback_submit_calls;
	uint64_t pieces;         /* of folios, added to requests */
	uint64_t write_requests; /* queued, sent or dropped */
	uint64_t write_requests_ended;
	uint64_t queued_bytes;
	uint64_t sent_bytes;
	uint64_t cropped_bytes;  /* behind i_size at send */
	uint64_t dropped_bytes;  /* of requests wholly behind it */
	uint64_t other_requests; /* that somebody waits for */
	uint64_t other_requests_ended;
	uint64_t read_bytes;
	uint64_t background_max; /* most in background at once */
	uint64_t active_max;     /* most of these given to the server */
	uint64_t temporary_pages;
	uint64_t temporary_pages_left;
	uint64_t secondary_requests;
	uint64_t replaced_pages; /* copies that a newer one took the place of */
	uint64_t stored_bytes;
};

const struct fuse_stats *fuse_stats(const struct fuse *fuse);

/** fuse_max_background - as negotiated */
uint64_t fuse_max_background(const struct fuse *fuse);

#endif
