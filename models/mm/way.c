#include "models/mm/way.h"

#include <stdlib.h>
#include <string.h>

#include "models/mm/mm.h"
#include "sim/base/assert.h"

enum { STAGE_DIRTY, STAGE_PASS, STAGE_BUILD, STAGE_END, NR_GENERIC };

static const struct mm_way_stage generic[NR_GENERIC] = {
	{ "dirty", "until a pass over its file begins" },
	{ "pass", "until the pass comes to it" },
	{ "build", "until its I/O is submitted" },
	{ "end", "until it has left writeback, behind others of its I/O" },
};

static struct hist *way_hist_new(void)
{
	struct hist *hist = malloc(sizeof(*hist));

	SIM_ASSERT(hist != NULL);
	hist_init(hist);
	return hist;
}

static void add_stage(struct mm_ways *ways, const struct mm_way_stage *stage)
{
	unsigned int i = ways->nr_stages++;

	SIM_ASSERT(i < MM_WAY_MAX_STAGES);
	ways->stages[i] = *stage;
	ways->ns[i] = way_hist_new();
}

void mm_ways_init(struct mm *mm)
{
	struct mm_ways *ways = &mm->ways;

	memset(ways, 0, sizeof(*ways));
	ways->throttle_ns = way_hist_new();
	for (unsigned int i = 0; i < NR_GENERIC; i++)
		add_stage(ways, &generic[i]);
}

void mm_ways_done(struct mm *mm)
{
	for (unsigned int i = 0; i < MM_WAY_MAX_STAGES; i++)
		free(mm->ways.ns[i]);
	free(mm->ways.throttle_ns);
}

void mm_ways_add(struct mm *mm, const struct mm_way_stage *stages,
		 unsigned int nr, struct mm_way_path *ret_path)
{
	SIM_ASSERT(nr > 0);
	*ret_path = (struct mm_way_path){ mm->ways.nr_stages, nr };
	for (unsigned int i = 0; i < nr; i++)
		add_stage(&mm->ways, &stages[i]);
}

unsigned int mm_ways_stage(const struct mm_ways *ways, unsigned int i)
{
	SIM_ASSERT(i < ways->nr_stages);
	if (i < STAGE_END)
		return i;
	return i + 1 < ways->nr_stages ? i + 1 : STAGE_END;
}

static void settle_stage(struct mm_ways *ways, unsigned int i)
{
	struct mm_way_same *same = &ways->same[i];

	if (same->nr)
		hist_add_n(ways->ns[i], same->ns, same->nr);
	same->nr = 0;
}

void mm_ways_settle(struct mm *mm)
{
	for (unsigned int i = 0; i < mm->ways.nr_stages; i++)
		settle_stage(&mm->ways, i);
}

static uint64_t sum_ns(struct mm *mm)
{
	uint64_t sum = 0;

	mm_ways_settle(mm);
	for (unsigned int i = 0; i < mm->ways.nr_stages; i++)
		sum += mm->ways.ns[i]->sum;
	return sum;
}

uint64_t mm_ways_sum_ns(struct mm *mm)
{
	return mm->ways.before_ns + sum_ns(mm);
}

void mm_ways_reset(struct mm *mm)
{
	struct mm_ways *ways = &mm->ways;

	ways->before_ns += sum_ns(mm);
	ways->folios = 0;
	for (unsigned int i = 0; i < ways->nr_stages; i++)
		hist_init(ways->ns[i]);
	hist_init(ways->throttle_ns);
}

void mm_way_throttled(struct mm *mm, uint64_t ns)
{
	hist_add(mm->ways.throttle_ns, ns);
}

/* Many folios spend the same in a stage as the one before: count those. */
static void spend(struct mm_ways *ways, unsigned int stage, uint64_t ns,
		  uint64_t nr)
{
	struct mm_way_same *same = &ways->same[stage];

	if (same->ns != ns) {
		settle_stage(ways, stage);
		same->ns = ns;
	}
	same->nr += nr;
}

/* 48 bits: 78 hours; differences stay right beyond that. */
static void set_start(struct folio *folio, uint64_t ns)
{
	folio->start_low_ns = (uint32_t)ns;
	folio->start_high = (uint16_t)(ns >> 32);
}

static uint64_t start_before(const struct folio *folio, uint64_t now)
{
	uint64_t low = (uint64_t)folio->start_high << 32 | folio->start_low_ns;

	return now - ((now - low) & ((1ull << 48) - 1));
}

void mm_way_pass(struct folio *folio, uint64_t ns)
{
	set_start(folio, ns);
}

void mm_way_starts(struct folio *folio)
{
	struct mm *mm = folio->inode->mm;
	struct mm_ways *ways = &mm->ways;
	uint64_t now = sim_now_ns(mm->sim);
	/* who dirtied it on another CPU may be ahead of the clock */
	uint64_t dirtied = min_u64(folio->dirtied_ns, now);
	uint64_t pass = max_u64(start_before(folio, now), dirtied);

	if (pass > dirtied)
		hist_add(ways->ns[STAGE_DIRTY], pass - dirtied);
	if (now > pass)
		hist_add(ways->ns[STAGE_PASS], now - pass);
	ways->begun_ns += dirtied;
	set_start(folio, now);
}

void mm_way_ends(struct folio *folio)
{
	struct mm *mm = folio->inode->mm;
	struct mm_ways *ways = &mm->ways;
	uint64_t now = sim_now_ns(mm->sim);
	uint64_t start = start_before(folio, now);

	ways->folios++;
	ways->ended_ns += now;
	if (!ways->at_ns) {
		if (now > start)
			spend(ways, STAGE_BUILD, now - start, 1);
		return;
	}
	SIM_ASSERT(start <= ways->at_ns[0]);
	ways->nr_ending++;
	if (ways->at_ns[0] > start)
		spend(ways, STAGE_BUILD, ways->at_ns[0] - start, 1);
	if (now > ways->finish_ns)
		spend(ways, STAGE_END, now - ways->finish_ns, 1);
}

void mm_way_begin(struct mm *mm, const struct mm_way_path *path,
		  const uint64_t *at_ns)
{
	struct mm_ways *ways = &mm->ways;

	SIM_ASSERT(!ways->at_ns);
	ways->path = path;
	ways->at_ns = at_ns;
	ways->finish_ns = sim_now_ns(mm->sim);
	ways->nr_ending = 0;
	SIM_ASSERT(at_ns[0] <= ways->finish_ns);
}

void mm_way_done(struct mm *mm)
{
	struct mm_ways *ways = &mm->ways;
	const uint64_t *at_ns = ways->at_ns;
	unsigned int first = ways->path->first;
	unsigned int last = first + ways->path->nr - 1;
	uint64_t before = at_ns[0];

	ways->at_ns = NULL;
	if (!ways->nr_ending)
		return;
	for (unsigned int i = first; i < last; i++) {
		uint64_t at = *++at_ns;

		if (at <= before)
			continue;
		/* an interrupt on another CPU may be ahead of the clock */
		at = min_u64(at, ways->finish_ns);
		if (at > before)
			spend(ways, i, at - before, ways->nr_ending);
		before = max_u64(before, at);
	}
	if (ways->finish_ns > before)
		spend(ways, last, ways->finish_ns - before, ways->nr_ending);
}
