/*
 * Ranges in studies: instead of a list of values,
 *
 *  { "from": VALUE, "to": VALUE, "step": VALUE }     from, from + step ... to
 *  { "from": VALUE, "to": VALUE, "factor": NUMBER }  from, from * factor ... to
 *  { "from": VALUE, "to": VALUE, "points": N }       N values, evenly spaced
 *
 * Values are integers or typed strings; "to" is taken when a step meets it.
 */
#ifndef SIM_RESULTS_STUDY_RANGE_H
#define SIM_RESULTS_STUDY_RANGE_H

#include <jansson.h>
#include <stddef.h>

/* a range of more values is a slip of the pen */
#define STUDY_RANGE_MAX 10000u

/**
 * study_values - values of a key of grid or zip
 * @given: list, taken as it stands, or range
 * Return: new reference, an array of at least one value; or NULL with what is
 * wrong in @reterr.
 */
json_t *study_values(const json_t *given, char *reterr, size_t reterr_bytes);

#endif
