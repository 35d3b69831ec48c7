/*
 * What validate prints.  All formats are made from the scenarios' JSON
 * (scenario.h), so that they cannot disagree.
 */
#ifndef SIM_VALIDATE_REPORT_H
#define SIM_VALIDATE_REPORT_H

#include <jansson.h>
#include <stdio.h>

#include "sim/validate/recording.h"

/** struct report_totals - counted over streams, but for the last two */
struct report_totals {
	uint64_t nr_exact;
	uint64_t nr_timing;
	uint64_t nr_differs;
	uint64_t nr_not_recorded;
	uint64_t nr_scenarios;    /* compared or failed */
	uint64_t nr_not_modelled; /* scenarios, outside everything else */
};

/** report_count - @kernel: only that one; NULL: all */
struct report_totals report_count(const json_t *scenarios, const char *kernel);

/** report_json - { "scenarios": [...], "totals": {...}, "kernels": {...} } */
json_t *report_json(json_t *scenarios);

/** report_kernels - names in the order of first appearance; borrowed strings */
json_t *report_kernels(const json_t *scenarios);

/** report_cell - "= 84", "~ 3/1", "! 84/83" or "-" for one stream */
void report_cell(const json_t *stream, char *ret, size_t bytes);

/** report_text - a scenario's member as text, "" when absent or null */
const char *report_text(const json_t *object, const char *key);

void report_table(const json_t *scenarios, bool explain, FILE *out);
void report_csv(const json_t *scenarios, FILE *out);
void report_markdown(const json_t *scenarios, FILE *out);

#endif
