/*
 * The experiment: everything a run depends on, as filled from JSON by the
 * tables in models/run/experiment.c (root) and the config files of each
 * module.
 */
#ifndef MODELS_RUN_EXPERIMENT_H
#define MODELS_RUN_EXPERIMENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "models/fs/fuse/config.h"
#include "models/mm/config.h"
#include "models/run/costs.h"
#if WBSIM_BLOCK
#include "models/block/config.h"
#include "models/device/config.h"
#include "models/device/faults.h"
#include "models/fs/bdev/config.h"
#include "models/fs/xfs/config.h"
#include "models/fs/xfs_zoned/config.h"
#include "models/ioend/config.h"
#endif
#include "sim/config/table.h"

/** struct kernel_config - a kernel preset: limits, constants, default design */
struct kernel_config {
	char *release; /* "6.17"; newest release that it describes */
	char *design;  /* name of its default design */
	char *costs;   /* last part of the name of its cost table */
	struct mm_config mm;
	struct fuse_kernel_config fuse;
#if WBSIM_BLOCK
	struct ioend_config ioend;
	struct xfs_config xfs;
	struct xfs_zoned_config xfs_zoned;
	struct block_config block;
	bool bdev_large_folios;
#endif
};

/** struct host_config - cores and how they are shared */
struct host_config {
	uint64_t cpus;
	int cpu_policy; /* enum sim_cpu_policy */
	uint64_t tick_ns;
	uint64_t tick_phase_ns;
	uint64_t instruction_ps;
	char *costs; /* first part of the name of its cost tables */
};

enum fs_type {
	FS_MEMORY,
	FS_FUSE,
	FS_XFS,
	FS_GFS2,
	FS_ZONEFS,
	FS_BDEV,
	FS_XFS_ZONED,
	FS_EXTRA, /* -DWBSIM_EXTRA_FILESYSTEM */
};

struct filesystem_config {
	int type; /* enum fs_type */
	uint64_t block_size_bytes;
	uint64_t size_bytes; /* 0: the device's */
	uint64_t ag_count;
	bool rmapbt;
	bool reflink;
	uint64_t alloc_size_bytes;     /* mount option allocsize; 0: dynamic */
	uint64_t zone_size_bytes;      /* FS_ZONEFS, FS_XFS_ZONED */
	uint64_t conventional_zones;   /* FS_ZONEFS */
	bool explicit_open;            /* FS_ZONEFS: mount option */
	int errors;                    /* FS_ZONEFS: enum zonefs_errors */
	bool append;                   /* FS_ZONEFS: what if */
	bool external;                 /* FS_XFS_ZONED: has a log_device */
	uint64_t fill_ppm;             /* FS_XFS_ZONED */
	uint64_t fragmentation_ppm;    /* FS_XFS_ZONED */
	bool buffer_heads;             /* FS_BDEV */
	uint64_t memory_latency_ns;    /* FS_MEMORY: time a range takes */
	uint64_t memory_bytes_per_s;   /* FS_MEMORY */
	struct fuse_mount_config fuse; /* FS_FUSE */
	int store;                     /* FS_FUSE: enum fuse_store */
};

/** enum fuse_store - where a FUSE server keeps the data */
enum fuse_store {
	FUSE_STORE_SERVER_MEMORY,
	FUSE_STORE_MEMORY,
	FUSE_STORE_XFS,
	FUSE_STORE_GFS2,
};

enum file_initial {
	FILE_EMPTY,
	FILE_WRITTEN,
	FILE_UNWRITTEN,
};

struct file_config {
	char *name;  /* may hold "{thread}" */
	int initial; /* enum file_initial */
	uint64_t size_bytes;
	bool warm;      /* clean folios in the cache at start */
	int write_hint; /* enum write_hint, for FS_XFS_ZONED */
};

enum op_type {
	OP_OPEN,
	OP_WRITE,
	OP_FSYNC,
	OP_FDATASYNC,
	OP_FALLOCATE,
	OP_CLOSE,
	OP_SYNC,
	OP_DROP_CACHES,
	OP_SLEEP,
	OP_TRUNCATE,
	OP_CLONE,
	OP_MMAP,
	OP_MMAP_WRITE,
	OP_MSYNC,
	OP_MUNMAP,
	OP_SYNC_FILE_RANGE,
	OP_SYNCFS,
};

enum op_pattern {
	PATTERN_SEQUENTIAL,
	PATTERN_RANDOM,
};

struct op_config {
	int op;      /* enum op_type */
	char *file;  /* may hold "{thread}" */
	int pattern; /* enum op_pattern */
	uint64_t offset_bytes;
	uint64_t total_bytes;
	uint64_t write_bytes;
	uint64_t stride_bytes;     /* 0: write_bytes */
	uint64_t count;            /* random: number of writes */
	uint64_t depth;            /* direct: in flight at once */
	uint64_t duration_ns;      /* sleep; think time after each write */
	uint64_t rate_bytes_per_s; /* write: 0: as fast as it can */
	uint64_t cpu_before_ns;    /* the program's own, before the operation */
	bool timed;                /* write: the program times each call */
	bool create;               /* open */
	bool truncate;             /* open */
	bool dontcache;            /* write */
	bool o_sync;               /* open */
	bool o_direct;             /* open */
	uint64_t flags;            /* sync_file_range */
	char *source;
	/* clone: file that is shared */ /* clone: file that is shared */
};

struct thread_config {
	char *name;
	uint64_t count;
	uint64_t loop;
	uint64_t nr_dirtied_pages;
	struct cfg_array ops; /* struct op_config */
};

/** struct setting_config - as --set takes it */
struct setting_config {
	char *set;
	char *value;
};

/** struct positive_control - the positive control of comparisons */
struct positive_control {
	char *name;              /* NULL: there is none */
	struct cfg_array with;   /* struct setting_config */
	struct cfg_array change; /* struct setting_config */
	char *differs;           /* stream or figure */
};

extern const struct cfg_object positive_control_object;

struct experiment {
	char *name;
	char *kernel_name;
	struct kernel_config kernel;
	char *design; /* NULL: the kernel's */
	char *host_name;
	struct host_config host;
	char *costs_name; /* NULL: host.costs "-" kernel.costs */
	struct cost_config costs;
	uint64_t memory_bytes;
	struct vm_config vm;
	struct frames_config frames;
#if WBSIM_BLOCK
	char *device_name;
	struct device_config device;
	char *log_device_name;
	struct device_config log_device;
#endif
	char *filesystem_name;
	struct filesystem_config filesystem;
	struct cfg_array
		prepare;        /* struct op_config, before the measured part */
	struct cfg_array files; /* struct file_config */
	struct cfg_array faults;  /* struct fault_config */
	struct cfg_array threads; /* struct thread_config */
	struct cfg_array seeds;   /* uint64_t */
	struct positive_control positive_control;
};

extern const struct cfg_object kernel_config_object;
extern const struct cfg_object experiment_object;

/**
 * struct design_entry - a writeback design, chosen by the key "design"
 * (one entry in one table; see docs/add-a-design.md)
 * @fits_blocks, @fits_fuse, @fits_memory: for which kinds of file systems
 */
struct design_entry {
	const char *name;
	const char *help;
	bool fits_blocks;
	bool fits_fuse;
	bool fits_memory;
};

/** experiment_designs - all designs of this build, NULL-name terminated */
const struct design_entry *experiment_designs(void);

/** experiment_design_fits - can the experiment's file system have the design? */
bool experiment_design_fits(const struct experiment *experiment,
			    const struct design_entry *entry);

/**
 * experiment_design - the design the experiment runs: its key, or its kernel's
 * for the kind of file system
 */
const char *experiment_design(const struct experiment *experiment);

struct cfg_error;
struct cfg_override;

/**
 * experiment_load - cfg_load_file() for experiments, then what tables cannot do:
 * the default cost table is named after host and kernel, the design must
 * exist in this build, operations must name files that are listed.
 * Return: as cfg_load_file().  Freed by experiment_release().
 */
int experiment_load(const char *path, const struct cfg_override *overrides,
		    size_t nr_overrides, struct experiment *ret,
		    struct cfg_error *reterr);

/** experiment_load_json - the same from a parsed value; @origin for messages */
int experiment_load_json(const json_t *json, const char *origin,
			 const struct cfg_override *overrides,
			 size_t nr_overrides, struct experiment *ret,
			 struct cfg_error *reterr);

void experiment_release(struct experiment *experiment);

#endif
