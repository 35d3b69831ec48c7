/*
 * Buffered writes into the page cache.
 * Models: iomap_file_buffered_write() and iomap_write_iter(),
 * fs/iomap/buffered-io.c, 6.12 to 7.3.
 * Omits: short copies, memory failure.
 */
#include "models/iomap/internal.h"
#include "models/mm/dirty_control.h"
#include "sim/base/assert.h"

/*
 * The blocks of [@pos, @end) that are not uptodate, as one run: leading ones
 * that are are skipped, the first one in the middle ends it.
 */
static void missing_blocks(const struct folio *folio, uint64_t *pos,
			   uint64_t *end)
{
	uint64_t block = 1ull << folio->inode->block_shift;
	uint64_t at;

	if (block > folio_bytes(folio))
		block = folio_bytes(folio);
	while (*pos < *end && ifs_block_is_uptodate(folio, *pos))
		*pos += block;
	for (at = *pos; at < *end; at += block)
		if (ifs_block_is_uptodate(folio, at))
			break;
	*end = at;
}

/*
 * A write that covers blocks only partly needs the rest of them: read where
 * the file has data, zeroed elsewhere.
 * Models: __iomap_write_begin(), iomap_adjust_read_range().
 */
static int fill_partial_blocks(struct folio *folio, uint64_t pos, uint64_t len,
			       const struct iomap *iomap,
			       const struct iomap_write_ops *ops)
{
	struct inode *inode = folio->inode;
	uint64_t block =
		min_u64(1ull << inode->block_shift, folio_bytes(folio));
	uint64_t end = round_up_to(pos + len, block);
	uint64_t at = round_down_to(pos, block);

	while (at < end) {
		uint64_t run_end = end;
		int error;

		missing_blocks(folio, &at, &run_end);
		if (at >= run_end)
			break;
		bool covered = pos <= at && run_end <= pos + len;

		if (!covered && iomap->type == IOMAP_MAPPED &&
		    at < inode->size_bytes) {
			inode->mm->stats.partial_reads++;
			if (!ops || !ops->read_folio_range)
				inode->mm->stats.partial_reads_left_out++;
			else if ((error = ops->read_folio_range(
					  folio, at, run_end - at, iomap)))
				return error;
		}
		ifs_set_uptodate(folio, at, run_end - at);
		at = run_end;
	}
	return 0;
}

/* Bytes of the folio under [@pos, @pos + @len) become dirty. */
static int dirty_part(struct folio *folio, uint64_t pos, uint64_t len,
		      const struct iomap *iomap,
		      const struct iomap_write_ops *ops)
{
	int error = 0;

	if (pos > folio_pos(folio) || pos + len < folio_end(folio)) {
		ifs_alloc(folio);
		/* a read of the rest of a block may sleep */
		folio->flags |= FOLIO_LOCKED;
		error = fill_partial_blocks(folio, pos, len, iomap, ops);
		mm_unlock_folio(folio);
		if (error)
			return error;
	}
	ifs_set_uptodate(folio, pos, len);
	ifs_set_dirty(folio, pos, len);
	mm_dirty_folio(folio);
	return 0;
}

/*
 * Dirty a part of [@pos, @pos + @len) that lies in one folio.
 * Return: the bytes it took; 0 when the writer was held back or the folio's
 * lock had to be waited for, so that the mapping must be asked for again; or
 * -errno.
 */
static ssize_t touch(struct inode *inode, uint64_t pos, uint64_t len,
		     const struct iomap *iomap,
		     const struct iomap_write_ops *ops, bool dontcache)
{
	bool made;

	if (mm_balance_dirty_pages(inode))
		return 0;
	sim_settle(inode->mm->sim);
	struct folio *folio = mm_get_folio(inode, pos, len, &made);

	if (folio->flags & FOLIO_LOCKED) {
		if (mm_lock_folio(folio))
			mm_unlock_folio(folio);
		return 0;
	}
	if (made && dontcache)
		folio->flags |= FOLIO_DROPBEHIND;
	else if (!dontcache)
		folio->flags &= (uint8_t)~FOLIO_DROPBEHIND;
	uint64_t bytes = min_u64(len, folio_end(folio) - pos);
	int error = dirty_part(folio, pos, bytes, iomap, ops);

	return error ? error : (ssize_t)bytes;
}

static uint64_t chunk_at(const struct inode *inode, uint64_t pos, uint64_t len)
{
	uint64_t chunk = (uint64_t)PAGE_BYTES << inode->max_order;

	return min_u64(chunk - pos % chunk, len);
}

static int write_range(struct inode *inode, uint64_t pos, uint64_t len,
		       const struct iomap_write_ops *ops, bool dontcache)
{
	struct mm *mm = inode->mm;
	uint64_t end = pos + len;
	struct iomap iomap;

	while (pos < end) {
		int error = ops->begin(inode, pos, end - pos, &iomap);

		if (error)
			return error;
		uint64_t map_end = min_u64(iomap_end(&iomap), end);

		SIM_ASSERT(map_end > pos);
		while (pos < map_end) {
			uint64_t bytes = chunk_at(inode, pos, map_end - pos);

			ssize_t done = touch(inode, pos, bytes, &iomap, ops,
					     dontcache);

			if (done < 0)
				return (int)done;
			if (done == 0)
				break;
			bytes = (uint64_t)done;
			sim_charge_ps(mm->sim, mm->accounts.copy,
				      bytes * (mm->costs->copy_per_byte +
					       mm->costs->faultin_per_byte));
			pos += bytes;
			mm->stats.written_bytes += bytes;
			inode->size_bytes = max_u64(inode->size_bytes, pos);
		}
	}
	return 0;
}

int iomap_file_buffered_write(struct inode *inode, uint64_t pos, uint64_t len,
			      const struct iomap_write_ops *ops)
{
	return write_range(inode, pos, len, ops, false);
}

int iomap_file_dontcache_write(struct inode *inode, uint64_t pos, uint64_t len,
			       const struct iomap_write_ops *ops)
{
	return write_range(inode, pos, len, ops, true);
}

int iomap_zero_folios(struct inode *inode, uint64_t pos, uint64_t len,
		      const struct iomap *iomap,
		      const struct iomap_write_ops *ops)
{
	uint64_t end = pos + len;

	while (pos < end) {
		ssize_t done =
			touch(inode, pos, chunk_at(inode, pos, end - pos),
			      iomap, ops, false);

		if (done < 0)
			return (int)done;
		pos += (uint64_t)done;
	}
	return 0;
}
