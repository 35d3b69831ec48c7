#include "models/block/wbt.h"

#include <limits.h>
#include <stdlib.h>

#include "models/block/internal.h"
#include "sim/base/assert.h"
#include "sim/base/units.h"

/* depth of step 0 */
#define DEFAULT_DEPTH 16
/* windows without writes after which the step shrinks by one */
#define UNKNOWN_WINDOWS 5
/* how long a writer's sleep keeps the limit at its maximum */
#define RECENT_SLEEP_NS NS_PER_S

static uint32_t queue_requests(const struct blk_queue *queue)
{
	return queue->sched ? queue->nr_requests : queue->depth;
}

/* Limits of the step in force. */
static void set_limits(struct wbt *wbt)
{
	uint64_t nr = queue_requests(wbt->queue);
	uint64_t base = min_u64(DEFAULT_DEPTH, nr);
	uint64_t max = nr * 3 / 4;
	uint64_t depth = base;

	wbt->scaled_max = false;
	if (wbt->step) {
		depth = 1 + ((base - 1) << wbt->step);
		if (depth > max) {
			depth = max_u64(max, 1);
			wbt->scaled_max = true;
		}
	}
	wbt->max_depth = (uint32_t)depth;
	wbt->normal = (uint32_t)(depth + 1) / 2;
	wbt->background = depth > 2 ? (uint32_t)(depth + 3) / 4 : 1;
	if (depth <= 2)
		wbt->normal = (uint32_t)depth;
}

static bool dirtier_slept_recently(const struct wbt *wbt)
{
	uint64_t now = sim_now_ns(wbt->queue->sim);

	return wbt->dirtier_slept_ns &&
	       now - wbt->dirtier_slept_ns < RECENT_SLEEP_NS;
}

static uint32_t limit_of(const struct wbt *wbt, const struct bio *bio)
{
	if (bio->flags & BIO_SYNC || dirtier_slept_recently(wbt))
		return wbt->max_depth;
	if (bio->flags & BIO_BACKGROUND)
		return wbt->background;
	return wbt->normal;
}

static bool is_tracked(const struct bio *bio)
{
	return bio->op == BIO_WRITE && !(bio->flags & (BIO_META | BIO_IDLE));
}

static void window_ends(void *arg);

static void start_window(struct wbt *wbt)
{
	wbt->nr_ended = 0;
	wbt->window = sim_after(wbt->queue->sim, wbt->config->window_ns,
				window_ends, wbt);
}

/* Only writes: let more of them in.  Nothing at all: back towards step 0. */
static void window_ends(void *arg)
{
	struct wbt *wbt = arg;

	wbt->window = 0;
	if (wbt->nr_ended || wbt->in_flight || dirtier_slept_recently(wbt)) {
		wbt->unknown = 0;
		if (!wbt->scaled_max) {
			wbt->step++;
			set_limits(wbt);
			sim_wake(wbt->queue->sim, &wbt->waiters, UINT_MAX);
		}
	} else if (++wbt->unknown >= UNKNOWN_WINDOWS && wbt->step) {
		wbt->unknown = 0;
		wbt->step--;
		set_limits(wbt);
	}
	if (wbt->step || wbt->in_flight)
		start_window(wbt);
}

void wbt_init(struct blk_queue *queue, const struct wbt_config *config)
{
	struct wbt *wbt = calloc(1, sizeof(*wbt));

	SIM_ASSERT(wbt != NULL);
	wbt->queue = queue;
	wbt->config = config;
	wbt->waiters.name = "writeback throttling";
	set_limits(wbt);
	while (wbt->step < config->step && !wbt->scaled_max) {
		wbt->step++;
		set_limits(wbt);
	}
	queue->wbt = wbt;
}

bool wbt_wait(struct wbt *wbt, const struct bio *bio, uint64_t *ret_from_ns,
	      uint64_t *ret_until_ns)
{
	struct blk_queue *queue = wbt->queue;
	struct sim *sim = queue->sim;

	if (!is_tracked(bio))
		return false;
	sim_settle(sim);
	if (!sim_waitq_is_empty(&wbt->waiters) ||
	    wbt->in_flight >= limit_of(wbt, bio)) {
		*ret_from_ns = sim_now_ns(sim);
		blk_flush_plug_from_schedule(queue);
		sim_settle(sim);
		while (wbt->in_flight >= limit_of(wbt, bio)) {
			queue->stats.wbt_waits++;
			sim_wait(sim, &wbt->waiters);
		}
		*ret_until_ns = sim_now_ns(sim);
	}
	wbt->in_flight++;
	if (!wbt->window)
		start_window(wbt);
	return true;
}

void wbt_end(struct wbt *wbt)
{
	uint32_t limit = wbt->normal;

	SIM_ASSERT(wbt->in_flight > 0);
	wbt->in_flight--;
	wbt->nr_ended++;
	if (sim_waitq_is_empty(&wbt->waiters))
		return;
	if (wbt->queue->has_write_cache && !dirtier_slept_recently(wbt))
		limit = 0;
	if (wbt->in_flight && wbt->in_flight >= limit)
		return;
	if (!wbt->in_flight || limit - wbt->in_flight >= wbt->background / 2)
		sim_wake(wbt->queue->sim, &wbt->waiters, UINT_MAX);
}

void wbt_dirtier_slept(struct wbt *wbt)
{
	wbt->dirtier_slept_ns = sim_now_ns(wbt->queue->sim);
}
