/*
 * A set of device pages: those that have been written once.  Memory grows with
 * the pages in it (64 of 512 neighbouring pages' bits each), not with the
 * device.
 */
#ifndef MODELS_DEVICE_PAGE_SET_H
#define MODELS_DEVICE_PAGE_SET_H

#include <stdint.h>

struct page_group;

/** struct page_set - hash of groups of neighbouring pages; zeroed is empty */
struct page_set {
	struct page_group *groups;
	uint64_t nr_groups;
	uint64_t cap; /* power of two, 0 when empty */
};

/**
 * page_set_add - put [@page, @page + @nr) into the set
 * Return: how many of them were not in it.
 */
uint64_t page_set_add(struct page_set *set, uint64_t page, uint64_t nr);

void page_set_done(struct page_set *set);

#endif
