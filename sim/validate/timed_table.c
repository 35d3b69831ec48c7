/*
 * What is stated about timed recordings: bounds, evidence, the player.
 */
#include <string.h>

#include "sim/validate/timed.h"

/*
 * Bounds hold for calibrated and predicted scenarios alike; a calibrated one
 * that leaves them shows a cost that was lost.
 */
static const struct timed_bound bounds[] = {
	{ "xfs", "6\\.1[67](\\..*)?", "write|fsync|total", 0.03, 0.10,
	  "every step was counted on 6.16.12 and 6.17.13" },
	{ "xfs", ".*", "total", 0.03, 0.10,
	  "other kernels: fewer rows, errors of steps may cancel in the total" },
	{ "throttled", ".*", "total", 0.01, 0.015,
	  "when writing ends and syncing begins hangs on the phase of two ticks; boots differ by 0.8 %" },
	{ "mq-deadline", ".*", "write|fsync|total", 0.10, 0,
	  "cost rows of its own, one scenario" },
	{ "raw device", ".*", "write|fsync|total", 0.10, 0,
	  "cost rows of its own, two scenarios" },
	{ "zoned", ".*", "write|fsync|total", 0.10, 0,
	  "cost rows of its own, one scenario" },
};

const struct timed_bound *timed_bounds(size_t *ret_nr)
{
	*ret_nr = sizeof(bounds) / sizeof(bounds[0]);
	return bounds;
}

/* From the fields "evidence" of costs.json and costs2.json. */
static const struct {
	const char *scenario;
	const char *step;
} evidence[] = {
	{ "t01-append-1m", "harness.tracepoint" },
	{ "t03-overwrite-4k", "layer.instr.per-range.t03-overwrite-4k" },
	{ "t04-rand4k", "layer.instr.per-range.t04-rand4k" },
	{ "t12-rand4k-lat80", "harness.tracepoint" },
	{ "t13-rand64k", "harness.tracepoint" },
	{ "t16-cow-rand4k", "end.cow.remap" },
};

const char *timed_evidence(const char *scenario)
{
	for (size_t i = 0; i < sizeof(evidence) / sizeof(evidence[0]); i++)
		if (!strcmp(evidence[i].scenario, scenario))
			return evidence[i].step;
	return NULL;
}

/*
 * The player reads its next line of text: median gaps between two recorded
 * operations of t01 to t06 (all calibrated), the same on 6.12, 6.16 and 6.17
 * to 2 ns; the first fsync of a run takes 3.9 us more, which is left out.
 */
uint64_t timed_player_gap_ns(enum rec_op_kind kind)
{
	if (timed_phase_of(kind) == TIMED_FALLOCATE)
		return 3337;
	if (timed_phase_of(kind) != TIMED_WRITE)
		return 2020;
	return kind == REC_OP_SEQ ? 3890 : 3270;
}
