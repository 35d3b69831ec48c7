/*
 * Rows of bdi_dirty_ratelimit.
 */
#include "sim/base/units.h"
#include "sim/validate/control_passes.h"

/** struct stamp - date and counters that an update may have counted from */
struct stamp {
	uint64_t t_us;
	uint64_t dirtied;
	uint64_t written;
};

/** struct estimates - pages/s */
struct estimates {
	uint64_t write_bandwidth;
	uint64_t average;
};

static const struct control_ratelimit *
ratelimit_at(const struct control_replayer *r, size_t i)
{
	return &r->log->events[i].ratelimit;
}

/* Rates before update @i. */
static bool rates_before(const struct control_replayer *r, size_t i,
			 struct bdi_writeback *wb)
{
	size_t before = r->passes[i].last_update;

	if (before != CONTROL_NONE) {
		const struct control_ratelimit *l = ratelimit_at(r, before);

		wb->dirty_ratelimit = control_pages(l->dirty_ratelimit);
		wb->balanced_dirty_ratelimit =
			control_pages(l->balanced_dirty_ratelimit);
		return true;
	}
	wb->dirty_ratelimit = WB_INIT_BANDWIDTH;
	wb->balanced_dirty_ratelimit = WB_INIT_BANDWIDTH;
	return r->setting->fresh_device;
}

static bool step_fits(const struct control_replayer *r, size_t i,
		      const struct bdi_writeback *before, uint64_t wb_thresh)
{
	const struct control_ratelimit *l = ratelimit_at(r, i);
	struct bdi_writeback wb = *before;
	struct dirty_throttle_control dtc;
	struct ratelimit_step step;
	uint64_t ratio;

	control_dtc(r, r->passes[i].throttle, &dtc);
	control_set_share(&dtc, wb_thresh);
	ratio = wb_position_ratio(r->setting->config, &dtc, wb.strictlimit,
				  wb.avg_write_bandwidth);
	step = wb_update_dirty_ratelimit(r->setting->config, &wb, &dtc, ratio,
					 control_pages(l->dirty_rate));
	return step.task_ratelimit == control_pages(l->task_ratelimit) &&
	       step.dirty_ratelimit == control_pages(l->dirty_ratelimit) &&
	       step.balanced_dirty_ratelimit ==
		       control_pages(l->balanced_dirty_ratelimit);
}

static void replay_step(struct control_replayer *r, size_t i)
{
	struct control_count *count = &r->result->rows[CONTROL_RATE_STEP];
	const struct control_ratelimit *l = ratelimit_at(r, i);
	size_t throttle = r->passes[i].throttle;
	struct bdi_writeback wb = {
		.strictlimit = r->setting->strictlimit,
		.avg_write_bandwidth = control_pages(l->awrite_bw),
		.write_bandwidth = control_pages(l->write_bw),
	};
	struct control_values thresholds;
	struct dirty_throttle_control dtc;

	if (throttle == CONTROL_NONE || !control_dtc(r, throttle, &dtc))
		return;
	count->total++;
	if (!rates_before(r, i, &wb)) {
		count->apart[CONTROL_BEFORE]++;
		return;
	}
	thresholds = control_wb_thresholds(r, throttle);
	for (unsigned int n = 0; n < thresholds.nr; n++) {
		if (step_fits(r, i, &wb, thresholds.items[n])) {
			count->exact++;
			return;
		}
	}
	control_miss(
		r, CONTROL_RATE_STEP, i,
		"task_ratelimit %ld, dirty_ratelimit %ld, balanced %ld do not follow",
		l->task_ratelimit, l->dirty_ratelimit,
		l->balanced_dirty_ratelimit);
}

/* The counters at update @i. */
static bool stamp_of(const struct control_replayer *r, size_t i,
		     struct stamp *ret)
{
	const struct control_state *s;

	if (i == CONTROL_NONE || r->passes[i].state == CONTROL_NONE)
		return false;
	s = &r->log->events[r->passes[i].state].state;
	*ret = (struct stamp){
		.t_us = r->log->events[i].t_us,
		.dirtied = (uint64_t)s->dirtied,
		.written = (uint64_t)s->written,
	};
	return true;
}

static bool rate_is(const struct control_replayer *r, size_t i,
		    const struct stamp *from, const struct stamp *to)
{
	uint64_t wanted = control_pages(ratelimit_at(r, i)->dirty_rate);
	struct control_values elapsed =
		control_elapsed(r, from->t_us, to->t_us);

	for (unsigned int e = 0; e < elapsed.nr; e++)
		if ((to->dirtied - from->dirtied) * RECORDED_HZ /
			    max_u64(elapsed.items[e], 1) ==
		    wanted)
			return true;
	return false;
}

/* Does the rate fit stamps that restarted between states @a and @b? */
static bool rate_may_be(const struct control_replayer *r, size_t i,
			const struct stamp *a, const struct stamp *b,
			const struct stamp *to)
{
	uint64_t wanted = control_pages(ratelimit_at(r, i)->dirty_rate);
	uint64_t jiffy_us = 1000000u / RECORDED_HZ;
	uint64_t shortest = max_u64((to->t_us - b->t_us) / jiffy_us, 1);
	uint64_t longest = (to->t_us - a->t_us) / jiffy_us + 1;

	for (uint64_t e = shortest; e <= longest; e++) {
		uint64_t least = (wanted * e + RECORDED_HZ - 1) / RECORDED_HZ;

		if (least <= to->dirtied - a->dirtied &&
		    (to->dirtied - b->dirtied) * RECORDED_HZ / e <= wanted)
			return true;
	}
	return false;
}

/** struct state_walk - the states recorded between two dates, in order */
struct state_walk {
	const struct control_replayer *r;
	size_t next;
	size_t end;
};

static struct state_walk states_before(const struct control_replayer *r,
				       size_t i)
{
	size_t from = r->passes[i].last_update;

	return (struct state_walk){ r, from == CONTROL_NONE ? 0 : from, i };
}

static bool next_state(struct state_walk *walk, struct stamp *ret)
{
	for (; walk->next < walk->end; walk->next++) {
		const struct control_event *event =
			&walk->r->log->events[walk->next];

		if (event->kind != CONTROL_STATE)
			continue;
		*ret = (struct stamp){
			.t_us = event->t_us,
			.dirtied = (uint64_t)event->state.dirtied,
			.written = (uint64_t)event->state.written,
		};
		walk->next++;
		return true;
	}
	return false;
}

static bool rate_after_restart(const struct control_replayer *r, size_t i,
			       const struct stamp *to)
{
	struct state_walk walk = states_before(r, i);
	struct stamp a;
	struct stamp b;

	if (!next_state(&walk, &a))
		return false;
	while (next_state(&walk, &b)) {
		if (rate_may_be(r, i, &a, &b, to))
			return true;
		a = b;
	}
	return false;
}

static void replay_dirty_rate(struct control_replayer *r, size_t i)
{
	struct control_count *count = &r->result->rows[CONTROL_DIRTY_RATE];
	struct stamp from;
	struct stamp to;

	if (!stamp_of(r, i, &to))
		return;
	count->total++;
	if (stamp_of(r, r->passes[i].last_update, &from) &&
	    rate_is(r, i, &from, &to))
		count->exact++;
	else if (rate_after_restart(r, i, &to))
		count->apart[CONTROL_UPDATE]++;
	else
		control_miss(r, CONTROL_DIRTY_RATE, i,
			     "dirty_rate %ld does not follow",
			     ratelimit_at(r, i)->dirty_rate);
}

static struct estimates printed_estimates(const struct control_replayer *r,
					  size_t i)
{
	return (struct estimates){
		control_pages(ratelimit_at(r, i)->write_bw),
		control_pages(ratelimit_at(r, i)->awrite_bw),
	};
}

static bool same_estimates(const struct estimates *a, const struct estimates *b)
{
	return a->write_bandwidth == b->write_bandwidth &&
	       a->average == b->average;
}

static struct estimates updated(struct estimates from, uint64_t elapsed,
				uint64_t written)
{
	struct bdi_writeback wb = {
		.write_bandwidth = from.write_bandwidth,
		.avg_write_bandwidth = from.average,
	};

	wb_update_write_bandwidth(&wb, RECORDED_HZ, max_u64(elapsed, 1),
				  written);
	return (struct estimates){ wb.write_bandwidth, wb.avg_write_bandwidth };
}

/* Does an update from @from to @to lead from estimates @old to @wanted? */
static bool leads_to(const struct control_replayer *r, struct estimates old,
		     const struct stamp *from, const struct stamp *to,
		     const struct estimates *wanted)
{
	struct control_values elapsed =
		control_elapsed(r, from->t_us, to->t_us);

	for (unsigned int e = 0; e < elapsed.nr; e++) {
		struct estimates got = updated(old, elapsed.items[e],
					       to->written - from->written);

		if (same_estimates(&got, wanted))
			return true;
	}
	return false;
}

/* The same with another, untraced one between them. */
static bool leads_over(const struct control_replayer *r, size_t i,
		       struct estimates old, const struct stamp *from,
		       const struct stamp *to, const struct estimates *wanted)
{
	struct control_values first = control_elapsed(r, from->t_us, to->t_us);
	struct state_walk walk = states_before(r, i);
	struct stamp at;

	for (unsigned int e = 0; e < first.nr; e++) {
		struct estimates after = updated(old, first.items[e],
						 to->written - from->written);

		walk = states_before(r, i);
		while (next_state(&walk, &at))
			if (at.t_us > to->t_us &&
			    leads_to(r, after, to, &at, wanted))
				return true;
	}
	return false;
}

/*
 * What update @i found is what the one before, @k, made of what it found:
 * directly; or its stamps had restarted, or an untraced one followed.
 */
static bool follows_untraced(const struct control_replayer *r, size_t i,
			     size_t k, const struct stamp *to)
{
	struct estimates wanted = printed_estimates(r, i);
	struct estimates old = printed_estimates(r, k);
	struct state_walk walk = states_before(r, k);
	struct stamp from;

	while (next_state(&walk, &from)) {
		if (leads_to(r, old, &from, to, &wanted))
			return true;
	}
	return stamp_of(r, r->passes[k].last_update, &from) &&
	       leads_over(r, i, old, &from, to, &wanted);
}

static void replay_bandwidth(struct control_replayer *r, size_t i)
{
	struct control_count *count = &r->result->rows[CONTROL_BANDWIDTH];
	struct estimates initial = { WB_INIT_BANDWIDTH, WB_INIT_BANDWIDTH };
	struct estimates found = printed_estimates(r, i);
	size_t k = r->passes[i].last_update;
	struct stamp from;
	struct stamp to;

	if (k != CONTROL_NONE && !stamp_of(r, k, &to))
		return;
	count->total++;
	if (k == CONTROL_NONE) {
		if (r->setting->fresh_device &&
		    same_estimates(&found, &initial))
			count->exact++;
		else
			count->apart[r->setting->fresh_device
					     ? CONTROL_UPDATE
					     : CONTROL_BEFORE]++;
	} else if (stamp_of(r, r->passes[k].last_update, &from) &&
		   leads_to(r, printed_estimates(r, k), &from, &to, &found)) {
		count->exact++;
	} else if (follows_untraced(r, i, k, &to)) {
		count->apart[CONTROL_UPDATE]++;
	} else {
		control_miss(r, CONTROL_BANDWIDTH, i,
			     "write_bw %ld, awrite_bw %ld do not follow",
			     ratelimit_at(r, i)->write_bw,
			     ratelimit_at(r, i)->awrite_bw);
	}
}

void control_replay_updates(struct control_replayer *r)
{
	for (size_t i = 0; i < r->log->nr; i++) {
		if (r->log->events[i].kind != CONTROL_RATELIMIT)
			continue;
		replay_step(r, i);
		replay_dirty_rate(r, i);
		replay_bandwidth(r, i);
	}
}
