/*
 * Where shipped files are.
 */
#include "sim/results/datadir.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/assert.h"

#ifndef WBSIM_SOURCE_DATA_DIR
#define WBSIM_SOURCE_DATA_DIR "."
#endif
#ifndef WBSIM_INSTALLED_DATA_DIR
#define WBSIM_INSTALLED_DATA_DIR "/usr/local/share/wbsim"
#endif

static const struct {
	const char *kind;
	const char *variable;
	const char *installed;
	const char *source;
} kinds[] = {
	{ "plots", "WBSIM_PLOTS", WBSIM_INSTALLED_DATA_DIR "/plots",
	  WBSIM_SOURCE_DATA_DIR "/plots" },
	{ "workloads", "WBSIM_WORKLOADS", WBSIM_INSTALLED_DATA_DIR "/workloads",
	  WBSIM_SOURCE_DATA_DIR "/workloads" },
};

const char *datadir(const char *kind)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const char *named = getenv(kinds[i].variable);

		if (strcmp(kinds[i].kind, kind) != 0)
			continue;
		if (named && *named)
			return named;
		/* a build tree uses its own sources, installed or not */
		if (access(kinds[i].source, F_OK) == 0)
			return kinds[i].source;
		return kinds[i].installed;
	}
	SIM_ASSERT(!"unknown kind of data");
	return NULL;
}

void datadir_path(char *buf, size_t size, const char *kind, const char *name,
		  const char *ending)
{
	snprintf(buf, size, "%s/%s%s", datadir(kind), name, ending);
}
