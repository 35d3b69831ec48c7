/*
 * Cutting an ioend in two.
 * Models: iomap_split_ioend(), fs/iomap/ioend.c, 6.15 to 7.3.
 */
#include "models/ioend/ioend.h"
#include "sim/base/assert.h"

/* Bytes of the front part; 0: nothing to cut. */
static uint64_t front_bytes(const struct ioend *ioend, uint64_t max_bytes,
			    bool is_append)
{
	const struct queue_limits *limits = &ioend->core->queue->limits;
	const struct bio *bio = &ioend->bio;
	uint32_t nr_segments;
	uint64_t bytes;

	if (is_append) {
		max_bytes = min_u64(
			max_bytes,
			sectors_to_bytes(limits->max_zone_append_sectors));
		bytes = bio_split_point_at(bio, limits, max_bytes,
					   &nr_segments);
	} else {
		bytes = min_u64(bio->bytes, max_bytes);
	}
	return bytes == bio->bytes ? 0 : bytes;
}

struct ioend *ioend_split(struct ioend *ioend, uint64_t max_bytes,
			  bool is_append)
{
	struct ioend_core *core = ioend->core;
	uint64_t bytes = front_bytes(ioend, max_bytes, is_append);
	struct ioend *front;

	bytes = round_down_to(bytes, 1ull << ioend->inode->block_shift);
	if (!bytes)
		return NULL;
	front = pool_get(&core->ioends);
	bio_split_front(&ioend->bio, (uint32_t)bytes, &front->bio);
	front->bio.private = front;
	front->bio.end_io = ioend->bio.end_io;
	front->core = core;
	front->inode = ioend->inode;
	front->flags = ioend->flags;
	front->error = 0;
	front->has_uncached = ioend->has_uncached;
	front->offset_bytes = ioend->offset_bytes;
	front->size_bytes = bytes;
	front->sector = ioend->sector;
	front->next = NULL;
	front->merged = NULL;
	front->parent = ioend;
	front->remaining = 1;
	front->parts_error = 0;
	SIM_ASSERT(ioend->size_bytes > bytes);
	ioend->remaining++;
	ioend->offset_bytes += bytes;
	ioend->size_bytes -= bytes;
	if (!is_append)
		ioend->sector += bytes_to_sectors(bytes);
	core->stats.ioends++;
	core->stats.parts++;
	return front;
}
