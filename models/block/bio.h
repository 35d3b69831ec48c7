/*
 * A bio: one contiguous device range and the folio pieces it carries.
 *
 * Source: include/linux/blk_types.h, block/bio.c, 6.12 to 7.3.
 * Omits: cgroup association, integrity, crypto, inline data.
 */
#ifndef MODELS_BLOCK_BIO_H
#define MODELS_BLOCK_BIO_H

#include <stdbool.h>
#include <stdint.h>

#include "models/mm/way.h"

struct blk_queue;
struct folio;
struct request;

enum bio_op {
	BIO_WRITE,
	BIO_ZONE_APPEND,
	BIO_FLUSH,
	BIO_READ,
	/* zone management: no data, sector is the start of the zone */
	BIO_ZONE_OPEN,
	BIO_ZONE_CLOSE,
	BIO_ZONE_FINISH,
	BIO_ZONE_RESET,
};

#define BIO_NOMERGE    (1u << 0) /* front part of a split */
#define BIO_META       (1u << 1) /* log and metadata, not file data */
#define BIO_SYNC       (1u << 2)
#define BIO_BACKGROUND (1u << 3)
#define BIO_FUA        (1u << 4)
#define BIO_IDLE       (1u << 5) /* direct write: not throttled (wbt) */
#define BIO_ZONE_WRITE (1u << 6) /* went through a zone write plug */
#define BIO_EMULATED   (1u << 7) /* a zone append made a write */
#define BIO_FAULT      (1u << 8) /* a configured fault: the device fails it */

/**
 * enum bio_at - dates in the life of a bio that carries folios: each is the end
 * of a stage of their way (models/mm/way.h), in this order
 * The first two are a bio's own; up to BIO_AT_INTERRUPT they are those of its
 * request, which may be older than a bio that was merged into it; the
 * last one belongs to whoever submitted it.
 */
enum bio_at {
	BIO_AT_SUBMIT,
	BIO_AT_ZONE_PLUG, /* left the list of its zone */
	BIO_AT_PREPARED,  /* before the first wait for a request, or the plug */
	BIO_AT_WBT,
	BIO_AT_TAG,
	BIO_AT_PLUG,
	BIO_AT_SCHED,
	BIO_AT_ISSUE,
	BIO_AT_DRIVER,   /* given to the hardware */
	BIO_AT_START,    /* the device starts on it */
	BIO_AT_TRANSFER, /* its data has entered the device */
	BIO_AT_UNIT,     /* a unit takes it */
	BIO_AT_SERVICE,
	BIO_AT_INTERRUPT,
	BIO_AT_WORK, /* a work item begins with it */
	NR_BIO_AT,
};

/** blk_way_stages - what ends at each date but the first, and what follows */
#define NR_BLK_WAY_STAGES NR_BIO_AT
extern const struct mm_way_stage blk_way_stages[NR_BLK_WAY_STAGES];

#define BIO_INLINE_SEGS 2

/**
 * struct bio_seg - a piece of one folio
 * @offset_bytes: in the folio
 * @bytes: length
 * @joins: physically follows the piece before it: same bvec
 */
struct bio_seg {
	struct folio *folio;
	uint32_t offset_bytes : 31;
	uint32_t joins : 1;
	uint32_t bytes;
};

/** struct bio_iter - where a bio begins in the segments of its origin */
struct bio_iter {
	uint32_t seg;
	uint32_t seg_done_bytes;
};

/**
 * struct bio - see above
 * @queue: device queue it goes to
 * @sector: first sector.  Zone append: the start of the zone at submission,
 *   at end_io the sector where the data landed (without error only)
 * @bytes: rest to be done (a split shortens it from the front)
 * @op, @flags, @status: status is 0 or -errno
 * @remaining: completions until it ends (1 + splits)
 * @parent: of a split's front part
 * @next: link of the list it is on (request, plug)
 * @end_io: called once when all parts are done; any context; takes over the bio
 * @private: the owner's
 * @submit_ns: date of submission
 * @zone_ns: when it left the list of its zone; 0: was not on it
 * @segs: pieces, of this bio or, for a front part, of its parent
 * @nr_vecs: bvecs (joined pieces count once)
 * @at_ns: enum bio_at, from end_io on; of the part that ended last
 */
struct bio {
	struct blk_queue *queue;
	uint64_t sector;
	uint32_t bytes;
	uint8_t op;
	uint16_t flags;
	int16_t status;
	uint32_t remaining;
	uint32_t nr_vecs;
	struct bio *parent;
	struct bio *next;
	void (*end_io)(struct bio *bio);
	void *private;
	uint64_t submit_ns;
	uint64_t zone_ns;
	struct bio_iter iter;
	struct bio_seg *segs;
	uint32_t nr_segs;
	uint32_t cap_segs;
	struct bio_seg inline_segs[BIO_INLINE_SEGS];
	uint64_t at_ns[NR_BIO_AT];
};

/** bio_op_has_data - false for flushes and zone management */
static inline bool bio_op_has_data(unsigned int op)
{
	return op == BIO_WRITE || op == BIO_ZONE_APPEND || op == BIO_READ;
}

static inline uint64_t bio_end_sector(const struct bio *bio)
{
	return bio->sector + (bio->bytes >> 9);
}

/**
 * bio_init - an empty bio (embedded in an ioend or from bio_alloc)
 */
void bio_init(struct bio *bio, struct blk_queue *queue, enum bio_op op,
	      unsigned int flags, uint64_t sector);

/** bio_done - free what bio_init() and bio_add_folio() took, not the bio */
void bio_done(struct bio *bio);

/**
 * bio_add_folio - append a piece of a folio
 * @max_vecs, @max_bytes: limits; a piece that physically follows the last
 *   one needs no vec of its own
 * Return: false when it does not fit; nothing is changed then.
 */
bool bio_add_folio(struct bio *bio, struct folio *folio, uint32_t offset_bytes,
		   uint32_t bytes, uint32_t max_vecs, uint64_t max_bytes);

/** bio_endio - one part of @bio is done; ends it with the last.  Any context. */
void bio_endio(struct bio *bio, int status);

/** bio_end_with - the same for a part that went to the device in @rq */
void bio_end_with(struct bio *bio, int status, const struct request *rq);

#endif
