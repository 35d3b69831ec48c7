/*
 * Tables of models/fs/fuse/config.h.
 */
#include "models/fs/fuse/config.h"

#define T struct fuse_kernel_config
static const struct cfg_key kernel_keys[] = {
	CFG_ROW_STRING(
		T, design, "\"writeback-range\"", false,
		"Writeback design that this kernel's FUSE has.",
		"fuse-temporary-pages up to 6.15, fuse-whole-folio in 6.16, writeback-range from 6.17; recorded: s14, function calls"),
	CFG_ROW_INT(
		T, max_pages_limit, "pages", "256", 1, 65535,
		"Most pages of a request that a server can ask for.",
		"FUSE_MAX_MAX_PAGES 256 in 6.12, sysctl fs.fuse.max_pages_limit (default 256) from 6.13"),
	CFG_ROW_INT(T, max_pages_default, "pages", "32", 1, 65535,
		    "Pages of a request when the server asks for nothing.",
		    "FUSE_DEFAULT_MAX_PAGES_PER_REQ, 6.12 to 7.3"),
	CFG_ROW_INT(
		T, max_background, "requests", "12", 1, 65535,
		"Background requests given to the server at a time, when it asks for nothing.",
		"FUSE_DEFAULT_MAX_BACKGROUND, fs/fuse/inode.c, 6.12 to 7.3"),
	CFG_ROW_INT(
		T, congestion_threshold, "requests", "9", 1, 65535,
		"From so many background requests on, passes that need not be complete are skipped.",
		"FUSE_DEFAULT_CONGESTION_THRESHOLD, three quarters of 12, 6.12 to 7.3"),
	CFG_ROW_BOOL(
		T, count_pieces, "false",
		"A request takes no more pieces than max_pages, beside the rule for its bytes.",
		"fuse_folios_need_send(), 7.2; shows only with pieces below a page"),
	CFG_ROW_BOOL(
		T, round_up_pages, "true",
		"Bytes of a request count as pages rounded up; false: rounded down.",
		"6.17 to 7.3; down: version 3 of the patches (23 Jun 2025). Shows only with pieces below a page"),
	CFG_ROW_BOOL(
		T, large_folios, "false",
		"What-if: large folios in the page cache of FUSE files, up to the size of a request.",
		"off in 6.12 to 7.3 (recorded: 4 KiB folios only); on: patch \"fuse: support large folios\" (22 Nov 2024 on), enabled by hand for the published measurements of 2025"),
	CFG_ROW_BOOL(
		T, strictlimit, "true",
		"Writers are judged by the mount's own share of the dirty threshold, however little is dirty elsewhere.",
		"BDI_CAP_STRICTLIMIT, fuse_bdi_init(), 6.12 to 7.3; recorded: wb_setpoint 3748 pages, s14-fuse-seq1m"),
	CFG_ROW_INT(
		T, max_ratio_ppm, "ppm", "10000", 1, 1000000,
		"The mount's largest share of the dirty threshold.",
		"bdi_set_max_ratio(1), fuse_bdi_init(), 6.12 to 7.3; recorded: the same"),
};
#undef T

const struct cfg_object fuse_kernel_config_object = {
	.name = "kernel.fuse",
	.help = "FUSE: limits of requests, default design.",
	.size = sizeof(struct fuse_kernel_config),
	.keys = kernel_keys,
	.nr_keys = CFG_NR_KEYS(kernel_keys),
};

static const char *const transports[] = { "dev", "io-uring", NULL };

#define T struct fuse_mount_config
static const struct cfg_key mount_keys[] = {
	CFG_ROW_INT(
		T, max_pages, "pages", "0", 0, 65535,
		"Pages of a request, as the server asks at mount (FUSE_MAX_PAGES); 0: the kernel's default.",
		"choice; recorded: 256 and 32"),
	CFG_ROW_INT(
		T, max_write_bytes, "bytes", "0", 0, 268435456,
		"Bytes of a WRITE, as the server asks at mount; 0: max_pages.",
		"choice; recorded: 1 MiB and 128 KiB"),
	CFG_ROW_INT(T, max_background, "requests", "0", 0, 65535,
		    "As the server asks at mount; 0: the kernel's default.",
		    "choice; recorded: 64"),
	CFG_ROW_INT(T, congestion_threshold, "requests", "0", 0, 65535,
		    "As the server asks at mount; 0: the kernel's default.",
		    "choice; recorded: 48"),
	CFG_ROW_INT(
		T, server_threads, "threads", "1", 1, 1024,
		"Threads of the server that take requests from /dev/fuse, spread over the CPUs.",
		"recorded server: 1; libfuse's loop starts up to 10 as they are needed (max_threads)"),
	CFG_ROW_ENUM(
		T, transport, "\"dev\"", transports,
		"How requests reach the server: dev, /dev/fuse, a system call to take and one to answer, one queue; io-uring (what-if before 6.14), one queue and thread per CPU, one call to answer and take.",
		"dev: all kernels; io-uring: fs/fuse/dev_uring.c, 6.14"),
};
#undef T

const struct cfg_object fuse_mount_config_object = {
	.name = "filesystem.fuse",
	.help = "What the FUSE server asks for at mount, and what it is.",
	.size = sizeof(struct fuse_mount_config),
	.keys = mount_keys,
	.nr_keys = CFG_NR_KEYS(mount_keys),
};

#define T struct fuse_costs
#define STEP(member, unit, help)                                               \
	CFG_ROW_COST(T, member, unit, "0", help, "the cost table's \"sources\"")
static const struct cfg_key costs_keys[] = {
	STEP(pass, "ns", "Per writepages call."),
	STEP(piece, "ns",
	     "Per folio or range added to a request, beside the range of the design."),
	STEP(request, "ns", "Per request: made, queued, ended, in the kernel."),
	STEP(page_copy, "ns",
	     "Per page copied between kernel and server, beside its bytes."),
	STEP(temporary_page, "ns",
	     "Per temporary page, beside its allocation, zeroing and copy (costs.mm)."),
	STEP(server_call, "ns",
	     "Per system call of the server on /dev/fuse, two a request."),
	STEP(server_request, "ns", "Per request: the server's own code."),
	STEP(uring_enter, "ns",
	     "io-uring: per request, instead of two system calls."),
	STEP(store_per_byte, "ns/byte",
	     "Per byte that the server keeps in its memory."),
};
#undef STEP
#undef T

const struct cfg_object fuse_costs_object = {
	.name = "costs.fuse",
	.help = "CPU costs of FUSE, kernel and server.",
	.size = sizeof(struct fuse_costs),
	.keys = costs_keys,
	.nr_keys = CFG_NR_KEYS(costs_keys),
};
