/*
 * Values as people read them.
 */
#include "sim/results/format.h"

#include <stdio.h>
#include <string.h>

struct scale {
	double factor;
	const char *name;
};

/* largest first; the last one takes what is smaller */
static const struct scale scale_ns[] = {
	{ 1e9, "s" }, { 1e6, "ms" }, { 1e3, "us" }, { 1, "ns" }
};
static const struct scale scale_bytes[] = { { 1024.0 * 1024 * 1024 * 1024,
					      "TiB" },
					    { 1024.0 * 1024 * 1024, "GiB" },
					    { 1024.0 * 1024, "MiB" },
					    { 1024, "KiB" },
					    { 1, "B" } };
static const struct scale scale_rate[] = {
	{ 1e9, "GB/s" }, { 1e6, "MB/s" }, { 1e3, "kB/s" }, { 1, "B/s" }
};
static const struct scale scale_ppm[] = { { 1e4, "%" } };

static const struct {
	const char *unit;
	const struct scale *scales;
	size_t nr_scales;
} units[] = {
	{ "ns", scale_ns, 4 },
	{ "bytes", scale_bytes, 5 },
	{ "bytes/s", scale_rate, 4 },
	{ "ppm", scale_ppm, 1 },
};

static double abs_of(double x)
{
	return x < 0 ? -x : x;
}

double format_scale(double max, const char *unit, const char **ret_name)
{
	size_t u, i;

	for (u = 0; u < sizeof(units) / sizeof(units[0]); u++) {
		if (strcmp(units[u].unit, unit) != 0)
			continue;
		for (i = 0; i + 1 < units[u].nr_scales; i++) {
			if (abs_of(max) >= units[u].scales[i].factor)
				break;
		}
		*ret_name = units[u].scales[i].name;
		return units[u].scales[i].factor;
	}
	*ret_name = unit;
	return 1;
}

/* four digits that count, without a tail of zeros */
static void number(char *buf, size_t size, double x)
{
	double a = abs_of(x);
	int decimals = a >= 1000 ? 0 : a >= 100 ? 1 : a >= 10 ? 2 : 3;
	size_t n;

	if (x >= -9e15 && x <= 9e15 && !(x > (double)(long long)x) &&
	    !(x < (double)(long long)x)) {
		snprintf(buf, size, "%lld", (long long)x);
		return;
	}
	if (a < 0.001) {
		snprintf(buf, size, "%.2g", x);
		return;
	}
	snprintf(buf, size, "%.*f", decimals, x);
	if (!strchr(buf, '.'))
		return;
	for (n = strlen(buf); buf[n - 1] == '0'; n--)
		buf[n - 1] = '\0';
	if (buf[n - 1] == '.')
		buf[n - 1] = '\0';
}

struct text format_value(double value, const char *unit)
{
	struct text text;
	const char *name;
	double scaled = value / format_scale(value, unit, &name);
	char digits[40];

	number(digits, sizeof(digits), scaled);
	if (strcmp(name, "count") == 0 || !*name)
		snprintf(text.s, sizeof(text.s), "%.40s", digits);
	else
		snprintf(text.s, sizeof(text.s), "%.40s %.20s", digits, name);
	return text;
}

struct text format_cell(double value, const char *unit)
{
	size_t u;

	for (u = 0; u < sizeof(units) / sizeof(units[0]); u++) {
		if (strcmp(units[u].unit, unit) == 0)
			return format_value(value, unit);
	}
	return format_value(value, "");
}

struct text format_raw(double value)
{
	struct text text;

	if (value >= -9e15 && value <= 9e15 &&
	    !(value > (double)(long long)value) &&
	    !(value < (double)(long long)value))
		snprintf(text.s, sizeof(text.s), "%lld", (long long)value);
	else
		snprintf(text.s, sizeof(text.s), "%.12g", value);
	return text;
}

struct text format_difference(double old, double new, const char *unit)
{
	struct text text, plain = format_cell(abs_of(new - old), unit);
	const char *sign = new < old ? "-" : "+";

	if (!(new < old) && !(new > old))
		snprintf(text.s, sizeof(text.s), "=");
	else if (abs_of(old) > 0)
		snprintf(text.s, sizeof(text.s), "%s%.30s (%+.3g %%)", sign,
			 plain.s, 100 * (new - old) / old);
	else
		snprintf(text.s, sizeof(text.s), "%s%.30s", sign, plain.s);
	return text;
}

int format_path_ok(const char *name)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz"
				      "0123456789._-";

	return *name && strspn(name, allowed) == strlen(name) &&
	       strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}
