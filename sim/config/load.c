/*
 * Loading, from a file or from JSON: overrides, then presets, checks and the
 * structure in one walk (fill.c).
 */
#include "sim/config/internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"

static void loader_done(struct cfg_loader *loader)
{
	cfg_source_done(&loader->main);
	for (size_t i = 0; i < loader->nr_sources; i++) {
		cfg_source_done(loader->sources[i]);
		free(loader->sources[i]);
	}
	free(loader->sources);
	for (size_t i = 0; i < loader->nr_mounts; i++)
		free(loader->mounts[i].steps);
	free(loader->mounts);
	for (size_t i = 0; i < loader->nr_sets; i++) {
		struct cfg_path *path = loader->sets[i].path;

		json_decref(loader->sets[i].value);
		cfg_path_done(path);
		free(path);
	}
	free(loader->sets);
}

static int fill(struct cfg_loader *loader, const struct cfg_object *object,
		const json_t *root, void *ret)
{
	void *filled = calloc(1, object->size);
	int err;

	if (!filled)
		return cfg_fail_memory(loader);
	err = cfg_fill_object(loader, object, root, NULL, filled);
	if (err)
		cfg_release(object, filled);
	else
		memcpy(ret, filled, object->size);
	free(filled);
	return err;
}

static int load(struct cfg_loader *loader, const struct cfg_object *object,
		const struct cfg_override *overrides, size_t nr_overrides,
		void *ret)
{
	json_t *root;
	int err = 0;

	if (!json_is_object(loader->main.json))
		return cfg_fail(loader, NULL, NULL, "expected an object (%s)",
				object->name);
	/* Messages are placed by the document as it was written. */
	root = nr_overrides ? json_deep_copy(loader->main.json)
			    : json_incref(loader->main.json);
	if (!root)
		return cfg_fail_memory(loader);
	for (size_t i = 0; i < nr_overrides && !err; i++)
		err = cfg_override_apply(loader, object, root, &overrides[i]);
	if (!err)
		err = fill(loader, object, root, ret);
	json_decref(root);
	return err;
}

int cfg_load_file(const struct cfg_object *object, const char *path,
		  const struct cfg_override *overrides, size_t nr_overrides,
		  void *ret, struct cfg_error *reterr)
{
	struct cfg_loader loader = { .reterr = reterr };
	int err;

	SIM_ASSERT(object != NULL);
	SIM_ASSERT(reterr != NULL);
	err = cfg_source_read(path, &loader.main, reterr);
	if (err)
		return err;
	err = load(&loader, object, overrides, nr_overrides, ret);
	loader_done(&loader);
	return err;
}

int cfg_load_json(const struct cfg_object *object, const json_t *value,
		  const char *origin, const struct cfg_override *overrides,
		  size_t nr_overrides, void *ret, struct cfg_error *reterr)
{
	struct cfg_loader loader = { .reterr = reterr };
	int err;

	SIM_ASSERT(object != NULL);
	SIM_ASSERT(reterr != NULL);
	if (cfg_json_is_deep(value)) {
		snprintf(reterr->text, sizeof(reterr->text),
			 "%s: nested deeper than %u levels", origin,
			 CFG_MAX_DEPTH);
		return -EINVAL;
	}
	loader.main.name = strdup(origin);
	if (!loader.main.name)
		return cfg_fail_memory(&loader);
	loader.main.json = json_incref((json_t *)(uintptr_t)value);
	err = load(&loader, object, overrides, nr_overrides, ret);
	loader_done(&loader);
	return err;
}
