/*
 * Values below 32 have a bucket each; above, the 5 bits below the highest set
 * bit choose one of 32 buckets of that power of two.
 */
#include "sim/base/hist.h"

#include <string.h>

#include "sim/base/units.h"

#define HIST_SUB (1u << HIST_SUB_BITS)

static unsigned int hist_index(uint64_t value)
{
	unsigned int shift;

	if (value < HIST_SUB)
		return (unsigned int)value;
	shift = log2_floor(value) - HIST_SUB_BITS;
	return shift * HIST_SUB + (unsigned int)(value >> shift);
}

uint64_t hist_bucket_low(unsigned int i)
{
	unsigned int shift;

	SIM_ASSERT(i <= HIST_NR_BUCKETS);
	if (i < HIST_SUB)
		return i;
	shift = i / HIST_SUB - 1;
	return (uint64_t)(i - shift * HIST_SUB) << shift;
}

void hist_init(struct hist *h)
{
	memset(h, 0, sizeof(*h));
}

void hist_add(struct hist *h, uint64_t value)
{
	unsigned int i = hist_index(value);

	SIM_ASSERT(i < HIST_NR_BUCKETS);
	h->min = h->count ? min_u64(h->min, value) : value;
	h->buckets[i]++;
	h->count++;
	h->sum += value;
	h->max = max_u64(h->max, value);
}

void hist_add_n(struct hist *h, uint64_t value, uint64_t n)
{
	SIM_ASSERT(n > 0);
	h->buckets[hist_index(value)] += n;
	h->min = h->count ? min_u64(h->min, value) : value;
	h->count += n;
	h->sum += value * n;
	h->max = max_u64(h->max, value);
}

void hist_merge(struct hist *into, const struct hist *from)
{
	if (!from->count)
		return;
	into->min = into->count ? min_u64(into->min, from->min) : from->min;
	for (unsigned int i = 0; i < HIST_NR_BUCKETS; i++)
		into->buckets[i] += from->buckets[i];
	into->count += from->count;
	into->sum += from->sum;
	into->max = max_u64(into->max, from->max);
}

uint64_t hist_quantile(const struct hist *h, uint32_t ppm)
{
	uint64_t rank, seen = 0;

	SIM_ASSERT(ppm <= 1000000);
	if (!h->count)
		return 0;
	rank = max_u64(1, mul_div_up(h->count, ppm, 1000000));
	for (unsigned int i = 0; i < HIST_NR_BUCKETS; i++) {
		seen += h->buckets[i];
		if (seen >= rank)
			return min_u64(h->max, hist_bucket_low(i + 1) - 1);
	}
	return h->max;
}
