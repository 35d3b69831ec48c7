/*
 * Conversions between units, by name.  Sectors are 512 bytes always (Linux
 * SECTOR_SHIFT); pages 4096 bytes (x86-64).
 */
#ifndef SIM_BASE_UNITS_H
#define SIM_BASE_UNITS_H

#include <stdint.h>

#include "sim/base/assert.h"

#define SECTOR_SHIFT 9
#define SECTOR_BYTES 512u
#define PAGE_SHIFT   12
#define PAGE_BYTES   4096u

#define NS_PER_US 1000ull
#define NS_PER_MS 1000000ull
#define NS_PER_S  1000000000ull
#define PS_PER_NS 1000ull

static inline uint64_t bytes_to_sectors(uint64_t bytes)
{
	SIM_ASSERT((bytes & (SECTOR_BYTES - 1)) == 0);
	return bytes >> SECTOR_SHIFT;
}

static inline uint64_t sectors_to_bytes(uint64_t sectors)
{
	return sectors << SECTOR_SHIFT;
}

static inline uint64_t round_down_to(uint64_t value, uint64_t step)
{
	return value - value % step;
}

static inline uint64_t round_up_to(uint64_t value, uint64_t step)
{
	return round_down_to(value + step - 1, step);
}

static inline uint64_t min_u64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static inline uint64_t max_u64(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/** log2_floor - position of the highest set bit; @value > 0 */
static inline unsigned int log2_floor(uint64_t value)
{
	SIM_ASSERT(value != 0);
	return 63u - (unsigned int)__builtin_clzll(value);
}

/** wide_uint - 128 bits, for products that are divided at once */
__extension__ typedef unsigned __int128 wide_uint;

/**
 * mul_div - a * b / c without overflow in between, rounded down
 */
static inline uint64_t mul_div(uint64_t a, uint64_t b, uint64_t c)
{
	return (uint64_t)((wide_uint)a * b / c);
}

static inline uint64_t mul_div_up(uint64_t a, uint64_t b, uint64_t c)
{
	return (uint64_t)(((wide_uint)a * b + c - 1) / c);
}

#endif
