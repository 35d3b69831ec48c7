/*
 * Running 64-bit digest over words (XXH3 in blocks), for event traces and
 * streams.  Equal word sequences give equal digests; order matters.
 */
#ifndef SIM_BASE_DIGEST_H
#define SIM_BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define DIGEST_BLOCK_WORDS 64

struct digest {
	uint64_t state;
	uint64_t nr_words;
	unsigned int fill;
	uint64_t block[DIGEST_BLOCK_WORDS];
};

void digest_init(struct digest *d);
void digest_flush(struct digest *d);

static inline void digest_word(struct digest *d, uint64_t word)
{
	d->block[d->fill++] = word;
	if (d->fill == DIGEST_BLOCK_WORDS)
		digest_flush(d);
}

/** digest_value - the digest so far; more words may follow */
uint64_t digest_value(const struct digest *d);

/** digest_bytes - one-shot digest of a byte string (config digests) */
uint64_t digest_bytes(const void *data, size_t nr_bytes);

#endif
