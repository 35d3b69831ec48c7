/*
 * JSON with integers that jansson refuses.
 *
 * Recordings hold -1 as an unsigned number (the sector of an empty flush).
 * Nothing that is compared is that large, so such integers are read as the
 * largest one.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/validate/recording.h"
#include "sim/validate/vec.h"

static const char largest[] = "9223372036854775807";

#define LARGEST_DIGITS (sizeof(largest) - 1)

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t string_end(const char *text, size_t at, size_t nr_bytes)
{
	for (at++; at < nr_bytes; at++) {
		if (text[at] == '\\')
			at++;
		else if (text[at] == '"')
			return at + 1;
	}
	return nr_bytes;
}

static bool is_too_large(const char *digits, size_t nr)
{
	if (nr != LARGEST_DIGITS)
		return nr > LARGEST_DIGITS;
	return memcmp(digits, largest, LARGEST_DIGITS) > 0;
}

/* Next integer token that is too large, at or after *@at. */
static bool next_large(const char *text, size_t nr_bytes, size_t *at,
		       size_t *ret_nr)
{
	size_t i = *at;

	while (i < nr_bytes) {
		size_t begin = i;
		bool number_begins;

		if (text[i] == '"') {
			i = string_end(text, i, nr_bytes);
			continue;
		}
		if (!is_digit(text[i])) {
			i++;
			continue;
		}
		while (i < nr_bytes && is_digit(text[i]))
			i++;
		number_begins = !begin || !strchr("-+.eE", text[begin - 1]);
		if (i < nr_bytes && strchr(".eE", text[i]) && text[i])
			continue;
		if (number_begins && is_too_large(text + begin, i - begin)) {
			*at = begin;
			*ret_nr = i - begin;
			return true;
		}
	}
	return false;
}

json_t *rec_load_json(const char *text, size_t nr_bytes, json_error_t *reterr)
{
	const size_t flags = JSON_REJECT_DUPLICATES;
	size_t nr_digits;
	size_t at = 0;
	char *copy;
	json_t *ret;

	if (!next_large(text, nr_bytes, &at, &nr_digits))
		return json_loadb(text, nr_bytes, flags, reterr);
	copy = malloc(nr_bytes);
	SIM_ASSERT(copy != NULL);
	memcpy(copy, text, nr_bytes);
	do {
		memset(copy + at, ' ', nr_digits);
		memcpy(copy + at, largest, LARGEST_DIGITS);
		at += nr_digits;
	} while (next_large(text, nr_bytes, &at, &nr_digits));
	ret = json_loadb(copy, nr_bytes, flags, reterr);
	free(copy);
	return ret;
}
