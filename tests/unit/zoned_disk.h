/*
 * A zoned device for tests that keeps what was written, block by block: which
 * file block in which version.  Requests are done after a random time, so
 * appends of one zone land in random order.  Any write off the write pointer
 * and any place written twice is a bug.
 */
#ifndef TESTS_UNIT_ZONED_DISK_H
#define TESTS_UNIT_ZONED_DISK_H

#include <string.h>

#include "models/block/queue.h"
#include "models/mm/mm.h"
#include "sim/base/assert.h"
#include "sim/base/rng.h"
#include "sim/base/units.h"
#include "sim/engine/sim.h"

#define DISK_ZONES         24
#define DISK_ZONE_BLOCKS   64
#define DISK_CAPACITY      48 /* of them can be written */
#define DISK_BLOCK_SECTORS 8
#define DISK_FILES         4
#define DISK_FILE_BLOCKS   512
#define DISK_SCRATCH       512

/** struct content - of a block; ino 0: nothing */
struct content {
	uint32_t ino;
	uint32_t file_block;
	uint32_t version;
};

/**
 * struct zoned_disk
 * @version: of each file block in the page cache, set by the test
 * @scratch: what the copy buffers of garbage collection hold
 * @scratch_folios: the first of two; NULL: there is none
 */
struct zoned_disk {
	struct rng rng;
	uint64_t max_delay_ns;
	uint64_t nr_conventional;
	uint64_t wp[DISK_ZONES];
	struct content blocks[DISK_ZONES * DISK_ZONE_BLOCKS];
	uint32_t version[DISK_FILES + 1][DISK_FILE_BLOCKS];
	struct content scratch[2][DISK_SCRATCH];
	const struct folio *scratch_folios;
	uint64_t nr_appends;
	uint64_t nr_writes;
	uint64_t nr_resets;
};

static inline struct zoned_disk *disk_of(const struct blk_queue *queue);

/* The page of memory at @offset of @folio, as contents. */
static inline struct content *disk_memory(struct zoned_disk *disk,
					  const struct folio *folio,
					  uint64_t offset,
					  struct content *of_file)
{
	uint64_t block;

	if (!folio->inode) {
		SIM_ASSERT(disk->scratch_folios != NULL);
		return &disk->scratch[folio - disk->scratch_folios]
				     [offset >> PAGE_SHIFT];
	}
	block = folio->index + (offset >> PAGE_SHIFT);
	SIM_ASSERT(folio->inode->ino <= DISK_FILES);
	SIM_ASSERT(block < DISK_FILE_BLOCKS);
	*of_file = (struct content){
		.ino = (uint32_t)folio->inode->ino,
		.file_block = (uint32_t)block,
		.version = disk->version[folio->inode->ino][block],
	};
	return of_file;
}

static inline void disk_copy(struct zoned_disk *disk, const struct bio *bio,
			     uint64_t block, bool is_read)
{
	uint32_t seg = bio->iter.seg;
	uint64_t done = bio->iter.seg_done_bytes;

	for (uint64_t left = bio->bytes; left; left -= PAGE_BYTES, block++) {
		const struct bio_seg *s = &bio->segs[seg];
		struct content of_file;
		struct content *memory = disk_memory(
			disk, s->folio, s->offset_bytes + done, &of_file);

		if (is_read)
			*memory = disk->blocks[block];
		else
			disk->blocks[block] = *memory;
		done += PAGE_BYTES;
		if (done == s->bytes) {
			seg++;
			done = 0;
		}
	}
}

static inline void disk_write(struct zoned_disk *disk, struct request *rq,
			      bool is_append)
{
	struct bio *bio = rq->bio_head;
	uint64_t block = rq->sector / DISK_BLOCK_SECTORS;
	uint64_t zone = block / DISK_ZONE_BLOCKS;
	uint64_t nr = rq->bytes / PAGE_BYTES;

	SIM_ASSERT(zone < DISK_ZONES && nr > 0);
	if (is_append) {
		SIM_ASSERT(block % DISK_ZONE_BLOCKS == 0 && !bio->next);
		block += disk->wp[zone];
		rq->sector = block * DISK_BLOCK_SECTORS;
		disk->nr_appends++;
	} else {
		disk->nr_writes++;
	}
	if (zone >= disk->nr_conventional) {
		SIM_ASSERT(block % DISK_ZONE_BLOCKS == disk->wp[zone]);
		disk->wp[zone] += nr;
		SIM_ASSERT(disk->wp[zone] <= DISK_CAPACITY);
	}
	for (uint64_t i = 0; i < nr; i++)
		SIM_ASSERT(zone < disk->nr_conventional ||
			   !disk->blocks[block + i].ino);
	for (; bio; bio = bio->next) {
		disk_copy(disk, bio, block, false);
		block += bio->bytes / PAGE_BYTES;
	}
}

static inline void disk_reset(struct zoned_disk *disk, uint64_t sector)
{
	uint64_t zone = sector / DISK_BLOCK_SECTORS / DISK_ZONE_BLOCKS;

	disk->nr_resets++;
	disk->wp[zone] = 0;
	memset(&disk->blocks[zone * DISK_ZONE_BLOCKS], 0,
	       DISK_ZONE_BLOCKS * sizeof(disk->blocks[0]));
}

static inline void disk_do(void *arg)
{
	struct request *rq = arg;
	struct zoned_disk *disk = disk_of(rq->queue);

	if (rq->op == BIO_ZONE_RESET)
		disk_reset(disk, rq->sector);
	else if (rq->op == BIO_READ)
		disk_copy(disk, rq->bio_head, rq->sector / DISK_BLOCK_SECTORS,
			  true);
	else if (rq->op != BIO_FLUSH && !(rq->bio_head->flags & BIO_META))
		disk_write(disk, rq, rq->op == BIO_ZONE_APPEND);
	blk_end_request(rq, 0);
}

static inline void disk_irq(void *arg)
{
	struct request *rq = arg;

	sim_irq(rq->queue->sim, 0, disk_do, rq);
}

static inline void disk_queue_rq(struct blk_queue *queue, struct request *rq)
{
	struct zoned_disk *disk = disk_of(queue);

	sim_after(queue->sim, 100 + rng_below(&disk->rng, disk->max_delay_ns),
		  disk_irq, rq);
}

static inline void disk_report(struct blk_queue *queue, uint64_t sector,
			       struct blk_zone *ret)
{
	struct zoned_disk *disk = disk_of(queue);
	uint64_t zone = sector / DISK_BLOCK_SECTORS / DISK_ZONE_BLOCKS;

	*ret = (struct blk_zone){
		.start_sector = zone * DISK_ZONE_BLOCKS * DISK_BLOCK_SECTORS,
		.capacity_sectors = DISK_CAPACITY * DISK_BLOCK_SECTORS,
		.wp_sectors = disk->wp[zone] * DISK_BLOCK_SECTORS,
		.cond = zone < disk->nr_conventional ? ZONE_NOT_WP
						     : ZONE_IMP_OPEN,
	};
}

static inline int disk_set_zone(struct blk_queue *queue, uint64_t sector,
				uint64_t wp_sectors)
{
	struct zoned_disk *disk = disk_of(queue);
	uint64_t zone = sector / DISK_BLOCK_SECTORS / DISK_ZONE_BLOCKS;

	disk->wp[zone] = wp_sectors / DISK_BLOCK_SECTORS;
	return 0;
}

static const struct blk_driver_ops zoned_disk_driver = {
	.queue_rq = disk_queue_rq,
	.report_zone = disk_report,
	.set_zone = disk_set_zone,
};

/* Limits that split: 5 pages an append, 9 a request. */
static inline void zoned_disk_init(struct zoned_disk *disk,
				   struct queue_limits *limits, uint64_t seed)
{
	memset(disk, 0, sizeof(*disk));
	rng_init(&disk->rng, seed, "disk");
	disk->max_delay_ns = 20000;
	limits->max_sectors = 9 * DISK_BLOCK_SECTORS;
	limits->logical_block_bytes = 4096;
	limits->physical_block_bytes = 4096;
	limits->zone_sectors = DISK_ZONE_BLOCKS * DISK_BLOCK_SECTORS;
	limits->chunk_sectors = limits->zone_sectors;
	limits->zone_capacity_sectors = DISK_CAPACITY * DISK_BLOCK_SECTORS;
	limits->max_zone_append_sectors = 5 * DISK_BLOCK_SECTORS;
}

#endif
