/*
 * Fixed colours: the same thing has the same colour in every picture.
 */
#include "sim/results/picture.h"

#include <string.h>

/* Okabe and Ito's palette, which colour-blind readers can tell apart; a
 * design's colour is never given to something else. */
static const char *const palette[] = { "#009E73", "#E69F00", "#CC79A7",
				       "#56B4E9", "#000000", "#999933",
				       "#882255", "#F0E442" };
#define NR_PALETTE (sizeof(palette) / sizeof(palette[0]))

struct named_colour {
	const char *name;
	const char *colour;
};

static const struct named_colour designs[] = {
	{ "map-blocks", "#D55E00" },
	{ "writeback-range", "#0072B2" },
};

static const struct named_colour stages[] = {
	{ "write call", "#E69F00" },
	{ "copy", "#56B4E9" },
	{ "folio allocation", "#F0E442" },
	{ "dirty walk", "#009E73" },
	{ "end of writeback", "#CC79A7" },
	{ "iomap", "#44AA99" },
	{ "ioend", "#AA4499" },
	{ "block layer", "#332288" },
	{ "driver", "#882255" },
	{ "interrupt", "#CC6677" },
	{ "fs mapping", "#999933" },
	{ "transactions", "#DDCC77" },
	{ "log", "#117733" },
	{ "memory fs", "#6699CC" },
	{ "scheduler", "#000000" },
	{ "idle", "#dddddd" },
	/* of the way of a folio; those above it shares by name */
	{ "dirty", "#dddddd" },
	{ "pass", "#bbbbbb" },
	{ "build", "#F0E442" },
	{ "zone plug", "#D55E00" },
	{ "submit", "#44AA99" },
	{ "wbt", "#661100" },
	{ "tag", "#E69F00" },
	{ "plug", "#CC79A7" },
	{ "issue", "#117733" },
	{ "device queue", "#0072B2" },
	{ "device transfer", "#56B4E9" },
	{ "device unit", "#332288" },
	{ "device service", "#88CCEE" },
	{ "work queue", "#AA4499" },
	{ "transaction", "#DDCC77" },
	{ "end", "#999933" },
};

static const char *const spare_stages[] = { "#661100", "#BBBB44", "#88CCEE",
					    "#888888" };
#define NR_SPARE_STAGES (sizeof(spare_stages) / sizeof(spare_stages[0]))

const char *picture_colour(const char *name, size_t index)
{
	size_t i;

	for (i = 0; i < sizeof(designs) / sizeof(designs[0]); i++) {
		size_t length = strlen(designs[i].name);

		if (strncmp(designs[i].name, name, length) == 0 &&
		    (!name[length] || name[length] == ' ' ||
		     name[length] == '_'))
			return designs[i].colour;
	}
	return palette[index % NR_PALETTE];
}

void picture_stage_colours(FILE *out, const json_t *names)
{
	const json_t *entry;
	size_t nr_spare = 0, i, s;

	json_array_foreach(names, i, entry) {
		const char *colour = NULL;

		for (s = 0; s < sizeof(stages) / sizeof(stages[0]); s++) {
			if (strcmp(stages[s].name, json_string_value(entry)) ==
			    0)
				colour = stages[s].colour;
		}
		if (!colour)
			colour = spare_stages[nr_spare++ % NR_SPARE_STAGES];
		fprintf(out, "%s ", colour);
	}
}
