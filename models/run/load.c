/*
 * Loading of experiments: what tables alone cannot do.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/run/experiment.h"
#include "sim/base/assert.h"
#include "sim/config/config.h"

const char *experiment_design(const struct experiment *experiment)
{
	if (experiment->design)
		return experiment->design;
	return experiment->filesystem.type == FS_FUSE
		       ? experiment->kernel.fuse.design
		       : experiment->kernel.design;
}

bool experiment_design_fits(const struct experiment *experiment,
			    const struct design_entry *entry)
{
	switch (experiment->filesystem.type) {
	case FS_FUSE:
		return entry->fits_fuse;
	case FS_MEMORY:
		return entry->fits_memory;
	default:
		return entry->fits_blocks;
	}
}

void experiment_release(struct experiment *experiment)
{
	cfg_release(&experiment_object, experiment);
}

static bool op_needs_file(int op)
{
	return op != OP_SYNC && op != OP_DROP_CACHES && op != OP_SLEEP &&
	       op != OP_SYNCFS;
}

static int fail(struct cfg_error *reterr, const char *origin,
		const char *format, ...) __attribute__((format(printf, 3, 4)));

static int fail(struct cfg_error *reterr, const char *origin,
		const char *format, ...)
{
	int length =
		snprintf(reterr->text, sizeof(reterr->text), "%s: ", origin);
	va_list args;

	va_start(args, format);
	if (length > 0 && (size_t)length < sizeof(reterr->text))
		vsnprintf(reterr->text + length,
			  sizeof(reterr->text) - (size_t)length, format, args);
	va_end(args);
	return -EINVAL;
}

static int check_design(const struct experiment *e, const char *origin,
			struct cfg_error *reterr)
{
	const struct design_entry *entry = experiment_designs();
	const char *name = experiment_design(e);
	char known[256] = "";
	bool exists = false;

	for (; entry->name; entry++) {
		bool is_it = strcmp(entry->name, name) == 0;

		exists |= is_it;
		if (!experiment_design_fits(e, entry))
			continue;
		if (is_it)
			return 0;
		snprintf(known + strlen(known), sizeof(known) - strlen(known),
			 "%s%s", known[0] ? ", " : "", entry->name);
	}
	return fail(reterr, origin, "$.design: %s \"%s\"; %s: %s",
		    exists ? "the file system has no design" : "unknown design",
		    name, exists ? "it has" : "known", known);
}

static int check_op(const struct op_config *op, const char *place,
		    const char *origin, struct cfg_error *reterr)
{
	if (op_needs_file(op->op) && !op->file)
		return fail(reterr, origin,
			    "%s.file: missing, this operation needs a file",
			    place);
	if (op->op == OP_CLONE && !op->source)
		return fail(
			reterr, origin,
			"%s.source: missing, expected the file to share blocks with",
			place);
	if (op->op == OP_WRITE && !op->total_bytes)
		return fail(
			reterr, origin,
			"%s.total_bytes: missing, expected the length of the range to write",
			place);
	if (op->op == OP_WRITE && op->pattern == PATTERN_RANDOM &&
	    op->total_bytes < op->write_bytes)
		return fail(reterr, origin,
			    "%s.total_bytes: expected at least write_bytes",
			    place);
	return 0;
}

static int check_ops(const struct experiment *e, const char *origin,
		     struct cfg_error *reterr)
{
	const struct thread_config *threads = e->threads.items;
	const struct op_config *prepare = e->prepare.items;
	char place[64];

	for (size_t i = 0; i < e->prepare.nr_items; i++) {
		snprintf(place, sizeof(place), "$.prepare[%zu]", i);
		int error = check_op(&prepare[i], place, origin, reterr);

		if (error)
			return error;
	}
	for (size_t t = 0; t < e->threads.nr_items; t++) {
		const struct op_config *ops = threads[t].ops.items;

		for (size_t i = 0; i < threads[t].ops.nr_items; i++) {
			snprintf(place, sizeof(place),
				 "$.threads[%zu].ops[%zu]", t, i);
			int error = check_op(&ops[i], place, origin, reterr);

			if (error)
				return error;
		}
	}
	return 0;
}

static int check_sizes(const struct experiment *e, const char *origin,
		       struct cfg_error *reterr)
{
	uint64_t block = e->filesystem.block_size_bytes;
	uint64_t folio = e->kernel.mm.max_folio_bytes;

	if (block & (block - 1))
		return fail(
			reterr, origin,
			"$.filesystem.block_size_bytes: expected a power of two");
	if (folio & (folio - 1) || folio < block)
		return fail(
			reterr, origin,
			"$.kernel.mm.max_folio_bytes: expected a power of two, at least the block size");
	return 0;
}

static int check(const struct experiment *e, const char *origin,
		 struct cfg_error *reterr)
{
	int error = check_design(e, origin, reterr);

	if (!error)
		error = check_sizes(e, origin, reterr);
	if (!error)
		error = check_ops(e, origin, reterr);
	return error;
}

struct source {
	const char *path;   /* a file, or */
	const json_t *json; /* a value, called */
	const char *origin;
	const struct cfg_override *overrides;
	size_t nr_overrides;
};

static int load(const struct source *source,
		const struct cfg_override *overrides, size_t nr_overrides,
		struct experiment *ret, struct cfg_error *reterr)
{
	if (source->path)
		return cfg_load_file(&experiment_object, source->path,
				     overrides, nr_overrides, ret, reterr);
	return cfg_load_json(&experiment_object, source->json, source->origin,
			     overrides, nr_overrides, ret, reterr);
}

/* Again, with the cost table that belongs to host and kernel. */
static int load_with_costs(const struct source *source, struct experiment *e,
			   struct cfg_error *reterr)
{
	size_t nr = source->nr_overrides;
	struct cfg_override *overrides = calloc(nr + 1, sizeof(*overrides));
	char name[128];

	SIM_ASSERT(overrides != NULL);
	snprintf(name, sizeof(name), "%s-%s", e->host.costs, e->kernel.costs);
	experiment_release(e);
	overrides[0].path = "costs.base";
	overrides[0].value = name;
	if (nr)
		memcpy(overrides + 1, source->overrides,
		       nr * sizeof(*overrides));
	int error = load(source, overrides, nr + 1, e, reterr);

	free(overrides);
	return error;
}

static int load_and_check(const struct source *source, struct experiment *ret,
			  struct cfg_error *reterr)
{
	struct experiment e = { 0 };
	int error = load(source, source->overrides, source->nr_overrides, &e,
			 reterr);

	if (error)
		return error;
	if (!e.costs_name) {
		error = load_with_costs(source, &e, reterr);
		if (error)
			return error;
	}
	error = check(&e, source->origin, reterr);
	if (error) {
		experiment_release(&e);
		return error;
	}
	*ret = e;
	return 0;
}

int experiment_load(const char *path, const struct cfg_override *overrides,
		    size_t nr_overrides, struct experiment *ret,
		    struct cfg_error *reterr)
{
	const struct source source = {
		.path = path,
		.origin = path,
		.overrides = overrides,
		.nr_overrides = nr_overrides,
	};

	return load_and_check(&source, ret, reterr);
}

int experiment_load_json(const json_t *json, const char *origin,
			 const struct cfg_override *overrides,
			 size_t nr_overrides, struct experiment *ret,
			 struct cfg_error *reterr)
{
	const struct source source = {
		.json = json,
		.origin = origin,
		.overrides = overrides,
		.nr_overrides = nr_overrides,
	};

	return load_and_check(&source, ret, reterr);
}
