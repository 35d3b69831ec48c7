/*
 * The command line: one table of commands, each in its own cmd_NAME.c.
 *
 * Exit status of all: 0 done, 1 a check or comparison failed, 2 usage or
 * config error, 3 bug of wbsim.
 */
#ifndef SIM_CLI_CLI_H
#define SIM_CLI_CLI_H

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/run/experiment.h"
#include "sim/config/config.h"
#include "sim/results/print.h"

#define CLI_USAGE 2

/**
 * struct cli_command - one command
 * @example: lines shown by its --help
 * @fn: gets the rest of the command line; argv[0] is "wbsim NAME"
 */
struct cli_command {
	const char *name;
	const char *help;
	const char *example;
	int (*fn)(int argc, char **argv);
};

int cli_main(int argc, char **argv);

/** cli_commands - all commands, NULL-name terminated */
const struct cli_command *cli_commands(void);

int cmd_run(int argc, char **argv);
int cmd_compare(int argc, char **argv);
int cmd_sweep(int argc, char **argv);
int cmd_merge(int argc, char **argv);
int cmd_sensitivity(int argc, char **argv);
int cmd_plot(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_validate(int argc, char **argv);
int cmd_record(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_schema(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_check(int argc, char **argv);

/**
 * struct cli_common - options that several commands take
 * @overrides: --set, then what the command adds; text is owned by @owned
 */
struct cli_common {
	struct cfg_override *overrides;
	size_t nr_overrides;
	char **owned;
	size_t nr_owned;
	enum print_format format;
	const char *output;
	bool is_quiet;
	bool seed_given;
	uint64_t seed;
	bool no_plots;
};

enum cli_key {
	CLI_SET = 0x1000,
	CLI_FORMAT,
	CLI_QUIET,
	CLI_SEED,
	CLI_NO_PLOTS,
	CLI_FIRST_OWN, /* a command's options without a letter start here */
};

/* rows of argp_option tables */
#define CLI_OPTION_SET                                                         \
	{                                                                      \
		"set", CLI_SET, "PATH=VALUE", 0,                               \
			"Override a key; may be repeated", 0                   \
	}
#define CLI_OPTION_OUTPUT(text)                                                \
	{                                                                      \
		"output", 'o', "DIR", 0, text, 0                               \
	}
#define CLI_OPTION_FORMAT                                                      \
	{                                                                      \
		"format", CLI_FORMAT, "FORMAT", 0,                             \
			"table (default), json or csv on standard output", 0   \
	}
#define CLI_OPTION_QUIET                                                       \
	{                                                                      \
		"quiet", CLI_QUIET, NULL, 0, "No progress on standard error",  \
			0                                                      \
	}
#define CLI_OPTION_SEED                                                        \
	{                                                                      \
		"seed", CLI_SEED, "N", 0, "Instead of the experiment's seeds", \
			0                                                      \
	}
#define CLI_OPTION_NO_PLOTS                                                    \
	{                                                                      \
		"no-plots", CLI_NO_PLOTS, NULL, 0, "Draw no pictures", 0       \
	}

/** cli_common_parse - an argp parser's step for the options above */
error_t cli_common_parse(int key, char *arg, struct argp_state *state,
			 struct cli_common *common);

/** cli_override_add - one more override; @value is copied */
void cli_override_add(struct cli_common *common, const char *path,
		      const char *value);

void cli_common_done(struct cli_common *common);

/**
 * cli_parse - run argp for a command
 * Return: 0, or an exit status (after --help: exits 0).
 */
int cli_parse(const struct argp_option *options, argp_parser_t parser,
	      const char *name, const char *args_doc, int argc, char **argv,
	      void *input);

/** cli_load - load an experiment; message on stderr; 0 or CLI_USAGE */
int cli_load(const char *path, const struct cli_common *common,
	     struct experiment *ret);

/**
 * cli_output - folder for results: --output, or out/@name@suffix
 * Return: new text, or NULL after a message when @name cannot be a file name.
 */
char *cli_output(const struct cli_common *common, const char *name,
		 const char *suffix);

/** cli_number - whole decimal number of an option, or argp_error() */
uint64_t cli_number(const char *arg, const char *what,
		    struct argp_state *state);

#endif
