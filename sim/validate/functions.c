/*
 * Function calls.  The recorder's probes count every call of the measured
 * part, by whom ever; which of the model's counters say the same was found
 * on all recordings (tests/prop/test_function_calls.c holds it).
 */
#include "sim/validate/functions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/validate/report.h"
#include "sim/validate/timing_table.h"
#include "sim/validate/vec.h"

#define MAX_COUNTERS 2

/**
 * struct function_row - a function and the counters whose sum says the same
 * @since: first release the row is for, major * 1000 + minor; the last row of
 *   a function that fits counts
 * @shown: the sum as text
 */
struct function_row {
	const char *name;
	unsigned int since;
	const char *counters[MAX_COUNTERS];
	const char *shown;
};

#define ONE(function, counter)                                                 \
	{                                                                      \
		(function), 0, { (counter), NULL }, (counter)                  \
	}

static const struct function_row rows[] = {
	ONE("folio_clear_dirty_for_io", "mm.clear_dirty_calls"),
	ONE("__folio_start_writeback", "mm.start_writeback_calls"),
	ONE("folio_end_writeback", "mm.end_writeback_calls"),
	ONE("folio_end_writeback_no_dropbehind", "mm.end_writeback_calls"),
	/* each attempt, also the one that finds the bio full */
	ONE("bio_add_folio", "ioend.bio_add_calls"),
	ONE("iomap_add_to_ioend", "ioend.add_calls"),
	ONE("iomap_finish_folio_write", "iomap.finish_folio_write_calls"),
	/* what a folio has pending at first is its size, and what of it is
	 * not written is finished by another call */
	{ "iomap_finish_folio_write",
	  7002,
	  { "iomap.finish_folio_write_calls", "iomap.partial_folios" },
	  "iomap.finish_folio_write_calls + iomap.partial_folios" },
	/* each call, also those that find a state or need none */
	ONE("ifs_alloc", "iomap.state_alloc_calls"),
	ONE("fuse_writepages", "fuse.writepages_calls"),
	ONE("fuse_writepages_fill", "fuse.fill_calls"),
	ONE("fuse_iomap_writeback_range", "fuse.writeback_range_calls"),
	ONE("fuse_iomap_writeback_submit", "fuse.writeback_submit_calls"),
	ONE("fuse_writepage_end", "fuse.write_requests_ended"),
	{ "xfs_end_bio",
	  0,
	  { "xfs.ioends_queued", "xfs_zoned.ioends_queued" },
	  "xfs.ioends_queued + xfs_zoned.ioends_queued" },
};

#define NR_ROWS (sizeof(rows) / sizeof(rows[0]))

static bool has_op(const struct recording *rec, enum rec_op_kind kind)
{
	for (size_t i = 0; i < rec->ops.nr; i++) {
		if (rec->ops.items[i].kind == kind)
			return true;
	}
	return false;
}

static bool maps_files(const struct recording *rec)
{
	return has_op(rec, REC_OP_MMAP);
}

/* Where bios are cut is timing, so is how many there are. */
static bool bios_are_timing(const struct recording *rec)
{
	return timing_row_find(rec->kernel, rec->scenario, "bios") != NULL;
}

static bool is_gfs2(const struct recording *rec)
{
	return !strcmp(rec->fs.type, "gfs2");
}

static bool is_old_fuse(const struct recording *rec)
{
	return !strcmp(rec->fs.type, "fuse") &&
	       (!strncmp(rec->release, "6.12.", strlen("6.12.")) ||
		!strncmp(rec->release, "6.16.", strlen("6.16.")));
}

/* Whether the flusher looked once more and found nothing is its clock. */
static bool has_fuse_flusher(const struct recording *rec)
{
	bool ret = !strncmp(rec->release, "6.12.", strlen("6.12."));

	for (size_t i = 0; i < rec->nr_files; i++)
		ret |= rec->files[i].has_flusher_steps;
	return ret && !strcmp(rec->fs.type, "fuse");
}

/* as many more as the recordings' submit_bh_wbc was called */
#define GFS2_METADATA                                                          \
	"gfs2 writes metadata through the page cache too, one folio for each call of submit_bh_wbc"

static const struct function_exception exceptions[] = {
	{ "folio_clear_dirty_for_io", "gfs2", is_gfs2, GFS2_METADATA },
	{ "__folio_start_writeback", "gfs2", is_gfs2, GFS2_METADATA },
	{ "folio_end_writeback", "gfs2", is_gfs2, GFS2_METADATA },
	{ "folio_end_writeback_no_dropbehind", "gfs2", is_gfs2, GFS2_METADATA },
	{ "bio_add_folio", "gfs2", is_gfs2,
	  "gfs2 adds the pages of its journal to bios by this function too" },
	{ "xfs_end_bio", "recordings whose bios depend on timing",
	  bios_are_timing, "one call for each ioend, which is one bio" },
	{ "bio_add_folio", "recordings whose bios depend on timing",
	  bios_are_timing,
	  "one more call for each bio that was ended because it was full" },
	{ "bio_add_folio", "recordings with mmap", maps_files,
	  "counts the reads of page faults too, whose bios the model leaves out" },
	{ "fuse_writepages", "FUSE recordings in which the flusher works",
	  has_fuse_flusher,
	  "a pass that finds nothing left to write shows in no event" },
	{ "ifs_alloc", "FUSE before 6.17", is_old_fuse,
	  "FUSE did not go through iomap; the model's write path asks and is told that a folio is one block" },
	{ "ifs_alloc", "recordings with mmap", maps_files,
	  "called when a fault reads a folio, twice for each page made writable (iomap_page_mkwrite, then fault_dirty_shared_page) and when writeback finds it mapped; the model makes the state once" },
};

const struct function_exception *functions_exceptions(size_t *ret_nr)
{
	*ret_nr = sizeof(exceptions) / sizeof(exceptions[0]);
	return exceptions;
}

static const char *reason_of(const struct recording *rec, const char *function)
{
	for (size_t i = 0; i < sizeof(exceptions) / sizeof(exceptions[0]);
	     i++) {
		const struct function_exception *e = &exceptions[i];

		if (!strcmp(e->function, function) &&
		    (!e->applies || e->applies(rec)))
			return e->reason;
	}
	return NULL;
}

static unsigned int version_of(const char *release)
{
	char *end;
	unsigned long major = strtoul(release, &end, 10);
	unsigned long minor = *end == '.' ? strtoul(end + 1, NULL, 10) : 0;

	return (unsigned int)(major % 1000 * 1000 + minor % 1000);
}

/* A counter that the run does not have counts what cannot happen in it. */
static json_int_t simulated_calls(const struct function_row *row,
				  const json_t *counters)
{
	json_int_t ret = 0;

	for (size_t i = 0; i < MAX_COUNTERS && row->counters[i]; i++)
		ret += json_integer_value(json_object_get(
			json_object_get(counters, row->counters[i]), "value"));
	return ret;
}

static json_t *compare_row(const struct recording *rec,
			   const struct function_row *row,
			   const json_t *counters)
{
	const json_t *recorded = json_object_get(rec->calls, row->name);
	json_int_t simulated = simulated_calls(row, counters);
	const char *reason = NULL;
	const char *state = "no-probe";
	json_t *ret;

	if (recorded && json_integer_value(recorded) == simulated) {
		state = "equal";
	} else if (recorded) {
		state = "differs";
		reason = reason_of(rec, row->name);
	}
	ret = json_pack("{s:o, s:I, s:s, s:s, s:s?}", "recorded",
			recorded ? json_integer(json_integer_value(recorded))
				 : json_null(),
			"simulated", simulated, "state", state, "counters",
			row->shown, "reason", reason);
	SIM_ASSERT(ret != NULL);
	return ret;
}

json_t *functions_compare(const struct recording *rec, const json_t *counters)
{
	unsigned int version = version_of(rec->release);
	json_t *ret = json_object();

	for (size_t i = 0; i < NR_ROWS; i++) {
		if (rows[i].since <= version)
			json_object_set_new(
				ret, rows[i].name,
				compare_row(rec, &rows[i], counters));
	}
	return ret;
}

static bool is_difference(const json_t *call)
{
	return !strcmp(report_text(call, "state"), "differs");
}

/* The first difference, one without reason before others; NULL: none */
static const char *worst(json_t *functions, size_t *ret_nr_equal)
{
	const char *ret = NULL;
	const char *name;
	json_t *call;

	*ret_nr_equal = 0;
	json_object_foreach(functions, name, call) {
		*ret_nr_equal += !strcmp(report_text(call, "state"), "equal");
		if (is_difference(call) &&
		    (!ret ||
		     (!*report_text(call, "reason") &&
		      *report_text(json_object_get(functions, ret), "reason"))))
			ret = name;
	}
	return ret;
}

void functions_cell(json_t *functions, char *ret, size_t bytes)
{
	size_t nr_equal;
	const char *name = worst(functions, &nr_equal);
	const json_t *call = name ? json_object_get(functions, name) : NULL;

	if (call)
		snprintf(
			ret, bytes, "%c %s %lld/%lld",
			*report_text(call, "reason") ? '~' : '!', name,
			json_integer_value(json_object_get(call, "recorded")),
			json_integer_value(json_object_get(call, "simulated")));
	else if (nr_equal)
		snprintf(ret, bytes, "= %zu", nr_equal);
	else
		snprintf(ret, bytes, "-");
}

static void call_cell(const json_t *call, FILE *out)
{
	const char *state = report_text(call, "state");
	json_int_t recorded =
		json_integer_value(json_object_get(call, "recorded"));

	if (!strcmp(state, "equal"))
		fprintf(out, " = %lld |", recorded);
	else if (is_difference(call))
		fprintf(out, " %c %lld/%lld |",
			*report_text(call, "reason") ? '~' : '!', recorded,
			json_integer_value(json_object_get(call, "simulated")));
	else
		fputs(" - |", out);
}

static void markdown_counts(const json_t *scenarios, FILE *out)
{
	const json_t *scenario;
	size_t i;

	fputs("| kernel | scenario |", out);
	for (size_t n = 0; n < NR_ROWS; n++) {
		if (!rows[n].since)
			fprintf(out, " %s |", rows[n].name);
	}
	fputs("\n|---|---|", out);
	for (size_t n = 0; n < NR_ROWS; n++) {
		if (!rows[n].since)
			fputs("---|", out);
	}
	fputc('\n', out);
	json_array_foreach(scenarios, i, scenario) {
		const json_t *functions =
			json_object_get(scenario, "functions");

		if (!functions)
			continue;
		fprintf(out, "| %s | %s |", report_text(scenario, "kernel"),
			report_text(scenario, "scenario"));
		for (size_t n = 0; n < NR_ROWS; n++) {
			if (!rows[n].since)
				call_cell(json_object_get(functions,
							  rows[n].name),
					  out);
		}
		fputc('\n', out);
	}
}

static void markdown_exceptions(FILE *out)
{
	fputs("\n| function | in | reason |\n|---|---|---|\n", out);
	for (size_t i = 0; i < sizeof(exceptions) / sizeof(exceptions[0]); i++)
		fprintf(out, "| `%s` | %s | %s |\n", exceptions[i].function,
			exceptions[i].applies_to, exceptions[i].reason);
}

void functions_markdown(const json_t *scenarios, FILE *out)
{
	fputs("\n## Function calls\n\n"
	      "Calls that the recorder counted in the measured part, against counters of the run.\n"
	      "= N equal; ~ R/S differs for a reason listed below; ! R/S differs; - no probe point in that kernel.\n\n",
	      out);
	markdown_counts(scenarios, out);
	fputs("\n| function | from | counters of the run |\n|---|---|---|\n",
	      out);
	for (size_t i = 0; i < NR_ROWS; i++) {
		fprintf(out, "| `%s` | ", rows[i].name);
		if (rows[i].since)
			fprintf(out, "%u.%u", rows[i].since / 1000,
				rows[i].since % 1000);
		fprintf(out, " | %s |\n", rows[i].shown);
	}
	markdown_exceptions(out);
}
