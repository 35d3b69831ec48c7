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

/* log2(@u) in units of 2^-32, by squaring: bit after bit of the fraction */
static uint64_t log2_fixed(uint64_t u)
{
	unsigned int whole = log2_floor(u);
	uint64_t x = u << (63 - whole); /* in [1, 2), 63 bits of fraction */
	uint64_t fraction = 0;

	for (int i = 0; i < 32; i++) {
		wide_uint square = (wide_uint)x * x; /* in [1, 4), 126 bits */
		bool is_two = square >> 127;

		fraction = fraction << 1 | is_two;
		x = (uint64_t)(square >> (is_two ? 64 : 63));
	}
	return (uint64_t)whole << 32 | fraction;
}

uint64_t rng_exponential(struct rng *rng, uint64_t mean)
{
	static const uint64_t ln2 = 2977044472; /* times 2^32 */
	uint64_t u;
	uint64_t nats;

	SIM_ASSERT(mean < UINT64_C(1) << 48);
	do
		u = rng_next(rng);
	while (!u);
	nats = mul_div((UINT64_C(64) << 32) - log2_fixed(u), ln2,
		       UINT64_C(1) << 32);
	return mul_div(nats, mean, UINT64_C(1) << 32);
}
