/*
 * "--set path=value": applied to the JSON before presets are resolved.
 *
 * The walk keeps two views: the document as written, which is changed, and
 * the same place with presets resolved ("effective"), which tells what an
 * override of a part of a preset builds upon.
 */
#include "sim/config/internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"

/**
 * struct setter - one override being applied
 * @raw: its value as text
 * @nr_set: places that were set; with "[*]" there may be none
 */
struct setter {
	struct cfg_loader *loader;
	const struct cfg_path *path;
	const char *raw;
	json_t *value;
	size_t nr_set;
};

/**
 * struct spot - an object on the way
 * @depth: next step of the path
 * @real: as written; @effective: with presets resolved (borrowed)
 */
struct spot {
	const struct cfg_object *object;
	const struct cfg_place *place;
	json_t *real;
	json_t *effective;
	size_t depth;
	bool is_preset;
};

static int set_in_object(struct setter *set, const struct spot *spot);

static bool wants_text(const struct cfg_key *key, const json_t *value)
{
	if (json_is_string(value))
		return false;
	if (key->type == CFG_PRESET)
		return !json_is_object(value);
	if (key->type == CFG_STRING && json_is_null(value))
		return !cfg_key_takes_null(key);
	return key->type == CFG_STRING || key->type == CFG_ENUM;
}

/* A copy each time: a later override may change one of several places. */
static json_t *value_for(const struct setter *set, const struct cfg_key *key)
{
	if (key && wants_text(key, set->value))
		return json_string(set->raw);
	return json_deep_copy(set->value);
}

static int fail_shape(struct setter *set, const struct cfg_key *key,
		      const struct cfg_place *place, const json_t *value)
{
	char text[640];
	struct cfg_buf buf;

	cfg_buf_init(&buf, text, sizeof(text));
	cfg_value_expected(&buf, key, false);
	cfg_buf_add(&buf, ", got ");
	cfg_buf_value(&buf, value);
	return cfg_fail(set->loader, place, NULL, "expected %s", text);
}

static int set_below(struct setter *set, const struct cfg_key *key,
		     const struct cfg_place *place, const struct spot *spot,
		     json_t *real)
{
	json_t *effective = json_object_get(spot->effective, key->key);
	struct spot next = {
		key->object, place,           real,
		real,        spot->depth + 1, key->type == CFG_PRESET
	};
	json_t *resolved = NULL;
	const char *name;
	int err;

	if (key->type == CFG_PRESET) {
		const json_t *from = effective ? effective : real;

		if (!json_is_object(from) && !json_is_string(from))
			return fail_shape(set, key, place, from);
		err = cfg_preset_resolve(set->loader, key, from, place, true,
					 &resolved, &name);
		if (err)
			return err;
		next.effective = resolved;
	} else if (effective) {
		next.effective = effective;
	}
	err = set_in_object(set, &next);
	json_decref(resolved);
	return err;
}

/* The object under @key as it may be changed; made when it is not there. */
static json_t *open_object(const struct cfg_key *key, const struct spot *spot)
{
	json_t *real = json_object_get(spot->real, key->key);
	json_t *base = NULL;

	if (key->type == CFG_PRESET && json_is_string(real))
		base = json_incref(real);
	else if (real)
		return real;
	/* What a preset below says stays the base of the new object. */
	else if (!json_object_get(spot->effective, key->key))
		base = cfg_default(key);
	if (json_is_object(base)) {
		json_object_set_new(spot->real, key->key, base);
		return base;
	}
	real = json_object();
	if (base)
		json_object_set_new(real, "base", base);
	json_object_set_new(spot->real, key->key, real);
	return real;
}

static int set_in_element(struct setter *set, const struct cfg_key *key,
			  const struct cfg_place *parent, json_t *array,
			  size_t index, size_t depth)
{
	struct cfg_place place = { parent, { NULL, index } };
	json_t *item = json_array_get(array, index);
	struct spot next = { key->object, &place, item, item, depth, false };

	if (depth == set->path->nr_steps) {
		json_array_set_new(array, index, value_for(set, NULL));
		set->nr_set++;
		return 0;
	}
	if (key->type == CFG_INT_ARRAY)
		return cfg_fail_set(
			set->loader, &place, set->path->steps[depth].key,
			"unknown key (%s is an array of integers)", key->key);
	if (!json_is_object(item))
		return cfg_fail(set->loader, &place, NULL,
				"expected an object");
	return set_in_object(set, &next);
}

static int set_in_array(struct setter *set, const struct cfg_key *key,
			const struct cfg_place *place, json_t *array,
			size_t depth)
{
	const struct cfg_step *step = &set->path->steps[depth];
	size_t nr = json_array_size(array);
	bool every = depth == set->path->nr_steps || step->key != NULL ||
		     step->index == CFG_EVERY;
	size_t next = depth;

	if (depth < set->path->nr_steps && !step->key)
		next++;
	if (!every && step->index >= nr)
		return cfg_fail_set(set->loader, place, NULL,
				    "no element %zu, there are %zu",
				    step->index, nr);
	for (size_t i = every ? 0 : step->index; i < nr; i++) {
		int err = set_in_element(set, key, place, array, i, next);

		if (err || !every)
			return err;
	}
	return 0;
}

static json_t *open_array(const struct cfg_key *key, const struct spot *spot)
{
	json_t *array = json_object_get(spot->real, key->key);

	if (array)
		return array;
	array = json_deep_copy(json_object_get(spot->effective, key->key));
	if (!array)
		array = cfg_default(key);
	if (!array)
		array = json_array();
	json_object_set_new(spot->real, key->key, array);
	return array;
}

static int set_in_key(struct setter *set, const struct cfg_key *key,
		      const struct spot *spot)
{
	const struct cfg_step *steps = set->path->steps;
	struct cfg_place place = { spot->place, { key->key, 0 } };
	size_t next = spot->depth + 1;
	json_t *child;

	if (next == set->path->nr_steps) {
		json_object_set_new(spot->real, key->key, value_for(set, key));
		set->nr_set++;
		return 0;
	}
	if (key->type == CFG_ARRAY || key->type == CFG_INT_ARRAY) {
		child = open_array(key, spot);
		if (!json_is_array(child))
			return fail_shape(set, key, &place, child);
		return set_in_array(set, key, &place, child, next);
	}
	if (!steps[next].key)
		return cfg_fail_set(set->loader, &place, NULL, "is no array");
	if (!key->object)
		return cfg_fail_set(set->loader, &place, steps[next].key,
				    "unknown key (%s has no keys)", key->key);
	child = open_object(key, spot);
	if (!json_is_object(child))
		return fail_shape(set, key, &place, child);
	return set_below(set, key, &place, spot, child);
}

static int set_in_object(struct setter *set, const struct spot *spot)
{
	const char *name = set->path->steps[spot->depth].key;
	bool is_last = spot->depth + 1 == set->path->nr_steps;
	const struct cfg_key *key;

	SIM_ASSERT(spot->depth < set->path->nr_steps);
	if (!name)
		return cfg_fail_set(set->loader, spot->place, NULL,
				    "is no array");
	key = cfg_find_key(spot->object, name);
	if (key)
		return set_in_key(set, key, spot);
	if (spot->is_preset && is_last && strcmp(name, "base") == 0) {
		json_object_set_new(spot->real, "base",
				    json_is_string(set->value)
					    ? json_incref(set->value)
					    : json_string(set->raw));
		set->nr_set++;
		return 0;
	}
	return cfg_fail_set_unknown_key(set->loader, spot->object, spot->place,
					name);
}

static int fail_value(struct cfg_loader *loader, const struct cfg_override *set,
		      const char *what)
{
	snprintf(loader->reterr->text, sizeof(loader->reterr->text),
		 "--set: %s: %s", set->path, what);
	return -EINVAL;
}

static int parse_value(struct cfg_loader *loader,
		       const struct cfg_override *override, json_t **ret)
{
	const char *text = override->value;
	json_error_t error;

	/* The parser recurses: count before it does. */
	if (cfg_text_depth(text, strlen(text)) > CFG_MAX_DEPTH)
		return fail_value(loader, override, "nested too deep");
	*ret = json_loads(text, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES,
			  &error);
	if (*ret)
		return 0;
	if (strchr("{[\"", text[0]) && text[0])
		return fail_value(loader, override, error.text);
	*ret = json_string(text);
	return *ret ? 0 : fail_value(loader, override, "not UTF-8");
}

static int remember(struct cfg_loader *loader, const struct cfg_path *path,
		    json_t *value)
{
	struct cfg_path *kept = malloc(sizeof(*kept));
	struct cfg_set *sets;

	sets = reallocarray(loader->sets, loader->nr_sets + 1, sizeof(*sets));
	if (sets)
		loader->sets = sets;
	if (!kept || !sets) {
		free(kept);
		return cfg_fail_memory(loader);
	}
	*kept = *path;
	sets[loader->nr_sets++] = (struct cfg_set){ kept, value };
	return 0;
}

int cfg_override_apply(struct cfg_loader *loader,
		       const struct cfg_object *object, json_t *root,
		       const struct cfg_override *override)
{
	struct cfg_path path;
	struct setter set = { loader, &path, override->value, NULL, 0 };
	struct spot spot = { object, NULL, root, root, 0, false };
	int err;

	SIM_ASSERT(override->path != NULL);
	SIM_ASSERT(override->value != NULL);
	if (cfg_path_parse(override->path, &path))
		return fail_value(loader, override,
				  "expected a path such as "
				  "\"threads[0].ops[1].write_bytes\"");
	err = parse_value(loader, override, &set.value);
	if (!err) {
		err = set_in_object(&set, &spot);
		if (!err && !set.nr_set)
			err = fail_value(loader, override,
					 "there is no such element");
		if (!err)
			err = remember(loader, &path, set.value);
	}
	if (err) {
		json_decref(set.value);
		cfg_path_done(&path);
	}
	return err;
}
