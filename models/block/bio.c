#include "models/block/bio.h"

#include <string.h>

#include "models/block/queue.h"
#include "models/mm/mm.h"
#include "sim/base/assert.h"

const struct mm_way_stage blk_way_stages[NR_BLK_WAY_STAGES] = {
	{ "zone plug", "held until the write before it in its zone is done" },
	{ "submit", "on the CPU, until it waits for a request or in a plug" },
	{ "wbt", "held back by writeback throttling" },
	{ "tag", "until a request was free" },
	{ "plug", "held in the submitter's plug" },
	{ "scheduler",
	  "in the I/O scheduler, the software or the dispatch queue" },
	{ "issue", "on the CPU, until the driver has it" },
	{ "driver", "the driver's own time before the hardware has it" },
	{ "device queue", "in the device before anything is done for it" },
	{ "device transfer", "its data enters the device" },
	{ "device unit", "until a unit of the device is free" },
	{ "device service", "the device works on it" },
	{ "interrupt", "done, until the interrupt handler ends it" },
	{ "work queue", "until a completion worker begins with it" },
	{ "transaction", "conversion of extents, size, accounting" },
};

/* arrays of 32, 512, 8192 ... pieces; seg_pools[i] */
static uint32_t class_segs(unsigned int i)
{
	return 32u << (4 * i);
}

void bio_init(struct bio *bio, struct blk_queue *queue, enum bio_op op,
	      unsigned int flags, uint64_t sector)
{
	memset(bio, 0, offsetof(struct bio, inline_segs));
	bio->queue = queue;
	bio->op = (uint8_t)op;
	bio->flags = (uint16_t)flags;
	bio->sector = sector;
	bio->remaining = 1;
	bio->segs = bio->inline_segs;
	bio->cap_segs = BIO_INLINE_SEGS;
}

static void free_segs(struct bio *bio)
{
	if (bio->segs == bio->inline_segs)
		return;
	for (unsigned int i = 0; i < 5; i++)
		if (class_segs(i) == bio->cap_segs)
			pool_put(&bio->queue->seg_pools[i], bio->segs);
}

void bio_done(struct bio *bio)
{
	if (!bio->parent)
		free_segs(bio);
	bio->segs = NULL;
}

static void grow_segs(struct bio *bio)
{
	unsigned int i = 0;

	while (i < 5 && class_segs(i) <= bio->cap_segs)
		i++;
	SIM_ASSERT(i < 5);
	struct bio_seg *segs = pool_get(&bio->queue->seg_pools[i]);

	memcpy(segs, bio->segs, bio->nr_segs * sizeof(*segs));
	free_segs(bio);
	bio->segs = segs;
	bio->cap_segs = class_segs(i);
}

static uint64_t seg_address(const struct bio_seg *seg)
{
	return (seg->folio->frame << PAGE_SHIFT) + seg->offset_bytes;
}

bool bio_add_folio(struct bio *bio, struct folio *folio, uint32_t offset_bytes,
		   uint32_t bytes, uint32_t max_vecs, uint64_t max_bytes)
{
	struct bio_seg piece = { .folio = folio,
				 .offset_bytes = offset_bytes & 0x7fffffff,
				 .bytes = bytes };
	struct bio_seg *last =
		bio->nr_segs ? &bio->segs[bio->nr_segs - 1] : NULL;

	SIM_ASSERT(bytes > 0);
	if (bio->bytes + (uint64_t)bytes > max_bytes)
		return false;
	bool joins = last && last->folio &&
		     seg_address(last) + last->bytes == seg_address(&piece);

	if (!joins && bio->nr_vecs >= max_vecs)
		return false;
	bio->bytes += bytes;
	if (joins && last->folio == folio) {
		last->bytes += bytes;
		return true;
	}
	if (bio->nr_segs == bio->cap_segs)
		grow_segs(bio);
	piece.joins = joins;
	bio->segs[bio->nr_segs++] = piece;
	if (!joins)
		bio->nr_vecs++;
	return true;
}

static void advance(struct bio *bio, uint32_t bytes)
{
	struct bio_iter *iter = &bio->iter;

	if (bio->op != BIO_ZONE_APPEND)
		bio->sector += bytes_to_sectors(bytes);
	bio->bytes -= bytes;
	while (bytes) {
		uint32_t left =
			bio->segs[iter->seg].bytes - iter->seg_done_bytes;

		if (bytes < left) {
			iter->seg_done_bytes += bytes;
			return;
		}
		bytes -= left;
		iter->seg++;
		iter->seg_done_bytes = 0;
	}
}

void bio_split_front(struct bio *bio, uint32_t bytes, struct bio *ret_front)
{
	SIM_ASSERT(bytes > 0);
	SIM_ASSERT(bytes < bio->bytes);
	bio_init(ret_front, bio->queue, bio->op, bio->flags, bio->sector);
	ret_front->bytes = bytes;
	ret_front->submit_ns = bio->submit_ns;
	ret_front->segs = bio->segs;
	ret_front->nr_segs = bio->nr_segs;
	ret_front->cap_segs = 0;
	ret_front->iter = bio->iter;
	advance(bio, bytes);
}

static void set_dates(struct bio *bio, const struct request *rq,
		      uint64_t zone_ns)
{
	if (rq)
		memcpy(bio->at_ns, rq->at_ns, sizeof(bio->at_ns));
	else
		memset(bio->at_ns, 0, sizeof(bio->at_ns));
	bio->at_ns[BIO_AT_SUBMIT] = bio->submit_ns;
	bio->at_ns[BIO_AT_ZONE_PLUG] = zone_ns;
}

void bio_endio(struct bio *bio, int status)
{
	bio_end_with(bio, status, NULL);
}

void bio_end_with(struct bio *bio, int status, const struct request *rq)
{
	struct blk_queue *queue = bio->queue;
	uint64_t zone_ns = bio->zone_ns;

	for (;;) {
		struct bio *parent = bio->parent;

		if (status && !bio->status)
			bio->status = (int16_t)status;
		SIM_ASSERT(bio->remaining > 0);
		if (--bio->remaining)
			return;
		sim_charge_ps(queue->sim, queue->account,
			      queue->costs->end_bio);
		if (!parent)
			break;
		status = bio->status;
		sim_charge_ps(queue->sim, queue->account,
			      queue->costs->free_clone);
		pool_put(&queue->clones, bio);
		bio = parent;
	}
	queue->stats.ended_bios++;
	hist_add(queue->bio_ns, sim_now_ns(queue->sim) - bio->submit_ns);
	set_dates(bio, rq, zone_ns);
	bio->end_io(bio);
}
