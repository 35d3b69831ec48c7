/*
 * nr_dirtied_pause: what one event leaves to the task, its next one finds.
 * Recordings name tasks; several of one name are told apart by their state.
 */
#include <stdlib.h>

#include "sim/base/units.h"
#include "sim/validate/control_passes.h"

#define MAX_TASKS   16
#define MAX_RETURNS 32

/**
 * struct replay_task - one writer
 * @event: its last throttle event
 * @pauses: what nr_dirtied_pause may be by now
 */
struct replay_task {
	size_t event;
	struct control_values pauses;
};

/**
 * struct replay_tasks - writers of one name
 * @nr_first: writers seen for the first time so far
 * @state: its last global_dirty_state, as long as no throttle event follows
 * @returns: poll intervals of returns below freerun, by whichever task
 */
struct replay_tasks {
	struct replay_task tasks[MAX_TASKS];
	unsigned int nr_tasks;
	unsigned int nr_first;
	size_t state;
	bool has_states;
	uint64_t returns[MAX_RETURNS];
	unsigned int nr_returns;
};

static const struct control_throttle *
throttle_at(const struct control_replayer *r, size_t i)
{
	return &r->log->events[i].throttle;
}

static bool has_value(const struct control_values *values, uint64_t value)
{
	for (unsigned int i = 0; i < values->nr; i++)
		if (values->items[i] == value)
			return true;
	return false;
}

/* A pass that left no throttle event and lay below freerun. */
static void note_return(struct control_replayer *r, struct replay_tasks *ts)
{
	const struct control_state *s = &r->log->events[ts->state].state;
	uint64_t dirty = (uint64_t)(s->dirty + s->writeback);
	uint64_t thresh = (uint64_t)s->thresh;

	if (dirty > dirty_freerun(thresh, (uint64_t)s->bg_thresh))
		return;
	if (ts->nr_returns == MAX_RETURNS) {
		for (unsigned int i = 1; i < MAX_RETURNS; i++)
			ts->returns[i - 1] = ts->returns[i];
		ts->nr_returns--;
	}
	ts->returns[ts->nr_returns++] = dirty_poll_interval(dirty, thresh);
}

static void at_state(struct control_replayer *r, struct replay_tasks *ts,
		     size_t i)
{
	if (ts->state != CONTROL_NONE)
		note_return(r, ts);
	ts->state = i;
	ts->has_states = true;
}

/* Place of @value among @values, the likeliest first; values->nr: not there. */
static unsigned int rank_of(const struct control_values *values, uint64_t value)
{
	unsigned int i = 0;

	while (i < values->nr && values->items[i] != value)
		i++;
	return i;
}

/* Of the writers whose state fits, the likeliest, then the longest ago. */
static struct replay_task *fitting_task(struct replay_tasks *ts, uint64_t pause)
{
	struct replay_task *best = NULL;
	unsigned int best_rank = 0;

	for (unsigned int n = 0; n < ts->nr_tasks; n++) {
		struct replay_task *task = &ts->tasks[n];
		unsigned int rank = rank_of(&task->pauses, pause);

		if (rank == task->pauses.nr)
			continue;
		if (!best || rank < best_rank ||
		    (rank == best_rank && task->event < best->event)) {
			best = task;
			best_rank = rank;
		}
	}
	return best;
}

static struct replay_task *oldest_task(struct replay_tasks *ts)
{
	struct replay_task *best = &ts->tasks[0];

	for (unsigned int n = 1; n < ts->nr_tasks; n++)
		if (ts->tasks[n].event < best->event)
			best = &ts->tasks[n];
	return best;
}

static struct replay_task *new_task(struct replay_tasks *ts)
{
	return ts->nr_tasks < MAX_TASKS ? &ts->tasks[ts->nr_tasks++]
					: oldest_task(ts);
}

/* Did a return below freerun leave @pause?  It is then used up. */
static bool take_return(struct replay_tasks *ts, uint64_t pause)
{
	for (unsigned int i = ts->nr_returns; i-- > 0;) {
		if (ts->returns[i] != pause)
			continue;
		for (; i + 1 < ts->nr_returns; i++)
			ts->returns[i] = ts->returns[i + 1];
		ts->nr_returns--;
		return true;
	}
	return false;
}

/** enum origin - where an event's nr_dirtied_pause comes from */
enum origin {
	FIRST_EVENT, /* the task was not seen before */
	FITS,        /* what its last event, or return below freerun, left */
	UNKNOWN,
};

/* The only writer: its last return below freerun, or its last event. */
static struct replay_task *only_task(struct replay_tasks *ts, uint64_t pause,
				     enum origin *ret)
{
	bool fits = ts->nr_returns ? ts->returns[ts->nr_returns - 1] == pause
				   : has_value(&ts->tasks[0].pauses, pause);

	ts->nr_returns = 0;
	*ret = fits ? FITS : UNKNOWN;
	return &ts->tasks[0];
}

/*
 * Several writers of one name: their states are told apart, not they; which
 * one a return below freerun belongs to is not recorded, so that the state
 * that it replaced stays.
 */
static struct replay_task *one_of_tasks(const struct control_replayer *r,
					struct replay_tasks *ts, size_t i,
					enum origin *ret)
{
	const struct control_throttle *t = throttle_at(r, i);
	uint64_t pause = (uint64_t)t->dirtied_pause;
	struct replay_task *task = fitting_task(ts, pause);

	*ret = FITS;
	if (task)
		return task;
	if (ts->nr_first < r->setting->nr_writers &&
	    pause == TASK_FIRST_PAUSE_PAGES && t->think == 0) {
		ts->nr_first++;
		*ret = FIRST_EVENT;
		return new_task(ts);
	}
	if (take_return(ts, pause))
		return new_task(ts);
	*ret = UNKNOWN;
	return oldest_task(ts);
}

/* Which writer printed event @i. */
static struct replay_task *task_of(const struct control_replayer *r,
				   struct replay_tasks *ts, size_t i,
				   enum origin *ret)
{
	if (ts->nr_tasks == 0) {
		*ret = FIRST_EVENT;
		ts->nr_first = 1;
		if (r->setting->nr_writers <= 1)
			ts->nr_returns = 0;
		return new_task(ts);
	}
	if (r->setting->nr_writers <= 1)
		return only_task(ts, (uint64_t)throttle_at(r, i)->dirtied_pause,
				 ret);
	return one_of_tasks(r, ts, i, ret);
}

static bool is_power_of_two(uint64_t value)
{
	return value != 0 && (value & (value - 1)) == 0;
}

/* nr_dirtied_pause that event @i found, against what the last one left. */
static void replay_dirtied_pause(struct control_replayer *r,
				 struct replay_tasks *ts, size_t i,
				 const struct control_values *after)
{
	enum control_row row = r->setting->strictlimit
				       ? CONTROL_STRICT_DIRTIED_PAUSE
				       : CONTROL_DIRTIED_PAUSE;
	uint64_t pause = (uint64_t)throttle_at(r, i)->dirtied_pause;
	struct control_count *count = &r->result->rows[row];
	bool unseen = !ts->has_states || r->setting->strictlimit;
	enum origin origin;
	struct replay_task *task = task_of(r, ts, i, &origin);

	if (origin != FIRST_EVENT)
		count->total++;
	if (origin == FITS)
		count->exact++;
	else if (origin == UNKNOWN && unseen && is_power_of_two(pause))
		count->apart[CONTROL_FREERUN]++;
	else if (origin == UNKNOWN)
		control_miss(r, row, i, "dirtied_pause %lu, computed %lu",
			     pause,
			     task->pauses.nr ? task->pauses.items[0] : 0);
	*task = (struct replay_task){ .event = i, .pauses = *after };
	ts->state = CONTROL_NONE;
}

void control_replay_throttles(struct control_replayer *r)
{
	size_t nr_names = r->log->tasks.nr;
	struct replay_tasks *names = calloc(nr_names + 1, sizeof(*names));

	SIM_ASSERT(names != NULL);
	for (size_t n = 0; n < nr_names; n++)
		names[n].state = CONTROL_NONE;
	for (size_t i = 0; i < r->log->nr; i++) {
		const struct control_event *event = &r->log->events[i];
		struct control_values after;

		if (event->kind == CONTROL_STATE)
			at_state(r, &names[event->task], i);
		if (event->kind != CONTROL_THROTTLE)
			continue;
		after = control_replay_throttle(r, i);
		replay_dirtied_pause(r, &names[event->task], i, &after);
	}
	free(names);
}
