#include "models/device/page_set.h"

#include <stdlib.h>

#include "sim/base/assert.h"
#include "sim/base/units.h"

#define GROUP_PAGES 512
#define GROUP_WORDS (GROUP_PAGES / 64)
#define FIRST_CAP   64

struct page_group {
	uint64_t number; /* of the group + 1; 0: slot is free */
	uint64_t bits[GROUP_WORDS];
};

static struct page_group *slot_of(const struct page_set *set, uint64_t number)
{
	uint64_t i = number * 0x9e3779b97f4a7c15ull >> 20;

	for (;; i++) {
		struct page_group *group = &set->groups[i & (set->cap - 1)];

		if (!group->number || group->number == number)
			return group;
	}
}

static void grow(struct page_set *set)
{
	struct page_set old = *set;

	set->cap = old.cap ? old.cap * 2 : FIRST_CAP;
	set->groups = calloc(set->cap, sizeof(*set->groups));
	SIM_ASSERT(set->groups != NULL);
	for (uint64_t i = 0; i < old.cap; i++)
		if (old.groups[i].number)
			*slot_of(set, old.groups[i].number) = old.groups[i];
	free(old.groups);
}

static uint64_t add_bits(uint64_t *words, unsigned int from, unsigned int to)
{
	uint64_t nr_new = 0;

	while (from < to) {
		unsigned int bit = from % 64;
		unsigned int nr = 64 - bit < to - from ? 64 - bit : to - from;
		uint64_t mask = (nr == 64 ? ~0ull : (1ull << nr) - 1) << bit;

		nr_new += (uint64_t)__builtin_popcountll(mask &
							 ~words[from / 64]);
		words[from / 64] |= mask;
		from += nr;
	}
	return nr_new;
}

uint64_t page_set_add(struct page_set *set, uint64_t page, uint64_t nr)
{
	uint64_t nr_new = 0;

	while (nr) {
		uint64_t from = page % GROUP_PAGES;
		uint64_t here = min_u64(nr, GROUP_PAGES - from);
		uint64_t number = page / GROUP_PAGES + 1;

		if ((set->nr_groups + 1) * 2 > set->cap)
			grow(set);
		struct page_group *group = slot_of(set, number);

		if (!group->number) {
			group->number = number;
			set->nr_groups++;
		}
		nr_new += add_bits(group->bits, (unsigned int)from,
				   (unsigned int)(from + here));
		page += here;
		nr -= here;
	}
	return nr_new;
}

void page_set_done(struct page_set *set)
{
	free(set->groups);
	*set = (struct page_set){ 0 };
}
