/*
 * The table of commands and the outer command line.
 */
#include "sim/cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"
#include "sim/cli/version.h"

static const struct cli_command commands[] = {
	{ "run", "Run one experiment: summary, results, pictures",
	  "wbsim run workloads/quickstart.json --set device=nvme-no-mdts",
	  cmd_run },
	{ "compare", "Run one workload under several designs or kernels",
	  "wbsim compare workloads/quickstart.json \\\n"
	  "      --design map-blocks --design writeback-range",
	  cmd_compare },
	{ "sweep", "Run a study: every point of a grid, on all CPUs",
	  "wbsim sweep workloads/study-max-sectors.json", cmd_sweep },
	{ "merge", "Put the parts of a sweep together (sweep --shard)",
	  "wbsim merge out/study-max-sectors-*-of-4", cmd_merge },
	{ "sensitivity", "Which of a study's keys matter for a figure, ranked",
	  "wbsim sensitivity workloads/study-max-sectors.json --figure elapsed",
	  cmd_sensitivity },
	{ "plot", "Draw the pictures of stored results again",
	  "wbsim plot out/quickstart", cmd_plot },
	{ "report", "One HTML page of stored results, with all pictures",
	  "wbsim report out/quickstart", cmd_report },
	{ "validate", "Compare simulated streams with recorded kernels",
	  "wbsim validate tests/groundtruth --only s01-xfs-seq-append",
	  cmd_validate },
	{ "record", "Record what this machine's kernel does, for validate",
	  "wbsim record --scenario append -o append.json", cmd_record },
	{ "list", "Names of presets, designs, workloads, studies, figures",
	  "wbsim list devices", cmd_list },
	{ "schema", "JSON Schema of an experiment",
	  "wbsim schema --output experiment.schema.json", cmd_schema },
	{ "explain", "What a key means: type, unit, default, range, source",
	  "wbsim explain kernel.block.max_sectors_bytes", cmd_explain },
	{ "check", "Errors of experiments and studies, without running",
	  "wbsim check workloads/*.json", cmd_check },
	{ NULL, NULL, NULL, NULL },
};

const struct cli_command *cli_commands(void)
{
	return commands;
}

static const struct cli_command *find(const char *name)
{
	const struct cli_command *command;

	for (command = commands; command->name; command++) {
		if (strcmp(command->name, name) == 0)
			return command;
	}
	return NULL;
}

/* The command's argp sees "wbsim NAME" as the program's name. */
static int dispatch(const struct cli_command *command,
		    const struct argp_state *state)
{
	int argc = state->argc - state->next + 1;
	char **argv = calloc((size_t)argc + 1, sizeof(*argv));
	char title[64];
	int status;

	SIM_ASSERT(argv);
	snprintf(title, sizeof(title), "wbsim %s", command->name);
	argv[0] = title;
	memcpy(argv + 1, state->argv + state->next,
	       (size_t)(argc - 1) * sizeof(*argv));
	status = command->fn(argc, argv);
	free(argv);
	return status;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	int *status = state->input;
	const struct cli_command *command;

	switch (key) {
	case ARGP_KEY_ARG:
		command = find(arg);
		if (!command)
			argp_error(state, "unknown command '%s'", arg);
		else
			*status = dispatch(command, state);
		state->next = state->argc;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "a command is missing");
		return 0;
	case 'V':
		version_print(stdout);
		exit(0);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static char *help_filter(int key, const char *text, void *input)
{
	const struct cli_command *command;
	size_t nr_bytes;
	char *help;
	FILE *out;

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC)
		return (char *)(uintptr_t)text;
	out = open_memstream(&help, &nr_bytes);
	SIM_ASSERT(out);
	fputs("Commands:\n", out);
	for (command = commands; command->name; command++)
		fprintf(out, "  %-11s %s\n", command->name, command->help);
	fprintf(out, "\nExample:\n  %s\n\n", commands[0].example);
	fputs("'wbsim COMMAND --help' tells more.", out);
	fclose(out);
	return help;
}

int cli_main(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{ "version", 'V', NULL, 0, "Print version and SimGrid's", 0 },
		{ 0 },
	};
	static const struct argp argp = {
		options,
		parse,
		"COMMAND [ARGUMENT...]",
		"Simulator of the Linux buffered-writeback path.\v ",
		NULL,
		help_filter,
		NULL,
	};
	static char name[] = "wbsim";
	int status = 0;

	argp_err_exit_status = CLI_USAGE;
	argv[0] = name;
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &status);
	if (fflush(stdout) != 0 && status == 0) {
		perror("wbsim: standard output");
		return CLI_USAGE;
	}
	return status;
}
