/*
 * One recording: load, run, compare.  In a process of its own, as a run.
 */
#ifndef SIM_VALIDATE_SCENARIO_H
#define SIM_VALIDATE_SCENARIO_H

#include <jansson.h>

#include "sim/validate/find.h"
#include "sim/validate/validate.h"

/**
 * scenario_run - validate one recording
 * @ret: new reference, always set:
 *
 *  { "kernel": S, "release": S, "scenario": S, "file": S, "preset": S,
 *    "state": "compared" | "not-modelled" | "failed" | "damaged",
 *    "reason": S | null,       why not compared
 *    "notes": [ S... ],        preset of another release, lost events, ...
 *    "streams": { NAME: { "state": S, "recorded": N, "simulated": N,
 *        "first_difference": null | { "index": N, "recorded": {...} | null,
 *                                     "simulated": {...} | null },
 *        "reason": S | null, "oracle_inputs": [ S... ],
 *        "excerpt": [ S... ] } },        only with options->explain
 *    "merging": {...},         merging.h; absent when not recorded
 *    "functions": {...} }      functions.h; absent when the run failed
 *
 * Return: exit status as validate_main(), but for not-modelled: 0.
 */
int scenario_run(const struct found *found,
		 const struct validate_options *options, json_t **ret);

/** scenario_failed - the JSON of a recording whose run did not end */
json_t *scenario_failed(const struct found *found, const char *reason);

#endif
