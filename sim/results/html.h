/*
 * HTML parts of a report.  All text is escaped here and nowhere else.
 */
#ifndef SIM_RESULTS_HTML_H
#define SIM_RESULTS_HTML_H

#include <jansson.h>
#include <stdio.h>

#include "sim/results/print.h"

/**
 * html_text - @text (UTF-8) as character data or attribute value
 * Control characters, which HTML forbids, become U+FFFD.
 */
void html_text(FILE *out, const char *text);

/** html_element - <tag>text</tag> and a newline */
void html_element(FILE *out, const char *tag, const char *text);

/**
 * html_table - a table with @caption, in a box that scrolls by itself
 * A table without rows is left out.  Cells of a column "trust" carry their
 * tag as class.
 */
void html_table(FILE *out, const struct print_table *table,
		const char *caption);

/** html_json - folded box with @summary; inside @json, indented */
void html_json(FILE *out, const char *summary, const json_t *json);

/**
 * html_svg - the gnuplot SVG in file @path, inline
 * @prefix: put before its ids, which must differ within a page
 * @label: what the picture shows, for people who do not see it
 * Return: 0 or -errno (-EBADMSG: no <svg> in the file), with nothing written.
 */
int html_svg(FILE *out, const char *path, const char *prefix,
	     const char *label);

/** html_shell_word - @word as one word of a shell command, escaped for both */
void html_shell_word(FILE *out, const char *word);

#endif
