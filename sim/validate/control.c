/*
 * One recording's control events, judged and summed.
 */
#include "sim/validate/control.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "models/run/experiment.h"
#include "sim/config/config.h"
#include "sim/validate/control_replay.h"
#include "sim/validate/report.h"
#include "sim/validate/vec.h"

/** struct rules - the kernel preset alone */
struct rules {
	char *name;
	struct kernel_config kernel;
};

static const struct cfg_key rules_keys[] = {
	{
		.key = "kernel",
		.type = CFG_PRESET,
		.unit = "",
		.offset = offsetof(struct rules, kernel),
		.object = &kernel_config_object,
		.preset_dir = "kernels",
		.preset_name_offset = offsetof(struct rules, name),
		.required = true,
		.help = "Kernel.",
		.source = "",
	},
};

static const struct cfg_object rules_object = {
	.name = "rules",
	.help = "What the replay needs of an experiment.",
	.size = sizeof(struct rules),
	.keys = rules_keys,
	.nr_keys = CFG_NR_KEYS(rules_keys),
};

static int load_rules(const char *preset,
		      const struct validate_options *options, struct rules *ret,
		      struct cfg_error *error)
{
	struct cfg_override *own =
		calloc(options->nr_overrides + 1, sizeof(*own));
	json_t *json = json_pack("{s:s}", "kernel", preset);
	size_t nr = 0;
	int status;

	SIM_ASSERT(own != NULL && json != NULL);
	for (size_t i = 0; i < options->nr_overrides; i++)
		if (!strncmp(options->overrides[i].path, "kernel.", 7))
			own[nr++] = options->overrides[i];
	status =
		cfg_load_json(&rules_object, json, preset, own, nr, ret, error);
	json_decref(json);
	free(own);
	return status;
}

/* Devices that the recorder made for the scenario. */
static bool is_fresh(const struct recording *rec)
{
	const char *setup = rec->fs.setup ? rec->fs.setup : "";

	return strstr(setup, "nullb ") || !strcmp(rec->fs.type, "fuse");
}

static struct control_setting setting_of(const struct recording *rec,
					 unsigned int nr_threads,
					 const struct control_config *config)
{
	struct control_setting ret = {
		.config = config,
		.fresh_device = is_fresh(rec),
		.strictlimit = !strcmp(rec->fs.type, "fuse"),
		.exact_clock = nr_threads > 0,
		.nr_writers = nr_threads ? nr_threads : 1,
	};
	const struct dirty_settings settings = {
		.dirty_bytes = rec->dirty_bytes,
		.dirty_background_bytes = rec->dirty_background_bytes,
	};

	/* ratios need the dirtyable memory, which is not recorded */
	if (rec->dirty_bytes && rec->dirty_background_bytes)
		ret.limits = dirty_limits(&settings, 0);
	return ret;
}

static json_t *apart_json(const uint64_t *apart)
{
	json_t *ret = json_object();

	for (int n = 0; n < NR_CONTROL_REASONS; n++)
		if (apart[n])
			json_object_set_new(ret, control_reason_text(n),
					    json_integer((json_int_t)apart[n]));
	return ret;
}

static json_t *result_json(const struct control_result *result)
{
	json_t *rows = json_object();

	for (int row = 0; row < NR_CONTROL_ROWS; row++) {
		const struct control_count *count = &result->rows[row];

		if (!count->total)
			continue;
		json_object_set_new(rows, control_row_name(row),
				    json_pack("{s:I, s:I, s:o, s:s}", "total",
					      (json_int_t)count->total, "exact",
					      (json_int_t)count->exact, "apart",
					      apart_json(count->apart),
					      "first_miss", count->first_miss));
	}
	return json_pack("{s:b, s:o}", "throttles", result->throttles, "rows",
			 rows);
}

int control_judge(const struct recording *rec, unsigned int nr_threads,
		  const char *preset, const struct validate_options *options,
		  json_t *out, char *reterr, size_t reterr_bytes)
{
	struct control_setting setting;
	struct control_result *result;
	struct rules rules = { 0 };
	struct cfg_error error;

	if (!rec->control.nr)
		return 0;
	if (load_rules(preset, options, &rules, &error)) {
		snprintf(reterr, reterr_bytes, "%s", error.text);
		return -EINVAL;
	}
	result = calloc(1, sizeof(*result));
	SIM_ASSERT(result != NULL);
	setting = setting_of(rec, nr_threads, &rules.kernel.mm.control);
	control_replay(&rec->control, &setting, result);
	json_object_set_new(out, "control", result_json(result));
	free(result);
	cfg_release(&rules_object, &rules);
	return 0;
}

static bool is_required(enum control_row row, bool timed)
{
	switch (row) {
	case CONTROL_LIMITS:
	case CONTROL_PERIOD:
	case CONTROL_RATE_STEP:
		return true;
	case CONTROL_DIRTY_RATE:
	case CONTROL_BANDWIDTH:
		return false;
	case CONTROL_TASK_RATELIMIT:
	case CONTROL_PAUSE:
	case CONTROL_DIRTIED_PAUSE:
	case CONTROL_STRICT:
	case CONTROL_STRICT_DIRTIED_PAUSE:
	case CONTROL_CHUNK:
	case NR_CONTROL_ROWS:
		break;
	}
	return timed;
}

static void add_integer(json_t *object, const char *key, json_int_t value)
{
	json_int_t old = json_integer_value(json_object_get(object, key));

	json_object_set_new(object, key, json_integer(old + value));
}

static void add_counts(json_t *to, const json_t *from)
{
	json_t *apart = json_object_get(from, "apart");
	const char *reason;
	json_t *count;

	add_integer(to, "total",
		    json_integer_value(json_object_get(from, "total")));
	add_integer(to, "exact",
		    json_integer_value(json_object_get(from, "exact")));
	json_object_foreach(apart, reason, count)
		add_integer(json_object_get(to, "apart"), reason,
			    json_integer_value(count));
}

/* The sum of entry @entry's kernel and kind, made if new. */
static json_t *sum_of(json_t *sums, const json_t *entry, bool timed)
{
	const char *kernel = report_text(entry, "kernel");
	json_t *sum;
	size_t i;

	json_array_foreach(sums, i, sum)
		if (!strcmp(report_text(sum, "kernel"), kernel) &&
		    json_is_true(json_object_get(sum, "timed")) == timed)
			return sum;
	sum = json_pack("{s:s, s:b, s:{}}", "kernel", kernel, "timed", timed,
			"rows");
	json_array_append_new(sums, sum);
	return sum;
}

static bool add_entries(json_t *sums, const json_t *entries, bool timed)
{
	const json_t *entry;
	bool throttles = false;
	size_t i;

	json_array_foreach(entries, i, entry) {
		const json_t *control = json_object_get(entry, "control");
		json_t *from = json_object_get(control, "rows");
		json_t *to;

		if (!json_object_size(from))
			continue;
		throttles |=
			json_is_true(json_object_get(control, "throttles"));
		to = json_object_get(sum_of(sums, entry, timed), "rows");
		/* in the order of enum control_row */
		for (int row = 0; row < NR_CONTROL_ROWS; row++) {
			const char *name = control_row_name(row);
			json_t *counts = json_object_get(from, name);

			if (!counts)
				continue;
			if (!json_object_get(to, name))
				json_object_set_new(
					to, name,
					json_pack("{s:s, s:I, s:I, s:{}, s:b}",
						  "event",
						  control_row_text(row),
						  "total", (json_int_t)0,
						  "exact", (json_int_t)0,
						  "apart", "required",
						  is_required(row, timed)));
			add_counts(json_object_get(to, name), counts);
		}
	}
	return throttles;
}

json_t *control_sum(const json_t *scenarios, const json_t *timed)
{
	json_t *sums = json_array();
	bool throttles = add_entries(sums, scenarios, false);

	throttles |= add_entries(sums, timed, true);
	if (throttles)
		return sums;
	json_decref(sums);
	return NULL;
}

static json_int_t nr_apart(const json_t *row)
{
	json_t *apart = json_object_get(row, "apart");
	const char *reason;
	json_t *count;
	json_int_t ret = 0;

	json_object_foreach(apart, reason, count)
		ret += json_integer_value(count);
	return ret;
}

static bool is_full(const json_t *row, bool timed)
{
	json_int_t exact = json_integer_value(json_object_get(row, "exact"));
	json_int_t total = json_integer_value(json_object_get(row, "total"));

	return exact + (timed ? 0 : nr_apart(row)) == total;
}

static bool check_entry(const json_t *entry, bool timed)
{
	json_t *rows =
		json_object_get(json_object_get(entry, "control"), "rows");
	bool ret = true;

	for (int n = 0; n < NR_CONTROL_ROWS; n++) {
		const json_t *row = json_object_get(rows, control_row_name(n));
		const char *miss = report_text(row, "first_miss");

		if (!row || !is_required(n, timed) || is_full(row, timed))
			continue;
		fprintf(stderr,
			"wbsim: %s: %s: %lld of %lld exact, expected all%s%s\n",
			report_text(entry, "file"), control_row_text(n),
			json_integer_value(json_object_get(row, "exact")),
			json_integer_value(json_object_get(row, "total")),
			*miss ? "; first: " : "", miss);
		ret = false;
	}
	return ret;
}

bool control_check(const json_t *control, const json_t *scenarios,
		   const json_t *timed)
{
	const json_t *entry;
	bool ret = true;
	size_t i;

	if (!control)
		return true;
	json_array_foreach(scenarios, i, entry)
		ret &= check_entry(entry, false);
	json_array_foreach(timed, i, entry)
		ret &= check_entry(entry, true);
	return ret;
}
