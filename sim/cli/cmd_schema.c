/*
 * wbsim schema
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/fileio.h"
#include "sim/cli/cli.h"

static const struct argp_option options[] = {
	{ "output", 'o', "FILE", 0,
	  "Write to this file (default: standard output)", 0 },
	{ "format", CLI_FORMAT, "FORMAT", 0,
	  "json (default): JSON Schema; markdown: tables for people", 0 },
	{ 0 },
};

struct schema_args {
	struct cli_common common;
	bool markdown;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct schema_args *args = state->input;

	if (key != CLI_FORMAT)
		return cli_common_parse(key, arg, state, &args->common);
	args->markdown = strcmp(arg, "markdown") == 0;
	if (!args->markdown && strcmp(arg, "json") != 0)
		argp_error(state,
			   "--format: expected json or markdown, not '%s'",
			   arg);
	return 0;
}

static void print_schema(bool markdown, FILE *out)
{
	json_t *schema;

	if (markdown) {
		cfg_document(&experiment_object, out);
		return;
	}
	schema = cfg_schema(&experiment_object);
	json_dumpf(schema, out, JSON_INDENT(2));
	putc('\n', out);
	json_decref(schema);
}

static int write_schema(bool markdown, const char *path)
{
	char *text = NULL;
	size_t nr_bytes;
	FILE *out = open_memstream(&text, &nr_bytes);
	int error;

	if (!out)
		return 3;
	print_schema(markdown, out);
	fclose(out);
	error = file_write_atomic(path, text, nr_bytes);
	free(text);
	if (!error)
		return 0;
	fprintf(stderr, "wbsim: %s: %s\n", path, strerror(-error));
	return CLI_USAGE;
}

int cmd_schema(int argc, char **argv)
{
	struct schema_args args = { 0 };
	int status =
		cli_parse(options, parse, "schema", NULL, argc, argv, &args);

	if (status)
		return status;
	if (args.common.output)
		return write_schema(args.markdown, args.common.output);
	print_schema(args.markdown, stdout);
	return 0;
}
