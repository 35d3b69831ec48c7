/*
 * Pictures of stored results.
 */
#include "sim/results/replot.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/assert.h"
#include "sim/results/points.h"
#include "sim/results/result.h"
#include "sim/results/study.h"

static const struct {
	const char *mark;
	enum results_kind kind;
} kinds[] = {
	{ "compare.json", RESULTS_COMPARE },
	{ "sweep.json", RESULTS_SWEEP },
	{ "result.json", RESULTS_RUN },
};

enum results_kind results_kind(const char *dir)
{
	char path[4096];
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, kinds[i].mark);
		if (access(path, F_OK) == 0)
			return kinds[i].kind;
	}
	fprintf(stderr, "wbsim: %s: no results of run, compare or sweep\n",
		dir);
	return RESULTS_NONE;
}

json_t *results_read(const char *dir, const char *part, const char *file)
{
	char path[4096], message[512];
	json_t *json;

	snprintf(path, sizeof(path), "%s%s%s/%s", dir, part ? "/" : "",
		 part ? part : "", file);
	json = json_read(path, message, sizeof(message));
	if (!json)
		fprintf(stderr, "wbsim: %s\n", message);
	return json;
}

int results_variants_read(const char *dir, struct results_variants *ret)
{
	const json_t *names;
	size_t nr, i;

	memset(ret, 0, sizeof(*ret));
	ret->compare = results_read(dir, NULL, "compare.json");
	if (!ret->compare)
		return -ENOENT;
	names = json_object_get(ret->compare, "variants");
	nr = json_array_size(names);
	ret->results = calloc(nr + 1, sizeof(*ret->results));
	ret->labels = calloc(nr + 1, sizeof(*ret->labels));
	SIM_ASSERT(ret->results && ret->labels);
	for (i = 0; i < nr; i++) {
		const char *label = json_string_value(json_array_get(names, i));
		json_t *result =
			label ? results_read(dir, label, "result.json") : NULL;

		if (!result)
			break;
		ret->labels[ret->nr] = label;
		ret->results[ret->nr++] = result;
	}
	if (nr > 0 && ret->nr == nr)
		return 0;
	if (nr == 0)
		fprintf(stderr, "wbsim: %s/compare.json: no variants\n", dir);
	results_variants_release(ret);
	return -EINVAL;
}

void results_variants_release(struct results_variants *variants)
{
	size_t i;

	for (i = 0; i < variants->nr; i++)
		json_decref((json_t *)(uintptr_t)variants->results[i]);
	free(variants->results);
	free(variants->labels);
	json_decref(variants->compare);
	memset(variants, 0, sizeof(*variants));
}

static int replot_run(struct picture_set *set, const char *dir)
{
	json_t *result = results_read(dir, NULL, "result.json");

	if (!result)
		return -EINVAL;
	picture_run(set, result);
	json_decref(result);
	return 0;
}

static int replot_compare(struct picture_set *set, const char *dir)
{
	struct results_variants variants;
	int error = results_variants_read(dir, &variants);

	if (error)
		return error;
	picture_compare(set, variants.results, variants.labels, variants.nr);
	results_variants_release(&variants);
	return 0;
}

static int replot_sweep(struct picture_set *set, const char *dir)
{
	json_t *sweep = results_read(dir, NULL, "sweep.json");
	json_t *points = points_list(dir);
	struct cfg_error error;
	struct study study;
	int status = -EINVAL;

	if (sweep && json_array_size(points) == 0) {
		fprintf(stderr, "wbsim: %s/points.jsonl: no points\n", dir);
	} else if (sweep) {
		status = study_from_json(json_object_get(sweep, "study"),
					 result_text(sweep, "name"), &study,
					 &error);
		if (status) {
			fprintf(stderr, "wbsim: %s\n", error.text);
		} else {
			picture_sweep(set, &study, points);
			study_release(&study);
		}
	}
	json_decref(points);
	json_decref(sweep);
	return status;
}

int replot(struct picture_set *set, const char *dir)
{
	switch (results_kind(dir)) {
	case RESULTS_RUN:
		return replot_run(set, dir);
	case RESULTS_COMPARE:
		return replot_compare(set, dir);
	case RESULTS_SWEEP:
		return replot_sweep(set, dir);
	case RESULTS_NONE:
		break;
	}
	return -ENOENT;
}
