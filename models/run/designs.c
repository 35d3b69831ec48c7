/*
 * The table of writeback designs.  Adding one: its file, and a line here
 * (docs/add-a-design.md).
 */
#include <string.h>

#include "models/run/world.h"
#if WBSIM_BLOCK
#include "models/legacy/iomap/legacy_iomap.h"

#ifdef WBSIM_EXTRA_DESIGN /* cmake -DWBSIM_EXTRA_DESIGN=FILE */
extern const struct wb_design WBSIM_EXTRA_DESIGN;
#endif

static const struct wb_design *const designs[] = {
	&wb_design_map_blocks,
	&wb_design_writeback_range,
#ifdef WBSIM_EXTRA_DESIGN
	&WBSIM_EXTRA_DESIGN,
#endif
};

#define NR_DESIGNS (sizeof(designs) / sizeof(designs[0]))

const struct wb_design *design_by_name(const char *name)
{
	for (size_t i = 0; i < NR_DESIGNS; i++)
		if (strcmp(designs[i]->name, name) == 0)
			return designs[i];
	return NULL;
}

const struct design_entry *experiment_designs(void)
{
	static struct design_entry entries[NR_DESIGNS + 1];

	for (size_t i = 0; i < NR_DESIGNS; i++) {
		entries[i].name = designs[i]->name;
		entries[i].help = designs[i]->help;
	}
	return entries;
}
#else
const struct design_entry *experiment_designs(void)
{
	static const struct design_entry entries[] = {
		{ "writeback-range",
		  "Linux 6.17 on: generic code calls writeback_range and writeback_submit" },
		{ NULL, NULL },
	};

	return entries;
}
#endif

const struct design_costs *design_costs_by_name(const struct cost_config *costs,
						const char *name)
{
	if (strcmp(name, "map-blocks") == 0)
		return &costs->designs.map_blocks;
	return &costs->designs.writeback_range;
}
