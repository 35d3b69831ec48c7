/*
 * Numbers with a unit.
 */
#include "sim/results/quantity.h"

#include <stdlib.h>
#include <string.h>

#define KIB 1024.0
#define MIB (1024.0 * KIB)
#define GIB (1024.0 * MIB)
#define TIB (1024.0 * GIB)

static const char bytes[] = "bytes", time[] = "time", rate[] = "rate",
		  share[] = "share";

/* of each kind the larger units first; is_written: used by quantity_write() */
static const struct {
	const char *suffix;
	double factor;
	const char *kind;
	bool is_written;
} units[] = {
	{ "", 1, "", false },          { "TiB", TIB, bytes, true },
	{ "GiB", GIB, bytes, true },   { "MiB", MIB, bytes, true },
	{ "KiB", KIB, bytes, true },   { "GB", 1e9, bytes, false },
	{ "MB", 1e6, bytes, false },   { "kB", 1e3, bytes, false },
	{ "s", 1e9, time, true },      { "ms", 1e6, time, true },
	{ "us", 1e3, time, true },     { "ns", 1, time, true },
	{ "GB/s", 1e9, rate, true },   { "MB/s", 1e6, rate, true },
	{ "kB/s", 1e3, rate, true },   { "GiB/s", GIB, rate, false },
	{ "MiB/s", MIB, rate, false }, { "%", 1e4, share, true },
};

#define NR_UNITS (sizeof(units) / sizeof(units[0]))

bool quantity_parse(const json_t *value, struct quantity *ret)
{
	const char *text = json_string_value(value);
	char *end;
	double number;
	size_t i;

	ret->kind = "";
	if (json_is_number(value)) {
		ret->base = json_number_value(value);
		return true;
	}
	if (!text)
		return false;
	number = strtod(text, &end);
	for (i = 0; end != text && i < NR_UNITS; i++) {
		if (strcmp(units[i].suffix, end) != 0)
			continue;
		ret->base = number * units[i].factor;
		ret->kind = units[i].kind;
		return true;
	}
	return false;
}

json_t *quantity_write(unsigned long long base, const char *kind)
{
	size_t i;

	for (i = 0; base > 0 && i < NR_UNITS; i++) {
		unsigned long long unit = (unsigned long long)units[i].factor;

		if (units[i].is_written && strcmp(units[i].kind, kind) == 0 &&
		    base % unit == 0)
			return json_sprintf("%llu%s", base / unit,
					    units[i].suffix);
	}
	return json_integer((json_int_t)base);
}
