/*
 * Stores through shared mappings: blocks behind the page are reserved before
 * it becomes writable, by the rules of write calls.
 * Models: xfs_write_fault(), __xfs_filemap_fault(), 6.12 to 7.3.
 * Omits: freeze protection, the mapping lock, DAX.
 */
#include "models/fs/xfs/internal.h"

static const struct iomap_write_ops page_mkwrite_ops = {
	.begin = xfs_write_begin,
};

int xfs_page_mkwrite(struct inode *inode, struct folio *folio)
{
	xfs_update_mtime(xfs_i(inode));
	return iomap_page_mkwrite(folio, &page_mkwrite_ops);
}
