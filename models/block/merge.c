/*
 * Bios into requests, requests into requests.
 * Models: blk_attempt_bio_merge(), bio_attempt_back_merge(),
 * bio_attempt_front_merge(), attempt_merge(), block/blk-merge.c, 6.12 to 7.3.
 * Omits: cgroups, write hints, ioprio, integrity, mixed flags.
 */
#include "models/block/internal.h"
#include "models/mm/mm.h"
#include "sim/base/assert.h"

/* Log and metadata are in no folio: only the place in the page counts. */
static uint64_t frame_address(const struct bio_seg *seg)
{
	return seg->folio ? seg->folio->frame << PAGE_SHIFT : 0;
}

static uint64_t end_address(const struct bio *bio)
{
	const struct bio_seg *seg = &bio->segs[bio->nr_segs - 1];

	return frame_address(seg) + seg->offset_bytes + seg->bytes;
}

static uint64_t begin_address(const struct bio *bio)
{
	const struct bio_seg *seg = &bio->segs[bio->iter.seg];

	return frame_address(seg) + seg->offset_bytes +
	       bio->iter.seg_done_bytes;
}

/*
 * A joint inside a page, where the device wants whole pages, unless both
 * sides are one piece of memory.  What begins inside a page is never joined.
 */
static bool has_gap(const struct blk_queue *queue, const struct bio *first,
		    const struct bio *before, const struct bio *after)
{
	uint32_t mask = queue->limits.virt_boundary_mask;

	if (!mask || !before->nr_segs || !after->nr_segs)
		return false;
	if (begin_address(first) & mask)
		return true;
	if (end_address(before) == begin_address(after))
		return false;
	return (end_address(before) | begin_address(after)) & mask;
}

static bool is_mergeable(const struct request *rq, const struct bio *bio)
{
	if (rq->nomerge || bio->flags & BIO_NOMERGE)
		return false;
	if (rq->op != bio->op || bio->op != BIO_WRITE)
		return false;
	if ((rq->bio_head->flags | bio->flags) & BIO_FUA)
		return false;
	return !((rq->bio_head->flags ^ bio->flags) & BIO_META);
}

static uint64_t end_sector(const struct request *rq)
{
	return rq->sector + bytes_to_sectors(rq->bytes);
}

/* May a request at @sector have so much? */
static bool fits(const struct blk_queue *queue, uint64_t sector, uint64_t bytes,
		 uint32_t segments)
{
	const struct queue_limits *limits = &queue->limits;
	uint64_t max = min_u64(limits->max_sectors, limits->max_hw_sectors);

	if (limits->chunk_sectors)
		max = min_u64(max, limits->chunk_sectors -
					   sector % limits->chunk_sectors);
	return bytes_to_sectors(bytes) <= max &&
	       segments <= limits->max_segments;
}

static void count_merge(struct blk_queue *queue, const struct bio *bio)
{
	queue->stats.merges++;
	stream_emit(queue->stream_merges, bio->sector, bio->bytes,
		    bio_class(bio), 0);
}

static bool try_back(struct request *rq, struct bio *bio, uint32_t segments)
{
	struct blk_queue *queue = rq->queue;

	if (has_gap(queue, rq->bio_head, rq->bio_tail, bio))
		return false;
	if (!fits(queue, rq->sector, (uint64_t)rq->bytes + bio->bytes,
		  rq->nr_segments + segments)) {
		rq->nomerge = true;
		return false;
	}
	rq->bio_tail->next = bio;
	rq->bio_tail = bio;
	bio->next = NULL;
	rq->bytes += bio->bytes;
	rq->nr_segments += segments;
	count_merge(queue, bio);
	return true;
}

static bool try_front(struct request *rq, struct bio *bio, uint32_t segments)
{
	struct blk_queue *queue = rq->queue;

	if (rq->zone_write) /* out of order: let it fail */
		return false;
	if (has_gap(queue, bio, bio, rq->bio_head))
		return false;
	if (!fits(queue, bio->sector, (uint64_t)rq->bytes + bio->bytes,
		  rq->nr_segments + segments)) {
		rq->nomerge = true;
		return false;
	}
	bio->next = rq->bio_head;
	rq->bio_head = bio;
	rq->sector = bio->sector;
	rq->bytes += bio->bytes;
	rq->nr_segments += segments;
	queue->stats.front_merges++;
	count_merge(queue, bio);
	return true;
}

bool blk_try_merge(struct request *rq, struct bio *bio, uint32_t segments)
{
	if (!is_mergeable(rq, bio))
		return false;
	if (end_sector(rq) == bio->sector)
		return try_back(rq, bio, segments);
	if (bio_end_sector(bio) == rq->sector)
		return try_front(rq, bio, segments);
	return false;
}

bool blk_try_merge_requests(struct request *rq, struct request *next)
{
	struct blk_queue *queue = rq->queue;

	SIM_ASSERT(rq != next);
	if (rq->nomerge || !is_mergeable(next, rq->bio_tail))
		return false;
	if (end_sector(rq) != next->sector ||
	    has_gap(queue, rq->bio_head, rq->bio_tail, next->bio_head))
		return false;
	if (!fits(queue, rq->sector, (uint64_t)rq->bytes + next->bytes,
		  rq->nr_segments + next->nr_segments))
		return false;
	rq->bio_tail->next = next->bio_head;
	rq->bio_tail = next->bio_tail;
	rq->bytes += next->bytes;
	rq->nr_segments += next->nr_segments;
	next->bio_head = NULL;
	next->bio_tail = NULL;
	queue->stats.request_merges++;
	return true;
}
