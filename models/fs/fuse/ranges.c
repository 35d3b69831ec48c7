/*
 * The design of 6.17 on: dirty ranges that the generic code finds become
 * WRITEs.
 * Models: fuse_iomap_writeback_range(), fuse_iomap_writeback_submit(),
 * fuse_writepages(), fuse_launder_folio(), fs/fuse/file.c, 6.17 to 7.3.
 */
#include "models/fs/fuse/design.h"
#include "models/iomap/state.h"

/** struct pass - @request: what is not sent yet; NULL: nothing */
struct pass {
	struct iomap_writepage_ctx generic;
	struct fuse_inode *fi;
	struct fuse_request *request;
};

static void send(struct pass *pass)
{
	fuse_send_write(pass->request);
	pass->request = NULL;
}

static ssize_t writeback_range(struct iomap_writepage_ctx *generic,
			       struct folio *folio, uint64_t pos, uint64_t len,
			       uint64_t end_pos)
{
	struct pass *pass = (struct pass *)generic;
	struct fuse *fuse = pass->fi->fuse;
	const struct design_costs *costs =
		iomap_design_costs(iomap_core(fuse->mm));

	(void)end_pos;
	fuse->stats.writeback_range_calls++;
	sim_charge_ps(fuse->mm->sim, fuse->account, costs->range);
	/* the generic code comes back with what a request cannot hold */
	len = min_u64(len, min_u64(fuse->max_write_bytes,
				   fuse->max_pages << PAGE_SHIFT));
	if (pass->request && fuse_is_full(pass->request, pos, len))
		send(pass);
	if (!pass->request)
		pass->request = fuse_new_write(pass->fi, pos);
	iomap_start_folio_write(folio, (uint32_t)len);
	fuse_add_piece(pass->request, folio, (uint32_t)len);
	return (ssize_t)len;
}

/* Set from the start of a pass, so this is called with nothing, too. */
static int writeback_submit(struct iomap_writepage_ctx *generic, int error)
{
	struct pass *pass = (struct pass *)generic;

	pass->fi->fuse->stats.writeback_submit_calls++;
	if (pass->request)
		send(pass);
	generic->wb_ctx = NULL;
	return error;
}

static const struct iomap_writeback_ops ops = {
	.writeback_range = writeback_range,
	.writeback_submit = writeback_submit,
};

static void pass_init(struct pass *pass, struct inode *inode,
		      struct writeback_control *wbc)
{
	*pass = (struct pass){
		.generic = {
			.inode = inode,
			.wbc = wbc,
			.ops = &ops,
			.iomap = { .type = IOMAP_MAPPED },
		},
		.fi = fuse_i(inode),
	};
	pass->generic.wb_ctx = pass;
}

static int writepages(struct inode *inode, struct writeback_control *wbc)
{
	struct pass pass;

	pass_init(&pass, inode, wbc);
	if (!fuse_pass_starts(pass.fi, wbc))
		return 0;
	return iomap_writepages(&pass.generic);
}

static int launder_folio(struct folio *folio)
{
	struct writeback_control wbc = {
		.sync_mode = WB_SYNC_ALL,
		.range_end = INT64_MAX,
		.nr_to_write = INT64_MAX,
	};
	struct pass pass;

	pass_init(&pass, folio->inode, &wbc);
	return iomap_launder_folio(&pass.generic, folio);
}

void fuse_wait_folios(struct inode *inode, uint64_t pos, uint64_t len)
{
	uint64_t end = pos + len;

	while (inode->nr_writeback_pages && pos < end) {
		struct folio *folio = mm_lookup(inode, pos);

		if (folio && folio->flags & FOLIO_WRITEBACK)
			mm_wait_writeback(folio);
		folio = mm_lookup(inode, pos);
		pos = folio ? folio_end(folio)
			    : round_down_to(pos, PAGE_BYTES) + PAGE_BYTES;
	}
}

static const char *const methods[] = { "fuse.writeback_range_calls",
				       "fuse.writeback_submit_calls", NULL };

const struct fuse_design fuse_design_writeback_range = {
	.name = "writeback-range",
	.help = "Linux 6.17 on: generic code calls writeback_range and writeback_submit",
	.methods = methods,
	.submit_path = "writeback_submit -> WRITE request",
	.writepages = writepages,
	.launder_folio = launder_folio,
	.end_write = fuse_end_pieces,
	.wait_range = fuse_wait_folios,
};
