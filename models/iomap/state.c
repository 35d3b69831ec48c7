#include "models/iomap/state.h"

#include <string.h>

#include "models/iomap/internal.h"
#include "sim/base/assert.h"

struct folio_state {
	uint32_t nr_words;
	uint32_t pool;
	uint64_t bits[]; /* nr_words dirty, then nr_words uptodate */
};

unsigned int folio_nr_blocks(const struct folio *folio)
{
	uint32_t blocks = folio_bytes(folio) >> folio->inode->block_shift;

	return blocks ? blocks : 1;
}

static unsigned int first_block(const struct folio *folio, uint64_t pos)
{
	SIM_ASSERT(pos >= folio_pos(folio));
	return (unsigned int)((pos - folio_pos(folio)) >>
			      folio->inode->block_shift);
}

/* First block behind [.., @end). */
static unsigned int end_block(const struct folio *folio, uint64_t end)
{
	uint64_t bytes = min_u64(end, folio_end(folio)) - folio_pos(folio);
	uint64_t block = 1ull << folio->inode->block_shift;

	return (unsigned int)((bytes + block - 1) >> folio->inode->block_shift);
}

static void set_bits(uint64_t *words, unsigned int from, unsigned int to)
{
	while (from < to) {
		unsigned int bit = from % 64;
		unsigned int nr = 64 - bit;

		if (nr > to - from)
			nr = to - from;
		words[from / 64] |= (nr == 64 ? ~0ull : ((1ull << nr) - 1))
				    << bit;
		from += nr;
	}
}

/* First bit at or after @from, below @to, that is @value; @to if none. */
static unsigned int find_bit(const uint64_t *words, unsigned int from,
			     unsigned int to, bool value)
{
	while (from < to) {
		uint64_t word = value ? words[from / 64] : ~words[from / 64];

		word &= ~0ull << (from % 64);
		if (word) {
			unsigned int bit = from / 64 * 64 +
					   (unsigned int)__builtin_ctzll(word);

			return bit < to ? bit : to;
		}
		from = (from / 64 + 1) * 64;
	}
	return to;
}

static uint64_t *dirty_bits(const struct folio *folio)
{
	return folio->state->bits;
}

static uint64_t *uptodate_bits(const struct folio *folio)
{
	return folio->state->bits + folio->state->nr_words;
}

struct folio_state *ifs_alloc(struct folio *folio)
{
	struct iomap_core *core = iomap_core(folio->inode->mm);
	unsigned int nr_blocks = folio_nr_blocks(folio);

	core->stats.state_alloc_calls++;
	if (nr_blocks <= 1 || folio->state)
		return folio->state;
	uint32_t nr_words = (nr_blocks + 63) / 64;
	unsigned int pool = log2_floor(nr_words);

	SIM_ASSERT(pool < NR_STATE_POOLS);
	SIM_ASSERT((nr_words & (nr_words - 1)) == 0);
	folio->state = pool_get_zeroed(&core->states[pool]);
	folio->state->nr_words = nr_words;
	folio->state->pool = pool;
	if (folio->flags & FOLIO_DIRTY)
		set_bits(dirty_bits(folio), 0, nr_blocks);
	if (folio->flags & FOLIO_UPTODATE)
		set_bits(uptodate_bits(folio), 0, nr_blocks);
	core->stats.state_allocs++;
	sim_charge_ps(core->mm->sim, core->account, core->costs->state_alloc);
	return folio->state;
}

void ifs_free(struct folio *folio)
{
	struct iomap_core *core = iomap_core(folio->inode->mm);

	if (folio->state)
		pool_put(&core->states[folio->state->pool], folio->state);
	folio->state = NULL;
}

void ifs_set_dirty(struct folio *folio, uint64_t pos, uint64_t len)
{
	if (folio->state)
		set_bits(dirty_bits(folio), first_block(folio, pos),
			 end_block(folio, pos + len));
}

void ifs_clear_all_dirty(struct folio *folio)
{
	if (folio->state)
		memset(dirty_bits(folio), 0,
		       folio->state->nr_words * sizeof(uint64_t));
}

void ifs_set_uptodate(struct folio *folio, uint64_t pos, uint64_t len)
{
	unsigned int nr_blocks = folio_nr_blocks(folio);

	if (folio->flags & FOLIO_UPTODATE)
		return;
	if (!folio->state) {
		folio->flags |= FOLIO_UPTODATE;
		return;
	}
	set_bits(uptodate_bits(folio), first_block(folio, pos),
		 end_block(folio, pos + len));
	if (find_bit(uptodate_bits(folio), 0, nr_blocks, false) == nr_blocks)
		folio->flags |= FOLIO_UPTODATE;
}

bool ifs_block_is_uptodate(const struct folio *folio, uint64_t pos)
{
	unsigned int block = first_block(folio, pos);

	if (folio->flags & FOLIO_UPTODATE)
		return true;
	if (!folio->state)
		return false;
	return uptodate_bits(folio)[block / 64] >> (block % 64) & 1;
}

uint64_t ifs_find_dirty_range(const struct folio *folio, uint64_t *pos,
			      uint64_t end)
{
	if (*pos >= end)
		return 0;
	if (!folio->state)
		return end - *pos;
	unsigned int last = end_block(folio, end);
	unsigned int from = find_bit(dirty_bits(folio),
				     first_block(folio, *pos), last, true);
	unsigned int to = find_bit(dirty_bits(folio), from, last, false);

	*pos = folio_pos(folio) + ((uint64_t)from << folio->inode->block_shift);
	return (uint64_t)(to - from) << folio->inode->block_shift;
}

bool iomap_writeback_handle_eof(const struct folio *folio, uint64_t *ret_end)
{
	uint64_t size = folio->inode->size_bytes;

	*ret_end = folio_end(folio);
	if (*ret_end <= size)
		return true;
	if (folio_pos(folio) >= size)
		return false;
	*ret_end = size;
	return true;
}
