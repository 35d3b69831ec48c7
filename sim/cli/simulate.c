/*
 * Runs in child processes, results in the parent.
 */
#include "sim/cli/simulate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/run/run.h"
#include "sim/base/assert.h"
#include "sim/base/jobs.h"
#include "sim/results/stream_file.h"

struct batch {
	struct simulation *simulations;
	struct progress *progress;
	void (*each)(size_t index, void *arg);
	void *arg;
};

struct child {
	const struct simulation *simulation;
	struct progress *progress;
	size_t index;
	int stream_error;
};

static void child_progress(uint64_t date_ns, uint64_t done_bytes,
			   uint64_t total_bytes, void *arg)
{
	const struct child *child = arg;

	(void)date_ns;
	/* the last write is not the end of the run: never 100 % from here */
	progress_job(child->progress, child->index, done_bytes,
		     total_bytes + total_bytes / 20 + 1);
}

static void child_inspect(struct sim_metrics *metrics, void *arg)
{
	struct child *child = arg;

	if (child->simulation->stream_path)
		child->stream_error = stream_file_write(
			child->simulation->stream_path, metrics);
}

int simulate_in_child(const struct simulation *simulation,
		      struct progress *progress, size_t index, char **ret_data,
		      size_t *ret_bytes)
{
	struct child child = { simulation, progress, index, 0 };
	struct run_options options = { 0 };
	char message[1024] = "";
	json_t *result = NULL;
	int status;

	options.seed_given = true;
	options.seed = simulation->seed;
	options.oracle = simulation->oracle;
	options.progress = child_progress;
	options.inspect = child_inspect;
	options.arg = &child;
	if (simulation->stream_path)
		options.keep_streams = stream_file_names();
	status = run_experiment(simulation->experiment, &options, &result,
				message, sizeof(message));
	if (child.stream_error) {
		snprintf(message, sizeof(message), "%.900s: %s",
			 simulation->stream_path,
			 strerror(-child.stream_error));
		status = 2;
	}
	*ret_data = status <= 1 ? json_dumps(result, JSON_COMPACT)
				: strdup(message);
	SIM_ASSERT(*ret_data);
	*ret_bytes = strlen(*ret_data);
	json_decref(result);
	return status;
}

void simulate_take(struct simulation *simulation, int status, const char *data,
		   size_t nr_bytes)
{
	simulation->status = status;
	if (status <= 1) {
		simulation->result =
			data ? json_loadb(data, nr_bytes, 0, NULL) : NULL;
		if (simulation->result)
			return;
		simulation->status = 3;
		data = NULL;
	}
	if (data && status == 2)
		snprintf(simulation->message, sizeof(simulation->message),
			 "%.*s", (int)nr_bytes, data);
	else
		snprintf(simulation->message, sizeof(simulation->message),
			 "bug: the run ended without a result");
}

static int batch_job(size_t index, void *arg, char **ret_data,
		     size_t *ret_bytes)
{
	const struct batch *batch = arg;

	return simulate_in_child(&batch->simulations[index], batch->progress,
				 index, ret_data, ret_bytes);
}

static void batch_done(size_t index, int status, const char *data,
		       size_t nr_bytes, void *arg)
{
	const struct batch *batch = arg;

	simulate_take(&batch->simulations[index], status, data, nr_bytes);
	progress_job(batch->progress, index, 1, 1);
	if (batch->each)
		batch->each(index, batch->arg);
}

int simulate(struct simulation *simulations, size_t nr,
	     unsigned int nr_parallel, bool is_quiet,
	     void (*each)(size_t index, void *arg), void *arg)
{
	struct batch batch = { simulations, progress_new(nr, is_quiet), each,
			       arg };
	int status;
	size_t i;

	fflush(NULL);
	status = jobs_run(nr, nr_parallel, batch_job, batch_done, &batch);
	progress_end(batch.progress);
	if (status < 0) {
		fprintf(stderr, "wbsim: cannot start a process: %s\n",
			strerror(-status));
		return 3;
	}
	for (i = 0; i < nr; i++) {
		if (simulations[i].status > status)
			status = simulations[i].status;
		if (simulations[i].status >= 2)
			fprintf(stderr, "wbsim: %s: %s\n",
				simulations[i].experiment->name
					? simulations[i].experiment->name
					: "run",
				simulations[i].message);
	}
	return status;
}
