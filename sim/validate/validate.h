/*
 * wbsim validate: recorded kernels against the model, stream by stream.
 *
 * Each recording becomes an experiment (workload.h) and is run as any other;
 * what differs between recorded and simulated streams is reported.
 */
#ifndef SIM_VALIDATE_VALIDATE_H
#define SIM_VALIDATE_VALIDATE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct cfg_override;

enum validate_format {
	VALIDATE_TABLE,
	VALIDATE_JSON,
	VALIDATE_CSV,
	VALIDATE_MARKDOWN,
};

/**
 * struct validate_options
 * @dir: folder (searched at any depth) or one recording
 * @only, @exclude: POSIX extended expressions, unanchored, on the scenario
 *   name; NULL: all, none
 * @kernel: release or its beginning ("6.17", "6.17.13"), or the name of a
 *   kernel's folder; NULL: all
 * @timed: timed recordings too (timed.h)
 * @explain: excerpt around each first difference, and the oracle inputs used
 * @quiet: no progress
 * @format: enum validate_format
 * @jobs: child processes at once; 0: one for each CPU
 * @cut_seed: cut the oracle pieces at random places by this seed, which must
 *   change nothing (a test); 0: leave them whole
 * @no_frames: leave the recorded page frames out (a test of the rule that
 *   needs them)
 * @overrides, @nr_overrides: --set, applied to each recording's experiment
 * @out: NULL: stdout
 */
struct validate_options {
	const char *dir;
	const char *only;
	const char *exclude;
	const char *kernel;
	bool timed;
	bool explain;
	bool quiet;
	int format;
	unsigned int jobs;
	uint64_t cut_seed;
	bool no_frames;
	const struct cfg_override *overrides;
	size_t nr_overrides;
	FILE *out;
};

/**
 * validate_main - find, run, compare, report
 * Return: exit status: 0 everything that should be exact is; 1 a stream
 * differs, a bound on times is passed, or a scenario named by @only cannot be run by this build; 2 bad
 * expression, missing folder, damaged recording (message on stderr); 3 a run
 * ended by a bug of the simulator.
 */
int validate_main(const struct validate_options *options);

#endif
