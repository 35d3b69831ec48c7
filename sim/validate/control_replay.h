/*
 * Recorded control events through the functions of models/mm: the inputs that
 * one event prints go in, the outputs that it prints must come out, to the
 * last bit.
 *
 * A value counts as exact when it follows from recorded inputs.  Where the
 * trace rounds an input or leaves it between two known values, one of the few
 * values that the recording allows must give it:
 *
 *   the device's threshold   one or two values fit the printed wb_setpoint
 *   its average bandwidth    what the next bdi_dirty_ratelimit prints, or what
 *                            the last one's update and one untraced after it
 *                            give
 *   elapsed jiffies          the phase of the tick leaves two values
 *
 * What needs something that no event shows is counted apart, by reason.
 * Source: control.md 3; trace events of include/trace/events/writeback.h.
 */
#ifndef SIM_VALIDATE_CONTROL_REPLAY_H
#define SIM_VALIDATE_CONTROL_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "models/mm/dirty_limits.h"
#include "sim/validate/control_log.h"

/* CONFIG_HZ of the recorded kernels (Debian amd64) */
#define RECORDED_HZ 250u

enum control_row {
	CONTROL_LIMITS,
	CONTROL_TASK_RATELIMIT,
	CONTROL_PERIOD,
	CONTROL_PAUSE,
	CONTROL_DIRTIED_PAUSE,
	CONTROL_STRICT,
	CONTROL_STRICT_DIRTIED_PAUSE,
	CONTROL_RATE_STEP,
	CONTROL_DIRTY_RATE,
	CONTROL_BANDWIDTH,
	CONTROL_CHUNK,
	NR_CONTROL_ROWS,
};

enum control_reason {
	CONTROL_AVERAGE, /* average bandwidth between two prints unknown */
	CONTROL_LATE,    /* event printed after the clock was read */
	CONTROL_FREERUN, /* return below freerun without an event */
	CONTROL_UPDATE,  /* untraced update, or restart of the stamps */
	CONTROL_BEFORE,  /* state of the device from before the recording */
	NR_CONTROL_REASONS,
};

/** control_row_name - "task_ratelimit" ... */
const char *control_row_name(enum control_row row);
/** control_row_text - the event and values it speaks of */
const char *control_row_text(enum control_row row);
const char *control_reason_text(enum control_reason reason);

/**
 * struct control_count - one row
 * @exact: values reproduced
 * @apart: by reason; the rest of @total was not reproduced
 * @first_miss: the first of those, "" if none
 */
struct control_count {
	uint64_t total;
	uint64_t exact;
	uint64_t apart[NR_CONTROL_REASONS];
	char first_miss[200];
};

/** struct control_result - @throttles: are there events of the throttle? */
struct control_result {
	struct control_count rows[NR_CONTROL_ROWS];
	bool throttles;
};

/**
 * struct control_setting - what the events do not say
 * @config: the kernel's rules
 * @fresh_device: made for the recording: its state starts at the defaults
 * @strictlimit: the device is strictly limited (FUSE)
 * @exact_clock: no time passes between reading the clock and the event
 * @nr_writers: tasks that write; those of one name are told apart by their
 *   state
 * @limits: thresholds of the settings, where no global_dirty_state was
 *   recorded; 0: not known
 */
struct control_setting {
	const struct control_config *config;
	bool fresh_device;
	bool strictlimit;
	bool exact_clock;
	unsigned int nr_writers;
	struct dirty_thresholds limits;
};

/** control_replay - all control events of one recording */
void control_replay(const struct control_log *log,
		    const struct control_setting *setting,
		    struct control_result *ret);

#endif
