/*
 * What a recording lacks, so that streams differ or are absent for no fault
 * of the model.
 */
#ifndef SIM_VALIDATE_GAPS_H
#define SIM_VALIDATE_GAPS_H

#include <jansson.h>

#include "sim/validate/recording.h"

/**
 * gaps_note - append a text for each gap to @notes
 * More CPUs than an experiment's host may have are taken as that many.
 */
void gaps_note(struct recording *rec, json_t *notes);

#endif
