/*
 * Where the time of folios went.
 */
#include "models/run/result.h"
#include "sim/base/assert.h"

static json_t *stage(const struct hist *h, const char *name, const char *help,
		     uint64_t all_ns)
{
	return json_pack(
		"{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I}", "name", name,
		"help", help, "folios", (json_int_t)h->count, "ns",
		(json_int_t)h->sum, "share_ppm",
		(json_int_t)(all_ns ? mul_div(h->sum, 1000000, all_ns) : 0),
		"p50", (json_int_t)hist_quantile(h, 500000), "p99",
		(json_int_t)hist_quantile(h, 990000), "p999",
		(json_int_t)hist_quantile(h, 999000));
}

json_t *result_latency(const struct world *world)
{
	const struct mm_ways *ways = &world->mm.ways;
	uint64_t all_ns = 0;
	json_t *stages = json_array();
	json_t *throttle = json_null();

	for (unsigned int i = 0; i < ways->nr_stages; i++)
		all_ns += ways->ns[i]->sum;
	for (unsigned int n = 0; n < ways->nr_stages; n++) {
		unsigned int i = mm_ways_stage(ways, n);

		if (ways->ns[i]->count)
			json_array_append_new(
				stages, stage(ways->ns[i], ways->stages[i].name,
					      ways->stages[i].help, all_ns));
	}
	if (ways->throttle_ns->count)
		throttle =
			stage(ways->throttle_ns, "throttle",
			      "pauses of writers, beside the way of folios", 0);
	return json_pack("{s:I, s:I, s:o, s:o}", "folios",
			 (json_int_t)ways->folios, "ns", (json_int_t)all_ns,
			 "throttle", throttle, "stages", stages);
}
