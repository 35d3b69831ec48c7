/*
 * Experiments of a comparison, and their runs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"
#include "sim/cli/comparison.h"
#include "sim/cli/simulate.h"
#include "sim/results/format.h"

/* what a variant sets beside the command line's overrides */
struct choice {
	const char *kernel;
	const char *design;
	const char *costs;
};

static void choose(const struct choice *choice, struct cli_common *common)
{
	if (choice->kernel)
		cli_override_add(common, "kernel", choice->kernel);
	if (choice->design)
		cli_override_add(common, "design", choice->design);
	if (choice->costs)
		cli_override_add(common, "costs", choice->costs);
}

static int load_variant(const struct comparison_plan *plan,
			const struct choice *choice, const char *label,
			struct comparison *comparison)
{
	struct variant *variant =
		&comparison->variants[comparison->nr_variants];
	size_t nr_overrides = plan->common->nr_overrides;
	int status;

	snprintf(variant->label, sizeof(variant->label), "%s", label);
	choose(choice, plan->common);
	status = cli_load(plan->file, plan->common, &variant->experiment);
	plan->common->nr_overrides = nr_overrides;
	if (status)
		return status;
	comparison->nr_variants++;
	if (format_path_ok(variant->label))
		return 0;
	fprintf(stderr, "wbsim: '%s' cannot be a folder name\n",
		variant->label);
	return CLI_USAGE;
}

static const char *name_at(const struct comparison_names *names, size_t i)
{
	return names->nr ? names->name[i] : NULL;
}

/* "design", "kernel", or both, whatever varies */
static int load_side_by_side(const struct comparison_plan *plan,
			     struct comparison *comparison)
{
	size_t nr_designs = plan->designs.nr ? plan->designs.nr : 1;
	size_t nr_kernels = plan->kernels.nr ? plan->kernels.nr : 1;
	char label[256];
	size_t d, k;
	int status = 0;

	for (d = 0; d < nr_designs && status == 0; d++) {
		for (k = 0; k < nr_kernels && status == 0; k++) {
			struct choice choice = {
				.design = name_at(&plan->designs, d),
				.kernel = name_at(&plan->kernels, k),
			};

			if (plan->kernels.nr < 2)
				snprintf(label, sizeof(label), "%s",
					 choice.design);
			else if (plan->designs.nr < 2)
				snprintf(label, sizeof(label), "%s",
					 choice.kernel);
			else
				snprintf(label, sizeof(label), "%.60s_%.60s",
					 choice.design, choice.kernel);
			status = load_variant(plan, &choice, label, comparison);
		}
	}
	return status;
}

/* names of the levels: what each kernel preset ships */
static int load_levels(const struct comparison_plan *plan,
		       struct comparison *comparison)
{
	size_t nr_overrides = plan->common->nr_overrides;
	struct experiment e;
	int level, status;

	for (level = 0; level < 2; level++) {
		const struct comparison_names *designs = &plan->designs;
		const char *kernel = plan->kernels.name[level];
		const char *design;

		cli_override_add(plan->common, "kernel", kernel);
		status = cli_load(plan->file, plan->common, &e);
		plan->common->nr_overrides = nr_overrides;
		if (status)
			return status;
		design = designs->nr ? designs->name[level % (int)designs->nr]
				     : experiment_design(&e);
		snprintf(comparison->levels[0][level], 128, "%s", design);
		snprintf(comparison->levels[1][level], 128, "%s", kernel);
		snprintf(comparison->levels[2][level], 128, "%s",
			 e.costs_name ? e.costs_name : "");
		experiment_release(&e);
	}
	return 0;
}

static bool varies(const struct comparison *comparison, size_t factor)
{
	return strcmp(comparison->levels[factor][0],
		      comparison->levels[factor][1]) != 0;
}

/* the cell that stands for @cell: factors with one level are old in it */
static size_t distinct_cell(const struct comparison *comparison, size_t cell)
{
	size_t factor;

	for (factor = 0; factor < FACTORIAL_NR_FACTORS; factor++) {
		if (!varies(comparison, factor))
			cell &= ~((size_t)1 << factor);
	}
	return cell;
}

static int load_cells(const struct comparison_plan *plan,
		      struct comparison *comparison)
{
	size_t cell;
	int status = load_levels(plan, comparison);
	char label[256];

	for (cell = 0; cell < FACTORIAL_NR_CELLS && status == 0; cell++) {
		size_t same = distinct_cell(comparison, cell);
		struct choice choice = {
			.design = comparison->levels[0][cell & 1],
			.kernel = comparison->levels[1][cell >> 1 & 1],
			.costs = comparison->levels[2][cell >> 2 & 1],
		};

		if (same != cell) {
			comparison->cells[cell] = comparison->cells[same];
			continue;
		}
		comparison->cells[cell] = comparison->nr_variants;
		snprintf(label, sizeof(label), "%.60s_%.60s_costs-%.60s",
			 choice.design, choice.kernel,
			 plan->kernels.name[cell >> 2 & 1]);
		status = load_variant(plan, &choice, label, comparison);
	}
	if (status == 0 && comparison->nr_variants < 2) {
		fprintf(stderr, "wbsim: nothing to compare: the two kernels "
				"have the same design, limits and costs\n");
		status = CLI_USAGE;
	}
	return status;
}

static void add_settings(const struct cfg_array *settings,
			 struct cli_common *common)
{
	const struct setting_config *setting = settings->items;
	size_t i;

	for (i = 0; i < settings->nr_items; i++)
		cli_override_add(common, setting[i].set, setting[i].value);
}

/* both runs stand on the new variant */
static int load_control(const struct comparison_plan *plan,
			const struct choice *choice,
			struct comparison *comparison)
{
	size_t nr_overrides = plan->common->nr_overrides;
	size_t nr_variants = comparison->nr_variants;
	const struct choice nothing = { 0 };
	int status;

	choose(choice, plan->common);
	add_settings(&comparison->control->with, plan->common);
	status = load_variant(plan, &nothing, "control-off", comparison);
	add_settings(&comparison->control->change, plan->common);
	if (status == 0)
		status = load_variant(plan, &nothing, "control-on", comparison);
	plan->common->nr_overrides = nr_overrides;
	comparison->nr_variants = nr_variants;
	return status;
}

static struct choice new_choice(const struct comparison_plan *plan,
				const struct comparison *comparison)
{
	struct choice choice = { 0 };

	if (comparison->is_factorial) {
		choice.design = comparison->levels[0][1];
		choice.kernel = comparison->levels[1][1];
		choice.costs = comparison->levels[2][1];
	} else {
		if (plan->designs.nr)
			choice.design =
				plan->designs.name[plan->designs.nr - 1];
		if (plan->kernels.nr)
			choice.kernel =
				plan->kernels.name[plan->kernels.nr - 1];
	}
	return choice;
}

static void choose_seeds(const struct comparison_plan *plan,
			 struct comparison *comparison)
{
	const struct cfg_array *given =
		&comparison->variants[0].experiment.seeds;
	const struct cli_common *common = plan->common;
	bool has_list =
		!common->seed_given && !plan->nr_seeds && given->nr_items > 0;
	size_t i;

	comparison->nr_seeds = plan->nr_seeds ? plan->nr_seeds
			       : has_list     ? given->nr_items
					      : 1;
	comparison->seeds =
		calloc(comparison->nr_seeds, sizeof(*comparison->seeds));
	SIM_ASSERT(comparison->seeds);
	for (i = 0; i < comparison->nr_seeds; i++) {
		comparison->seeds[i] =
			has_list ? ((const uint64_t *)given->items)[i]
			: common->seed_given ? common->seed + i
					     : i + 1;
	}
}

static size_t nr_loaded(const struct comparison *comparison)
{
	return comparison->nr_variants + (comparison->control ? 2 : 0);
}

int comparison_load(const struct comparison_plan *plan, struct comparison *ret)
{
	size_t nr = (plan->designs.nr ? plan->designs.nr : 1) *
		    (plan->kernels.nr ? plan->kernels.nr : 1);
	struct choice choice;
	size_t i;
	int status;

	ret->is_factorial = plan->is_factorial;
	ret->variants =
		calloc((nr > FACTORIAL_NR_CELLS ? nr : FACTORIAL_NR_CELLS) + 2,
		       sizeof(*ret->variants));
	SIM_ASSERT(ret->variants);
	status = plan->is_factorial ? load_cells(plan, ret)
				    : load_side_by_side(plan, ret);
	if (status)
		return status;
	choose_seeds(plan, ret);
	if (!plan->no_control &&
	    ret->variants[0].experiment.positive_control.name) {
		choice = new_choice(plan, ret);
		ret->control = &ret->variants[0].experiment.positive_control;
		status = load_control(plan, &choice, ret);
	}
	for (i = 0; i < nr_loaded(ret); i++) {
		ret->variants[i].results =
			calloc(ret->nr_seeds, sizeof(json_t *));
		SIM_ASSERT(ret->variants[i].results);
	}
	return status;
}

int comparison_simulate(struct comparison *comparison, bool is_quiet)
{
	size_t nr_seeds = comparison->nr_seeds;
	size_t nr = nr_loaded(comparison) * nr_seeds, i;
	struct simulation *simulations = calloc(nr, sizeof(*simulations));
	int status;

	SIM_ASSERT(simulations);
	for (i = 0; i < nr; i++) {
		simulations[i].experiment =
			&comparison->variants[i / nr_seeds].experiment;
		simulations[i].seed = comparison->seeds[i % nr_seeds];
	}
	status = simulate(simulations, nr, 0, is_quiet, NULL, NULL);
	for (i = 0; i < nr; i++)
		comparison->variants[i / nr_seeds].results[i % nr_seeds] =
			simulations[i].result;
	free(simulations);
	return status;
}

void comparison_done(struct comparison *comparison)
{
	size_t nr = comparison->variants ? nr_loaded(comparison) : 0;
	size_t i, s;

	for (i = 0; i < nr; i++) {
		struct variant *variant = &comparison->variants[i];

		for (s = 0; variant->results && s < comparison->nr_seeds; s++)
			json_decref(variant->results[s]);
		free(variant->results);
	}
	/* the control's texts belong to the first experiment */
	while (nr-- > 0)
		experiment_release(&comparison->variants[nr].experiment);
	free(comparison->variants);
	free(comparison->seeds);
}
