/*
 * The reviewed table of streams that depend on timing.
 *
 * Only what is listed may be "timing-dependent"; each row names its reason
 * and the weaker relation that still must hold.
 */
#ifndef SIM_VALIDATE_TIMING_TABLE_H
#define SIM_VALIDATE_TIMING_TABLE_H

#include <stddef.h>

/**
 * enum stream_relation - what must still hold
 * @RELATION_MULTISET: the same records in another order
 * @RELATION_PAGE_SET: the same pages of the file are covered
 * @RELATION_TILING: the records tile the same run (sectors, or blocks of a
 *   fork) without overlap, cut at other places; splits: each lies strictly
 *   inside a bio, and the bios tile the same run
 */
enum stream_relation {
	RELATION_MULTISET,
	RELATION_PAGE_SET,
	RELATION_TILING,
};

/**
 * struct timing_row - one triple
 * @kernel, @scenario, @stream: POSIX extended expressions over the whole word
 * @reason: why no model can be exact here without the recording's clock
 */
struct timing_row {
	const char *kernel;
	const char *scenario;
	const char *stream;
	enum stream_relation relation;
	const char *reason;
};

/** timing_row_find - first row that fits; NULL: the stream must be exact */
const struct timing_row *
timing_row_find(const char *kernel, const char *scenario, const char *stream);

const char *stream_relation_name(enum stream_relation relation);

/** timing_table - all rows, for the generated documentation */
const struct timing_row *timing_table(size_t *ret_nr);

#endif
