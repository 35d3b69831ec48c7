/*
 * Moving of live blocks: read into the ring of the copy buffer, written in
 * order to the zone of collection, mapped there if the file has not changed
 * meanwhile.
 * Models: xfs_zone_gc_start_chunk(), xfs_zone_gc_write_chunk(),
 * xfs_zone_gc_split_write(), xfs_zone_gc_finish_chunk(), 6.16 to 7.3.
 */
#include "models/fs/xfs_zoned/internal.h"
#include "sim/base/assert.h"
#include "sim/base/units.h"

static void add(struct gc_list *list, struct gc_chunk *chunk)
{
	chunk->next = NULL;
	*list->tail = chunk;
	list->tail = &chunk->next;
}

static struct gc_chunk *take_ready(struct gc_list *list)
{
	struct gc_chunk *chunk = list->head;

	if (!chunk || chunk->state != GC_DONE)
		return NULL;
	list->head = chunk->next;
	if (!list->head)
		list->tail = &list->head;
	return chunk;
}

static void bio_ends(struct bio *bio)
{
	struct gc_chunk *chunk = bio->private;

	chunk->state = GC_DONE;
	xfsz_gc_kick(chunk->fs);
}

static uint64_t half_bytes(const struct xfsz_gc *gc)
{
	return (uint64_t)PAGE_BYTES << gc->scratch[0].order;
}

/* Room in the ring from its head on, without wrapping into the other half. */
static uint64_t scratch_room(const struct xfsz_gc *gc)
{
	uint64_t half = half_bytes(gc);

	return min_u64(2 * half - gc->scratch_used,
		       half - gc->scratch_next % half);
}

/* The zone collection writes to, opened when the last one is written. */
static struct rtg *target_zone(struct xfs_zoned *fs)
{
	struct rtg_set *rtgs = &fs->rtgs;

	if (rtgs->gc_zone && rtgs->gc_zone->allocated == rtgs->capacity)
		return NULL;
	if (!rtgs->gc_zone) {
		rtgs->gc_zone = rtg_take_free(rtgs);
		if (!rtgs->gc_zone)
			return NULL;
		rtgs->gc_zone->state = RTG_GC;
	}
	xfsz_zone_memory(fs, rtgs->gc_zone);
	return rtgs->gc_zone;
}

static void start_bio(struct gc_chunk *chunk, enum bio_op op, uint64_t sector)
{
	struct xfs_zoned *fs = chunk->fs;
	struct xfsz_gc *gc = &fs->gc;
	uint64_t half = half_bytes(gc);
	bool added;

	bio_init(&chunk->bio, fs->queue, op, op == BIO_READ ? BIO_META : 0,
		 sector);
	added = bio_add_folio(
		&chunk->bio, &gc->scratch[chunk->scratch_offset / half],
		(uint32_t)(chunk->scratch_offset % half),
		(uint32_t)(chunk->blocks << fs->block_shift), 1, UINT32_MAX);
	SIM_ASSERT(added);
	chunk->bio.private = chunk;
	chunk->bio.end_io = bio_ends;
	chunk->state = GC_BUSY;
}

bool xfsz_gc_start_chunk(struct xfs_zoned *fs)
{
	struct xfsz_gc *gc = &fs->gc;
	uint64_t room = scratch_room(gc) >> fs->block_shift;
	struct gc_record *record =
		room && !fs->is_shutdown ? xfsz_gc_next(fs) : NULL;
	struct rtg *target = record ? target_zone(fs) : NULL;
	struct gc_chunk *chunk;

	if (!target)
		return false;
	chunk = pool_get_zeroed(&gc->chunks);
	chunk->fs = fs;
	chunk->ino = record->ino;
	chunk->file_block = record->file_block;
	chunk->source = gc->victim;
	chunk->source_block = record->block;
	chunk->target = target;
	chunk->target_block = target->allocated;
	chunk->blocks = rtg_alloc(&fs->rtgs, target, min_u64(record->nr, room));
	chunk->scratch_offset = gc->scratch_next;
	chunk->source->gc_refs++;
	xfsz_add_available(fs, -(int64_t)chunk->blocks);
	uint64_t bytes = chunk->blocks << fs->block_shift;

	gc->scratch_next = (gc->scratch_next + bytes) % (2 * half_bytes(gc));
	gc->scratch_used += bytes;
	record->file_block += (uint32_t)chunk->blocks;
	record->block += (uint32_t)chunk->blocks;
	record->nr -= (uint32_t)chunk->blocks;
	if (!record->nr)
		gc->record++;
	gc->nr_chunks++;
	add(&gc->reading, chunk);
	start_bio(chunk, BIO_READ,
		  rtg_sector(fs, chunk->source, chunk->source_block));
	submit_bio(&chunk->bio);
	return true;
}

/* Cut what a zone append can take off the front of @chunk. */
static struct gc_chunk *split(struct xfs_zoned *fs, struct gc_chunk *chunk)
{
	const struct queue_limits *limits = &fs->queue->limits;
	struct gc_chunk *front;
	uint32_t nr_segments;
	uint64_t bytes = bio_split_point_at(
		&chunk->bio, limits,
		sectors_to_bytes(limits->max_zone_append_sectors),
		&nr_segments);

	bytes = round_down_to(bytes, 1ull << fs->block_shift);
	if (!bytes || bytes == chunk->bio.bytes)
		return NULL;
	front = pool_get(&fs->gc.chunks);
	*front = *chunk;
	bio_split_front(&chunk->bio, (uint32_t)bytes, &front->bio);
	front->bio.private = front;
	front->bio.end_io = bio_ends;
	front->blocks = bytes >> fs->block_shift;
	front->source->gc_refs++;
	fs->gc.nr_chunks++;
	chunk->file_block += front->blocks;
	chunk->source_block += front->blocks;
	chunk->target_block += front->blocks;
	chunk->blocks -= front->blocks;
	return front;
}

static void free_chunk(struct gc_chunk *chunk)
{
	struct xfs_zoned *fs = chunk->fs;

	fs->gc.scratch_used -= chunk->blocks << fs->block_shift;
	fs->gc.nr_chunks--;
	xfsz_gc_put_zone(fs, chunk->source);
	bio_done(&chunk->bio);
	pool_put(&fs->gc.chunks, chunk);
}

bool xfsz_gc_write_ready(struct xfs_zoned *fs)
{
	struct gc_chunk *chunk = take_ready(&fs->gc.reading);
	struct gc_chunk *front;

	if (!chunk)
		return false;
	if (chunk->bio.status)
		xfsz_shutdown(fs);
	if (fs->is_shutdown) {
		free_chunk(chunk);
		return true;
	}
	bool append = rtg_is_seq(chunk->target) &&
		      fs->config->data_op == ZONE_DATA_APPEND;

	bio_done(&chunk->bio);
	start_bio(chunk, append ? BIO_ZONE_APPEND : BIO_WRITE,
		  rtg_sector(fs, chunk->target,
			     append ? 0 : chunk->target_block));
	fs->stats.gc_blocks += chunk->blocks;
	while (append && (front = split(fs, chunk))) {
		add(&fs->gc.writing, front);
		submit_bio(&front->bio);
	}
	add(&fs->gc.writing, chunk);
	submit_bio(&chunk->bio);
	return true;
}

/* How far from @at on the file still has what was read; or has not. */
static uint64_t unchanged_run(const struct gc_chunk *chunk, uint64_t at,
			      bool *ret_same)
{
	uint64_t nr = 0;

	for (uint64_t i = at; i < chunk->blocks; i++, nr++) {
		const struct rtg_owner *owner =
			&chunk->source->owners[chunk->source_block + i];
		bool same = owner->ino == chunk->ino &&
			    owner->file_block == chunk->file_block + i;

		if (nr && same != *ret_same)
			break;
		*ret_same = same;
	}
	return nr;
}

static void map_moved(struct gc_chunk *chunk, uint64_t block)
{
	struct xfs_zoned *fs = chunk->fs;
	struct xfsz_inode *ip = fs->inodes[chunk->ino - 1];
	const struct xfs_zoned_costs *costs = fs->costs;

	for (uint64_t at = 0; at < chunk->blocks;) {
		bool same = false;
		uint64_t nr = unchanged_run(chunk, at, &same);

		if (same) {
			/* give back and take: the space in use is the same */
			fs->space.free -= (int64_t)nr;
			unsigned int pieces =
				xfsz_map_blocks(ip, chunk->file_block + at,
						chunk->target, block + at, nr);

			fs->stats.remaps += pieces;
			sim_charge_ps(fs->sim, fs->gc.account,
				      pieces * costs->remap_extent);
		} else {
			fs->stats.gc_wasted_blocks += nr;
		}
		at += nr;
	}
}

bool xfsz_gc_finish_ready(struct xfs_zoned *fs)
{
	struct gc_chunk *chunk = take_ready(&fs->gc.writing);
	uint64_t block;

	if (!chunk)
		return false;
	if (chunk->bio.status)
		xfsz_shutdown(fs);
	if (fs->is_shutdown) {
		free_chunk(chunk);
		return true;
	}
	block = chunk->target_block;
	if (chunk->bio.op == BIO_ZONE_APPEND)
		block = ((chunk->bio.sector - fs->first_sector) %
			 fs->zone_sectors) >>
			(fs->block_shift - SECTOR_SHIFT);
	map_moved(chunk, block);
	xfsz_written(fs, chunk->target, chunk->blocks);
	free_chunk(chunk);
	sim_settle(fs->sim);
	return true;
}
