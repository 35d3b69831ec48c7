/*
 * Writeback of the raw device through buffer heads: one bio per dirty block,
 * one plug over the whole pass.
 *
 *	for each folio:  clean what lies behind the end of the device
 *	                 lock, clean and mark every dirty buffer
 *	                 writeback flag on
 *	                 submit each marked buffer as a bio of its own
 *
 * The folio is under writeback until the last of its buffers is done.
 * Models: blkdev_writepages(), block/fops.c; __block_write_full_folio(),
 * submit_bh_wbc(), end_buffer_async_write(), fs/buffer.c; 6.12 to 7.3.
 * Omits: buffers locked by others (a file system's metadata), which make a
 * NONE pass dirty the folio again.
 */
#include "models/fs/bdev/internal.h"
#include "sim/base/assert.h"
#include "sim/base/units.h"

static unsigned int bio_flags(const struct writeback_control *wbc)
{
	if (wbc->sync_mode == WB_SYNC_ALL)
		return BIO_SYNC;
	if (wbc->for_background || wbc->for_kupdate)
		return BIO_BACKGROUND;
	return 0;
}

static void buffer_ends(struct bio *bio)
{
	struct bdev *bdev = bio->private;
	struct folio *folio = bio->segs[0].folio;
	uint32_t bytes = bio->segs[0].bytes;

	if (bio->status)
		mm_set_error(folio->inode, bio->status);
	sim_charge_ps(bdev->sim, bdev->account, bdev->costs->buffer_end);
	SIM_ASSERT(folio->write_bytes_pending >= bytes);
	folio->write_bytes_pending -= bytes;
	if (!folio->write_bytes_pending) {
		mm_way_begin(folio->inode->mm, &bdev->ioends->way, bio->at_ns);
		mm_end_writeback(folio);
		mm_way_done(folio->inode->mm);
	}
	bio_done(bio);
	pool_put(&bdev->bios, bio);
}

static void submit_buffer(struct bdev *bdev, struct folio *folio,
			  unsigned int i, unsigned int flags)
{
	uint32_t block = 1u << bdev->block_shift;
	uint32_t offset = i << bdev->block_shift;
	struct bio *bio = pool_get(&bdev->bios);
	uint64_t pos = folio_pos(folio) + offset;

	bio_init(bio, bdev->queue, BIO_WRITE, flags, bytes_to_sectors(pos));
	bio_add_folio(bio, folio, offset, block, 1, block);
	bio->end_io = buffer_ends;
	bio->private = bdev;
	bdev->stats.buffers_written++;
	sim_charge_ps(bdev->sim, bdev->account,
		      bdev->costs->bio_setup + bdev->costs->bio_alloc);
	submit_bio(bio);
}

/* Buffers within the device; the rest, if any, is not written. */
static unsigned int nr_to_write(const struct folio *folio)
{
	const struct inode *inode = folio->inode;
	uint64_t end = min_u64(folio_end(folio), inode->size_bytes);

	if (end <= folio_pos(folio))
		return 0;
	return (unsigned int)((end - folio_pos(folio) +
			       (1ull << inode->block_shift) - 1) >>
			      inode->block_shift);
}

static void write_folio(struct bdev *bdev, struct folio *folio,
			unsigned int flags)
{
	struct buffers *buffers = buffers_of(folio);
	unsigned int end = nr_to_write(folio);
	unsigned int nr;

	if (!buffers) {
		buffers = buffers_need(folio);
		buffers_write_all(folio);
	}
	if (end < buffers_nr(folio))
		buffers_clean_from(folio, end);
	nr = buffers_nr_dirty(buffers, end);
	sim_charge_ps(bdev->sim, bdev->account,
		      MM_COST(bdev, folio, folio) +
			      nr * MM_COST(bdev, folio, buffer_lock));
	mm_start_writeback(folio);
	if (!nr) {
		mm_end_writeback(folio);
		return;
	}
	bdev->stats.folios_written++;
	SIM_ASSERT(folio->write_bytes_pending == 0);
	folio->write_bytes_pending = nr << bdev->block_shift;
	/* each is clean before it is submitted: it may be dirtied meanwhile */
	for (unsigned int i = buffers_next_dirty(buffers, 0, end); nr > 0;
	     i = buffers_next_dirty(buffers, i + 1, end)) {
		buffers_clean(buffers, i);
		submit_buffer(bdev, folio, i, flags);
		nr--;
	}
}

static int writepages(struct inode *inode, struct writeback_control *wbc)
{
	struct bdev *bdev = bdev_of(inode);
	unsigned int flags = bio_flags(wbc);
	struct folio *folio = NULL;
	struct blk_plug plug;
	int error = 0;

	blk_start_plug(&plug, bdev->queue);
	while ((folio = writeback_iter(inode, wbc, folio, &error)))
		write_folio(bdev, folio, flags);
	blk_finish_plug(&plug);
	return error;
}

const struct mapping_ops bdev_buffer_ops = {
	.writepages = writepages,
	.free_state = buffers_free,
};
