/*
 * Reading of recordings: which functions had a probe, and how often each was
 * called.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/validate/recording.h"
#include "sim/validate/vec.h"

/* "name name ...": probed, and not called. */
static void add_uncalled(const char *names, json_t *calls)
{
	while (*names) {
		size_t length = strcspn(names, " ");
		char *name = strndup(names, length);

		SIM_ASSERT(name != NULL);
		if (length && !json_object_get(calls, name))
			json_object_set_new(calls, name, json_integer(0));
		free(name);
		names += length;
		names += strspn(names, " ");
	}
}

int rec_read_calls(struct rec_reader *reader, const json_t *root,
		   struct recording *rec)
{
	json_t *counted = json_object_get(root, "function_calls");
	const char *uncalled = json_string_value(
		json_object_get(root, "functions_probed_but_not_called"));
	const char *name;
	json_t *value;
	char place[80];

	rec->calls = json_object();
	json_object_foreach(counted, name, value) {
		uint64_t count;

		if (rec_uint(value, &count)) {
			json_object_set(rec->calls, name, value);
			continue;
		}
		snprintf(place, sizeof(place), "function_calls.%.50s", name);
		return rec_fail(reader, place, "expected a number of calls");
	}
	if (uncalled)
		add_uncalled(uncalled, rec->calls);
	return 0;
}
