/*
 * Where presets live, and which there are.
 */
#include "sim/config/internal.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/assert.h"

#ifndef WBSIM_INSTALLED_CONFIGS
#define WBSIM_INSTALLED_CONFIGS "/usr/local/share/wbsim/configs"
#endif
#ifndef WBSIM_SOURCE_CONFIGS
#define WBSIM_SOURCE_CONFIGS "configs"
#endif

/* One process reads one folder of presets: a setting of the command line. */
static char config_dir[PATH_MAX];

void cfg_set_dir(const char *dir)
{
	if (!dir)
		dir = "";
	SIM_ASSERT(strlen(dir) < sizeof(config_dir));
	memcpy(config_dir, dir, strlen(dir) + 1);
}

const char *cfg_dir(void)
{
	const char *dir = getenv("WBSIM_CONFIGS");

	if (config_dir[0])
		return config_dir;
	if (dir && dir[0])
		return dir;
	if (access(WBSIM_INSTALLED_CONFIGS, R_OK | X_OK) == 0)
		return WBSIM_INSTALLED_CONFIGS;
	return WBSIM_SOURCE_CONFIGS;
}

char *cfg_preset_path(const char *preset_dir, const char *name)
{
	char *path;

	SIM_ASSERT(cfg_preset_name_is_valid(name));
	if (asprintf(&path, "%s/%s/%s.json", cfg_dir(), preset_dir, name) < 0)
		return NULL;
	return path;
}

static int is_preset_file(const struct dirent *entry)
{
	size_t nr = strlen(entry->d_name);

	return nr > 5 && entry->d_name[0] != '.' &&
	       strcmp(entry->d_name + nr - 5, ".json") == 0;
}

static int compare_entries(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

int cfg_preset_names(const char *preset_dir, char ***ret_names, size_t *ret_nr)
{
	struct dirent **entries;
	char **names;
	char *dir;
	int nr;

	if (asprintf(&dir, "%s/%s", cfg_dir(), preset_dir) < 0)
		return -ENOMEM;
	nr = scandir(dir, &entries, is_preset_file, compare_entries);
	free(dir);
	if (nr < 0)
		return -errno;
	names = calloc((size_t)nr + 1, sizeof(*names));
	for (int i = 0; i < nr; i++) {
		if (names)
			names[i] = strndup(entries[i]->d_name,
					   strlen(entries[i]->d_name) - 5);
		free(entries[i]);
	}
	free(entries);
	if (!names)
		return -ENOMEM;
	*ret_names = names;
	*ret_nr = (size_t)nr;
	return 0;
}

void cfg_preset_names_free(char **names, size_t nr_names)
{
	for (size_t i = 0; i < nr_names; i++)
		free(names[i]);
	free(names);
}

static void list_one(const char *preset_dir, const char *name,
		     void (*each)(const char *name, const char *comment,
				  void *arg),
		     void *arg)
{
	struct cfg_source source;
	struct cfg_error error;
	const char *comment = NULL;
	char *path;

	if (!cfg_preset_name_is_valid(name))
		return;
	path = cfg_preset_path(preset_dir, name);
	if (!path)
		return;
	if (cfg_source_read(path, &source, &error)) {
		each(name, "(not readable)", arg);
		free(path);
		return;
	}
	comment = json_string_value(json_object_get(source.json, "comment"));
	each(name, comment ? comment : "", arg);
	cfg_source_done(&source);
	free(path);
}

int cfg_preset_list(const char *preset_dir,
		    void (*each)(const char *name, const char *comment,
				 void *arg),
		    void *arg)
{
	char **names = NULL;
	size_t nr = 0;
	int err;

	SIM_ASSERT(preset_dir != NULL);
	err = cfg_preset_names(preset_dir, &names, &nr);
	if (err)
		return err;
	for (size_t i = 0; i < nr; i++)
		if (names[i])
			list_one(preset_dir, names[i], each, arg);
	cfg_preset_names_free(names, nr);
	return 0;
}
