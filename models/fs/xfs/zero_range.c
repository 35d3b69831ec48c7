/*
 * Zeroing of [i_size, pos) before a write beyond the end of file.
 * Models: xfs_zero_range(), iomap_zero_range(), 6.12 to 7.3.
 * Omits: the partial-block special case of 6.13 to 6.18 (no recording
 * exercises it).
 */
#include "models/fs/xfs/internal.h"
#include "sim/base/assert.h"
#include "sim/base/units.h"

struct zeroing {
	struct xfs_inode *ip;
	uint64_t pos;
	uint64_t end;
	uint64_t eof_block;
	bool dirty; /* cached data not yet looked after */
	bool did;   /* something was zeroed */
	int error;
};

static uint64_t extent_end_bytes(const struct zeroing *z,
				 const struct extent *extent)
{
	return extent_end(extent) << z->ip->xfs->block_shift;
}

/* Write the cache back once, so that extents tell what holds data. */
static bool flush_once(struct zeroing *z)
{
	if (!z->dirty)
		return false;
	z->dirty = false;
	mm_write_and_wait(&z->ip->inode, z->pos, z->end - 1);
	return true;
}

static void zero_to(struct zeroing *z, struct extent *extent, uint64_t to)
{
	struct iomap iomap;

	xfs_fill_iomap(z->ip, extent, z->pos >> z->ip->xfs->block_shift,
		       &iomap);
	to = min_u64(to, z->end);
	if (to > z->pos) {
		z->did = true;
		z->error = iomap_zero_folios(&z->ip->inode, z->pos, to - z->pos,
					     &iomap, &xfs_write_ops);
	}
	z->pos = max_u64(to, z->pos);
}

/* From 7.2: zero under dirty folios of an unwritten extent, no flush. */
static void zero_dirty_folios(struct zeroing *z, struct extent *extent)
{
	uint64_t end = min_u64(min_u64(extent_end_bytes(z, extent), z->end),
			       z->eof_block << z->ip->xfs->block_shift);
	struct inode *inode = &z->ip->inode;

	while (z->pos < end) {
		struct folio *folio = mm_lookup(inode, z->pos);
		uint64_t to = folio ? folio_end(folio) : z->pos + PAGE_BYTES;

		to = min_u64(to - (folio ? 0 : to % PAGE_BYTES), end);
		if (folio && folio->flags & (FOLIO_DIRTY | FOLIO_WRITEBACK))
			zero_to(z, extent, to);
		else
			z->pos = to;
	}
}

static void step_unwritten(struct zeroing *z, struct extent *extent)
{
	struct xfs *xfs = z->ip->xfs;
	uint64_t block = z->pos >> xfs->block_shift;

	if (!xfs->config->zero_range_flush_holes && block < z->eof_block) {
		zero_dirty_folios(z, extent);
		return;
	}
	if (!flush_once(z))
		z->pos = min_u64(extent_end_bytes(z, extent), z->end);
}

static int step(struct zeroing *z)
{
	struct xfs *xfs = z->ip->xfs;
	uint64_t block = z->pos >> xfs->block_shift;
	struct extent *extent = fork_lookup(&z->ip->data, block);

	if (!extent || extent->start > block) {
		if (xfs->config->zero_range_flush_holes && flush_once(z))
			return 0;
		z->pos = extent ? min_u64(extent->start << xfs->block_shift,
					  z->end)
				: z->end;
		return 0;
	}
	if (extent->type == EXTENT_DELALLOC && block >= z->eof_block)
		return xfs_convert_delalloc(z->ip, &z->ip->data, block);
	if (extent->type == EXTENT_UNWRITTEN)
		step_unwritten(z, extent);
	else if (extent->type == EXTENT_DELALLOC)
		zero_to(z, extent,
			min_u64(extent_end_bytes(z, extent),
				max_u64(z->eof_block << xfs->block_shift,
					z->pos + 1)));
	else
		zero_to(z, extent, extent_end_bytes(z, extent));
	return z->error;
}

int xfs_zero_range(struct inode *inode, uint64_t pos, uint64_t len,
		   bool *ret_did)
{
	struct xfs_inode *ip = xfs_i(inode);
	struct zeroing z = {
		.ip = ip,
		.pos = pos,
		.end = pos + len,
		.eof_block = bytes_to_blocks_up(ip->xfs, inode->size_bytes),
	};

	sim_settle(ip->xfs->sim);
	z.dirty = mm_range_is_dirty(inode, pos, z.end);
	while (z.pos < z.end) {
		int error = step(&z);

		if (error)
			return error;
	}
	*ret_did = z.did;
	return 0;
}
