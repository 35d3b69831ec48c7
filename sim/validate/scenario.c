/*
 * Running one recording through the models.
 */
#include "sim/validate/scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/run/experiment.h"
#include "models/run/run.h"
#include "sim/config/config.h"
#include "sim/engine/metrics.h"
#include "sim/validate/compare.h"
#include "sim/validate/control.h"
#include "sim/validate/explain.h"
#include "sim/validate/functions.h"
#include "sim/validate/merging.h"
#include "sim/validate/gaps.h"
#include "sim/validate/vec.h"
#include "sim/validate/workload.h"

#define ERROR_BYTES 1024

/** struct scenario - all that belongs to one validation */
struct scenario {
	const struct validate_options *options;
	struct recording rec;
	struct stream_set simulated;
	struct rec_stream parts; /* for merging_check() */
	json_t *out;
	char error[ERROR_BYTES];
};

static void collect_stream(struct sim_metrics *metrics, enum rec_stream_id id,
			   struct rec_stream *ret)
{
	const struct rec_stream_desc *desc = &rec_streams[id];
	const struct sim_stream *s = metrics_stream(metrics, desc->name);

	if (!s || !s->records)
		return;
	SIM_ASSERT(s->nr_fields >= desc->nr_fields);
	for (uint64_t i = 0; i < s->nr_records; i++) {
		const uint64_t *fields =
			&s->records[i * (1 + s->nr_fields)] + 1;
		uint64_t v[REC_MAX_FIELDS] = { 0 };

		if (desc->class_field && desc->class_field < s->nr_fields &&
		    fields[desc->class_field])
			continue;
		memcpy(v, fields, desc->nr_fields * sizeof(*v));
		rec_stream_add(ret, v[0], v[1], v[2]);
	}
}

static void collect(struct sim_metrics *metrics, void *arg)
{
	struct scenario *sc = arg;

	for (int id = 0; id < REC_NR_STREAMS; id++)
		collect_stream(metrics, (enum rec_stream_id)id,
			       &sc->simulated.streams[id]);
	merging_collect(metrics, &sc->parts);
}

static void note(struct scenario *sc, const char *text)
{
	if (*text)
		json_array_append_new(json_object_get(sc->out, "notes"),
				      json_string(text));
}

static void set_state(struct scenario *sc, const char *state,
		      const char *reason)
{
	json_object_set_new(sc->out, "state", json_string(state));
	json_object_set_new(sc->out, "reason",
			    reason ? json_string(reason) : json_null());
}

/*
 * 6.12's flusher starts while the writer is at work: at which folio, and
 * where its passes end, only the recorded clock knows.  On FUSE all kernels'
 * flusher and fsync work side by side.
 */
static bool needs_script(const struct recording *rec,
			 const struct rec_file *file)
{
	return (!strncmp(rec->release, "6.12.", strlen("6.12.")) ||
		!strcmp(rec->fs.type, "fuse")) &&
	       file->has_flusher_steps;
}

/* Frames decide where bios are cut, addresses what is contiguous. */
static json_t *oracle_inputs(const struct recording *rec, enum rec_stream_id id)
{
	bool pieces = false;
	bool frames = false;
	bool script = false;
	bool sizes = false;
	json_t *ret = json_array();

	for (size_t i = 0; i < rec->nr_files; i++) {
		pieces |= rec->files[i].pieces.nr > 0;
		frames |= rec->files[i].nr_frames > 0;
		script |= needs_script(rec, &rec->files[i]);
		sizes |= rec->files[i].nr_steps &&
			 rec->files[i].steps[0].min_size_bytes;
	}
	if (script)
		json_array_append_new(
			ret, json_string("task per folio, ends of passes"));
	if (sizes)
		json_array_append_new(ret, json_string("i_size at send"));
	if (pieces)
		json_array_append_new(ret, json_string("block addresses"));
	if (frames && id != REC_FOLIOS && id != REC_IOEND_RANGES &&
	    id != REC_CONVERSIONS && id != REC_FILLS)
		json_array_append_new(ret, json_string("page frames"));
	return ret;
}

static void report_stream(struct scenario *sc, enum rec_stream_id id,
			  const struct stream_result *result)
{
	const struct rec_stream *recorded = &sc->rec.streams[id];
	const struct rec_stream *simulated = &sc->simulated.streams[id];
	bool differs = result->state == STREAM_DIFFERS ||
		       result->state == STREAM_TIMING_DEPENDENT;
	json_t *difference = json_null();
	json_t *entry;

	if (differs)
		difference = json_pack(
			"{s:I, s:o, s:o}", "index", (json_int_t)result->first,
			"recorded", explain_record(id, recorded, result->first),
			"simulated",
			explain_record(id, simulated, result->first));
	entry = json_pack("{s:s, s:I, s:I, s:o, s:s?, s:o}", "state",
			  stream_state_name(result->state), "recorded",
			  (json_int_t)result->nr_recorded, "simulated",
			  (json_int_t)result->nr_simulated, "first_difference",
			  difference, "reason", result->reason, "oracle_inputs",
			  oracle_inputs(&sc->rec, id));
	SIM_ASSERT(entry != NULL);
	if (differs && sc->options->explain)
		json_object_set_new(entry, "excerpt",
				    explain_excerpt(id, recorded, simulated,
						    result->first));
	json_object_set_new(json_object_get(sc->out, "streams"),
			    rec_streams[id].name, entry);
}

/* A stream of another kind of consumer is not even "not recorded". */
static bool is_wanted(const struct scenario *sc, enum rec_stream_id id)
{
	bool fuse = !strcmp(sc->rec.fs.type, "fuse");

	if (sc->rec.streams[id].nr)
		return true;
	if (id == REC_FILLS)
		return false;
	if (id == REC_FUSE_REQUESTS)
		return fuse;
	return !fuse || id == REC_FOLIOS;
}

/* Beside the streams: what the completion worker made of the ends. */
static int report_merging(struct scenario *sc)
{
	json_t *merging = merging_check(&sc->rec, &sc->parts);

	if (!merging)
		return 0;
	json_object_set_new(sc->out, "merging", merging);
	return strcmp(json_string_value(json_object_get(merging, "state")),
		      "exact") != 0;
}

static int compare_all(struct scenario *sc)
{
	struct stream_set recorded;
	int status = 0;

	memcpy(recorded.streams, sc->rec.streams, sizeof(recorded.streams));
	for (int i = 0; i < REC_NR_STREAMS; i++) {
		enum rec_stream_id id = (enum rec_stream_id)i;
		struct stream_result result;

		if (!is_wanted(sc, id))
			continue;
		result = stream_compare(id, &recorded, &sc->simulated,
					timing_row_find(sc->rec.kernel,
							sc->rec.scenario,
							rec_streams[id].name),
					sc->rec.fs.block_size_bytes);
		report_stream(sc, id, &result);
		if (result.state == STREAM_DIFFERS)
			status = 1;
	}
	if (report_merging(sc))
		status = 1;
	set_state(sc, "compared", NULL);
	return status;
}

/* A run that did not end has simulated nothing. */
static int fail_all(struct scenario *sc, int status)
{
	for (int i = 0; i < REC_NR_STREAMS; i++) {
		enum rec_stream_id id = (enum rec_stream_id)i;
		struct stream_result result = {
			.state = STREAM_DIFFERS,
			.nr_recorded = sc->rec.streams[id].nr,
			.reason = "the run failed",
		};

		if (result.nr_recorded)
			report_stream(sc, id, &result);
	}
	set_state(sc, "failed", sc->error);
	return status;
}

/* Until the measured part, a file lies where the clone made of it still does. */
static void add_start_pieces(const struct scenario *sc,
			     struct oracle_file *files)
{
	size_t source;
	size_t clone;

	for (size_t i = 0; recording_clone(&sc->rec, i, &source, &clone); i++) {
		files[source].start_pieces = sc->rec.files[clone].pieces.items;
		files[source].nr_start_pieces = sc->rec.files[clone].pieces.nr;
	}
}

static struct oracle_file *oracle_files(struct scenario *sc)
{
	struct oracle_file *ret = calloc(sc->rec.nr_files + 1, sizeof(*ret));

	SIM_ASSERT(ret != NULL);
	for (size_t i = 0; i < sc->rec.nr_files; i++) {
		struct rec_file *file = &sc->rec.files[i];

		if (sc->options->cut_seed && sc->rec.fs.block_size_bytes)
			pieces_cut(&file->pieces, sc->rec.fs.block_size_bytes,
				   sc->options->cut_seed);
		ret[i] = (struct oracle_file){
			.name = file->name,
			.pieces = file->pieces.items,
			.nr_pieces = file->pieces.nr,
			.frames = file->frames,
			.nr_frames =
				sc->options->no_frames ? 0 : file->nr_frames,
			.steps = file->steps,
			.nr_steps = needs_script(&sc->rec, file)
					    ? file->nr_steps
					    : 0,
		};
	}
	add_start_pieces(sc, ret);
	return ret;
}

static int run(struct scenario *sc, const struct experiment *experiment)
{
	const char *names[REC_NR_STREAMS + 2] = { NULL };
	struct oracle_file *files = oracle_files(sc);
	const struct run_oracles oracles = { files, sc->rec.nr_files };
	const struct run_options options = {
		.keep_streams = names,
		.oracles = &oracles,
		.inspect = collect,
		.arg = sc,
	};
	json_t *result = NULL;
	int status;

	for (int id = 0; id < REC_NR_STREAMS; id++)
		names[id] = rec_streams[id].name;
	names[REC_NR_STREAMS] = MERGING_STREAM;
	status = run_experiment(experiment, &options, &result, sc->error,
				sizeof(sc->error));
	if (status != 2)
		json_object_set_new(
			sc->out, "functions",
			functions_compare(&sc->rec,
					  json_object_get(result, "counters")));
	json_decref(result);
	free(files);
	if (status == 2)
		return fail_all(sc, 1);
	if (status == 1) {
		note(sc, sc->error);
		compare_all(sc);
		return 1;
	}
	return compare_all(sc);
}

static int load_and_run(struct scenario *sc, const char *preset)
{
	struct experiment experiment = { 0 };
	struct cfg_error error;
	json_t *json = NULL;
	int status;

	status = workload_experiment(&sc->rec, preset, &json, sc->error,
				     sizeof(sc->error));
	if (status > 0) {
		set_state(sc, "not-modelled", sc->error);
		return 0;
	}
	if (status < 0) {
		char text[ERROR_BYTES + 256];

		snprintf(text, sizeof(text), "%.200s: %s", sc->rec.path,
			 sc->error);
		set_state(sc, "damaged", text);
		return 2;
	}
	status = experiment_load_json(
		json, sc->rec.path, sc->options->overrides,
		sc->options->nr_overrides, &experiment, &error);
	json_decref(json);
	if (status) {
		snprintf(sc->error, sizeof(sc->error), "%s", error.text);
		return fail_all(sc, 1);
	}
	status = run(sc, &experiment);
	experiment_release(&experiment);
	return status;
}

static json_t *new_entry(const struct found *found)
{
	json_t *ret =
		json_pack("{s:s, s:s, s:s, s:s, s:s, s:n, s:[], s:{}}",
			  "kernel", found->kernel, "release", found->release,
			  "scenario", found->scenario, "file", found->path,
			  "state", "failed", "reason", "notes", "streams");

	SIM_ASSERT(ret != NULL);
	return ret;
}

json_t *scenario_failed(const struct found *found, const char *reason)
{
	json_t *ret = new_entry(found);

	json_object_set_new(ret, "reason", json_string(reason));
	return ret;
}

static int with_preset(struct scenario *sc)
{
	char preset[32];
	char text[160];

	gaps_note(&sc->rec, json_object_get(sc->out, "notes"));
	if (workload_preset(sc->rec.release, preset, sizeof(preset), text,
			    sizeof(text))) {
		snprintf(sc->error, sizeof(sc->error),
			 "%s: no kernel presets, expected kernels/linux-*.json",
			 cfg_dir());
		return fail_all(sc, 2);
	}
	json_object_set_new(sc->out, "preset", json_string(preset));
	note(sc, text);
	if (control_judge(&sc->rec, 0, preset, sc->options, sc->out, sc->error,
			  sizeof(sc->error)))
		return fail_all(sc, 1);
	return load_and_run(sc, preset);
}

int scenario_run(const struct found *found,
		 const struct validate_options *options, json_t **ret)
{
	struct scenario *sc = calloc(1, sizeof(*sc));
	int status;

	SIM_ASSERT(sc != NULL);
	sc->options = options;
	sc->out = new_entry(found);
	for (int id = 0; id < REC_NR_STREAMS; id++)
		sc->simulated.streams[id].nr_fields = rec_streams[id].nr_fields;
	if (recording_load(found->path, &sc->rec, sc->error,
			   sizeof(sc->error))) {
		set_state(sc, "damaged", sc->error);
		status = 2;
	} else {
		status = with_preset(sc);
	}
	recording_done(&sc->rec);
	free(sc->parts.values);
	for (int id = 0; id < REC_NR_STREAMS; id++)
		free(sc->simulated.streams[id].values);
	*ret = sc->out;
	free(sc);
	return status;
}
