/*
 * Dotted paths: "threads[0].ops[*].write_bytes".
 */
#include "sim/config/internal.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"

static int add_step(struct cfg_path *path, const char *key, size_t index)
{
	if (path->nr_steps == CFG_MAX_DEPTH)
		return -EINVAL;
	path->steps[path->nr_steps++] = (struct cfg_step){ key, index };
	return 0;
}

/* "[3]" or "[*]" at *pos. */
static int parse_index(struct cfg_path *path, char **pos)
{
	size_t index = 0;
	char *end = *pos + 1;

	SIM_ASSERT(**pos == '[');
	if (*end == '*') {
		index = CFG_EVERY;
		end++;
	} else {
		if (!isdigit((unsigned char)*end))
			return -EINVAL;
		for (; isdigit((unsigned char)*end); end++) {
			if (index > UINT32_MAX)
				return -EINVAL;
			index = index * 10 + (size_t)(*end - '0');
		}
	}
	if (*end != ']')
		return -EINVAL;
	*pos = end + 1;
	return add_step(path, NULL, index);
}

static int parse_component(struct cfg_path *path, char **pos)
{
	char *key = *pos;
	char *end = key + strcspn(key, ".[]");
	char stop = *end;

	if (end == key || stop == ']')
		return -EINVAL;
	*pos = end;
	if (add_step(path, key, 0))
		return -EINVAL;
	while (**pos == '[')
		if (parse_index(path, pos))
			return -EINVAL;
	stop = **pos;
	if (stop && stop != '.')
		return -EINVAL;
	*end = '\0';
	if (!stop)
		return 0;
	(*pos)++;
	return **pos ? 0 : -EINVAL;
}

int cfg_path_parse(const char *text, struct cfg_path *ret)
{
	char *pos;

	if (strncmp(text, "$.", 2) == 0)
		text += 2;
	ret->nr_steps = 0;
	ret->text = strdup(text);
	if (!ret->text)
		return -ENOMEM;
	pos = ret->text;
	do {
		if (parse_component(ret, &pos)) {
			cfg_path_done(ret);
			return -EINVAL;
		}
	} while (*pos);
	return 0;
}

void cfg_path_done(struct cfg_path *path)
{
	free(path->text);
	path->text = NULL;
	path->nr_steps = 0;
}

/* Indices may be left out. */
static bool path_is_known(const struct cfg_object *object,
			  const struct cfg_path *path)
{
	bool is_preset = false;
	bool is_array = false;

	for (size_t i = 0; i < path->nr_steps; i++) {
		const char *name = path->steps[i].key;
		const struct cfg_key *key;

		if (!name) {
			if (!is_array)
				return false;
			is_array = false;
			continue;
		}
		if (!object)
			return false;
		key = cfg_find_key(object, name);
		if (!key)
			return is_preset && i + 1 == path->nr_steps &&
			       strcmp(name, "base") == 0;
		is_preset = key->type == CFG_PRESET;
		is_array = key->type == CFG_ARRAY || key->type == CFG_INT_ARRAY;
		object = key->object;
	}
	return path->nr_steps > 0;
}

bool cfg_path_exists(const struct cfg_object *object, const char *path)
{
	struct cfg_path parsed;
	bool known;

	SIM_ASSERT(object != NULL);
	SIM_ASSERT(path != NULL);
	if (cfg_path_parse(path, &parsed))
		return false;
	known = path_is_known(object, &parsed);
	cfg_path_done(&parsed);
	return known;
}
