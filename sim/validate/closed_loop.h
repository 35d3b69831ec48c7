/*
 * Throttled timed recordings in closed loop: the models run the whole control
 * loop by themselves, over several phases of the ticks that no workload
 * fixes, and what came out is compared with the recording by figures that do
 * not hang on single microseconds.
 *
 * Taken from the recording are its operations and two facts about the
 * system's past (struct closed_loop_past); nothing else.
 */
#ifndef SIM_VALIDATE_CLOSED_LOOP_H
#define SIM_VALIDATE_CLOSED_LOOP_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "sim/validate/timed.h"

/* phases of the scheduler's and of the device's tick */
#define CLOSED_LOOP_RUNS 8

/**
 * struct closed_loop_past - read off wb_setpoint, which shows the device's
 * share of the completions
 * @other_pages: completions of other devices at the start
 * @age_ns: when completions are halved next, from the start
 */
struct closed_loop_past {
	uint64_t other_pages;
	uint64_t age_ns;
};

struct closed_loop_past closed_loop_past(const struct control_log *log);

/**
 * closed_loop_run - play @experiment in all phases
 * @ret_phases: by enum timed_phase: means of the simulated times, ns
 * @ret: new reference:
 *  { "runs": N, "other_completions_pages": N, "completions_age_ns": N,
 *    "rows": [ { "figure": S, "unit": S, "recorded": R, "simulated": R,
 *                "least": R, "most": R, "distance": R, "limit": R,
 *                "reason": S, "ok": B,
 *                "shortfall": S of figures known to miss their limit } ] }
 * @distance: relative error of the mean; for distributions the mean distance
 *   of quantiles from the runs' mean ones (W1)
 * Return: 0; 1 when a run failed, @reterr says why.
 */
int closed_loop_run(const struct timed_recording *timed, json_t *experiment,
		    uint64_t *ret_phases, json_t **ret, char *reterr,
		    size_t reterr_bytes);

/**
 * closed_loop_check - is every row within its limit, but those of figures
 * with a known shortfall?  Others go to stderr.
 */
bool closed_loop_check(const json_t *timed);

void closed_loop_table(const json_t *timed, FILE *out);
void closed_loop_markdown(const json_t *timed, FILE *out);

#endif
