/*
 * Timed recordings: what tests/groundtruth/timed/README.md describes, played
 * by the models and compared phase by phase.
 */
#ifndef SIM_VALIDATE_TIMED_H
#define SIM_VALIDATE_TIMED_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "sim/validate/find.h"
#include "sim/validate/recording.h"
#include "sim/validate/validate.h"

/**
 * enum timed_phase - what times are summed into
 * The first three are compared; the others are shown only.
 */
enum timed_phase {
	TIMED_WRITE, /* w, seq, a */
	TIMED_FSYNC, /* fsync, fdatasync, sync, syncfs */
	TIMED_TOTAL, /* first start to last end */
	TIMED_OPEN,
	TIMED_CLOSE,
	TIMED_FALLOCATE,
	TIMED_TRUNCATE,
	TIMED_NR_PHASES,
};

#define TIMED_NR_COMPARED (TIMED_TOTAL + 1)

/** timed_phase_name - "write", "fsync", "total", ... */
const char *timed_phase_name(enum timed_phase phase);

/** timed_phase_of - the phase an operation counts in; TIMED_NR_PHASES: none */
enum timed_phase timed_phase_of(enum rec_op_kind kind);

/** struct timed_thread - operations and how long each phase took */
struct timed_thread {
	struct rec_ops ops;
	enum rec_op_kind *kinds; /* by line, comments included */
	size_t nr_lines;
};

/**
 * struct timed_recording
 * @rec: the parts that structural recordings have too
 * @role: "calibrate" or "predict", as the file says
 * @phase_ns: recorded, all threads, quiet pass
 */
struct timed_recording {
	struct recording rec;
	char *role;
	char *setup;
	uint64_t hw_queue_depth;
	uint64_t mbps;
	uint64_t wbt_lat_usec;
	bool memory_backed;
	struct timed_thread *threads;
	size_t nr_threads;
	uint64_t phase_ns[TIMED_NR_PHASES];
	bool has_phase[TIMED_NR_PHASES];
};

/* Shell text of the set-up (timed_setup.c). */

/** timed_setup_number - "key=value" in @text; UINT64_MAX without it */
uint64_t timed_setup_number(const char *text, const char *key);

/** timed_setup_check - is every parameter that is given a number? */
int timed_setup_check(struct rec_reader *reader, const char *setup);

/**
 * timed_parse - read and check one timed recording
 * @path: for messages
 * Return: 0 or -EINVAL with @reterr set; timed_done() either way.
 */
int timed_parse(const char *text, size_t nr_bytes, const char *path,
		struct timed_recording *ret, char *reterr, size_t reterr_bytes);

/** timed_load - the same from a .json or .json.gz file */
int timed_load(const char *path, struct timed_recording *ret, char *reterr,
	       size_t reterr_bytes);

void timed_done(struct timed_recording *timed);

/** timed_is_throttled - is more written than may be dirty? */
bool timed_is_throttled(const struct timed_recording *timed);

/**
 * timed_experiment - JSON for experiment_load_json()
 * Return: 0 with *ret set; 1 when the models cannot play it yet; -EINVAL.
 */
int timed_experiment(const struct timed_recording *timed, const char *preset,
		     json_t **ret, char *reterr, size_t reterr_bytes);

/**
 * timed_run - play one timed recording and compare
 * @ret: new reference, always set:
 *
 *  { "timed": true, "kernel": S, "release": S, "scenario": S, "file": S,
 *    "preset": S, "group": S, "role": S,
 *    "state": "compared" | "not-modelled" | "failed" | "damaged",
 *    "reason": S | null, "notes": [ S... ],
 *    "phases": [ { "phase": S, "recorded_ns": N, "simulated_ns": N,
 *                  "error": R } ],
 *    "other_phases": [ the same ],
 *    "closed_loop": see closed_loop.h, throttled ones only }
 *
 * Return: exit status as validate_main(), but for not-modelled: 0.
 */
int timed_run(const struct found *found, const struct validate_options *options,
	      json_t **ret);

/** timed_sum_phases - simulated times of a run's result, by enum timed_phase */
json_t *timed_sum_phases(const json_t *result);

/** timed_failed - the JSON of a recording whose run did not end */
json_t *timed_failed(const struct found *found, const char *reason);

/* Tables (timed_table.c). */

/**
 * struct timed_bound - largest errors allowed, as fractions
 * @group: "xfs", "throttled", "mq-deadline", "raw device", "zoned"
 * @kernel: extended expression on the whole kernel name
 * @phases: extended expression on the whole phase name
 * @median, @max: 0: not bounded
 */
struct timed_bound {
	const char *group;
	const char *kernel;
	const char *phases;
	double median;
	double max;
	const char *reason;
};

const struct timed_bound *timed_bounds(size_t *ret_nr);

/**
 * timed_evidence - the cost row that was measured on @scenario, NULL if none:
 * a scenario that made a cost cannot be predicted by it
 */
const char *timed_evidence(const char *scenario);

/**
 * timed_player_gap_ns - CPU time of the recorder's player between two
 * operations, before one of @kind
 */
uint64_t timed_player_gap_ns(enum rec_op_kind kind);

/* Errors (timed_errors.c). */

/**
 * timed_errors - { "count", "median", "max", "worst" } of @role
 * Over the phases that some bound speaks of (kernels other than 6.16 and 6.17
 * are judged by totals).
 */
json_t *timed_errors(const json_t *timed, const char *role);

/** timed_bound_errors - the same for each bound and role, with the bound */
json_t *timed_bound_errors(const json_t *timed);

/**
 * timed_check_bounds - is every stated bound kept?
 * Broken ones are printed to stderr.
 */
bool timed_check_bounds(const json_t *timed);

/* Reports (timed_report.c); @timed is a list of timed_run()'s objects. */

/** timed_report_json - add "timed", "phases" and "errors" to @report */
void timed_report_json(json_t *report, json_t *timed);
void timed_report_table(const json_t *timed, FILE *out);
void timed_report_csv(const json_t *timed, FILE *out);
void timed_report_markdown(const json_t *timed, FILE *out);

#endif
