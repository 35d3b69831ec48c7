/*
 * The five lines of a comparison.
 */
#include "sim/results/verdict.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"
#include "sim/results/difference.h"
#include "sim/results/format.h"
#include "sim/results/limit.h"
#include "sim/results/result.h"

/* a line that grows; what does not fit is cut */
struct line {
	char *text;
	size_t used;
};

__attribute__((format(printf, 2, 3))) static void add(struct line *line,
						      const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(line->text + line->used, VERDICT_LINE_BYTES - line->used,
		      format, args);
	va_end(args);
	if (n > 0)
		line->used += (size_t)n;
	if (line->used > VERDICT_LINE_BYTES - 1)
		line->used = VERDICT_LINE_BYTES - 1;
}

static bool stream_is_equal(const json_t *const *old, const json_t *const *new,
			    size_t nr_seeds, const char *name)
{
	size_t i;

	for (i = 0; i < nr_seeds; i++) {
		if (!result_stream_equal(old[i], new[i], name))
			return false;
	}
	return true;
}

static void line_streams(struct line *line, const json_t *const *old,
			 const json_t *const *new, size_t nr_seeds,
			 bool *ret_identical)
{
	json_t *names = result_stream_names(old[0], new[0]);
	const char *name, *first = NULL;
	unsigned int nr_equal = 0;
	json_t *ignored;

	add(line, "streams:    ");
	json_object_foreach(names, name, ignored) {
		if (stream_is_equal(old, new, nr_seeds, name))
			nr_equal++;
		else if (!first)
			first = name;
	}
	*ret_identical = !first;
	if (!first) {
		add(line, "identical, %lld requests",
		    result_stream_records(new[0], "requests"));
		add(line, " (%u of %u streams by digest", nr_equal, nr_equal);
		json_object_foreach(names, name, ignored) {
			if (strcmp(name, "requests") != 0 &&
			    result_stream_records(new[0], name) > 0)
				add(line, "; %lld %s",
				    result_stream_records(new[0], name), name);
		}
		add(line, ")");
	} else {
		add(line, "differ, first in %s (%lld old, %lld new); ", first,
		    result_stream_records(old[0], first),
		    result_stream_records(new[0], first));
		add(line, "%u of %zu equal; requests %lld old, %lld new",
		    nr_equal, json_object_size(names),
		    result_stream_records(old[0], "requests"),
		    result_stream_records(new[0], "requests"));
	}
	json_decref(names);
}

static struct difference time_difference(const json_t *const *old,
					 const json_t *const *new,
					 size_t nr_seeds)
{
	double *values = calloc(2 * nr_seeds, sizeof(*values));
	struct difference difference;
	size_t i;

	SIM_ASSERT(values);
	for (i = 0; i < nr_seeds; i++) {
		values[i] = result_figure_value(old[i], "elapsed");
		values[nr_seeds + i] = result_figure_value(new[i], "elapsed");
	}
	difference = difference_of(values, values + nr_seeds, nr_seeds);
	free(values);
	return difference;
}

/* what the seeds say of chance */
static void add_seeds(struct line *line, const struct difference *difference,
		      size_t nr_seeds)
{
	if (nr_seeds == 1)
		add(line, "; one seed");
	else if (difference->ratio.is_one_value)
		add(line,
		    "; no randomness in this workload: exact, all %zu seeds "
		    "equal",
		    nr_seeds);
	else
		add(line, "; over %zu seeds +- %.3f %%", nr_seeds,
		    100 * difference->ratio.half_width);
}

static void line_time(struct line *line, const json_t *const *old,
		      const json_t *const *new, size_t nr_seeds,
		      struct verdict *verdict)
{
	struct difference difference = time_difference(old, new, nr_seeds);
	double a = result_figure_value(old[0], "elapsed");
	double b = result_figure_value(new[0], "elapsed");
	char text[128];

	verdict->time_ratio = 1 + difference.ratio.mean;
	verdict->half_width = difference.ratio.half_width;
	verdict->bound = difference_bound(&difference);
	difference_say(&difference, text, sizeof(text));
	add(line, "time:       new/old %.4f, %s, noise floor %.1f %%",
	    verdict->time_ratio, text, 100 * DIFFERENCE_NOISE);
	if (!(a < b) && !(a > b))
		add(line, "; both %s", format_value(a, "ns").s);
	else
		add(line, "; %s against %s, %s", format_value(b, "ns").s,
		    format_value(a, "ns").s, format_difference(a, b, "ns").s);
	add_seeds(line, &difference, nr_seeds);
}

static void add_methods(struct line *line, const json_t *result)
{
	const json_t *methods =
		json_object_get(json_object_get(result, "boundary"), "methods");
	const json_t *method;
	size_t nr_called = 0, i;
	char name[64];

	json_array_foreach(methods, i, method) {
		if (!(result_number(method, "calls") > 0))
			continue;
		result_method_name(method, name, sizeof(name));
		add(line, "%s%.0f %s", nr_called++ ? " + " : "",
		    result_number(method, "calls"), name);
	}
	if (nr_called == 0)
		add(line, "none");
}

/* the stage with the largest difference that is not in @taken */
static const char *largest_stage(const json_t *names, const json_t *old,
				 const json_t *new, const char *taken,
				 double *ret_difference)
{
	const char *largest = NULL;
	double largest_size = 0;
	const json_t *entry;
	size_t i;

	json_array_foreach(names, i, entry) {
		const char *name = json_string_value(entry);
		double d =
			result_stage_ns(new, name) - result_stage_ns(old, name);
		double size = d < 0 ? -d : d;

		if (strcmp(name, "idle") == 0 ||
		    (taken && strcmp(name, taken) == 0))
			continue;
		if (size > largest_size) {
			largest_size = size;
			largest = name;
			*ret_difference = d;
		}
	}
	return largest;
}

static void add_cpu_difference(struct line *line, const json_t *old,
			       const json_t *new)
{
	const json_t *both[2] = { old, new };
	json_t *names = result_stage_names(both, 2);
	double cpu[2] = { 0, 0 }, difference = 0;
	const char *first, *second;
	const json_t *entry;
	size_t i;

	json_array_foreach(names, i, entry) {
		const char *name = json_string_value(entry);

		if (strcmp(name, "idle") == 0)
			continue;
		cpu[0] += result_stage_ns(old, name);
		cpu[1] += result_stage_ns(new, name);
	}
	first = largest_stage(names, old, new, NULL, &difference);
	if (!first) {
		add(line, "CPU time equal in every stage (%s)",
		    format_value(cpu[0], "ns").s);
	} else {
		add(line, "CPU %s: %s %s%s",
		    format_difference(cpu[0], cpu[1], "ns").s, first,
		    difference < 0 ? "" : "+",
		    format_value(difference, "ns").s);
		second = largest_stage(names, old, new, first, &difference);
		if (second)
			add(line, ", %s %s%s", second,
			    difference < 0 ? "" : "+",
			    format_value(difference, "ns").s);
	}
	json_decref(names);
}

static void line_where(struct line *line, const json_t *old, const json_t *new)
{
	add(line, "of which:   calls new ");
	add_methods(line, new);
	add(line, ", old ");
	add_methods(line, old);
	add(line, "; ");
	add_cpu_difference(line, old, new);
}

static void line_limit(struct line *line, const json_t *old, const json_t *new)
{
	const json_t *a = json_object_get(old, "bottleneck");
	const json_t *b = json_object_get(new, "bottleneck");

	if (limit_is_proved(new)) {
		char text[LIMIT_TEXT_BYTES];

		limit_text(new, text);
		add(line, "limited by: %s", text);
		return;
	}
	add(line, "limited by: %s %.1f %%", result_text(b, "resource"),
	    result_number(b, "busy_ppm") / 1e4);
	if (*result_text(b, "next"))
		add(line, "; next: %s %.1f %%", result_text(b, "next"),
		    result_number(b, "next_busy_ppm") / 1e4);
	if (strcmp(result_text(a, "resource"), result_text(b, "resource")) != 0)
		add(line, " (old: %s %.1f %%)", result_text(a, "resource"),
		    result_number(a, "busy_ppm") / 1e4);
}

/* where the model's error of times comes from, and whether it applies here */
static void add_time_trust(struct line *line, const json_t *result)
{
	struct result_figure figure;

	if (result_figure_get(result, "elapsed", &figure) &&
	    strcmp(figure.tag, "extrapolated") == 0)
		add(line,
		    "; time extrapolated: its error of %.1f %% was validated "
		    "on null_blk, one CPU",
		    100 * DIFFERENCE_MODEL);
}

static void line_trust(struct line *line, const json_t *const *old,
		       const json_t *const *new, size_t nr_seeds)
{
	static const char *const tags[] = { "exact", "calibrated", "predicted",
					    "extrapolated" };
	const json_t *figures = json_object_get(new[0], "figures");
	const json_t *warnings = json_object_get(new[0], "warnings");
	const char *name, *failed = NULL;
	json_t *figure;
	size_t t, i, nr_tags = 0;

	add(line, "trust:      figures");
	for (t = 0; t < sizeof(tags) / sizeof(tags[0]); t++) {
		unsigned int count = 0;

		json_object_foreach((json_t *)(uintptr_t)figures, name, figure)
			count += strcmp(result_text(figure, "tag"), tags[t]) ==
				 0;
		if (count)
			add(line, "%s %u %s", nr_tags++ ? "," : "", count,
			    tags[t]);
	}
	add_time_trust(line, new[0]);
	for (i = 0; i < nr_seeds && !failed; i++) {
		failed = result_failed_check(old[i]);
		if (!failed)
			failed = result_failed_check(new[i]);
	}
	if (failed)
		add(line, "; CHECK FAILED: %s", failed);
	else
		add(line, "; all checks passed");
	if (json_array_size(warnings) == 0)
		add(line, "; 0 keys outside the validated range");
	else
		add(line, "; %zu warning%s: %s", json_array_size(warnings),
		    json_array_size(warnings) == 1 ? "" : "s, first",
		    json_string_value(json_array_get(warnings, 0)));
}

void verdict_make(const json_t *const *old, const json_t *const *new,
		  size_t nr_seeds, struct verdict *ret)
{
	struct line lines[VERDICT_NR_LINES];
	size_t i;

	SIM_ASSERT(nr_seeds > 0);
	memset(ret, 0, sizeof(*ret));
	for (i = 0; i < VERDICT_NR_LINES; i++)
		lines[i] = (struct line){ ret->lines[i], 0 };
	line_streams(&lines[0], old, new, nr_seeds, &ret->streams_identical);
	line_time(&lines[1], old, new, nr_seeds, ret);
	line_where(&lines[2], old[0], new[0]);
	line_limit(&lines[3], old[0], new[0]);
	line_trust(&lines[4], old, new, nr_seeds);
}
