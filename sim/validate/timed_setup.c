/*
 * Parameters of null_blk in the shell text of a timed recording.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/validate/timed.h"

/* "key=value" of the shell text or the queue's lines; -1 without it. */
uint64_t timed_setup_number(const char *text, const char *key)
{
	const char *at = text;
	size_t length = strlen(key);

	while ((at = strstr(at, key))) {
		if ((at == text || at[-1] == ' ') && at[length] == '=')
			return strtoull(at + length + 1, NULL, 10);
		at += length;
	}
	return UINT64_MAX;
}

/* A parameter that is given must be a number: 0 would be another device. */
int timed_setup_check(struct rec_reader *reader, const char *setup)
{
	static const char *const keys[] = {
		"size",         "completion_nsec", "hw_queue_depth",
		"mbps",         "memory_backed",   "zone_size",
		"zone_nr_conv", "zone_max_open",   "zone_max_active",
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		size_t length = strlen(keys[i]);

		for (const char *at = strstr(setup, keys[i]); at;
		     at = strstr(at + length, keys[i]))
			if ((at == setup || at[-1] == ' ') &&
			    at[length] == '=' &&
			    (at[length + 1] < '0' || at[length + 1] > '9'))
				return rec_fail(reader, "setup",
						"%s: expected a number",
						keys[i]);
	}
	return 0;
}
