/*
 * Runs that are kept in points.jsonl.
 */
#include "sim/cli/points_run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"
#include "sim/base/fileio.h"
#include "sim/base/jobs.h"
#include "sim/cli/cli.h"
#include "sim/cli/simulate.h"

int points_run_begin(struct points_run *run, const struct points_source *source,
		     const char *file)
{
	struct experiment experiment;
	struct cfg_error error;
	char digest[17];
	json_t *resolved;
	size_t i;

	memset(run, 0, sizeof(*run));
	run->file.fd = -1;
	run->source = source;
	run->digests = json_array();
	for (i = 0; i < source->nr; i++) {
		if (source->load(source->arg, i, &experiment, &error)) {
			fprintf(stderr, "%s: point %zu of %zu: %s\n", file,
				i + 1, source->nr, error.text);
			return CLI_USAGE;
		}
		resolved = cfg_resolved(&experiment_object, &experiment);
		points_digest(resolved, digest);
		json_array_append_new(run->digests, json_string(digest));
		json_decref(resolved);
		experiment_release(&experiment);
	}
	return 0;
}

int points_run_open(struct points_run *run, const char *dir)
{
	int error = dir_make(dir);

	if (!error)
		error = points_open(dir, &run->file, &run->points);
	if (!error) {
		error = points_check_build(dir, &run->file, run->points);
		if (error == 1) {
			fprintf(stderr,
				"wbsim: %s: points of another build of wbsim "
				"are run again\n",
				dir);
			error = 0;
		}
	}
	if (error == -EBUSY)
		fprintf(stderr, "wbsim: %s: another sweep is writing to it\n",
			dir);
	else if (error)
		fprintf(stderr,
			"wbsim: %s: cannot write the output folder: %s\n", dir,
			strerror(-error));
	run->has_found = json_object_size(run->points) > 0;
	return error ? CLI_USAGE : 0;
}

const char *points_run_digest(const struct points_run *run, size_t index)
{
	return json_string_value(json_array_get(run->digests, index));
}

/* returns how many points the shard has, run or not */
static size_t choose_todo(struct points_run *run,
			  const struct points_options *options)
{
	json_t *taken = json_copy(run->points);
	size_t nr_mine = 0, i;

	free(run->todo);
	run->nr_todo = 0;
	run->todo = calloc(run->source->nr, sizeof(*run->todo));
	SIM_ASSERT(run->todo);
	for (i = 0; i < run->source->nr; i++) {
		const char *digest = points_run_digest(run, i);

		if (i % options->nr_shards != options->shard - 1)
			continue;
		nr_mine++;
		if (json_object_get(taken, digest))
			continue;
		json_object_set_new(taken, digest, json_true());
		run->todo[run->nr_todo++] = i;
	}
	json_decref(taken);
	return nr_mine;
}

static int child_fn(size_t index, void *arg, char **ret_data, size_t *ret_bytes)
{
	struct points_run *run = arg;
	const struct points_source *source = run->source;
	struct simulation simulation = { 0 };
	struct experiment experiment;
	struct cfg_error error;
	int status;

	/* an orphan of a killed sweep must not hold its lock */
	points_close(&run->file);
	if (source->load(source->arg, run->todo[index], &experiment, &error)) {
		*ret_data = strdup(error.text);
		*ret_bytes = *ret_data ? strlen(*ret_data) : 0;
		return CLI_USAGE;
	}
	simulation.experiment = &experiment;
	if (experiment.seeds.nr_items)
		simulation.seed = ((const uint64_t *)experiment.seeds.items)[0];
	status = simulate_in_child(&simulation, run->progress, index, ret_data,
				   ret_bytes);
	experiment_release(&experiment);
	return status;
}

static void keep(struct points_run *run, size_t point_index,
		 const json_t *result)
{
	const char *digest = points_run_digest(run, point_index);
	json_t *values = run->source->values(run->source->arg, point_index);
	json_t *point = points_make(digest, values, result);
	int error;

	if (run->source->over_time)
		points_keep_series(point, result, run->source->over_time);
	error = points_append(&run->file, point);
	if (error) {
		fprintf(stderr, "wbsim: points.jsonl: %s\n", strerror(-error));
		run->status = CLI_USAGE;
	}
	json_object_set(run->points, digest, point);
	json_decref(point);
	json_decref(values);
}

static void child_done(size_t index, int status, const char *data,
		       size_t nr_bytes, void *arg)
{
	struct points_run *run = arg;
	struct simulation simulation = { 0 };
	size_t point_index = run->todo[index];

	simulate_take(&simulation, status, data, nr_bytes);
	progress_job(run->progress, index, 1, 1);
	if (simulation.status > run->status)
		run->status = simulation.status;
	if (simulation.result)
		keep(run, point_index, simulation.result);
	else
		fprintf(stderr, "wbsim: point %zu: %s\n", point_index + 1,
			simulation.message);
	json_decref(simulation.result);
}

int points_run_all(struct points_run *run, const struct points_options *options)
{
	size_t nr_mine = choose_todo(run, options);
	int status;

	if (run->has_found && run->nr_todo < nr_mine && !options->is_quiet)
		fprintf(stderr, "wbsim: %zu of %zu points to run\n",
			run->nr_todo, nr_mine);
	if (run->nr_todo == 0)
		return 0;
	run->progress = progress_new(run->nr_todo, options->is_quiet);
	fflush(NULL);
	status = jobs_run(run->nr_todo, options->jobs, child_fn, child_done,
			  run);
	progress_end(run->progress);
	if (status >= 0)
		return run->status;
	fprintf(stderr, "wbsim: cannot start a process: %s\n",
		strerror(-status));
	return 3;
}

void points_run_done(struct points_run *run)
{
	points_close(&run->file);
	free(run->todo);
	json_decref(run->points);
	json_decref(run->digests);
}
