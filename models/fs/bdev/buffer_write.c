/*
 * Buffered writes to the raw device with buffer heads: the folio loop of
 * models/iomap/buffered_write.c, with buffers instead of its per-block state.
 * Models: blkdev_buffered_write(), block/fops.c; iomap_write_begin() with
 * IOMAP_F_BUFFER_HEAD, __block_write_begin_int(), block_commit_write(),
 * fs/buffer.c; 6.12 to 7.3.
 * Omits: the reads before partial writes (counted).
 */
#include "models/fs/bdev/internal.h"
#include "models/mm/dirty_control.h"
#include "sim/base/units.h"

void bdev_buffered_write(struct inode *inode, uint64_t pos, uint64_t len)
{
	struct mm *mm = inode->mm;
	uint64_t chunk = (uint64_t)PAGE_BYTES << inode->max_order;
	uint64_t end = pos + len;

	while (pos < end) {
		uint64_t bytes = min_u64(chunk - pos % chunk, end - pos);
		bool made;

		mm_balance_dirty_pages(inode);
		struct folio *folio = mm_get_folio(inode, pos, bytes, &made);

		bytes = min_u64(bytes, folio_end(folio) - pos);
		buffers_write(folio, pos, bytes);
		mm_dirty_folio(folio);
		sim_charge_ps(mm->sim, mm->accounts.copy,
			      bytes * (mm->costs->copy_per_byte +
				       mm->costs->faultin_per_byte));
		pos += bytes;
		mm->stats.written_bytes += bytes;
	}
}
