/*
 * Operations on files: through the page cache, and what of them the server
 * is asked or told.
 * Models: fuse_cache_write_iter(), fuse_fsync(), fuse_flush(), fuse_open(),
 * fuse_do_setattr(), fuse_write_inode(), fs/fuse/{file,dir,inode}.c with
 * FUSE_WRITEBACK_CACHE and FUSE_ATOMIC_O_TRUNC, 6.12 to 7.3.
 * Omits: the look-up of security.capability before the first write, RELEASE.
 */
#include <errno.h>

#include "models/fs/fuse/internal.h"
#include "models/iomap/state.h"

/*
 * There are no mappings to ask for; what is under way must not change.  While
 * something is, one cached folio at a time, so that each is waited for when
 * its turn comes.
 */
static int write_begin(struct inode *inode, uint64_t pos, uint64_t len,
		       struct iomap *ret)
{
	struct fuse_inode *fi = fuse_i(inode);
	const struct folio *folio;

	sim_settle(inode->mm->sim);
	folio = mm_lookup(inode, pos);
	if (inode->nr_writeback_pages || fi->nr_writers || fi->queued) {
		uint64_t end =
			folio ? folio_end(folio)
			      : round_down_to(pos, PAGE_BYTES) + PAGE_BYTES;

		/* where none is cached a large one may be made */
		if (folio || !inode->max_order)
			len = min_u64(len, end - pos);
		fi->fuse->design->wait_range(inode, pos, len);
	}
	*ret = (struct iomap){
		.addr_bytes = IOMAP_NULL_ADDR,
		.offset_bytes = pos,
		.length_bytes = len,
		.type = IOMAP_MAPPED,
	};
	return 0;
}

static int read_folio_range(struct folio *folio, uint64_t pos, uint64_t len,
			    const struct iomap *iomap)
{
	struct fuse_inode *fi = fuse_i(folio->inode);
	uint64_t end = min_u64(pos + len, folio->inode->size_bytes);

	(void)iomap;
	while (pos < end) {
		uint64_t bytes =
			min_u64(end - pos, fi->fuse->max_pages << PAGE_SHIFT);

		fi->fuse->stats.read_bytes += bytes;
		fuse_call(fi, FUSE_READ, pos, bytes);
		pos += bytes;
	}
	return 0;
}

static const struct iomap_write_ops write_ops = {
	.begin = write_begin,
	.read_folio_range = read_folio_range,
};

int fuse_write(struct inode *inode, uint64_t pos, uint64_t bytes)
{
	struct mm *mm = inode->mm;

	mm->stats.write_calls++;
	sim_charge_ps(mm->sim, mm->accounts.write_call,
		      mm->costs->write_entry + mm->costs->write_call);
	fuse_i(inode)->times_dirty = true;
	return iomap_file_buffered_write(inode, pos, bytes, &write_ops);
}

int fuse_page_mkwrite(struct inode *inode, struct folio *folio)
{
	fuse_i(inode)->times_dirty = true;
	return iomap_page_mkwrite(folio, &write_ops);
}

/* Wait until no WRITE is unanswered (fuse_sync_writes()). */
static void sync_writes(struct fuse_inode *fi)
{
	fuse_set_nowrite(fi);
	fuse_release_nowrite(fi);
}

static void write_times(struct fuse_inode *fi)
{
	if (!fi->times_dirty)
		return;
	fi->times_dirty = false;
	fuse_call(fi, FUSE_SETATTR, 0, 0);
}

static int take_error(struct inode *inode, int error)
{
	if (inode->error) {
		error = inode->error;
		inode->error = 0;
	}
	return error;
}

int fuse_fsync(struct inode *inode, uint64_t start, uint64_t end)
{
	struct fuse_inode *fi = fuse_i(inode);
	struct mm *mm = inode->mm;
	int error;

	sim_charge_ps(mm->sim, mm->accounts.write_call, mm->costs->fsync_clean);
	error = mm_write_and_wait(inode, start, end);
	sync_writes(fi);
	error = take_error(inode, error);
	if (error)
		return error;
	write_times(fi);
	fuse_call(fi, FUSE_FSYNC, 0, 0);
	return take_error(inode, 0);
}

int fuse_close(struct inode *inode)
{
	struct fuse_inode *fi = fuse_i(inode);
	int error = mm_write_and_wait(inode, 0, INT64_MAX);

	write_times(fi);
	sync_writes(fi);
	error = take_error(inode, error);
	if (!error)
		fuse_call(fi, FUSE_FLUSH, 0, 0);
	return error;
}

int fuse_open(struct inode *inode, bool truncate)
{
	struct fuse_inode *fi = fuse_i(inode);

	fuse_call(fi,
		  inode->nr_pages || inode->size_bytes ? FUSE_OPEN
						       : FUSE_CREATE,
		  0, 0);
	if (truncate && inode->size_bytes) {
		inode->size_bytes = 0;
		mm_truncate_pages(inode, 0, true);
	}
	return 0;
}

/*
 * WRITEs are kept back while the server is told the new size; what they hold
 * behind it is cropped when they are sent afterwards.
 */
int fuse_truncate(struct inode *inode, uint64_t bytes)
{
	struct fuse_inode *fi = fuse_i(inode);
	uint64_t old_size = inode->size_bytes;

	fuse_set_nowrite(fi);
	fuse_call(fi, FUSE_SETATTR, 0, 0);
	inode->size_bytes = bytes;
	fuse_release_nowrite(fi);
	if (bytes < old_size)
		mm_truncate_pages(inode, bytes, false);
	return 0;
}

int fuse_fill(struct inode *inode, uint64_t bytes, bool written)
{
	struct fuse_inode *fi = fuse_i(inode);
	const struct fuse_store_ops *store = &fi->fuse->store;

	(void)written;
	inode->size_bytes = bytes;
	return fi->store_file ? store->fill(store->arg, fi->store_file, bytes)
			      : 0;
}
