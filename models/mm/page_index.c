/*
 * A 64-way tree over page numbers.  A slot holds 0, a folio handle, or a node
 * handle with NODE_BIT.  A folio of order o sits in the slots of the level
 * whose slots are as large as it is or smaller by less than 64; its first slot carries
 * the tags, the others only point to it.  The Linux XArray's behaviour (lib/xarray.c, 6.12 to 7.3),
 * as far as the page cache uses it.
 */
#include "models/mm/page_index.h"

#include <string.h>

#include "sim/base/assert.h"

#define FANOUT_SHIFT 6
#define FANOUT       64u
#define NODE_BIT     0x80000000u

struct node {
	uint32_t parent; /* also the pool's free link */
	uint8_t shift;
	uint8_t slot;     /* in the parent */
	uint16_t nr_used; /* slots that are not 0 */
	uint64_t tags[NR_PAGE_TAGS];
	uint32_t slots[FANOUT];
};

uint64_t page_index_node_bytes(void)
{
	return sizeof(struct node);
}

/* First page of the next slot of a level. */
static uint64_t next_slot(uint64_t page, unsigned int shift)
{
	return ((page >> shift) + 1) << shift;
}

static struct node *node_at(const struct page_index *index, uint32_t handle)
{
	return hpool_at(index->nodes, handle);
}

static uint32_t node_new(struct page_index *index, unsigned int shift,
			 uint32_t parent, unsigned int slot)
{
	uint32_t handle = hpool_get(index->nodes);
	struct node *node = node_at(index, handle);

	memset(node, 0, sizeof(*node));
	node->shift = (uint8_t)shift;
	node->parent = parent;
	node->slot = (uint8_t)slot;
	return handle;
}

void page_index_init(struct page_index *index, struct hpool *nodes)
{
	SIM_ASSERT(nodes->object_bytes == sizeof(struct node));
	memset(index, 0, sizeof(*index));
	index->nodes = nodes;
}

static void forget_leaf(struct page_index *index)
{
	index->leaf = 0;
	index->leaf_span = 0;
}

void page_index_done(struct page_index *index)
{
	uint32_t handle = index->root;

	/* depth first without recursion: empty a node, then step up */
	while (handle) {
		struct node *node = node_at(index, handle);
		uint32_t child = 0;

		for (unsigned int i = 0; i < FANOUT && node->nr_used; i++) {
			uint32_t entry = node->slots[i];

			node->slots[i] = 0;
			if (entry)
				node->nr_used--;
			if (entry & NODE_BIT) {
				child = entry & ~NODE_BIT;
				break;
			}
		}
		if (child) {
			handle = child;
			continue;
		}
		uint32_t parent = node->parent;

		hpool_put(index->nodes, handle);
		handle = parent;
	}
	index->root = 0;
	forget_leaf(index);
}

static bool covers(const struct node *node, uint64_t page)
{
	unsigned int bits = node->shift + FANOUT_SHIFT;

	return bits >= 64 || page >> bits == 0;
}

static unsigned int slot_of(const struct node *node, uint64_t page)
{
	return (unsigned int)(page >> node->shift) & (FANOUT - 1);
}

/* Put nodes above the root until it covers @page. */
static void grow_to(struct page_index *index, uint64_t page, unsigned int shift)
{
	if (!index->root) {
		/* tall enough at once: an empty node must not be put below */
		unsigned int top = shift;

		while (page >> top >= FANOUT)
			top += FANOUT_SHIFT;
		index->root = node_new(index, top, 0, 0);
	}
	for (;;) {
		struct node *root = node_at(index, index->root);

		if (covers(root, page) && root->shift >= shift)
			return;
		uint32_t above =
			node_new(index, root->shift + FANOUT_SHIFT, 0, 0);
		struct node *node = node_at(index, above);

		node->slots[0] = index->root | NODE_BIT;
		node->nr_used = 1;
		for (unsigned int tag = 0; tag < NR_PAGE_TAGS; tag++)
			node->tags[tag] = root->tags[tag] ? 1 : 0;
		root->parent = above;
		root->slot = 0;
		index->root = above;
	}
}

static void remember(struct page_index *index, uint32_t handle,
		     const struct node *node, uint64_t page)
{
	index->leaf = handle;
	index->leaf_span = (uint64_t)FANOUT << node->shift;
	index->leaf_base = page & ~(index->leaf_span - 1);
}

/* The node whose slot for @page is not a node; 0 in an empty tree. */
static uint32_t find_leaf(struct page_index *index, uint64_t page)
{
	if (page - index->leaf_base < index->leaf_span) {
		struct node *leaf = node_at(index, index->leaf);

		if (!(leaf->slots[slot_of(leaf, page)] & NODE_BIT))
			return index->leaf;
	}
	uint32_t handle = index->root;

	if (!handle || !covers(node_at(index, handle), page))
		return 0;
	for (;;) {
		struct node *node = node_at(index, handle);
		uint32_t entry = node->slots[slot_of(node, page)];

		if (!(entry & NODE_BIT)) {
			remember(index, handle, node, page);
			return handle;
		}
		handle = entry & ~NODE_BIT;
	}
}

static void tag_up(struct page_index *index, struct node *node,
		   unsigned int slot, enum page_tag tag)
{
	for (;;) {
		bool was_set = node->tags[tag] != 0;

		node->tags[tag] |= 1ull << slot;
		if (was_set || !node->parent)
			return;
		slot = node->slot;
		node = node_at(index, node->parent);
	}
}

static void untag_up(struct page_index *index, struct node *node,
		     unsigned int slot, enum page_tag tag)
{
	for (;;) {
		node->tags[tag] &= ~(1ull << slot);
		if (node->tags[tag] || !node->parent)
			return;
		slot = node->slot;
		node = node_at(index, node->parent);
	}
}

void page_index_insert(struct page_index *index, uint64_t page,
		       unsigned int order, uint32_t handle)
{
	unsigned int shift = order / FANOUT_SHIFT * FANOUT_SHIFT;
	unsigned int nr_slots = 1u << (order - shift);

	SIM_ASSERT(handle != 0);
	SIM_ASSERT(!(handle & NODE_BIT));
	SIM_ASSERT((page & ((1ull << order) - 1)) == 0);
	grow_to(index, page, shift);
	uint32_t at = index->root;
	struct node *node = node_at(index, at);

	while (node->shift > shift) {
		unsigned int slot = slot_of(node, page);

		SIM_ASSERT(!node->slots[slot] || node->slots[slot] & NODE_BIT);
		if (!node->slots[slot]) {
			uint32_t child = node_new(
				index, node->shift - FANOUT_SHIFT, at, slot);

			node = node_at(index, at);
			node->slots[slot] = child | NODE_BIT;
			node->nr_used++;
		}
		at = node->slots[slot] & ~NODE_BIT;
		node = node_at(index, at);
	}
	unsigned int first = slot_of(node, page);

	for (unsigned int i = 0; i < nr_slots; i++) {
		SIM_ASSERT(node->slots[first + i] == 0);
		node->slots[first + i] = handle;
	}
	node->nr_used = (uint16_t)(node->nr_used + nr_slots);
	tag_up(index, node, first, PAGE_TAG_PRESENT);
	remember(index, at, node, page);
}

unsigned int page_index_nr_slots(unsigned int order)
{
	return 1u << order % FANOUT_SHIFT;
}

bool page_index_is_sparse(struct page_index *index, uint64_t page)
{
	struct node *node = node_at(index, index->leaf);
	unsigned int slot = slot_of(node, page);

	for (unsigned int i = slot < 2 ? 0 : slot - 2;
	     i <= slot + 2 && i < 1u << FANOUT_SHIFT; i++)
		if (i != slot && node->slots[i])
			return false;
	return true;
}

/* Free nodes that became empty, from @handle upwards. */
static void shrink(struct page_index *index, uint32_t handle)
{
	while (handle) {
		struct node *node = node_at(index, handle);
		uint32_t parent = node->parent;

		if (node->nr_used)
			return;
		if (parent) {
			struct node *above = node_at(index, parent);

			above->slots[node->slot] = 0;
			above->nr_used--;
		} else {
			index->root = 0;
		}
		hpool_put(index->nodes, handle);
		forget_leaf(index);
		handle = parent;
	}
}

void page_index_remove(struct page_index *index, uint64_t page,
		       unsigned int order)
{
	unsigned int shift = order / FANOUT_SHIFT * FANOUT_SHIFT;
	unsigned int nr_slots = 1u << (order - shift);
	uint32_t handle = find_leaf(index, page);

	SIM_ASSERT(handle != 0);
	struct node *node = node_at(index, handle);
	unsigned int first = slot_of(node, page);

	SIM_ASSERT(node->shift == shift);
	for (unsigned int i = 0; i < nr_slots; i++) {
		SIM_ASSERT(node->slots[first + i] != 0);
		node->slots[first + i] = 0;
	}
	node->nr_used = (uint16_t)(node->nr_used - nr_slots);
	for (unsigned int tag = 0; tag < NR_PAGE_TAGS; tag++)
		untag_up(index, node, first, tag);
	shrink(index, handle);
}

uint32_t page_index_lookup(struct page_index *index, uint64_t page)
{
	uint32_t handle = find_leaf(index, page);

	if (!handle)
		return 0;
	struct node *node = node_at(index, handle);

	return node->slots[slot_of(node, page)];
}

void page_index_set_tag(struct page_index *index, uint64_t page,
			enum page_tag tag)
{
	uint32_t handle = find_leaf(index, page);

	SIM_ASSERT(handle != 0);
	struct node *node = node_at(index, handle);

	tag_up(index, node, slot_of(node, page), tag);
}

void page_index_clear_tag(struct page_index *index, uint64_t page,
			  enum page_tag tag)
{
	uint32_t handle = find_leaf(index, page);

	SIM_ASSERT(handle != 0);
	struct node *node = node_at(index, handle);

	untag_up(index, node, slot_of(node, page), tag);
}

bool page_index_has_tag(struct page_index *index, uint64_t page,
			enum page_tag tag)
{
	uint32_t handle = find_leaf(index, page);

	if (!handle)
		return false;
	struct node *node = node_at(index, handle);

	return node->tags[tag] >> slot_of(node, page) & 1;
}

/* Up from @handle to the node in which @page, just behind it, has a slot. */
static uint32_t climb(const struct page_index *index, uint32_t handle,
		      uint64_t page)
{
	do
		handle = node_at(index, handle)->parent;
	while (handle && slot_of(node_at(index, handle), page) == 0);
	return handle;
}

/* A walk in order visits the node of the next tagged slot soon. */
static void fetch_next_node(const struct page_index *index,
			    const struct node *node, enum page_tag tag,
			    unsigned int slot)
{
	uint64_t rest =
		slot + 1 < FANOUT ? node->tags[tag] & ~0ull << (slot + 1) : 0;
	uint32_t entry = rest ? node->slots[__builtin_ctzll(rest)] : 0;

	if (entry & NODE_BIT) {
		const char *next =
			(const char *)node_at(index, entry & ~NODE_BIT);

		__builtin_prefetch(next);
		__builtin_prefetch(next + 64);
		__builtin_prefetch(next + 128);
	}
}

/* The tagged folio in the next such slot; 0 if that holds a node. */
static uint32_t peek(const struct node *node, enum page_tag tag,
		     unsigned int slot)
{
	uint64_t rest =
		slot + 1 < FANOUT ? node->tags[tag] & ~0ull << (slot + 1) : 0;
	uint32_t entry = rest ? node->slots[__builtin_ctzll(rest)] : 0;

	return entry & NODE_BIT ? 0 : entry;
}

uint32_t page_index_next(struct page_index *index, uint64_t page,
			 enum page_tag tag, uint64_t *ret_page,
			 uint32_t *ret_peek)
{
	uint32_t handle = find_leaf(index, page);

	if (!handle && index->root && covers(node_at(index, index->root), page))
		handle = index->root;
	while (handle) {
		struct node *node = node_at(index, handle);
		uint64_t span = (uint64_t)FANOUT << node->shift;
		uint64_t base = page & ~(span - 1);
		unsigned int slot = slot_of(node, page);
		uint64_t rest = node->tags[tag] & ~0ull << slot;

		if (!rest) {
			page = base + span;
			handle = climb(index, handle, page);
			continue;
		}
		unsigned int found = (unsigned int)__builtin_ctzll(rest);

		if (found != slot)
			page = base + ((uint64_t)found << node->shift);
		uint32_t entry = node->slots[found];

		if (entry & NODE_BIT) {
			fetch_next_node(index, node, tag, found);
			handle = entry & ~NODE_BIT;
			continue;
		}
		if (page & ((1ull << node->shift) - 1)) {
			/* a start inside a folio does not count */
			page = next_slot(page, node->shift);
			if (slot_of(node, page) == 0)
				handle = climb(index, handle, page);
			continue;
		}
		remember(index, handle, node, page);
		*ret_page = page;
		if (ret_peek)
			*ret_peek = peek(node, tag, found);
		return entry;
	}
	return 0;
}

/* Slots of [@first, @last] of a node whose own slot for them is known. */
static uint64_t copy_in_node(struct page_index *index, struct node *node,
			     uint64_t bits, enum page_tag from,
			     enum page_tag to, uint64_t *large)
{
	uint64_t nr = 0;

	bits &= node->tags[from];
	if (!bits)
		return 0;
	for (uint64_t rest = bits; rest; rest &= rest - 1) {
		unsigned int slot = (unsigned int)__builtin_ctzll(rest);

		nr++;
		if (node->shift || (slot + 1 < FANOUT &&
				    node->slots[slot + 1] == node->slots[slot]))
			(*large)++;
	}
	tag_up(index, node, (unsigned int)__builtin_ctzll(bits), to);
	node->tags[to] |= bits;
	return nr;
}

void page_index_copy_tag(struct page_index *index, uint64_t page, uint64_t last,
			 enum page_tag from, enum page_tag to,
			 uint64_t *ret_small, uint64_t *ret_large)
{
	uint64_t nr = 0;
	uint64_t large = 0;

	while (page <= last &&
	       page_index_next(index, page, from, &page, NULL) &&
	       page <= last) {
		struct node *node = node_at(index, index->leaf);
		unsigned int slot = slot_of(node, page);
		uint64_t bits = ~0ull << slot;
		uint64_t span_last = index->leaf_base + index->leaf_span - 1;

		/* a node above the leaves also holds nodes: slot by slot */
		if (node->shift)
			bits = 1ull << slot;
		else if (last < span_last)
			bits &= ~0ull >> (FANOUT - 1 - slot_of(node, last));
		nr += copy_in_node(index, node, bits, from, to, &large);
		page = node->shift ? next_slot(page, node->shift)
				   : span_last + 1;
		if (!page)
			break;
	}
	*ret_small = nr - large;
	*ret_large = large;
}
