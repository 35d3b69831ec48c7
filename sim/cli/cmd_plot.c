/*
 * wbsim plot
 */
#include <stdio.h>

#include "sim/cli/cli.h"
#include "sim/results/replot.h"
#include "sim/results/summary.h"

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

static int plot(const char *dir)
{
	struct picture_set set;
	int status;

	picture_set_init(&set, dir);
	status = replot(&set, dir) ? CLI_USAGE : 0;
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
