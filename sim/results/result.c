/*
 * Reading of result JSON.
 */
#include "sim/results/result.h"

#include <stdio.h>
#include <string.h>

const char *result_text(const json_t *result, const char *key)
{
	const char *text = json_string_value(json_object_get(result, key));

	return text ? text : "";
}

double result_number(const json_t *object, const char *key)
{
	return json_number_value(json_object_get(object, key));
}

bool result_figure_get(const json_t *result, const char *name,
		       struct result_figure *ret)
{
	const json_t *figure =
		json_object_get(json_object_get(result, "figures"), name);

	if (!json_is_object(figure))
		return false;
	ret->value = result_number(figure, "value");
	ret->unit = result_text(figure, "unit");
	ret->tag = result_text(figure, "tag");
	ret->help = result_text(figure, "help");
	return true;
}

double result_figure_value(const json_t *result, const char *name)
{
	struct result_figure figure;

	return result_figure_get(result, name, &figure) ? figure.value : 0;
}

static double stage_number(const json_t *result, const char *name,
			   const char *key)
{
	const json_t *stages = json_object_get(result, "stages");
	const json_t *stage;
	size_t i;

	json_array_foreach(stages, i, stage) {
		if (strcmp(result_text(stage, "name"), name) == 0)
			return result_number(stage, key);
	}
	return 0;
}

double result_stage_ns(const json_t *result, const char *name)
{
	return stage_number(result, name, "ns");
}

double result_stage_ns_per_mib(const json_t *result, const char *name)
{
	return stage_number(result, name, "ns_per_mib");
}

static bool array_has(const json_t *names, const char *name)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(names, i, entry) {
		if (strcmp(json_string_value(entry), name) == 0)
			return true;
	}
	return false;
}

json_t *result_stage_names(const json_t *const *results, size_t nr)
{
	json_t *names = json_array();
	const json_t *stage;
	bool has_idle = false;
	size_t r, i;

	for (r = 0; r < nr; r++) {
		json_array_foreach(json_object_get(results[r], "stages"), i,
				   stage) {
			const char *name = result_text(stage, "name");

			if (strcmp(name, "idle") == 0)
				has_idle = true;
			else if (!array_has(names, name))
				json_array_append_new(names, json_string(name));
		}
	}
	if (has_idle)
		json_array_append_new(names, json_string("idle"));
	return names;
}

double result_latency_ns(const json_t *result, const char *name)
{
	const json_t *latency = json_object_get(result, "latency");
	double folios = result_number(latency, "folios");
	const json_t *stage;
	size_t i;

	json_array_foreach(json_object_get(latency, "stages"), i, stage) {
		if (folios > 0 && strcmp(result_text(stage, "name"), name) == 0)
			return result_number(stage, "ns") / folios;
	}
	return 0;
}

json_t *result_latency_names(const json_t *const *results, size_t nr)
{
	json_t *names = json_array();
	const json_t *stage;
	size_t r, i;

	for (r = 0; r < nr; r++) {
		const json_t *latency = json_object_get(results[r], "latency");

		json_array_foreach(json_object_get(latency, "stages"), i,
				   stage) {
			const char *name = result_text(stage, "name");

			if (result_number(stage, "ns") > 0 &&
			    !array_has(names, name))
				json_array_append_new(names, json_string(name));
		}
	}
	return names;
}

const char *result_failed_check(const json_t *result)
{
	const json_t *check;
	size_t i;

	json_array_foreach(json_object_get(result, "checks"), i, check) {
		if (!json_is_true(json_object_get(check, "ok")))
			return result_text(check, "name");
	}
	return NULL;
}

void result_method_name(const json_t *method, char *buf, size_t size)
{
	static const char ending[] = "_calls";
	const char *name = result_text(method, "name");
	const char *dot = strrchr(name, '.');
	size_t length;

	name = dot ? dot + 1 : name;
	length = strlen(name);
	if (length > strlen(ending) &&
	    strcmp(name + length - strlen(ending), ending) == 0)
		length -= strlen(ending);
	snprintf(buf, size, "%.*s", (int)length, name);
}

json_t *json_read(const char *path, char *reterr, size_t reterr_bytes)
{
	json_error_t error;
	json_t *json = json_load_file(path, JSON_REJECT_DUPLICATES, &error);

	if (json)
		return json;
	if (error.line < 0)
		snprintf(reterr, reterr_bytes, "%s: %s", path, error.text);
	else
		snprintf(reterr, reterr_bytes, "%s:%d: %s", path, error.line,
			 error.text);
	return NULL;
}
