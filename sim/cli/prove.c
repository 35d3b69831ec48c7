#include "sim/cli/prove.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"
#include "sim/base/jobs.h"
#include "sim/cli/simulate.h"
#include "sim/results/limit.h"
#include "sim/results/result.h"

/** struct proof - one run per candidate */
struct proof {
	const struct limit *limits[LIMIT_MAX_CANDIDATES];
	struct experiment experiments[LIMIT_MAX_CANDIDATES];
	struct simulation runs[LIMIT_MAX_CANDIDATES];
	size_t nr;
	struct progress *progress;
};

static int proof_job(size_t index, void *arg, char **ret_data,
		     size_t *ret_bytes)
{
	const struct proof *proof = arg;
	const struct simulation *run = &proof->runs[index];

	if (!run->experiment)
		return 0;
	return simulate_in_child(run, proof->progress, index, ret_data,
				 ret_bytes);
}

static void proof_done(size_t index, int status, const char *data,
		       size_t nr_bytes, void *arg)
{
	struct proof *proof = arg;
	struct simulation *run = &proof->runs[index];

	progress_job(proof->progress, index, 1, 1);
	if (!run->experiment)
		return;
	simulate_take(run, status, data, nr_bytes);
}

/* @proof's run @i: the same @config and what makes the resource free. */
static void load_one(struct proof *proof, size_t i, const json_t *config,
		     uint64_t seed)
{
	const struct limit *limit = proof->limits[i];
	struct simulation *run = &proof->runs[i];
	struct cfg_error error;

	run->seed = seed;
	if (experiment_load_json(config, limit->name, limit->overrides,
				 limit->nr_overrides, &proof->experiments[i],
				 &error) == 0)
		run->experiment = &proof->experiments[i];
	else
		snprintf(run->message, sizeof(run->message), "%s", error.text);
}

static void take_results(struct proof *proof, json_t *result)
{
	const json_t *without[LIMIT_MAX_CANDIDATES];
	const char *errors[LIMIT_MAX_CANDIDATES];

	for (size_t i = 0; i < proof->nr; i++) {
		without[i] = proof->runs[i].result;
		errors[i] = proof->runs[i].message;
	}
	limit_prove(result, proof->limits, without, errors, proof->nr);
}

void prove_limit(const struct experiment *experiment, uint64_t seed,
		 bool is_quiet, enum prove_mode mode, json_t *result)
{
	struct proof proof = { 0 };
	json_t *config;
	size_t i;

	if (mode == PROVE_NEVER ||
	    (mode == PROVE_SMALL &&
	     result_figure_value(result, "events") > LIMIT_EVENTS))
		return;
	proof.nr = limit_candidates(result, proof.limits);
	if (!proof.nr)
		return;
	config = cfg_resolved(&experiment_object, experiment);
	for (i = 0; i < proof.nr; i++)
		load_one(&proof, i, config, seed);
	json_decref(config);
	proof.progress = progress_new(proof.nr, is_quiet);
	fflush(NULL);
	if (jobs_run(proof.nr, 0, proof_job, proof_done, &proof) >= 0)
		take_results(&proof, result);
	progress_end(proof.progress);
	for (i = 0; i < proof.nr; i++) {
		json_decref(proof.runs[i].result);
		if (proof.runs[i].experiment)
			experiment_release(&proof.experiments[i]);
	}
}
