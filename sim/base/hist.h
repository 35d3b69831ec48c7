/*
 * Log-linear integer histogram: 32 linear buckets per power of two, so a
 * bucket is at most 3.2 % wide; values 0 to 2^63; mergeable.  Debian 12 has no
 * HdrHistogram library.  Zero-filled is empty (min and max 0).
 */
#ifndef SIM_BASE_HIST_H
#define SIM_BASE_HIST_H

#include <stdint.h>

#define HIST_SUB_BITS   5
#define HIST_NR_BUCKETS ((64 - HIST_SUB_BITS) << HIST_SUB_BITS)

struct hist {
	uint64_t count;
	uint64_t sum;
	uint64_t min;
	uint64_t max;
	uint64_t buckets[HIST_NR_BUCKETS];
};

void hist_init(struct hist *h);
void hist_add(struct hist *h, uint64_t value);
/** hist_add_n - the same value @n times; n > 0 */
void hist_add_n(struct hist *h, uint64_t value, uint64_t n);
void hist_merge(struct hist *into, const struct hist *from);

/**
 * hist_quantile - upper edge of the bucket that holds the quantile
 * @ppm: 500000 is the median, 999000 is p99.9
 * Return: 0 for an empty histogram; never above hist->max.
 */
uint64_t hist_quantile(const struct hist *h, uint32_t ppm);

/** hist_bucket_low - smallest value of bucket @i */
uint64_t hist_bucket_low(unsigned int i);

#endif
