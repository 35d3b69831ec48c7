/*
 * wbsim plot
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/cli/cli.h"
#include "sim/results/picture.h"
#include "sim/results/points.h"
#include "sim/results/result.h"
#include "sim/results/study.h"
#include "sim/results/summary.h"

#define MAX_VARIANTS 256

static const struct argp_option options[] = {
	CLI_OPTION_QUIET,
	{ 0 },
};

struct plot_args {
	struct cli_common common;
	const char *dir;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct plot_args *args = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		if (args->dir)
			argp_error(state, "one DIR only");
		args->dir = arg;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "DIR is missing");
		return 0;
	default:
		return cli_common_parse(key, arg, state, &args->common);
	}
}

static json_t *read_part(const char *dir, const char *part, const char *file)
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

static int plot_run(struct picture_set *set)
{
	json_t *result = read_part(set->dir, NULL, "result.json");

	if (!result)
		return CLI_USAGE;
	picture_run(set, result);
	json_decref(result);
	return 0;
}

static int plot_compare(struct picture_set *set)
{
	json_t *compare = read_part(set->dir, NULL, "compare.json");
	const json_t *variants = json_object_get(compare, "variants");
	const json_t *results[MAX_VARIANTS];
	const char *labels[MAX_VARIANTS];
	size_t nr = 0, i;
	int status = json_array_size(variants) > 0 ? 0 : CLI_USAGE;

	for (i = 0;
	     i < json_array_size(variants) && i < MAX_VARIANTS && status == 0;
	     i++) {
		labels[i] = json_string_value(json_array_get(variants, i));
		results[i] = read_part(set->dir, labels[i], "result.json");
		if (results[i])
			nr++;
		else
			status = CLI_USAGE;
	}
	if (status == 0)
		picture_compare(set, results, labels, nr);
	for (i = 0; i < nr; i++)
		json_decref((json_t *)(uintptr_t)results[i]);
	json_decref(compare);
	return status;
}

static int plot_sweep(struct picture_set *set)
{
	json_t *sweep = read_part(set->dir, NULL, "sweep.json");
	json_t *points = points_list(set->dir);
	struct cfg_error error;
	struct study study;
	int status = CLI_USAGE;

	if (sweep && json_array_size(points) > 0) {
		if (study_from_json(json_object_get(sweep, "study"),
				    result_text(sweep, "name"), &study,
				    &error)) {
			fprintf(stderr, "wbsim: %s\n", error.text);
		} else {
			picture_sweep(set, &study, points);
			study_release(&study);
			status = 0;
		}
	}
	json_decref(points);
	json_decref(sweep);
	return status;
}

static const struct {
	const char *mark;
	int (*plot)(struct picture_set *set);
} kinds[] = {
	{ "compare.json", plot_compare },
	{ "sweep.json", plot_sweep },
	{ "result.json", plot_run },
};

static int plot(const char *dir)
{
	struct picture_set set;
	char path[4096];
	int status = CLI_USAGE;
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, kinds[i].mark);
		if (access(path, F_OK) == 0)
			break;
	}
	if (i == sizeof(kinds) / sizeof(kinds[0])) {
		fprintf(stderr,
			"wbsim: %s: no results of run, compare or sweep\n",
			dir);
		return CLI_USAGE;
	}
	picture_set_init(&set, dir);
	status = kinds[i].plot(&set);
	if (status == 0)
		summary_pictures(&set, dir, stdout);
	picture_set_done(&set);
	return status;
}

int cmd_plot(int argc, char **argv)
{
	struct plot_args args = { 0 };
	int status =
		cli_parse(options, parse, "plot", "DIR", argc, argv, &args);

	return status ? status : plot(args.dir);
}
