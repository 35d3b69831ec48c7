/*
 * The structure as a complete document: every key, base units, no presets.
 */
#include "sim/config/internal.h"

#include <stdio.h>

#include "sim/base/assert.h"

static json_t *number_value(const struct cfg_key *key, uint64_t number)
{
	/* Zero that the range forbids can only be a key that was absent. */
	if (number == 0 && key->min > 0 && cfg_key_takes_null(key))
		return json_null();
	if (key->type == CFG_COST)
		return json_real((double)number / 1000.0);
	SIM_ASSERT(number <= INT64_MAX);
	return json_integer((json_int_t)number);
}

static json_t *string_value(const char *text)
{
	return text ? json_string(text) : json_null();
}

static json_t *array_value(const struct cfg_key *key,
			   const struct cfg_array *array)
{
	json_t *list = json_array();

	for (size_t i = 0; i < array->nr_items; i++) {
		const char *items = array->items;

		if (key->type == CFG_ARRAY)
			json_array_append_new(
				list,
				cfg_resolved(key->object,
					     items + i * key->object->size));
		else
			json_array_append_new(
				list,
				json_integer(
					(json_int_t)((const uint64_t *)
							     array->items)[i]));
	}
	return list;
}

static json_t *preset_value(const struct cfg_key *key, const void *filled)
{
	json_t *value = cfg_resolved(key->object,
				     cfg_const_member(filled, key->offset));
	const char *const *name =
		cfg_const_member(filled, key->preset_name_offset);
	char comment[sizeof(CFG_PRESET_COMMENT) + CFG_MAX_KEY];

	if (*name) {
		snprintf(comment, sizeof(comment), CFG_PRESET_COMMENT "%s",
			 *name);
		json_object_set_new(value, "comment", json_string(comment));
	}
	return value;
}

static json_t *key_value(const struct cfg_key *key, const void *filled)
{
	const void *member = cfg_const_member(filled, key->offset);

	switch (key->type) {
	case CFG_INT:
	case CFG_COST:
		return number_value(key, *(const uint64_t *)member);
	case CFG_BOOL:
		return json_boolean(*(const bool *)member);
	case CFG_STRING:
		return string_value(*(const char *const *)member);
	case CFG_ENUM:
		return json_string(key->names[*(const int *)member]);
	case CFG_OBJECT:
		return cfg_resolved(key->object, member);
	case CFG_PRESET:
		return preset_value(key, filled);
	case CFG_ARRAY:
	case CFG_INT_ARRAY:
		return array_value(key, member);
	case CFG_IGNORED:
		break;
	}
	SIM_ASSERT(false);
	return NULL;
}

json_t *cfg_resolved(const struct cfg_object *object, const void *filled)
{
	json_t *resolved = json_object();

	SIM_ASSERT(filled != NULL);
	for (size_t i = 0; i < object->nr_keys; i++) {
		const struct cfg_key *key = &object->keys[i];

		if (key->type == CFG_IGNORED)
			continue;
		json_object_set_new(resolved, key->key, key_value(key, filled));
	}
	return resolved;
}
