/*
 * Where shipped files are: environment WBSIM_PLOTS / WBSIM_WORKLOADS, else
 * the installed folder if it exists, else the source tree.
 */
#ifndef SIM_RESULTS_DATADIR_H
#define SIM_RESULTS_DATADIR_H

#include <stddef.h>

/** datadir - folder @kind ("plots", "workloads"); static or from environment */
const char *datadir(const char *kind);

/** datadir_path - "FOLDER/NAMEENDING" into @buf */
void datadir_path(char *buf, size_t size, const char *kind, const char *name,
		  const char *ending);

#endif
