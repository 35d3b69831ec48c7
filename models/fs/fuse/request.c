/*
 * Requests and the connection's limits.
 * Models: fuse_simple_request(), fuse_simple_background(),
 * fuse_request_queue_background(), flush_bg_queue(), fuse_request_end(),
 * fs/fuse/dev.c, 6.12 to 7.3.
 * Omits: interrupts, abort, waiting of unforced background requests (WRITEs
 * are forced).
 */
#include <limits.h>
#include <string.h>

#include "models/fs/fuse/internal.h"
#include "sim/base/assert.h"

struct fuse_request *fuse_new_request(struct fuse_inode *fi,
				      enum fuse_opcode opcode)
{
	struct fuse *fuse = fi->fuse;
	uint32_t handle = hpool_get(&fuse->requests);
	struct fuse_request *request = hpool_at(&fuse->requests, handle);

	memset(request, 0, sizeof(*request));
	request->handle = handle;
	request->fi = fi;
	request->opcode = opcode;
	request->waiters.name = "FUSE request";
	sim_charge_ps(fuse->mm->sim, fuse->account, fuse->costs->request);
	return request;
}

void fuse_put_request(struct fuse *fuse, struct fuse_request *request)
{
	SIM_ASSERT(!request->first && !request->secondary);
	hpool_put(&fuse->requests, request->handle);
}

void fuse_call(struct fuse_inode *fi, enum fuse_opcode opcode, uint64_t offset,
	       uint64_t bytes)
{
	struct fuse *fuse = fi->fuse;
	struct sim *sim = fuse->mm->sim;
	struct fuse_request *request = fuse_new_request(fi, opcode);

	request->offset = offset;
	request->bytes = bytes;
	fuse->stats.other_requests++;
	sim_settle(sim);
	fuse_queue_request(request);
	sim_settle(sim);
	while (!request->done)
		sim_wait(sim, &request->waiters);
	fuse_put_request(fuse, request);
}

static void flush_background(struct fuse *fuse)
{
	while (fuse->background && fuse->nr_active < fuse->max_background) {
		struct fuse_request *request = fuse->background;

		fuse->background = request->next;
		if (!fuse->background)
			fuse->background_tail = &fuse->background;
		request->at_ns[FUSE_AT_QUEUED] = sim_now_ns(fuse->mm->sim);
		fuse->nr_active++;
		fuse->stats.active_max =
			max_u64(fuse->stats.active_max, fuse->nr_active);
		fuse_queue_request(request);
	}
}

void fuse_send_background(struct fuse_request *request)
{
	struct fuse *fuse = request->fi->fuse;

	request->background = true;
	request->next = NULL;
	*fuse->background_tail = request;
	fuse->background_tail = &request->next;
	fuse->nr_background++;
	fuse->stats.background_max =
		max_u64(fuse->stats.background_max, fuse->nr_background);
	flush_background(fuse);
}

void fuse_request_end(struct fuse_request *request)
{
	struct fuse *fuse = request->fi->fuse;

	if (!request->background) {
		fuse->stats.other_requests_ended++;
		request->done = true;
		sim_wake(fuse->mm->sim, &request->waiters, UINT_MAX);
		return;
	}
	SIM_ASSERT(fuse->nr_active > 0 && fuse->nr_background > 0);
	fuse->nr_active--;
	fuse->nr_background--;
	flush_background(fuse);
	fuse_write_end(request);
}
