/*
 * The control events of a recording: what the kernel traced of throttling,
 * bandwidth estimation and background writeback, in the kernel's own units.
 */
#ifndef SIM_VALIDATE_CONTROL_LOG_H
#define SIM_VALIDATE_CONTROL_LOG_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rec_reader;

enum control_kind {
	CONTROL_STATE,     /* global_dirty_state */
	CONTROL_THROTTLE,  /* balance_dirty_pages */
	CONTROL_RATELIMIT, /* bdi_dirty_ratelimit */
	CONTROL_WORK,      /* writeback_start */
	CONTROL_INODE,     /* writeback_single_inode */
};

/** struct control_state - pages */
struct control_state {
	int64_t dirty;
	int64_t writeback;
	int64_t bg_thresh;
	int64_t thresh;
	int64_t limit;
	int64_t dirtied; /* ever, all devices */
	int64_t written; /* ever, all devices */
};

/** struct control_throttle - pages, KiB/s, milliseconds */
struct control_throttle {
	int64_t limit;
	int64_t setpoint;
	int64_t dirty;
	int64_t wb_setpoint;
	int64_t wb_dirty;
	int64_t dirty_ratelimit;
	int64_t task_ratelimit;
	int64_t dirtied;
	int64_t dirtied_pause;
	int64_t paused;
	int64_t pause;
	int64_t period;
	int64_t think;
};

/** struct control_ratelimit - KiB/s */
struct control_ratelimit {
	int64_t write_bw;
	int64_t awrite_bw;
	int64_t dirty_rate;
	int64_t dirty_ratelimit;
	int64_t task_ratelimit;
	int64_t balanced_dirty_ratelimit;
};

/** struct control_work - @background: the work has that reason */
struct control_work {
	bool background;
};

/** struct control_inode - pages */
struct control_inode {
	int64_t to_write;
	int64_t wrote;
};

/**
 * struct control_event
 * @task, @bdi: indexes of names in the log; tasks of one name are not told
 *   apart in recordings; @bdi is not set for CONTROL_STATE
 * @t_us: from the first event
 */
struct control_event {
	enum control_kind kind;
	unsigned int task;
	unsigned int bdi;
	uint64_t t_us;
	union {
		struct control_state state;
		struct control_throttle throttle;
		struct control_ratelimit ratelimit;
		struct control_work work;
		struct control_inode inode;
	};
};

/** struct control_names - interned strings */
struct control_names {
	char **items;
	size_t nr;
	size_t cap;
};

struct control_log {
	struct control_event *events;
	size_t nr;
	size_t cap;
	struct control_names tasks;
	struct control_names bdis;
};

/**
 * control_log_read - collect the control events of the recording @root
 * @timed: its events are [us, task, event, text]; else
 *   [us, "W", task, event, text] among others
 * Return: 0, or -EINVAL with the message set: an event lacks a field.
 */
int control_log_read(struct rec_reader *reader, const json_t *root, bool timed,
		     struct control_log *ret);

void control_log_done(struct control_log *log);

#endif
