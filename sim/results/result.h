/*
 * Reading of result JSON ("wbsim-result/1", models/run/run.h).
 *
 * All strings returned are borrowed from the result.
 */
#ifndef SIM_RESULTS_RESULT_H
#define SIM_RESULTS_RESULT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/** struct result_figure - one entry of "figures" */
struct result_figure {
	double value;
	const char *unit;
	const char *tag;
	const char *help;
};

/** result_text - string member @key, "" when absent */
const char *result_text(const json_t *result, const char *key);

/** result_figure_get - false when the result has no such figure */
bool result_figure_get(const json_t *result, const char *name,
		       struct result_figure *ret);

/** result_figure_value - the value, 0 when there is no such figure */
double result_figure_value(const json_t *result, const char *name);

/** result_stage_ns - CPU time of stage @name; 0 when there is no such stage */
double result_stage_ns(const json_t *result, const char *name);

/** result_stage_ns_per_mib - the same per MiB written */
double result_stage_ns_per_mib(const json_t *result, const char *name);

/** result_stage_names - new array: stages of all @nr results, first seen first
 */
json_t *result_stage_names(const json_t *const *results, size_t nr);

/** result_stream_equal - has stream @name the same digest in both? */
bool result_stream_equal(const json_t *old, const json_t *new,
			 const char *name);

/**
 * result_stream_names - streams of both, known ones first in path order
 * Return: new object, name -> true.
 */
json_t *result_stream_names(const json_t *old, const json_t *new);

/** result_stream_records - number of records, 0 when there is no such stream */
long long result_stream_records(const json_t *result, const char *name);

/**
 * result_latency_ns - mean time that a folio spends in stage @name of its way
 * from being dirtied to the end of its writeback
 */
double result_latency_ns(const json_t *result, const char *name);

/** result_latency_names - new array: stages of all results that took time */
json_t *result_latency_names(const json_t *const *results, size_t nr);

/** result_failed_check - text of the first failed check, or NULL */
const char *result_failed_check(const json_t *result);

/**
 * result_method_name - what a method of the boundary is called, into @buf
 * Counters are named "iomap.writeback_range_calls"; people want the middle.
 */
void result_method_name(const json_t *method, char *buf, size_t size);

/** result_number - member @key as a number, 0 when absent */
double result_number(const json_t *object, const char *key);

/**
 * json_read - parse the file @path
 * Return: new reference, or NULL with a message in @reterr.
 */
json_t *json_read(const char *path, char *reterr, size_t reterr_bytes);

#endif
