/*
 * wbsim record: runs record/record.sh, which says what it does.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/assert.h"
#include "sim/cli/cli.h"

#define SCRIPT   "/record/record.sh"
#define MAX_ARGS 40

enum {
	OPT_SCENARIO = CLI_FIRST_OWN,
	OPT_DEVICE,
	OPT_SIZE,
	OPT_WORK,
	OPT_MKFS,
	OPT_PLAYER,
	OPT_BUFFER,
	OPT_KEEP_RAW,
	OPT_DRY_RUN,
	OPT_YES,
	OPT_LIST,
};

static const struct argp_option options[] = {
	{ "output", 'o', "FILE", 0,
	  "The recording (default: SCENARIO.json); .gz is compressed", 0 },
	{ "scenario", OPT_SCENARIO, "NAME", 0,
	  "Operations that come with wbsim, instead of OPS-FILE", 0 },
	{ "list", OPT_LIST, NULL, 0, "Names of scenarios", 0 },
	{ "device", OPT_DEVICE, "DEV", 0,
	  "Whole, unused block device to record on, ALL ITS DATA IS LOST (default: a loop device)",
	  0 },
	{ "yes", OPT_YES, NULL, 0, "Needed with --device", 0 },
	{ "size-mib", OPT_SIZE, "N", 0,
	  "Size of the loop device's file (default: 640)", 0 },
	{ "work", OPT_WORK, "DIR", 0,
	  "Folder for that file and the trace (default: /tmp)", 0 },
	{ "mkfs", OPT_MKFS, "OPTIONS", 0, "More options for mkfs.xfs", 0 },
	{ "buffer-mib", OPT_BUFFER, "N", 0,
	  "Trace buffer of all CPUs (default: 96)", 0 },
	{ "keep-raw", OPT_KEEP_RAW, "DIR", 0,
	  "Also keep what the recording is made of, in a new folder", 0 },
	{ "player", OPT_PLAYER, "FILE", 0,
	  "wbsim-player (default: the one beside wbsim, or in PATH)", 0 },
	{ "dry-run", OPT_DRY_RUN, NULL, 0, "Only say what would be done", 0 },
	{ 0 },
};

/** struct record_args - the script's command line */
struct record_args {
	const char *argv[MAX_ARGS];
	size_t argc;
	const char *ops;
	bool has_list;
	bool has_scenario;
};

static void add(struct record_args *args, const char *text,
		struct argp_state *state)
{
	if (args->argc + 2 >= MAX_ARGS)
		argp_error(state, "too many options");
	else
		args->argv[args->argc++] = text;
}

/* The script's options have the same names. */
static error_t pass_on(int key, const char *arg, struct argp_state *state)
{
	static char names[sizeof(options) / sizeof(options[0])][32];
	struct record_args *args = state->input;

	for (size_t i = 0; options[i].name; i++) {
		if (options[i].key != key)
			continue;
		snprintf(names[i], sizeof(names[i]), "--%s", options[i].name);
		add(args, names[i], state);
		if (arg)
			add(args, arg, state);
		args->has_list |= key == OPT_LIST;
		args->has_scenario |= key == OPT_SCENARIO;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct record_args *args = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		if (args->ops)
			argp_error(state, "one OPS-FILE only");
		args->ops = arg;
		return 0;
	case ARGP_KEY_END:
		if (!args->ops && !args->has_scenario && !args->has_list)
			argp_error(state, "OPS-FILE or --scenario is missing");
		if (args->ops && args->has_scenario)
			argp_error(state, "either OPS-FILE or --scenario");
		return 0;
	default:
		return pass_on(key, arg, state);
	}
}

/* The player beside this program, if there is one, for the script. */
static void name_player(void)
{
	char path[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash;

	if (length <= 0)
		return;
	path[length] = '\0';
	slash = strrchr(path, '/');
	if (!slash || (size_t)(path + sizeof(path) - slash) < 16)
		return;
	strcpy(slash, "/wbsim-player");
	if (access(path, X_OK) == 0)
		setenv("WBSIM_PLAYER", path, 0);
}

static const char *find_script(void)
{
	static const char *const scripts[] = {
		WBSIM_SOURCE_DATA_DIR SCRIPT,
		WBSIM_INSTALLED_DATA_DIR SCRIPT,
	};

	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
		if (access(scripts[i], R_OK) == 0)
			return scripts[i];
	}
	fprintf(stderr, "wbsim: %s: %s\n", scripts[1], strerror(errno));
	return NULL;
}

int cmd_record(int argc, char **argv)
{
	struct record_args args = { .argv = { "sh", NULL }, .argc = 2 };
	const char *script;
	int status;

	status = cli_parse(options, parse, "record", "[OPS-FILE]", argc, argv,
			   &args);
	script = status ? NULL : find_script();
	if (!script)
		return CLI_USAGE;
	args.argv[1] = script;
	if (args.ops)
		args.argv[args.argc++] = args.ops;
	SIM_ASSERT(args.argc < MAX_ARGS);
	name_player();
	execv("/bin/sh", (char *const *)(uintptr_t)args.argv);
	perror("wbsim: /bin/sh");
	return CLI_USAGE;
}
