/*
 * Buffered writes to the raw device with buffer heads: the folio loop of
 * models/iomap/buffered_write.c, with buffers instead of its per-block state.
 * Models: blkdev_buffered_write(), block/fops.c; iomap_write_begin() with
 * IOMAP_F_BUFFER_HEAD, __block_write_begin_int(), block_commit_write(),
 * fs/buffer.c; 6.12 to 7.3.
 * Omits: the reads before partial writes (counted).
 */
#include "models/fs/bdev/internal.h"
#include "sim/base/units.h"

/* a task looks at the throttle when it has dirtied this many pages */
#define THROTTLE_PAGES 32

void bdev_throttle_point(struct bdev *bdev, const struct folio *folio,
			 bool was_dirty)
{
	struct mm *mm = bdev->mm;

	if (was_dirty)
		return;
	bdev->dirtied_pages += 1ull << folio->order;
	if (bdev->dirtied_pages < THROTTLE_PAGES)
		return;
	bdev->dirtied_pages = 0;
	mm->stats.balance_calls++;
	sim_charge_ps(mm->sim, mm->accounts.write_call,
		      mm->costs->balance_dirty_pages);
}

void bdev_buffered_write(struct inode *inode, uint64_t pos, uint64_t len)
{
	struct bdev *bdev = bdev_of(inode);
	struct mm *mm = inode->mm;
	uint64_t chunk = (uint64_t)PAGE_BYTES << inode->max_order;
	uint64_t end = pos + len;

	while (pos < end) {
		uint64_t bytes = min_u64(chunk - pos % chunk, end - pos);
		bool made;
		struct folio *folio = mm_get_folio(inode, pos, bytes, &made);
		bool was_dirty = folio->flags & FOLIO_DIRTY;

		bytes = min_u64(bytes, folio_end(folio) - pos);
		buffers_write(folio, pos, bytes);
		mm_dirty_folio(folio);
		bdev_throttle_point(bdev, folio, was_dirty);
		sim_charge_ps(mm->sim, mm->accounts.copy,
			      bytes * (mm->costs->copy_per_byte +
				       mm->costs->faultin_per_byte));
		pos += bytes;
		mm->stats.written_bytes += bytes;
	}
}
