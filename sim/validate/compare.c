/*
 * Sequence comparison and its states.  The weaker relations are in
 * relations.c.
 */
#include "sim/validate/compare.h"

#include <string.h>

#include "sim/base/assert.h"

const char *stream_state_name(enum stream_state state)
{
	switch (state) {
	case STREAM_EXACT:
		return "exact";
	case STREAM_TIMING_DEPENDENT:
		return "timing-dependent";
	case STREAM_DIFFERS:
		return "differs";
	case STREAM_NOT_RECORDED:
		return "not-recorded";
	}
	return "?";
}

static size_t first_difference(const struct rec_stream *a,
			       const struct rec_stream *b)
{
	size_t nr = a->nr < b->nr ? a->nr : b->nr;
	size_t record_bytes = a->nr_fields * sizeof(*a->values);

	SIM_ASSERT(a->nr_fields == b->nr_fields);
	for (size_t i = 0; i < nr; i++) {
		if (memcmp(rec_stream_at(a, i), rec_stream_at(b, i),
			   record_bytes) != 0)
			return i;
	}
	return nr;
}

/*
 * An empty stream proves nothing where its event does not exist (no folios
 * for FUSE before 6.17, no ranges for raw devices).  Where other block events
 * of the run were recorded, no split and no merge is a fact.
 */
static bool empty_is_fact(enum rec_stream_id id,
			  const struct stream_set *recorded)
{
	switch (id) {
	case REC_SPLITS:
	case REC_MERGES:
	case REC_REQUESTS:
	case REC_COMPLETIONS:
		return recorded->streams[REC_BIOS].nr > 0;
	case REC_CONVERSIONS:
		return recorded->streams[REC_IOEND_RANGES].nr > 0;
	case REC_FOLIOS:
	case REC_IOEND_RANGES:
	case REC_BIOS:
	case REC_FUSE_REQUESTS:
	case REC_FILLS:
	case REC_NR_STREAMS:
		return false;
	}
	return false;
}

struct stream_result stream_compare(enum rec_stream_id id,
				    const struct stream_set *recorded,
				    const struct stream_set *simulated,
				    const struct timing_row *row,
				    uint64_t block_bytes)
{
	const struct rec_stream *a = &recorded->streams[id];
	const struct rec_stream *b = &simulated->streams[id];
	struct stream_result ret = {
		.state = STREAM_EXACT,
		.nr_recorded = a->nr,
		.nr_simulated = b->nr,
	};

	if (!a->nr && (!b->nr || !empty_is_fact(id, recorded))) {
		ret.state = STREAM_NOT_RECORDED;
		ret.reason = "the recording has no such event";
		return ret;
	}
	ret.first = first_difference(a, b);
	if (ret.first == a->nr && a->nr == b->nr)
		return ret;
	ret.state = STREAM_DIFFERS;
	ret.reason = "sequences are not equal";
	if (!row)
		return ret;
	if (relation_holds(row->relation, id, recorded, simulated,
			   block_bytes)) {
		ret.state = STREAM_TIMING_DEPENDENT;
		ret.reason = row->reason;
	} else {
		ret.reason =
			"listed as timing-dependent, but not even the weaker relation holds";
	}
	return ret;
}
