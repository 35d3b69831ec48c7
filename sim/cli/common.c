/*
 * What the commands share.
 */
#include "sim/cli/cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"
#include "sim/results/format.h"

static char *own(struct cli_common *common, char *text)
{
	SIM_ASSERT(text);
	common->owned = reallocarray(common->owned, common->nr_owned + 1,
				     sizeof(*common->owned));
	SIM_ASSERT(common->owned);
	common->owned[common->nr_owned++] = text;
	return text;
}

static void override_append(struct cli_common *common, const char *path,
			    const char *value)
{
	common->overrides =
		reallocarray(common->overrides, common->nr_overrides + 1,
			     sizeof(*common->overrides));
	SIM_ASSERT(common->overrides);
	common->overrides[common->nr_overrides++] =
		(struct cfg_override){ path, value };
}

void cli_override_add(struct cli_common *common, const char *path,
		      const char *value)
{
	override_append(common, path, own(common, strdup(value)));
}

static void parse_set(struct cli_common *common, const char *arg,
		      struct argp_state *state)
{
	const char *equals = strchr(arg, '=');
	char *text;

	if (!equals || equals == arg) {
		argp_error(state, "--set: expected PATH=VALUE, not '%s'", arg);
		return;
	}
	text = own(common, strdup(arg));
	text[equals - arg] = '\0';
	override_append(common, text, text + (equals - arg) + 1);
}

static void parse_format(struct cli_common *common, const char *arg,
			 struct argp_state *state)
{
	if (strcmp(arg, "table") == 0)
		common->format = PRINT_TABLE;
	else if (strcmp(arg, "json") == 0)
		common->format = PRINT_JSON;
	else if (strcmp(arg, "csv") == 0)
		common->format = PRINT_CSV;
	else
		argp_error(state,
			   "--format: expected table, json or csv, not '%s'",
			   arg);
}

uint64_t cli_number(const char *arg, const char *what, struct argp_state *state)
{
	char *end;
	uint64_t number;

	errno = 0;
	number = strtoull(arg, &end, 10);
	if (errno || end == arg || *end || arg[0] < '0' || arg[0] > '9')
		argp_error(state, "%s: expected a whole number, not '%s'", what,
			   arg);
	return number;
}

error_t cli_common_parse(int key, char *arg, struct argp_state *state,
			 struct cli_common *common)
{
	switch (key) {
	case CLI_SET:
		parse_set(common, arg, state);
		return 0;
	case CLI_FORMAT:
		parse_format(common, arg, state);
		return 0;
	case CLI_QUIET:
		common->is_quiet = true;
		return 0;
	case CLI_SEED:
		common->seed_given = true;
		common->seed = cli_number(arg, "--seed", state);
		return 0;
	case CLI_NO_PLOTS:
		common->no_plots = true;
		return 0;
	case 'o':
		if (!*arg)
			argp_error(state, "--output: the name is empty");
		common->output = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

void cli_common_done(struct cli_common *common)
{
	size_t i;

	for (i = 0; i < common->nr_owned; i++)
		free(common->owned[i]);
	free(common->owned);
	free(common->overrides);
}

/* the text after the options: the command's example */
static char *help_filter(int key, const char *text, void *input)
{
	const char *name = text;
	const struct cli_command *command = cli_commands();
	size_t nr_bytes;
	char *help;
	FILE *out;

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC)
		return (char *)(uintptr_t)text;
	while (command->name && strcmp(command->name, name) != 0)
		command++;
	SIM_ASSERT(command->name);
	out = open_memstream(&help, &nr_bytes);
	SIM_ASSERT(out);
	fputs("Example:\n", out);
	for (text = command->example; *text;) {
		size_t length = strcspn(text, "\n");

		fprintf(out, "  %.*s\n", (int)length, text);
		text += length + (text[length] == '\n');
	}
	fclose(out);
	return help;
}

int cli_parse(const struct argp_option *options, argp_parser_t parser,
	      const char *name, const char *args_doc, int argc, char **argv,
	      void *input)
{
	const struct cli_command *command = cli_commands();
	struct argp argp = { options, parser,      args_doc, NULL,
			     NULL,    help_filter, NULL };
	char doc[512];
	error_t error;

	while (strcmp(command->name, name) != 0)
		command++;
	snprintf(doc, sizeof(doc), "%s.\v%s", command->help, name);
	argp.doc = doc;
	error = argp_parse(&argp, argc, argv, 0, NULL, input);
	if (error) {
		fprintf(stderr, "%s: %s\n", argv[0], strerror(error));
		return CLI_USAGE;
	}
	return 0;
}

int cli_load(const char *path, const struct cli_common *common,
	     struct experiment *ret)
{
	struct cfg_error error;

	if (experiment_load(path, common->overrides, common->nr_overrides, ret,
			    &error) == 0)
		return 0;
	fprintf(stderr, "%s\n", error.text);
	return CLI_USAGE;
}

char *cli_output(const struct cli_common *common, const char *name,
		 const char *suffix)
{
	char *path;

	if (common->output) {
		path = strdup(common->output);
		SIM_ASSERT(path);
		return path;
	}
	if (!format_path_ok(name)) {
		fprintf(stderr,
			"wbsim: the name '%s' cannot be a file name "
			"(letters, digits, '.', '_', '-'); "
			"change it or give --output\n",
			name);
		return NULL;
	}
	SIM_ASSERT(asprintf(&path, "out/%s%s", name, suffix) >= 0);
	return path;
}
