/*
 * Calls of kernel functions, counted by the recorder, against counters of
 * the model.
 */
#ifndef SIM_VALIDATE_FUNCTIONS_H
#define SIM_VALIDATE_FUNCTIONS_H

#include <jansson.h>
#include <stdio.h>

#include "sim/validate/recording.h"

/**
 * struct function_exception - counts that may differ, for a reason that can
 * be shown
 * @function, @applies_to: for the generated documentation too
 * @applies: NULL: to all recordings
 */
struct function_exception {
	const char *function;
	const char *applies_to;
	bool (*applies)(const struct recording *rec);
	const char *reason;
};

/**
 * functions_compare - the recorded part's calls and the run's
 * @counters: "counters" of the run's result (models/run/run.h)
 * Return: { FUNCTION: { "recorded": N | null, "simulated": N,
 * "state": "equal" | "differs" | "no-probe", "counters": S,
 * "reason": S | null } }; a difference without reason is not an expected one.
 */
json_t *functions_compare(const struct recording *rec, const json_t *counters);

/** functions_exceptions - the reviewed table */
const struct function_exception *functions_exceptions(size_t *ret_nr);

/**
 * functions_cell - short form: "= 7" all that were probed are equal;
 * "~ NAME R/S" one differs for a listed reason, "! NAME R/S" for none; "-"
 * nothing was probed
 */
void functions_cell(json_t *functions, char *ret, size_t bytes);

/** functions_markdown - per kernel and scenario, then the reviewed table */
void functions_markdown(const json_t *scenarios, FILE *out);

#endif
