/*
 * wbsim compare
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/cli/cli.h"
#include "sim/cli/comparison.h"
#include "sim/cli/prove.h"
#include "sim/results/summary.h"
#include "sim/results/writer.h"

enum {
	OPT_DESIGN = CLI_FIRST_OWN,
	OPT_KERNEL,
	OPT_IDENTICAL,
	OPT_FACTORIAL,
	OPT_SEEDS,
	OPT_NO_CONTROL,
	OPT_PROVE,
	OPT_NO_PROOF,
};

#define FACTORIAL_SEEDS 3

static const struct argp_option options[] = {
	{ "design", OPT_DESIGN, "NAME", 0,
	  "A design to compare; the first is the old one "
	  "(default: all that the file system has)",
	  0 },
	{ "kernel", OPT_KERNEL, "NAME", 0,
	  "A kernel preset to compare; every design runs under every kernel",
	  0 },
	CLI_OPTION_SET,
	{ "factorial", OPT_FACTORIAL, NULL, 0,
	  "Tell apart what the design, the kernel's limits and its costs do: "
	  "{designs} x {limits} x {costs} of two kernels (default: linux-6.16 "
	  "and linux-6.17, with their designs)",
	  0 },
	{ "no-control", OPT_NO_CONTROL, NULL, 0,
	  "Do not run the workload's positive control", 0 },
	CLI_OPTION_SEED,
	{ "seeds", OPT_SEEDS, "N", 0,
	  "N seeds from 1, or from --seed, on (default: the workload's; 3 with "
	  "--factorial)",
	  0 },
	CLI_OPTION_OUTPUT(
		"Result folder (default: out/NAME-compare or out/NAME-factorial)"),
	CLI_OPTION_FORMAT,
	CLI_OPTION_QUIET,
	CLI_OPTION_NO_PLOTS,
	{ "prove", OPT_PROVE, NULL, 0,
	  "Prove what limits runs of any length by runs without it "
	  "(default: short runs)",
	  0 },
	{ "no-proof", OPT_NO_PROOF, NULL, 0,
	  "Only the runs themselves; what limits them is the busiest resource",
	  0 },
	{ "require-identical", OPT_IDENTICAL, NULL, 0,
	  "Exit with 1 when the streams differ", 0 },
	{ 0 },
};

struct compare_args {
	struct cli_common common;
	struct comparison_plan plan;
	bool require_identical;
	enum prove_mode prove;
};

static void add_name(struct comparison_names *names, const char *name,
		     struct argp_state *state)
{
	size_t i;

	for (i = 0; i < names->nr; i++) {
		if (strcmp(names->name[i], name) == 0)
			argp_error(state, "'%s' is named twice", name);
	}
	if (names->nr == COMPARISON_MAX_NAMES)
		argp_error(state, "at most %d of a kind", COMPARISON_MAX_NAMES);
	else
		names->name[names->nr++] = name;
}

/* All that the experiment's file system can have. */
static int default_designs(struct comparison_plan *plan)
{
	struct comparison_names *names = &plan->designs;
	const struct design_entry *entry;
	struct experiment experiment;
	int status = cli_load(plan->file, plan->common, &experiment);

	if (status)
		return status;
	for (entry = experiment_designs(); entry->name; entry++) {
		if (names->nr < COMPARISON_MAX_NAMES &&
		    experiment_design_fits(&experiment, entry))
			names->name[names->nr++] = entry->name;
	}
	experiment_release(&experiment);
	if (names->nr >= 2)
		return 0;
	fprintf(stderr,
		"wbsim: nothing to compare: the file system has one design in this build; name two kernels\n");
	return CLI_USAGE;
}

static void complete_factorial(struct comparison_plan *plan,
			       struct argp_state *state)
{
	if (plan->kernels.nr == 0) {
		add_name(&plan->kernels, "linux-6.16", state);
		add_name(&plan->kernels, "linux-6.17", state);
	}
	if (plan->kernels.nr != 2)
		argp_error(state, "--factorial: expected two --kernel, old "
				  "and new");
	if (plan->designs.nr > 2)
		argp_error(state, "--factorial: expected at most two "
				  "--design, old and new");
	if (!plan->nr_seeds)
		plan->nr_seeds = FACTORIAL_SEEDS;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct compare_args *args = state->input;

	switch (key) {
	case OPT_DESIGN:
		add_name(&args->plan.designs, arg, state);
		return 0;
	case OPT_KERNEL:
		add_name(&args->plan.kernels, arg, state);
		return 0;
	case OPT_FACTORIAL:
		args->plan.is_factorial = true;
		return 0;
	case OPT_NO_CONTROL:
		args->plan.no_control = true;
		return 0;
	case OPT_SEEDS:
		args->plan.nr_seeds = cli_number(arg, "--seeds", state);
		if (args->plan.nr_seeds < 1 || args->plan.nr_seeds > 1000)
			argp_error(state, "--seeds: expected 1 to 1000");
		return 0;
	case OPT_PROVE:
		args->prove = PROVE_ALWAYS;
		return 0;
	case OPT_NO_PROOF:
		args->prove = PROVE_NEVER;
		return 0;
	case OPT_IDENTICAL:
		args->require_identical = true;
		return 0;
	case ARGP_KEY_ARG:
		if (args->plan.file)
			argp_error(state, "one FILE only");
		args->plan.file = arg;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "FILE is missing");
		return 0;
	case ARGP_KEY_SUCCESS:
		if (args->plan.is_factorial)
			complete_factorial(&args->plan, state);
		else if (args->plan.designs.nr == 1 &&
			 args->plan.kernels.nr < 2)
			argp_error(state, "nothing to compare: name two "
					  "designs or two kernels");
		return 0;
	default:
		return cli_common_parse(key, arg, state, &args->common);
	}
}

/* the control first: without it the rest proves nothing */
static int judge(const struct compare_args *args,
		 const struct comparison *comparison)
{
	struct control_verdict control;
	struct verdict verdict;
	size_t i;

	if (comparison->control) {
		comparison_control(comparison, &control);
		if (!control.is_seen) {
			fprintf(stderr,
				"wbsim: the positive control shows no "
				"difference in %s: this comparison proves "
				"nothing\n",
				comparison->control->differs);
			return 1;
		}
	}
	for (i = 1; args->require_identical && i < comparison->nr_variants;
	     i++) {
		comparison_verdict(comparison, i, &verdict);
		if (!verdict.streams_identical)
			return 1;
	}
	return 0;
}

static int finish(const struct compare_args *args,
		  const struct comparison *comparison, struct results_dir *dir,
		  int status)
{
	char message[1024], target[4096];
	struct picture_set pictures;
	int error;

	snprintf(target, sizeof(target), "%s", results_dir_target(dir));
	error = comparison_write(comparison, results_dir_path(dir));
	if (error) {
		fprintf(stderr, "wbsim: %s: %s\n", target, strerror(-error));
		results_dir_abort(dir);
		return CLI_USAGE;
	}
	picture_set_init(&pictures, results_dir_path(dir));
	if (!args->common.no_plots)
		comparison_pictures(comparison, &pictures);
	if (results_dir_commit(dir, message, sizeof(message))) {
		fprintf(stderr, "wbsim: %s\n", message);
		picture_set_done(&pictures);
		return CLI_USAGE;
	}
	comparison_print(comparison, stdout, args->common.format);
	if (args->common.format == PRINT_TABLE) {
		printf("\nresults:  %s\n", target);
		summary_pictures(&pictures, target, stdout);
	} else if (pictures.warning[0]) {
		fprintf(stderr, "wbsim: warning: %s\n", pictures.warning);
	}
	picture_set_done(&pictures);
	return status ? status : judge(args, comparison);
}

/* Of what is compared with the first variant, for the verdicts; the first
 * seed stands for all. */
static void prove_limits(const struct compare_args *args,
			 struct comparison *comparison)
{
	size_t nr = comparison->is_factorial ? 0 : comparison->nr_variants;

	for (size_t i = 1; i < nr; i++)
		prove_limit(&comparison->variants[i].experiment,
			    comparison->seeds[0], args->common.is_quiet,
			    args->prove, comparison->variants[i].results[0]);
}

static int compare_into(const struct compare_args *args,
			struct comparison *comparison, const char *target)
{
	struct results_dir *dir;
	char message[1024];
	int status;

	if (results_dir_begin(target, &dir, message, sizeof(message))) {
		fprintf(stderr, "wbsim: %s\n", message);
		return CLI_USAGE;
	}
	status = comparison_simulate(comparison, args->common.is_quiet);
	if (status <= 1)
		prove_limits(args, comparison);
	if (status <= 1)
		return finish(args, comparison, dir, status);
	results_dir_abort(dir);
	return status;
}

int cmd_compare(int argc, char **argv)
{
	struct compare_args args = { 0 };
	struct comparison comparison = { 0 };
	int status =
		cli_parse(options, parse, "compare", "FILE", argc, argv, &args);
	char *target;

	args.plan.common = &args.common;
	if (status == 0 && !args.plan.is_factorial && !args.plan.designs.nr &&
	    args.plan.kernels.nr < 2)
		status = default_designs(&args.plan);
	if (status == 0)
		status = comparison_load(&args.plan, &comparison);
	if (status == 0) {
		target = cli_output(
			&args.common, comparison.variants[0].experiment.name,
			args.plan.is_factorial ? "-factorial" : "-compare");
		status = target ? compare_into(&args, &comparison, target)
				: CLI_USAGE;
		free(target);
	}
	comparison_done(&comparison);
	cli_common_done(&args.common);
	return status;
}
