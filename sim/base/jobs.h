/*
 * Jobs in child processes: a SimGrid engine is a process singleton, so each
 * run gets a process; as many at a time as asked for.
 */
#ifndef SIM_BASE_JOBS_H
#define SIM_BASE_JOBS_H

#include <stddef.h>

/**
 * job_fn - body of one job, called in the child
 * @index: which job
 * @arg: shared description (copy-on-write in the child)
 * @ret_data, @ret_bytes: malloc'd answer, sent to the parent; may stay NULL
 * Return: exit status of the job (0..3); the answer is sent whatever it is.
 */
typedef int (*job_fn)(size_t index, void *arg, char **ret_data,
		      size_t *ret_bytes);

/**
 * job_done_fn - called in the parent as jobs end, in order of *end*
 * @status: the job's exit status; 3 if it died by a signal
 * @data: its answer, valid during the call only; NULL if none
 */
typedef void (*job_done_fn)(size_t index, int status, const char *data,
			    size_t nr_bytes, void *arg);

/**
 * jobs_run - run jobs 0..nr_jobs-1, at most @nr_parallel at once
 * @nr_parallel: 0 = as many as the process may use CPUs
 * Return: the largest status of all jobs, or -errno if a child or pipe could
 * not be had (jobs already started are waited for).
 */
int jobs_run(size_t nr_jobs, unsigned int nr_parallel, job_fn fn,
	     job_done_fn done, void *arg);

/** jobs_default_parallel - CPUs this process may run on */
unsigned int jobs_default_parallel(void);

#endif
