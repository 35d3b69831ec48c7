/*
 * Runs without a resource, to prove what limits a run.
 */
#ifndef SIM_CLI_PROVE_H
#define SIM_CLI_PROVE_H

#include "sim/cli/cli.h"

enum prove_mode {
	PROVE_SMALL, /* runs of at most LIMIT_EVENTS events */
	PROVE_ALWAYS,
	PROVE_NEVER,
};

/**
 * prove_limit - complete "bottleneck" of @result by runs without each of the
 * resources that may limit it (limit_prove()), in parallel
 * @experiment, @seed: of @result
 */
void prove_limit(const struct experiment *experiment, uint64_t seed,
		 bool is_quiet, enum prove_mode mode, json_t *result);

#endif
