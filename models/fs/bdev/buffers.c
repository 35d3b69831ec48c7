/*
 * Buffers of a folio: two bits for each block.
 */
#include <string.h>

#include "models/fs/bdev/internal.h"
#include "sim/base/assert.h"

struct buffers {
	uint32_t nr_words;
	uint32_t pool;
	uint64_t bits[]; /* nr_words dirty, then nr_words uptodate */
};

struct buffers *buffers_of(const struct folio *folio)
{
	return (void *)folio->state;
}

unsigned int buffers_nr(const struct folio *folio)
{
	uint32_t nr = folio_bytes(folio) >> folio->inode->block_shift;

	return nr ? nr : 1;
}

static void set_bits(uint64_t *words, unsigned int from, unsigned int to)
{
	while (from < to) {
		unsigned int bit = from % 64;
		unsigned int nr = 64 - bit < to - from ? 64 - bit : to - from;

		words[from / 64] |= (nr == 64 ? ~0ull : (1ull << nr) - 1)
				    << bit;
		from += nr;
	}
}

static uint64_t *uptodate_bits(struct buffers *buffers)
{
	return buffers->bits + buffers->nr_words;
}

struct buffers *buffers_need(struct folio *folio)
{
	struct buffers *buffers = buffers_of(folio);
	struct bdev *bdev = bdev_of(folio->inode);
	unsigned int nr = buffers_nr(folio);
	uint32_t nr_words = (nr + 63) / 64;

	if (buffers)
		return buffers;
	unsigned int pool = log2_floor(nr_words);

	SIM_ASSERT(pool < NR_BUFFER_POOLS);
	SIM_ASSERT((nr_words & (nr_words - 1)) == 0);
	buffers = pool_get_zeroed(&bdev->bits[pool]);
	buffers->nr_words = nr_words;
	buffers->pool = pool;
	if (folio->flags & FOLIO_DIRTY)
		set_bits(buffers->bits, 0, nr);
	if (folio->flags & FOLIO_UPTODATE)
		set_bits(uptodate_bits(buffers), 0, nr);
	folio->state = (void *)buffers;
	sim_charge_ps(bdev->sim, bdev->account,
		      nr * MM_COST(bdev, folio, buffer_alloc));
	return buffers;
}

void buffers_free(struct folio *folio)
{
	struct buffers *buffers = buffers_of(folio);

	if (buffers)
		pool_put(&bdev_of(folio->inode)->bits[buffers->pool], buffers);
	folio->state = NULL;
}

static bool is_uptodate(struct buffers *buffers, unsigned int i)
{
	return uptodate_bits(buffers)[i / 64] >> (i % 64) & 1;
}

static bool all_uptodate(struct buffers *buffers, unsigned int nr)
{
	const uint64_t *words = uptodate_bits(buffers);
	unsigned int i = 0;

	for (; i + 64 <= nr; i += 64)
		if (~words[i / 64])
			return false;
	return i == nr || words[i / 64] == (1ull << (nr - i)) - 1;
}

/* A block that is only partly written must be read first. */
static void check_partial(struct folio *folio, struct buffers *buffers,
			  uint64_t pos)
{
	uint64_t block = 1ull << folio->inode->block_shift;

	if (pos % block == 0)
		return;
	unsigned int i = (unsigned int)((pos - folio_pos(folio)) / block);

	if (!is_uptodate(buffers, i))
		folio->inode->mm->stats.partial_reads_left_out++;
}

void buffers_write(struct folio *folio, uint64_t pos, uint64_t len)
{
	struct bdev *bdev = bdev_of(folio->inode);
	unsigned int shift = folio->inode->block_shift;
	struct buffers *buffers = buffers_need(folio);
	uint64_t end = pos + len - folio_pos(folio);
	unsigned int from = (unsigned int)((pos - folio_pos(folio)) >> shift);
	unsigned int to = (unsigned int)((end + (1ull << shift) - 1) >> shift);

	SIM_ASSERT(to <= buffers_nr(folio));
	check_partial(folio, buffers, pos);
	check_partial(folio, buffers, pos + len);
	set_bits(uptodate_bits(buffers), from, to);
	set_bits(buffers->bits, from, to);
	if (all_uptodate(buffers, buffers_nr(folio)))
		folio->flags |= FOLIO_UPTODATE;
	sim_charge_ps(bdev->sim, bdev->account,
		      (to - from) * (MM_COST(bdev, folio, buffer_prepare) +
				     MM_COST(bdev, folio, buffer_dirty)));
}

void buffers_write_all(struct folio *folio)
{
	set_bits(buffers_need(folio)->bits, 0, buffers_nr(folio));
}

unsigned int buffers_next_dirty(const struct buffers *buffers,
				unsigned int from, unsigned int end)
{
	while (from < end) {
		uint64_t word =
			buffers->bits[from / 64] & (~0ull << (from % 64));

		if (word) {
			unsigned int bit = from / 64 * 64 +
					   (unsigned int)__builtin_ctzll(word);

			return bit < end ? bit : end;
		}
		from = (from / 64 + 1) * 64;
	}
	return end;
}

unsigned int buffers_nr_dirty(const struct buffers *buffers, unsigned int end)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < end; i += 64) {
		uint64_t word = buffers->bits[i / 64];

		if (end - i < 64)
			word &= (1ull << (end - i)) - 1;
		nr += (unsigned int)__builtin_popcountll(word);
	}
	return nr;
}

void buffers_clean_from(struct folio *folio, unsigned int from)
{
	struct buffers *buffers = buffers_of(folio);
	unsigned int nr = buffers_nr(folio);

	for (unsigned int i = from; i < nr; i++)
		buffers_clean(buffers, i);
}

void buffers_clean(struct buffers *buffers, unsigned int i)
{
	buffers->bits[i / 64] &= ~(1ull << (i % 64));
}
