/*
 * What limits a run, proved by runs in which it costs nothing.
 *
 * A result says how busy each resource was and in which stages folios waited
 * for it ("resources" and "latency", models/run/run.h).  That names
 * candidates; what limits is the one without which the run ends soonest.
 */
#ifndef SIM_RESULTS_LIMIT_H
#define SIM_RESULTS_LIMIT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/config/config.h"

#define LIMIT_MAX_CANDIDATES 4
#define LIMIT_MAX_OVERRIDES  6
#define LIMIT_TEXT_BYTES     512

/** LIMIT_EVENTS - runs of at most so many events are proved unasked */
#define LIMIT_EVENTS 400000

/**
 * struct limit - a resource, and a run without it; one table
 * @name: for people
 * @busy: its name in "resources", or the beginning of it; NULL: not there
 * @stages: where folios wait for it; NULL-terminated
 * @overrides, @nr_overrides: keys that make it cost nothing
 */
struct limit {
	const char *name;
	const char *busy;
	const char *stages[4];
	struct cfg_override overrides[LIMIT_MAX_OVERRIDES];
	size_t nr_overrides;
};

/**
 * limit_candidates - what may limit, most likely first
 * At least 5 % of the time busy, or of folios' time under writeback.
 * @ret: LIMIT_MAX_CANDIDATES places
 * Return: how many.
 */
size_t limit_candidates(const json_t *result, const struct limit **ret);

/**
 * limit_prove - write into @result what the runs without each resource gave:
 *
 *  "bottleneck": { ..., "proof": [ { "resource": S, "gain_ppm": N,
 *                  "waited_ppm": N, "waited_p50": N, "then": S,
 *                  "error": S } ... ] }, largest gain first
 *
 * gain_ppm: by how much more is done per time; waited_ppm: share of folios
 * that waited for it, waited_p50 the median of those in the longest of its
 * stages; then: likeliest limit of the run without it; error, in place of the
 * rest: why there is no such run.
 * @without: one result per candidate, NULL where there is none
 * @errors: why; of no account elsewhere
 */
void limit_prove(json_t *result, const struct limit *const *candidates,
		 const json_t *const *without, const char *const *errors,
		 size_t nr);

/** limit_text - the bottleneck line of @result, after "limited by: " */
void limit_text(const json_t *result, char text[LIMIT_TEXT_BYTES]);

/** limit_is_proved - are there runs without? */
bool limit_is_proved(const json_t *result);

#endif
