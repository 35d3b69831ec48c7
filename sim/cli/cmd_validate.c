/*
 * wbsim validate
 */
#include <stdio.h>
#include <string.h>

#include "sim/cli/cli.h"
#include "sim/validate/validate.h"

enum {
	OPT_ONLY = CLI_FIRST_OWN,
	OPT_EXCLUDE,
	OPT_KERNEL,
	OPT_TIMED,
	OPT_EXPLAIN,
	OPT_CUT_SEED,
	OPT_NO_FRAMES,
};

static const struct argp_option options[] = {
	{ "only", OPT_ONLY, "RE", 0,
	  "Scenarios whose name matches (extended expression, unanchored)", 0 },
	{ "exclude", OPT_EXCLUDE, "RE", 0, "Leave out what matches", 0 },
	{ "kernel", OPT_KERNEL, "NAME", 0,
	  "Release, its beginning, or folder of recordings", 0 },
	{ "timed", OPT_TIMED, NULL, 0, "Also timed recordings", 0 },
	{ "explain", OPT_EXPLAIN, NULL, 0,
	  "Show the surroundings of each first difference", 0 },
	{ "cut-seed", OPT_CUT_SEED, "N", 0,
	  "Cut oracle pieces at random: must change nothing (a test)", 0 },
	{ "no-frames", OPT_NO_FRAMES, NULL, 0,
	  "Leave recorded page frames out (a test)", 0 },
	CLI_OPTION_SET,
	{ "jobs", 'j', "N", 0, "Runs at once (default: one per CPU)", 0 },
	{ "format", CLI_FORMAT, "FORMAT", 0,
	  "table (default), json, csv or markdown on standard output", 0 },
	CLI_OPTION_QUIET,
	{ 0 },
};

struct validate_args {
	struct cli_common common;
	struct validate_options options;
	bool markdown;
};

static error_t parse_own(int key, char *arg, struct argp_state *state,
			 struct validate_args *args)
{
	struct validate_options *own = &args->options;

	switch (key) {
	case OPT_ONLY:
		own->only = arg;
		return 0;
	case OPT_EXCLUDE:
		own->exclude = arg;
		return 0;
	case OPT_KERNEL:
		own->kernel = arg;
		return 0;
	case OPT_TIMED:
		own->timed = true;
		return 0;
	case OPT_EXPLAIN:
		own->explain = true;
		return 0;
	case OPT_CUT_SEED:
		own->cut_seed = cli_number(arg, "--cut-seed", state);
		return 0;
	case CLI_FORMAT:
		args->markdown = strcmp(arg, "markdown") == 0;
		return args->markdown ? 0
				      : cli_common_parse(key, arg, state,
							 &args->common);
	case OPT_NO_FRAMES:
		own->no_frames = true;
		return 0;
	case 'j':
		own->jobs = (unsigned int)cli_number(arg, "--jobs", state);
		if (own->jobs < 1 || own->jobs > 1024)
			argp_error(state, "--jobs: expected 1 to 1024");
		return 0;
	default:
		return cli_common_parse(key, arg, state, &args->common);
	}
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct validate_args *args = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		if (args->options.dir)
			argp_error(state, "one DIR only");
		args->options.dir = arg;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "DIR is missing");
		return 0;
	default:
		return parse_own(key, arg, state, args);
	}
}

int cmd_validate(int argc, char **argv)
{
	static const int formats[] = { [PRINT_TABLE] = VALIDATE_TABLE,
				       [PRINT_JSON] = VALIDATE_JSON,
				       [PRINT_CSV] = VALIDATE_CSV };
	struct validate_args args = { 0 };
	int status =
		cli_parse(options, parse, "validate", "DIR", argc, argv, &args);

	if (status)
		return status;
	args.options.format =
		args.markdown ? VALIDATE_MARKDOWN : formats[args.common.format];
	args.options.quiet = args.common.is_quiet;
	args.options.overrides = args.common.overrides;
	args.options.nr_overrides = args.common.nr_overrides;
	status = validate_main(&args.options);
	cli_common_done(&args.common);
	return status;
}
