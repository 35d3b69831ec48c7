/*
 * Unknown keys: the nearest known one, or all of them.
 */
#include "sim/config/internal.h"

#include "sim/base/assert.h"

#define LISTED_KEYS 12

static void add_hint(struct cfg_buf *buf, const struct cfg_object *object,
		     const char *name)
{
	const char *best = cfg_nearest_key(object, name);
	size_t nr = object->nr_keys;

	SIM_ASSERT(object->name != NULL);
	if (best) {
		cfg_buf_add(buf, "did you mean %s?", best);
		return;
	}
	cfg_buf_add(buf, "%s has", object->name);
	for (size_t i = 0; i < nr && i < LISTED_KEYS; i++)
		cfg_buf_add(buf, "%s %s", i ? "," : "", object->keys[i].key);
	if (nr > LISTED_KEYS)
		cfg_buf_add(buf, ", ...");
}

int cfg_fail_unknown_key(struct cfg_loader *loader,
			 const struct cfg_object *object,
			 const struct cfg_place *place, const char *name)
{
	char hint[640];
	struct cfg_buf buf;

	cfg_buf_init(&buf, hint, sizeof(hint));
	add_hint(&buf, object, name);
	return cfg_fail(loader, place, name, "unknown key (%s)", hint);
}

int cfg_fail_set_unknown_key(struct cfg_loader *loader,
			     const struct cfg_object *object,
			     const struct cfg_place *place, const char *name)
{
	char hint[640];
	struct cfg_buf buf;

	cfg_buf_init(&buf, hint, sizeof(hint));
	add_hint(&buf, object, name);
	return cfg_fail_set(loader, place, name, "unknown key (%s)", hint);
}
