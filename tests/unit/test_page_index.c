/* test-links: wb_mm */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "models/mm/page_index.h"
#include "sim/base/rng.h"

#define MAX_ENTRIES 400

/* The reference: entries sorted by page. */
struct entry {
	uint64_t page;
	unsigned int order;
	uint32_t handle;
	bool tags[NR_PAGE_TAGS];
};

struct pair {
	struct hpool nodes;
	struct page_index index;
	struct entry entries[MAX_ENTRIES];
	size_t nr;
	uint32_t next_handle;
	struct rng rng;
	uint64_t base;
	uint64_t span;
};

static uint64_t end_of(const struct entry *entry)
{
	return entry->page + (1ull << entry->order);
}

/* First entry that ends after @page. */
static size_t position(const struct pair *p, uint64_t page)
{
	size_t i = 0;

	while (i < p->nr && end_of(&p->entries[i]) <= page)
		i++;
	return i;
}

static uint64_t random_page(struct pair *p)
{
	return p->base + rng_below(&p->rng, p->span);
}

static void insert_somewhere(struct pair *p)
{
	unsigned int order = (unsigned int)rng_below(&p->rng, 12);
	uint64_t page = random_page(p) >> order << order;
	size_t i = position(p, page);

	if (p->nr == MAX_ENTRIES ||
	    (i < p->nr && p->entries[i].page < page + (1ull << order)))
		return;
	memmove(&p->entries[i + 1], &p->entries[i],
		(p->nr - i) * sizeof(struct entry));
	memset(&p->entries[i], 0, sizeof(struct entry));
	p->entries[i].page = page;
	p->entries[i].order = order;
	p->entries[i].handle = p->next_handle++;
	p->entries[i].tags[PAGE_TAG_PRESENT] = true;
	p->nr++;
	page_index_insert(&p->index, page, order, p->entries[i].handle);
}

static void remove_somewhere(struct pair *p)
{
	if (!p->nr)
		return;
	size_t i = rng_below(&p->rng, p->nr);

	page_index_remove(&p->index, p->entries[i].page, p->entries[i].order);
	p->nr--;
	memmove(&p->entries[i], &p->entries[i + 1],
		(p->nr - i) * sizeof(struct entry));
}

static void tag_somewhere(struct pair *p)
{
	enum page_tag tag =
		1 + (enum page_tag)rng_below(&p->rng, NR_PAGE_TAGS - 1);

	if (!p->nr)
		return;
	struct entry *entry = &p->entries[rng_below(&p->rng, p->nr)];

	entry->tags[tag] = rng_below(&p->rng, 3) > 0;
	if (entry->tags[tag])
		page_index_set_tag(&p->index, entry->page, tag);
	else
		page_index_clear_tag(&p->index, entry->page, tag);
}

static void copy_somewhere(struct pair *p)
{
	uint64_t first = random_page(p);
	uint64_t last =
		rng_below(&p->rng, 8) ? random_page(p) : UINT64_MAX >> 13;
	uint64_t small = 0;
	uint64_t large = 0;
	uint64_t nr_small;
	uint64_t nr_large;

	for (size_t i = 0; i < p->nr; i++) {
		struct entry *entry = &p->entries[i];

		if (entry->page < first || entry->page > last ||
		    !entry->tags[PAGE_TAG_DIRTY])
			continue;
		entry->tags[PAGE_TAG_TOWRITE] = true;
		if (entry->order)
			large++;
		else
			small++;
	}
	page_index_copy_tag(&p->index, first, last, PAGE_TAG_DIRTY,
			    PAGE_TAG_TOWRITE, &nr_small, &nr_large);
	assert_int_equal(nr_small, small);
	assert_int_equal(nr_large, large);
}

static const struct entry *find_handle(const struct pair *p, uint32_t handle)
{
	for (size_t i = 0; i < p->nr; i++)
		if (p->entries[i].handle == handle)
			return &p->entries[i];
	return NULL;
}

static void check_next(struct pair *p, uint64_t page, enum page_tag tag)
{
	size_t i = 0;
	uint64_t found = 0;
	uint32_t peek = 0;
	uint32_t handle = page_index_next(&p->index, page, tag, &found, &peek);

	while (i < p->nr &&
	       (p->entries[i].page < page || !p->entries[i].tags[tag]))
		i++;
	if (i == p->nr) {
		assert_int_equal(handle, 0);
		return;
	}
	assert_int_equal(handle, p->entries[i].handle);
	assert_int_equal(found, p->entries[i].page);
	if (!peek)
		return;
	const struct entry *soon = find_handle(p, peek);

	assert_non_null(soon);
	assert_true(soon->tags[tag]);
	assert_true(soon->page > found);
}

static void check_lookup(struct pair *p, uint64_t page)
{
	size_t i = position(p, page);
	bool hit = i < p->nr && p->entries[i].page <= page;

	assert_int_equal(page_index_lookup(&p->index, page),
			 hit ? p->entries[i].handle : 0);
}

static void check_all_tags(struct pair *p)
{
	for (size_t i = 0; i < p->nr; i++) {
		const struct entry *entry = &p->entries[i];

		check_lookup(p, entry->page);
		check_lookup(p, end_of(entry) - 1);
		check_lookup(p, end_of(entry));
		for (unsigned int tag = 0; tag < NR_PAGE_TAGS; tag++)
			assert_int_equal(
				page_index_has_tag(&p->index, entry->page, tag),
				entry->tags[tag]);
	}
	for (unsigned int tag = 0; tag < NR_PAGE_TAGS; tag++)
		check_next(p, 0, tag);
}

static void one_step(struct pair *p)
{
	uint64_t what = rng_below(&p->rng, 100);

	if (what < 30)
		insert_somewhere(p);
	else if (what < 45)
		remove_somewhere(p);
	else if (what < 75)
		tag_somewhere(p);
	else if (what < 80)
		copy_somewhere(p);
	check_lookup(p, random_page(p));
	check_next(p, random_page(p),
		   (enum page_tag)rng_below(&p->rng, NR_PAGE_TAGS));
}

static void play(uint64_t seed, uint64_t base, uint64_t span)
{
	static struct pair p;

	memset(&p, 0, sizeof(p));
	p.next_handle = 1;
	p.base = base;
	p.span = span;
	rng_init(&p.rng, seed, "page index");
	hpool_init(&p.nodes, "node", page_index_node_bytes());
	page_index_init(&p.index, &p.nodes);
	for (int i = 0; i < 3000; i++) {
		one_step(&p);
		if (i % 250 == 0)
			check_all_tags(&p);
	}
	check_all_tags(&p);
	while (p.nr)
		remove_somewhere(&p);
	assert_int_equal(p.nodes.nr_used, 0);
	page_index_done(&p.index);
	hpool_done(&p.nodes);
}

static void a_small_file_behaves_like_a_sorted_array(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 10; seed++)
		play(seed, 0, 3000);
}

static void a_file_of_large_folios_behaves_like_a_sorted_array(void **state)
{
	(void)state;
	for (uint64_t seed = 11; seed <= 20; seed++)
		play(seed, 0, 200000);
}

/* 2^51 pages is where a file of 2^63 bytes ends. */
static void huge_indexes_behave_like_a_sorted_array(void **state)
{
	(void)state;
	for (uint64_t seed = 21; seed <= 25; seed++) {
		play(seed, (1ull << 51) - 5000, 4900);
		play(seed, 0, 1ull << 50);
	}
}

/* 512 pages, order 9, sit in eight slots of the second level. */
static void a_folio_of_order_nine_is_found_from_each_of_its_pages(void **state)
{
	struct hpool nodes;
	struct page_index index;
	uint64_t found;

	(void)state;
	hpool_init(&nodes, "node", page_index_node_bytes());
	page_index_init(&index, &nodes);
	page_index_insert(&index, 512, 9, 7);
	for (uint64_t page = 512; page < 1024; page++)
		assert_int_equal(page_index_lookup(&index, page), 7);
	assert_int_equal(page_index_lookup(&index, 511), 0);
	assert_int_equal(page_index_lookup(&index, 1024), 0);
	assert_int_equal(
		page_index_next(&index, 0, PAGE_TAG_PRESENT, &found, NULL), 7);
	assert_int_equal(found, 512);
	assert_int_equal(
		page_index_next(&index, 513, PAGE_TAG_PRESENT, &found, NULL),
		0);
	page_index_done(&index);
	assert_int_equal(nodes.nr_used, 0);
	hpool_done(&nodes);
}

static void done_frees_all_nodes_of_a_full_index(void **state)
{
	struct hpool nodes;
	struct page_index index;

	(void)state;
	hpool_init(&nodes, "node", page_index_node_bytes());
	page_index_init(&index, &nodes);
	for (uint32_t i = 0; i < 5000; i++)
		page_index_insert(&index, (uint64_t)i * 977, 0, i + 1);
	assert_true(nodes.nr_used > 5000);
	page_index_done(&index);
	assert_int_equal(nodes.nr_used, 0);
	assert_int_equal(page_index_lookup(&index, 977), 0);
	hpool_done(&nodes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_small_file_behaves_like_a_sorted_array),
		cmocka_unit_test(
			a_file_of_large_folios_behaves_like_a_sorted_array),
		cmocka_unit_test(huge_indexes_behave_like_a_sorted_array),
		cmocka_unit_test(
			a_folio_of_order_nine_is_found_from_each_of_its_pages),
		cmocka_unit_test(done_frees_all_nodes_of_a_full_index),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
