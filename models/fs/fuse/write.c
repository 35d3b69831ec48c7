/*
 * WRITE requests: how they grow, when they are sent, what their end does.
 * Models: fuse_flush_writepages(), fuse_send_writepage(),
 * fuse_writepage_end(), fuse_set_nowrite(), fuse_release_nowrite(),
 * fs/fuse/file.c and dir.c, 6.12 to 7.3.
 */
#include <limits.h>

#include "models/fs/fuse/internal.h"
#include "sim/base/assert.h"

bool fuse_pass_starts(struct fuse_inode *fi,
		      const struct writeback_control *wbc)
{
	struct fuse *fuse = fi->fuse;

	fuse->stats.writepages_calls++;
	sim_charge_ps(fuse->mm->sim, fuse->account, fuse->costs->pass);
	if (wbc->sync_mode == WB_SYNC_ALL ||
	    fuse->nr_background < fuse->congestion_threshold)
		return true;
	fuse->stats.congested_passes++;
	return false;
}

struct fuse_request *fuse_new_write(struct fuse_inode *fi, uint64_t offset)
{
	struct fuse_request *request = fuse_new_request(fi, FUSE_WRITE);

	request->offset = offset;
	fi->fuse->stats.write_requests++;
	return request;
}

void fuse_add_piece(struct fuse_request *request, struct folio *folio,
		    uint32_t bytes)
{
	struct fuse *fuse = request->fi->fuse;
	struct fuse_piece *piece = pool_get(&fuse->pieces);

	piece->next = NULL;
	piece->folio = folio;
	piece->bytes = bytes;
	if (request->last)
		request->last->next = piece;
	else
		request->first = piece;
	request->last = piece;
	request->nr_pieces++;
	request->bytes += bytes;
	fuse->stats.pieces++;
	fuse->stats.queued_bytes += bytes;
	sim_charge_ps(fuse->mm->sim, fuse->account, fuse->costs->piece);
}

bool fuse_is_full(const struct fuse_request *request, uint64_t pos,
		  uint64_t bytes)
{
	const struct fuse *fuse = request->fi->fuse;
	uint64_t all = request->bytes + bytes;
	uint64_t round = fuse->kernel->round_up_pages ? PAGE_BYTES - 1 : 0;

	if (pos != request->offset + request->bytes)
		return true;
	if ((all + round) >> PAGE_SHIFT > fuse->max_pages)
		return true;
	if (all > fuse->max_write_bytes)
		return true;
	return fuse->kernel->count_pieces &&
	       request->nr_pieces >= fuse->max_pages;
}

/* What lies behind @size is not sent. */
static bool crop(struct fuse_request *request, uint64_t size)
{
	struct fuse_stats *stats = &request->fi->fuse->stats;

	if (request->offset >= size) {
		stats->dropped_bytes += request->bytes;
		return false;
	}
	request->sent_bytes = min_u64(request->bytes, size - request->offset);
	stats->sent_bytes += request->sent_bytes;
	stats->cropped_bytes += request->bytes - request->sent_bytes;
	return true;
}

void fuse_send_write_now(struct fuse_request *request, uint64_t size)
{
	request->at_ns[FUSE_AT_ALLOWED] =
		sim_now_ns(request->fi->fuse->mm->sim);
	request->fi->nr_writers++;
	if (crop(request, size))
		fuse_send_background(request);
	else
		fuse_write_end(request);
}

static void flush_queued(struct fuse_inode *fi)
{
	while (!fi->nowrite && fi->queued) {
		struct fuse_request *request = fi->queued;

		fi->queued = request->next;
		if (!fi->queued)
			fi->queued_tail = &fi->queued;
		fuse_send_write_now(request, fi->inode.size_bytes);
	}
}

void fuse_send_write(struct fuse_request *request)
{
	struct fuse_inode *fi = request->fi;

	sim_settle(fi->fuse->mm->sim);
	request->at_ns[FUSE_AT_SUBMIT] = sim_now_ns(fi->fuse->mm->sim);
	request->next = NULL;
	*fi->queued_tail = request;
	fi->queued_tail = &request->next;
	flush_queued(fi);
}

void fuse_write_end(struct fuse_request *request)
{
	struct fuse_inode *fi = request->fi;
	struct fuse *fuse = fi->fuse;

	fuse->stats.write_requests_ended++;
	fuse->design->end_write(request);
	fuse_put_request(fuse, request);
	SIM_ASSERT(fi->nr_writers > 0);
	fi->nr_writers--;
	sim_wake(fuse->mm->sim, &fi->waiters, UINT_MAX);
}

void fuse_end_pieces(struct fuse_request *request)
{
	struct fuse *fuse = request->fi->fuse;

	mm_way_begin(fuse->mm, &fuse->way, request->at_ns);
	while (request->first) {
		struct fuse_piece *piece = request->first;

		request->first = piece->next;
		iomap_finish_folio_write(piece->folio, piece->bytes);
		pool_put(&fuse->pieces, piece);
	}
	mm_way_done(fuse->mm);
}

void fuse_set_nowrite(struct fuse_inode *fi)
{
	struct sim *sim = fi->fuse->mm->sim;

	sim_settle(sim);
	/* one at a time: the kernel holds the inode's lock here */
	while (fi->nowrite)
		sim_wait(sim, &fi->waiters);
	fi->nowrite = true;
	while (fi->nr_writers)
		sim_wait(sim, &fi->waiters);
}

void fuse_release_nowrite(struct fuse_inode *fi)
{
	struct sim *sim = fi->fuse->mm->sim;

	sim_settle(sim);
	fi->nowrite = false;
	flush_queued(fi);
	sim_wake(sim, &fi->waiters, UINT_MAX);
}
