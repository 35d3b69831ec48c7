/*
 * Which events belong together, and inputs that lie between events.
 */
#include "sim/validate/control_passes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/base/units.h"

#define JIFFY_US (1000000u / RECORDED_HZ)

void control_values_add(struct control_values *values, uint64_t value)
{
	for (unsigned int i = 0; i < values->nr; i++)
		if (values->items[i] == value)
			return;
	if (values->nr < CONTROL_MAX_VALUES)
		values->items[values->nr++] = value;
}

static const struct control_event *event_at(const struct control_replayer *r,
					    size_t i)
{
	return &r->log->events[i];
}

/** struct open_pass - of one task: events whose throttle event is to come */
struct open_pass {
	size_t state;
	size_t update;
};

static void in_pass(struct control_replayer *r, struct open_pass *open,
		    size_t i)
{
	const struct control_event *event = event_at(r, i);

	switch (event->kind) {
	case CONTROL_STATE:
		*open = (struct open_pass){ i, CONTROL_NONE };
		break;
	case CONTROL_RATELIMIT:
		r->passes[i].state = open->state;
		open->update = i;
		break;
	case CONTROL_THROTTLE:
		r->passes[i].state = open->state;
		if (open->update != CONTROL_NONE &&
		    event_at(r, open->update)->bdi == event->bdi) {
			r->passes[i].update = open->update;
			r->passes[open->update].throttle = i;
		}
		*open = (struct open_pass){ CONTROL_NONE, CONTROL_NONE };
		break;
	case CONTROL_WORK:
	case CONTROL_INODE:
		break;
	}
}

/* The device's updates on either side of each event. */
static void find_updates(struct control_replayer *r)
{
	size_t nr_bdis = r->log->bdis.nr;
	size_t *last = malloc((nr_bdis + 1) * sizeof(*last));

	SIM_ASSERT(last != NULL);
	for (size_t b = 0; b < nr_bdis; b++)
		last[b] = CONTROL_NONE;
	for (size_t i = 0; i < r->log->nr; i++) {
		const struct control_event *event = event_at(r, i);

		if (event->kind == CONTROL_STATE)
			continue;
		r->passes[i].last_update = last[event->bdi];
		if (event->kind == CONTROL_RATELIMIT)
			last[event->bdi] = i;
	}
	for (size_t b = 0; b < nr_bdis; b++)
		last[b] = CONTROL_NONE;
	for (size_t i = r->log->nr; i-- > 0;) {
		const struct control_event *event = event_at(r, i);

		if (event->kind == CONTROL_STATE)
			continue;
		r->passes[i].next_update = last[event->bdi];
		if (event->kind == CONTROL_RATELIMIT)
			last[event->bdi] = i;
	}
	free(last);
}

void control_find_passes(struct control_replayer *r)
{
	size_t nr_tasks = r->log->tasks.nr;
	struct open_pass *open = malloc((nr_tasks + 1) * sizeof(*open));

	r->passes = malloc((r->log->nr + 1) * sizeof(*r->passes));
	SIM_ASSERT(open != NULL && r->passes != NULL);
	for (size_t t = 0; t < nr_tasks; t++)
		open[t] = (struct open_pass){ CONTROL_NONE, CONTROL_NONE };
	for (size_t i = 0; i < r->log->nr; i++) {
		r->passes[i] = (struct control_pass){
			CONTROL_NONE, CONTROL_NONE, CONTROL_NONE,
			CONTROL_NONE, CONTROL_NONE,
		};
		in_pass(r, &open[event_at(r, i)->task], i);
	}
	find_updates(r);
	free(open);
}

/*
 * The phase of the tick is not recorded: between two dates lie whole periods
 * or one tick more.  An emulator may serve a tick late.
 */
struct control_values control_elapsed(const struct control_replayer *r,
				      uint64_t from_us, uint64_t to_us)
{
	uint64_t whole = (to_us - from_us) / JIFFY_US;
	struct control_values ret = { .items = { whole, whole + 1 }, .nr = 2 };

	if (!r->setting->exact_clock) {
		control_values_add(&ret, whole + 2);
		if (whole > 1)
			control_values_add(&ret, whole - 1);
	}
	return ret;
}

/*
 * Within the period that an update smooths over it leaves the average @avg or
 * moves it one step toward the bandwidth that it found, whatever it counted.
 */
static void add_step(uint64_t avg, uint64_t found, struct control_values *ret)
{
	control_values_add(ret, avg);
	if (avg > found)
		control_values_add(ret, avg - ((avg - found) >> 3));
	else if (avg < found)
		control_values_add(ret, avg + ((found - avg) >> 3));
}

/*
 * The average after update @u, which counted @written pages from @from_us,
 * and after one more, untraced, update.
 */
static void add_updated(const struct control_replayer *r, size_t u,
			uint64_t from_us, uint64_t written,
			struct control_values *ret)
{
	const struct control_event *event = event_at(r, u);
	struct control_values elapsed =
		control_elapsed(r, from_us, event->t_us);

	for (unsigned int e = 0; e < elapsed.nr; e++) {
		struct bdi_writeback wb = {
			.write_bandwidth =
				control_pages(event->ratelimit.write_bw),
			.avg_write_bandwidth =
				control_pages(event->ratelimit.awrite_bw),
		};

		wb_update_write_bandwidth(&wb, RECORDED_HZ,
					  max_u64(elapsed.items[e], 1),
					  written);
		add_step(wb.avg_write_bandwidth, wb.write_bandwidth, ret);
	}
}

/* What update @u may have made of the average. */
static void add_after_update(const struct control_replayer *r, size_t u,
			     struct control_values *ret)
{
	const struct control_ratelimit *l = &event_at(r, u)->ratelimit;
	size_t before = r->passes[u].last_update;
	size_t now = r->passes[u].state;
	size_t then =
		before == CONTROL_NONE ? CONTROL_NONE : r->passes[before].state;

	if (now != CONTROL_NONE && then != CONTROL_NONE)
		add_updated(r, u, event_at(r, before)->t_us,
			    (uint64_t)(event_at(r, now)->state.written -
				       event_at(r, then)->state.written),
			    ret);
	/* its stamps may have restarted since the last traced update */
	add_step(control_pages(l->awrite_bw), control_pages(l->write_bw), ret);
}

struct control_values control_averages(const struct control_replayer *r,
				       size_t i, bool before_update)
{
	const struct control_pass *pass = &r->passes[i];
	struct control_values ret = { .nr = 0 };

	if (before_update && pass->update != CONTROL_NONE) {
		control_values_add(
			&ret, control_pages(event_at(r, pass->update)
						    ->ratelimit.awrite_bw));
		return ret;
	}
	if (pass->next_update != CONTROL_NONE)
		control_values_add(
			&ret, control_pages(event_at(r, pass->next_update)
						    ->ratelimit.awrite_bw));
	if (pass->last_update != CONTROL_NONE)
		add_after_update(r, pass->last_update, &ret);
	else if (r->setting->fresh_device)
		control_values_add(&ret, WB_INIT_BANDWIDTH);
	return ret;
}

bool control_dtc(const struct control_replayer *r, size_t i,
		 struct dirty_throttle_control *ret)
{
	const struct control_throttle *t = &event_at(r, i)->throttle;
	size_t state = r->passes[i].state;
	struct dirty_thresholds limits = r->setting->limits;

	if (state != CONTROL_NONE) {
		limits.thresh = (uint64_t)event_at(r, state)->state.thresh;
		limits.bg_thresh =
			(uint64_t)event_at(r, state)->state.bg_thresh;
	}
	*ret = (struct dirty_throttle_control){
		.dirty = (uint64_t)t->dirty,
		.thresh = limits.thresh,
		.bg_thresh = limits.bg_thresh,
		.dirty_limit = (uint64_t)t->limit,
		.wb_dirty = (uint64_t)t->wb_dirty,
	};
	return limits.thresh > 0;
}

void control_set_share(struct dirty_throttle_control *dtc, uint64_t wb_thresh)
{
	dtc->wb_thresh = wb_thresh;
	dtc->wb_bg_thresh = mul_div(wb_thresh, dtc->bg_thresh, dtc->thresh);
}

/* wb_setpoint is setpoint * wb_thresh / (thresh + 1), rounded down. */
struct control_values control_wb_thresholds(const struct control_replayer *r,
					    size_t i)
{
	const struct control_throttle *t = &event_at(r, i)->throttle;
	struct control_values ret = { .nr = 0 };
	struct dirty_throttle_control dtc;
	uint64_t wb_setpoint = (uint64_t)t->wb_setpoint;
	uint64_t setpoint = (uint64_t)t->setpoint;
	uint64_t thresh;

	if (!control_dtc(r, i, &dtc) || setpoint == 0)
		return ret;
	thresh = mul_div_up(wb_setpoint, dtc.thresh + 1, setpoint);
	while (ret.nr < CONTROL_MAX_VALUES &&
	       mul_div(setpoint, thresh, dtc.thresh + 1) == wb_setpoint)
		control_values_add(&ret, thresh++);
	return ret;
}

void control_miss(struct control_replayer *r, enum control_row row, size_t i,
		  const char *format, ...)
{
	struct control_count *count = &r->result->rows[row];
	int used;
	va_list args;

	if (count->first_miss[0])
		return;
	used = snprintf(count->first_miss, sizeof(count->first_miss),
			"%lu us, task %s: ", event_at(r, i)->t_us,
			r->log->tasks.items[event_at(r, i)->task]);
	if (used < 0 || (size_t)used >= sizeof(count->first_miss))
		return;
	va_start(args, format);
	vsnprintf(count->first_miss + used,
		  sizeof(count->first_miss) - (size_t)used, format, args);
	va_end(args);
}
