/*
 * Versions.
 */
#include "sim/cli/version.h"

#include <jansson.h>

#ifndef WBSIM_VERSION
#define WBSIM_VERSION "unknown"
#endif

/* from <simgrid/version.h>, which does not compile alone */
void sg_version_get(int *major, int *minor, int *patch);

void version_print(FILE *out)
{
	int major = 0, minor = 0, patch = 0;

	sg_version_get(&major, &minor, &patch);
	fprintf(out, "wbsim %s (SimGrid %d.%d.%d, jansson %s%s)\n",
		WBSIM_VERSION, major, minor, patch, JANSSON_VERSION,
		WBSIM_BLOCK ? "" : ", without the block layer");
}
