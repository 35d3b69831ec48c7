/*
 * One run from start to end.
 */
#include "models/run/run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/run/world.h"
#include "sim/base/assert.h"

static uint64_t choose_seed(const struct experiment *experiment,
			    const struct run_options *options)
{
	const uint64_t *seeds = experiment->seeds.items;

	if (options->seed_given)
		return options->seed;
	return experiment->seeds.nr_items ? seeds[0] : 1;
}

/* Without faults nothing may fail; what a file system has not got, never. */
static bool is_refusal(const struct world *world, int error)
{
	if (!error)
		return false;
	return error == -EOPNOTSUPP || !world->experiment->faults.nr_items;
}

/* A thread stopped by an error is a result for a fault study, else a refusal. */
static int first_error(struct world *world)
{
	for (size_t i = 0; i < world->nr_threads; i++)
		if (is_refusal(world, world->threads[i].error))
			return world_fail(world, "thread \"%s\": %s",
					  world->threads[i].name,
					  strerror(-world->threads[i].error));
	if (is_refusal(world, world->prepare.error))
		return world_fail(world, "prepare: %s",
				  strerror(-world->prepare.error));
	return 0;
}

static int execute(struct world *world, json_t **ret)
{
	char deadlock[512];
	bool ok;

	world_start(world);
	int error = sim_run(world->sim, world_is_idle, world, NULL, deadlock,
			    sizeof(deadlock));

	if (error) {
		fprintf(stderr, "wbsim: %s\n", deadlock);
		SIM_ASSERT(!"threads wait and nothing is left to wake them");
	}
	error = first_error(world);
	if (error)
		return error;
	*ret = world_result(world, &ok);
	if (!ok)
		world_fail(
			world,
			"a conservation check failed: see \"checks\" in the result");
	if (world->options->inspect)
		world->options->inspect(sim_metrics(world->sim),
					world->options->arg);
	return ok ? 0 : 1;
}

int run_experiment(const struct experiment *experiment,
		   const struct run_options *options, json_t **ret,
		   char *reterr, size_t reterr_bytes)
{
	struct world *world = calloc(1, sizeof(*world));
	int status;

	SIM_ASSERT(world != NULL);
	world->experiment = experiment;
	world->options = options;
	world->seed = choose_seed(experiment, options);
	world->reterr = reterr;
	world->reterr_bytes = reterr_bytes;
	if (!experiment->threads.nr_items)
		status = world_fail(world,
				    "\"threads\" is empty: nothing to do");
	else
		status = world_new(world);
	if (status == 0)
		status = execute(world, ret);
	if (world->sim)
		world_free(world);
	free(world);
	return status;
}
