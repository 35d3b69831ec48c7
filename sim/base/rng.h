/*
 * Named random streams.  Every part of a model that draws numbers owns a
 * stream derived from (seed, name), so that adding a part moves no other.
 * Generator: xoshiro256** (Blackman and Vigna, 2018, public domain
 * algorithm); integer results only, no libm in decisions.
 */
#ifndef SIM_BASE_RNG_H
#define SIM_BASE_RNG_H

#include <stdbool.h>
#include <stdint.h>

struct rng {
	uint64_t s[4];
};

/** rng_init - stream @name of run @seed */
void rng_init(struct rng *rng, uint64_t seed, const char *name);

/** rng_next - 64 uniform bits */
uint64_t rng_next(struct rng *rng);

/** rng_below - uniform in [0, bound), unbiased; @bound > 0 */
uint64_t rng_below(struct rng *rng, uint64_t bound);

/** rng_chance_ppm - true with probability @ppm / 1,000,000 */
bool rng_chance_ppm(struct rng *rng, uint32_t ppm);

/**
 * rng_exponential - exponentially distributed, rounded down
 * Inverse of the distribution function, -ln(u) * @mean, in integers: the
 * logarithm is exact to 2^-31.
 * @mean: below 2^48
 */
uint64_t rng_exponential(struct rng *rng, uint64_t mean);

#endif
