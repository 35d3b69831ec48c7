/*
 * The table of file systems, in the order of enum fs_type.
 */
#include <errno.h>

#include "models/run/world.h"

static int memory_mount(struct world *world)
{
	const struct filesystem_config *fs = &world->experiment->filesystem;

	world->memory =
		memory_fs_new(&world->mm, fs->block_size_bytes,
			      fs->memory_latency_ns, fs->memory_bytes_per_s);
	return 0;
}

static void memory_unmount(struct world *world)
{
	memory_fs_free(world->memory);
}

static struct inode *memory_create(struct world *world, const char *name)
{
	return memory_fs_create(world->memory, name);
}

static int memory_fill(struct inode *inode, uint64_t bytes, bool written)
{
	(void)written;
	inode->size_bytes = bytes;
	return 0;
}

static int memory_open(struct inode *inode, bool truncate)
{
	return truncate ? memory_fs_truncate(inode) : 0;
}

static int memory_close(struct inode *inode)
{
	(void)inode;
	return 0;
}

static int memory_fallocate(struct inode *inode, uint64_t pos, uint64_t bytes)
{
	inode->size_bytes = max_u64(inode->size_bytes, pos + bytes);
	return 0;
}

static int fuse_mount(struct world *world)
{
	const struct experiment *e = world->experiment;
	struct fuse_store_ops store;
	int error = fuse_store_mount(world, &store);

	if (error)
		return error;
	world->fuse = fuse_new(
		&world->mm, fuse_design_by_name(experiment_design(e)),
		&e->kernel.fuse, &e->filesystem.fuse, &world->costs.fuse,
		e->filesystem.block_size_bytes, world->store ? &store : NULL);
	return 0;
}

static void fuse_unmount(struct world *world)
{
	fuse_free(world->fuse);
	if (world->store)
		world->store->unmount(world);
}

static struct inode *create_fuse_file(struct world *world, const char *name)
{
	return fuse_create(world->fuse, name);
}

#if WBSIM_BLOCK
static int xfs_mount(struct world *world)
{
	const struct experiment *e = world->experiment;
	struct xfs_geometry geometry = {
		.size_bytes = e->filesystem.size_bytes,
		.block_bytes = e->filesystem.block_size_bytes,
		.ag_count = e->filesystem.ag_count,
		.alloc_size_bytes = e->filesystem.alloc_size_bytes,
	};

	if (!geometry.size_bytes)
		geometry.size_bytes = e->device.size_bytes;
	world->xfs = xfs_new(&world->mm, &world->ioends, world->design,
			     &geometry, &e->kernel.xfs, &world->costs.xfs);
	return 0;
}

static void xfs_unmount(struct world *world)
{
	xfs_free(world->xfs);
}

static struct inode *create_xfs_file(struct world *world, const char *name)
{
	return xfs_create(world->xfs, name);
}

/* Of the file system, or of the device it fills. */
static uint64_t size_bytes(const struct experiment *e)
{
	return e->filesystem.size_bytes ? e->filesystem.size_bytes
					: e->device.size_bytes;
}

static int gfs2_mount(struct world *world)
{
	const struct experiment *e = world->experiment;
	const struct gfs2_geometry geometry = {
		.size_bytes = size_bytes(e),
		.block_bytes = e->filesystem.block_size_bytes,
	};

	world->gfs2 =
		gfs2_new(&world->mm, &world->ioends, world->design, &geometry);
	return 0;
}

static int xfs_zoned_mount(struct world *world)
{
	const struct experiment *e = world->experiment;
	const struct xfs_zoned_geometry geometry = {
		.size_bytes = size_bytes(e),
		.block_bytes = e->filesystem.block_size_bytes,
		.zone_bytes = e->filesystem.zone_size_bytes,
		.fill_ppm = e->filesystem.fill_ppm,
		.fragmentation_ppm = e->filesystem.fragmentation_ppm,
		.seed = world->seed,
	};
	const char *message;

	world->xfs_zoned = xfs_zoned_new(
		&world->mm, &world->ioends,
		world->log_device ? &world->log_queue : &world->queue,
		world->design, &geometry, &e->kernel.xfs_zoned,
		&world->costs.xfs_zoned, &world->costs.xfs, &message);
	if (world->xfs_zoned)
		return 0;
	return world_fail(world, "\"filesystem\": %s", message);
}

static void xfs_zoned_unmount(struct world *world)
{
	xfs_zoned_free(world->xfs_zoned);
}

static struct inode *create_xfs_zoned_file(struct world *world,
					   const char *name)
{
	return xfs_zoned_create(world->xfs_zoned, name);
}

static void configure_xfs_zoned_file(struct inode *inode,
				     const struct file_config *config)
{
	xfs_zoned_set_hint(inode, (enum write_hint)config->write_hint);
}

static void gfs2_unmount(struct world *world)
{
	gfs2_free(world->gfs2);
}

static struct inode *create_gfs2_file(struct world *world, const char *name)
{
	return gfs2_create(world->gfs2, name);
}

static int zonefs_mount(struct world *world)
{
	const struct experiment *e = world->experiment;
	const struct queue_limits *limits = &world->queue.limits;
	const struct zonefs_geometry geometry = {
		.size_bytes = size_bytes(e),
		.block_bytes = e->filesystem.block_size_bytes,
		.zone_bytes = limits->zone_sectors
				      ? sectors_to_bytes(limits->zone_sectors)
				      : e->filesystem.zone_size_bytes,
		.nr_conventional = limits->zone_sectors
					   ? limits->nr_conventional_zones
					   : e->filesystem.conventional_zones,
		.explicit_open = e->filesystem.explicit_open,
		.errors = (enum zonefs_errors)e->filesystem.errors,
		.append = e->filesystem.append,
	};

	world->zonefs = zonefs_new(&world->mm, &world->ioends, world->design,
				   &geometry);
	return 0;
}

static void zonefs_unmount(struct world *world)
{
	zonefs_free(world->zonefs);
}

static struct inode *create_zonefs_file(struct world *world, const char *name)
{
	return zonefs_create(world->zonefs, name);
}

static int bdev_mount(struct world *world)
{
	const struct experiment *e = world->experiment;
	const struct bdev_geometry geometry = {
		.size_bytes = size_bytes(e),
		.block_bytes = e->filesystem.block_size_bytes,
		.logical_block_bytes = e->device.logical_block_bytes,
		.large_folios = e->kernel.bdev_large_folios,
		.buffer_heads = e->filesystem.buffer_heads,
	};

	world->bdev = bdev_new(&world->mm, &world->ioends, world->design,
			       &geometry, &world->costs.bdev);
	return 0;
}

static void bdev_unmount(struct world *world)
{
	bdev_free(world->bdev);
}

static struct inode *create_bdev_file(struct world *world, const char *name)
{
	return bdev_create(world->bdev, name);
}
#endif

const struct filesystem_type filesystem_types[] = {
	[FS_MEMORY] = {
		.name = "memory",
		.mount = memory_mount,
		.unmount = memory_unmount,
		.create = memory_create,
		.fill = memory_fill,
		.open = memory_open,
		.close = memory_close,
		.write = memory_fs_write,
		.fsync = memory_fs_fsync,
		.fallocate = memory_fallocate,
	},
	[FS_FUSE] = {
		.name = "fuse",
		.mount = fuse_mount,
		.unmount = fuse_unmount,
		.create = create_fuse_file,
		.fill = fuse_fill,
		.open = fuse_open,
		.close = fuse_close,
		.write = fuse_write,
		.fsync = fuse_fsync,
		.truncate = fuse_truncate,
		.page_mkwrite = fuse_page_mkwrite,
	},
#if WBSIM_BLOCK
	[FS_XFS] = {
		.name = "xfs",
		.mount = xfs_mount,
		.unmount = xfs_unmount,
		.create = create_xfs_file,
		.fill = xfs_fill,
		.open = xfs_open,
		.close = xfs_close,
		.write = xfs_write,
		.write_dontcache = xfs_write_dontcache,
		.fsync = xfs_fsync,
		.fallocate = xfs_fallocate,
		.truncate = xfs_truncate,
		.clone = xfs_clone,
		.page_mkwrite = xfs_page_mkwrite,
	},
	[FS_GFS2] = {
		.name = "gfs2",
		.mount = gfs2_mount,
		.unmount = gfs2_unmount,
		.create = create_gfs2_file,
		.fill = gfs2_fill,
		.open = gfs2_open,
		.close = gfs2_close,
		.write = gfs2_write,
		.fsync = gfs2_fsync,
		.truncate = gfs2_truncate,
		.page_mkwrite = gfs2_page_mkwrite,
	},
	[FS_ZONEFS] = {
		.name = "zonefs",
		.mount = zonefs_mount,
		.unmount = zonefs_unmount,
		.create = create_zonefs_file,
		.fill = zonefs_fill,
		.open = zonefs_open,
		.close = zonefs_close,
		.write = zonefs_write,
		.write_direct = zonefs_write_direct,
		.start_direct = zonefs_start_direct,
		.fsync = zonefs_fsync,
		.truncate = zonefs_truncate,
		.page_mkwrite = zonefs_page_mkwrite,
	},
	[FS_BDEV] = {
		.name = "bdev",
		.mount = bdev_mount,
		.unmount = bdev_unmount,
		.create = create_bdev_file,
		.fill = bdev_fill,
		.open = bdev_open,
		.close = bdev_close,
		.write = bdev_write,
		.fsync = bdev_fsync,
		.page_mkwrite = bdev_page_mkwrite,
	},
	[FS_XFS_ZONED] = {
		.name = "xfs_zoned",
		.mount = xfs_zoned_mount,
		.unmount = xfs_zoned_unmount,
		.create = create_xfs_zoned_file,
		.configure = configure_xfs_zoned_file,
		.fill = xfs_zoned_fill,
		.open = xfs_zoned_open,
		.close = xfs_zoned_close,
		.write = xfs_zoned_write,
		.fsync = xfs_zoned_fsync,
		.truncate = xfs_zoned_truncate,
		.page_mkwrite = xfs_zoned_page_mkwrite,
	},
#endif
};

#ifdef WBSIM_EXTRA_FILESYSTEM /* cmake -DWBSIM_EXTRA_FILESYSTEM=FILE */
extern const struct filesystem_type WBSIM_EXTRA_FILESYSTEM;
#endif

const struct filesystem_type *filesystem_of(int type)
{
#ifdef WBSIM_EXTRA_FILESYSTEM
	if (type == FS_EXTRA)
		return &WBSIM_EXTRA_FILESYSTEM;
#endif
	return &filesystem_types[type];
}
