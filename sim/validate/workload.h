/*
 * A recording as an experiment: the same operations, device limits, geometry
 * and kernel, in the words of models/run/experiment.h.
 */
#ifndef SIM_VALIDATE_WORKLOAD_H
#define SIM_VALIDATE_WORKLOAD_H

#include <jansson.h>
#include <stddef.h>

#include "sim/validate/recording.h"

/* most that an experiment's host may have */
#define WORKLOAD_MAX_CPUS 64

/**
 * workload_preset - kernel preset for a release: the newest that is not
 * newer, else the oldest
 * @ret_note: empty, or that the preset is of another release
 * Return: 0; -ENOENT when configs/kernels holds no preset at all.
 */
int workload_preset(const char *release, char *ret_name, size_t name_bytes,
		    char *ret_note, size_t note_bytes);

/**
 * workload_experiment - JSON for experiment_load_json()
 * @ret: new reference, set when the return is 0
 * @reterr: why not
 * Return: 0; 1 when the models of this build cannot play the recording (an
 * operation, file system or limit they do not have); -EINVAL when it is
 * contradictory in itself.
 */
int workload_experiment(const struct recording *rec, const char *preset,
			json_t **ret, char *reterr, size_t reterr_bytes);

/**
 * workload_ops - recorded operations as a list of experiment operations
 * Return: as workload_experiment().
 */
int workload_ops(const struct recording *rec, const struct rec_ops *ops,
		 json_t **ret, char *reterr, size_t reterr_bytes);

/**
 * workload_device - device object with exactly the recorded limits
 * @nr_conventional: zones without write pointer, which sysfs does not tell
 */
json_t *workload_device(const struct rec_device *device,
			uint64_t nr_conventional);

/** workload_has_key - does this build's experiment know the dotted path? */
bool workload_has_key(const char *path);

/** workload_has_word - is @word a value of the enumeration at @path? */
bool workload_has_word(const char *path, const char *word);

#endif
