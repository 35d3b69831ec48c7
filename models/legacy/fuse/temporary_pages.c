/*
 * The design up to 6.15, as read in 6.12: each dirty page is copied into a
 * page of the request.  The folio's own writeback ends when the request is
 * queued, so that the page cache never waits for the server; what is under way
 * is kept per page beside it, and who must not change it meanwhile waits for
 * that.  A page that gets dirty all the same (through a mapping that was
 * writable before) goes into a secondary WRITE of one page behind the first,
 * of which the newest copy wins.
 * Models: fuse_writepages_fill(), fuse_writepage_need_send(),
 * fuse_writepage_add(), fuse_writepages_send(), fuse_send_writepage(),
 * fuse_writepage_end(), fuse_wait_on_page_writeback(), fs/fuse/file.c, 6.12.
 */
#include <limits.h>

#include "models/legacy/fuse/internal.h"
#include "models/mm/dirty_control.h"
#include "sim/base/assert.h"

static struct fuse_request *in_flight(struct fuse_inode *fi, uint64_t page)
{
	uint32_t handle = page_index_lookup(&fi->in_flight, page);

	return handle ? hpool_at(&fi->fuse->requests, handle) : NULL;
}

static void charge_temporary_page(struct fuse *fuse)
{
	const struct mm_costs *costs = fuse->mm->costs;

	sim_charge_ps(fuse->mm->sim, fuse->account,
		      fuse->costs->temporary_page + costs->folio_alloc +
			      costs->folio_freelist_4k +
			      PAGE_BYTES * (costs->zero_per_byte +
					    costs->copy_per_byte));
}

static void add_temporary_page(struct fuse_request *request,
			       struct folio *folio)
{
	struct fuse *fuse = request->fi->fuse;

	charge_temporary_page(fuse);
	request->nr_temporary_pages++;
	fuse->stats.temporary_pages++;
	fuse->stats.temporary_pages_left++;
	dirty_control_own_writeback(folio->inode, 1);
	fuse_add_piece(request, folio, PAGE_BYTES);
}

static void free_pieces(struct fuse_request *request)
{
	struct fuse *fuse = request->fi->fuse;

	while (request->first) {
		struct fuse_piece *piece = request->first;

		request->first = piece->next;
		pool_put(&fuse->pieces, piece);
	}
	request->last = NULL;
}

/* The copies are on their way: the folios themselves are done. */
static void send(struct legacy_pass *pass)
{
	struct fuse_request *request = pass->request;
	struct fuse_piece *piece = request->first;

	pass->request = NULL;
	/* the answer must not free what is still walked here */
	request->first = NULL;
	request->last = NULL;
	fuse_send_write(request);
	while (piece) {
		struct fuse_piece *next = piece->next;

		mm_end_writeback(piece->folio);
		pool_put(&pass->fi->fuse->pieces, piece);
		piece = next;
	}
}

/* A WRITE of this page waits already behind the one under way? */
static bool replaces_secondary(struct fuse_request *primary, uint64_t pos)
{
	struct fuse_request *secondary = primary->secondary;

	while (secondary && secondary->offset != pos)
		secondary = secondary->next;
	return secondary != NULL;
}

/* Behind the WRITE of the same page that is under way. */
static void add_secondary(struct fuse_inode *fi, struct fuse_request *primary,
			  struct folio *folio)
{
	struct fuse *fuse = fi->fuse;
	uint64_t pos = folio_pos(folio);

	mm_start_writeback(folio);
	if (replaces_secondary(primary, pos)) {
		charge_temporary_page(fuse);
		fuse->stats.replaced_pages++;
	} else {
		struct fuse_request *request = fuse_new_write(fi, pos);

		add_temporary_page(request, folio);
		free_pieces(request);
		request->next = primary->secondary;
		primary->secondary = request;
		fuse->stats.secondary_requests++;
	}
	mm_end_writeback(folio);
}

static int fill(struct legacy_pass *pass, struct folio *folio)
{
	struct fuse_inode *fi = pass->fi;
	struct fuse *fuse = fi->fuse;
	uint64_t page = folio->index;
	struct fuse_request *primary = in_flight(fi, page);

	SIM_ASSERT(!folio_is_large(folio));
	if (pass->request &&
	    (primary ||
	     fuse_is_full(pass->request, folio_pos(folio), PAGE_BYTES)))
		send(pass);
	sim_charge_ps(fuse->mm->sim, fuse->account,
		      iomap_design_costs(iomap_core(fuse->mm))->range);
	if (primary) {
		add_secondary(fi, primary, folio);
		return 0;
	}
	if (!pass->request)
		pass->request = fuse_new_write(fi, folio_pos(folio));
	mm_start_writeback(folio);
	add_temporary_page(pass->request, folio);
	page_index_insert(&fi->in_flight, page, 0, pass->request->handle);
	return 0;
}

static void forget_pages(struct fuse_request *request)
{
	struct fuse_inode *fi = request->fi;
	uint64_t first = request->offset >> PAGE_SHIFT;

	for (uint64_t i = 0; i < request->nr_temporary_pages; i++)
		page_index_remove(&fi->in_flight, first + i, 0);
	fi->fuse->stats.temporary_pages_left -= request->nr_temporary_pages;
	dirty_control_own_written(&fi->inode, request->nr_temporary_pages);
}

static void end_write(struct fuse_request *request)
{
	struct fuse_inode *fi = request->fi;
	struct fuse_request *secondary = request->secondary;
	uint64_t end = request->offset + request->sent_bytes;

	request->secondary = NULL;
	forget_pages(request);
	while (secondary) {
		struct fuse_request *next = secondary->next;

		page_index_insert(&fi->in_flight,
				  secondary->offset >> PAGE_SHIFT, 0,
				  secondary->handle);
		/* not beyond what the first one wrote: a truncate may be between */
		fuse_send_write_now(secondary, end);
		secondary = next;
	}
}

static void wait_range(struct inode *inode, uint64_t pos, uint64_t len)
{
	struct fuse_inode *fi = fuse_i(inode);
	uint64_t end = pos + len;

	for (; pos < end; pos = round_down_to(pos, PAGE_BYTES) + PAGE_BYTES) {
		fuse_wait_folios(inode, pos, 1);
		while (in_flight(fi, pos >> PAGE_SHIFT))
			sim_wait(inode->mm->sim, &fi->waiters);
	}
}

static int writepages(struct inode *inode, struct writeback_control *wbc)
{
	struct legacy_pass pass = { .fill = fill, .send = send };

	return legacy_writepages(&pass, inode, wbc);
}

static int launder_folio(struct folio *folio)
{
	struct legacy_pass pass = { .fill = fill, .send = send };

	return legacy_launder(&pass, folio);
}

static const char *const methods[] = { "fuse.fill_calls",
				       "fuse.temporary_pages", NULL };

const struct fuse_design fuse_design_temporary_pages = {
	.name = "fuse-temporary-pages",
	.help = "FUSE up to Linux 6.15: data is copied into pages of the request, and folios are done once it is queued",
	.methods = methods,
	.submit_path = "fuse_writepages_send -> WRITE request",
	.whole_folio = true,
	.small_folios = true,
	.counts_own_writeback = true,
	.writepages = writepages,
	.launder_folio = launder_folio,
	.end_write = end_write,
	.wait_range = wait_range,
};
