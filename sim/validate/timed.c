/*
 * One timed recording through the models.
 */
#include "sim/validate/timed.h"

#include <stdlib.h>
#include <string.h>

#include "models/run/run.h"
#include "sim/config/config.h"
#include "sim/validate/closed_loop.h"
#include "sim/validate/control.h"
#include "sim/validate/vec.h"
#include "sim/validate/workload.h"

#define ERROR_BYTES 1024

/** struct timed_scenario - one run */
struct timed_scenario {
	const struct validate_options *options;
	struct timed_recording timed;
	json_t *out;
	char error[ERROR_BYTES];
};

static void set_state(struct timed_scenario *ts, const char *state,
		      const char *reason)
{
	json_object_set_new(ts->out, "state", json_string(state));
	json_object_set_new(ts->out, "reason",
			    reason ? json_string(reason) : json_null());
}

static void note(struct timed_scenario *ts, const char *text)
{
	if (*text)
		json_array_append_new(json_object_get(ts->out, "notes"),
				      json_string(text));
}

/* Phases of the result are named after the experiment's operations. */
static enum timed_phase phase_of_word(const char *word)
{
	static const struct {
		const char *word;
		enum timed_phase phase;
	} words[] = {
		{ "write", TIMED_WRITE },
		{ "fsync", TIMED_FSYNC },
		{ "fdatasync", TIMED_FSYNC },
		{ "sync", TIMED_FSYNC },
		{ "syncfs", TIMED_FSYNC },
		{ "open", TIMED_OPEN },
		{ "close", TIMED_CLOSE },
		{ "truncate", TIMED_TRUNCATE },
		{ "fallocate", TIMED_FALLOCATE },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(words[i].word, word))
			return words[i].phase;
	return TIMED_NR_PHASES;
}

static void sum_phases(const json_t *result, uint64_t *ret)
{
	const json_t *elapsed =
		json_object_get(json_object_get(result, "figures"), "elapsed");
	const json_t *thread;
	size_t i;

	json_array_foreach(json_object_get(result, "threads"), i, thread) {
		json_t *phases = json_object_get(thread, "phases");
		const char *word;
		json_t *ns;

		json_object_foreach(phases, word, ns) {
			enum timed_phase phase = phase_of_word(word);

			if (phase != TIMED_NR_PHASES)
				ret[phase] += (uint64_t)json_integer_value(ns);
		}
	}
	ret[TIMED_TOTAL] =
		(uint64_t)json_integer_value(json_object_get(elapsed, "value"));
}

json_t *timed_sum_phases(const json_t *result)
{
	uint64_t sums[TIMED_NR_PHASES] = { 0 };
	json_t *ret = json_array();

	sum_phases(result, sums);
	for (int i = 0; i < TIMED_NR_PHASES; i++)
		json_array_append_new(ret, json_integer((json_int_t)sums[i]));
	return ret;
}

static void report_phases(struct timed_scenario *ts, const uint64_t *simulated)
{
	for (int i = 0; i < TIMED_NR_PHASES; i++) {
		uint64_t recorded = ts->timed.phase_ns[i];
		const char *list =
			i < TIMED_NR_COMPARED ? "phases" : "other_phases";

		if (!ts->timed.has_phase[i] || !recorded)
			continue;
		json_array_append_new(
			json_object_get(ts->out, list),
			json_pack("{s:s, s:I, s:I, s:f}", "phase",
				  timed_phase_name((enum timed_phase)i),
				  "recorded_ns", (json_int_t)recorded,
				  "simulated_ns", (json_int_t)simulated[i],
				  "error",
				  ((double)simulated[i] - (double)recorded) /
					  (double)recorded));
	}
	set_state(ts, "compared", NULL);
}

static int run(struct timed_scenario *ts, const struct experiment *experiment)
{
	const struct run_options options = { 0 };
	json_t *result = NULL;
	int status = run_experiment(experiment, &options, &result, ts->error,
				    sizeof(ts->error));

	if (status) {
		set_state(ts, "failed", ts->error);
		json_decref(result);
		return 1;
	}
	uint64_t simulated[TIMED_NR_PHASES] = { 0 };

	sum_phases(result, simulated);
	report_phases(ts, simulated);
	json_decref(result);
	return 0;
}

/* A control loop: by means over phases that the recording does not tell. */
static int run_closed_loop(struct timed_scenario *ts, json_t *json)
{
	uint64_t simulated[TIMED_NR_PHASES] = { 0 };
	json_t *loop = NULL;
	int status = closed_loop_run(&ts->timed, json, simulated, &loop,
				     ts->error, sizeof(ts->error));

	if (status) {
		set_state(ts, "failed", ts->error);
		return 1;
	}
	json_object_set_new(ts->out, "closed_loop", loop);
	report_phases(ts, simulated);
	return 0;
}

static int load_and_run(struct timed_scenario *ts, const char *preset)
{
	struct experiment experiment = { 0 };
	struct cfg_error error;
	json_t *json = NULL;
	int status = timed_experiment(&ts->timed, preset, &json, ts->error,
				      sizeof(ts->error));

	if (status > 0) {
		set_state(ts, "not-modelled", ts->error);
		return 0;
	}
	if (status < 0) {
		set_state(ts, "damaged", ts->error);
		return 2;
	}
	if (timed_is_throttled(&ts->timed)) {
		status = run_closed_loop(ts, json);
		json_decref(json);
		return status;
	}
	status = experiment_load_json(json, ts->timed.rec.path, NULL, 0,
				      &experiment, &error);
	json_decref(json);
	if (status) {
		set_state(ts, "failed", error.text);
		return 1;
	}
	status = run(ts, &experiment);
	experiment_release(&experiment);
	return status;
}

static const char *group_of(const struct timed_recording *t)
{
	if (t->rec.device.zoned)
		return "zoned";
	if (!strcmp(t->rec.fs.type, "bdev"))
		return "raw device";
	if (strcmp(t->rec.device.scheduler, "none") != 0)
		return t->rec.device.scheduler;
	if (timed_is_throttled(t))
		return "throttled";
	return t->rec.fs.type;
}

static void set_role(struct timed_scenario *ts)
{
	const char *evidence = timed_evidence(ts->timed.rec.scenario);
	const char *role = ts->timed.role;
	char text[160];

	if (evidence && strcmp(role, "calibrate") != 0) {
		snprintf(
			text, sizeof(text),
			"counted as calibrated: the cost %s was measured on it",
			evidence);
		note(ts, text);
		role = "calibrate";
	}
	json_object_set_new(ts->out, "role",
			    json_string(!strcmp(role, "calibrate")
						? "calibrate"
						: "predict"));
	json_object_set_new(ts->out, "group",
			    json_string(group_of(&ts->timed)));
}

static int with_preset(struct timed_scenario *ts)
{
	char preset[32];
	char text[160];

	if (workload_preset(ts->timed.rec.release, preset, sizeof(preset), text,
			    sizeof(text))) {
		snprintf(ts->error, sizeof(ts->error),
			 "%s: no kernel presets, expected kernels/linux-*.json",
			 cfg_dir());
		set_state(ts, "failed", ts->error);
		return 2;
	}
	json_object_set_new(ts->out, "preset", json_string(preset));
	note(ts, text);
	set_role(ts);
	if (control_judge(&ts->timed.rec, (unsigned int)ts->timed.nr_threads,
			  preset, ts->options, ts->out, ts->error,
			  sizeof(ts->error))) {
		set_state(ts, "failed", ts->error);
		return 1;
	}
	return load_and_run(ts, preset);
}

static json_t *new_entry(const struct found *found)
{
	json_t *ret = json_pack(
		"{s:b, s:s, s:s, s:s, s:s, s:s, s:n, s:[], s:[], s:[]}",
		"timed", 1, "kernel", found->kernel, "release", found->release,
		"scenario", found->scenario, "file", found->path, "state",
		"failed", "reason", "notes", "phases", "other_phases");

	SIM_ASSERT(ret != NULL);
	return ret;
}

json_t *timed_failed(const struct found *found, const char *reason)
{
	json_t *ret = new_entry(found);

	json_object_set_new(ret, "reason", json_string(reason));
	return ret;
}

int timed_run(const struct found *found, const struct validate_options *options,
	      json_t **ret)
{
	struct timed_scenario *ts = calloc(1, sizeof(*ts));
	int status;

	SIM_ASSERT(ts != NULL);
	ts->options = options;
	ts->out = new_entry(found);
	if (timed_load(found->path, &ts->timed, ts->error, sizeof(ts->error))) {
		set_state(ts, "damaged", ts->error);
		status = 2;
	} else {
		status = with_preset(ts);
	}
	timed_done(&ts->timed);
	*ret = ts->out;
	free(ts);
	return status;
}
