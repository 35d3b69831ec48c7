/*
 * Pool of equally sized objects: chunked, freelist, never returns memory
 * before the pool ends.  The only place where hot-path objects come from.
 */
#ifndef SIM_BASE_POOL_H
#define SIM_BASE_POOL_H

#include <stddef.h>
#include <stdint.h>

struct pool {
	const char *name;
	size_t object_bytes;
	size_t objects_per_chunk;
	void **chunks;
	size_t nr_chunks;
	size_t cap_chunks;
	void *free_list;
	size_t nr_used;
	size_t nr_used_max;
};

/**
 * pool_init - prepare an empty pool
 * @name: for bug reports; not copied
 * @object_bytes: size of one object, at least the size of a pointer
 */
void pool_init(struct pool *pool, const char *name, size_t object_bytes);

/** pool_done - free all chunks; objects still in use die with it */
void pool_done(struct pool *pool);

/**
 * pool_get - one object, contents undefined
 * Return: never NULL (out of memory ends the process, exit status 3).
 */
void *pool_get(struct pool *pool);

/** pool_get_zeroed - one object filled with zero bytes */
void *pool_get_zeroed(struct pool *pool);

/** pool_put - give an object back; NULL is allowed */
void pool_put(struct pool *pool, void *object);

#endif
