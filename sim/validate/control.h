/*
 * Throttling and bandwidth estimation against recorded events: the replay of
 * each recording (control_replay.h), its sum by kernel, and the table.
 */
#ifndef SIM_VALIDATE_CONTROL_H
#define SIM_VALIDATE_CONTROL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "sim/validate/recording.h"
#include "sim/validate/validate.h"

/**
 * control_judge - replay the control events of @rec
 * @nr_threads: writers of a timed recording; 0: not a timed one
 * @preset: kernel preset whose rules (kernel.mm.control) are taken, with the
 *   overrides of @options that speak of the kernel
 * @out: entry of the recording in the report; gets, if there are such events,
 *
 *  "control": { "throttles": B, "rows": { ROW: {
 *    "total": N, "exact": N, "apart": { REASON: N }, "first_miss": S } } }
 *
 * Return: 0, or -EINVAL with @reterr set: the rules cannot be loaded.
 */
int control_judge(const struct recording *rec, unsigned int nr_threads,
		  const char *preset, const struct validate_options *options,
		  json_t *out, char *reterr, size_t reterr_bytes);

/**
 * control_sum - rows by kernel
 * @scenarios, @timed: entries of the two kinds of recordings
 * Return: new reference, a list of
 *
 *  { "kernel": S, "timed": B, "rows": { ROW: { "event": S, "total": N,
 *    "exact": N, "apart": { REASON: N }, "required": B } } }
 *
 * NULL when no recording has events of the throttle.
 */
json_t *control_sum(const json_t *scenarios, const json_t *timed);

/**
 * control_check - is every row full that must be?
 * Those are: limits, period and rate steps everywhere (nothing that they need
 * is unrecorded; values counted apart are allowed), and in timed recordings,
 * whose clock stands still while an event is printed, all but dirty_rate and
 * bandwidth, with nothing apart.  What is not full is printed to stderr.
 * @control: from control_sum(); NULL: true
 */
bool control_check(const json_t *control, const json_t *scenarios,
		   const json_t *timed);

void control_report_table(const json_t *control, FILE *out);
void control_report_csv(const json_t *control, FILE *out);
void control_report_markdown(const json_t *control, FILE *out);

#endif
