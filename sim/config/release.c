/*
 * Releases what a filled structure owns; also one that was filled in part.
 */
#include "sim/config/internal.h"

#include <stdlib.h>

#include "sim/base/assert.h"

static void release_string(void *filled, size_t offset)
{
	char **text = cfg_member(filled, offset);

	free(*text);
	*text = NULL;
}

static void release_array(const struct cfg_key *key, struct cfg_array *array)
{
	SIM_ASSERT(array->items || !array->nr_items);
	if (key->type == CFG_ARRAY)
		for (size_t i = 0; i < array->nr_items; i++)
			cfg_release(key->object, (char *)array->items +
							 i * key->object->size);
	free(array->items);
	array->items = NULL;
	array->nr_items = 0;
}

static void release_key(const struct cfg_key *key, void *filled)
{
	switch (key->type) {
	case CFG_STRING:
		release_string(filled, key->offset);
		break;
	case CFG_PRESET:
		release_string(filled, key->preset_name_offset);
		cfg_release(key->object, cfg_member(filled, key->offset));
		break;
	case CFG_OBJECT:
		cfg_release(key->object, cfg_member(filled, key->offset));
		break;
	case CFG_ARRAY:
	case CFG_INT_ARRAY:
		release_array(key, cfg_member(filled, key->offset));
		break;
	case CFG_INT:
	case CFG_COST:
	case CFG_BOOL:
	case CFG_ENUM:
	case CFG_IGNORED:
		break;
	}
}

void cfg_release(const struct cfg_object *object, void *filled)
{
	if (!filled)
		return;
	for (size_t i = 0; i < object->nr_keys; i++)
		release_key(&object->keys[i], filled);
}
