/*
 * The command: select recordings, run them in child processes, report.
 */
#include "sim/validate/validate.h"

#include <ctype.h>
#include <jansson.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/jobs.h"
#include "sim/validate/closed_loop.h"
#include "sim/validate/control.h"
#include "sim/validate/find.h"
#include "sim/validate/report.h"
#include "sim/validate/scenario.h"
#include "sim/validate/timed.h"
#include "sim/validate/vec.h"

#define EXIT_DIFFERS 1
#define EXIT_USAGE   2
#define EXIT_BUG     3

#define BUG "the simulator ended by a bug"

/** struct validation - shared by parent and children */
struct validation {
	const struct validate_options *options;
	struct found_list found;
	json_t **results;
	size_t nr_done;
	bool show_progress;
};

static int run_job(size_t index, void *arg, char **ret_data, size_t *ret_bytes)
{
	struct validation *v = arg;
	json_t *json = NULL;
	int status;

	const struct found *found = &v->found.items[index];

	status = found->is_timed ? timed_run(found, v->options, &json)
				 : scenario_run(found, v->options, &json);
	*ret_data = json_dumps(json, JSON_COMPACT);
	*ret_bytes = *ret_data ? strlen(*ret_data) : 0;
	json_decref(json);
	return status;
}

static void job_done(size_t index, int status, const char *data,
		     size_t nr_bytes, void *arg)
{
	struct validation *v = arg;
	const struct found *found = &v->found.items[index];
	json_t *json = data ? json_loadb(data, nr_bytes, 0, NULL) : NULL;

	if (!json) {
		fprintf(stderr, "wbsim: %s: the run ended with status %d\n",
			found->path, status);
		json = found->is_timed ? timed_failed(found, BUG)
				       : scenario_failed(found, BUG);
	}
	v->results[index] = json;
	v->nr_done++;
	if (v->show_progress)
		fprintf(stderr, "\r%zu of %zu  %s %-40s", v->nr_done,
			v->found.nr, found->kernel, found->scenario);
}

static bool matches(const char *expression, const char *scenario)
{
	regex_t regex;
	bool ret;

	SIM_ASSERT(!regcomp(&regex, expression, REG_EXTENDED | REG_NOSUB));
	ret = !regexec(&regex, scenario, 0, NULL, 0);
	regfree(&regex);
	return ret;
}

/* "6.1" must not take "6.12", "6.17" takes "6.17.13". */
static bool kernel_fits(const char *wanted, const struct found *found)
{
	size_t length = strlen(wanted);

	if (!strcmp(wanted, found->kernel))
		return true;
	return !strncmp(found->release, wanted, length) &&
	       !isdigit((unsigned char)found->release[length]);
}

static bool is_selected(const struct validate_options *options,
			const struct found *found)
{
	if (found->is_timed && !options->timed)
		return false;
	if (options->only && !matches(options->only, found->scenario))
		return false;
	if (options->exclude && matches(options->exclude, found->scenario))
		return false;
	return !options->kernel || kernel_fits(options->kernel, found);
}

static void select_wanted(struct validation *v)
{
	struct found_list *list = &v->found;
	struct found_list kept = { 0 };
	struct found_list dropped = { 0 };

	for (size_t i = 0; i < list->nr; i++) {
		struct found_list *to = is_selected(v->options, &list->items[i])
						? &kept
						: &dropped;

		to->items = vec_grow(to->items, to->nr, &to->cap,
				     sizeof(*to->items));
		to->items[to->nr++] = list->items[i];
	}
	free(list->items);
	found_list_done(&dropped);
	*list = kept;
}

static int check_expression(const char *option, const char *expression)
{
	char what[128];
	regex_t regex;
	int status;

	if (!expression)
		return 0;
	status = regcomp(&regex, expression, REG_EXTENDED | REG_NOSUB);
	if (status) {
		regerror(status, &regex, what, sizeof(what));
		fprintf(stderr,
			"wbsim: --%s '%s': %s, expected a POSIX extended regular expression\n",
			option, expression, what);
		return EXIT_USAGE;
	}
	regfree(&regex);
	return 0;
}

static int check_options(const struct validate_options *options)
{
	if (check_expression("only", options->only) ||
	    check_expression("exclude", options->exclude))
		return EXIT_USAGE;
	if (!options->dir) {
		fprintf(stderr,
			"wbsim: validate: expected a folder of recordings\n");
		return EXIT_USAGE;
	}
	return 0;
}

static int find_wanted(struct validation *v)
{
	const struct validate_options *options = v->options;
	char error[1024];

	if (find_recordings(options->dir, &v->found, error, sizeof(error))) {
		fprintf(stderr, "wbsim: %s\n", error);
		return EXIT_USAGE;
	}
	if (!v->found.nr) {
		fprintf(stderr,
			"wbsim: %s: no recordings, expected .json or .json.gz files with kernel, scenario, workload and events\n",
			options->dir);
		return EXIT_USAGE;
	}
	select_wanted(v);
	if (!v->found.nr) {
		fprintf(stderr,
			"wbsim: %s: no recording is selected by --only, --exclude and --kernel\n",
			options->dir);
		return EXIT_USAGE;
	}
	return 0;
}

/** struct outcome - results by kind of recording */
struct outcome {
	json_t *scenarios;
	json_t *timed;
	json_t *control; /* of both kinds; NULL: no throttling recorded */
};

static void print_json(const struct outcome *o, FILE *out)
{
	json_t *json = report_json(o->scenarios);

	if (json_array_size(o->timed))
		timed_report_json(json, o->timed);
	if (o->control)
		json_object_set(json, "control", o->control);
	json_dumpf(json, out, JSON_INDENT(1));
	fputc('\n', out);
	json_decref(json);
}

static void print_timed(const json_t *timed, int format, FILE *out)
{
	switch (format) {
	case VALIDATE_CSV:
		timed_report_csv(timed, out);
		break;
	case VALIDATE_MARKDOWN:
		timed_report_markdown(timed, out);
		break;
	default:
		timed_report_table(timed, out);
		break;
	}
}

static void print_structure(const struct outcome *o,
			    const struct validate_options *options, FILE *out)
{
	switch (options->format) {
	case VALIDATE_CSV:
		report_csv(o->scenarios, out);
		break;
	case VALIDATE_MARKDOWN:
		report_markdown(o->scenarios, out);
		break;
	default:
		report_table(o->scenarios, options->explain, out);
		break;
	}
}

static void print_control(const json_t *control, int format, FILE *out)
{
	switch (format) {
	case VALIDATE_CSV:
		control_report_csv(control, out);
		break;
	case VALIDATE_MARKDOWN:
		control_report_markdown(control, out);
		break;
	default:
		control_report_table(control, out);
		break;
	}
}

/* Tables of the kinds follow each other; JSON is one object. */
static void print_report(const struct outcome *o,
			 const struct validate_options *options)
{
	FILE *out = options->out ? options->out : stdout;
	bool both = json_array_size(o->scenarios) && json_array_size(o->timed);

	if (options->format == VALIDATE_JSON) {
		print_json(o, out);
		return;
	}
	if (json_array_size(o->scenarios))
		print_structure(o, options, out);
	if (both)
		fputc('\n', out);
	if (json_array_size(o->timed))
		print_timed(o->timed, options->format, out);
	if (o->control) {
		fputc('\n', out);
		print_control(o->control, options->format, out);
	}
}

/* Damaged recordings and unmodelled ones named by --only. */
static int check_states(const json_t *scenarios,
			const struct validate_options *options)
{
	const json_t *scenario;
	int status = 0;
	size_t i;

	json_array_foreach(scenarios, i, scenario) {
		const char *state = report_text(scenario, "state");

		if (!strcmp(state, "not-modelled") && options->only &&
		    status < EXIT_DIFFERS)
			status = EXIT_DIFFERS;
		if (!strcmp(state, "damaged")) {
			fprintf(stderr, "wbsim: %s\n",
				report_text(scenario, "reason"));
			status = EXIT_USAGE;
		}
	}
	return status;
}

static int run_and_report(struct validation *v)
{
	const struct validate_options *options = v->options;
	struct outcome o = { json_array(), json_array(), NULL };
	int states;
	int status;

	v->results = calloc(v->found.nr, sizeof(json_t *));
	SIM_ASSERT(v->results != NULL);
	v->show_progress = !options->quiet && isatty(STDERR_FILENO);
	status = jobs_run(v->found.nr, options->jobs, run_job, job_done, v);
	if (v->show_progress)
		fprintf(stderr, "\r%70s\r", "");
	for (size_t i = 0; i < v->found.nr; i++) {
		json_t *to = v->found.items[i].is_timed ? o.timed : o.scenarios;

		if (v->results[i])
			json_array_append_new(to, v->results[i]);
	}
	free(v->results);
	if (status < 0) {
		fprintf(stderr, "wbsim: no child process: %s\n",
			strerror(-status));
		status = EXIT_BUG;
	}
	states = check_states(o.scenarios, options);
	status = status > states ? status : states;
	states = check_states(o.timed, options);
	status = status > states ? status : states;
	o.control = control_sum(o.scenarios, o.timed);
	print_report(&o, options);
	if (!control_check(o.control, o.scenarios, o.timed) &&
	    status < EXIT_DIFFERS)
		status = EXIT_DIFFERS;
	if (!timed_check_bounds(o.timed) && status < EXIT_DIFFERS)
		status = EXIT_DIFFERS;
	if (!closed_loop_check(o.timed) && status < EXIT_DIFFERS)
		status = EXIT_DIFFERS;
	json_decref(o.scenarios);
	json_decref(o.timed);
	json_decref(o.control);
	return status;
}

int validate_main(const struct validate_options *options)
{
	struct validation v = { .options = options };
	int status = check_options(options);

	if (!status)
		status = find_wanted(&v);
	if (!status)
		status = run_and_report(&v);
	found_list_done(&v.found);
	return status;
}
