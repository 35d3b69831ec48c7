/*
 * Questions about a table that several parts ask.
 */
#include "sim/config/internal.h"

#include <string.h>

#include "sim/base/assert.h"

const struct cfg_key *cfg_find_key(const struct cfg_object *object,
				   const char *name)
{
	SIM_ASSERT(object != NULL);
	for (size_t i = 0; i < object->nr_keys; i++)
		if (strcmp(object->keys[i].key, name) == 0)
			return &object->keys[i];
	return NULL;
}

json_t *cfg_default(const struct cfg_key *key)
{
	json_t *value;

	if (!key->def)
		return NULL;
	value = json_loads(key->def, JSON_DECODE_ANY, NULL);
	/* A default that is no JSON is a bug in the table. */
	SIM_ASSERT(value != NULL);
	return value;
}

bool cfg_key_takes_null(const struct cfg_key *key)
{
	if (key->required || key->def)
		return false;
	return key->type != CFG_OBJECT && key->type != CFG_PRESET;
}

bool cfg_object_is_needed(const struct cfg_object *object)
{
	for (size_t i = 0; i < object->nr_keys; i++) {
		const struct cfg_key *key = &object->keys[i];

		if (key->required)
			return true;
		if (key->type != CFG_OBJECT && key->type != CFG_PRESET)
			continue;
		if (!key->def && cfg_object_is_needed(key->object))
			return true;
	}
	return false;
}

const char *cfg_type_word(enum cfg_type type)
{
	static const char *const words[] = {
		[CFG_INT] = "integer",
		[CFG_COST] = "cost",
		[CFG_BOOL] = "boolean",
		[CFG_STRING] = "string",
		[CFG_ENUM] = "word",
		[CFG_OBJECT] = "object",
		[CFG_PRESET] = "preset",
		[CFG_ARRAY] = "array of objects",
		[CFG_INT_ARRAY] = "array of integers",
		[CFG_IGNORED] = "not in this build",
	};

	SIM_ASSERT((size_t)type < sizeof(words) / sizeof(words[0]));
	return words[type];
}
