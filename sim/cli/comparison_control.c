/*
 * The positive control of a comparison.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"
#include "sim/cli/comparison.h"
#include "sim/results/result.h"

/* one number per seed, the caller's to free */
static double *figures_of(const struct comparison *comparison,
			  const struct variant *variant, const char *figure)
{
	double *values = calloc(comparison->nr_seeds, sizeof(*values));
	size_t i;

	SIM_ASSERT(values);
	for (i = 0; i < comparison->nr_seeds; i++)
		values[i] = result_figure_value(variant->results[i], figure);
	return values;
}

static struct difference figure_difference(const struct comparison *comparison,
					   const struct variant *off,
					   const struct variant *on,
					   const char *figure)
{
	double *a = figures_of(comparison, off, figure);
	double *b = figures_of(comparison, on, figure);
	struct difference difference =
		difference_of(a, b, comparison->nr_seeds);

	free(a);
	free(b);
	return difference;
}

static bool stream_differs(const struct comparison *comparison,
			   const struct variant *off, const struct variant *on,
			   const char *name)
{
	size_t i;

	for (i = 0; i < comparison->nr_seeds; i++) {
		if (result_stream_equal(off->results[i], on->results[i], name))
			return false;
	}
	return true;
}

/* a figure must differ beyond its bound, a stream for every seed */
void comparison_control(const struct comparison *comparison,
			struct control_verdict *ret)
{
	const struct variant *off =
		&comparison->variants[comparison->nr_variants];
	const struct variant *on = off + 1;
	const char *name = comparison->control->differs;
	json_t *streams = result_stream_names(off->results[0], on->results[0]);
	struct difference difference;
	char time[128], what[256];

	difference = figure_difference(comparison, off, on, "elapsed");
	difference_say(&difference, time, sizeof(time));
	if (json_object_get(streams, name)) {
		ret->is_seen = stream_differs(comparison, off, on, name);
		snprintf(what, sizeof(what), "%.80s %lld without, %lld with it",
			 name, result_stream_records(off->results[0], name),
			 result_stream_records(on->results[0], name));
	} else {
		difference = figure_difference(comparison, off, on, name);
		ret->is_seen = !difference_is_equal(&difference);
		snprintf(what, sizeof(what), "%.80s", name);
	}
	json_decref(streams);
	snprintf(ret->line, sizeof(ret->line),
		 "control:    %.160s: %s; %.160s; elapsed %s",
		 comparison->control->name,
		 ret->is_seen ? "seen, differs" : "NOT SEEN", what, time);
}
