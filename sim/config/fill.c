/*
 * From merged JSON to the structure: the one place where types, units,
 * ranges and unknown keys are checked.
 */
#include "sim/config/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"

static int fail_type(struct cfg_loader *loader, const struct cfg_key *key,
		     const struct cfg_place *place, const json_t *value,
		     bool element)
{
	char text[640];
	struct cfg_buf buf;

	cfg_buf_init(&buf, text, sizeof(text));
	cfg_value_expected(&buf, key, element);
	cfg_buf_add(&buf, ", got ");
	cfg_buf_value(&buf, value);
	return cfg_fail(loader, place, NULL, "expected %s", text);
}

static int fail_range(struct cfg_loader *loader, const struct cfg_key *key,
		      const struct cfg_place *place, const json_t *value)
{
	char text[256];
	struct cfg_buf buf;

	cfg_buf_init(&buf, text, sizeof(text));
	cfg_buf_value(&buf, value);
	if (json_is_number(value) && key->unit && key->unit[0])
		cfg_buf_add(&buf, " %s", key->unit);
	cfg_buf_add(&buf, " is out of range, expected ");
	if (key->max || (!key->min && json_number_value(value) >= 0.0)) {
		struct cfg_key bounded = *key;

		bounded.max = cfg_value_max(key);
		cfg_value_range(&buf, &bounded);
	} else {
		cfg_buf_add(&buf, "at least ");
		cfg_value_add(&buf, key, key->min);
	}
	return cfg_fail(loader, place, NULL, "%s", text);
}

static int fill_number(struct cfg_loader *loader, const struct cfg_key *key,
		       const struct cfg_place *place, const json_t *value,
		       uint64_t *ret)
{
	int err = cfg_value_parse(key, value, ret);

	if (err == -ERANGE)
		return fail_range(loader, key, place, value);
	if (err)
		return fail_type(loader, key, place, value,
				 key->type == CFG_INT_ARRAY);
	return 0;
}

static int fill_string(struct cfg_loader *loader, const struct cfg_key *key,
		       const struct cfg_place *place, const json_t *value,
		       char **ret)
{
	if (!json_is_string(value))
		return fail_type(loader, key, place, value, false);
	*ret = strdup(json_string_value(value));
	return *ret ? 0 : cfg_fail_memory(loader);
}

static int fill_word(struct cfg_loader *loader, const struct cfg_key *key,
		     const struct cfg_place *place, const json_t *value,
		     int *ret)
{
	const char *word = json_string_value(value);
	char known[512], got[128];
	struct cfg_nearest near;
	struct cfg_buf buf;
	const char *best;

	if (!word)
		return fail_type(loader, key, place, value, false);
	cfg_nearest_init(&near, word);
	for (int i = 0; key->names[i]; i++) {
		if (strcmp(key->names[i], word) == 0) {
			*ret = i;
			return 0;
		}
		cfg_nearest_offer(&near, key->names[i]);
	}
	best = cfg_nearest_get(&near);
	if (!best)
		return fail_type(loader, key, place, value, false);
	cfg_buf_init(&buf, known, sizeof(known));
	cfg_value_expected(&buf, key, false);
	cfg_buf_init(&buf, got, sizeof(got));
	cfg_buf_value(&buf, value);
	return cfg_fail(loader, place, NULL,
			"expected %s, got %s (did you mean \"%s\"?)", known,
			got, best);
}

/* Structures or integers of an array; @ret is released by the caller. */
static int fill_array(struct cfg_loader *loader, const struct cfg_key *key,
		      const struct cfg_place *place, const json_t *value,
		      struct cfg_array *ret)
{
	bool is_integers = key->type == CFG_INT_ARRAY;
	size_t size = is_integers ? sizeof(uint64_t) : key->object->size;
	size_t nr = json_array_size(value);

	if (!json_is_array(value))
		return fail_type(loader, key, place, value, false);
	SIM_ASSERT(size > 0);
	ret->items = nr ? calloc(nr, size) : NULL;
	if (nr && !ret->items)
		return cfg_fail_memory(loader);
	for (size_t i = 0; i < nr; i++) {
		struct cfg_place here = { place, { NULL, i } };
		const json_t *child = json_array_get(value, i);
		void *item = (char *)ret->items + i * size;
		int err;

		ret->nr_items = i + 1;
		if (is_integers)
			err = fill_number(loader, key, &here, child, item);
		else if (!json_is_object(child))
			err = fail_type(loader, key, &here, child, true);
		else
			err = cfg_fill_object(loader, key->object, child, &here,
					      item);
		if (err)
			return err;
	}
	return 0;
}

/* A resolved document keeps the name of a preset in its comment. */
static const char *name_in_comment(const json_t *value)
{
	size_t nr = strlen(CFG_PRESET_COMMENT);
	const char *comment;

	comment = json_string_value(json_object_get(value, "comment"));
	if (!comment || strncmp(comment, CFG_PRESET_COMMENT, nr) != 0)
		return NULL;
	return cfg_preset_name_is_valid(comment + nr) ? comment + nr : NULL;
}

static int fill_preset(struct cfg_loader *loader, const struct cfg_key *key,
		       const struct cfg_place *place, const json_t *value,
		       void *filled)
{
	char **name_member = cfg_member(filled, key->preset_name_offset);
	const char *name = NULL;
	json_t *resolved;
	int err;

	if (!json_is_string(value) && !json_is_object(value))
		return fail_type(loader, key, place, value, false);
	err = cfg_preset_resolve(loader, key, value, place, false, &resolved,
				 &name);
	if (err)
		return err;
	if (!name)
		name = name_in_comment(value);
	if (name) {
		*name_member = strdup(name);
		if (!*name_member)
			err = cfg_fail_memory(loader);
	}
	if (!err)
		err = cfg_fill_object(loader, key->object, resolved, place,
				      cfg_member(filled, key->offset));
	json_decref(resolved);
	return err;
}

static int fill_member(struct cfg_loader *loader, const struct cfg_key *key,
		       const struct cfg_place *place, const json_t *value,
		       void *filled)
{
	void *member = cfg_member(filled, key->offset);

	if (json_is_null(value) && cfg_key_takes_null(key))
		return 0;
	switch (key->type) {
	case CFG_INT:
	case CFG_COST:
		return fill_number(loader, key, place, value, member);
	case CFG_BOOL:
		if (!json_is_boolean(value))
			return fail_type(loader, key, place, value, false);
		*(bool *)member = json_is_true(value);
		return 0;
	case CFG_STRING:
		return fill_string(loader, key, place, value, member);
	case CFG_ENUM:
		return fill_word(loader, key, place, value, member);
	case CFG_OBJECT:
		if (!json_is_object(value))
			return fail_type(loader, key, place, value, false);
		return cfg_fill_object(loader, key->object, value, place,
				       member);
	case CFG_PRESET:
		return fill_preset(loader, key, place, value, filled);
	case CFG_ARRAY:
	case CFG_INT_ARRAY:
		return fill_array(loader, key, place, value, member);
	case CFG_IGNORED:
		return 0;
	}
	SIM_ASSERT(false);
	return -EINVAL;
}

static int check_sources(struct cfg_loader *loader,
			 const struct cfg_object *object,
			 const struct cfg_place *parent, json_t *sources)
{
	struct cfg_place place = { parent, { "sources", 0 } };
	const char *name;
	json_t *value;

	if (!json_is_object(sources))
		return cfg_fail(loader, &place, NULL,
				"expected an object of strings");
	json_object_foreach(sources, name, value) {
		if (!cfg_find_key(object, name))
			return cfg_fail_unknown_key(loader, object, &place,
						    name);
		if (!json_is_string(value))
			return cfg_fail(loader, &place, name,
					"expected a string");
	}
	return 0;
}

static int check_keys(struct cfg_loader *loader,
		      const struct cfg_object *object,
		      const struct cfg_place *place, json_t *value)
{
	const char *name;
	json_t *child;
	int err = 0;

	json_object_foreach(value, name, child) {
		if (cfg_find_key(object, name))
			continue;
		if (strcmp(name, "sources") == 0)
			err = check_sources(loader, object, place, child);
		else if (strcmp(name, "comment") != 0)
			err = cfg_fail_unknown_key(loader, object, place, name);
		else if (!json_is_string(child))
			err = cfg_fail(loader, place, name,
				       "expected a string");
		if (err)
			return err;
	}
	return 0;
}

/* What stands for a key that is not written; NULL: leave it zero. */
static json_t *absent_value(const struct cfg_key *key)
{
	if (key->def)
		return cfg_default(key);
	if (key->type == CFG_OBJECT || key->type == CFG_PRESET)
		return json_object();
	return NULL;
}

int cfg_fill_object(struct cfg_loader *loader, const struct cfg_object *object,
		    const json_t *value, const struct cfg_place *parent,
		    void *ret)
{
	int err;

	SIM_ASSERT(json_is_object(value));
	err = check_keys(loader, object, parent, (json_t *)(uintptr_t)value);
	if (err)
		return err;
	for (size_t i = 0; i < object->nr_keys; i++) {
		const struct cfg_key *key = &object->keys[i];
		struct cfg_place place = { parent, { key->key, 0 } };
		json_t *child = json_object_get(value, key->key);

		if (!child && key->required)
			return cfg_fail(loader, parent, NULL,
					"required key %s is missing (%s)",
					key->key, cfg_type_word(key->type));
		json_incref(child);
		if (!child)
			child = absent_value(key);
		if (child && cfg_place_is_deep(&place))
			err = cfg_fail(loader, &place, NULL, "nested too deep");
		else if (child)
			err = fill_member(loader, key, &place, child, ret);
		json_decref(child);
		if (err)
			return err;
	}
	return 0;
}
