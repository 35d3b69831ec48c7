/*
 * Errors of simulated times, by role, group and kernel, and their bounds.
 */
#include <math.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "sim/validate/report.h"
#include "sim/validate/timed.h"
#include "sim/validate/vec.h"

/** struct errors - absolute relative errors of a selection */
struct errors {
	double *items;
	size_t nr;
	size_t cap;
	char worst[128];
};

/** struct selection - NULL members select everything */
struct selection {
	const char *role;
	const char *group;
	const char *kernel; /* expressions on the whole word */
	const char *phases;
	bool bounded; /* only phases that some bound speaks of */
};

static bool fits(const char *expression, const char *word)
{
	regex_t regex;
	regmatch_t match;
	bool ret;

	if (!expression)
		return true;
	SIM_ASSERT(!regcomp(&regex, expression, REG_EXTENDED));
	ret = !regexec(&regex, word, 1, &match, 0) && !match.rm_so &&
	      (size_t)match.rm_eo == strlen(word);
	regfree(&regex);
	return ret;
}

static bool is_selected(const json_t *entry, const struct selection *s)
{
	if (s->role && strcmp(report_text(entry, "role"), s->role) != 0)
		return false;
	if (s->group && strcmp(report_text(entry, "group"), s->group) != 0)
		return false;
	return fits(s->kernel, report_text(entry, "kernel"));
}

static bool is_bounded(const json_t *entry, const char *phase)
{
	size_t nr;
	const struct timed_bound *b = timed_bounds(&nr);

	for (size_t i = 0; i < nr; i++)
		if (!strcmp(b[i].group, report_text(entry, "group")) &&
		    fits(b[i].kernel, report_text(entry, "kernel")) &&
		    fits(b[i].phases, phase))
			return true;
	return false;
}

static void collect(const json_t *timed, const struct selection *s,
		    struct errors *ret)
{
	const json_t *entry;
	double worst = -1;
	size_t i;

	*ret = (struct errors){ 0 };
	json_array_foreach(timed, i, entry) {
		json_t *phases = json_object_get(entry, "phases");
		const json_t *phase;
		size_t n;

		if (!is_selected(entry, s))
			continue;
		json_array_foreach(phases, n, phase) {
			const char *name = report_text(phase, "phase");
			double error = fabs(json_real_value(
				json_object_get(phase, "error")));

			if (!fits(s->phases, name) ||
			    (s->bounded && !is_bounded(entry, name)))
				continue;
			ret->items = vec_grow(ret->items, ret->nr, &ret->cap,
					      sizeof(*ret->items));
			ret->items[ret->nr++] = error;
			if (error <= worst)
				continue;
			worst = error;
			snprintf(ret->worst, sizeof(ret->worst), "%s %s %s",
				 report_text(entry, "kernel"),
				 report_text(entry, "scenario"), name);
		}
	}
}

static int compare_doubles(const void *left, const void *right)
{
	double a = *(const double *)left;
	double b = *(const double *)right;

	return (a > b) - (a < b);
}

/* Median and largest; the list is sorted by it. */
static double median_of(struct errors *e)
{
	if (!e->nr)
		return 0;
	qsort(e->items, e->nr, sizeof(*e->items), compare_doubles);
	if (e->nr % 2)
		return e->items[e->nr / 2];
	return (e->items[e->nr / 2 - 1] + e->items[e->nr / 2]) / 2;
}

static double max_of(const struct errors *e)
{
	return e->nr ? e->items[e->nr - 1] : 0;
}

static json_t *errors_json(const json_t *timed, const struct selection *s)
{
	struct errors e;
	json_t *ret;

	collect(timed, s, &e);
	double median = median_of(&e);

	ret = json_pack("{s:I, s:f, s:f, s:s}", "count", (json_int_t)e.nr,
			"median", median, "max", max_of(&e), "worst", e.worst);
	SIM_ASSERT(ret != NULL);
	free(e.items);
	return ret;
}

json_t *timed_bound_errors(const json_t *timed)
{
	static const char *const roles[] = { "calibrate", "predict" };
	json_t *ret = json_array();
	size_t nr;
	const struct timed_bound *b = timed_bounds(&nr);

	for (size_t i = 0; i < nr; i++) {
		for (size_t r = 0; r < 2; r++) {
			struct selection s = { roles[r], b[i].group,
					       b[i].kernel, b[i].phases,
					       false };
			json_t *errors = errors_json(timed, &s);

			if (!json_integer_value(
				    json_object_get(errors, "count"))) {
				json_decref(errors);
				continue;
			}
			json_object_set_new(errors, "group",
					    json_string(b[i].group));
			json_object_set_new(errors, "kernels",
					    json_string(b[i].kernel));
			json_object_set_new(errors, "phases",
					    json_string(b[i].phases));
			json_object_set_new(errors, "role",
					    json_string(roles[r]));
			json_object_set_new(errors, "bound_median",
					    json_real(b[i].median));
			json_object_set_new(errors, "bound_max",
					    json_real(b[i].max));
			json_object_set_new(errors, "reason",
					    json_string(b[i].reason));
			json_array_append_new(ret, errors);
		}
	}
	return ret;
}

json_t *timed_errors(const json_t *timed, const char *role)
{
	const struct selection s = { .role = role, .bounded = true };

	return errors_json(timed, &s);
}

bool timed_check_bounds(const json_t *timed)
{
	json_t *rows = timed_bound_errors(timed);
	const json_t *row;
	bool ok = true;
	size_t i;

	json_array_foreach(rows, i, row) {
		static const char *const what[] = { "median", "max" };
		static const char *const bound[] = { "bound_median",
						     "bound_max" };

		for (int n = 0; n < 2; n++) {
			double is =
				json_real_value(json_object_get(row, what[n]));
			double limit =
				json_real_value(json_object_get(row, bound[n]));

			if (limit <= 0 || is <= limit)
				continue;
			ok = false;
			fprintf(stderr,
				"wbsim: %s, %s scenarios, kernels %s: %s error %.2f %%, bound %.0f %% (worst: %s)\n",
				report_text(row, "group"),
				report_text(row, "role"),
				report_text(row, "kernels"), what[n], 100 * is,
				100 * limit, report_text(row, "worst"));
		}
	}
	json_decref(rows);
	return ok;
}
