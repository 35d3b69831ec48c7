/*
 * The throttle's decisions: when a writer looks, whether it sleeps, how long,
 * and when it looks next.  The loop that sleeps calls these.
 *
 * Source of the behaviour: balance_dirty_pages_ratelimited() and
 * balance_dirty_pages() of mm/page-writeback.c, 6.12 to 7.3 (control.md 2.4).
 * Omits: cgroup domains, IOCB_NOWAIT, signals.
 */
#ifndef MODELS_MM_DIRTY_THROTTLE_H
#define MODELS_MM_DIRTY_THROTTLE_H

#include <stdbool.h>
#include <stdint.h>

#include "models/mm/backing_dev.h"
#include "models/mm/bandwidth.h"
#include "models/mm/dirty_limits.h"
#include "models/mm/position_ratio.h"

/**
 * balance_due - the test before each folio-sized piece of a write
 * Return: pages to hand to throttle_pass(), 0: go on writing.
 */
uint64_t balance_due(const struct wb_domain *domain,
		     const struct bdi_writeback *wb, struct dirtied_task *task,
		     struct dirtied_cpu *cpu);

/**
 * struct pause_input - what a pause is computed from
 * @hz: jiffies per second
 * @pages_dirtied: since the task last looked or slept
 * @nr_dirtied_pause: the task's, before
 * @is_clock_set: has the task's virtual clock (paused_when) been started?
 * @think_jiffies: since the end of its last pause; may be negative: a pause
 *   not slept moves the clock ahead
 * @wb_dirty: the device's pages dirty and under writeback
 * @avg_write_bandwidth, @dirty_ratelimit: of the device, pages/s
 * @task_ratelimit: the latter stretched by the position ratio
 */
struct pause_input {
	uint64_t hz;
	uint64_t pages_dirtied;
	uint64_t nr_dirtied_pause;
	bool is_clock_set;
	int64_t think_jiffies;
	uint64_t wb_dirty;
	uint64_t avg_write_bandwidth;
	uint64_t dirty_ratelimit;
	uint64_t task_ratelimit;
};

/**
 * enum clock_step - what a pass that does not sleep does to paused_when
 * @CLOCK_KEEP: nothing; the task goes on counting
 * @CLOCK_RESTART: it is now
 * @CLOCK_ADVANCE: it moves ahead by the period
 */
enum clock_step {
	CLOCK_KEEP,
	CLOCK_RESTART,
	CLOCK_ADVANCE,
};

/**
 * struct pause_decision - of one pass above freerun
 * @sleeps: sleep @pause_jiffies; else @clock says what to account
 * @pause_jiffies: as traced: what is slept, or min(0, what it would be)
 * @period_jiffies: that the pages should have taken at task_ratelimit
 * @clipped_jiffies: sleeping: how far the clock moves beside the pause
 * @nr_dirtied_pause: the task's, afterwards
 */
struct pause_decision {
	bool sleeps;
	enum clock_step clock;
	int64_t pause_jiffies;
	uint64_t period_jiffies;
	uint64_t clipped_jiffies;
	uint64_t nr_dirtied_pause;
};

/** dirty_pause - pure; see the structures */
struct pause_decision dirty_pause(const struct pause_input *in);

/**
 * struct throttle_input - what one pass of the loop sees
 * @now: jiffies
 * @start: jiffies of the loop's first pass
 * @file_dirty, @writeback: pages of the whole system
 * @limits: thresholds
 * @pages_dirtied: what balance_due() returned, in every pass of one loop
 */
struct throttle_input {
	uint64_t now;
	uint64_t start;
	uint64_t file_dirty;
	uint64_t writeback;
	struct dirty_thresholds limits;
	uint64_t pages_dirtied;
};

enum throttle_action {
	THROTTLE_FREE,  /* below freerun: return (no event) */
	THROTTLE_GO,    /* no sleep this time: return */
	THROTTLE_SLEEP, /* sleep, throttle_slept(), then see @again */
};

/**
 * struct throttle_event - trace event balance_dirty_pages; pages, pages/s,
 *   jiffies.  The kernel prints KiB/s and milliseconds.
 */
struct throttle_event {
	uint64_t limit;
	uint64_t setpoint;
	uint64_t dirty;
	uint64_t wb_setpoint;
	uint64_t wb_dirty;
	uint64_t dirty_ratelimit;
	uint64_t task_ratelimit;
	uint64_t dirtied;
	uint64_t dirtied_pause; /* before this pass */
	uint64_t paused_jiffies;
	int64_t pause_jiffies;
	uint64_t period_jiffies;
	int64_t think_jiffies;
};

/**
 * struct throttle_decision - of one pass
 * @starts_background: wake the worker if it is idle
 * @pause_jiffies: THROTTLE_SLEEP: a timer of that many jiffies, which ends at
 *   the (pause + 1)th tick from now
 * @again: THROTTLE_SLEEP: look again afterwards, with the same pages_dirtied
 * @has_event: @event is traced
 * @has_step: bandwidth was updated, @step is traced
 * @seen: what it looked at
 * @pos_ratio: of it; POSITION_RATIO_ONE below freerun
 * The rest is for throttle_slept().
 */
struct throttle_decision {
	enum throttle_action action;
	bool starts_background;
	uint64_t pause_jiffies;
	bool again;
	bool has_event;
	struct throttle_event event;
	bool has_step;
	struct ratelimit_step step;
	struct dirty_throttle_control seen;
	uint64_t pos_ratio;
	uint64_t paused_when;
	uint64_t nr_dirtied_pause;
};

/**
 * throttle_pass - one pass of the throttle loop
 *
 * Updates wb->dirty_exceeded, and bandwidth, rate and domain->dirty_limit
 * when they are due; without a sleep also the task's account.
 */
struct throttle_decision throttle_pass(struct wb_domain *domain,
				       struct bdi_writeback *wb,
				       struct dirtied_task *task,
				       const struct throttle_input *in);

/** throttle_slept - account the sleep that @decision asked for */
void throttle_slept(struct dirtied_task *task,
		    const struct throttle_decision *decision);

#endif
