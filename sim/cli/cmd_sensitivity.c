/*
 * wbsim sensitivity: Morris screening of a study's keys
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/cli/cli.h"
#include "sim/cli/points_run.h"
#include "sim/cli/simulate.h"
#include "sim/config/internal.h"
#include "sim/results/result.h"
#include "sim/results/sensitivity.h"
#include "sim/results/summary.h"

#define TRAJECTORIES 10

enum {
	OPT_FIGURE = CLI_FIRST_OWN,
	OPT_TRAJECTORIES,
	OPT_SAMPLE_SEED,
};

static const struct argp_option options[] = {
	{ "figure", OPT_FIGURE, "NAME", 0,
	  "The figure that keys are ranked for (default: the study's)", 0 },
	{ "trajectories", OPT_TRAJECTORIES, "N", 0,
	  "Elementary effects per key (default: 10)", 0 },
	{ "sample-seed", OPT_SAMPLE_SEED, "N", 0,
	  "Of the sampling plan, not of the runs (default: 1)", 0 },
	{ "jobs", 'j', "N", 0, "Runs at once (default: one per CPU)", 0 },
	CLI_OPTION_OUTPUT("Result folder (default: out/STUDY-sensitivity)"),
	CLI_OPTION_FORMAT,
	CLI_OPTION_QUIET,
	CLI_OPTION_NO_PLOTS,
	{ 0 },
};

struct sensitivity_args {
	struct cli_common common;
	struct points_options run;
	const char *file;
	const char *figure;
	size_t nr_trajectories;
	uint64_t sample_seed;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct sensitivity_args *args = state->input;

	switch (key) {
	case OPT_FIGURE:
		args->figure = arg;
		return 0;
	case OPT_TRAJECTORIES:
		args->nr_trajectories =
			cli_number(arg, "--trajectories", state);
		if (args->nr_trajectories < 2 || args->nr_trajectories > 10000)
			argp_error(state, "--trajectories: expected 2 to "
					  "10000");
		return 0;
	case OPT_SAMPLE_SEED:
		args->sample_seed = cli_number(arg, "--sample-seed", state);
		return 0;
	case 'j':
		args->run.jobs = (unsigned int)cli_number(arg, "--jobs", state);
		if (args->run.jobs < 1 || args->run.jobs > 1024)
			argp_error(state, "--jobs: expected 1 to 1024");
		return 0;
	case ARGP_KEY_ARG:
		if (args->file)
			argp_error(state, "one STUDY only");
		args->file = arg;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "STUDY is missing");
		return 0;
	default:
		return cli_common_parse(key, arg, state, &args->common);
	}
}

static json_t *point_values(void *arg, size_t index)
{
	return sensitivity_point(arg, index);
}

static int load_point(void *arg, size_t index, struct experiment *ret,
		      struct cfg_error *reterr)
{
	const struct sensitivity *sensitivity = arg;
	json_t *point = sensitivity_point(sensitivity, index);
	int error = study_load_values(sensitivity->study, point, ret, reterr);

	json_decref(point);
	return error;
}

/* one line per point, in their order; NULL when one is missing */
static json_t *lines_of(const struct points_run *run)
{
	json_t *lines = json_array();
	size_t i;

	for (i = 0; i < run->source->nr; i++) {
		json_t *line =
			json_object_get(run->points, points_run_digest(run, i));

		if (json_is_string(json_object_get(line, "failed_check")))
			line = NULL;
		if (!line) {
			fprintf(stderr, "wbsim: point %zu has no result\n",
				i + 1);
			json_decref(lines);
			return NULL;
		}
		json_array_append(lines, line);
	}
	return lines;
}

static int check_figure(const struct sensitivity *sensitivity,
			const json_t *line, const char *file)
{
	json_t *figures = json_object_get(line, "figures");
	struct cfg_nearest near;
	const char *name;
	json_t *ignored;

	if (json_object_get(figures, sensitivity->figure))
		return 0;
	cfg_nearest_init(&near, sensitivity->figure);
	json_object_foreach(figures, name, ignored)
		cfg_nearest_offer(&near, name);
	name = cfg_nearest_get(&near);
	if (name)
		fprintf(stderr, "%s: unknown figure %s (did you mean %s?)\n",
			file, sensitivity->figure, name);
	else
		fprintf(stderr, "%s: unknown figure %s (wbsim list figures)\n",
			file, sensitivity->figure);
	return CLI_USAGE;
}

/* before anything is written: has a run of this workload such a figure? */
static int try_figure(struct sensitivity *sensitivity, const char *file)
{
	struct simulation simulation = { 0 };
	struct experiment experiment;
	struct cfg_error error;
	int status;

	if (load_point(sensitivity, 0, &experiment, &error)) {
		fprintf(stderr, "%s: %s\n", file, error.text);
		return CLI_USAGE;
	}
	simulation.experiment = &experiment;
	if (experiment.seeds.nr_items)
		simulation.seed = ((const uint64_t *)experiment.seeds.items)[0];
	status = simulate(&simulation, 1, 1, true, NULL, NULL);
	if (status == 0)
		status = check_figure(sensitivity, simulation.result, file);
	json_decref(simulation.result);
	experiment_release(&experiment);
	return status;
}

static void print_ranking(const struct sensitivity_args *args,
			  const struct sensitivity *sensitivity,
			  const json_t *lines, const char *target)
{
	struct print_table *table = sensitivity_table(sensitivity, lines);
	struct picture_set pictures;

	picture_set_init(&pictures, target);
	if (!args->common.no_plots)
		sensitivity_picture(&pictures, sensitivity);
	if (args->common.format == PRINT_TABLE)
		printf("What moves %s, over each key's range (Morris, %zu "
		       "trajectories, %zu points%s):\n\n",
		       sensitivity->figure, sensitivity->plan.nr_trajectories,
		       sensitivity->plan.nr_points,
		       sensitivity->nr_seeds > 1 ? ", mean over the seeds"
						 : "");
	print_table_out(table, stdout, args->common.format);
	if (args->common.format == PRINT_TABLE) {
		printf("\nmu*: mean size of the change; +-: its 95 %% "
		       "interval; mu: with sign;\nsigma: how much it depends "
		       "on where it starts and on the other keys\n"
		       "results:  %s\n",
		       target);
		summary_pictures(&pictures, target, stdout);
	} else if (pictures.warning[0]) {
		fprintf(stderr, "wbsim: warning: %s\n", pictures.warning);
	}
	picture_set_done(&pictures);
	print_table_free(table);
}

static int finish(const struct sensitivity_args *args,
		  struct sensitivity *sensitivity, struct points_run *run,
		  const char *target)
{
	json_t *lines = lines_of(run);
	int error;

	if (!lines)
		return 1;
	sensitivity_finish(sensitivity, lines);
	error = sensitivity_write(target, sensitivity, lines);
	if (error)
		fprintf(stderr, "wbsim: %s: %s\n", target, strerror(-error));
	else
		print_ranking(args, sensitivity, lines, target);
	json_decref(lines);
	return error ? CLI_USAGE : 0;
}

static int screen(const struct sensitivity_args *args, struct study *study)
{
	struct sensitivity sensitivity;
	struct points_source source = { .load = load_point,
					.values = point_values,
					.arg = &sensitivity };
	struct points_run run;
	char *target = NULL;
	int status;

	sensitivity_init(&sensitivity, study,
			 args->figure ? args->figure : study->figure,
			 args->nr_trajectories, args->sample_seed);
	source.nr = sensitivity_nr_points(&sensitivity);
	status = points_run_begin(&run, &source, args->file);
	if (status == 0)
		target = cli_output(&args->common, study->name, "-sensitivity");
	if (!target)
		status = CLI_USAGE;
	if (status == 0)
		status = try_figure(&sensitivity, args->file);
	if (status == 0)
		status = points_run_open(&run, target);
	if (status == 0)
		status = points_run_all(&run, &args->run);
	if (status == 0)
		status = finish(args, &sensitivity, &run, target);
	points_run_done(&run);
	sensitivity_done(&sensitivity);
	free(target);
	return status;
}

int cmd_sensitivity(int argc, char **argv)
{
	struct sensitivity_args args = { .run = { .shard = 1, .nr_shards = 1 },
					 .nr_trajectories = TRAJECTORIES,
					 .sample_seed = 1 };
	struct cfg_error error;
	struct study study;
	int status = cli_parse(options, parse, "sensitivity", "STUDY", argc,
			       argv, &args);

	if (status)
		return status;
	args.run.is_quiet = args.common.is_quiet;
	if (study_load(args.file, &experiment_object, &study, &error)) {
		fprintf(stderr, "%s\n", error.text);
		return CLI_USAGE;
	}
	if (sensitivity_nr_keys(&study) == 0) {
		fprintf(stderr, "%s: no key has two values: nothing to rank\n",
			args.file);
		status = CLI_USAGE;
	} else {
		status = screen(&args, &study);
	}
	study_release(&study);
	cli_common_done(&args.common);
	return status;
}
