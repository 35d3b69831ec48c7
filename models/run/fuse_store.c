/*
 * Files of another file system as the store of a FUSE server: what its
 * threads write goes through that file system's own path, page cache, bios
 * and device included.
 */
#include "models/run/world.h"

static const int store_types[] = {
	[FUSE_STORE_MEMORY] = FS_MEMORY,
	[FUSE_STORE_XFS] = FS_XFS,
	[FUSE_STORE_GFS2] = FS_GFS2,
};

static void *store_open(void *arg, const char *name)
{
	struct world *world = arg;

	return world->store->create(world, name);
}

static int store_fill(void *arg, void *file, uint64_t bytes)
{
	const struct world *world = arg;

	return world->store->fill(file, bytes, true);
}

static int store_write(void *arg, void *file, uint64_t pos, uint64_t len)
{
	const struct world *world = arg;

	return world->store->write(file, pos, len);
}

static int store_fsync(void *arg, void *file)
{
	const struct world *world = arg;

	return world->store->fsync(file, 0, INT64_MAX);
}

int fuse_store_mount(struct world *world, struct fuse_store_ops *ret)
{
	int store = world->experiment->filesystem.store;

	*ret = (struct fuse_store_ops){
		.open = store_open,
		.fill = store_fill,
		.write = store_write,
		.fsync = store_fsync,
		.arg = world,
	};
	if (store == FUSE_STORE_SERVER_MEMORY)
		return 0;
	world->store = &filesystem_types[store_types[store]];
	return world->store->mount(world);
}
