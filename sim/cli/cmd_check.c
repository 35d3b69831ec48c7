/*
 * wbsim check
 */
#include <stdio.h>
#include <stdlib.h>

#include "sim/cli/cli.h"
#include "sim/results/study.h"

#define MAX_CHECKED 10000u

static const struct argp_option options[] = {
	CLI_OPTION_SET,
	CLI_OPTION_QUIET,
	{ 0 },
};

struct check_args {
	struct cli_common common;
	char **files;
	int nr_files;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct check_args *args = state->input;

	switch (key) {
	case ARGP_KEY_ARGS:
		args->files = state->argv + state->next;
		args->nr_files = state->argc - state->next;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "FILE is missing");
		return 0;
	default:
		return cli_common_parse(key, arg, state, &args->common);
	}
}

static int check_experiment(const char *path, const struct cli_common *common)
{
	struct experiment experiment;
	int status = cli_load(path, common, &experiment);

	if (status == 0)
		experiment_release(&experiment);
	return status;
}

static int check_point(const struct study *study, const char *path,
		       size_t index)
{
	struct experiment experiment;
	struct cfg_error error;
	int status = 0;

	if (study_load_point(study, index, &experiment, &error)) {
		fprintf(stderr, "%s: point %zu: %s\n", path, index + 1,
			error.text);
		status = CLI_USAGE;
	} else {
		experiment_release(&experiment);
	}
	return status;
}

static int check_study(const char *path)
{
	struct cfg_error error;
	struct study study;
	int status = 0;
	size_t nr, i;

	if (study_load(path, &experiment_object, &study, &error)) {
		fprintf(stderr, "%s\n", error.text);
		return CLI_USAGE;
	}
	/* of a study too large to sweep, a beginning */
	nr = study_nr_points(&study);
	if (nr > MAX_CHECKED)
		nr = MAX_CHECKED;
	for (i = 0; i < nr && status == 0; i++)
		status = check_point(&study, path, i);
	study_release(&study);
	return status;
}

static int check_file(const char *path, const struct cli_common *common)
{
	/* what cannot be parsed gets its message from the strict loader */
	json_t *json = json_load_file(path, 0, NULL);
	bool is_study = study_is_study(json);
	int status;

	json_decref(json);
	status = is_study ? check_study(path) : check_experiment(path, common);
	if (status == 0 && !common->is_quiet)
		printf("%s: %s ok\n", path, is_study ? "study" : "experiment");
	return status;
}

int cmd_check(int argc, char **argv)
{
	struct check_args args = { 0 };
	int status = cli_parse(options, parse, "check", "FILE...", argc, argv,
			       &args);
	int i, worst = status;

	for (i = 0; status == 0 && i < args.nr_files; i++) {
		int one = check_file(args.files[i], &args.common);

		worst = one > worst ? one : worst;
	}
	cli_common_done(&args.common);
	return worst;
}
