/*
 * Event core.  The heap holds (date, sequence, slot); a slot holds the
 * function and knows its place in the heap, so that a cancelled event leaves
 * at once and far-away timers that are always cancelled do not pile up.
 */
#include "sim/engine/core.h"

#include <stdlib.h>

#include "sim/base/assert.h"

#define CORE_ARITY   4
#define CORE_NO_SLOT UINT32_MAX

struct core_entry {
	uint64_t date_ns;
	uint64_t sequence;
	uint32_t slot;
};

struct core_slot {
	core_event_fn fn;
	void *arg;
	uint32_t generation; /* counts uses; never 0 while pending */
	uint32_t place;      /* index in the heap, or next free slot */
	bool pending;
};

struct core {
	struct core_dates dates; /* first: core_now_ns() */
	uint64_t next_sequence;
	uint64_t nr_dispatched;
	uint32_t nr_entries;
	uint32_t nr_slots;
	uint32_t cap;
	uint32_t free_slot;
	struct core_entry *heap;
	struct core_slot *slots;
};

struct core *core_new(void)
{
	struct core *core = calloc(1, sizeof(*core));

	SIM_ASSERT(core && "out of memory");
	core->dates.next_ns = UINT64_MAX;
	core->free_slot = CORE_NO_SLOT;
	return core;
}

void core_free(struct core *core)
{
	if (!core)
		return;
	free(core->heap);
	free(core->slots);
	free(core);
}

uint64_t core_nr_dispatched(const struct core *core)
{
	return core->nr_dispatched;
}

static bool entry_is_before(const struct core_entry *a,
			    const struct core_entry *b)
{
	if (a->date_ns != b->date_ns)
		return a->date_ns < b->date_ns;
	return a->sequence < b->sequence;
}

static void core_place(struct core *core, uint32_t i, struct core_entry entry)
{
	core->heap[i] = entry;
	core->slots[entry.slot].place = i;
}

static void core_sift_up(struct core *core, uint32_t i, struct core_entry entry)
{
	while (i > 0) {
		uint32_t parent = (i - 1) / CORE_ARITY;

		if (!entry_is_before(&entry, &core->heap[parent]))
			break;
		core_place(core, i, core->heap[parent]);
		i = parent;
	}
	core_place(core, i, entry);
}

static void core_sift_down(struct core *core, uint32_t i,
			   struct core_entry entry)
{
	for (;;) {
		uint64_t first = (uint64_t)i * CORE_ARITY + 1;
		uint64_t end = first + CORE_ARITY;
		uint32_t best;

		if (first >= core->nr_entries)
			break;
		if (end > core->nr_entries)
			end = core->nr_entries;
		best = (uint32_t)first;
		for (uint32_t child = best + 1; child < end; child++)
			if (entry_is_before(&core->heap[child],
					    &core->heap[best]))
				best = child;
		if (!entry_is_before(&core->heap[best], &entry))
			break;
		core_place(core, i, core->heap[best]);
		i = best;
	}
	core_place(core, i, entry);
}

static void core_update_next(struct core *core)
{
	core->dates.next_ns =
		core->nr_entries ? core->heap[0].date_ns : UINT64_MAX;
}

static void core_grow(struct core *core)
{
	uint32_t cap = core->cap ? 2 * core->cap : 64;

	SIM_ASSERT(cap > core->cap);
	core->heap = reallocarray(core->heap, cap, sizeof(core->heap[0]));
	core->slots = reallocarray(core->slots, cap, sizeof(core->slots[0]));
	SIM_ASSERT(core->heap && "out of memory");
	SIM_ASSERT(core->slots && "out of memory");
	core->cap = cap;
}

static uint32_t core_slot_get(struct core *core)
{
	uint32_t slot = core->free_slot;

	if (slot != CORE_NO_SLOT) {
		core->free_slot = core->slots[slot].place;
		return slot;
	}
	if (core->nr_slots == core->cap)
		core_grow(core);
	slot = core->nr_slots++;
	core->slots[slot] = (struct core_slot){ 0 };
	return slot;
}

static void core_slot_put(struct core *core, uint32_t slot)
{
	core->slots[slot].pending = false;
	core->slots[slot].place = core->free_slot;
	core->free_slot = slot;
}

uint64_t core_push(struct core *core, uint64_t date_ns, core_event_fn fn,
		   void *arg)
{
	uint32_t i = core_slot_get(core);
	struct core_slot *slot = &core->slots[i];
	struct core_entry entry = { date_ns, core->next_sequence++, i };

	SIM_ASSERT(date_ns >= core->dates.now_ns);
	SIM_ASSERT(date_ns != UINT64_MAX);
	SIM_ASSERT(fn);
	slot->fn = fn;
	slot->arg = arg;
	slot->pending = true;
	if (++slot->generation == 0)
		slot->generation = 1;
	core_sift_up(core, core->nr_entries++, entry);
	if (date_ns < core->dates.next_ns)
		core->dates.next_ns = date_ns;
	return (uint64_t)slot->generation << 32 | i;
}

/* Take entry @i out of the heap. */
static void core_remove(struct core *core, uint32_t i)
{
	struct core_entry last = core->heap[--core->nr_entries];

	if (i == core->nr_entries)
		return;
	if (i > 0 && entry_is_before(&last, &core->heap[(i - 1) / CORE_ARITY]))
		core_sift_up(core, i, last);
	else
		core_sift_down(core, i, last);
}

bool core_cancel(struct core *core, uint64_t handle)
{
	uint32_t i = (uint32_t)handle;
	uint32_t generation = (uint32_t)(handle >> 32);
	struct core_slot *slot;

	if (generation == 0)
		return false;
	SIM_ASSERT(i < core->nr_slots);
	slot = &core->slots[i];
	if (!slot->pending || slot->generation != generation)
		return false;
	SIM_ASSERT(core->heap[slot->place].slot == i);
	core_remove(core, slot->place);
	core_update_next(core);
	core_slot_put(core, i);
	return true;
}

bool core_step(struct core *core)
{
	struct core_entry top;
	core_event_fn fn;
	void *arg;

	if (!core->nr_entries)
		return false;
	top = core->heap[0];
	SIM_ASSERT(top.date_ns >= core->dates.now_ns);
	fn = core->slots[top.slot].fn;
	arg = core->slots[top.slot].arg;
	core_remove(core, 0);
	core_update_next(core);
	core_slot_put(core, top.slot);
	core->dates.now_ns = top.date_ns;
	core->nr_dispatched++;
	fn(arg);
	return true;
}

void core_advance(struct core *core, uint64_t date_ns)
{
	SIM_ASSERT(date_ns >= core->dates.now_ns);
	SIM_ASSERT(date_ns < core->dates.next_ns);
	core->dates.now_ns = date_ns;
}
