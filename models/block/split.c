/*
 * Where a bio must be cut.
 * Models: bio_split_io_at() and bvec_split_segs(), block/blk-merge.c, 6.12
 * to 7.3.  Omits: the 4 GiB segment boundary (never met: frames of one
 * bvec are those of few folios).
 */
#include "models/block/queue.h"
#include "models/mm/mm.h"
#include "sim/base/assert.h"

uint64_t blk_max_io_sectors(const struct queue_limits *limits, uint64_t sector)
{
	uint64_t pbs = limits->physical_block_bytes >> SECTOR_SHIFT;
	uint64_t lbs = limits->logical_block_bytes >> SECTOR_SHIFT;
	uint64_t max = limits->max_sectors;

	if (limits->chunk_sectors)
		max = min_u64(max, limits->chunk_sectors -
					   sector % limits->chunk_sectors);
	uint64_t start = sector & (pbs - 1);
	uint64_t end = (start + max) & ~(pbs - 1);

	if (end > start)
		return end - start;
	return max & ~(lbs - 1);
}

struct walk {
	const struct queue_limits *limits;
	uint64_t max_bytes;
	uint64_t bytes;
	uint32_t segments;
	bool first;
	uint32_t last_end; /* of the bvec before, in its page */
};

/* One bvec; true when the walk stops in or before it. */
static bool walk_bvec(struct walk *walk, uint32_t page_offset, uint64_t len)
{
	const struct queue_limits *limits = walk->limits;
	uint32_t mask = limits->virt_boundary_mask;
	uint64_t page = PAGE_BYTES;

	if (!walk->first && mask && ((page_offset | walk->last_end) & mask))
		return true;
	walk->first = false;
	walk->last_end = (uint32_t)((page_offset + len) & (page - 1));
	if (walk->segments < limits->max_segments &&
	    walk->bytes + len <= walk->max_bytes &&
	    page_offset + len <= min_u64(page, limits->max_segment_bytes)) {
		walk->segments++;
		walk->bytes += len;
		return false;
	}
	uint64_t room = walk->max_bytes - walk->bytes;
	uint64_t rest = min_u64(len, room);
	uint64_t total = 0;

	while (rest && walk->segments < limits->max_segments) {
		uint64_t segment = min_u64(rest, limits->max_segment_bytes);

		walk->segments++;
		total += segment;
		rest -= segment;
		if ((page_offset + total) & mask)
			break;
	}
	walk->bytes += total;
	return rest > 0 || len > room;
}

/* Bytes of the bvec that begins at piece *@i; *@i becomes the next one's. */
static uint64_t bvec_bytes(const struct bio *bio, uint32_t *i, uint64_t done,
			   uint64_t enough)
{
	uint64_t len = bio->segs[*i].bytes - done;

	for ((*i)++; *i < bio->nr_segs && bio->segs[*i].joins && len < enough;
	     (*i)++)
		len += bio->segs[*i].bytes;
	return min_u64(len, enough);
}

/* What a cut must be a multiple of. */
static uint64_t granularity(const struct bio *bio,
			    const struct queue_limits *limits)
{
	if (bio->op == BIO_READ)
		return limits->logical_block_bytes;
	return max_u64(limits->logical_block_bytes,
		       limits->write_granularity_bytes);
}

uint32_t bio_split_point(const struct bio *bio,
			 const struct queue_limits *limits,
			 uint32_t *ret_segments)
{
	uint64_t max = blk_max_io_sectors(limits, bio->sector);

	return bio_split_point_at(bio, limits, sectors_to_bytes(max),
				  ret_segments);
}

uint32_t bio_split_point_at(const struct bio *bio,
			    const struct queue_limits *limits,
			    uint64_t max_bytes, uint32_t *ret_segments)
{
	struct walk walk = {
		.limits = limits,
		.max_bytes = max_bytes,
		.first = true,
	};
	uint64_t left = bio->nr_segs ? bio->bytes : 0; /* else: not cut */
	uint64_t done = bio->iter.seg_done_bytes;
	uint32_t i = bio->iter.seg;

	while (left) {
		const struct bio_seg *seg = &bio->segs[i];
		uint32_t offset = (uint32_t)((seg->offset_bytes + done) &
					     (PAGE_BYTES - 1));
		/* one byte too many is enough to see that it does not fit */
		uint64_t enough =
			min_u64(left, walk.max_bytes - walk.bytes + 1);
		uint64_t len = bvec_bytes(bio, &i, done, enough);

		if (walk_bvec(&walk, offset, len)) {
			*ret_segments = walk.segments;
			walk.bytes &= ~(granularity(bio, limits) - 1);
			SIM_ASSERT(walk.bytes > 0);
			SIM_ASSERT(walk.bytes < bio->bytes);
			return (uint32_t)walk.bytes;
		}
		left -= len;
		done = 0;
	}
	*ret_segments = walk.segments;
	return bio->bytes;
}
