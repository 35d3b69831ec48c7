/*
 * Dirtying through a shared mapping.
 * Models: iomap_page_mkwrite(), iomap_dirty_folio(), fs/iomap/buffered-io.c,
 * and the throttle point of fault_dirty_shared_page(), 6.12 to 7.3.
 * Omits: stable pages.
 */
#include <errno.h>

#include "models/iomap/internal.h"
#include "models/mm/dirty_control.h"
#include "sim/base/assert.h"

/* All blocks, also those behind the end of file: writeback stops there. */
static void dirty_whole_folio(struct folio *folio)
{
	ifs_alloc(folio);
	ifs_set_dirty(folio, folio_pos(folio), folio_bytes(folio));
	mm_dirty_folio(folio);
	/* the kernel keeps both marks in one bit and takes it for the other */
	folio->flags &= (uint8_t)~FOLIO_READAHEAD;
}

int iomap_page_mkwrite(struct folio *folio, const struct iomap_write_ops *ops)
{
	struct inode *inode = folio->inode;
	struct iomap_core *core = iomap_core(inode->mm);
	uint64_t end = min_u64(folio_end(folio), inode->size_bytes);
	uint64_t pos = folio_pos(folio);
	struct iomap iomap;

	core->stats.page_mkwrite_calls++;
	if (pos >= end || !mm_lock_folio(folio))
		return -EFAULT;
	int error = 0;

	while (pos < end) {
		error = ops->begin(inode, pos, end - pos, &iomap);
		if (error)
			break;
		SIM_ASSERT(iomap_end(&iomap) > pos);
		dirty_whole_folio(folio);
		pos = iomap_end(&iomap);
	}
	mm_unlock_folio(folio);
	if (!error)
		mm_balance_dirty_pages(inode);
	return error;
}
