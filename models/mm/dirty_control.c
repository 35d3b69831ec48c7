/*
 * Counters, thresholds and timers of dirty memory.
 */
#include "models/mm/dirty_control.h"

#include <stdlib.h>

#include "models/mm/bandwidth.h"
#include "models/mm/completions.h"
#include "models/mm/flusher.h"
#include "sim/base/assert.h"

/* jiffies at the start of a run: past any interval, so that none looks new */
#define FIRST_JIFFY (1u << 20)
#define PPM         1000000u

uint64_t mm_hz(const struct mm *mm)
{
	return NS_PER_S / sim_tick_ns(mm->sim);
}

uint64_t mm_jiffies(const struct mm *mm)
{
	return FIRST_JIFFY + sim_nr_ticks(mm->sim, sim_now_ns(mm->sim));
}

/* The tick that is under way does not count. */
uint64_t mm_timer_ns(const struct mm *mm, uint64_t jiffies)
{
	return sim_next_tick_ns(mm->sim, sim_now_ns(mm->sim), jiffies + 1);
}

/* --------------------------------------------------------------- set-up */

void throttle_view_set(struct throttle_view *view,
		       const struct dirty_throttle_control *seen,
		       bool strictlimit, uint64_t position_ratio)
{
	*view = (struct throttle_view){
		.dirty = seen->dirty,
		.background = seen->bg_thresh,
		.setpoint = dirty_setpoint(seen),
		.limit = dirty_hard_limit(seen),
		.wb_thresh = seen->wb_thresh,
		.wb_dirty = seen->wb_dirty,
		.position_ratio = position_ratio,
	};
	view->freerun = dirty_freerun(seen->thresh, seen->bg_thresh);
	if (!strictlimit)
		return;
	view->dirty = seen->wb_dirty;
	view->background = seen->wb_bg_thresh;
	view->limit = seen->wb_thresh;
	view->freerun = dirty_freerun(seen->wb_thresh, seen->wb_bg_thresh);
	/* strictlimit_ratio(): halfway between the device's thresholds */
	view->setpoint = view->freerun;
}

/* Names of a group that a run leaves out where it has no part. */
static void register_view(struct dirty_control *c)
{
	const struct throttle_view *v = &c->view;
	const struct {
		const char *name;
		const char *unit;
		const uint64_t *value;
	} gauges[] = {
		{ "throttle.dirty", "pages", &v->dirty },
		{ "throttle.background", "pages", &v->background },
		{ "throttle.freerun", "pages", &v->freerun },
		{ "throttle.setpoint", "pages", &v->setpoint },
		{ "throttle.limit", "pages", &v->limit },
		{ "throttle.wb_thresh", "pages", &v->wb_thresh },
		{ "throttle.wb_dirty", "pages", &v->wb_dirty },
		{ "throttle.position_ratio", "1/1024", &v->position_ratio },
	};

	for (size_t i = 0; i < sizeof(gauges) / sizeof(gauges[0]); i++)
		metrics_gauge(sim_metrics(c->mm->sim), gauges[i].name,
			      gauges[i].unit, false, gauges[i].value);
}

static void register_metrics(struct dirty_control *c)
{
	static const char *const pauses[] = { "pause_jiffies", "period_jiffies",
					      "pages_dirtied", "dirty_pages" };
	static const char *const chunks[] = { "ino", "budget_pages",
					      "wrote_pages", "reason" };
	struct sim_metrics *m = sim_metrics(c->mm->sim);
	struct dirty_stats *s = &c->stats;

	metrics_counter(m, "dirty.pauses", "pauses", &s->pauses);
	metrics_counter(m, "dirty.pause_jiffies", "jiffies", &s->pause_jiffies);
	metrics_counter(m, "dirty.pause_ns", "ns", &s->pause_ns);
	metrics_counter(m, "dirty.flusher_wakeups", "wakeups",
			&s->flusher_wakeups);
	metrics_counter(m, "dirty.flusher_works", "works", &s->flusher_works);
	metrics_counter(m, "dirty.flusher_chunks", "chunks",
			&s->flusher_chunks);
	metrics_counter(m, "dirty.first_start_pages", "pages",
			&s->first_start_pages);
	metrics_counter(m, "dirty.flusher_pages", "pages", &s->flusher_pages);
	metrics_gauge(m, "dirty_limit", "pages", false, &c->domain.dirty_limit);
	metrics_gauge(m, "write_bandwidth", "pages/s", false,
		      &c->flushers->wb.write_bandwidth);
	metrics_gauge(m, "avg_write_bandwidth", "pages/s", false,
		      &c->flushers->wb.avg_write_bandwidth);
	metrics_gauge(m, "dirty_ratelimit", "pages/s", false,
		      &c->flushers->wb.dirty_ratelimit);
	c->stream_pauses = stream_new(c->mm->sim, "pauses", pauses, 4);
	c->stream_chunks = stream_new(c->mm->sim, "flusher_chunks", chunks, 4);
}

static void age_completions(void *arg);

static void arm_period(struct dirty_control *c, uint64_t date_ns)
{
	c->period_armed = true;
	sim_at(c->mm->sim, date_ns, age_completions, c);
}

static uint64_t date_of_jiffy(const struct mm *mm, uint64_t jiffy)
{
	uint64_t now = mm_jiffies(mm);

	SIM_ASSERT(jiffy > now);
	return sim_next_tick_ns(mm->sim, sim_now_ns(mm->sim), jiffy - now);
}

static void age_completions(void *arg)
{
	struct dirty_control *c = arg;

	c->period_armed = false;
	wb_domain_period_timer(&c->domain, mm_jiffies(c->mm));
	if (c->domain.period_due)
		arm_period(c, date_of_jiffy(c->mm, c->domain.period_due));
}

/* What other devices completed before the run. */
static void add_past(struct dirty_control *c)
{
	uint64_t pages = c->vm->other_completions_pages;
	uint64_t date_ns = max_u64(c->vm->completions_age_ns, 1);

	if (!pages)
		return;
	percpu_counter_set(&c->domain.completions, (int64_t)pages + 1);
	c->domain.period_due =
		FIRST_JIFFY + sim_nr_ticks(c->mm->sim, date_ns) + 1;
	arm_period(c, date_of_jiffy(c->mm, c->domain.period_due));
}

struct dirty_control *dirty_control_new(struct mm *mm,
					const struct vm_config *vm,
					uint64_t memory_bytes)
{
	struct dirty_control *c = calloc(1, sizeof(*c));
	const struct dirty_settings settings = {
		.dirty_bytes = vm->dirty_bytes,
		.dirty_background_bytes = vm->dirty_background_bytes,
		.dirty_ratio = vm->dirty_ratio,
		.dirty_background_ratio = vm->dirty_background_ratio,
	};
	uint64_t dirtyable =
		mul_div(memory_bytes >> PAGE_SHIFT, vm->dirtyable_ppm, PPM);

	SIM_ASSERT(c != NULL);
	c->mm = mm;
	c->vm = vm;
	c->rules = mm->config->control;
	c->limits = dirty_limits(&settings, dirtyable_pages(dirtyable, 0, 0));
	wb_domain_init(&c->domain, &c->rules, mm_hz(mm), sim_nr_cpus(mm->sim),
		       c->limits.thresh);
	pool_init(&c->tasks, "dirtied task", sizeof(struct dirtied_task));
	dirtied_task_init(&c->no_task);
	TAILQ_INIT(&c->writeback_inodes);
	mm->dirty = c;
	flusher_new(c, "flusher");
	add_past(c);
	register_metrics(c);
	register_view(c);
	return c;
}

void dirty_control_free(struct dirty_control *c)
{
	if (!c)
		return;
	while (c->flushers) {
		struct flusher *f = c->flushers;

		c->flushers = f->next;
		free(f);
	}
	pool_done(&c->tasks);
	c->mm->dirty = NULL;
	free(c);
}

void dirty_control_set_min_writeback(struct mm *mm, uint64_t pages)
{
	SIM_ASSERT(pages > 0);
	if (mm->dirty)
		mm->dirty->rules.min_writeback_pages = pages;
}

/* ------------------------------------------------------------- accounting */

struct dirtied_task *dirty_control_task(struct dirty_control *c)
{
	struct sim_thread *thread = sim_current(c->mm->sim);
	void **slot;

	if (!thread)
		return &c->no_task;
	slot = sim_thread_private(thread);
	if (!*slot) {
		*slot = pool_get(&c->tasks);
		dirtied_task_init(*slot);
	}
	return *slot;
}

void mm_task_exit(struct mm *mm)
{
	struct dirty_control *c = mm->dirty;

	if (c)
		dirtied_task_exit(dirty_control_task(c),
				  &c->cpus[sim_current_cpu(mm->sim)]);
}

static struct bdi_writeback *wb_of(const struct folio *folio)
{
	return &folio->inode->flusher->wb;
}

static int64_t pages_of(const struct folio *folio)
{
	return (int64_t)1 << folio->order;
}

void dirty_control_dirtied(struct folio *folio)
{
	struct mm *mm = folio->inode->mm;
	struct dirty_control *c = mm->dirty;
	unsigned int cpu;

	if (!c)
		return;
	cpu = sim_current_cpu(mm->sim);
	wb_account_dirtied(wb_of(folio), dirty_control_task(c), &c->cpus[cpu],
			   cpu, (uint64_t)pages_of(folio));
	flusher_inode_dirtied(folio->inode);
}

void dirty_control_cleaned(struct folio *folio)
{
	struct mm *mm = folio->inode->mm;

	if (mm->dirty)
		wb_stat_add(wb_of(folio), WB_RECLAIMABLE,
			    sim_current_cpu(mm->sim), -pages_of(folio));
}

void dirty_control_own_writeback(struct inode *inode, uint64_t pages)
{
	const struct mm *mm = inode->mm;

	if (mm->dirty)
		wb_stat_add(&inode->flusher->wb, WB_WRITEBACK,
			    sim_current_cpu(mm->sim), (int64_t)pages);
}

void dirty_control_own_written(struct inode *inode, uint64_t pages)
{
	struct mm *mm = inode->mm;
	struct dirty_control *c = mm->dirty;

	if (!c)
		return;
	wb_account_written(&c->domain, &inode->flusher->wb,
			   sim_current_cpu(mm->sim), pages, mm_jiffies(mm));
	if (c->domain.period_due && !c->period_armed)
		arm_period(c, date_of_jiffy(mm, c->domain.period_due));
}

void dirty_control_writeback_start(struct folio *folio)
{
	struct inode *inode = folio->inode;
	struct mm *mm = inode->mm;
	struct dirty_control *c = mm->dirty;

	if (!c)
		return;
	if (!inode->counts_own_writeback)
		dirty_control_own_writeback(inode, (uint64_t)pages_of(folio));
	if ((int64_t)inode->nr_writeback_pages != pages_of(folio))
		return;
	wb_inode_writeback_start(wb_of(folio));
	TAILQ_INSERT_TAIL(&c->writeback_inodes, inode, writeback_list);
}

static void update_bandwidth(void *arg)
{
	struct flusher *f = arg;

	f->bandwidth_timer = 0;
	wb_update_bandwidth(&f->control->domain, &f->wb,
			    mm_jiffies(f->control->mm));
}

static void last_page_written(struct inode *inode)
{
	struct flusher *f = inode->flusher;
	struct dirty_control *c = f->control;

	TAILQ_REMOVE(&c->writeback_inodes, inode, writeback_list);
	wb_inode_writeback_end(&f->wb);
	if (f->bandwidth_timer)
		return;
	f->bandwidth_timer = sim_at(
		c->mm->sim, mm_timer_ns(c->mm, bandwidth_interval(&c->domain)),
		update_bandwidth, f);
}

void dirty_control_writeback_end(struct folio *folio)
{
	struct inode *inode = folio->inode;
	struct mm *mm = inode->mm;
	struct dirty_control *c = mm->dirty;

	if (!c)
		return;
	if (!inode->counts_own_writeback)
		dirty_control_own_written(inode, (uint64_t)pages_of(folio));
	if (!inode->nr_writeback_pages)
		last_page_written(inode);
}

void dirty_control_writepages_start(struct inode *inode)
{
	if (inode->mm->dirty)
		wb_bandwidth_estimate_start(&inode->mm->dirty->domain,
					    &inode->flusher->wb,
					    mm_jiffies(inode->mm));
}

void dirty_control_writepages_end(struct inode *inode)
{
	if (inode->mm->dirty)
		wb_bandwidth_estimate_end(&inode->mm->dirty->domain,
					  &inode->flusher->wb,
					  mm_jiffies(inode->mm));
}
