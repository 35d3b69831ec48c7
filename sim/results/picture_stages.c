/*
 * The pictures time-by-stage, CPU time per MiB, and way-by-stage, mean time of
 * a folio from being dirtied to clean: one stacked bar per design.
 */
#include "sim/results/picture.h"

#include "sim/results/format.h"
#include "sim/results/picture_parts.h"
#include "sim/results/print.h"
#include "sim/results/result.h"

/** struct bars - what one of the pictures shows */
struct bars {
	const char *name;
	const char *what;
	const char *axis;
	const char *per;  /* in labels */
	const char *unit; /* in the table */
	json_t *(*stages)(const json_t *const *results, size_t nr);
	double (*ns)(const json_t *result, const char *stage);
};

/* differences are of the last against the first, as in the template */
static void csv_rows(const struct bars *bars, FILE *csv, const json_t *names,
		     const json_t *const *results, size_t nr)
{
	const json_t *entry;
	size_t s, i;

	json_array_foreach(names, s, entry) {
		const char *stage = json_string_value(entry);
		double first = bars->ns(results[0], stage);
		double last = bars->ns(results[nr - 1], stage);

		print_csv_field(csv, stage);
		fprintf(csv, ",%s",
			nr > 1 ? format_difference(first, last, "ns").s
			       : format_value(first, "ns").s);
		for (i = 0; i < nr; i++)
			fprintf(csv, ",%s",
				format_raw(bars->ns(results[i], stage)).s);
		if (nr > 1)
			fprintf(csv, ",%s", format_raw(last - first).s);
		putc('\n', csv);
	}
}

/* stages that take time in one of the results */
static json_t *busy_stages(const json_t *const *results, size_t nr)
{
	json_t *all = result_stage_names(results, nr), *busy = json_array();
	json_t *entry;
	size_t s, i;

	json_array_foreach(all, s, entry) {
		for (i = 0; i < nr; i++) {
			if (result_stage_ns(results[i],
					    json_string_value(entry)) > 0)
				break;
		}
		if (i < nr)
			json_array_append(busy, entry);
	}
	json_decref(all);
	return busy;
}

static double longest_bar(const struct bars *bars, const json_t *names,
			  const json_t *const *results, size_t nr)
{
	double longest = 0;
	const json_t *entry;
	size_t s, i;

	for (i = 0; i < nr; i++) {
		double sum = 0;

		json_array_foreach(names, s, entry)
			sum += bars->ns(results[i], json_string_value(entry));
		if (sum > longest)
			longest = sum;
	}
	return longest;
}

static void word_lists(const struct bars *bars, FILE *out, const json_t *names,
		       const json_t *result, size_t nr)
{
	const json_t *entry;
	char legend[256];
	size_t s;

	fputs("stages = '", out);
	json_array_foreach(names, s, entry)
		picture_word(out, json_string_value(entry));
	fputs("'\nlegend = '", out);
	json_array_foreach(names, s, entry) {
		const char *stage = json_string_value(entry);

		if (nr > 1)
			snprintf(legend, sizeof(legend), "%.60s", stage);
		else
			snprintf(legend, sizeof(legend), "%.60s  %s", stage,
				 format_value(bars->ns(result, stage), "ns").s);
		picture_word(out, legend);
	}
	fputs("'\ncolours = '", out);
	picture_stage_colours(out, names);
	fputs("'\n", out);
}

static const struct bars all_bars[] = {
	{ "time-by-stage", "CPU time by stage", "CPU time per MiB written",
	  "per MiB written", "ns/MiB", busy_stages, result_stage_ns_per_mib },
	{ "way-by-stage", "way of a folio by stage",
	  "mean time of a folio from being dirtied to clean", "per folio",
	  "ns/folio", result_latency_names, result_latency_ns },
};

static void draw(const struct bars *bars, struct picture_set *set,
		 const json_t *const *results, const char *const *labels,
		 size_t nr)
{
	json_t *names = bars->stages(results, nr);
	struct picture picture;
	const char *unit;
	double scale;
	size_t i;

	if (json_array_size(names) == 0) {
		json_decref(names);
		return;
	}
	picture_begin(&picture, set, bars->name);
	fputs("stage,label", picture.csv);
	for (i = 0; i < nr; i++)
		fprintf(picture.csv, ",%s (%s)", labels[i], bars->unit);
	if (nr > 1)
		fprintf(picture.csv, ",difference (%s)", bars->unit);
	putc('\n', picture.csv);
	csv_rows(bars, picture.csv, names, results, nr);

	picture_heading(&picture, results[0],
			picture_is_one_kernel(results[0], results[nr - 1]),
			bars->what);
	picture_variable(&picture, "axis", bars->axis);
	picture_variable(&picture, "per", bars->per);
	fputs("designs = '", picture.variables);
	for (i = 0; i < nr; i++)
		picture_word(picture.variables, labels[i]);
	fputs("'\n", picture.variables);
	scale = format_scale(longest_bar(bars, names, results, nr), "ns",
			     &unit);
	fprintf(picture.variables, "nr_stages = %zu\nscale = %.1f\n",
		json_array_size(names), scale);
	picture_variable(&picture, "unit", unit);
	word_lists(bars, picture.variables, names, results[0], nr);
	picture_end(&picture, "time-by-stage");
	json_decref(names);
}

void picture_stages(struct picture_set *set, const json_t *const *results,
		    const char *const *labels, size_t nr)
{
	size_t i;

	for (i = 0; i < sizeof(all_bars) / sizeof(all_bars[0]); i++)
		draw(&all_bars[i], set, results, labels, nr);
}
