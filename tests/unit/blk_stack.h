/*
 * The whole path above a device, for tests: mm_stack.h, a queue without
 * limits of its own, ioends, a file system whose files are one mapping, and a
 * driver that keeps requests until the test ends them.
 */
#ifndef TESTS_UNIT_BLK_STACK_H
#define TESTS_UNIT_BLK_STACK_H

#include "models/block/queue.h"
#include "models/ioend/ioend.h"
#include "tests/unit/mm_stack.h"

#define MAX_KEPT_REQUESTS 20000

/** struct kept_request - what the driver was given */
struct kept_request {
	struct request *rq; /* NULL once ended */
	uint64_t sector;
	uint32_t bytes;
	uint32_t nr_segments;
};

struct blk_stack {
	struct mm_stack m;
	struct block_config block_config;
	struct block_costs block_costs;
	struct blk_queue queue;
	struct ioend_config ioend_config;
	struct ioend_costs ioend_costs;
	struct ioend_core ioends;
	const struct wb_design *design;
	struct kept_request *kept;
	size_t nr_kept;
	size_t nr_ended;
	void (*body)(struct blk_stack *s);
};

/** struct flat_file - an inode with one mapping for all of it */
struct flat_file {
	struct inode inode;
	struct blk_stack *stack;
	struct iomap map;
};

static inline void keep_request(struct blk_queue *queue, struct request *rq)
{
	struct blk_stack *s = queue->driver;
	struct kept_request *kept = &s->kept[s->nr_kept++];

	SIM_ASSERT(s->nr_kept <= MAX_KEPT_REQUESTS);
	kept->rq = rq;
	kept->sector = rq->sector;
	kept->bytes = rq->bytes;
	kept->nr_segments = rq->nr_segments;
}

static const struct blk_driver_ops keeping_driver = {
	.queue_rq = keep_request,
};

static inline void end_kept(void *arg)
{
	struct blk_stack *s = arg;
	struct kept_request *kept = &s->kept[s->nr_ended++];
	struct request *rq = kept->rq;

	kept->rq = NULL;
	blk_end_request(rq, 0);
}

/* End the next @nr requests in order of issue, each by an interrupt. */
static inline void end_requests(struct blk_stack *s, size_t nr)
{
	while (nr--)
		sim_irq(s->m.sim, 0, end_kept, s);
	sim_sleep_ns(s->m.sim, 1);
}

static inline void end_all_requests(struct blk_stack *s)
{
	end_requests(s, s->nr_kept - s->nr_ended);
	SIM_ASSERT(s->nr_ended == s->nr_kept);
}

/* Limits so wide that nothing is ever cut. */
static inline struct queue_limits no_limits(void)
{
	return (struct queue_limits){
		.max_sectors = 1ull << 32,
		.max_hw_sectors = 1ull << 32,
		.max_segments = 65535,
		.max_segment_bytes = UINT32_MAX,
		.logical_block_bytes = 512,
		.physical_block_bytes = 512,
	};
}

static inline int flat_map(struct inode *inode, uint64_t pos, uint64_t len,
			   struct iomap *iomap)
{
	struct flat_file *file = inode->private;

	(void)pos;
	(void)len;
	*iomap = file->map;
	return 0;
}

static const struct ioend_fs_ops flat_fs_ops = {
	.map = flat_map,
};

static inline int flat_writepages(struct inode *inode,
				  struct writeback_control *wbc)
{
	struct blk_stack *s = ((struct flat_file *)inode->private)->stack;

	return s->design->writepages(&s->ioends, inode, wbc, &flat_fs_ops);
}

static const struct mapping_ops flat_mapping_ops = {
	.writepages = flat_writepages,
	.free_state = ifs_free,
};

/* A file of @bytes whose blocks are written and begin at disk byte 0. */
static inline void flat_file_init(struct flat_file *file, struct blk_stack *s,
				  uint64_t bytes)
{
	memset(file, 0, sizeof(*file));
	inode_init(&file->inode, &s->m.mm, "flat", 12, &flat_mapping_ops);
	file->inode.private = file;
	file->inode.size_bytes = bytes;
	file->stack = s;
	file->map = (struct iomap){
		.length_bytes = 1ull << 50,
		.type = IOMAP_MAPPED,
	};
}

static inline void blk_stack_init(struct blk_stack *s)
{
	memset(s, 0, sizeof(*s));
	mm_stack_init(&s->m);
	s->block_config.plug_max_requests = 32;
	s->block_config.plug_flush_bytes = 128 * KIB;
	blk_queue_init(&s->queue, s->m.sim, &s->block_config, &s->block_costs);
	s->queue.limits = no_limits();
	s->queue.depth = 65535;
	s->queue.ops = &keeping_driver;
	s->queue.driver = s;
	s->ioend_config = (struct ioend_config){
		.max_folios = 4096,
		.max_vecs = 256,
		.max_bytes = UINT32_MAX,
	};
	ioend_core_init(&s->ioends, s->m.iomap, &s->m.mm, &s->queue,
			&s->ioend_config, &s->ioend_costs);
	s->design = &wb_design_writeback_range;
	s->kept = calloc(MAX_KEPT_REQUESTS, sizeof(*s->kept));
	SIM_ASSERT(s->kept != NULL);
	stream_keep(sim_metrics(s->m.sim), NULL);
}

static inline void blk_stack_done(struct blk_stack *s)
{
	SIM_ASSERT(s->queue.stats.in_flight == 0);
	SIM_ASSERT(s->ioends.stats.finished == s->ioends.stats.ioends);
	free(s->kept);
	ioend_core_done(&s->ioends);
	blk_queue_done(&s->queue);
	mm_stack_done(&s->m);
}

static inline void blk_stack_thread(void *arg)
{
	struct blk_stack *s = arg;

	s->body(s);
}

struct blk_stack_call {
	void (*body)(struct blk_stack *s);
};

static inline void blk_stack_child(void *arg, struct child_answer *answer)
{
	struct blk_stack_call *call = arg;
	struct blk_stack s;

	(void)answer;
	blk_stack_init(&s);
	s.body = call->body;
	run_thread(s.m.sim, blk_stack_thread, &s);
	blk_stack_done(&s);
}

/* Status of a child that ran @body: 0 when nothing failed. */
static inline int with_blk_stack(void (*body)(struct blk_stack *s))
{
	struct blk_stack_call call = { body };

	return in_child(blk_stack_child, &call, NULL);
}

/* Dirty [0, @bytes) of @file in folios of 2^@order pages. */
static inline void dirty_file(struct flat_file *file, uint64_t bytes,
			      unsigned int order)
{
	uint64_t pages = bytes >> PAGE_SHIFT;

	for (uint64_t page = 0; page < pages; page += 1ull << order)
		dirty_folio(&file->inode, page, order);
}

#endif
