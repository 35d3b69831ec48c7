/*
 * The picture of a factorial: its effects on elapsed time.
 */
#include <stdio.h>

#include "sim/results/factorial.h"
#include "sim/results/result.h"

/* what the axis must show, per cent */
struct span {
	double low;
	double high;
};

static void picture_row(struct picture *picture,
			const struct factorial *factorial, unsigned int mask,
			const char *label, struct span *span)
{
	struct difference d = factorial_effect(factorial, mask, "elapsed");
	double low = 100 * (d.ratio.mean - d.ratio.half_width);
	double high = 100 * (d.ratio.mean + d.ratio.half_width);
	char text[64];

	difference_short(&d, text, sizeof(text));
	fprintf(picture->csv, "%s,%.9g,%.9g,%.9g,%s\n", label,
		100 * d.ratio.mean, low, high, text);
	span->low = low < span->low ? low : span->low;
	span->high = high > span->high ? high : span->high;
}

void factorial_picture(struct picture_set *set,
		       const struct factorial *factorial)
{
	struct span span = { -120 * DIFFERENCE_MODEL, 120 * DIFFERENCE_MODEL };
	struct picture picture;
	char heading[256];
	size_t e, rows = 1;

	picture_begin(&picture, set, "effects");
	fprintf(picture.csv, "effect,percent,low,high,text\n");
	picture_row(&picture, factorial, 0, "whole difference", &span);
	for (e = 0; e < FACTORIAL_NR_EFFECTS; e++) {
		const struct factorial_effect_name *effect =
			&factorial_effect_names[e];

		if (!factorial_effect_varies(factorial, effect->mask))
			continue;
		picture_row(&picture, factorial, effect->mask, effect->name,
			    &span);
		rows++;
	}
	snprintf(heading, sizeof(heading),
		 "%.80s: what makes up the difference of elapsed time",
		 result_text(factorial->cells[0][0], "name"));
	picture_variable(&picture, "heading", heading);
	fprintf(picture.variables,
		"rows = %zu\nnoise = %.9g\nmodel = %.9g\nx_low = %.9g\n"
		"x_high = %.9g\nseeds = %zu\n",
		rows, 100 * DIFFERENCE_NOISE, 100 * DIFFERENCE_MODEL,
		span.low - 0.05 * (span.high - span.low),
		span.high + 0.25 * (span.high - span.low), factorial->nr_seeds);
	picture_end(&picture, "effects");
}
