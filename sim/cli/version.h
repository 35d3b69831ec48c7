/*
 * Versions of wbsim and of what it stands on.
 */
#ifndef SIM_CLI_VERSION_H
#define SIM_CLI_VERSION_H

#include <stdio.h>

/** version_print - "wbsim 0.1.0 (SimGrid 3.32.0, ...)" */
void version_print(FILE *out);

#endif
