/*
 * blk_stack.h with an XFS on it.  Its driver ends every request 100 ns after
 * it was issued, unless the test holds requests back.
 */
#ifndef TESTS_UNIT_XFS_STACK_H
#define TESTS_UNIT_XFS_STACK_H

#include "models/fs/xfs/internal.h"
#include "tests/unit/blk_stack.h"

struct xfs_stack {
	struct blk_stack b;
	struct xfs_config config;
	struct xfs_costs costs;
	struct xfs *xfs;
	bool hold_data; /* keep data requests until end_all_requests() */
	void (*body)(struct xfs_stack *s);
};

static inline void end_one(void *arg)
{
	blk_end_request(arg, 0);
}

static inline void raise_end(void *arg)
{
	struct request *rq = arg;

	sim_irq(rq->queue->sim, 0, end_one, rq);
}

static inline void quick_request(struct blk_queue *queue, struct request *rq)
{
	struct xfs_stack *s = queue->driver;

	if (s->hold_data && !(rq->bio_head->flags & BIO_META)) {
		keep_request(queue, rq);
		return;
	}
	sim_after(queue->sim, 100, raise_end, rq);
}

static const struct blk_driver_ops quick_driver = {
	.queue_rq = quick_request,
};

static inline void xfs_stack_init(struct xfs_stack *s)
{
	static const struct xfs_geometry geometry = {
		.size_bytes = 2 * GIB,
		.block_bytes = 4096,
		.ag_count = 4,
	};

	memset(s, 0, sizeof(*s));
	blk_stack_init(&s->b);
	/* struct blk_stack is the first member: the driver's pointer is both */
	s->b.queue.ops = &quick_driver;
	s->config = (struct xfs_config){
		.delalloc_call_bytes = 4 * MIB,
		.default_alloc_bytes = 64 * KIB,
		.preallocation = true,
		.zero_range = true,
		.zero_range_flush_holes = true,
	};
	s->xfs = xfs_new(&s->b.m.mm, &s->b.ioends, s->b.design, &geometry,
			 &s->config, &s->costs);
}

static inline void xfs_stack_thread(void *arg)
{
	struct xfs_stack *s = arg;

	s->body(s);
}

struct xfs_stack_call {
	void (*body)(struct xfs_stack *s);
};

static inline void xfs_stack_child(void *arg, struct child_answer *answer)
{
	struct xfs_stack_call *call = arg;
	struct xfs_stack s;

	(void)answer;
	xfs_stack_init(&s);
	s.body = call->body;
	run_thread(s.b.m.sim, xfs_stack_thread, &s);
	xfs_free(s.xfs);
	blk_stack_done(&s.b);
}

/* Status of a child that ran @body: 0 when nothing failed. */
static inline int with_xfs_stack(void (*body)(struct xfs_stack *s))
{
	struct xfs_stack_call call = { body };

	return in_child(xfs_stack_child, &call, NULL);
}

/* fsync of the whole file. */
static inline int fsync_all(struct inode *inode)
{
	return xfs_fsync(inode, 0, INT64_MAX);
}

/* End of the file's last extent in bytes. */
static inline uint64_t mapped_end(const struct inode *inode)
{
	struct extent *last = fork_last(&xfs_i(inode)->data);

	return last ? extent_end(last) << xfs_i(inode)->xfs->block_shift : 0;
}

#endif
