/*
 * wbsim merge: the parts of a sweep become what one sweep would have written.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/fileio.h"
#include "sim/cli/cli.h"
#include "sim/results/points.h"
#include "sim/results/result.h"
#include "sim/results/study.h"
#include "sim/results/sweep.h"
#include "sim/results/writer.h"

static const struct argp_option options[] = {
	CLI_OPTION_OUTPUT("Result folder (default: out/STUDY)"),
	CLI_OPTION_FORMAT,
	CLI_OPTION_QUIET,
	CLI_OPTION_NO_PLOTS,
	{ 0 },
};

/**
 * struct merge_args - the command line, then what is being put together
 * @first: sweep.json of the first folder, which the others must match
 * @lines: one per point, null where none has come yet
 */
struct merge_args {
	struct cli_common common;
	char **dirs;
	size_t nr_dirs;
	json_t *first;
	json_t *lines;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct merge_args *args = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		return ARGP_ERR_UNKNOWN; /* all at once */
	case ARGP_KEY_ARGS:
		args->dirs = state->argv + state->next;
		args->nr_dirs = (size_t)(state->argc - state->next);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "DIR is missing");
		return 0;
	default:
		return cli_common_parse(key, arg, state, &args->common);
	}
}

static int complain(const char *dir, const char *text)
{
	fprintf(stderr, "wbsim: %s: %s\n", dir, text);
	return CLI_USAGE;
}

static json_t *read_summary(const char *dir)
{
	char path[4096], message[512];
	json_t *json;

	snprintf(path, sizeof(path), "%s/sweep.json", dir);
	json = json_read(path, message, sizeof(message));
	if (json && strcmp(result_text(json, "format"), "wbsim-sweep/1") == 0)
		return json;
	json_decref(json);
	complain(dir, "no finished sweep in it (no sweep.json)");
	return NULL;
}

static bool same_text(const json_t *a, const json_t *b, const char *key)
{
	return strcmp(result_text(a, key), result_text(b, key)) == 0;
}

static int check_same(const struct merge_args *args, const json_t *summary,
		      const char *dir)
{
	char text[512];

	if (!json_equal(json_object_get(summary, "study"),
			json_object_get(args->first, "study"))) {
		snprintf(text, sizeof(text), "another study than in %.400s",
			 args->dirs[0]);
		return complain(dir, text);
	}
	if (!same_text(summary, args->first, "build")) {
		snprintf(text, sizeof(text),
			 "run by another build of wbsim than %.400s",
			 args->dirs[0]);
		return complain(dir, text);
	}
	if (!same_text(summary, args->first, "digest")) {
		snprintf(text, sizeof(text),
			 "the same study, but its workload or a preset was "
			 "another one than for %.400s",
			 args->dirs[0]);
		return complain(dir, text);
	}
	return 0;
}

static int take_line(struct merge_args *args, json_t *line, const char *dir)
{
	const json_t *number = json_object_get(line, "point");
	size_t index = (size_t)json_integer_value(number);
	const json_t *other = json_array_get(args->lines, index);

	if (!json_is_integer(number) || !other)
		return complain(dir, "points.jsonl is not that of a finished "
				     "sweep: run wbsim sweep again");
	if (json_is_object(other) && !json_equal(other, line))
		return complain(dir, "has a point that an earlier folder has "
				     "with another result");
	json_array_set(args->lines, index, line);
	return 0;
}

static int take_dir(struct merge_args *args, const char *dir)
{
	json_t *summary = read_summary(dir);
	json_t *points, *line;
	int status = summary ? check_same(args, summary, dir) : CLI_USAGE;
	size_t i;

	json_decref(summary);
	if (status)
		return status;
	points = points_list(dir);
	if (!points)
		return complain(dir, "points.jsonl is missing");
	json_array_foreach(points, i, line) {
		if (status == 0)
			status = take_line(args, line, dir);
	}
	json_decref(points);
	return status;
}

/* nothing missing, and the points are those of the study */
static int check_whole(const struct merge_args *args,
		       struct sweep_identity *ret)
{
	json_t *digests = json_array();
	size_t nr_missing = 0, first = 0, i;
	const json_t *line;
	char digest[17];

	json_array_foreach(args->lines, i, line) {
		if (json_is_null(line) && nr_missing++ == 0)
			first = i;
		json_array_append_new(digests,
				      json_string(result_text(line, "digest")));
	}
	sweep_digest(digests, digest);
	json_decref(digests);
	snprintf(ret->digest, sizeof(ret->digest), "%s",
		 result_text(args->first, "digest"));
	snprintf(ret->build, sizeof(ret->build), "%s",
		 result_text(args->first, "build"));
	if (nr_missing > 0) {
		fprintf(stderr,
			"wbsim: merge: %zu of %zu points are missing, first "
			"point %zu\n",
			nr_missing, json_array_size(args->lines), first + 1);
		return CLI_USAGE;
	}
	if (strcmp(digest, ret->digest) == 0)
		return 0;
	return complain(args->dirs[0], "points.jsonl is not that of a finished "
				       "sweep: run wbsim sweep again");
}

/* the same files as sweep leaves, .build and lock included */
static int write_merged(const char *target, const struct study *study,
			const struct sweep_identity *identity,
			const json_t *lines)
{
	struct points_file file = { -1 };
	json_t *points = NULL;
	int error = dir_make(target);

	if (!error)
		error = points_open(target, &file, &points);
	if (error == -EBUSY)
		return complain(target, "another sweep is writing to it");
	if (!error)
		error = results_write_text(target, ".build", identity->build);
	if (!error)
		error = sweep_write(target, study, identity, lines);
	json_decref(points);
	points_close(&file);
	return error ? complain(target, strerror(-error)) : 0;
}

static int merge_study(struct merge_args *args, const struct study *study)
{
	struct sweep_print_options print = { args->common.format,
					     args->common.no_plots };
	struct sweep_identity identity = { .shard = 1, .nr_shards = 1 };
	char *target;
	int status = 0;
	size_t i;

	args->lines = json_array();
	for (i = 0; i < study_nr_points(study); i++)
		json_array_append_new(args->lines, json_null());
	for (i = 0; i < args->nr_dirs && status == 0; i++)
		status = take_dir(args, args->dirs[i]);
	if (status == 0)
		status = check_whole(args, &identity);
	if (status)
		return status;
	target = cli_output(&args->common, study->name, "");
	if (!target)
		return CLI_USAGE;
	status = write_merged(target, study, &identity, args->lines);
	if (status == 0)
		sweep_print(target, study, args->lines, &print);
	free(target);
	return status;
}

int cmd_merge(int argc, char **argv)
{
	struct merge_args args = { 0 };
	struct cfg_error error;
	struct study study;
	int status =
		cli_parse(options, parse, "merge", "DIR...", argc, argv, &args);

	if (status)
		return status;
	args.first = read_summary(args.dirs[0]);
	if (!args.first)
		return CLI_USAGE;
	if (study_from_json(json_object_get(args.first, "study"),
			    result_text(args.first, "name"), &study, &error)) {
		fprintf(stderr, "wbsim: %s\n", error.text);
		status = CLI_USAGE;
	} else {
		status = merge_study(&args, &study);
		study_release(&study);
	}
	json_decref(args.lines);
	json_decref(args.first);
	cli_common_done(&args.common);
	return status;
}
