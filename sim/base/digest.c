/*
 * Words are collected in blocks; each full block is hashed with the digest of
 * the blocks before it as seed.
 */
#include "sim/base/digest.h"

#include <xxhash.h>

#include "sim/base/assert.h"

void digest_init(struct digest *d)
{
	d->state = 0;
	d->nr_words = 0;
	d->fill = 0;
}

void digest_flush(struct digest *d)
{
	SIM_ASSERT(d->fill <= DIGEST_BLOCK_WORDS);
	d->state = XXH3_64bits_withSeed(d->block, d->fill * sizeof(d->block[0]),
					d->state);
	d->nr_words += d->fill;
	d->fill = 0;
}

uint64_t digest_value(const struct digest *d)
{
	uint64_t last[2];

	SIM_ASSERT(d->fill < DIGEST_BLOCK_WORDS);
	last[0] = XXH3_64bits_withSeed(d->block, d->fill * sizeof(d->block[0]),
				       d->state);
	last[1] = d->nr_words + d->fill;
	return XXH3_64bits(last, sizeof(last));
}

uint64_t digest_bytes(const void *data, size_t nr_bytes)
{
	return XXH3_64bits(data, nr_bytes);
}
