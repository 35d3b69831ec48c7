/*
 * A file system of one's own: a file grows in chunks of 1 MiB, taken from
 * the front of the device in the order in which files first write to them.
 * Files that grow together lie interleaved.  No metadata, no holes, no fsync
 * beyond the data.
 */
#include <errno.h>
#include <stdlib.h>

#include "models/iomap/state.h"
#include "models/run/world.h"
#include "sim/base/assert.h"

#define CHUNK_SHIFT 20

struct chunkfs {
	struct world *world;
	uint64_t next_chunk;
	uint64_t nr_chunks;
	struct chunk_inode *inodes;
};

/* chunks[i]: where on the device the i-th MiB of the file lies */
struct chunk_inode {
	struct inode inode;
	struct chunkfs *fs;
	struct chunk_inode *next;
	uint64_t *chunks;
	uint64_t nr;
};

static struct chunk_inode *ci(const struct inode *inode)
{
	return inode->private;
}

static void look_up(const struct inode *inode, uint64_t pos, struct iomap *ret)
{
	uint64_t i = pos >> CHUNK_SHIFT;

	*ret = (struct iomap){
		.addr_bytes = ci(inode)->chunks[i] << CHUNK_SHIFT,
		.offset_bytes = i << CHUNK_SHIFT,
		.length_bytes = 1ull << CHUNK_SHIFT,
		.type = IOMAP_MAPPED,
	};
}

static int grow(struct chunk_inode *inode, uint64_t end)
{
	uint64_t nr = (end + (1u << CHUNK_SHIFT) - 1) >> CHUNK_SHIFT;

	if (nr <= inode->nr)
		return 0;
	if (inode->fs->next_chunk + nr - inode->nr > inode->fs->nr_chunks)
		return -ENOSPC;
	inode->chunks = reallocarray(inode->chunks, nr, sizeof(uint64_t));
	SIM_ASSERT(inode->chunks);
	while (inode->nr < nr)
		inode->chunks[inode->nr++] = inode->fs->next_chunk++;
	return 0;
}

/* Writing: blocks at once, so that writeback finds them. */
static int write_begin(struct inode *inode, uint64_t pos, uint64_t len,
		       struct iomap *ret)
{
	bool is_new = pos >= inode->size_bytes;
	int error;

	sim_settle(inode->mm->sim);
	error = grow(ci(inode), pos + len);
	if (error)
		return error;
	look_up(inode, pos, ret);
	if (is_new) /* nothing to read before a block is written in part */
		ret->type = IOMAP_UNWRITTEN;
	return 0;
}

static const struct iomap_write_ops write_ops = { .begin = write_begin };

/* Writeback: the design asks where a position lives, chunk by chunk. */
static int map(struct inode *inode, uint64_t pos, uint64_t len,
	       struct iomap *iomap)
{
	(void)len;
	look_up(inode, pos, iomap);
	return 0;
}

static const struct ioend_fs_ops ioend_ops = { .map = map };

static int writepages(struct inode *inode, struct writeback_control *wbc)
{
	struct world *world = ci(inode)->fs->world;

	return world->design->writepages(&world->ioends, inode, wbc,
					 &ioend_ops);
}

static const struct mapping_ops mapping_ops = {
	.writepages = writepages,
	.free_state = ifs_free,
};

static int chunkfs_mount(struct world *world)
{
	struct chunkfs *fs = calloc(1, sizeof(*fs));

	SIM_ASSERT(fs);
	fs->world = world;
	fs->nr_chunks = world->experiment->device.size_bytes >> CHUNK_SHIFT;
	world->extra_fs = fs;
	return 0;
}

static void chunkfs_unmount(struct world *world)
{
	struct chunkfs *fs = world->extra_fs;

	while (fs && fs->inodes) {
		struct chunk_inode *inode = fs->inodes;

		fs->inodes = inode->next;
		inode_done(&inode->inode);
		free(inode->chunks);
		free(inode);
	}
	free(fs);
}

static struct inode *chunkfs_create(struct world *world, const char *name)
{
	struct chunkfs *fs = world->extra_fs;
	struct chunk_inode *inode = calloc(1, sizeof(*inode));

	SIM_ASSERT(inode);
	inode_init(&inode->inode, &world->mm, name, 12, &mapping_ops);
	inode->inode.private = inode;
	inode->fs = fs;
	inode->next = fs->inodes;
	fs->inodes = inode;
	return &inode->inode;
}

static int chunkfs_fill(struct inode *inode, uint64_t bytes, bool written)
{
	int error = grow(ci(inode), bytes);

	(void)written;
	inode->size_bytes = error ? 0 : bytes;
	return error;
}

static int chunkfs_open(struct inode *inode, bool truncate)
{
	return truncate && inode->size_bytes ? -EOPNOTSUPP : 0;
}

static int chunkfs_close(struct inode *inode)
{
	(void)inode;
	return 0;
}

static int chunkfs_write(struct inode *inode, uint64_t pos, uint64_t bytes)
{
	struct mm *mm = inode->mm;

	mm->stats.write_calls++;
	sim_charge_ps(mm->sim, mm->accounts.write_call,
		      mm->costs->write_entry + mm->costs->write_call);
	return iomap_file_buffered_write(inode, pos, bytes, &write_ops);
}

static int chunkfs_fsync(struct inode *inode, uint64_t start, uint64_t end)
{
	sim_charge_ps(inode->mm->sim, inode->mm->accounts.write_call,
		      inode->mm->costs->fsync_clean);
	return mm_write_and_wait(inode, start, end);
}

/* wb_filesystem_ and this file's name: -DWBSIM_EXTRA_FILESYSTEM finds it. */
extern const struct filesystem_type wb_filesystem_chunkfs;
const struct filesystem_type wb_filesystem_chunkfs = {
	.name = "chunkfs",
	.mount = chunkfs_mount,
	.unmount = chunkfs_unmount,
	.create = chunkfs_create,
	.fill = chunkfs_fill,
	.open = chunkfs_open,
	.close = chunkfs_close,
	.write = chunkfs_write,
	.fsync = chunkfs_fsync,
};
