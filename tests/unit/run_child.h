/*
 * Whole runs in child processes: what comes back is the result as text.
 */
#ifndef TESTS_UNIT_RUN_CHILD_H
#define TESTS_UNIT_RUN_CHILD_H

#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/run/experiment.h"
#include "models/run/run.h"
#include "sim/base/assert.h"
#include "sim/base/jobs.h"
#include "sim/config/config.h"

/**
 * struct run_request - one run
 * @path: an experiment's file, or NULL and
 * @json: the experiment itself
 * @adjust: changes the loaded experiment; may be NULL
 */
struct run_request {
	const char *path;
	const json_t *json;
	const struct cfg_override *overrides;
	size_t nr_overrides;
	bool oracle;
	void (*adjust)(struct experiment *experiment);
};

static inline void run_load(const struct run_request *request,
			    struct experiment *ret)
{
	struct cfg_error error;
	int status;

	if (request->path)
		status = experiment_load(request->path, request->overrides,
					 request->nr_overrides, ret, &error);
	else
		status = experiment_load_json(
			request->json, "test", request->overrides,
			request->nr_overrides, ret, &error);
	if (status) {
		fprintf(stderr, "%s\n", error.text);
		SIM_ASSERT(!"the experiment can be loaded");
	}
	if (request->adjust)
		request->adjust(ret);
}

/* In a child: run and return the result's text, malloc'd. */
static inline char *run_here(const struct run_request *request)
{
	struct run_options options = { .oracle = request->oracle };
	struct experiment experiment;
	json_t *result = NULL;
	char error[512] = "";

	run_load(request, &experiment);
	if (run_experiment(&experiment, &options, &result, error,
			   sizeof(error))) {
		fprintf(stderr, "%s\n", error);
		SIM_ASSERT(!"the run ends with all its checks ok");
	}
	char *text =
		json_dumps(result, JSON_INDENT(1) | JSON_REAL_PRECISION(15));

	SIM_ASSERT(text != NULL);
	json_decref(result);
	experiment_release(&experiment);
	return text;
}

struct run_jobs {
	const struct run_request *requests;
	char **texts;
};

static inline int run_job(size_t index, void *arg, char **ret_data,
			  size_t *ret_bytes)
{
	struct run_jobs *jobs = arg;

	/* cmocka's handlers would go on with the tests in the child. */
	signal(SIGSEGV, SIG_DFL);
	signal(SIGABRT, SIG_DFL);
	*ret_data = run_here(&jobs->requests[index]);
	*ret_bytes = strlen(*ret_data) + 1;
	return 0;
}

static inline void run_job_done(size_t index, int status, const char *data,
				size_t nr_bytes, void *arg)
{
	struct run_jobs *jobs = arg;

	if (status || !data)
		return;
	jobs->texts[index] = malloc(nr_bytes);
	SIM_ASSERT(jobs->texts[index] != NULL);
	memcpy(jobs->texts[index], data, nr_bytes);
}

/**
 * run_all - run @nr requests, each in a process of its own
 * @ret_texts: results, malloc'd; NULL where a run failed
 * Return: 0 when all went well.
 */
static inline int run_all(const struct run_request *requests, size_t nr,
			  char **ret_texts)
{
	struct run_jobs jobs = { requests, ret_texts };

	memset(ret_texts, 0, nr * sizeof(*ret_texts));
	return jobs_run(nr, 0, run_job, run_job_done, &jobs);
}

#endif
