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

/* @proof's run @i: the same experiment and what makes the resource free. */
static void load_one(struct proof *proof, size_t i, const char *path,
		     const struct cli_common *common, uint64_t seed)
{
	const struct limit *limit = proof->limits[i];
	size_t nr = common->nr_overrides + limit->nr_overrides;
	struct cfg_override *overrides = calloc(nr + 1, sizeof(*overrides));
	struct cfg_error error;

	SIM_ASSERT(overrides);
	if (common->nr_overrides)
		memcpy(overrides, common->overrides,
		       common->nr_overrides * sizeof(*overrides));
	memcpy(overrides + common->nr_overrides, limit->overrides,
	       limit->nr_overrides * sizeof(*overrides));
	proof->runs[i].seed = seed;
	if (experiment_load(path, overrides, nr, &proof->experiments[i],
			    &error) == 0)
		proof->runs[i].experiment = &proof->experiments[i];
	else
		snprintf(proof->runs[i].message, sizeof(proof->runs[i].message),
			 "%s", error.text);
	free(overrides);
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

void prove_limit(const char *path, const struct cli_common *common,
		 uint64_t seed, enum prove_mode mode, json_t *result)
{
	struct proof proof = { 0 };
	size_t i;

	if (mode == PROVE_NEVER ||
	    (mode == PROVE_SMALL &&
	     result_figure_value(result, "events") > LIMIT_EVENTS))
		return;
	proof.nr = limit_candidates(result, proof.limits);
	if (!proof.nr)
		return;
	for (i = 0; i < proof.nr; i++)
		load_one(&proof, i, path, common, seed);
	proof.progress = progress_new(proof.nr, common->is_quiet);
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
