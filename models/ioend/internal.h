/*
 * What the files of this folder share.
 */
#ifndef MODELS_IOEND_INTERNAL_H
#define MODELS_IOEND_INTERNAL_H

#include "models/ioend/ioend.h"

/** ioend_in_task_init - lists and work items of all CPUs */
void ioend_in_task_init(struct ioend_core *core);
void ioend_in_task_done(struct ioend_core *core);

/** ioend_end_in_task - in an interrupt: end @ioend in this CPU's work item */
void ioend_end_in_task(struct ioend *ioend);

#endif
