/*
 * Ranges in studies.
 */
#include "sim/results/study_range.h"

#include <stdio.h>
#include <string.h>

#include "sim/base/assert.h"
#include "sim/results/quantity.h"

/* integers up to here are exact in a double */
#define EXACT_MAX 9007199254740992.0

/**
 * struct range - a range being expanded
 * @kind: of its values (quantity.h)
 * @by: "step", "factor" or "points"
 */
struct range {
	double from;
	double to;
	const char *kind;
	const char *by;
	double step;
	char *reterr;
	size_t reterr_bytes;
};

static json_t *refuse(const struct range *range, const char *text)
{
	snprintf(range->reterr, range->reterr_bytes, "%s", text);
	return NULL;
}

static bool is_whole(double number)
{
	return number >= 0 && number <= EXACT_MAX &&
	       !((double)(unsigned long long)number < number);
}

static bool read_bound(const json_t *given, const char *key, double *ret,
		       struct range *range)
{
	struct quantity quantity;

	if (!quantity_parse(json_object_get(given, key), &quantity) ||
	    !is_whole(quantity.base))
		return false;
	*ret = quantity.base;
	if (*quantity.kind)
		range->kind = quantity.kind;
	return true;
}

static bool has_one_kind(const json_t *given, const char *by)
{
	struct quantity from, to, step;

	quantity_parse(json_object_get(given, "from"), &from);
	quantity_parse(json_object_get(given, "to"), &to);
	if (strcmp(from.kind, to.kind) != 0)
		return false;
	return strcmp(by, "step") != 0 ||
	       (quantity_parse(json_object_get(given, by), &step) &&
		strcmp(step.kind, from.kind) == 0);
}

static const char *find_by(const json_t *given)
{
	static const char *const ways[] = { "step", "factor", "points" };
	const char *by = NULL, *key;
	json_t *ignored;
	size_t i;

	json_object_foreach((json_t *)(uintptr_t)given, key, ignored) {
		for (i = 0; i < 3; i++) {
			if (strcmp(key, ways[i]) != 0)
				continue;
			if (by)
				return NULL;
			by = ways[i];
		}
		if ((!by || strcmp(key, by) != 0) && strcmp(key, "from") != 0 &&
		    strcmp(key, "to") != 0)
			return NULL;
	}
	return by;
}

static bool refuse_step(const struct range *range, const char *text)
{
	refuse(range, text);
	return false;
}

static bool step_is_good(const struct range *range)
{
	if (strcmp(range->by, "step") == 0 &&
	    !(range->step >= 1 && is_whole(range->step)))
		return refuse_step(range, "step: expected at least 1");
	if (strcmp(range->by, "factor") == 0 &&
	    (!(range->step > 1) || !(range->from > 0)))
		return refuse_step(range,
				   "factor: expected a number above 1, and "
				   "\"from\" above 0");
	if (strcmp(range->by, "points") == 0 &&
	    !(range->step >= 2 && range->step <= STUDY_RANGE_MAX &&
	      is_whole(range->step)))
		return refuse_step(range, "points: expected 2 to 10000");
	return true;
}

/* value @index in base units; rounded down */
static double value_at(const struct range *range, size_t index)
{
	double value = range->from;

	if (strcmp(range->by, "step") == 0)
		return value + (double)index * range->step;
	if (strcmp(range->by, "points") == 0)
		return value + (range->to - range->from) * (double)index /
				       (range->step - 1);
	while (index-- > 0)
		value *= range->step;
	return value;
}

static json_t *expand(const struct range *range)
{
	json_t *values = json_array();
	unsigned long long last = 0;
	size_t i;

	for (i = 0; i <= STUDY_RANGE_MAX; i++) {
		double value = value_at(range, i);
		unsigned long long whole;

		if (value > range->to || (strcmp(range->by, "points") == 0 &&
					  (double)i >= range->step))
			return values;
		whole = (unsigned long long)value;
		if (i > 0 && whole == last) {
			json_decref(values);
			return refuse(range, "two values of the range round to "
					     "the same integer");
		}
		last = whole;
		json_array_append_new(values,
				      quantity_write(whole, range->kind));
	}
	json_decref(values);
	return refuse(range, "more than 10000 values");
}

static json_t *expand_range(const json_t *given, struct range *range)
{
	struct quantity step;
	bool has_step;

	range->by = find_by(given);
	if (!range->by)
		return refuse(range, "a range is \"from\", \"to\" and one of "
				     "\"step\", \"factor\" and \"points\"");
	if (!read_bound(given, "from", &range->from, range) ||
	    !read_bound(given, "to", &range->to, range))
		return refuse(range, "\"from\" and \"to\" must be whole "
				     "numbers, with a unit if any");
	has_step = quantity_parse(json_object_get(given, range->by), &step);
	if (!has_step || !has_one_kind(given, range->by))
		return refuse(range, "the numbers of a range must have the "
				     "same unit");
	range->step = step.base;
	if (range->from > range->to)
		return refuse(range, "\"from\" is larger than \"to\"");
	return step_is_good(range) ? expand(range) : NULL;
}

json_t *study_values(const json_t *given, char *reterr, size_t reterr_bytes)
{
	struct range range = { .kind = "",
			       .reterr = reterr,
			       .reterr_bytes = reterr_bytes };

	if (json_is_object(given))
		return expand_range(given, &range);
	if (json_is_array(given) && json_array_size(given) > 0)
		return json_incref((json_t *)(uintptr_t)given);
	return refuse(&range,
		      "expected a list with at least one value, or a range");
}
