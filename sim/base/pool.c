/*
 * Chunked pool with a free list threaded through the objects themselves.
 */
#include "sim/base/pool.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"

#define POOL_CHUNK_BYTES 65536
#define POOL_ALIGN_BYTES 16

void pool_init(struct pool *pool, const char *name, size_t object_bytes)
{
	SIM_ASSERT(object_bytes >= sizeof(void *));
	memset(pool, 0, sizeof(*pool));
	pool->name = name;
	pool->object_bytes = (object_bytes + POOL_ALIGN_BYTES - 1) /
			     POOL_ALIGN_BYTES * POOL_ALIGN_BYTES;
	pool->objects_per_chunk = POOL_CHUNK_BYTES / pool->object_bytes;
	if (pool->objects_per_chunk < 8)
		pool->objects_per_chunk = 8;
}

void pool_done(struct pool *pool)
{
	for (size_t i = 0; i < pool->nr_chunks; i++)
		free(pool->chunks[i]);
	free(pool->chunks);
	memset(pool, 0, sizeof(*pool));
}

static void pool_free_list_push(struct pool *pool, void *object)
{
	memcpy(object, &pool->free_list, sizeof(void *));
	pool->free_list = object;
}

static void pool_grow(struct pool *pool)
{
	char *chunk;

	SIM_ASSERT(pool->object_bytes);
	if (pool->nr_chunks == pool->cap_chunks) {
		size_t cap = pool->cap_chunks ? 2 * pool->cap_chunks : 16;
		void **chunks = reallocarray(pool->chunks, cap, sizeof(void *));

		SIM_ASSERT(chunks && "out of memory");
		pool->chunks = chunks;
		pool->cap_chunks = cap;
	}
	chunk = calloc(pool->objects_per_chunk, pool->object_bytes);
	SIM_ASSERT(chunk && "out of memory");
	pool->chunks[pool->nr_chunks++] = chunk;
	/* Backwards, so that objects come out in ascending order. */
	for (size_t i = pool->objects_per_chunk; i-- > 0;)
		pool_free_list_push(pool, chunk + i * pool->object_bytes);
}

void *pool_get(struct pool *pool)
{
	void *object;

	if (!pool->free_list)
		pool_grow(pool);
	object = pool->free_list;
	memcpy(&pool->free_list, object, sizeof(void *));
	pool->nr_used++;
	if (pool->nr_used > pool->nr_used_max)
		pool->nr_used_max = pool->nr_used;
	return object;
}

void *pool_get_zeroed(struct pool *pool)
{
	return memset(pool_get(pool), 0, pool->object_bytes);
}

void pool_put(struct pool *pool, void *object)
{
	if (!object)
		return;
	SIM_ASSERT(pool->nr_used > 0);
	pool->nr_used--;
	pool_free_list_push(pool, object);
}
