/*
 * The design of 6.16: a dirty folio is sent itself and stays under writeback
 * until the server has answered.
 * Models: fuse_writepages_fill(), fuse_writepage_need_send(),
 * fuse_writepage_finish(), fs/fuse/file.c, 6.16.
 */
#include "models/legacy/fuse/internal.h"

static void send(struct legacy_pass *pass)
{
	fuse_send_write(pass->request);
	pass->request = NULL;
}

static int fill(struct legacy_pass *pass, struct folio *folio)
{
	struct fuse *fuse = pass->fi->fuse;
	uint32_t bytes = folio_bytes(folio);

	if (pass->request &&
	    fuse_is_full(pass->request, folio_pos(folio), bytes))
		send(pass);
	if (!pass->request)
		pass->request = fuse_new_write(pass->fi, folio_pos(folio));
	sim_charge_ps(fuse->mm->sim, fuse->account,
		      iomap_design_costs(iomap_core(fuse->mm))->range);
	mm_start_writeback(folio);
	fuse_add_piece(pass->request, folio, bytes);
	return 0;
}

static void end_write(struct fuse_request *request)
{
	struct fuse *fuse = request->fi->fuse;

	while (request->first) {
		struct fuse_piece *piece = request->first;

		request->first = piece->next;
		mm_end_writeback(piece->folio);
		pool_put(&fuse->pieces, piece);
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

static const char *const methods[] = { "fuse.fill_calls", NULL };

const struct fuse_design fuse_design_whole_folio = {
	.name = "fuse-whole-folio",
	.help = "FUSE of Linux 6.16: whole folios are sent and stay under writeback until the answer",
	.methods = methods,
	.submit_path = "fuse_writepages_send -> WRITE request",
	.whole_folio = true,
	.writepages = writepages,
	.launder_folio = launder_folio,
	.end_write = end_write,
	.wait_range = fuse_wait_folios,
};
