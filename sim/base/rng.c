/*
 * xoshiro256** seeded by SplitMix64 from the hash of (seed, name).
 */
#include "sim/base/rng.h"

#include <string.h>
#include <xxhash.h>

#include "sim/base/units.h"

static uint64_t splitmix64_next(uint64_t *state)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15ull);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

static uint64_t rotate_left(uint64_t x, unsigned int k)
{
	return (x << k) | (x >> (64 - k));
}

void rng_init(struct rng *rng, uint64_t seed, const char *name)
{
	uint64_t state = XXH3_64bits_withSeed(name, strlen(name), seed);

	for (int i = 0; i < 4; i++)
		rng->s[i] = splitmix64_next(&state);
	SIM_ASSERT(rng->s[0] | rng->s[1] | rng->s[2] | rng->s[3]);
}

uint64_t rng_next(struct rng *rng)
{
	uint64_t *s = rng->s;
	uint64_t result = rotate_left(s[1] * 5, 7) * 9;
	uint64_t t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate_left(s[3], 45);
	return result;
}

uint64_t rng_below(struct rng *rng, uint64_t bound)
{
	wide_uint product;
	uint64_t threshold;

	SIM_ASSERT(bound > 0);
	/* Lemire: reject the low products that would favour some values. */
	threshold = -bound % bound;
	do {
		product = (wide_uint)rng_next(rng) * bound;
	} while ((uint64_t)product < threshold);
	return (uint64_t)(product >> 64);
}

bool rng_chance_ppm(struct rng *rng, uint32_t ppm)
{
	SIM_ASSERT(ppm <= 1000000);
	return rng_below(rng, 1000000) < ppm;
}
