/*
 * Mapping at writeback: exactly the dirty range stops being delayed; its
 * place is found when the ioend is submitted.
 * Models: xfs_zoned_map_blocks(), xfs_zoned_writeback_range(),
 * xfs_discard_folio(), 6.16 to 7.3.
 */
#include <errno.h>

#include "models/fs/xfs_zoned/internal.h"
#include "models/iomap/state.h"
#include "sim/base/assert.h"
#include "sim/base/units.h"

static int xfsz_map(struct inode *inode, uint64_t pos, uint64_t len,
		    struct iomap *iomap)
{
	struct xfsz_inode *ip = xfsz_i(inode);
	struct xfs_zoned *fs = ip->fs;
	uint64_t block = pos >> fs->block_shift;
	uint64_t end = blocks_up(fs, pos + len);
	struct extent *delayed;

	sim_charge_ps(fs->sim, fs->account_map, fs->costs->writeback_map);
	sim_settle(fs->sim);
	if (fs->is_shutdown)
		return -EIO;
	fs->stats.map_lookups++;
	delayed = fork_lookup(&ip->cow, block);
	*iomap = (struct iomap){
		.type = IOMAP_HOLE,
		.addr_bytes = IOMAP_NULL_ADDR,
		.offset_bytes = block << fs->block_shift,
	};
	if (delayed && delayed->start <= block) {
		iomap->type = IOMAP_MAPPED;
		iomap->flags = IOMAP_F_ANON_WRITE;
		iomap->addr_bytes = 0;
		end = min_u64(end, extent_end(delayed));
		fork_punch(&ip->cow, block, end - block, NULL, NULL);
	} else if (delayed) {
		end = min_u64(end, delayed->start);
	}
	SIM_ASSERT(end > block);
	iomap->length_bytes = (end - block) << fs->block_shift;
	return 0;
}

/* A failed range gives its promises back, to the end of the folio. */
static void xfsz_discard_folio(struct folio *folio, uint64_t pos)
{
	struct xfsz_inode *ip = xfsz_i(folio->inode);
	struct xfs_zoned *fs = ip->fs;
	uint64_t block = pos >> fs->block_shift;
	uint64_t end = blocks_up(fs, folio_end(folio));
	struct extent *delayed;

	while ((delayed = fork_lookup(&ip->cow, block)) != NULL &&
	       delayed->start < end) {
		uint64_t from = max_u64(block, delayed->start);
		uint64_t to = min_u64(end, extent_end(delayed));

		fork_punch(&ip->cow, from, to - from, NULL, NULL);
		xfsz_unreserve(fs, to - from);
		block = to;
	}
}

static const struct ioend_fs_ops ioend_ops = {
	.map = xfsz_map,
	.submit = xfsz_submit,
	.discard_folio = xfsz_discard_folio,
};

static int xfsz_writepages(struct inode *inode, struct writeback_control *wbc)
{
	struct xfs_zoned *fs = xfsz_i(inode)->fs;

	return fs->design->writepages(fs->ioends, inode, wbc, &ioend_ops);
}

const struct mapping_ops xfsz_mapping_ops = {
	.writepages = xfsz_writepages,
	.free_state = ifs_free,
};
