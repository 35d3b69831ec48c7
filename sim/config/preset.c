/*
 * Presets: a name, or an object with "base", becomes one plain object.
 *
 * Objects merge key by key; anything else, arrays too, replaces what the base
 * says.  A nested preset given by name in the base and by an object without
 * "base" above it stays that preset, with the object's keys over it.
 */
#include "sim/config/internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"

bool cfg_preset_name_is_valid(const char *name)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz"
				      "0123456789._-";
	size_t nr = strlen(name);

	return nr > 0 && nr <= CFG_MAX_KEY && strspn(name, letters) == nr;
}

static json_t *merge(const struct cfg_object *object, const json_t *base,
		     const json_t *over);

/* The value of one key, @base below @over; a new reference. */
static json_t *merge_value(const struct cfg_key *key, json_t *base,
			   json_t *over)
{
	json_t *merged;

	if (!base || !json_is_object(over) || !key)
		return json_incref(over);
	if (key->type == CFG_OBJECT && json_is_object(base))
		return merge(key->object, base, over);
	if (key->type != CFG_PRESET || json_object_get(over, "base"))
		return json_incref(over);
	if (json_is_object(base))
		return merge(key->object, base, over);
	merged = json_copy(over);
	json_object_set(merged, "base", base);
	return merged;
}

static json_t *merge(const struct cfg_object *object, const json_t *base,
		     const json_t *over)
{
	json_t *merged = json_copy((json_t *)(uintptr_t)base);
	const char *name;
	json_t *value;

	SIM_ASSERT(json_is_object(base));
	SIM_ASSERT(json_is_object(over));
	json_object_foreach((json_t *)(uintptr_t)over, name, value) {
		json_t *below = json_object_get(base, name);

		if (strcmp(name, "sources") == 0 && json_is_object(below) &&
		    json_is_object(value)) {
			json_t *sources = json_copy(below);

			json_object_update(sources, value);
			json_object_set_new(merged, name, sources);
			continue;
		}
		json_object_set_new(
			merged, name,
			merge_value(cfg_find_key(object, name), below, value));
	}
	return merged;
}

static int fail_unknown(struct cfg_loader *loader, const struct cfg_key *key,
			const struct cfg_place *place, const char *in,
			const char *name)
{
	struct cfg_nearest near;
	char **names = NULL;
	char text[512];
	struct cfg_buf buf;
	size_t nr = 0;

	cfg_buf_init(&buf, text, sizeof(text));
	if (cfg_preset_names(key->preset_dir, &names, &nr) || nr == 0)
		cfg_buf_add(&buf, "no presets in %s/%s", cfg_dir(),
			    key->preset_dir);
	cfg_nearest_init(&near, name);
	for (size_t i = 0; i < nr; i++)
		if (names[i])
			cfg_nearest_offer(&near, names[i]);
	for (size_t i = 0; i < 3 && near.best[i]; i++)
		cfg_buf_add(&buf, "%s%s", i ? ", " : "nearest: ", near.best[i]);
	cfg_fail(loader, place, in, "unknown preset \"%s\" in %s/ (%s)", name,
		 key->preset_dir, text);
	cfg_preset_names_free(names, nr);
	return -EINVAL;
}

static struct cfg_source *find_source(struct cfg_loader *loader,
				      const char *path)
{
	for (size_t i = 0; i < loader->nr_sources; i++)
		if (strcmp(loader->sources[i]->name, path) == 0)
			return loader->sources[i];
	return NULL;
}

static struct cfg_source *add_source(struct cfg_loader *loader)
{
	struct cfg_source **sources;
	struct cfg_source *source;

	sources = reallocarray(loader->sources, loader->nr_sources + 1,
			       sizeof(struct cfg_source *));
	if (!sources)
		return NULL;
	loader->sources = sources;
	source = calloc(1, sizeof(*source));
	if (source)
		sources[loader->nr_sources++] = source;
	return source;
}

static int read_preset(struct cfg_loader *loader, const char *path,
		       const struct cfg_source **ret)
{
	struct cfg_source *source = find_source(loader, path);
	struct cfg_source fresh;
	int err;

	if (source) {
		*ret = source;
		return 0;
	}
	err = cfg_source_read(path, &fresh, loader->reterr);
	if (err)
		return err;
	if (!json_is_object(fresh.json)) {
		snprintf(loader->reterr->text, sizeof(loader->reterr->text),
			 "%s:1: $: expected an object", path);
		cfg_source_done(&fresh);
		return -EINVAL;
	}
	source = add_source(loader);
	if (!source) {
		cfg_source_done(&fresh);
		return cfg_fail_memory(loader);
	}
	*source = fresh;
	*ret = source;
	return 0;
}

static int mount(struct cfg_loader *loader, const struct cfg_place *place,
		 const struct cfg_source *source)
{
	struct cfg_step steps[CFG_MAX_STEPS];
	size_t nr = cfg_place_steps(place, steps, CFG_MAX_STEPS);
	struct cfg_mount *mounts;

	mounts = reallocarray(loader->mounts, loader->nr_mounts + 1,
			      sizeof(*mounts));
	if (!mounts)
		return cfg_fail_memory(loader);
	loader->mounts = mounts;
	mounts += loader->nr_mounts;
	mounts->steps = calloc(nr + 1, sizeof(*steps));
	if (!mounts->steps)
		return cfg_fail_memory(loader);
	memcpy(mounts->steps, steps, nr * sizeof(*steps));
	mounts->nr_steps = nr;
	mounts->source = source;
	loader->nr_mounts++;
	return 0;
}

/* One preset and those below it, outermost first. */
struct chain {
	const struct cfg_key *key;
	const struct cfg_place *place;
	const char *names[CFG_MAX_CHAIN];
	const struct cfg_source *files[CFG_MAX_CHAIN];
	size_t nr;
};

static int fail_cycle(struct cfg_loader *loader, const struct chain *chain,
		      const char *name)
{
	char text[512];
	struct cfg_buf buf;

	cfg_buf_init(&buf, text, sizeof(text));
	for (size_t i = 0; i < chain->nr; i++)
		cfg_buf_add(&buf, "%s -> ", chain->names[i]);
	cfg_buf_add(&buf, "%s", name);
	return cfg_fail(loader, chain->place, "base",
			"presets are their own base (%s)", text);
}

static int chain_add(struct cfg_loader *loader, struct chain *chain,
		     const char *in, const char *name, bool peek)
{
	const struct cfg_source *source = NULL;
	char *path;
	int err;

	if (!cfg_preset_name_is_valid(name))
		return cfg_fail(loader, chain->place, in,
				"expected the name of a preset (letters, "
				"digits and \"._-\", at most %u)",
				CFG_MAX_KEY);
	for (size_t i = 0; i < chain->nr; i++)
		if (strcmp(chain->names[i], name) == 0)
			return fail_cycle(loader, chain, name);
	if (chain->nr == CFG_MAX_CHAIN)
		return cfg_fail(loader, chain->place, in,
				"more than %u presets upon each other",
				CFG_MAX_CHAIN);
	path = cfg_preset_path(chain->key->preset_dir, name);
	if (!path)
		return cfg_fail_memory(loader);
	err = read_preset(loader, path, &source);
	free(path);
	if (err == -ENOENT)
		return fail_unknown(loader, chain->key, chain->place, in, name);
	if (err)
		return err;
	SIM_ASSERT(source != NULL);
	chain->names[chain->nr] = name;
	chain->files[chain->nr++] = source;
	return peek ? 0 : mount(loader, chain->place, source);
}

/* The name a value or preset file builds upon; NULL when it has none. */
static int base_of(struct cfg_loader *loader, const struct chain *chain,
		   const json_t *value, const char **ret)
{
	const json_t *base = json_object_get(value, "base");
	char text[128];
	struct cfg_buf buf;

	*ret = json_string_value(base);
	if (!base || *ret)
		return 0;
	cfg_buf_init(&buf, text, sizeof(text));
	cfg_buf_value(&buf, base);
	return cfg_fail(loader, chain->place, "base",
			"expected the name of a preset in %s/, got %s",
			chain->key->preset_dir, text);
}

int cfg_preset_resolve(struct cfg_loader *loader, const struct cfg_key *key,
		       const json_t *value, const struct cfg_place *place,
		       bool peek, json_t **ret, const char **ret_name)
{
	struct chain chain = { .key = key, .place = place };
	const char *in = json_is_string(value) ? NULL : "base";
	const char *name = json_string_value(value);
	json_t *merged;
	int err = 0;

	SIM_ASSERT(json_is_string(value) || json_is_object(value));
	if (!name)
		err = base_of(loader, &chain, value, &name);
	*ret_name = name;
	while (!err && name) {
		err = chain_add(loader, &chain, in, name, peek);
		if (err)
			return err;
		SIM_ASSERT(chain.nr > 0);
		in = "base";
		err = base_of(loader, &chain, chain.files[chain.nr - 1]->json,
			      &name);
	}
	if (err)
		return err;
	merged = json_object();
	for (size_t i = chain.nr; i > 0; i--) {
		json_t *below = merged;

		merged = merge(key->object, below, chain.files[i - 1]->json);
		json_decref(below);
	}
	if (json_is_object(value)) {
		json_t *below = merged;

		merged = merge(key->object, below, value);
		json_decref(below);
	}
	json_object_del(merged, "base");
	*ret = merged;
	return 0;
}
