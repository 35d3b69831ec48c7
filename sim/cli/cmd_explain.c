/*
 * wbsim explain
 */
#include <stdio.h>

#include "sim/cli/cli.h"

static error_t parse(int key, char *arg, struct argp_state *state)
{
	char **path = state->input;

	if (key != ARGP_KEY_ARG)
		return ARGP_ERR_UNKNOWN;
	if (*path)
		argp_error(state, "one KEY only");
	*path = arg;
	return 0;
}

int cmd_explain(int argc, char **argv)
{
	char *path = NULL;
	struct cfg_error error;
	int status =
		cli_parse(NULL, parse, "explain", "[KEY]", argc, argv, &path);

	if (status)
		return status;
	if (cfg_explain(&experiment_object, path ? path : "", stdout, &error) ==
	    0)
		return 0;
	fprintf(stderr, "wbsim: %s\n", error.text);
	return CLI_USAGE;
}
