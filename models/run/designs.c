/*
 * The table of writeback designs.  Adding one: its file, and a line here
 * (docs/add-a-design.md).
 */
#include <string.h>

#include "models/legacy/fuse/legacy_fuse.h"
#include "models/run/world.h"
#if WBSIM_BLOCK
#include "models/legacy/iomap/legacy_iomap.h"

#ifdef WBSIM_EXTRA_DESIGN /* cmake -DWBSIM_EXTRA_DESIGN=FILE */
extern const struct wb_design WBSIM_EXTRA_DESIGN;
#endif
#endif

/**
 * struct design - one line of the table
 * @blocks: for file systems on block devices; NULL: not one of theirs
 * @fuse: for FUSE; NULL: not one of its
 * @fits_memory: the file system in memory has one behaviour, which is that of
 *   the generic code; it lets itself be called by any name that is not FUSE's
 */
struct design {
#if WBSIM_BLOCK
	const struct wb_design *blocks;
#endif
	const struct fuse_design *fuse;
	bool fits_memory;
};

/* In order of age: comparisons take the first for the old one. */
static const struct design designs[] = {
#if WBSIM_BLOCK
	{ .blocks = &wb_design_map_blocks, .fits_memory = true },
#endif
	{ .fuse = &fuse_design_temporary_pages },
	{ .fuse = &fuse_design_whole_folio },
#if WBSIM_BLOCK
	{ .blocks = &wb_design_writeback_range,
	  .fuse = &fuse_design_writeback_range,
	  .fits_memory = true },
#ifdef WBSIM_EXTRA_DESIGN
	{ .blocks = &WBSIM_EXTRA_DESIGN, .fits_memory = true },
#endif
#else
	{ .fuse = &fuse_design_writeback_range, .fits_memory = true },
#endif
};

#define NR_DESIGNS (sizeof(designs) / sizeof(designs[0]))

static void describe(const struct design *design, struct design_entry *ret)
{
	*ret = (struct design_entry){
		.name = design->fuse ? design->fuse->name : "",
		.help = design->fuse ? design->fuse->help : "",
		.fits_fuse = design->fuse != NULL,
		.fits_memory = design->fits_memory,
	};
#if WBSIM_BLOCK
	ret->fits_blocks = design->blocks != NULL;
	if (design->blocks) {
		ret->name = design->blocks->name;
		ret->help = design->blocks->help;
	}
#endif
}

const struct design_entry *experiment_designs(void)
{
	static struct design_entry entries[NR_DESIGNS + 1];

	for (size_t i = 0; i < NR_DESIGNS; i++)
		describe(&designs[i], &entries[i]);
	return entries;
}

static const struct design *find(const char *name)
{
	const struct design_entry *entries = experiment_designs();

	for (size_t i = 0; i < NR_DESIGNS; i++)
		if (strcmp(entries[i].name, name) == 0)
			return &designs[i];
	return NULL;
}

#if WBSIM_BLOCK
const struct wb_design *design_by_name(const char *name)
{
	const struct design *design = find(name);

	return design ? design->blocks : NULL;
}
#endif

const struct fuse_design *fuse_design_by_name(const char *name)
{
	const struct design *design = find(name);

	return design ? design->fuse : NULL;
}

const struct design_costs *design_costs_by_name(const struct cost_config *costs,
						const char *name)
{
	if (strcmp(name, "map-blocks") == 0)
		return &costs->designs.map_blocks;
	return &costs->designs.writeback_range;
}
