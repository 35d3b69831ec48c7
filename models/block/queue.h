/*
 * The block layer: submit_bio() to the driver and back.
 *
 * Splits at the queue limits, merges in plugs and in the scheduler, throttles
 * (wbt), takes tags, schedules, issues, ends.
 * Source: block/blk-core.c, blk-merge.c, blk-mq.c, blk-mq-sched.c,
 * blk-settings.c, 6.12 to 7.3.
 * Omits: several hardware queues per device, merges into the software queue
 * (without scheduler).
 */
#ifndef MODELS_BLOCK_QUEUE_H
#define MODELS_BLOCK_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "models/block/bio.h"
#include "models/block/config.h"
#include "sim/base/pool.h"
#include "sim/engine/metrics.h"
#include "sim/engine/sim.h"

struct blk_queue;
struct blk_sched_ops;
struct request;
struct wbt;
struct zone_plugs;

/**
 * struct queue_limits - what a request may be
 * @virt_boundary_mask: 0 for none
 * @chunk_sectors: 0 for none; the zone size on a zoned device
 * @write_granularity_bytes: unit of writes to sequential zones; 0: the
 *   logical block
 * @zone_sectors: 0: not zoned; a power of two is not required
 * @zone_capacity_sectors: writable part of each zone, from its start
 * @max_zone_append_sectors: largest append; 0: none can be made
 * @emulate_zone_append: the device has none, the block layer makes writes of
 *   them (one in flight per zone)
 * @max_open_zones, @max_active_zones: 0 for no limit
 * @nr_conventional_zones: the first ones; they have no write pointer
 */
struct queue_limits {
	uint64_t max_sectors;
	uint64_t max_hw_sectors;
	uint32_t max_segments;
	uint32_t max_segment_bytes;
	uint32_t virt_boundary_mask;
	uint64_t chunk_sectors;
	uint32_t logical_block_bytes;
	uint32_t physical_block_bytes;
	uint32_t write_granularity_bytes;
	uint64_t zone_sectors;
	uint64_t zone_capacity_sectors;
	uint64_t max_zone_append_sectors;
	bool emulate_zone_append;
	uint32_t max_open_zones;
	uint32_t max_active_zones;
	uint64_t nr_conventional_zones;
};

/** enum blk_zone_cond - zone conditions of ZBC, ZAC and NVMe ZNS */
enum blk_zone_cond {
	ZONE_EMPTY,
	ZONE_IMP_OPEN,
	ZONE_EXP_OPEN,
	ZONE_CLOSED,
	ZONE_FULL,
	ZONE_READONLY,
	ZONE_OFFLINE,
	ZONE_NOT_WP, /* conventional */
};

/**
 * struct blk_zone - what a zone report says
 * @wp_sectors: write pointer, counted from the zone's start
 */
struct blk_zone {
	uint64_t start_sector;
	uint64_t capacity_sectors;
	uint64_t wp_sectors;
	enum blk_zone_cond cond;
};

/**
 * struct request - bios that go to the driver together
 * @next: plug, software queue, driver lists
 * @fifo_prev, @fifo_next, @fifo_ns: the scheduler's list in order of
 *   insertion, and the date from which it is late
 * @plugged: came through a plug
 * @throttled: wbt counts it
 * @zone_write: the one write in flight of its zone
 * @status: what the device says of it, 0 or -errno
 * @at_ns: enum bio_at; a driver sets those of the device as far as it has them
 */
struct request {
	struct blk_queue *queue;
	uint64_t sector;
	uint32_t bytes;
	uint32_t nr_segments;
	struct bio *bio_head;
	struct bio *bio_tail;
	struct request *next;
	struct request *fifo_prev;
	struct request *fifo_next;
	uint64_t fifo_ns;
	uint64_t issue_ns;
	uint32_t cpu;
	int16_t status;
	uint8_t op;
	bool nomerge;
	bool plugged;
	bool throttled;
	bool zone_write;
	uint64_t at_ns[NR_BIO_AT];
};

/** struct blk_driver_ops - what a device gives the block layer */
struct blk_driver_ops {
	/*
	 * Take @rq at the current date.  Called in the submitting thread or
	 * in a worker, settled.  The driver must call
	 * blk_end_request() exactly once, from sim_irq() context.
	 * Required; always takes the request.
	 */
	void (*queue_rq)(struct blk_queue *queue, struct request *rq);

	/*
	 * May the driver take @rq now?  False stops the queue: @rq stays at its
	 * head, nothing passes it, until blk_start_stopped_queue().
	 * Optional; called settled, once per try.
	 */
	bool (*may_queue)(struct blk_queue *queue, struct request *rq);

	/*
	 * State of the zone that holds @sector, at once and for no time.
	 * Zoned devices only.
	 */
	void (*report_zone)(struct blk_queue *queue, uint64_t sector,
			    struct blk_zone *ret);

	/*
	 * Set-up of an aged device: the zone at @sector is written up to
	 * @wp_sectors (0: empty; the capacity: full), closed if partly.
	 * Zoned devices only.  Return: 0; -EOVERFLOW: too many active zones.
	 */
	int (*set_zone)(struct blk_queue *queue, uint64_t sector,
			uint64_t wp_sectors);
};

/**
 * struct blk_plug - requests held back by one thread
 * Embedded by the thread; see blk_start_plug().
 */
struct blk_plug {
	struct blk_queue *queue;
	struct sim_thread *owner;
	struct request *head;
	struct request *tail;
	unsigned int nr_requests;
	struct blk_plug *outer;
};

struct blk_stats {
	uint64_t bios;
	uint64_t data_bios;
	uint64_t data_bio_bytes;
	uint64_t splits;
	uint64_t merges;
	uint64_t front_merges;   /* of merges */
	uint64_t request_merges; /* in the scheduler; no bio of its own */
	uint64_t requests;
	uint64_t data_requests;
	uint64_t data_request_bytes;
	uint64_t unissued_bytes; /* data bios that failed before a request */
	uint64_t ended_bios;
	uint64_t ended_requests;
	uint64_t tag_waits;
	uint64_t wbt_waits;
	uint64_t sleep_flushes;
	uint64_t dispatched; /* with a scheduler: requests the driver has */
	uint64_t in_flight;
	uint64_t in_flight_max;
	uint64_t device_written_bytes;
	uint64_t max_request_bytes;
	uint64_t max_request_segments;
	uint64_t max_bio_vecs;
	uint64_t max_bio_bytes;
	uint64_t plugs;
};

/**
 * struct blk_queue - a device's queue
 * @depth: the driver's tags
 * @sched, @sched_data, @nr_requests: scheduler, NULL for none; requests it
 *   may hold, the driver's included
 * @wbt: writeback throttling, NULL when off
 * @zone_plugs: zone write plugging, NULL without zones
 * @note_data_bio: sees each data bio when it is submitted; NULL normally
 * @kblockd, @run_work: who issues what is not issued by its submitter
 * @soft_head, @soft_tail: software queue: requests for kblockd, without
 *   scheduler
 * @restart: the scheduler has more than the driver has tags for
 * @dispatch_head, @dispatch_tail: what the driver refused and what came after
 * @is_stopped: until blk_start_stopped_queue()
 */
struct blk_queue {
	struct sim *sim;
	const struct block_config *config;
	const struct block_costs *costs;
	struct queue_limits limits;
	uint32_t depth;
	bool has_write_cache;
	bool restart;
	const struct blk_sched_ops *sched;
	void *sched_data;
	uint32_t nr_requests;
	struct wbt *wbt;
	struct zone_plugs *zone_plugs;
	void (*note_data_bio)(struct bio *bio);
	struct sim_workqueue *kblockd;
	struct sim_work run_work;
	struct request *soft_head;
	struct request *soft_tail;
	struct request *dispatch_head;
	struct request *dispatch_tail;
	bool is_stopped;
	const struct blk_driver_ops *ops;
	void *driver;
	unsigned int account;
	struct blk_stats stats;
	struct pool requests;
	struct pool clones;
	struct pool seg_pools[5];
	struct sim_waitq tag_waiters;
	struct blk_plug *plugs;
	struct sim_stream *stream_bios;
	struct sim_stream *stream_splits;
	struct sim_stream *stream_merges;
	struct sim_stream *stream_requests;
	struct sim_stream *stream_completions;
	struct hist *bio_ns;
	struct hist *request_ns;
};

/**
 * blk_queue_init - a queue without driver; the driver sets ops, driver,
 * limits, depth
 */
void blk_queue_init(struct blk_queue *queue, struct sim *sim,
		    const struct block_config *config,
		    const struct block_costs *costs);

/**
 * blk_queue_init_log - the same for a second device, of log and metadata:
 * its counters are "log_device.*", its streams "log_*"
 */
void blk_queue_init_log(struct blk_queue *queue, struct sim *sim,
			const struct block_config *config,
			const struct block_costs *costs);
void blk_queue_done(struct blk_queue *queue);

/**
 * submit_bio - hand a bio to the block layer
 * Context: thread.  Settles; sleeps when there is no tag.
 * Ownership: the block layer's until bio->end_io.
 */
void submit_bio(struct bio *bio);

/**
 * blk_start_plug, blk_finish_plug - hold requests of the running thread back
 * and merge into the last one; flushed by count, by size, at finish, and
 * when the thread sleeps
 */
void blk_start_plug(struct blk_plug *plug, struct blk_queue *queue);
void blk_finish_plug(struct blk_plug *plug);

/** blk_flush_plug - issue what the plug holds */
void blk_flush_plug(struct blk_plug *plug);

/**
 * blk_flush_plug_from_schedule - the running thread is about to sleep: leave
 * what its plug for @queue holds to kblockd
 */
void blk_flush_plug_from_schedule(struct blk_queue *queue);

/**
 * blk_zone_mgmt - send a zone management command and wait
 * @op: BIO_ZONE_OPEN, _CLOSE, _FINISH or _RESET
 * @sector: start of the zone
 * Models: blkdev_zone_mgmt(), 6.12 to 7.3, for one zone.  Context: thread.
 * Return: 0 or -errno.
 */
int blk_zone_mgmt(struct blk_queue *queue, enum bio_op op, uint64_t sector);

/** blk_report_zone - state of the zone that holds @sector, at once */
void blk_report_zone(struct blk_queue *queue, uint64_t sector,
		     struct blk_zone *ret);

/**
 * blk_zone_is_seq - must the zone that holds @sector be written at its write
 * pointer?  False on a device without zones.
 */
bool blk_zone_is_seq(const struct blk_queue *queue, uint64_t sector);

/**
 * blk_issue_flush - write the device's cache back, and wait
 * Nothing to do on a device without write cache.
 * Models: blkdev_issue_flush(), 6.12 to 7.3.  Context: thread.
 * Return: 0 or -errno.
 */
int blk_issue_flush(struct blk_queue *queue);

/**
 * blk_read_metadata - read @bytes (rounded up to a logical block), and wait
 * Context: thread.  Return: 0 or -errno.
 */
int blk_read_metadata(struct blk_queue *queue, uint64_t sector, uint32_t bytes);

/**
 * blk_end_request - the driver is done with @rq
 * Context: interrupt.  @status: 0 or -errno.
 */
void blk_end_request(struct request *rq, int status);

/**
 * blk_start_stopped_queue - the driver takes requests again; kblockd issues
 * them.  Context: interrupt or thread.  No-op when the queue is not stopped.
 */
void blk_start_stopped_queue(struct blk_queue *queue);

/** blk_max_io_sectors - most sectors a request starting at @sector may have */
uint64_t blk_max_io_sectors(const struct queue_limits *limits, uint64_t sector);

/**
 * bio_split_point - where a bio must be cut
 * @ret_segments: segments of the front part
 * Return: bytes of the front part; bio->bytes if it fits whole.
 */
uint32_t bio_split_point(const struct bio *bio,
			 const struct queue_limits *limits,
			 uint32_t *ret_segments);

/**
 * bio_split_point_at - the same walk with @max_bytes in place of max_sectors
 * and chunk_sectors: for zone appends, which whoever submits them cuts
 * beforehand (max_zone_append_sectors).  The result is a multiple of the
 * logical block; round it down to the file system's block.
 * Models: bio_split_io_at(), block/blk-merge.c, 6.12 to 7.3.
 */
uint32_t bio_split_point_at(const struct bio *bio,
			    const struct queue_limits *limits,
			    uint64_t max_bytes, uint32_t *ret_segments);

/**
 * bio_split_front - cut the first @bytes of @bio off as a bio of its own
 * @ret_front: initialised; shares @bio's pieces, so @bio must outlive it;
 *   same op, flags and sector; no parent and no end_io: the caller's to set.
 *   @bio keeps the rest; the sector of a zone append stays, others advance
 * Models: bio_split(), block/bio.c, 6.12 to 7.3.
 */
void bio_split_front(struct bio *bio, uint32_t bytes, struct bio *ret_front);

#endif
