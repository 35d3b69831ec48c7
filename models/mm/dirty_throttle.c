/*
 * models/mm/dirty_throttle.h
 */
#include "models/mm/dirty_throttle.h"

#include "models/mm/completions.h"
#include "sim/base/units.h"

/* pages between looks at which a pause is worth its poll (128 KiB) */
#define POLL_THRESH 32u
/* pages between looks while the device is over its threshold (32 KiB) */
#define EXCEEDED_PAGES 8u

uint64_t balance_due(const struct wb_domain *domain,
		     const struct bdi_writeback *wb, struct dirtied_task *task,
		     struct dirtied_cpu *cpu)
{
	uint64_t limit = task->nr_dirtied_pause;
	uint64_t leaked;

	if (wb->dirty_exceeded)
		limit = min_u64(limit, EXCEEDED_PAGES);
	if (task->nr_dirtied >= limit) {
		cpu->nr_dirtied = 0;
	} else if (cpu->nr_dirtied >= domain->ratelimit_pages) {
		cpu->nr_dirtied = 0;
		limit = 0;
	}
	if (cpu->leaks > 0 && task->nr_dirtied < limit) {
		leaked = min_u64(cpu->leaks, limit - task->nr_dirtied);
		cpu->leaks -= leaked;
		task->nr_dirtied += leaked;
	}
	return task->nr_dirtied >= limit ? task->nr_dirtied : 0;
}

/* The next power of two, @value itself included. */
static uint64_t round_up_pow2(uint64_t value)
{
	return value <= 1 ? 1 : 1ull << (log2_floor(value - 1) + 1);
}

/* Not so long that the device could run dry meanwhile; at most 200 ms. */
static uint64_t longest_pause(const struct pause_input *in)
{
	uint64_t jiffies =
		1 + in->wb_dirty / (1 + in->avg_write_bandwidth /
						round_up_pow2(1 + in->hz / 8));

	return min_u64(jiffies, max_u64(in->hz / 5, 1));
}

/* 10 ms, and 10 ms more for each halving of the rate below the bandwidth. */
static uint64_t wanted_pause(const struct pause_input *in)
{
	unsigned int high = log2_floor(in->avg_write_bandwidth);
	unsigned int low = log2_floor(in->dirty_ratelimit);
	uint64_t jiffies = max_u64(1, in->hz / 100);

	if (high > low)
		jiffies += (uint64_t)(high - low) * (10 * in->hz) / 1024;
	return jiffies;
}

/*
 * The shortest pause worth sleeping; *@pages is how much to dirty until the
 * next look.
 */
static uint64_t shortest_pause(const struct pause_input *in, uint64_t longest,
			       uint64_t *pages)
{
	uint64_t hz_pow2 = round_up_pow2(in->hz);
	uint64_t jiffies = min_u64(wanted_pause(in), 1 + longest / 2);

	*pages = in->dirty_ratelimit * jiffies / hz_pow2;
	if (*pages < POLL_THRESH) {
		jiffies = longest;
		*pages = in->dirty_ratelimit * jiffies / hz_pow2;
		if (*pages > POLL_THRESH) {
			*pages = POLL_THRESH;
			jiffies = in->hz * POLL_THRESH / in->dirty_ratelimit;
		}
	}
	if (in->hz * *pages / (in->task_ratelimit + 1) > longest) {
		jiffies = longest;
		*pages = in->task_ratelimit * jiffies / hz_pow2;
	}
	return *pages >= POLL_THRESH ? 1 + jiffies / 2 : jiffies;
}

/* Too short to sleep: what becomes of the pages instead. */
static struct pause_decision no_pause(const struct pause_input *in,
				      int64_t pause, uint64_t period)
{
	struct pause_decision d = {
		.clock = CLOCK_KEEP,
		.pause_jiffies = pause < 0 ? pause : 0,
		.period_jiffies = period,
		.nr_dirtied_pause = in->nr_dirtied_pause,
	};

	if (pause < -(int64_t)in->hz)
		d.clock = CLOCK_RESTART;
	else if (period)
		d.clock = CLOCK_ADVANCE;
	else if (in->nr_dirtied_pause <= in->pages_dirtied)
		d.nr_dirtied_pause += in->pages_dirtied;
	return d;
}

struct pause_decision dirty_pause(const struct pause_input *in)
{
	uint64_t longest = longest_pause(in);
	struct pause_decision d = { .sleeps = true };
	uint64_t shortest = shortest_pause(in, longest, &d.nr_dirtied_pause);
	int64_t pause;

	if (in->task_ratelimit == 0) {
		d.period_jiffies = longest;
		d.pause_jiffies = (int64_t)longest;
		return d;
	}
	d.period_jiffies = in->hz * in->pages_dirtied / in->task_ratelimit;
	pause = (int64_t)d.period_jiffies;
	if (in->is_clock_set)
		pause -= in->think_jiffies;
	if (pause < (int64_t)shortest)
		return no_pause(in, pause, d.period_jiffies);
	if (pause > (int64_t)longest) {
		d.clipped_jiffies = min_u64((uint64_t)pause - longest, longest);
		pause = (int64_t)longest;
	}
	d.pause_jiffies = pause;
	return d;
}

/* Thresholds and pages of the device; exact sums when they are small. */
static void wb_limits(const struct wb_domain *domain, struct bdi_writeback *wb,
		      struct dirty_throttle_control *dtc)
{
	bool exact;

	dtc->wb_thresh = wb_calc_share(domain, wb, dtc->thresh, dtc->dirty);
	dtc->wb_bg_thresh = dtc->thresh ? mul_div(dtc->wb_thresh,
						  dtc->bg_thresh, dtc->thresh)
					: 0;
	exact = dtc->wb_thresh < 2 * wb_stat_error(domain);
	if (exact)
		dtc->wb_dirty = wb_stat_sum(wb, WB_RECLAIMABLE) +
				wb_stat_sum(wb, WB_WRITEBACK);
	else
		dtc->wb_dirty =
			wb_stat(wb, WB_RECLAIMABLE) + wb_stat(wb, WB_WRITEBACK);
}

static struct dirty_throttle_control
throttle_control(const struct wb_domain *domain, struct bdi_writeback *wb,
		 const struct throttle_input *in)
{
	struct dirty_throttle_control dtc = {
		.dirty = in->file_dirty + in->writeback,
		.thresh = in->limits.thresh,
		.bg_thresh = in->limits.bg_thresh,
		.dirty_limit = domain->dirty_limit,
	};

	wb_limits(domain, wb, &dtc);
	return dtc;
}

/* Below freerun: look again when half the (log of the) room is used up. */
static bool runs_free(const struct bdi_writeback *wb, struct dirtied_task *task,
		      const struct dirty_throttle_control *dtc, uint64_t now)
{
	uint64_t dirty = wb->strictlimit ? dtc->wb_dirty : dtc->dirty;
	uint64_t thresh = wb->strictlimit ? dtc->wb_thresh : dtc->thresh;
	uint64_t bg = wb->strictlimit ? dtc->wb_bg_thresh : dtc->bg_thresh;

	if (dirty > dirty_freerun(thresh, bg))
		return false;
	task->paused_when = now;
	task->nr_dirtied = 0;
	task->nr_dirtied_pause = dirty_poll_interval(dirty, thresh);
	return true;
}

static struct throttle_event event_of(const struct dirty_throttle_control *dtc,
				      const struct throttle_input *in,
				      const struct pause_input *pi,
				      const struct pause_decision *pause)
{
	uint64_t setpoint = dirty_setpoint(dtc);

	return (struct throttle_event){
		.limit = dirty_hard_limit(dtc),
		.setpoint = setpoint,
		.dirty = dtc->dirty,
		.wb_setpoint =
			mul_div(setpoint, dtc->wb_thresh, dtc->thresh + 1),
		.wb_dirty = dtc->wb_dirty,
		.dirty_ratelimit = pi->dirty_ratelimit,
		.task_ratelimit = pi->task_ratelimit,
		.dirtied = in->pages_dirtied,
		.dirtied_pause = pi->nr_dirtied_pause,
		.paused_jiffies = in->now - in->start,
		.pause_jiffies = pause->pause_jiffies,
		.period_jiffies = pause->period_jiffies,
		.think_jiffies = pi->is_clock_set ? pi->think_jiffies : 0,
	};
}

/* A pass that does not sleep. */
static void account_go(struct dirtied_task *task, uint64_t now,
		       const struct pause_decision *pause)
{
	task->nr_dirtied_pause = pause->nr_dirtied_pause;
	if (pause->clock == CLOCK_KEEP)
		return;
	task->nr_dirtied = 0;
	if (pause->clock == CLOCK_RESTART)
		task->paused_when = now;
	else
		task->paused_when += pause->period_jiffies;
}

static bool starts_background(const struct wb_domain *domain,
			      const struct bdi_writeback *wb,
			      const struct dirty_throttle_control *dtc,
			      uint64_t file_dirty)
{
	return file_dirty > dtc->bg_thresh ||
	       (domain->config->strictlimit_starts_background &&
		wb->strictlimit && dtc->wb_dirty > dtc->wb_bg_thresh);
}

struct throttle_decision throttle_pass(struct wb_domain *domain,
				       struct bdi_writeback *wb,
				       struct dirtied_task *task,
				       const struct throttle_input *in)
{
	struct dirty_throttle_control dtc = throttle_control(domain, wb, in);
	struct throttle_decision d = {
		.starts_background =
			starts_background(domain, wb, &dtc, in->file_dirty),
		.seen = dtc,
		.pos_ratio = POSITION_RATIO_ONE,
	};
	struct pause_decision pause;
	struct pause_input pi;
	uint64_t pos_ratio;

	if (runs_free(wb, task, &dtc, in->now))
		return d;
	d.starts_background = true;
	wb->dirty_exceeded = dtc.wb_dirty > dtc.wb_thresh &&
			     (dtc.dirty > dtc.thresh || wb->strictlimit);
	pos_ratio = wb_position_ratio(domain->config, &dtc, wb->strictlimit,
				      wb->avg_write_bandwidth);
	d.pos_ratio = pos_ratio;
	d.has_step = in->now - wb->bw_time_stamp > bandwidth_interval(domain);
	if (d.has_step)
		d.step = wb_update_bandwidth_throttled(domain, wb, &dtc,
						       pos_ratio, in->now);
	pi = (struct pause_input){
		.hz = domain->hz,
		.pages_dirtied = in->pages_dirtied,
		.nr_dirtied_pause = task->nr_dirtied_pause,
		.is_clock_set = task->paused_when != 0,
		.think_jiffies = (int64_t)(in->now - task->paused_when),
		.wb_dirty = dtc.wb_dirty,
		.avg_write_bandwidth = wb->avg_write_bandwidth,
		.dirty_ratelimit = wb->dirty_ratelimit,
		.task_ratelimit = (wb->dirty_ratelimit * pos_ratio) >>
				  POSITION_RATIO_SHIFT,
	};
	pause = dirty_pause(&pi);
	dtc.dirty_limit = domain->dirty_limit;
	d.has_event = true;
	d.event = event_of(&dtc, in, &pi, &pause);
	if (!pause.sleeps) {
		d.action = THROTTLE_GO;
		account_go(task, in->now, &pause);
		return d;
	}
	d.action = THROTTLE_SLEEP;
	d.pause_jiffies = (uint64_t)pause.pause_jiffies;
	d.paused_when = in->now + pause.clipped_jiffies + d.pause_jiffies;
	d.nr_dirtied_pause = pause.nr_dirtied_pause;
	d.again =
		pi.task_ratelimit == 0 && dtc.wb_dirty > wb_stat_error(domain);
	return d;
}

void throttle_slept(struct dirtied_task *task,
		    const struct throttle_decision *decision)
{
	task->paused_when = decision->paused_when;
	task->nr_dirtied = 0;
	task->nr_dirtied_pause = decision->nr_dirtied_pause;
}
