/*
 * Pool of equally sized objects addressed by 32-bit handles: half the size of
 * pointers where millions of references are kept.  Handles start at 1; 0 is
 * none.  Objects never move: the pool is one range of addresses, of which
 * memory is taken as it grows, in huge pages once it is large.
 */
#ifndef SIM_BASE_HPOOL_H
#define SIM_BASE_HPOOL_H

#include <stddef.h>
#include <stdint.h>

struct hpool {
	const char *name;
	size_t object_bytes;
	char *base;
	size_t mapped_bytes; /* of the range, readable and writable */
	size_t range_bytes;
	uint32_t next_fresh; /* first handle never given out */
	uint32_t free_head;  /* handle list through the first 4 bytes */
	uint32_t nr_used;
};

/** hpool_init - @object_bytes at least 4, a multiple of 8 for alignment */
void hpool_init(struct hpool *pool, const char *name, size_t object_bytes);
void hpool_done(struct hpool *pool);

/** hpool_grow - more memory; called by hpool_get() */
void hpool_grow(struct hpool *pool);

/** hpool_at - the object of @handle (not 0) */
static inline void *hpool_at(const struct hpool *pool, uint32_t handle)
{
	return pool->base + (size_t)handle * pool->object_bytes;
}

/** hpool_get - handle of one object, contents undefined; never 0 */
uint32_t hpool_get(struct hpool *pool);
void hpool_put(struct hpool *pool, uint32_t handle);

#endif
