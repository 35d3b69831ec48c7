/*
 * wbsim sweep
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/run/run.h"
#include "sim/base/assert.h"
#include "sim/base/fileio.h"
#include "sim/base/jobs.h"
#include "sim/cli/cli.h"
#include "sim/cli/simulate.h"
#include "sim/results/picture.h"
#include "sim/results/points.h"
#include "sim/results/study.h"
#include "sim/results/summary.h"
#include "sim/results/sweep.h"
#include "sim/results/writer.h"

static const struct argp_option options[] = {
	{ "jobs", 'j', "N", 0, "Runs at once (default: one per CPU)", 0 },
	CLI_OPTION_OUTPUT("Result folder (default: out/STUDY)"),
	CLI_OPTION_FORMAT,
	CLI_OPTION_QUIET,
	CLI_OPTION_NO_PLOTS,
	{ 0 },
};

struct sweep_args {
	struct cli_common common;
	const char *file;
	unsigned int jobs;
};

/**
 * struct sweep - one sweep under way
 * @digests: array of strings, one per point
 * @points: digest -> line, what has run
 * @todo: indices of the points to run
 */
struct sweep {
	struct study study;
	json_t *digests;
	json_t *points;
	size_t *todo;
	size_t nr_todo;
	struct points_file file;
	struct progress *progress;
	int status;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct sweep_args *args = state->input;

	switch (key) {
	case 'j':
		args->jobs = (unsigned int)cli_number(arg, "--jobs", state);
		if (args->jobs < 1 || args->jobs > 1024)
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

static int load_point(const struct study *study, size_t index,
		      struct experiment *ret, struct cfg_error *reterr)
{
	json_t *point = study_point(study, index);
	struct study_overrides overrides;
	int error;

	study_overrides_init(study, point, &overrides);
	error = experiment_load(study->workload, overrides.list, overrides.nr,
				ret, reterr);
	study_overrides_release(&overrides);
	json_decref(point);
	return error;
}

/* every config is checked before the first run is made */
static int digest_points(struct sweep *sweep, const char *file)
{
	size_t nr = study_nr_points(&sweep->study), i;
	struct experiment experiment;
	struct cfg_error error;
	char digest[17];
	json_t *resolved;

	sweep->digests = json_array();
	for (i = 0; i < nr; i++) {
		if (load_point(&sweep->study, i, &experiment, &error)) {
			fprintf(stderr, "%s: point %zu of %zu: %s\n", file,
				i + 1, nr, error.text);
			return CLI_USAGE;
		}
		resolved = cfg_resolved(&experiment_object, &experiment);
		points_digest(resolved, digest);
		json_array_append_new(sweep->digests, json_string(digest));
		json_decref(resolved);
		experiment_release(&experiment);
	}
	return 0;
}

static const char *digest_at(const struct sweep *sweep, size_t index)
{
	return json_string_value(json_array_get(sweep->digests, index));
}

static void choose_todo(struct sweep *sweep)
{
	size_t nr = json_array_size(sweep->digests), i;
	json_t *taken = json_copy(sweep->points);

	sweep->todo = calloc(nr, sizeof(*sweep->todo));
	SIM_ASSERT(sweep->todo);
	for (i = 0; i < nr; i++) {
		if (json_object_get(taken, digest_at(sweep, i)))
			continue;
		json_object_set_new(taken, digest_at(sweep, i), json_true());
		sweep->todo[sweep->nr_todo++] = i;
	}
	json_decref(taken);
}

static int child_fn(size_t index, void *arg, char **ret_data, size_t *ret_bytes)
{
	struct sweep *sweep = arg;
	struct simulation simulation = { 0 };
	struct experiment experiment;
	struct cfg_error error;
	int status;

	/* an orphan of a killed sweep must not hold its lock */
	points_close(&sweep->file);
	if (load_point(&sweep->study, sweep->todo[index], &experiment,
		       &error)) {
		*ret_data = strdup(error.text);
		*ret_bytes = *ret_data ? strlen(*ret_data) : 0;
		return CLI_USAGE;
	}
	simulation.experiment = &experiment;
	if (experiment.seeds.nr_items)
		simulation.seed = ((const uint64_t *)experiment.seeds.items)[0];
	status = simulate_in_child(&simulation, sweep->progress, index,
				   ret_data, ret_bytes);
	experiment_release(&experiment);
	return status;
}

static void child_done(size_t index, int status, const char *data,
		       size_t nr_bytes, void *arg)
{
	struct sweep *sweep = arg;
	struct simulation simulation = { 0 };
	size_t point_index = sweep->todo[index];
	json_t *values, *point;
	int error;

	simulate_take(&simulation, status, data, nr_bytes);
	progress_job(sweep->progress, index, 1, 1);
	if (simulation.status > sweep->status)
		sweep->status = simulation.status;
	if (!simulation.result) {
		fprintf(stderr, "wbsim: point %zu: %s\n", point_index + 1,
			simulation.message);
		return;
	}
	values = study_point(&sweep->study, point_index);
	point = points_make(digest_at(sweep, point_index), values,
			    simulation.result);
	error = points_append(&sweep->file, point);
	if (error) {
		fprintf(stderr, "wbsim: points.jsonl: %s\n", strerror(-error));
		sweep->status = CLI_USAGE;
	}
	json_object_set(sweep->points, digest_at(sweep, point_index), point);
	json_decref(point);
	json_decref(values);
	json_decref(simulation.result);
}

static int run_points(const struct sweep_args *args, struct sweep *sweep)
{
	int status;

	choose_todo(sweep);
	if (sweep->nr_todo < json_array_size(sweep->digests) &&
	    !args->common.is_quiet)
		fprintf(stderr, "wbsim: %zu of %zu points to run\n",
			sweep->nr_todo, json_array_size(sweep->digests));
	if (sweep->nr_todo == 0)
		return 0;
	sweep->progress = progress_new(sweep->nr_todo, args->common.is_quiet);
	fflush(NULL);
	status = jobs_run(sweep->nr_todo, args->jobs, child_fn, child_done,
			  sweep);
	progress_end(sweep->progress);
	if (status >= 0)
		return sweep->status;
	fprintf(stderr, "wbsim: cannot start a process: %s\n",
		strerror(-status));
	return 3;
}

static void print_dead_keys(const struct study *study, const json_t *sorted)
{
	json_t *sentences = sweep_dead_keys(study, sorted);
	const json_t *sentence;
	size_t i;

	json_array_foreach(sentences, i, sentence)
		printf("note: %s\n", json_string_value(sentence));
	json_decref(sentences);
}

/* also of points that an earlier, killed sweep has run */
static bool any_failed(const json_t *sorted)
{
	const json_t *point, *failed;
	bool is_failed = false;
	size_t i;

	json_array_foreach(sorted, i, point) {
		failed = json_object_get(point, "failed_check");
		if (!json_is_string(failed))
			continue;
		fprintf(stderr, "wbsim: point %zu: check failed: %s\n", i + 1,
			json_string_value(failed));
		is_failed = true;
	}
	return is_failed;
}

static int finish(const struct sweep_args *args, const struct sweep *sweep,
		  const char *target, int status)
{
	const char *question = json_string_value(
		json_object_get(sweep->study.json, "question"));
	json_t *sorted =
		sweep_sorted(&sweep->study, sweep->digests, sweep->points);
	struct print_table *table = sweep_table(&sweep->study, sorted);
	int error = sweep_write(target, &sweep->study, sorted);
	struct picture_set pictures;

	if (status == 0 && any_failed(sorted))
		status = 1;
	if (error) {
		fprintf(stderr, "wbsim: %s: %s\n", target, strerror(-error));
		status = CLI_USAGE;
	}
	picture_set_init(&pictures, target);
	if (!args->common.no_plots && json_array_size(sorted) > 0)
		picture_sweep(&pictures, &sweep->study, sorted);
	if (args->common.format == PRINT_TABLE && question)
		printf("%s\n\n", question);
	print_table_out(table, stdout, args->common.format);
	if (args->common.format == PRINT_TABLE) {
		putchar('\n');
		print_dead_keys(&sweep->study, sorted);
		printf("results:  %s\n", target);
		summary_pictures(&pictures, target, stdout);
	} else if (pictures.warning[0]) {
		fprintf(stderr, "wbsim: warning: %s\n", pictures.warning);
	}
	picture_set_done(&pictures);
	print_table_free(table);
	json_decref(sorted);
	return status;
}

static int sweep_into(const struct sweep_args *args, struct sweep *sweep,
		      const char *target)
{
	int error = dir_make(target);
	int status;

	if (!error)
		error = points_open(target, &sweep->file, &sweep->points);
	if (!error) {
		error = points_check_build(target, &sweep->file, sweep->points);
		if (error == 1) {
			fprintf(stderr,
				"wbsim: %s: points of another build of wbsim "
				"are run again\n",
				target);
			error = 0;
		}
	}
	if (error == -EBUSY) {
		fprintf(stderr, "wbsim: %s: another sweep is writing to it\n",
			target);
		return CLI_USAGE;
	}
	if (error) {
		fprintf(stderr,
			"wbsim: %s: cannot write the output folder: %s\n",
			target, strerror(-error));
		return CLI_USAGE;
	}
	status = run_points(args, sweep);
	if (status != 3)
		status = finish(args, sweep, target, status);
	points_close(&sweep->file);
	return status;
}

int cmd_sweep(int argc, char **argv)
{
	struct sweep_args args = { 0 };
	struct sweep sweep = { .file = { -1 } };
	struct cfg_error error;
	char *target;
	int status =
		cli_parse(options, parse, "sweep", "STUDY", argc, argv, &args);

	if (status)
		return status;
	if (study_load(args.file, &experiment_object, &sweep.study, &error)) {
		fprintf(stderr, "%s\n", error.text);
		return CLI_USAGE;
	}
	status = digest_points(&sweep, args.file);
	target = cli_output(&args.common, sweep.study.name, "");
	if (!target)
		status = CLI_USAGE;
	else if (status == 0)
		status = sweep_into(&args, &sweep, target);
	free(target);
	free(sweep.todo);
	json_decref(sweep.points);
	json_decref(sweep.digests);
	study_release(&sweep.study);
	cli_common_done(&args.common);
	return status;
}
