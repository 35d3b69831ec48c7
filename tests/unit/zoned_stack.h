/*
 * blk_stack.h with a zoned XFS on a zoned_disk.h and a log device that ends
 * every request after 100 ns.
 */
#ifndef TESTS_UNIT_ZONED_STACK_H
#define TESTS_UNIT_ZONED_STACK_H

#include "models/block/zoned.h"
#include "models/fs/xfs_zoned/internal.h"
#include "tests/unit/blk_stack.h"
#include "tests/unit/zoned_disk.h"

struct zoned_stack {
	struct blk_stack b;
	struct zoned_disk disk;
	struct blk_queue log_queue;
	struct xfs_zoned_config config;
	struct xfs_zoned_costs costs;
	struct xfs_costs xfs_costs;
	struct xfs_zoned_geometry geometry;
	struct xfs_zoned *fs;
	uint64_t seed;
	void (*body)(struct zoned_stack *s);
};

/* struct blk_stack is the first member: the driver's pointer is both */
static inline struct zoned_disk *disk_of(const struct blk_queue *queue)
{
	return &((struct zoned_stack *)queue->driver)->disk;
}

static inline void log_end_one(void *arg)
{
	blk_end_request(arg, 0);
}

static inline void log_raise_end(void *arg)
{
	struct request *rq = arg;

	sim_irq(rq->queue->sim, 0, log_end_one, rq);
}

static inline void log_queue_rq(struct blk_queue *queue, struct request *rq)
{
	sim_after(queue->sim, 100, log_raise_end, rq);
}

static const struct blk_driver_ops quick_log_driver = {
	.queue_rq = log_queue_rq,
};

static inline void zoned_stack_init(struct zoned_stack *s, uint64_t seed)
{
	memset(s, 0, sizeof(*s));
	blk_stack_init(&s->b);
	s->seed = seed;
	zoned_disk_init(&s->disk, &s->b.queue.limits, seed);
	s->b.queue.ops = &zoned_disk_driver;
	blk_queue_init_log(&s->log_queue, s->b.m.sim, &s->b.block_config,
			   &s->b.block_costs);
	s->log_queue.limits = no_limits();
	s->log_queue.depth = 65535;
	s->log_queue.ops = &quick_log_driver;
	s->config = (struct xfs_zoned_config){
		.max_open_zones = 6,
		.zone_pick = ZONE_PICK_LOWEST,
		.hints = ZONE_HINTS_NARROW,
		.pack_tight_small_files = true,
		.write_map_bytes = 4 * MIB,
		.gc_zones = 3,
		.reserved_zones = 1,
		.gc_scratch_bytes = 64 * KIB,
	};
	s->geometry = (struct xfs_zoned_geometry){
		.size_bytes = (uint64_t)DISK_ZONES * DISK_ZONE_BLOCKS * 4096,
		.block_bytes = 4096,
		.seed = seed,
	};
}

static inline void zoned_stack_mount(struct zoned_stack *s)
{
	const char *message;

	s->b.queue.limits.nr_conventional_zones = s->disk.nr_conventional;
	zone_plugs_init(&s->b.queue, false);
	s->fs = xfs_zoned_new(&s->b.m.mm, &s->b.ioends, &s->log_queue,
			      s->b.design, &s->geometry, &s->config, &s->costs,
			      &s->xfs_costs, &message);
	SIM_ASSERT(s->fs != NULL);
	s->disk.scratch_folios = s->fs->gc.scratch;
}

static inline bool zoned_stack_is_idle(void *arg)
{
	const struct zoned_stack *s = arg;

	return !s->b.queue.stats.in_flight && !s->log_queue.stats.in_flight &&
	       xfs_zoned_is_idle(s->fs) &&
	       s->b.ioends.stats.finished == s->b.ioends.stats.ioends;
}

static inline void zoned_stack_thread(void *arg)
{
	struct zoned_stack *s = arg;

	s->body(s);
}

static inline void zoned_stack_run(struct zoned_stack *s)
{
	char error[512] = "";

	sim_thread_new(s->b.m.sim, "test", 0, false, zoned_stack_thread, s);
	if (sim_run(s->b.m.sim, zoned_stack_is_idle, s, NULL, error,
		    sizeof(error))) {
		fprintf(stderr, "%s\n", error);
		SIM_ASSERT(!"deadlock");
	}
}

static inline void zoned_stack_done(struct zoned_stack *s)
{
	xfs_zoned_free(s->fs);
	blk_queue_done(&s->log_queue);
	blk_stack_done(&s->b);
}

/* What a body needs of the set-up before the mount; may be NULL. */
struct zoned_stack_call {
	void (*setup)(struct zoned_stack *s);
	void (*body)(struct zoned_stack *s);
	uint64_t seed;
};

static inline void zoned_stack_child(void *arg, struct child_answer *answer)
{
	const struct zoned_stack_call *call = arg;
	struct zoned_stack *s = calloc(1, sizeof(*s));

	(void)answer;
	SIM_ASSERT(s != NULL);
	zoned_stack_init(s, call->seed);
	if (call->setup)
		call->setup(s);
	zoned_stack_mount(s);
	s->body = call->body;
	zoned_stack_run(s);
	zoned_stack_done(s);
	free(s);
}

/* Status of a child that ran @body: 0 when nothing failed. */
static inline int with_zoned_stack(void (*setup)(struct zoned_stack *s),
				   void (*body)(struct zoned_stack *s),
				   uint64_t seed)
{
	struct zoned_stack_call call = { setup, body, seed };

	return in_child(zoned_stack_child, &call, NULL);
}

/* Write whole blocks, in a version of their own. */
static inline int write_blocks(struct zoned_stack *s, struct inode *inode,
			       uint64_t block, uint64_t nr)
{
	int error = xfs_zoned_write(inode, block << 12, nr << 12);

	for (uint64_t i = 0; !error && i < nr; i++)
		s->disk.version[inode->ino][block + i]++;
	return error;
}

/* Everything on disk: each file's extents lead to what was written last. */
static inline void check_contents(struct zoned_stack *s, struct inode *inode)
{
	struct fork *data = &xfsz_i(inode)->data;
	struct extent *extent = fork_first(data);

	for (; extent; extent = fork_next(data, extent)) {
		for (uint64_t i = 0; i < extent->len; i++) {
			uint64_t sector =
				rtg_sector(s->fs, disk_rtg(s->fs, extent->disk),
					   disk_block(extent->disk) + i);
			const struct content *content =
				&s->disk.blocks[sector / DISK_BLOCK_SECTORS];
			uint64_t block = extent->start + i;

			SIM_ASSERT(content->ino == inode->ino);
			SIM_ASSERT(content->file_block == block);
			SIM_ASSERT(content->version ==
				   s->disk.version[inode->ino][block]);
		}
	}
}

/* Nothing promised is left, every block has one owner, zones add up. */
static inline void check_space(struct zoned_stack *s)
{
	struct xfs_zoned *fs = s->fs;
	const struct rtg_set *rtgs = &fs->rtgs;
	int64_t kept =
		(int64_t)(fs->config->gc_zones + fs->config->reserved_zones);
	int64_t used = 0;
	int64_t room = 0;
	uint64_t mapped = 0;

	rtg_set_audit(rtgs);
	for (uint32_t i = 0; i < rtgs->nr_zones; i++) {
		const struct rtg *zone = &rtgs->zones[i];

		used += (int64_t)zone->used;
		room += (int64_t)(rtgs->capacity - zone->allocated);
	}
	for (uint32_t i = 0; i < fs->nr_inodes; i++) {
		struct xfsz_inode *ip = fs->inodes[i];
		struct extent *extent = fork_first(&ip->data);

		SIM_ASSERT(!ip->cow.nr_extents);
		for (; extent; extent = fork_next(&ip->data, extent))
			mapped += extent->len;
	}
	kept *= (int64_t)rtgs->capacity;
	SIM_ASSERT((int64_t)mapped == used);
	SIM_ASSERT(fs->space.free ==
		   (int64_t)(rtgs->nr_zones * rtgs->capacity) - kept - used);
	SIM_ASSERT(fs->space.available == room - kept);
	SIM_ASSERT(!fs->space.head);
}

#endif
