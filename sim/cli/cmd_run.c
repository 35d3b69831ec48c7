/*
 * wbsim run
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"
#include "sim/cli/cli.h"
#include "sim/cli/prove.h"
#include "sim/cli/simulate.h"
#include "sim/results/picture.h"
#include "sim/results/result.h"
#include "sim/results/summary.h"
#include "sim/results/writer.h"

enum {
	OPT_DESIGN = CLI_FIRST_OWN,
	OPT_ORACLE,
	OPT_STREAM,
	OPT_PROVE,
	OPT_NO_PROOF,
};

static const struct argp_option options[] = {
	{ "design", OPT_DESIGN, "NAME", 0,
	  "Writeback design (default: the kernel's)", 0 },
	CLI_OPTION_SET,
	CLI_OPTION_SEED,
	CLI_OPTION_OUTPUT("Result folder (default: out/NAME)"),
	CLI_OPTION_FORMAT,
	CLI_OPTION_QUIET,
	{ "oracle", OPT_ORACLE, NULL, 0,
	  "Let SimGrid carry every sleep: slow, same results", 0 },
	CLI_OPTION_NO_PLOTS,
	{ "prove", OPT_PROVE, NULL, 0,
	  "Prove what limits a run of any length by runs without it "
	  "(default: short runs)",
	  0 },
	{ "no-proof", OPT_NO_PROOF, NULL, 0,
	  "Only the run itself; what limits it is the busiest resource", 0 },
	{ "stream", OPT_STREAM, NULL, 0,
	  "Also write all folios, bios, requests ... to stream.jsonl.zst", 0 },
	{ 0 },
};

struct run_args {
	struct cli_common common;
	const char *file;
	bool oracle;
	bool stream;
	enum prove_mode prove;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct run_args *args = state->input;

	switch (key) {
	case OPT_DESIGN:
		cli_override_add(&args->common, "design", arg);
		return 0;
	case OPT_ORACLE:
		args->oracle = true;
		return 0;
	case OPT_STREAM:
		args->stream = true;
		return 0;
	case OPT_PROVE:
		args->prove = PROVE_ALWAYS;
		return 0;
	case OPT_NO_PROOF:
		args->prove = PROVE_NEVER;
		return 0;
	case ARGP_KEY_ARG:
		if (args->file)
			argp_error(state, "one FILE only");
		args->file = arg;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "FILE is missing");
		return 0;
	default:
		return cli_common_parse(key, arg, state, &args->common);
	}
}

static void print_result(const struct run_args *args, const json_t *result,
			 const struct picture_set *pictures, const char *target)
{
	struct print_table *table;

	switch (args->common.format) {
	case PRINT_JSON:
		json_dumpf(result, stdout, JSON_INDENT(2));
		putchar('\n');
		break;
	case PRINT_CSV:
		table = summary_figures(result);
		print_table_out(table, stdout, PRINT_CSV);
		print_table_free(table);
		break;
	case PRINT_TABLE:
		summary_run(result, stdout);
		printf("results:  %s\n", target);
		summary_pictures(pictures, target, stdout);
		return;
	}
	if (pictures->warning[0])
		fprintf(stderr, "wbsim: warning: %s\n", pictures->warning);
}

/* the folder takes its place; then people hear of it */
static int finish(const struct run_args *args, const json_t *result,
		  struct results_dir *dir, int status)
{
	char message[1024], target[4096];
	struct picture_set pictures;
	int error;

	snprintf(target, sizeof(target), "%s", results_dir_target(dir));
	error = results_write_run(results_dir_path(dir), result);
	if (error) {
		fprintf(stderr, "wbsim: %s: %s\n", target, strerror(-error));
		results_dir_abort(dir);
		return CLI_USAGE;
	}
	picture_set_init(&pictures, results_dir_path(dir));
	if (!args->common.no_plots)
		picture_run(&pictures, result);
	if (results_dir_commit(dir, message, sizeof(message))) {
		fprintf(stderr, "wbsim: %s\n", message);
		status = CLI_USAGE;
	} else {
		print_result(args, result, &pictures, target);
	}
	picture_set_done(&pictures);
	return status;
}

static int run_into(const struct run_args *args,
		    const struct experiment *experiment, const char *target)
{
	struct simulation simulation = { .experiment = experiment,
					 .oracle = args->oracle };
	char message[1024], *stream_path = NULL;
	struct results_dir *dir;
	int status;

	simulation.seed = args->common.seed;
	if (!args->common.seed_given && experiment->seeds.nr_items)
		simulation.seed =
			((const uint64_t *)experiment->seeds.items)[0];
	if (results_dir_begin(target, &dir, message, sizeof(message))) {
		fprintf(stderr, "wbsim: %s\n", message);
		return CLI_USAGE;
	}
	if (args->stream) {
		SIM_ASSERT(asprintf(&stream_path, "%s/stream.jsonl.zst",
				    results_dir_path(dir)) >= 0);
		simulation.stream_path = stream_path;
	}
	status = simulate(&simulation, 1, 1, args->common.is_quiet, NULL, NULL);
	if (simulation.result && !args->oracle)
		prove_limit(experiment, simulation.seed, args->common.is_quiet,
			    args->prove, simulation.result);
	if (simulation.result)
		status = finish(args, simulation.result, dir, status);
	else
		results_dir_abort(dir);
	json_decref(simulation.result);
	free(stream_path);
	return status;
}

int cmd_run(int argc, char **argv)
{
	struct run_args args = { 0 };
	struct experiment experiment;
	int status =
		cli_parse(options, parse, "run", "FILE", argc, argv, &args);
	char *target;

	if (status == 0)
		status = cli_load(args.file, &args.common, &experiment);
	if (status == 0) {
		target = cli_output(&args.common, experiment.name, "");
		status = target ? run_into(&args, &experiment, target)
				: CLI_USAGE;
		free(target);
		experiment_release(&experiment);
	}
	cli_common_done(&args.common);
	return status;
}
