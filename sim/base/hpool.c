#include "sim/base/hpool.h"

#include <string.h>
#include <sys/mman.h>

#include "sim/base/assert.h"

#define RANGE_BYTES ((size_t)32 << 30)
#define HUGE_BYTES  ((size_t)2 << 20)
#define FIRST_BYTES ((size_t)64 << 10)

void hpool_init(struct hpool *pool, const char *name, size_t object_bytes)
{
	SIM_ASSERT(object_bytes >= sizeof(uint32_t));
	SIM_ASSERT(object_bytes % 8 == 0);
	memset(pool, 0, sizeof(*pool));
	pool->name = name;
	pool->object_bytes = object_bytes;
	pool->next_fresh = 1;
}

void hpool_done(struct hpool *pool)
{
	if (pool->base)
		munmap(pool->base, pool->range_bytes);
	memset(pool, 0, sizeof(*pool));
}

/* Addresses only; memory comes with hpool_grow(). */
static void reserve(struct hpool *pool)
{
	void *base = mmap(NULL, RANGE_BYTES, PROT_NONE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	SIM_ASSERT(base != MAP_FAILED);
	pool->base = base;
	pool->range_bytes = RANGE_BYTES;
}

/* Small pools stay small; large ones are faulted in by huge pages. */
void hpool_grow(struct hpool *pool)
{
	size_t bytes = pool->mapped_bytes;

	if (!pool->base)
		reserve(pool);
	if (bytes < HUGE_BYTES)
		bytes = bytes ? 2 * bytes : FIRST_BYTES;
	else
		bytes += 16 * HUGE_BYTES;
	SIM_ASSERT(bytes <= pool->range_bytes);
	int error = mprotect(pool->base, bytes, PROT_READ | PROT_WRITE);

	SIM_ASSERT(error == 0);
	if (bytes > HUGE_BYTES)
		madvise(pool->base + pool->mapped_bytes,
			bytes - pool->mapped_bytes, MADV_HUGEPAGE);
	pool->mapped_bytes = bytes;
}

uint32_t hpool_get(struct hpool *pool)
{
	uint32_t handle = pool->free_head;

	pool->nr_used++;
	if (handle) {
		memcpy(&pool->free_head, hpool_at(pool, handle),
		       sizeof(pool->free_head));
		return handle;
	}
	handle = pool->next_fresh++;
	SIM_ASSERT(handle < UINT32_MAX / 2);
	while ((handle + 1) * pool->object_bytes > pool->mapped_bytes)
		hpool_grow(pool);
	return handle;
}

void hpool_put(struct hpool *pool, uint32_t handle)
{
	SIM_ASSERT(handle != 0);
	SIM_ASSERT(handle < pool->next_fresh);
	SIM_ASSERT(pool->nr_used > 0);
	memcpy(hpool_at(pool, handle), &pool->free_head,
	       sizeof(pool->free_head));
	pool->free_head = handle;
	pool->nr_used--;
}
