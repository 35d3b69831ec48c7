/*
 * The loop of both old designs.
 * Models: fuse_writepages(), fuse_launder_folio(), fs/fuse/file.c up to 6.16.
 */
#include "models/legacy/fuse/internal.h"

static int fill(struct legacy_pass *pass, struct folio *folio)
{
	pass->fi->fuse->stats.fill_calls++;
	return pass->fill(pass, folio);
}

static int finish(struct legacy_pass *pass, int error)
{
	if (pass->request)
		pass->send(pass);
	return error;
}

int legacy_writepages(struct legacy_pass *pass, struct inode *inode,
		      struct writeback_control *wbc)
{
	struct folio *folio = NULL;
	int error = 0;

	pass->fi = fuse_i(inode);
	if (!fuse_pass_starts(pass->fi, wbc))
		return 0;
	while ((folio = writeback_iter(inode, wbc, folio, &error)))
		error = fill(pass, folio);
	return finish(pass, error);
}

int legacy_launder(struct legacy_pass *pass, struct folio *folio)
{
	struct inode *inode = folio->inode;
	uint64_t pos = folio_pos(folio);
	uint64_t bytes = folio_bytes(folio);
	int error = 0;

	pass->fi = fuse_i(inode);
	if (!mm_lock_folio(folio))
		return 0;
	if (mm_clear_dirty_for_io(folio))
		error = finish(pass, fill(pass, folio));
	mm_unlock_folio(folio);
	pass->fi->fuse->design->wait_range(inode, pos, bytes);
	return error;
}
