/*
 * The root table and its parts.
 */
#include "models/run/experiment.h"
#include "sim/engine/sim.h"

#define NOT_BUILT "A part that this build leaves out: taken and skipped."

#define T struct kernel_config
static const struct cfg_key kernel_keys[] = {
	CFG_ROW_STRING(T, release, "\"\"", false,
		       "Kernel release this preset describes, for results.",
		       "the preset"),
	CFG_ROW_STRING(
		T, design, "\"writeback-range\"", false,
		"Writeback design that this kernel ships; FUSE has its own (fuse.design).",
		"map-blocks up to 6.16, writeback-range from 6.17"),
	CFG_ROW_STRING(
		T, costs, "\"linux-6.17\"", false,
		"Last part of the name of the CPU cost table (HOST-THIS).",
		"the kernels whose instructions were counted"),
	CFG_ROW_OBJECT(T, mm, &mm_config_object, "Page cache."),
	CFG_ROW_OBJECT(T, fuse, &fuse_kernel_config_object, "FUSE."),
#if WBSIM_BLOCK
	CFG_ROW_OBJECT(T, ioend, &ioend_config_object, "Ioends."),
	CFG_ROW_OBJECT(T, xfs, &xfs_config_object, "XFS."),
	CFG_ROW_OBJECT(T, xfs_zoned, &xfs_zoned_config_object, "Zoned XFS."),
	CFG_ROW_OBJECT(T, block, &block_config_object, "Block layer."),
	CFG_ROW_BOOL(
		T, bdev_large_folios, "true",
		"Raw block devices have large folios in their page cache.",
		"recorded: 8192 folios of 4 KiB on 6.12.107, 32 of 1 MiB from 6.16.12 on (s11-bdev-seq)"),
#else
	CFG_ROW_IGNORED("ioend", NOT_BUILT),
	CFG_ROW_IGNORED("xfs", NOT_BUILT),
	CFG_ROW_IGNORED("xfs_zoned", NOT_BUILT),
	CFG_ROW_IGNORED("block", NOT_BUILT),
	CFG_ROW_IGNORED("bdev_large_folios", NOT_BUILT),
#endif
};
#undef T

const struct cfg_object kernel_config_object = {
	.name = "kernel",
	.help = "A kernel release: limits, constants and its default design.",
	.size = sizeof(struct kernel_config),
	.keys = kernel_keys,
	.nr_keys = CFG_NR_KEYS(kernel_keys),
};

static const char *const cpu_policies[] = { "tick", "fluid", NULL };

#define T struct host_config
static const struct cfg_key host_keys[] = {
	CFG_ROW_INT(T, cpus, "cores", "1", 1, 64, "Cores of the machine.",
		    "the preset"),
	CFG_ROW_ENUM(
		T, cpu_policy, "\"tick\"", cpu_policies,
		"How runnable threads share a core: tick (no wake-up preemption inside the kernel, slices of one tick) or fluid (equal shares at every moment).",
		"measured on 6.16 and 6.17 with lazy preemption; fluid: SimGrid's model"),
	CFG_ROW_INT(
		T, tick_ns, "ns", "4000000", 100000, 100000000,
		"Period of the scheduler tick: a jiffy, in which throttled writers sleep.",
		"CONFIG_HZ 250, Debian"),
	CFG_ROW_INT(
		T, tick_phase_ns, "ns", "0", 0, 99999999,
		"Date of the first tick, taken modulo tick_ns.",
		"the machine's past, no workload fixes it; validation averages over it"),
	CFG_ROW_INT(
		T, instruction_ps, "ps", "1000", 1, 1000000,
		"Price of an instruction: all costs but costs.host are multiplied by it, 1000 leaves them as counted.",
		"the counted tables' clock: one instruction is 1 ns; 200 is 5 instructions a nanosecond"),
	CFG_ROW_STRING(
		T, costs, "\"instruction-clock\"", false,
		"First part of the name of the CPU cost tables (THIS-KERNEL).",
		"the preset"),
};
#undef T

static const struct cfg_object host_object = {
	.name = "host",
	.help = "The machine: cores and the scheduler.",
	.size = sizeof(struct host_config),
	.keys = host_keys,
	.nr_keys = CFG_NR_KEYS(host_keys),
};

static const char *const zonefs_errors[] = { "remount-ro", "zone-ro",
					     "zone-offline", "repair", NULL };
/* in the order of enum fs_type and enum fuse_store */
static const char *const fs_types[] = { "memory",
					"fuse",
#if WBSIM_BLOCK
					"xfs",
					"gfs2",
					"zonefs",
					"bdev",
					"xfs_zoned",
#ifdef WBSIM_EXTRA_FILESYSTEM_NAME
					WBSIM_EXTRA_FILESYSTEM_NAME,
#endif
#endif
					NULL };

static const char *const stores[] = { "server-memory", "memory",
#if WBSIM_BLOCK
				      "xfs", "gfs2",
#endif
				      NULL };

#if WBSIM_BLOCK
#define DEFAULT_FILESYSTEM "\"xfs\""
#else
#define DEFAULT_FILESYSTEM "\"memory\""
#endif

#define T struct filesystem_config
static const struct cfg_key filesystem_keys[] = {
	CFG_ROW_ENUM(T, type, DEFAULT_FILESYSTEM, fs_types,
		     "Kind of file system.", "choice"),
	CFG_ROW_INT(
		T, block_size_bytes, "bytes", "4096", 1024, 65536,
		"Block size; a power of two. Raw block device: at most this, less when it does not divide the size.",
		"mkfs.xfs default; set_init_blocksize(), block/bdev.c"),
	CFG_ROW_INT(T, size_bytes, "bytes", "0", 0, 1125899906842624,
		    "Size; 0: the device's.", "mkfs.xfs default"),
	CFG_ROW_INT(T, ag_count, "groups", "4", 1, 1024,
		    "XFS allocation groups.",
		    "mkfs.xfs default on a single device; recorded: 4"),
	CFG_ROW_BOOL(T, rmapbt, "true", "XFS reverse-map tree.",
		     "mkfs.xfs default since 6.5; recorded"),
	CFG_ROW_BOOL(T, reflink, "true",
		     "XFS reflink: copy-on-write mappings are looked up.",
		     "mkfs.xfs default; recorded"),
	CFG_ROW_INT(T, alloc_size_bytes, "bytes", "0", 0, 1073741824,
		    "XFS mount option allocsize; 0: dynamic preallocation.",
		    "mount default"),
	CFG_ROW_INT(
		T, zone_size_bytes, "bytes", "268435456", 4096, 1099511627776,
		"zonefs, zoned XFS on a device without zones: size of a zone.",
		"null_blk's zone_size 256 MiB"),
	CFG_ROW_INT(
		T, conventional_zones, "zones", "0", 0, 1000000,
		"zonefs: zones without write pointer; the first holds the super block, file cnv/N is zone N + 1.",
		"null_blk's zone_nr_conv 0"),
	CFG_ROW_BOOL(
		T, explicit_open, "false",
		"zonefs mount option explicit-open: opening a sequential file opens its zone, closing it closes the zone.",
		"mount default"),
	CFG_ROW_ENUM(
		T, errors, "\"remount-ro\"", zonefs_errors,
		"zonefs mount option errors: after a failed write nothing can be written any more, that file cannot, that file is gone, or its size is set to what its zone holds.",
		"mount default; Documentation/filesystems/zonefs.rst"),
	CFG_ROW_BOOL(
		T, append, "false",
		"zonefs, what if: direct writes to sequential files are zone appends, any number in flight, so that data may land out of order. Needs a device (or block layer) that takes appends.",
		"earlier kernels than 6.12 did so for synchronous writes (zonefs_file_dio_append)"),
	CFG_ROW_BOOL(
		T, external, "false",
		"Zoned XFS: log and metadata on log_device (mkfs.xfs -r rtdev=), else in the conventional zones at the start of the device.",
		"choice; recorded: external on NVMe (s13-xfsz-zns), internal on null_blk (s13-xfsz-znullint)"),
	CFG_ROW_INT(
		T, fill_ppm, "ppm", "0", 0, 1000000,
		"Zoned XFS: share of the user capacity that other files have at the start.",
		"choice: aged state"),
	CFG_ROW_INT(
		T, fragmentation_ppm, "ppm", "0", 0, 1000000,
		"Zoned XFS: how those blocks lie: 0 in as few zones as possible, 1000000 scattered over all zones.",
		"choice: aged state"),
	CFG_ROW_BOOL(
		T, buffer_heads, "true",
		"Raw block device: written back through buffer heads, one bio per block (CONFIG_BUFFER_HEAD), else through ioends.",
		"Debian's kernels, 6.12 to 7.3; recorded: s11"),
	CFG_ROW_INT(T, memory_latency_ns, "ns", "20000", 0, 10000000000,
		    "Memory file system: time until a range's writeback ends.",
		    "assumption"),
	CFG_ROW_INT(T, memory_bytes_per_s, "bytes/s", "0", 0, 1000000000000,
		    "Memory file system: rate of its store; 0: unlimited.",
		    "assumption"),
	CFG_ROW_OBJECT(T, fuse, &fuse_mount_config_object,
		       "FUSE: what the server asks for."),
	CFG_ROW_ENUM(
		T, store, "\"server-memory\"", stores,
		"FUSE: where the server keeps the data: its own memory, or files of another file system of this run, which takes its keys from this object and its device from the experiment.",
		"recorded server: its memory"),
};
#undef T

static const struct cfg_object filesystem_object = {
	.name = "filesystem",
	.help = "File system: maps files to blocks and ends their writeback. The memory file system has no blocks at all.",
	.size = sizeof(struct filesystem_config),
	.keys = filesystem_keys,
	.nr_keys = CFG_NR_KEYS(filesystem_keys),
};

/* in the order of enum write_hint (models/fs/xfs_zoned/zones.h) */
static const char *const write_hints[] = { "not-set", "none", "short",
					   "medium",  "long", "extreme",
					   NULL };
static const char *const initials[] = { "empty", "written", "unwritten", NULL };

#define T struct file_config
static const struct cfg_key file_keys[] = {
	CFG_ROW_STRING(
		T, name, NULL, true,
		"Name; \"{thread}\" stands for the thread's number and makes one file per thread.",
		"choice"),
	CFG_ROW_ENUM(
		T, initial, "\"empty\"", initials,
		"What the file holds at the start: nothing, written extents, or unwritten (fallocated) ones.",
		"choice"),
	CFG_ROW_INT(T, size_bytes, "bytes", "0", 0, 8796093022208,
		    "Size at the start.", "choice"),
	CFG_ROW_BOOL(
		T, warm, "false",
		"The page cache holds the file's clean folios (of the largest size) at the start.",
		"choice"),
	CFG_ROW_ENUM(
		T, write_hint, "\"not-set\"", write_hints,
		"Expected life time of what is written (F_SET_RW_HINT); zoned XFS places files by it.",
		"choice"),
};
#undef T

static const struct cfg_object file_object = {
	.name = "file",
	.help = "A file, or one per thread.",
	.size = sizeof(struct file_config),
	.keys = file_keys,
	.nr_keys = CFG_NR_KEYS(file_keys),
};

static const char *const op_types[] = {
	"open",       "write",    "fsync",  "fdatasync",
	"fallocate",  "close",    "sync",   "drop_caches",
	"sleep",      "truncate", "clone",  "mmap",
	"mmap_write", "msync",    "munmap", "sync_file_range",
	"syncfs",     NULL
};
static const char *const patterns[] = { "sequential", "random", NULL };

#define T struct op_config
static const struct cfg_key op_keys[] = {
	{ .key = "op",
	  .type = CFG_ENUM,
	  .unit = "",
	  .offset = offsetof(T, op),
	  .required = true,
	  .names = op_types,
	  .help = "What is done.",
	  .source = "choice" },
	CFG_ROW_STRING(T, file, NULL, false,
		       "File it is done to; may hold \"{thread}\".", "choice"),
	CFG_ROW_ENUM(
		T, pattern, "\"sequential\"", patterns,
		"write: offsets ascend by stride_bytes, or are drawn among the multiples of write_bytes.",
		"choice"),
	CFG_ROW_INT(
		T, offset_bytes, "bytes", "0", 0, 8796093022208,
		"First byte (write, fallocate, mmap, mmap_write, sync_file_range).",
		"choice"),
	CFG_ROW_INT(
		T, total_bytes, "bytes", "0", 0, 8796093022208,
		"write: length of the range that is walked or drawn from; the last write is cut at its end. fallocate, mmap, sync_file_range: bytes. truncate: new size.",
		"choice"),
	CFG_ROW_INT(T, write_bytes, "bytes", "1048576", 1, 2147479552,
		    "Bytes of one write call.", "choice"),
	CFG_ROW_INT(
		T, stride_bytes, "bytes", "0", 0, 8796093022208,
		"sequential: distance between writes; 0: write_bytes. mmap: a byte is dirtied every so many; 0: none.",
		"choice"),
	CFG_ROW_INT(T, count, "writes", "0", 0, 1000000000,
		    "random: number of writes; 0: total_bytes / write_bytes.",
		    "choice"),
	CFG_ROW_INT(
		T, depth, "writes", "1", 1, 65536,
		"write, with o_direct: how many are in flight at once (io_uring, libaio); zonefs only.",
		"choice"),
	CFG_ROW_INT(T, duration_ns, "ns", "0", 0, 3600000000000,
		    "sleep: how long; write: think time after each write.",
		    "choice"),
	CFG_ROW_INT(
		T, rate_bytes_per_s, "bytes/s", "0", 0, 1000000000000,
		"write: after each write the thread sleeps until as much time has passed as its bytes take at this rate; 0: no pace.",
		"choice"),
	CFG_ROW_INT(
		T, cpu_before_ns, "ns", "0", 0, 3600000000000,
		"CPU time that the program itself uses before the operation.",
		"choice; 0: not looked at"),
	CFG_ROW_BOOL(
		T, timed, "false",
		"write: the program times each call, which costs clock reads (costs.mm.write_entry_timed).",
		"choice"),
	CFG_ROW_BOOL(T, create, "false",
		     "open: make the file if it is not there.", "choice"),
	CFG_ROW_BOOL(T, truncate, "false", "open: cut the file to nothing.",
		     "choice"),
	CFG_ROW_BOOL(
		T, dontcache, "false",
		"write: folios made for it leave the cache when they are written (RWF_DONTCACHE).",
		"choice"),
	CFG_ROW_BOOL(T, o_sync, "false",
		     "open: every write is followed by a sync of its range.",
		     "choice"),
	CFG_ROW_BOOL(
		T, o_direct, "false",
		"open: writes go to the device at once and wait for it; zonefs only.",
		"choice"),
	CFG_ROW_INT(
		T, flags, "", "2", 1, 7,
		"sync_file_range: 1 wait before, 2 write, 4 wait after, added up.",
		"include/uapi/linux/fs.h, SYNC_FILE_RANGE_*"),
	CFG_ROW_STRING(T, source, NULL, false,
		       "clone: the file whose blocks are shared from now on.",
		       "choice"),
};
#undef T

static const struct cfg_object op_object = {
	.name = "op",
	.help = "One operation of a thread.",
	.size = sizeof(struct op_config),
	.keys = op_keys,
	.nr_keys = CFG_NR_KEYS(op_keys),
};

#define T struct thread_config
static const struct cfg_key thread_keys[] = {
	CFG_ROW_STRING(T, name, "\"writer\"", false, "Name in results.",
		       "choice"),
	CFG_ROW_INT(T, count, "threads", "1", 1, 4096,
		    "Number of threads that do the same.", "choice"),
	CFG_ROW_INT(T, loop, "times", "1", 1, 1000000000,
		    "How often the operations are repeated.", "choice"),
	CFG_ROW_INT(
		T, nr_dirtied_pages, "pages", "0", 0, 1048576,
		"Pages that the thread has dirtied already since it last looked at the throttle (current->nr_dirtied).",
		"the task's past, no workload fixes it; recording: 28 or 12 fit the four s14-fuse-seq1m from 6.16 on"),
	CFG_ROW_ARRAY(T, ops, &op_object, "[]", "What each thread does."),
};
#undef T

static const struct cfg_object thread_object = {
	.name = "thread",
	.help = "A group of equal application threads.",
	.size = sizeof(struct thread_config),
	.keys = thread_keys,
	.nr_keys = CFG_NR_KEYS(thread_keys),
};

#define T struct experiment
#define PRESET(member, dir, table, d, h)                                       \
	{                                                                      \
		.key = #member, .type = CFG_PRESET, .unit = "",                \
		.offset = offsetof(T, member), .def = d, .object = table,      \
		.preset_dir = dir,                                             \
		.preset_name_offset = offsetof(T, member##_name), .help = h,   \
		.source = ""                                                   \
	}
static const struct cfg_key experiment_keys[] = {
	CFG_ROW_STRING(T, name, "\"run\"", false,
		       "Name of the experiment and of its output folder.",
		       "choice"),
	PRESET(kernel, "kernels", &kernel_config_object, "\"linux-6.17\"",
	       "Kernel preset: limits, constants, default design."),
	CFG_ROW_STRING(T, design, NULL, false,
		       "Writeback design; without it the kernel's.",
		       "the kernel preset"),
	PRESET(host, "hosts", &host_object, "\"instruction-clock-1cpu\"",
	       "Host preset: cores and scheduler."),
	PRESET(costs, "costs", &cost_config_object, NULL,
	       "CPU cost table; without it the one named after host and kernel."),
	CFG_ROW_INT(T, memory_bytes, "bytes", "3221225472", 67108864,
		    17592186044416,
		    "Memory of the machine, of which vm's ratios are taken.",
		    "timed recordings: 3 GB"),
	CFG_ROW_OBJECT(T, vm, &vm_config_object,
		       "Limits on dirty memory: sysctl vm.*."),
	CFG_ROW_OBJECT(T, frames, &frames_config_object,
		       "Physical contiguity of page frames."),
#if WBSIM_BLOCK
	PRESET(device, "devices", &device_config_object, "\"nvme-mdts-512k\"",
	       "Device preset."),
	PRESET(log_device, "devices", &device_config_object,
	       "\"nvme-mdts-512k\"",
	       "Second device, for log and metadata of a file system with filesystem.external; else not there."),
#else
	CFG_ROW_IGNORED("log_device", NOT_BUILT),
	CFG_ROW_IGNORED("device", NOT_BUILT),
#endif
	PRESET(filesystem, "filesystems", &filesystem_object,
	       DEFAULT_FILESYSTEM, "File system."),
	CFG_ROW_ARRAY(T, files, &file_object, "[]", "Files."),
#if WBSIM_BLOCK
	CFG_ROW_ARRAY(
		T, faults, &fault_config_object, "[]",
		"What the device does wrong; a thread that an error stops is a result then (threads[].error), not a failure of the run."),
#else
	CFG_ROW_IGNORED("faults", NOT_BUILT),
#endif
	CFG_ROW_ARRAY(
		T, prepare, &op_object, "[]",
		"Operations done before the measured part, by a thread of their own."),
	CFG_ROW_ARRAY(T, threads, &thread_object, "[]", "Application threads."),
	{ .key = "seeds",
	  .type = CFG_INT_ARRAY,
	  .unit = "",
	  .offset = offsetof(T, seeds),
	  .def = "[1]",
	  .max = UINT64_MAX / 2,
	  .help = "Seeds of the random streams; a run takes the first.",
	  .source = "choice" },
	CFG_ROW_OBJECT(T, positive_control, &positive_control_object,
		       "A change that compare must be able to see."),
};
#undef T

const struct cfg_object experiment_object = {
	.name = "experiment",
	.help = "One experiment: a workload on a kernel, a host, a file system and a device.",
	.size = sizeof(struct experiment),
	.keys = experiment_keys,
	.nr_keys = CFG_NR_KEYS(experiment_keys),
};
