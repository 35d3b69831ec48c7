/*
 * Values as people read them: "64 MiB", "12.35 ms", "1.234 GB/s".
 *
 * ASCII only; no locale.  Bytes are powers of two, rates powers of ten.
 */
#ifndef SIM_RESULTS_FORMAT_H
#define SIM_RESULTS_FORMAT_H

#include <stddef.h>

/** struct text - a short formatted text, returned by value */
struct text {
	char s[64];
};

/** format_value - @value of @unit ("ns", "bytes", "bytes/s", "ppm", ...) */
struct text format_value(double value, const char *unit);

/** format_cell - the same for tables that name units elsewhere: counts bare */
struct text format_cell(double value, const char *unit);

/** format_raw - the number alone, as CSV and JSON get it; integers exactly */
struct text format_raw(double value);

/** format_difference - new minus old, with sign and per cent of old */
struct text format_difference(double old, double new, const char *unit);

/** format_scale - divisor and name for an axis that reaches @max of @unit */
double format_scale(double max, const char *unit, const char **ret_name);

/** format_path_ok - is @name safe inside a file name? [A-Za-z0-9._-]+ */
int format_path_ok(const char *name);

#endif
