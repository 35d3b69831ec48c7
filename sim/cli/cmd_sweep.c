/*
 * wbsim sweep
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/cli/cli.h"
#include "sim/cli/points_run.h"
#include "sim/results/study.h"
#include "sim/results/sweep.h"

#define MAX_SHARDS 100000u

enum {
	OPT_SHARD = CLI_FIRST_OWN,
};

static const struct argp_option options[] = {
	{ "jobs", 'j', "N", 0, "Runs at once (default: one per CPU)", 0 },
	{ "shard", OPT_SHARD, "I/N", 0,
	  "Only part I of N (1/N to N/N), for wbsim merge", 0 },
	CLI_OPTION_OUTPUT("Result folder (default: out/STUDY, for a part "
			  "out/STUDY-I-of-N)"),
	CLI_OPTION_FORMAT,
	CLI_OPTION_QUIET,
	CLI_OPTION_NO_PLOTS,
	{ 0 },
};

struct sweep_args {
	struct cli_common common;
	const char *file;
	struct points_options run;
};

static void parse_shard(const char *arg, struct points_options *run,
			struct argp_state *state)
{
	char copy[32];
	char *slash;

	snprintf(copy, sizeof(copy), "%s", arg);
	slash = strchr(copy, '/');
	if (!slash || strlen(arg) >= sizeof(copy)) {
		argp_error(state, "--shard: expected I/N, for example 1/4");
		return;
	}
	*slash = '\0';
	run->shard = (unsigned int)cli_number(copy, "--shard", state);
	run->nr_shards = (unsigned int)cli_number(slash + 1, "--shard", state);
	if (run->nr_shards < 1 || run->nr_shards > MAX_SHARDS ||
	    run->shard < 1 || run->shard > run->nr_shards)
		argp_error(state, "--shard: expected 1/N to N/N, with N up to "
				  "100000");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct sweep_args *args = state->input;

	switch (key) {
	case 'j':
		args->run.jobs = (unsigned int)cli_number(arg, "--jobs", state);
		if (args->run.jobs < 1 || args->run.jobs > 1024)
			argp_error(state, "--jobs: expected 1 to 1024");
		return 0;
	case OPT_SHARD:
		parse_shard(arg, &args->run, state);
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

static int load_point(void *arg, size_t index, struct experiment *ret,
		      struct cfg_error *reterr)
{
	return study_load_point(arg, index, ret, reterr);
}

static json_t *point_values(void *arg, size_t index)
{
	return study_point(arg, index);
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
		fprintf(stderr, "wbsim: point %d: check failed: %s\n",
			(int)json_integer_value(
				json_object_get(point, "point")) +
				1,
			json_string_value(failed));
		is_failed = true;
	}
	return is_failed;
}

static int finish(const struct sweep_args *args, const struct study *study,
		  const struct points_run *run, const char *target, int status)
{
	struct sweep_print_options print = { args->common.format,
					     args->common.no_plots };
	struct sweep_identity identity = { .shard = args->run.shard,
					   .nr_shards = args->run.nr_shards };
	json_t *sorted = sweep_sorted(study, run->digests, run->points);
	int error = points_build(identity.build);

	sweep_digest(run->digests, identity.digest);
	if (!error)
		error = sweep_write(target, study, &identity, sorted);
	if (status == 0 && any_failed(sorted))
		status = 1;
	if (error) {
		fprintf(stderr, "wbsim: %s: %s\n", target, strerror(-error));
		status = CLI_USAGE;
	}
	sweep_print(target, study, sorted, &print);
	json_decref(sorted);
	return status;
}

static int sweep_study(const struct sweep_args *args, struct study *study)
{
	struct points_source source = {
		.nr = study_nr_points(study),
		.load = load_point,
		.values = point_values,
		.over_time = study->over_time,
		.arg = study,
	};
	struct points_run run;
	char suffix[64] = "";
	char *target = NULL;
	int status = points_run_begin(&run, &source, args->file);

	if (args->run.nr_shards > 1)
		snprintf(suffix, sizeof(suffix), "-%u-of-%u", args->run.shard,
			 args->run.nr_shards);
	if (status == 0)
		target = cli_output(&args->common, study->name, suffix);
	if (!target)
		status = CLI_USAGE;
	if (status == 0)
		status = points_run_open(&run, target);
	if (status == 0) {
		status = points_run_all(&run, &args->run);
		if (status != 3)
			status = finish(args, study, &run, target, status);
	}
	points_run_done(&run);
	free(target);
	return status;
}

int cmd_sweep(int argc, char **argv)
{
	struct sweep_args args = { .run = { .shard = 1, .nr_shards = 1 } };
	struct cfg_error error;
	struct study study;
	int status =
		cli_parse(options, parse, "sweep", "STUDY", argc, argv, &args);

	if (status)
		return status;
	args.run.is_quiet = args.common.is_quiet;
	if (study_load(args.file, &experiment_object, &study, &error)) {
		fprintf(stderr, "%s\n", error.text);
		return CLI_USAGE;
	}
	if (study_nr_points(&study) > STUDY_MAX_POINTS) {
		fprintf(stderr, "%s: $.grid: more than %u points\n", args.file,
			STUDY_MAX_POINTS);
		status = CLI_USAGE;
	} else {
		status = sweep_study(&args, &study);
	}
	study_release(&study);
	cli_common_done(&args.common);
	return status;
}
