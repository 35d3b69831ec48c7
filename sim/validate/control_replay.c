/*
 * The replay of one recording; rows and reasons by name; budgets of chunks.
 */
#include "sim/validate/control_replay.h"

#include <stdlib.h>

#include "sim/base/units.h"
#include "sim/validate/control_passes.h"

static const struct {
	const char *name;
	const char *text;
} rows[NR_CONTROL_ROWS] = {
	[CONTROL_LIMITS] = { "limits",
			     "balance_dirty_pages: limit, setpoint, dirty" },
	[CONTROL_TASK_RATELIMIT] = { "task_ratelimit",
				     "balance_dirty_pages: task_ratelimit" },
	[CONTROL_PERIOD] = { "period", "balance_dirty_pages: period" },
	[CONTROL_PAUSE] = { "pause", "balance_dirty_pages: pause" },
	[CONTROL_DIRTIED_PAUSE] = { "dirtied_pause",
				    "balance_dirty_pages: dirtied_pause" },
	[CONTROL_STRICT] = { "strict",
			     "strictlimit: task_ratelimit, period, pause" },
	[CONTROL_STRICT_DIRTIED_PAUSE] = { "strict_dirtied_pause",
					   "strictlimit: dirtied_pause" },
	[CONTROL_RATE_STEP] = { "rate_step",
				"bdi_dirty_ratelimit: task, balanced, new rate" },
	[CONTROL_DIRTY_RATE] = { "dirty_rate",
				 "bdi_dirty_ratelimit: dirty_rate" },
	[CONTROL_BANDWIDTH] = { "bandwidth",
				"bdi_dirty_ratelimit: write_bw, awrite_bw" },
	[CONTROL_CHUNK] = { "chunk",
			    "writeback_single_inode: to_write, background" },
};

static const char *const reasons[NR_CONTROL_REASONS] = {
	[CONTROL_AVERAGE] =
		"average bandwidth not known: an untraced update between two traced ones",
	[CONTROL_LATE] = "event printed jiffies after the clock was read",
	[CONTROL_FREERUN] = "a return below freerun left no event",
	[CONTROL_UPDATE] =
		"an untraced update restarted the stamps; its instant was searched",
	[CONTROL_BEFORE] = "state of the device from before the recording",
};

const char *control_row_name(enum control_row row)
{
	return rows[row].name;
}

const char *control_row_text(enum control_row row)
{
	return rows[row].text;
}

const char *control_reason_text(enum control_reason reason)
{
	return reasons[reason];
}

/** struct chunk_scan - state of the walk over the worker's events */
struct chunk_scan {
	bool *background; /* by task: the work it is at */
	uint64_t limit;   /* dirty_limit last seen */
};

static uint64_t chunk_pages(const struct control_replayer *r,
			    const struct chunk_scan *scan, uint64_t avg)
{
	struct wb_domain domain = {
		.config = r->setting->config,
		.dirty_limit = scan->limit,
	};

	return writeback_chunk_pages(&domain, avg, INT64_MAX);
}

/* Some average gives it: a whole number of steps, not above the limit's. */
static bool is_some_chunk(const struct control_replayer *r,
			  const struct chunk_scan *scan, uint64_t pages)
{
	uint64_t step = r->setting->config->min_writeback_pages;

	return pages >= step && pages % step == 0 &&
	       pages <= chunk_pages(r, scan, INT64_MAX);
}

static void replay_chunk(struct control_replayer *r,
			 const struct chunk_scan *scan, size_t i)
{
	struct control_count *count = &r->result->rows[CONTROL_CHUNK];
	struct control_values averages = control_averages(r, i, false);
	uint64_t pages = (uint64_t)r->log->events[i].inode.to_write;

	count->total++;
	if (averages.nr == 0)
		control_values_add(&averages, WB_INIT_BANDWIDTH);
	for (unsigned int n = 0; n < averages.nr; n++) {
		if (chunk_pages(r, scan, averages.items[n]) == pages) {
			count->exact++;
			return;
		}
	}
	if (!is_some_chunk(r, scan, pages))
		control_miss(r, CONTROL_CHUNK, i, "to_write %lu, computed %lu",
			     pages, chunk_pages(r, scan, averages.items[0]));
	else if (r->setting->fresh_device)
		count->apart[CONTROL_AVERAGE]++;
	else
		count->apart[CONTROL_BEFORE]++;
}

void control_replay_chunks(struct control_replayer *r)
{
	struct chunk_scan scan = {
		.background = calloc(r->log->tasks.nr + 1, sizeof(bool)),
		.limit = r->setting->limits.thresh,
	};

	SIM_ASSERT(scan.background != NULL);
	for (size_t i = 0; i < r->log->nr; i++) {
		const struct control_event *event = &r->log->events[i];

		if (event->kind == CONTROL_STATE)
			scan.limit = (uint64_t)event->state.limit;
		else if (event->kind == CONTROL_WORK)
			scan.background[event->task] = event->work.background;
		else if (event->kind == CONTROL_INODE &&
			 scan.background[event->task] && scan.limit)
			replay_chunk(r, &scan, i);
	}
	free(scan.background);
}

void control_replay(const struct control_log *log,
		    const struct control_setting *setting,
		    struct control_result *ret)
{
	struct control_replayer r = {
		.log = log,
		.setting = setting,
		.result = ret,
	};

	*ret = (struct control_result){ 0 };
	for (size_t i = 0; i < log->nr; i++)
		ret->throttles |= log->events[i].kind == CONTROL_THROTTLE ||
				  log->events[i].kind == CONTROL_STATE;
	control_find_passes(&r);
	control_replay_throttles(&r);
	control_replay_updates(&r);
	control_replay_chunks(&r);
	free(r.passes);
}
