/*
 * Parts that the reports of runs, comparisons and sweeps share.
 */
#ifndef SIM_RESULTS_HTML_PAGE_PARTS_H
#define SIM_RESULTS_HTML_PAGE_PARTS_H

#include <jansson.h>
#include <stdio.h>

#include "sim/results/picture.h"
#include "sim/results/print.h"

/**
 * struct html_page - one page while it is written
 * @dir: the results, as the user named them
 * @pictures: drawn for this page, in a folder of their own
 */
struct html_page {
	FILE *out;
	const char *dir;
	struct picture_set pictures;
};

/** html_page_head - everything up to the heading; @kind: "run", "compare" ... */
void html_page_head(struct html_page *page, const char *name, const char *kind);

/** html_page_setting - line below the heading: kernel, device, host ... */
void html_page_setting(struct html_page *page, const json_t *result);

/** html_page_pictures - all of them, each with its caption */
void html_page_pictures(struct html_page *page, const char *sweep_caption);

/** html_page_table - the table with a caption; frees it */
void html_page_table(struct html_page *page, struct print_table *table,
		     const char *caption);

/** html_page_notes - failed checks and warnings of a result */
void html_page_notes(struct html_page *page, const json_t *result);

/**
 * html_page_command - one line to type
 * @words: NULL-terminated; each becomes one word of the shell
 */
void html_page_command(struct html_page *page, const char *const *words);

void html_page_commands_begin(struct html_page *page, const char *text);
void html_page_commands_end(struct html_page *page);

/** html_page_streams - digests by which streams are compared */
void html_page_streams(struct html_page *page, const json_t *const *results,
		       const char *const *labels, size_t nr);

/* each kind's page between head and foot; 0 or -errno after a message */
int html_page_run(struct html_page *page);
int html_page_compare(struct html_page *page);
int html_page_sweep(struct html_page *page);

#endif
