/*
 * Typed values: "64MiB", "10us", "40MB/s", "12.5%", costs in picoseconds.
 *
 * All arithmetic is in integers, so that a value means the same on every
 * machine; what is not a whole number of base units is refused.
 */
#include "sim/config/internal.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "sim/base/assert.h"

static const struct cfg_suffix byte_suffixes[] = {
	{ "B", 1 },
	{ "KiB", 1ull << 10 },
	{ "MiB", 1ull << 20 },
	{ "GiB", 1ull << 30 },
	{ "TiB", 1ull << 40 },
	{ "kB", 1000ull },
	{ "MB", 1000000ull },
	{ "GB", 1000000000ull },
	{ "TB", 1000000000000ull },
	{ NULL, 0 },
};

static const struct cfg_suffix rate_suffixes[] = {
	{ "B/s", 1 },
	{ "KiB/s", 1ull << 10 },
	{ "MiB/s", 1ull << 20 },
	{ "GiB/s", 1ull << 30 },
	{ "TiB/s", 1ull << 40 },
	{ "kB/s", 1000ull },
	{ "MB/s", 1000000ull },
	{ "GB/s", 1000000000ull },
	{ "TB/s", 1000000000000ull },
	{ NULL, 0 },
};

static const struct cfg_suffix time_suffixes[] = {
	{ "ns", 1 },          { "us", 1000ull },
	{ "ms", 1000000ull }, { "s", 1000000000ull },
	{ NULL, 0 },
};

static const struct cfg_suffix ppm_suffixes[] = {
	{ "%", 10000 },
	{ "ppm", 1 },
	{ NULL, 0 },
};

static const struct cfg_suffix cost_suffixes[] = {
	{ "ps", 1 },
	{ "ns", 1000ull },
	{ "us", 1000000ull },
	{ "ms", 1000000000ull },
	{ "s", 1000000000000ull },
	{ NULL, 0 },
};

/* The kinds of units, each with an example for messages. */
static const struct {
	const char *unit;
	const struct cfg_suffix *suffixes;
	const char *example;
} kinds[] = {
	{ "bytes", byte_suffixes, "64MiB" },
	{ "bytes/s", rate_suffixes, "40MB/s" },
	{ "ns", time_suffixes, "10us" },
	{ "ppm", ppm_suffixes, "12.5%" },
};

static const char *key_unit(const struct cfg_key *key)
{
	return key->unit ? key->unit : "";
}

static const char *example_of(const struct cfg_key *key)
{
	if (key->type == CFG_COST)
		return "388.6ns";
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].unit, key_unit(key)) == 0)
			return kinds[i].example;
	return NULL;
}

const struct cfg_suffix *cfg_suffixes(const struct cfg_key *key)
{
	if (key->type == CFG_COST)
		return cost_suffixes;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].unit, key_unit(key)) == 0)
			return kinds[i].suffixes;
	return NULL;
}

static uint64_t scale_of(const struct cfg_key *key, const char *suffix)
{
	const struct cfg_suffix *known = cfg_suffixes(key);
	size_t nr = strlen(suffix);

	/* "0.05ns/byte" for a unit of "ns/byte": the tail adds nothing. */
	if (key->type == CFG_COST) {
		const char *tail = strchr(key_unit(key), '/');
		size_t nr_tail = tail ? strlen(tail) : 0;

		if (nr_tail && nr > nr_tail &&
		    strcmp(suffix + nr - nr_tail, tail) == 0)
			nr -= nr_tail;
	}
	for (; known && known->text; known++)
		if (strlen(known->text) == nr &&
		    strncmp(known->text, suffix, nr) == 0)
			return known->scale;
	return 0;
}

/* Digits after the point: at most six that count. */
static int parse_fraction(const char **pos, uint64_t scale_max,
			  uint64_t *ret_number, uint64_t *ret_divisor)
{
	unsigned int nr_digits = 0;

	SIM_ASSERT(scale_max < UINT64_MAX / 1000000);
	*ret_number = 0;
	*ret_divisor = 1;
	for (; isdigit((unsigned char)**pos); (*pos)++) {
		if (++nr_digits > 6) {
			if (**pos != '0')
				return -EINVAL;
			continue;
		}
		*ret_number = *ret_number * 10 + (uint64_t)(**pos - '0');
		*ret_divisor *= 10;
	}
	return nr_digits ? 0 : -EINVAL;
}

static int parse_string(const struct cfg_key *key, const char *text,
			uint64_t *ret)
{
	uint64_t whole = 0, fraction = 0, divisor = 1, scale;
	bool overflow = false;
	const char *pos = text;

	if (!isdigit((unsigned char)*pos))
		return -EINVAL;
	for (; isdigit((unsigned char)*pos); pos++) {
		overflow |= __builtin_mul_overflow(whole, 10, &whole);
		overflow |= __builtin_add_overflow(
			whole, (uint64_t)(*pos - '0'), &whole);
	}
	if (*pos == '.') {
		pos++;
		if (parse_fraction(&pos, 1ull << 40, &fraction, &divisor))
			return -EINVAL;
	}
	scale = scale_of(key, pos);
	if (!scale)
		return -EINVAL;
	if (fraction * scale % divisor)
		return -EINVAL;
	overflow |= __builtin_mul_overflow(whole, scale, &whole);
	overflow |= __builtin_add_overflow(whole, fraction * scale / divisor,
					   &whole);
	if (overflow)
		return -ERANGE;
	*ret = whole;
	return 0;
}

static int parse_cost(const json_t *value, uint64_t *ret)
{
	double number = json_number_value(value);
	double limit = (double)CFG_COST_MAX_PS / 1000.0;
	uint64_t ps;
	double back;

	if (number < 0.0 || number > limit)
		return -ERANGE;
	ps = (uint64_t)(number * 1000.0 + 0.5);
	/*
	 * A decimal with at most 15 digits and the quotient of two integers
	 * are rounded to the same double: any difference is a fourth decimal.
	 */
	back = (double)ps / 1000.0;
	if (back < number || back > number)
		return -EINVAL;
	*ret = ps;
	return 0;
}

uint64_t cfg_value_max(const struct cfg_key *key)
{
	uint64_t limit = key->type == CFG_COST ? CFG_COST_MAX_PS : INT64_MAX;

	return key->max && key->max < limit ? key->max : limit;
}

int cfg_value_parse(const struct cfg_key *key, const json_t *value,
		    uint64_t *ret)
{
	uint64_t number = 0;
	int err = -EINVAL;

	if (json_is_string(value)) {
		err = parse_string(key, json_string_value(value), &number);
	} else if (key->type == CFG_COST && json_is_number(value)) {
		err = parse_cost(value, &number);
	} else if (json_is_integer(value)) {
		json_int_t integer = json_integer_value(value);

		number = (uint64_t)integer;
		err = integer < 0 ? -ERANGE : 0;
	}
	if (err)
		return err;
	if (number < key->min || number > cfg_value_max(key))
		return -ERANGE;
	*ret = number;
	return 0;
}

static void add_number(struct cfg_buf *buf, const struct cfg_key *key,
		       uint64_t value)
{
	uint64_t decimals = value % 1000;

	if (key->type != CFG_COST) {
		cfg_buf_add(buf, "%" PRIu64, value);
		return;
	}
	cfg_buf_add(buf, "%" PRIu64, value / 1000);
	if (decimals % 100 == 0 && decimals)
		cfg_buf_add(buf, ".%" PRIu64, decimals / 100);
	else if (decimals % 10 == 0 && decimals)
		cfg_buf_add(buf, ".%02" PRIu64, decimals / 10);
	else if (decimals)
		cfg_buf_add(buf, ".%03" PRIu64, decimals);
}

static void add_unit(struct cfg_buf *buf, const struct cfg_key *key)
{
	if (key_unit(key)[0])
		cfg_buf_add(buf, " %s", key_unit(key));
}

void cfg_value_add(struct cfg_buf *buf, const struct cfg_key *key,
		   uint64_t value)
{
	add_number(buf, key, value);
	add_unit(buf, key);
}

void cfg_value_range(struct cfg_buf *buf, const struct cfg_key *key)
{
	if (key->max) {
		add_number(buf, key, key->min);
		cfg_buf_add(buf, " to ");
		cfg_value_add(buf, key, cfg_value_max(key));
	} else if (key->min) {
		cfg_buf_add(buf, "at least ");
		cfg_value_add(buf, key, key->min);
	}
}

static void expected_number(struct cfg_buf *buf, const struct cfg_key *key)
{
	const char *example = example_of(key);

	if (example)
		cfg_buf_add(buf, "%s (%s or a string such as \"%s\")",
			    key_unit(key)[0] ? key_unit(key) : "ns",
			    key->type == CFG_COST
				    ? "a number with at most three decimals"
				    : "an integer",
			    example);
	else if (key_unit(key)[0])
		cfg_buf_add(buf, "%s (an integer)", key_unit(key));
	else
		cfg_buf_add(buf, "an integer");
}

static void expected_word(struct cfg_buf *buf, const struct cfg_key *key)
{
	cfg_buf_add(buf, "one of");
	for (size_t i = 0; key->names[i]; i++)
		cfg_buf_add(buf, "%s \"%s\"", i ? "," : "", key->names[i]);
}

void cfg_value_expected(struct cfg_buf *buf, const struct cfg_key *key,
			bool element)
{
	switch (key->type) {
	case CFG_INT:
	case CFG_COST:
		expected_number(buf, key);
		break;
	case CFG_BOOL:
		cfg_buf_add(buf, "true or false");
		break;
	case CFG_STRING:
		cfg_buf_add(buf, "a string");
		break;
	case CFG_ENUM:
		expected_word(buf, key);
		break;
	case CFG_OBJECT:
		cfg_buf_add(buf, "an object");
		break;
	case CFG_PRESET:
		cfg_buf_add(buf, "the name of a preset in %s/ or an object",
			    key->preset_dir);
		break;
	case CFG_ARRAY:
		cfg_buf_add(buf, element ? "an object" : "an array of objects");
		break;
	case CFG_INT_ARRAY:
		if (element)
			expected_number(buf, key);
		else
			cfg_buf_add(buf, "an array of integers");
		break;
	case CFG_IGNORED:
		cfg_buf_add(buf, "anything");
		break;
	}
}
