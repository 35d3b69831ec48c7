/*
 * wbsim compare
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"
#include "sim/cli/cli.h"
#include "sim/cli/comparison.h"
#include "sim/cli/simulate.h"
#include "sim/results/format.h"
#include "sim/results/result.h"
#include "sim/results/summary.h"
#include "sim/results/writer.h"

#define MAX_NAMES 16

enum {
	OPT_DESIGN = CLI_FIRST_OWN,
	OPT_KERNEL,
	OPT_IDENTICAL,
};

static const struct argp_option options[] = {
	{ "design", OPT_DESIGN, "NAME", 0,
	  "A design to compare; the first is the old one "
	  "(default: all that the file system has)",
	  0 },
	{ "kernel", OPT_KERNEL, "NAME", 0,
	  "A kernel preset to compare; every design runs under every kernel",
	  0 },
	CLI_OPTION_SET,
	CLI_OPTION_SEED,
	CLI_OPTION_OUTPUT("Result folder (default: out/NAME-compare)"),
	CLI_OPTION_FORMAT,
	CLI_OPTION_QUIET,
	CLI_OPTION_NO_PLOTS,
	{ "require-identical", OPT_IDENTICAL, NULL, 0,
	  "Exit with 1 when the streams differ", 0 },
	{ 0 },
};

struct names {
	const char *name[MAX_NAMES];
	size_t nr;
};

struct compare_args {
	struct cli_common common;
	const char *file;
	struct names designs;
	struct names kernels;
	bool require_identical;
};

static void add_name(struct names *names, const char *name,
		     struct argp_state *state)
{
	size_t i;

	for (i = 0; i < names->nr; i++) {
		if (strcmp(names->name[i], name) == 0)
			argp_error(state, "'%s' is named twice", name);
	}
	if (names->nr == MAX_NAMES)
		argp_error(state, "at most %d of a kind", MAX_NAMES);
	else
		names->name[names->nr++] = name;
}

/* All that the experiment's file system can have. */
static int default_designs(struct compare_args *args)
{
	struct names *names = &args->designs;
	const struct design_entry *entry;
	struct experiment experiment;
	int status = cli_load(args->file, &args->common, &experiment);

	if (status)
		return status;
	for (entry = experiment_designs(); entry->name; entry++) {
		if (names->nr < MAX_NAMES &&
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

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct compare_args *args = state->input;

	switch (key) {
	case OPT_DESIGN:
		add_name(&args->designs, arg, state);
		return 0;
	case OPT_KERNEL:
		add_name(&args->kernels, arg, state);
		return 0;
	case OPT_IDENTICAL:
		args->require_identical = true;
		return 0;
	case ARGP_KEY_ARG:
		if (args->file)
			argp_error(state, "one FILE only");
		args->file = arg;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "FILE is missing");
		return 0;
	case ARGP_KEY_SUCCESS:
		if (args->designs.nr == 1 && args->kernels.nr < 2)
			argp_error(state, "nothing to compare: name two "
					  "designs or two kernels");
		return 0;
	default:
		return cli_common_parse(key, arg, state, &args->common);
	}
}

/* "design", "kernel", or both, whatever varies */
static void label_variant(const struct compare_args *args, const char *design,
			  const char *kernel, struct variant *variant)
{
	if (args->kernels.nr < 2)
		snprintf(variant->label, sizeof(variant->label), "%s", design);
	else if (args->designs.nr < 2)
		snprintf(variant->label, sizeof(variant->label), "%s", kernel);
	else
		snprintf(variant->label, sizeof(variant->label), "%.60s_%.60s",
			 design, kernel);
}

static int load_variant(struct compare_args *args, const char *design,
			const char *kernel, struct comparison *comparison)
{
	struct variant *variant =
		&comparison->variants[comparison->nr_variants];
	size_t nr_overrides = args->common.nr_overrides;
	int status;

	if (kernel)
		cli_override_add(&args->common, "kernel", kernel);
	if (design)
		cli_override_add(&args->common, "design", design);
	label_variant(args, design, kernel, variant);
	status = cli_load(args->file, &args->common, &variant->experiment);
	args->common.nr_overrides = nr_overrides;
	if (status)
		return status;
	comparison->nr_variants++;
	if (format_path_ok(variant->label))
		return 0;
	fprintf(stderr, "wbsim: '%s' cannot be a folder name\n",
		variant->label);
	return CLI_USAGE;
}

static int load_variants(struct compare_args *args,
			 struct comparison *comparison)
{
	size_t nr_kernels = args->kernels.nr ? args->kernels.nr : 1;
	size_t nr_designs;
	size_t d, k;
	int status = 0;

	if (!args->designs.nr && nr_kernels < 2)
		status = default_designs(args);
	if (status)
		return status;
	nr_designs = args->designs.nr ? args->designs.nr : 1;

	comparison->variants =
		calloc(nr_designs * nr_kernels, sizeof(*comparison->variants));
	SIM_ASSERT(comparison->variants);
	for (d = 0; d < nr_designs && status == 0; d++) {
		for (k = 0; k < nr_kernels && status == 0; k++)
			status = load_variant(
				args,
				args->designs.nr ? args->designs.name[d] : NULL,
				args->kernels.nr ? args->kernels.name[k] : NULL,
				comparison);
	}
	return status;
}

static void choose_seeds(const struct compare_args *args,
			 struct comparison *comparison)
{
	const struct cfg_array *seeds =
		&comparison->variants[0].experiment.seeds;
	bool has_list = !args->common.seed_given && seeds->nr_items > 0;
	size_t i;

	comparison->nr_seeds = has_list ? seeds->nr_items : 1;
	comparison->seeds =
		calloc(comparison->nr_seeds, sizeof(*comparison->seeds));
	SIM_ASSERT(comparison->seeds);
	comparison->seeds[0] = args->common.seed;
	for (i = 0; has_list && i < seeds->nr_items; i++)
		comparison->seeds[i] = ((const uint64_t *)seeds->items)[i];
	for (i = 0; i < comparison->nr_variants; i++) {
		comparison->variants[i].results =
			calloc(comparison->nr_seeds, sizeof(json_t *));
		SIM_ASSERT(comparison->variants[i].results);
	}
}

static int simulate_all(const struct compare_args *args,
			struct comparison *comparison)
{
	size_t nr = comparison->nr_variants * comparison->nr_seeds, i;
	struct simulation *simulations = calloc(nr, sizeof(*simulations));
	int status;

	SIM_ASSERT(simulations);
	for (i = 0; i < nr; i++) {
		simulations[i].experiment =
			&comparison->variants[i / comparison->nr_seeds]
				 .experiment;
		simulations[i].seed =
			comparison->seeds[i % comparison->nr_seeds];
	}
	status =
		simulate(simulations, nr, 0, args->common.is_quiet, NULL, NULL);
	for (i = 0; i < nr; i++)
		comparison->variants[i / comparison->nr_seeds]
			.results[i % comparison->nr_seeds] =
			simulations[i].result;
	free(simulations);
	return status;
}

static int finish(const struct compare_args *args,
		  const struct comparison *comparison, struct results_dir *dir,
		  int status)
{
	char message[1024], target[4096];
	struct picture_set pictures;
	struct verdict verdict;
	int error;
	size_t i;

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
	for (i = 1; args->require_identical && i < comparison->nr_variants;
	     i++) {
		comparison_verdict(comparison, i, &verdict);
		if (!verdict.streams_identical && status == 0)
			status = 1;
	}
	return status;
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
	choose_seeds(args, comparison);
	status = simulate_all(args, comparison);
	if (status <= 1)
		return finish(args, comparison, dir, status);
	results_dir_abort(dir);
	return status;
}

static void comparison_done(struct comparison *comparison)
{
	size_t i, s;

	for (i = 0; i < comparison->nr_variants; i++) {
		struct variant *variant = &comparison->variants[i];

		for (s = 0; variant->results && s < comparison->nr_seeds; s++)
			json_decref(variant->results[s]);
		free(variant->results);
		experiment_release(&variant->experiment);
	}
	free(comparison->variants);
	free(comparison->seeds);
}

int cmd_compare(int argc, char **argv)
{
	struct compare_args args = { 0 };
	struct comparison comparison = { 0 };
	int status =
		cli_parse(options, parse, "compare", "FILE", argc, argv, &args);
	char *target;

	if (status == 0)
		status = load_variants(&args, &comparison);
	if (status == 0) {
		target = cli_output(&args.common,
				    comparison.variants[0].experiment.name,
				    "-compare");
		status = target ? compare_into(&args, &comparison, target)
				: CLI_USAGE;
		free(target);
	}
	comparison_done(&comparison);
	cli_common_done(&args.common);
	return status;
}
