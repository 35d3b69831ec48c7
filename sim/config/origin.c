/*
 * Messages with their place.
 *
 * The document that is checked was merged from the file, overrides and
 * preset files.  Nothing is recorded per value; when there is a message (one
 * per load) the place is looked up again in the layers, in the order in which
 * they were merged:
 *
 *	overrides, last first | the file | preset files mounted at a place
 *
 * A layer answers "here", "not here, ask the next", or "replaced by a preset
 * at this depth", which leads to the files mounted there.
 */
#include "sim/config/internal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/assert.h"

struct target {
	const struct cfg_step *steps;
	size_t nr;
};

enum answer { HERE, NOT_HERE, REPLACED };

static const json_t *get_child(const json_t *value, const struct cfg_step *step)
{
	if (step->key)
		return json_object_get(value, step->key);
	return json_array_get(value, step->index);
}

static bool names_preset(const json_t *value)
{
	return json_is_string(value) || json_object_get(value, "base") != NULL;
}

/* Walk @value, which stands at depth @from of the target. */
static enum answer ask(const json_t *value, struct target target, size_t from,
		       size_t *ret_depth)
{
	enum answer answer = NOT_HERE;

	for (size_t i = from;; i++) {
		if (i > from && names_preset(value)) {
			answer = REPLACED;
			*ret_depth = i;
		}
		if (i == target.nr)
			return HERE;
		value = get_child(value, &target.steps[i]);
		if (!value)
			return answer;
	}
}

static bool steps_match(const struct cfg_step *steps, size_t nr,
			struct target target)
{
	if (nr > target.nr)
		return false;
	for (size_t i = 0; i < nr; i++) {
		const struct cfg_step *want = &target.steps[i];

		if (!steps[i].key != !want->key)
			return false;
		if (want->key ? strcmp(steps[i].key, want->key) != 0
			      : steps[i].index != want->index &&
					steps[i].index != CFG_EVERY)
			return false;
	}
	return true;
}

/* "threads.ops" in an override means every thread: put the "[*]" in. */
static bool set_match(const struct cfg_set *set, struct target target,
		      size_t *ret_depth)
{
	const struct cfg_path *path = set->path;
	size_t depth = 0;

	for (size_t i = 0; i < path->nr_steps; i++, depth++) {
		if (path->steps[i].key && depth < target.nr &&
		    !target.steps[depth].key)
			depth++;
		if (depth >= target.nr)
			return false;
		if (!steps_match(&path->steps[i], 1,
				 (struct target){ &target.steps[depth], 1 }))
			return false;
	}
	*ret_depth = depth;
	return true;
}

static bool find_in_mounts(const struct cfg_loader *loader,
			   struct target target, size_t depth,
			   struct cfg_buf *ret)
{
	for (size_t i = 0; i < loader->nr_mounts; i++) {
		const struct cfg_mount *mount = &loader->mounts[i];
		size_t next = 0;

		if (mount->nr_steps != depth ||
		    !steps_match(mount->steps, mount->nr_steps, target))
			continue;
		switch (ask(mount->source->json, target, depth, &next)) {
		case HERE:
			cfg_buf_add(ret, "%s:%u", mount->source->name,
				    cfg_line_of(mount->source->text,
						mount->source->nr_bytes,
						&target.steps[depth],
						target.nr - depth));
			return true;
		case REPLACED:
			return find_in_mounts(loader, target, next, ret);
		case NOT_HERE:
			break;
		}
	}
	return false;
}

static bool find_in_main(const struct cfg_loader *loader, struct target target,
			 struct cfg_buf *ret)
{
	const struct cfg_source *source = &loader->main;
	size_t depth = 0;
	unsigned int line;

	switch (ask(source->json, target, 0, &depth)) {
	case HERE:
		if (!source->text) {
			cfg_buf_add(ret, "%s", source->name);
			return true;
		}
		line = cfg_line_of(source->text, source->nr_bytes, target.steps,
				   target.nr);
		cfg_buf_add(ret, "%s:%u", source->name, line);
		return true;
	case REPLACED:
		return find_in_mounts(loader, target, depth, ret);
	case NOT_HERE:
		break;
	}
	/* A preset that stands there by default, named by no layer. */
	for (depth = target.nr; depth > 0; depth--)
		if (find_in_mounts(loader, target, depth, ret))
			return true;
	return false;
}

static bool find(const struct cfg_loader *loader, struct target target,
		 struct cfg_buf *ret)
{
	for (size_t i = loader->nr_sets; i > 0; i--) {
		const struct cfg_set *set = &loader->sets[i - 1];
		size_t depth = 0, next = 0;

		if (!set_match(set, target, &depth))
			continue;
		if (names_preset(set->value) && target.nr > depth &&
		    find_in_mounts(loader, target, depth, ret))
			return true;
		if (ask(set->value, target, depth, &next) == REPLACED &&
		    find_in_mounts(loader, target, next, ret))
			return true;
		cfg_buf_add(ret, "--set");
		return true;
	}
	return find_in_main(loader, target, ret);
}

bool cfg_place_is_deep(const struct cfg_place *place)
{
	size_t nr = 0;

	for (; place; place = place->parent)
		nr++;
	return nr + 2 > CFG_MAX_STEPS;
}

size_t cfg_place_steps(const struct cfg_place *place, struct cfg_step *ret,
		       size_t max)
{
	size_t nr = 0;

	for (const struct cfg_place *p = place; p; p = p->parent)
		nr++;
	SIM_ASSERT(nr <= max);
	for (size_t i = nr; i > 0; place = place->parent)
		ret[--i] = place->step;
	return nr;
}

static void add_path(struct cfg_buf *buf, struct target target)
{
	cfg_buf_add(buf, "$");
	for (size_t i = 0; i < target.nr; i++) {
		const struct cfg_step *step = &target.steps[i];

		if (step->key) {
			cfg_buf_add(buf, ".");
			cfg_buf_word(buf, step->key);
		} else if (step->index == CFG_EVERY) {
			cfg_buf_add(buf, "[*]");
		} else {
			cfg_buf_add(buf, "[%zu]", step->index);
		}
	}
}

static int __attribute__((format(printf, 5, 0)))
fail_at(struct cfg_loader *loader, const struct cfg_place *place,
	const char *key, bool is_set, const char *format, va_list args)
{
	struct cfg_step steps[CFG_MAX_STEPS + 1];
	char message[sizeof(loader->reterr->text)];
	struct target target = { steps, 0 };
	struct cfg_buf buf;

	target.nr = cfg_place_steps(place, steps, CFG_MAX_STEPS);
	if (key)
		steps[target.nr++] = (struct cfg_step){ key, 0 };
	cfg_buf_init(&buf, loader->reterr->text, sizeof(loader->reterr->text));
	if (is_set) {
		cfg_buf_add(&buf, "--set");
	} else {
		struct target nearest = target;

		while (!find(loader, nearest, &buf) && nearest.nr > 0)
			nearest.nr--;
	}
	vsnprintf(message, sizeof(message), format, args);
	cfg_buf_add(&buf, ": ");
	add_path(&buf, target);
	cfg_buf_add(&buf, ": %s", message);
	return -EINVAL;
}

int cfg_fail(struct cfg_loader *loader, const struct cfg_place *place,
	     const char *key, const char *format, ...)
{
	va_list args;
	int err;

	va_start(args, format);
	err = fail_at(loader, place, key, false, format, args);
	va_end(args);
	return err;
}

int cfg_fail_set(struct cfg_loader *loader, const struct cfg_place *place,
		 const char *key, const char *format, ...)
{
	va_list args;
	int err;

	va_start(args, format);
	err = fail_at(loader, place, key, true, format, args);
	va_end(args);
	return err;
}

int cfg_fail_memory(struct cfg_loader *loader)
{
	snprintf(loader->reterr->text, sizeof(loader->reterr->text),
		 "%s: out of memory",
		 loader->main.name ? loader->main.name : "config");
	return -ENOMEM;
}
