/*
 * Recorded against simulated streams.
 */
#ifndef SIM_VALIDATE_COMPARE_H
#define SIM_VALIDATE_COMPARE_H

#include "sim/validate/recording.h"
#include "sim/validate/timing_table.h"

enum stream_state {
	STREAM_EXACT,
	STREAM_TIMING_DEPENDENT,
	STREAM_DIFFERS,
	STREAM_NOT_RECORDED,
};

/** struct stream_set - all streams of one side */
struct stream_set {
	struct rec_stream streams[REC_NR_STREAMS];
};

/**
 * struct stream_result - outcome for one stream
 * @first: index of the first record that is not equal; the shorter side may
 *   have none there.  Valid unless @state is exact or not-recorded.
 * @reason: why not exact; static, NULL when exact
 */
struct stream_result {
	enum stream_state state;
	size_t nr_recorded;
	size_t nr_simulated;
	size_t first;
	const char *reason;
};

/**
 * stream_compare - compare stream @id
 * @recorded, @simulated: all streams, as a tiling of splits needs the bios
 * @row: what is allowed for this triple; NULL: only exact
 * @block_bytes: of the file system, for tilings of conversions
 */
struct stream_result stream_compare(enum rec_stream_id id,
				    const struct stream_set *recorded,
				    const struct stream_set *simulated,
				    const struct timing_row *row,
				    uint64_t block_bytes);

/** relation_holds - the weaker relation of a row of the table */
bool relation_holds(enum stream_relation relation, enum rec_stream_id id,
		    const struct stream_set *recorded,
		    const struct stream_set *simulated, uint64_t block_bytes);

const char *stream_state_name(enum stream_state state);

#endif
