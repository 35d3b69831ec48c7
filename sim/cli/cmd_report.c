/*
 * wbsim report
 */
#include <stdio.h>

#include "sim/cli/cli.h"
#include "sim/results/html_page.h"

static const struct argp_option options[] = {
	{ "output", 'o', "FILE", 0, "The page (default: DIR/report.html)", 0 },
	{ 0 },
};

struct report_args {
	struct cli_common common;
	const char *dir;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct report_args *args = state->input;

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

int cmd_report(int argc, char **argv)
{
	struct report_args args = { 0 };
	int status =
		cli_parse(options, parse, "report", "DIR", argc, argv, &args);

	if (status)
		return status;
	return html_page_write(args.dir, args.common.output) ? CLI_USAGE : 0;
}
