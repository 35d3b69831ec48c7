/*
 * Rows of balance_dirty_pages that one event decides.
 */
#include "models/mm/dirty_throttle.h"
#include "sim/base/units.h"
#include "sim/validate/control_passes.h"

#include <stdlib.h>

/* An untraced update leaves any average; none recorded is beyond 4 GiB/s. */
#define MAX_AVERAGE (1u << 20)
#define MAX_LATE    RECORDED_HZ

static const struct control_throttle *
throttle_at(const struct control_replayer *r, size_t i)
{
	return &r->log->events[i].throttle;
}

static void replay_limits(struct control_replayer *r, size_t i)
{
	struct control_count *count = &r->result->rows[CONTROL_LIMITS];
	const struct control_throttle *t = throttle_at(r, i);
	const struct control_state *s;
	struct dirty_throttle_control dtc;
	uint64_t dirty;

	if (r->passes[i].state == CONTROL_NONE)
		return;
	s = &r->log->events[r->passes[i].state].state;
	dirty = (uint64_t)(s->dirty + s->writeback);
	dtc = (struct dirty_throttle_control){
		.thresh = (uint64_t)s->thresh,
		.bg_thresh = (uint64_t)s->bg_thresh,
		.dirty_limit = (uint64_t)s->limit,
	};
	count->total++;
	if (dirty_hard_limit(&dtc) == (uint64_t)t->limit &&
	    dirty_setpoint(&dtc) == (uint64_t)t->setpoint &&
	    dirty == (uint64_t)t->dirty)
		count->exact++;
	else
		control_miss(
			r, CONTROL_LIMITS, i,
			"limit %ld, setpoint %ld, dirty %ld; computed %lu, %lu, %lu",
			t->limit, t->setpoint, t->dirty, dirty_hard_limit(&dtc),
			dirty_setpoint(&dtc), dirty);
}

/* Task rate at event @i with the average @avg and the device's @wb_thresh. */
static uint64_t task_rate(const struct control_replayer *r, size_t i,
			  uint64_t wb_thresh, uint64_t avg)
{
	struct dirty_throttle_control dtc;

	control_dtc(r, i, &dtc);
	control_set_share(&dtc, wb_thresh);
	return (control_pages(throttle_at(r, i)->dirty_ratelimit) *
		wb_position_ratio(r->setting->config, &dtc,
				  r->setting->strictlimit, avg)) >>
	       POSITION_RATIO_SHIFT;
}

static bool rate_fits(const struct control_replayer *r, size_t i,
		      const struct control_values *thresholds, uint64_t avg)
{
	uint64_t wanted = control_pages(throttle_at(r, i)->task_ratelimit);

	for (unsigned int n = 0; n < thresholds->nr; n++)
		if (task_rate(r, i, thresholds->items[n], avg) == wanted)
			return true;
	return false;
}

/* Return: NR_CONTROL_REASONS: exact; -1: not reproduced. */
static int judge_rate(const struct control_replayer *r, size_t i)
{
	struct control_values averages = control_averages(r, i, true);
	struct control_values thresholds = control_wb_thresholds(r, i);

	if (r->setting->strictlimit)
		control_values_add(&averages, WB_INIT_BANDWIDTH); /* unused */
	for (unsigned int n = 0; n < averages.nr; n++)
		if (rate_fits(r, i, &thresholds, averages.items[n]))
			return NR_CONTROL_REASONS;
	if (r->passes[i].update != CONTROL_NONE || r->setting->strictlimit)
		return -1;
	for (uint64_t avg = 1; avg < MAX_AVERAGE; avg++)
		if (rate_fits(r, i, &thresholds, avg))
			return CONTROL_AVERAGE;
	return -1;
}

static struct pause_input pause_input_of(const struct control_throttle *t,
					 uint64_t avg, int64_t think)
{
	return (struct pause_input){
		.hz = RECORDED_HZ,
		.pages_dirtied = (uint64_t)t->dirtied,
		.nr_dirtied_pause = (uint64_t)t->dirtied_pause,
		.is_clock_set = think != 0,
		.think_jiffies = think,
		.wb_dirty = (uint64_t)t->wb_dirty,
		.avg_write_bandwidth = avg,
		.dirty_ratelimit =
			max_u64(control_pages(t->dirty_ratelimit), 1),
		.task_ratelimit = control_pages(t->task_ratelimit),
	};
}

/**
 * struct pause_judgement - as judge_rate(); @pauses: nr_dirtied_pause after
 */
struct pause_judgement {
	int period;
	int pause;
	struct control_values pauses;
};

/* One try: is the printed period, the printed pause the outcome? */
static void try_pause(const struct control_throttle *t, uint64_t avg,
		      int64_t think, int as, struct pause_judgement *j)
{
	struct pause_input in = pause_input_of(t, avg, think);
	struct pause_decision d = dirty_pause(&in);
	int64_t period;
	int64_t pause;
	bool whole = control_jiffies(t->period, &period);

	if (whole && d.period_jiffies == (uint64_t)period && j->period < 0)
		j->period = as == CONTROL_LATE ? NR_CONTROL_REASONS : as;
	if (!control_jiffies(t->pause, &pause) || d.pause_jiffies != pause ||
	    !whole || d.period_jiffies != (uint64_t)period)
		return;
	if (j->pause < 0)
		j->pause = as;
	if (j->pause == as)
		control_values_add(&j->pauses, d.nr_dirtied_pause);
}

static struct pause_judgement judge_pause(const struct control_replayer *r,
					  size_t i)
{
	const struct control_throttle *t = throttle_at(r, i);
	struct control_values averages = control_averages(r, i, false);
	struct pause_judgement j = { .period = -1, .pause = -1 };
	int64_t think;

	if (!control_jiffies(t->think, &think))
		return j;
	for (unsigned int n = 0; n < averages.nr; n++)
		try_pause(t, averages.items[n], think, NR_CONTROL_REASONS, &j);
	for (int64_t late = 1; j.pause < 0 && late <= MAX_LATE; late++)
		for (unsigned int n = 0; n < averages.nr; n++)
			try_pause(t, averages.items[n], think - late,
				  CONTROL_LATE, &j);
	for (uint64_t avg = 1; j.pause < 0 && avg < MAX_AVERAGE; avg++)
		try_pause(t, avg, think, CONTROL_AVERAGE, &j);
	return j;
}

static void count_judgement(struct control_replayer *r, enum control_row row,
			    size_t i, int judgement, const char *name,
			    int64_t recorded)
{
	struct control_count *count = &r->result->rows[row];

	count->total++;
	if (judgement == NR_CONTROL_REASONS)
		count->exact++;
	else if (judgement >= 0)
		count->apart[judgement]++;
	else
		control_miss(r, row, i, "%s %ld does not follow", name,
			     recorded);
}

/* A strictly limited device's three values are judged as one. */
static int join_judgements(int a, int b, int c)
{
	int ret = a < b ? a : b;

	return c < ret ? c : ret;
}

static struct control_values replay_pause(struct control_replayer *r, size_t i)
{
	const struct control_throttle *t = throttle_at(r, i);
	struct pause_judgement j = judge_pause(r, i);
	struct dirty_throttle_control dtc;
	int rate;

	if (!control_dtc(r, i, &dtc))
		return j.pauses;
	rate = judge_rate(r, i);
	if (r->setting->strictlimit) {
		count_judgement(r, CONTROL_STRICT, i,
				join_judgements(rate, j.period, j.pause),
				"task_ratelimit, period or pause", t->pause);
		return j.pauses;
	}
	count_judgement(r, CONTROL_TASK_RATELIMIT, i, rate, "task_ratelimit",
			t->task_ratelimit);
	count_judgement(r, CONTROL_PERIOD, i, j.period, "period", t->period);
	count_judgement(r, CONTROL_PAUSE, i, j.pause, "pause", t->pause);
	return j.pauses;
}

struct control_values control_replay_throttle(struct control_replayer *r,
					      size_t i)
{
	replay_limits(r, i);
	return replay_pause(r, i);
}
