/*
 * The raw device in kernels without buffer heads: ioends over one mapping.
 * Models: blkdev_writepages() and blkdev_writeback_range() without
 * CONFIG_BUFFER_HEAD, block/fops.c, 6.12 to 7.3.
 */
#include "models/fs/bdev/internal.h"
#include "models/iomap/state.h"
#include "sim/base/units.h"

static void look_up(const struct inode *inode, uint64_t pos, struct iomap *ret)
{
	uint64_t at = round_down_to(pos, 1ull << inode->block_shift);

	*ret = (struct iomap){
		.addr_bytes = at,
		.offset_bytes = at,
		.length_bytes = inode->size_bytes - at,
		.type = IOMAP_MAPPED,
	};
}

static int map(struct inode *inode, uint64_t pos, uint64_t len,
	       struct iomap *iomap)
{
	(void)len;
	if (!iomap->length_bytes || pos < iomap->offset_bytes ||
	    pos >= iomap_end(iomap))
		look_up(inode, pos, iomap);
	return 0;
}

static const struct ioend_fs_ops ioend_ops = {
	.map = map,
};

static int writepages(struct inode *inode, struct writeback_control *wbc)
{
	struct bdev *bdev = bdev_of(inode);

	return bdev->design->writepages(bdev->ioends, inode, wbc, &ioend_ops);
}

const struct mapping_ops bdev_iomap_ops = {
	.writepages = writepages,
	.free_state = ifs_free,
};

static int write_begin(struct inode *inode, uint64_t pos, uint64_t len,
		       struct iomap *ret)
{
	(void)len;
	look_up(inode, pos, ret);
	return 0;
}

const struct iomap_write_ops bdev_iomap_write_ops = {
	.begin = write_begin,
};
