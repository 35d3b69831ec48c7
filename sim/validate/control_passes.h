/*
 * Inside the replay: which events belong to one pass of the throttle, and
 * what is known of the device between two traced updates.
 */
#ifndef SIM_VALIDATE_CONTROL_PASSES_H
#define SIM_VALIDATE_CONTROL_PASSES_H

#include "models/mm/bandwidth.h"
#include "sim/validate/control_replay.h"

#define CONTROL_NONE SIZE_MAX
/* candidates of one input: few, or the test means nothing */
#define CONTROL_MAX_VALUES 12

/**
 * struct control_pass - events around one, as indexes into the log
 * @state: the global_dirty_state of the same pass
 * @throttle: of a ratelimit event, the balance_dirty_pages that follows
 * @update: of a throttle event, the ratelimit event of the same pass
 * @last_update: the device's last ratelimit event before
 * @next_update: and the next one
 */
struct control_pass {
	size_t state;
	size_t throttle;
	size_t update;
	size_t last_update;
	size_t next_update;
};

/** struct control_values - what an input may have been */
struct control_values {
	uint64_t items[CONTROL_MAX_VALUES];
	unsigned int nr;
};

/** struct control_replayer - one recording */
struct control_replayer {
	const struct control_log *log;
	const struct control_setting *setting;
	struct control_result *result;
	struct control_pass *passes; /* by event */
};

/** control_values_add - unless it is there already or there is no room */
void control_values_add(struct control_values *values, uint64_t value);

/** control_find_passes - fill replayer->passes */
void control_find_passes(struct control_replayer *r);

/** control_elapsed - jiffies that may have passed between two events */
struct control_values control_elapsed(const struct control_replayer *r,
				      uint64_t from_us, uint64_t to_us);

/**
 * control_averages - what the device's average bandwidth may have been
 * @i: a throttle event, or one of the worker
 * @before_update: in the pass of an update: before it
 */
struct control_values control_averages(const struct control_replayer *r,
				       size_t i, bool before_update);

/**
 * control_wb_thresholds - thresholds of the device that fit the printed
 * wb_setpoint of throttle event @i
 */
struct control_values control_wb_thresholds(const struct control_replayer *r,
					    size_t i);

/**
 * control_dtc - the position of throttle event @i, but for wb_thresh
 * Return: false: thresholds are not known.
 */
bool control_dtc(const struct control_replayer *r, size_t i,
		 struct dirty_throttle_control *ret);

/** control_set_share - the device's part of @dtc */
void control_set_share(struct dirty_throttle_control *dtc, uint64_t wb_thresh);

/** control_miss - note the first value that was not reproduced */
__attribute__((format(printf, 4, 5))) void
control_miss(struct control_replayer *r, enum control_row row, size_t i,
	     const char *format, ...);

/** control_pages - pages/s of printed KiB/s */
static inline uint64_t control_pages(int64_t kib)
{
	return kib > 0 ? (uint64_t)kib / 4 : 0;
}

/** control_jiffies - of printed milliseconds; false when not whole jiffies */
static inline bool control_jiffies(int64_t ms, int64_t *ret)
{
	*ret = ms / (int64_t)(1000 / RECORDED_HZ);
	return ms % (int64_t)(1000 / RECORDED_HZ) == 0;
}

/**
 * control_replay_throttle - the rows that throttle event @i alone decides
 * Return: what the task's nr_dirtied_pause may be afterwards.
 */
struct control_values control_replay_throttle(struct control_replayer *r,
					      size_t i);

/** control_replay_throttles - rows of balance_dirty_pages */
void control_replay_throttles(struct control_replayer *r);
/** control_replay_updates - rows of bdi_dirty_ratelimit */
void control_replay_updates(struct control_replayer *r);
/** control_replay_chunks - the row of writeback_single_inode */
void control_replay_chunks(struct control_replayer *r);

#endif
