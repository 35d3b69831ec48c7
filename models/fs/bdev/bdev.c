/*
 * The device as a file: set-up and operations.
 */
#include "models/fs/bdev/bdev.h"

#include <errno.h>
#include <stdlib.h>

#include "models/fs/bdev/internal.h"
#include "models/mm/dirty_control.h"
#include "sim/base/assert.h"
#include "sim/base/units.h"

/*
 * Doubled from the logical block size while it divides the device.
 * Models: set_init_blocksize(), block/bdev.c, 6.12 to 7.3.
 */
static unsigned int choose_block_shift(const struct bdev_geometry *g)
{
	uint64_t wanted = g->block_bytes;
	uint64_t block = g->logical_block_bytes;

	if (!g->large_folios)
		wanted = min_u64(wanted, PAGE_BYTES);
	while (block < wanted && !(g->size_bytes & block))
		block <<= 1;
	return log2_floor(block);
}

struct bdev *bdev_new(struct mm *mm, struct ioend_core *ioends,
		      const struct wb_design *design,
		      const struct bdev_geometry *geometry,
		      const struct bdev_costs *costs)
{
	struct bdev *bdev = calloc(1, sizeof(*bdev));
	struct sim_metrics *m = sim_metrics(mm->sim);

	SIM_ASSERT(bdev != NULL);
	bdev->mm = mm;
	bdev->sim = mm->sim;
	bdev->ioends = ioends;
	bdev->queue = ioends->queue;
	bdev->design = design;
	bdev->costs = costs;
	bdev->geometry = *geometry;
	bdev->block_shift = choose_block_shift(geometry);
	bdev->account = sim_account_add(mm->sim, "buffer heads");
	for (unsigned int i = 0; i < NR_BUFFER_POOLS; i++)
		pool_init(&bdev->bits[i], "buffers",
			  8 + 2 * sizeof(uint64_t) * (1u << i));
	pool_init(&bdev->bios, "buffer bio", sizeof(struct bio));
	metrics_counter(m, "bdev.buffers_written", "buffers",
			&bdev->stats.buffers_written);
	metrics_counter(m, "bdev.folios_written", "folios",
			&bdev->stats.folios_written);
	return bdev;
}

void bdev_free(struct bdev *bdev)
{
	if (!bdev)
		return;
	if (bdev->made)
		inode_done(&bdev->inode);
	for (unsigned int i = 0; i < NR_BUFFER_POOLS; i++)
		pool_done(&bdev->bits[i]);
	pool_done(&bdev->bios);
	free(bdev);
}

struct inode *bdev_create(struct bdev *bdev, const char *name)
{
	struct inode *inode = &bdev->inode;

	if (bdev->made)
		return inode;
	bdev->made = true;
	inode_init(inode, bdev->mm, name, bdev->block_shift,
		   bdev->geometry.buffer_heads ? &bdev_buffer_ops
					       : &bdev_iomap_ops);
	inode->private = bdev;
	inode->size_bytes = bdev->geometry.size_bytes;
	if (!bdev->geometry.large_folios)
		inode->max_order = inode->min_order;
	return inode;
}

int bdev_fill(struct inode *inode, uint64_t bytes, bool written)
{
	(void)written;
	return bytes <= inode->size_bytes ? 0 : -ENOSPC;
}

int bdev_write(struct inode *inode, uint64_t pos, uint64_t bytes)
{
	struct bdev *bdev = bdev_of(inode);
	struct mm *mm = inode->mm;
	bool heads = bdev->geometry.buffer_heads;

	mm->stats.write_calls++;
	sim_charge_ps(mm->sim, mm->accounts.write_call,
		      mm->costs->write_entry + (heads ? bdev->costs->write_call
						      : mm->costs->write_call));
	if (pos >= inode->size_bytes || bytes > inode->size_bytes - pos)
		return -ENOSPC;
	if (!heads)
		return iomap_file_buffered_write(inode, pos, bytes,
						 &bdev_iomap_write_ops);
	bdev_buffered_write(inode, pos, bytes);
	return 0;
}

int bdev_fsync(struct inode *inode, uint64_t start, uint64_t end)
{
	struct mm *mm = inode->mm;
	int error;

	sim_charge_ps(mm->sim, mm->accounts.write_call, mm->costs->fsync_clean);
	error = mm_write_and_wait(inode, start, end);
	return error ? error : blk_issue_flush(bdev_of(inode)->queue);
}

int bdev_page_mkwrite(struct inode *inode, struct folio *folio)
{
	struct bdev *bdev = bdev_of(inode);

	if (!bdev->geometry.buffer_heads)
		return iomap_page_mkwrite(folio, &bdev_iomap_write_ops);
	if (folio_pos(folio) >= inode->size_bytes)
		return -EFAULT;
	buffers_write_all(folio);
	mm_dirty_folio(folio);
	mm_balance_dirty_pages(inode);
	return 0;
}

static void charge(struct bdev *bdev, uint64_t ps)
{
	sim_charge_ps(bdev->sim, bdev->account, ps);
	sim_settle(bdev->sim);
}

int bdev_open(struct inode *inode, bool truncate)
{
	(void)truncate;
	charge(bdev_of(inode), bdev_of(inode)->costs->open);
	bdev_of(inode)->nr_opens++;
	return 0;
}

int bdev_close(struct inode *inode)
{
	struct bdev *bdev = bdev_of(inode);
	int error;

	if (bdev->nr_opens && --bdev->nr_opens)
		return 0;
	charge(bdev, bdev->costs->close);
	error = mm_write_and_wait(inode, 0, INT64_MAX);
	mm_drop_clean(inode);
	return error;
}
