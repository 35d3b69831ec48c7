/*
 * The throttle in simulated time: writers look, and sleep until a tick.
 * Models: balance_dirty_pages_ratelimited(), balance_dirty_pages(),
 * mm/page-writeback.c, 6.12 to 7.3.
 * A timer of n jiffies fires at the (n + 1)th tick from now, in its interrupt.
 */
#include "models/mm/dirty_throttle.h"
#include "models/mm/flusher.h"

/** struct tick_sleep - a thread that sleeps until a tick */
struct tick_sleep {
	struct sim *sim;
	struct sim_waitq waitq;
	unsigned int cpu;
};

static void wake_sleeper(void *arg)
{
	struct tick_sleep *sleep = arg;

	sim_wake(sleep->sim, &sleep->waitq, 1);
}

static void tick_comes(void *arg)
{
	struct tick_sleep *sleep = arg;

	sim_irq(sleep->sim, sleep->cpu, wake_sleeper, sleep);
}

static void sleep_jiffies(struct dirty_control *c, uint64_t jiffies)
{
	struct sim *sim = c->mm->sim;
	struct tick_sleep sleep = {
		.sim = sim,
		.waitq.name = "dirty throttling",
		.cpu = sim_current_cpu(sim),
	};
	uint64_t start_ns = sim_now_ns(sim);

	c->stats.pauses++;
	c->stats.pause_jiffies += jiffies;
	c->stats.longest_pause_jiffies =
		max_u64(c->stats.longest_pause_jiffies, jiffies);
	sim_at(sim, mm_timer_ns(c->mm, jiffies), tick_comes, &sleep);
	sim_wait(sim, &sleep.waitq);
	uint64_t pause_ns = sim_now_ns(sim) - start_ns;

	c->stats.pause_ns += pause_ns;
	mm_way_throttled(c->mm, pause_ns);
}

static struct throttle_decision look(struct dirty_control *c, struct flusher *f,
				     struct dirtied_task *task, uint64_t start,
				     uint64_t pages)
{
	const struct mm_stats *stats = &c->mm->stats;
	const struct throttle_input in = {
		.now = mm_jiffies(c->mm),
		.start = start,
		.file_dirty = stats->dirty_bytes >> PAGE_SHIFT,
		.writeback = stats->writeback_bytes >> PAGE_SHIFT,
		.limits = c->limits,
		.pages_dirtied = pages,
	};

	struct throttle_decision d =
		throttle_pass(&c->domain, &f->wb, task, &in);

	if (!f->next)
		throttle_view_set(&c->view, &d.seen, f->wb.strictlimit,
				  d.pos_ratio);
	return d;
}

/* Return: has the task slept? */
static bool balance(struct dirty_control *c, struct flusher *f,
		    struct dirtied_task *task, uint64_t pages)
{
	struct mm *mm = c->mm;
	struct throttle_decision d;
	bool slept = false;
	uint64_t start;

	sim_settle(mm->sim);
	start = mm_jiffies(mm);
	do {
		mm->stats.balance_calls++;
		sim_charge_ps(mm->sim, mm->accounts.write_call,
			      mm->costs->balance_dirty_pages);
		d = look(c, f, task, start, pages);
		if (d.starts_background && !f->is_running) {
			sim_charge_ps(mm->sim, mm->accounts.write_call,
				      f->is_queued ? 0
						   : mm->costs->flusher_wakeup);
			if (!c->stats.first_start_pages)
				c->stats.first_start_pages =
					mm->stats.dirty_bytes >> PAGE_SHIFT;
			flusher_wake(f);
		}
		if (d.action != THROTTLE_SLEEP)
			return slept;
		if (c->hooks.dirtier_slept)
			c->hooks.dirtier_slept(c->hooks.arg);
		stream_emit(c->stream_pauses, d.pause_jiffies,
			    d.event.period_jiffies, pages, d.event.dirty);
		sim_settle(mm->sim);
		sleep_jiffies(c, d.pause_jiffies);
		throttle_slept(task, &d);
		slept = true;
	} while (d.again);
	return slept;
}

bool mm_balance_dirty_pages(struct inode *inode)
{
	struct mm *mm = inode->mm;
	struct dirty_control *c = mm->dirty;
	struct dirtied_task *task;
	uint64_t pages;

	if (!c)
		return false;
	/* a script's flusher waits for the writer: holding it back is a deadlock */
	if (c->is_scripted && inode->flusher->wb.strictlimit)
		return false;
	task = dirty_control_task(c);
	pages = balance_due(&c->domain, &inode->flusher->wb, task,
			    &c->cpus[sim_current_cpu(mm->sim)]);
	return pages && balance(c, inode->flusher, task, pages);
}
