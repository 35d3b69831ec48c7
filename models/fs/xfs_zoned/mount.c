/*
 * Mount, shutdown, unmount.
 * Models: xfs_mount_zones(), xfs_force_shutdown(), 6.16 to 7.3.
 */
#include <stdlib.h>

#include "models/fs/xfs_zoned/internal.h"
#include "models/mm/dirty_control.h"
#include "sim/base/assert.h"
#include "sim/base/units.h"

/* Where zones begin and how many there are; a message when it cannot be. */
static const char *measure(struct xfs_zoned *fs, uint64_t device_sectors,
			   struct rtg_geometry *ret)
{
	const struct queue_limits *limits = &fs->queue->limits;
	unsigned int shift = fs->block_shift - SECTOR_SHIFT;
	bool zoned = limits->zone_sectors != 0;
	uint64_t nr_conventional = limits->nr_conventional_zones;
	uint64_t capacity;
	uint64_t nr;

	fs->zone_sectors = zoned ? limits->zone_sectors
				 : fs->geometry.zone_bytes >> SECTOR_SHIFT;
	capacity = zoned ? limits->zone_capacity_sectors : fs->zone_sectors;
	if (!fs->zone_sectors || !(capacity >> shift) ||
	    fs->zone_sectors % (1ull << shift))
		return "a zone must hold whole blocks";
	nr = device_sectors / fs->zone_sectors;
	if (zoned && !fs->is_external) {
		if (!nr_conventional)
			return "log and metadata need a log_device or conventional zones";
		nr -= min_u64(nr, nr_conventional);
		fs->first_sector = nr_conventional * fs->zone_sectors;
		nr_conventional = 0;
	}
	if (nr < rtg_min_zones(fs->config))
		return "fewer zones than the file system keeps back";
	*ret = (struct rtg_geometry){
		.nr_zones = (uint32_t)nr,
		.nr_conventional = (uint32_t)(zoned ? nr_conventional : nr),
		.capacity_blocks = capacity >> shift,
		.device_max_open = limits->max_open_zones,
	};
	return NULL;
}

static void init_space(struct xfs_zoned *fs)
{
	const struct xfs_zoned_config *config = fs->config;
	uint64_t kept = config->gc_zones + config->reserved_zones;

	fs->space.free =
		(int64_t)((fs->rtgs.nr_zones - kept) * fs->rtgs.capacity);
	fs->space.available = fs->space.free;
	fs->zone_waiters.name = "a zone to write to";
}

/* Chunks of background writeback: a zone, at most the longest extent. */
static void set_min_writeback(struct xfs_zoned *fs)
{
	uint64_t blocks = min_u64(fs->rtgs.capacity, XFS_MAX_EXTENT_BLOCKS);

	if (fs->config->min_writeback_zone)
		dirty_control_set_min_writeback(
			fs->mm, (blocks << fs->block_shift) >> PAGE_SHIFT);
}

static const char *mount(struct xfs_zoned *fs, struct blk_queue *log_queue)
{
	struct rtg_geometry geometry;
	const char *message =
		measure(fs, fs->geometry.size_bytes >> SECTOR_SHIFT, &geometry);

	if (message)
		return message;
	rtg_set_init(&fs->rtgs, fs->config, &geometry);
	pool_init(&fs->owners, "zone owners",
		  geometry.capacity_blocks * sizeof(struct rtg_owner));
	init_space(fs);
	set_min_writeback(fs);
	/* the log lies near the start of the data section */
	xfs_log_init(&fs->log, log_queue, fs->xfs_costs,
		     8ull << (fs->block_shift - SECTOR_SHIFT));
	xfsz_gc_init(fs);
	return xfsz_make_aged(fs) ? "the device refuses the aged state" : NULL;
}

struct xfs_zoned *xfs_zoned_new(struct mm *mm, struct ioend_core *ioends,
				struct blk_queue *log_queue,
				const struct wb_design *design,
				const struct xfs_zoned_geometry *geometry,
				const struct xfs_zoned_config *config,
				const struct xfs_zoned_costs *costs,
				const struct xfs_costs *xfs_costs,
				const char **reterr)
{
	struct xfs_zoned *fs = calloc(1, sizeof(*fs));

	SIM_ASSERT(fs != NULL);
	fs->mm = mm;
	fs->sim = mm->sim;
	fs->ioends = ioends;
	fs->queue = ioends->queue;
	fs->design = design;
	fs->geometry = *geometry;
	fs->config = config;
	fs->costs = costs;
	fs->xfs_costs = xfs_costs;
	fs->block_shift = log2_floor(geometry->block_bytes);
	fs->is_external = log_queue != fs->queue;
	fs->account_map = sim_account_add(fs->sim, "fs mapping");
	fs->account_transaction = sim_account_add(fs->sim, "transactions");
	pool_init(&fs->extents, "extent", sizeof(struct extent));
	fs->conv_wq = sim_workqueue_new(fs->sim, "xfs-conv");
	*reterr = mount(fs, log_queue);
	if (*reterr) {
		xfs_zoned_free(fs);
		return NULL;
	}
	xfsz_register_metrics(fs);
	return fs;
}

void xfsz_shutdown(struct xfs_zoned *fs)
{
	if (fs->is_shutdown)
		return;
	fs->is_shutdown = true;
	fs->stats.shutdowns++;
	xfsz_wake_hopeless(fs);
	sim_wake(fs->sim, &fs->zone_waiters, UINT32_MAX);
	xfsz_gc_kick(fs);
}

void xfs_zoned_free(struct xfs_zoned *fs)
{
	if (!fs)
		return;
	for (uint32_t i = 0; i < fs->nr_inodes; i++)
		xfsz_inode_done(fs->inodes[i]);
	free(fs->inodes);
	rtg_set_done(&fs->rtgs);
	pool_done(&fs->gc.chunks);
	pool_done(&fs->owners);
	pool_done(&fs->extents);
	free(fs);
}
