/*
 * The strict part of reading a study.
 */
#ifndef SIM_RESULTS_STUDY_CHECK_H
#define SIM_RESULTS_STUDY_CHECK_H

#include <jansson.h>
#include <stdbool.h>

#include "sim/config/config.h"

/**
 * study_read_checked - file to JSON that study_check() passes
 * @ret: new reference
 * Return: 0 or a negative errno with @reterr set.
 */
int study_read_checked(const char *path, const struct cfg_object *experiment,
		       json_t **ret, struct cfg_error *reterr);

/** study_check - the same checks for a parsed value, without line numbers */
int study_check(const json_t *json, const char *origin,
		const struct cfg_object *experiment, struct cfg_error *reterr);

#endif
