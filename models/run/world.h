/*
 * The parts of one run, assembled from an experiment.  Private to
 * models/run.
 */
#ifndef MODELS_RUN_WORLD_H
#define MODELS_RUN_WORLD_H

#include "models/fs/fuse/fuse.h"
#include "models/fs/memory/memory.h"
#include "models/iomap/iomap.h"
#include "models/run/experiment.h"
#include "models/run/oracles.h"
#include "models/run/run.h"
#include "sim/base/rng.h"
#include "sim/engine/sim.h"
#if WBSIM_BLOCK
#include "models/block/queue.h"
#include "models/device/device.h"
#include "models/fs/bdev/bdev.h"
#include "models/fs/gfs2/gfs2.h"
#include "models/fs/xfs/xfs.h"
#include "models/fs/xfs_zoned/xfs_zoned.h"
#include "models/fs/zonefs/zonefs.h"
#include "models/ioend/ioend.h"
#endif

#define NR_OP_TYPES (OP_SYNCFS + 1)

struct world;
struct world_map;

/**
 * struct filesystem_type - a file system the experiment can name; one table
 * (models/run/filesystems.c)
 */
struct filesystem_type {
	const char *name;
	/* 0, or what world_fail() returned */
	int (*mount)(struct world *world);
	void (*unmount)(struct world *world);
	/* NULL: the file system cannot have a file of that name */
	struct inode *(*create)(struct world *world, const char *name);
	/* before its first write; optional */
	void (*configure)(struct inode *inode,
			  const struct file_config *config);
	/* contents at set-up; 0 or -errno */
	int (*fill)(struct inode *inode, uint64_t bytes, bool written);
	int (*open)(struct inode *inode, bool truncate);
	int (*close)(struct inode *inode);
	int (*write)(struct inode *inode, uint64_t pos, uint64_t bytes);
	/* RWF_DONTCACHE; optional */
	int (*write_dontcache)(struct inode *inode, uint64_t pos,
			       uint64_t bytes);
	/* O_DIRECT; optional */
	int (*write_direct)(struct inode *inode, uint64_t pos, uint64_t bytes);
	/* the same, not waited for: done() is called when it has ended, maybe
	 * before the return; optional */
	void (*start_direct)(struct inode *inode, uint64_t pos, uint64_t bytes,
			     void (*done)(void *arg, int error), void *arg);
	/* write back and wait for [start, end], then make it durable */
	int (*fsync)(struct inode *inode, uint64_t start, uint64_t end);
	/* the rest is optional: -EOPNOTSUPP without it */
	int (*fallocate)(struct inode *inode, uint64_t pos, uint64_t bytes);
	int (*truncate)(struct inode *inode, uint64_t bytes);
	/* share all blocks of @from with the empty file @to */
	int (*clone)(struct inode *to, struct inode *from);
	/* a page of a shared mapping is about to be dirtied: map it */
	int (*page_mkwrite)(struct inode *inode, struct folio *folio);
};

extern const struct filesystem_type filesystem_types[];

/** filesystem_of - the table's entry for an enum fs_type */
const struct filesystem_type *filesystem_of(int type);

/** struct world_file - a file of the experiment */
struct world_file {
	char *name;
	struct inode *inode;
	const struct file_config *config;
	bool o_sync; /* of its open */
	bool o_direct;
};

/** struct world_op - an operation with its file found */
struct world_op {
	const struct op_config *config;
	struct world_file *file;
	struct world_file *source;
};

/** struct world_thread - an application thread */
struct world_thread {
	struct world *world;
	struct sim_thread *thread;
	char *name;
	uint64_t loop;
	uint64_t nr_dirtied_pages; /* with the throttle, at the start */
	struct world_op *ops;
	size_t nr_ops;
	struct rng rng;
	uint64_t phase_ns[NR_OP_TYPES];
	uint64_t written_bytes;
	struct world_map *maps; /* mmap.c */
	int error;
};

/** struct snapshot - what is subtracted: totals at the start of measuring */
struct snapshot {
	uint64_t date_ns;
	uint64_t *account_ns;
	uint64_t *counters;
	uint64_t *cpu_ns;
	uint64_t *resource_ns;
};

struct world {
	const struct experiment *experiment;
	const struct run_options *options;
	uint64_t seed;
	struct sim *sim;
	struct mm mm;
	struct iomap_core *iomap;
	struct cost_config costs; /* scaled by the price of an instruction */
	struct design_costs design_costs;
	const struct filesystem_type *fs;
	struct memory_fs *memory;
	struct fuse *fuse;
	const struct filesystem_type *store; /* of the FUSE server's files */
#if WBSIM_BLOCK
	struct blk_queue queue;
	struct device *device;
	struct ioend_core ioends;
	const struct wb_design *design;
	struct xfs *xfs;
	struct xfs_zoned *xfs_zoned;
	struct blk_queue log_queue; /* with filesystem.external */
	struct device *log_device;
	struct gfs2 *gfs2;
	struct zonefs *zonefs;
	struct bdev *bdev;
	void *extra_fs; /* of the file system of -DWBSIM_EXTRA_FILESYSTEM */
#endif
	struct world_file *files;
	size_t nr_files;
	struct world_thread *threads;
	size_t nr_threads;
	struct world_thread prepare;
	size_t nr_running;
	struct hist *write_ns;
	struct snapshot start;
	struct snapshot end;
	unsigned int account_user; /* the programs' own CPU time */
	struct mm_script script;
	uint64_t total_bytes;
	uint64_t next_progress_ms;
	char *reterr;
	size_t reterr_bytes;
};

/** world_fail - write the message of a run that cannot be done; returns 2 */
int world_fail(struct world *world, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* world.c */
int world_new(struct world *world);
void world_free(struct world *world);
void snapshot_take(const struct world *world, struct snapshot *ret);
unsigned int world_nr_resources(const struct world *world);
const char *world_resource(const struct world *world, unsigned int i,
			   uint64_t *ret_busy_ns);
bool world_is_idle(void *world);

/* files.c */
int world_make_files(struct world *world);
int world_make_threads(struct world *world);

/* fuse_store.c */

/**
 * fuse_store_mount - the file system that the FUSE server keeps its data in
 * @ret: to be given to fuse_new()
 * Return: 0, or what world_fail() returned; world->store is NULL when the data
 * stays in the server's memory.
 */
int fuse_store_mount(struct world *world, struct fuse_store_ops *ret);

/* app.c */
void world_start(struct world *world);
/** world_report_progress - to whoever shows it, now and then */
void world_report_progress(struct world *world);
/**
 * world_nth_write - where the @i-th write of a write operation goes
 * Draws a random number if the pattern is random.  Return: false: no more.
 */
bool world_nth_write(struct world_thread *thread, const struct world_op *op,
		     uint64_t i, uint64_t *ret_pos, uint64_t *ret_bytes);

/* deep.c */
/** world_write_deep - a write operation of depth above 1; 0 or -errno */
int world_write_deep(struct world_thread *thread, const struct world_op *op);

/* mmap.c */

/** world_mmap_op - mmap, mmap_write, msync, munmap; 0 or -errno */
int world_mmap_op(struct world_thread *thread, const struct world_op *op);

/** world_mmap_reopen - @thread opened @file: readahead of its next map is new */
void world_mmap_reopen(struct world_thread *thread,
		       const struct world_file *file);
void world_mmap_free(struct world_thread *thread);

/* oracle.c */
void world_set_oracles(struct world *world);
/* play the recorded writeback script, if there is one */
void world_start_script(struct world *world);

/* designs.c */
const struct wb_design *design_by_name(const char *name);
const struct fuse_design *fuse_design_by_name(const char *name);
const struct design_costs *design_costs_by_name(const struct cost_config *costs,
						const char *name);

/* result.c */
json_t *world_result(struct world *world, bool *ret_ok);

/* checks.c */
json_t *world_checks(struct world *world, bool *ret_ok);

/* findings.c */
json_t *world_warnings(struct world *world);
/**
 * world_times_are_validated - is the experiment inside what the timed
 * recordings hold?
 * @warnings: array, one text per key outside; NULL: none wanted
 */
bool world_times_are_validated(const struct world *world, json_t *warnings);
json_t *world_untouched_keys(struct world *world);

#endif
