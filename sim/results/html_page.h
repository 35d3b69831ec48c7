/*
 * A result folder as one HTML page that needs nothing else: no script, no
 * other file, no network.  The same results give the same page.
 */
#ifndef SIM_RESULTS_HTML_PAGE_H
#define SIM_RESULTS_HTML_PAGE_H

/**
 * html_page_write - the page of the results in @dir
 * @target: file, replaced at once or not at all; NULL: @dir/page.html
 * Messages go to stderr; without gnuplot the page says that pictures are
 * missing.
 * Return: 0 or -errno.
 */
int html_page_write(const char *dir, const char *target);

#endif
