/*
 * Growing arrays of the validator (cold path: loading recordings).
 */
#ifndef SIM_VALIDATE_VEC_H
#define SIM_VALIDATE_VEC_H

#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"

/**
 * vec_grow - make room for one more item
 * @items: malloc'd array or NULL
 * @nr: items in it
 * @cap: items it has room for; doubled when full
 * @item_bytes: size of one
 * Return: the array, perhaps moved; out of memory ends the process.
 */
static inline void *vec_grow(void *items, size_t nr, size_t *cap,
			     size_t item_bytes)
{
	if (nr < *cap)
		return items;
	*cap = *cap ? *cap * 2 : 16;
	SIM_ASSERT(*cap <= SIZE_MAX / item_bytes);
	items = realloc(items, *cap * item_bytes);
	SIM_ASSERT(items != NULL);
	return items;
}

/** str_copy - strdup that never returns NULL; NULL gives NULL */
static inline char *str_copy(const char *text)
{
	char *copy;

	if (!text)
		return NULL;
	copy = strdup(text);
	SIM_ASSERT(copy != NULL);
	return copy;
}

#endif
