/*
 * JSON Schema (draft 2020-12) of a table and the tables below it.
 *
 * Each object has one definition, and a second one, NAME.partial, when it is
 * used in a preset: there the base may hold the required keys.
 */
#include "sim/config/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"

#define DRAFT "https://json-schema.org/draft/2020-12/schema"

static void define(json_t *defs, const struct cfg_object *object, bool partial);

static json_t *reference(const struct cfg_object *object, bool partial)
{
	return json_pack("{s:s++}", "$ref", "#/$defs/", object->name,
			 partial ? ".partial" : "");
}

/* A regular expression for the strings cfg_value_parse() takes. */
static json_t *number_pattern(const struct cfg_key *key)
{
	const char *tail = strchr(key->unit ? key->unit : "", '/');
	const struct cfg_suffix *suffix = cfg_suffixes(key);
	char text[256];
	struct cfg_buf buf;

	if (!suffix)
		return NULL;
	cfg_buf_init(&buf, text, sizeof(text));
	cfg_buf_add(&buf, "^[0-9]+(\\.[0-9]+)?(");
	for (size_t i = 0; suffix[i].text; i++)
		cfg_buf_add(&buf, "%s%s", i ? "|" : "", suffix[i].text);
	cfg_buf_add(&buf, ")");
	if (key->type == CFG_COST && tail)
		cfg_buf_add(&buf, "(%s)?", tail);
	cfg_buf_add(&buf, "$");
	return json_pack("{s:s, s:s}", "type", "string", "pattern", text);
}

static json_t *in_units(const struct cfg_key *key, uint64_t value)
{
	if (key->type == CFG_COST)
		return json_real((double)value / 1000.0);
	return json_integer((json_int_t)value);
}

static void add_number(json_t *any, const struct cfg_key *key)
{
	const char *type = key->type == CFG_COST ? "number" : "integer";
	json_t *pattern = number_pattern(key);

	json_array_append_new(
		any, json_pack("{s:s, s:o, s:o}", "type", type, "minimum",
			       in_units(key, key->min), "maximum",
			       in_units(key, cfg_value_max(key))));
	if (pattern)
		json_array_append_new(any, pattern);
}

static json_t *words(const char *const *names)
{
	json_t *list = json_array();

	for (size_t i = 0; names[i]; i++)
		json_array_append_new(list, json_string(names[i]));
	return list;
}

static void add_preset(json_t *any, const struct cfg_key *key, bool partial)
{
	json_t *with_base = reference(key->object, true);

	json_array_append_new(any, json_pack("{s:s, s:s}", "type", "string",
					     "pattern", "^[A-Za-z0-9._-]+$"));
	if (!partial) {
		json_object_set_new(with_base, "required",
				    json_pack("[s]", "base"));
		json_array_append_new(any, reference(key->object, false));
	}
	json_array_append_new(any, with_base);
}

static json_t *array_of(json_t *items)
{
	return json_pack("{s:s, s:o}", "type", "array", "items", items);
}

/* The forms a value may take, one schema each. */
static json_t *forms_of(json_t *defs, const struct cfg_key *key, bool partial)
{
	json_t *any = json_array();
	json_t *items;

	switch (key->type) {
	case CFG_INT:
	case CFG_COST:
		add_number(any, key);
		break;
	case CFG_BOOL:
		json_array_append_new(any,
				      json_pack("{s:s}", "type", "boolean"));
		break;
	case CFG_STRING:
		json_array_append_new(any,
				      json_pack("{s:s}", "type", "string"));
		break;
	case CFG_ENUM:
		json_array_append_new(
			any, json_pack("{s:o}", "enum", words(key->names)));
		break;
	case CFG_OBJECT:
		define(defs, key->object, partial);
		items = reference(key->object, partial);
		if (partial)
			json_object_set_new(
				items, "not",
				json_pack("{s:[s]}", "required", "base"));
		json_array_append_new(any, items);
		break;
	case CFG_PRESET:
		define(defs, key->object, false);
		define(defs, key->object, true);
		add_preset(any, key, partial);
		break;
	case CFG_ARRAY:
		define(defs, key->object, false);
		json_array_append_new(any,
				      array_of(reference(key->object, false)));
		break;
	case CFG_INT_ARRAY:
		items = json_array();
		add_number(items, key);
		json_array_append_new(
			any, array_of(json_pack("{s:o}", "anyOf", items)));
		break;
	case CFG_IGNORED:
		json_array_append_new(any, json_object());
		break;
	}
	if (cfg_key_takes_null(key))
		json_array_append_new(any, json_pack("{s:s}", "type", "null"));
	return any;
}

static void annotate(json_t *schema, const struct cfg_key *key)
{
	const char *unit = key->unit ? key->unit : "";
	char text[1024];
	struct cfg_buf buf;

	cfg_buf_init(&buf, text, sizeof(text));
	cfg_buf_add(&buf, "%s", key->help ? key->help : "");
	if (unit[0])
		cfg_buf_add(&buf, " Unit: %s.", unit);
	if (key->source && key->source[0])
		cfg_buf_add(&buf, " Source: %s", key->source);
	json_object_set_new(schema, "description", json_string(text));
	if (key->def)
		json_object_set_new(schema, "default", cfg_default(key));
	if (unit[0])
		json_object_set_new(schema, "x-unit", json_string(unit));
	if (key->source && key->source[0])
		json_object_set_new(schema, "x-source",
				    json_string(key->source));
}

static json_t *key_schema(json_t *defs, const struct cfg_key *key, bool partial)
{
	json_t *forms = forms_of(defs, key, partial);
	json_t *schema;

	SIM_ASSERT(json_array_size(forms) > 0);
	if (json_array_size(forms) == 1) {
		schema = json_copy(json_array_get(forms, 0));
		json_decref(forms);
	} else {
		schema = json_pack("{s:o}",
				   key->type == CFG_PRESET ? "oneOf" : "anyOf",
				   forms);
	}
	annotate(schema, key);
	return schema;
}

static bool must_be_written(const struct cfg_key *key)
{
	if (key->required)
		return true;
	if (key->type != CFG_OBJECT && key->type != CFG_PRESET)
		return false;
	return !key->def && cfg_object_is_needed(key->object);
}

static json_t *common_properties(const struct cfg_object *object)
{
	json_t *names = json_array();

	for (size_t i = 0; i < object->nr_keys; i++)
		json_array_append_new(names, json_string(object->keys[i].key));
	return json_pack("{s:{s:s}, s:{s:s, s:{s:o}, s:{s:s}}}", "comment",
			 "type", "string", "sources", "type", "object",
			 "propertyNames", "enum", names, "additionalProperties",
			 "type", "string");
}

static void define(json_t *defs, const struct cfg_object *object, bool partial)
{
	json_t *required = json_array();
	json_t *properties, *schema;
	char name[128];

	snprintf(name, sizeof(name), "%s%s", object->name,
		 partial ? ".partial" : "");
	if (json_object_get(defs, name)) {
		json_decref(required);
		return;
	}
	/* In place before its members: a table may contain itself. */
	schema = json_pack("{s:s, s:s}", "type", "object", "description",
			   object->help ? object->help : "");
	json_object_set_new(defs, name, schema);
	properties = common_properties(object);
	if (partial)
		json_object_set_new(properties, "base",
				    json_pack("{s:s, s:s}", "type", "string",
					      "pattern", "^[A-Za-z0-9._-]+$"));
	for (size_t i = 0; i < object->nr_keys; i++) {
		const struct cfg_key *key = &object->keys[i];

		json_object_set_new(properties, key->key,
				    key_schema(defs, key, partial));
		if (!partial && must_be_written(key))
			json_array_append_new(required, json_string(key->key));
	}
	json_object_set_new(schema, "properties", properties);
	json_object_set_new(schema, "required", required);
	json_object_set_new(schema, "additionalProperties", json_false());
}

json_t *cfg_schema(const struct cfg_object *object)
{
	json_t *defs = json_object();
	json_t *schema = reference(object, false);

	define(defs, object, false);
	json_object_set_new(schema, "$schema", json_string(DRAFT));
	json_object_set_new(schema, "title", json_string(object->name));
	json_object_set_new(schema, "description",
			    json_string(object->help ? object->help : ""));
	json_object_set_new(schema, "$defs", defs);
	return schema;
}
