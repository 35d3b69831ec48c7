/*
 * Streams of results: digests without dates.
 */
#include <string.h>

#include "sim/results/result.h"

/* in the order in which data passes them: the first difference is the cause */
static const char *const stream_order[] = {
	"folios", "ioend_ranges", "conversions", "fuse_requests", "bios",
	"splits", "merges",       "requests",    "completions"
};
#define NR_STREAM_ORDER (sizeof(stream_order) / sizeof(stream_order[0]))

static const json_t *stream_of(const json_t *result, const char *name)
{
	return json_object_get(json_object_get(result, "streams"), name);
}

bool result_stream_equal(const json_t *old, const json_t *new, const char *name)
{
	const json_t *a = stream_of(old, name);
	const json_t *b = stream_of(new, name);

	/* a stream that one design does not have counts as empty */
	if (result_number(a, "records") <= 0 &&
	    result_number(b, "records") <= 0)
		return true;
	return a && b &&
	       strcmp(result_text(a, "digest"), result_text(b, "digest")) == 0;
}

json_t *result_stream_names(const json_t *old, const json_t *new)
{
	json_t *names = json_object();
	const char *name;
	json_t *stream;
	size_t i;

	for (i = 0; i < NR_STREAM_ORDER; i++) {
		if (stream_of(old, stream_order[i]) ||
		    stream_of(new, stream_order[i]))
			json_object_set_new(names, stream_order[i],
					    json_true());
	}
	json_object_foreach(json_object_get(old, "streams"), name, stream)
		json_object_set_new(names, name, json_true());
	json_object_foreach(json_object_get(new, "streams"), name, stream)
		json_object_set_new(names, name, json_true());
	return names;
}

long long result_stream_records(const json_t *result, const char *name)
{
	return (long long)result_number(stream_of(result, name), "records");
}
