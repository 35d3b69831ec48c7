/*
 * The flusher's thread: wakes, works and their order.
 */
#include "models/mm/flusher.h"

#include <limits.h>
#include <stdlib.h>

#include "sim/base/assert.h"

struct flusher *flusher_new(struct dirty_control *control, const char *name)
{
	struct flusher *f = calloc(1, sizeof(*f));
	struct flusher **link = &control->flushers;

	SIM_ASSERT(f != NULL);
	f->control = control;
	f->name = name;
	f->works_tail = &f->works;
	f->idle.name = "flusher work";
	f->done.name = "end of a flusher's work";
	for (int i = 0; i <= INODE_ON_MORE_IO; i++)
		TAILQ_INIT(&f->lists[i]);
	wb_init(&f->wb, &control->domain, mm_jiffies(control->mm));
	f->last_old_flush = mm_jiffies(control->mm);
	while (*link)
		link = &(*link)->next;
	*link = f;
	return f;
}

/* ------------------------------------------------------------------- wakes */

static void flusher_main(void *arg);

static void wake_now(struct flusher *f)
{
	struct sim *sim = f->control->mm->sim;

	if (f->timer) {
		sim_cancel(sim, f->timer);
		f->timer = 0;
	}
	if (f->is_queued)
		return;
	f->is_queued = true;
	f->control->stats.flusher_wakeups++;
	if (!f->thread)
		f->thread = sim_thread_new_waiting(sim, f->name,
						   sim_nr_cpus(sim) - 1,
						   &f->idle, flusher_main, f);
	sim_wake(sim, &f->idle, 1);
}

void flusher_wake(struct flusher *f)
{
	if (!f->control->is_scripted)
		wake_now(f);
}

static void timer_fires(void *arg)
{
	struct flusher *f = arg;

	f->timer = 0;
	wake_now(f);
}

static uint64_t centisecs_to_jiffies(const struct mm *mm, uint64_t centisecs)
{
	return (centisecs * mm_hz(mm) + 99) / 100;
}

void flusher_wake_later(struct flusher *f)
{
	struct dirty_control *c = f->control;
	uint64_t delay =
		centisecs_to_jiffies(c->mm, c->vm->dirty_writeback_centisecs);

	if (f->is_queued || f->timer || c->is_scripted)
		return;
	if (!delay)
		wake_now(f);
	else
		f->timer = sim_at(c->mm->sim, mm_timer_ns(c->mm, delay),
				  timer_fires, f);
}

static void queue_work(struct flusher *f, struct writeback_work *work)
{
	struct mm *mm = f->control->mm;

	work->next = NULL;
	*f->works_tail = work;
	f->works_tail = &work->next;
	sim_charge_ps(mm->sim, mm->accounts.write_call,
		      mm->costs->flusher_wakeup);
	wake_now(f);
}

static struct writeback_work *next_work(struct flusher *f)
{
	struct writeback_work *work = f->works;

	if (!work)
		return NULL;
	f->works = work->next;
	if (!f->works)
		f->works_tail = &f->works;
	return work;
}

/* -------------------------------------------------------------------- work */

bool flusher_over_background(struct flusher *f)
{
	struct dirty_control *c = f->control;

	return wb_over_background(&c->domain, &f->wb,
				  c->mm->stats.dirty_bytes >> PAGE_SHIFT,
				  c->limits.bg_thresh);
}

static bool work_is_over(struct flusher *f, const struct writeback_work *work)
{
	if (work->nr_pages <= 0)
		return true;
	if ((work->for_background || work->for_kupdate) && f->works)
		return true;
	return work->for_background && !flusher_over_background(f);
}

/* wb_writeback(): turns, until nothing is left or enough was written. */
static void write_turns(struct flusher *f, struct writeback_work *work)
{
	struct dirty_control *c = f->control;
	struct mm *mm = c->mm;
	uint64_t dirtied_before = mm_jiffies(mm);
	uint64_t expire =
		centisecs_to_jiffies(mm, c->vm->dirty_expire_centisecs);

	for (;;) {
		sim_settle(mm->sim);
		if (work_is_over(f, work))
			return;
		sim_charge_ps(mm->sim, mm->accounts.dirty_walk,
			      mm->costs->flusher_work +
				      mm->costs->flusher_turn);
		bool queued = TAILQ_EMPTY(&f->lists[INODE_ON_IO]);

		if (queued) {
			uint64_t now = mm_jiffies(mm);

			if (work->for_kupdate)
				dirtied_before = now - min_u64(expire, now);
			else if (work->for_background)
				dirtied_before = now;
			queue_io(f, dirtied_before);
		}
		if (!write_inodes(f, work, dirtied_before) && queued)
			return;
	}
}

static void run_work(struct flusher *f, struct writeback_work *work)
{
	const struct dirty_hooks *hooks = &f->control->hooks;
	void *plug = hooks->start_plug ? hooks->start_plug(hooks->arg) : NULL;

	f->control->stats.flusher_works++;
	write_turns(f, work);
	if (hooks->finish_plug)
		hooks->finish_plug(hooks->arg, plug);
	sim_settle(f->control->mm->sim);
}

/* Dirty pages, and one for each file there is. */
static int64_t nr_dirty_pages(const struct mm *mm)
{
	return (int64_t)((mm->stats.dirty_bytes >> PAGE_SHIFT) + mm->next_ino -
			 1);
}

static void run_list(struct flusher *f)
{
	struct writeback_work *work;

	while ((work = next_work(f))) {
		run_work(f, work);
		work->done = true;
		sim_wake(f->control->mm->sim, &f->done, UINT_MAX);
	}
}

static void run_start_all(struct flusher *f)
{
	struct writeback_work work = {
		.nr_pages = nr_dirty_pages(f->control->mm),
		.sync_mode = WB_SYNC_NONE,
		.range_cyclic = true,
		.reason = WB_REASON_SYNC,
	};

	if (!f->start_all)
		return;
	run_work(f, &work);
	f->start_all = false;
}

static void run_periodic(struct flusher *f)
{
	struct mm *mm = f->control->mm;
	uint64_t interval = centisecs_to_jiffies(
		mm, f->control->vm->dirty_writeback_centisecs);
	uint64_t now = mm_jiffies(mm);
	struct writeback_work work = {
		.nr_pages = nr_dirty_pages(mm),
		.sync_mode = WB_SYNC_NONE,
		.for_kupdate = true,
		.range_cyclic = true,
		.reason = WB_REASON_PERIODIC,
	};

	if (!interval || now < f->last_old_flush + interval)
		return;
	f->last_old_flush = now;
	run_work(f, &work);
}

static void run_background(struct flusher *f)
{
	struct writeback_work work = {
		.nr_pages = INT64_MAX,
		.sync_mode = WB_SYNC_NONE,
		.for_background = true,
		.range_cyclic = true,
		.reason = WB_REASON_BACKGROUND,
	};

	if (flusher_over_background(f))
		run_work(f, &work);
}

/* wb_workfn() */
static void run(struct flusher *f)
{
	struct mm *mm = f->control->mm;

	sim_charge_ps(mm->sim, mm->accounts.dirty_walk, mm->costs->flusher_run);
	sim_settle(mm->sim);
	do {
		f->is_running = true;
		run_list(f);
		run_start_all(f);
		if (!f->control->is_scripted) {
			run_periodic(f);
			run_background(f);
		}
		sim_settle(mm->sim);
		f->is_running = false;
	} while (f->works);
	if (flusher_has_dirty_io(f) &&
	    f->control->vm->dirty_writeback_centisecs)
		flusher_wake_later(f);
}

static void flusher_main(void *arg)
{
	struct flusher *f = arg;
	struct sim *sim = f->control->mm->sim;

	for (;;) {
		sim_settle(sim);
		if (!f->is_queued) {
			sim_wait(sim, &f->idle);
			continue;
		}
		f->is_queued = false;
		run(f);
	}
}

bool mm_flushers_idle(const struct mm *mm)
{
	const struct flusher *f = mm->dirty ? mm->dirty->flushers : NULL;

	for (; f; f = f->next)
		if (f->is_queued || f->is_running)
			return false;
	return true;
}

/* -------------------------------------------------------------------- sync */

void mm_wakeup_flushers(struct mm *mm)
{
	struct flusher *f = mm->dirty ? mm->dirty->flushers : NULL;

	for (; f; f = f->next) {
		if (!flusher_has_dirty_io(f) || f->start_all)
			continue;
		f->start_all = true;
		sim_charge_ps(mm->sim, mm->accounts.write_call,
			      mm->costs->flusher_wakeup);
		wake_now(f);
	}
}

/* Hand @prototype to each flusher that has something, and wait. */
static void run_everywhere(struct mm *mm,
			   const struct writeback_work *prototype)
{
	for (struct flusher *f = mm->dirty->flushers; f; f = f->next) {
		struct writeback_work work = *prototype;

		sim_settle(mm->sim);
		if (!flusher_has_dirty_io(f))
			continue;
		queue_work(f, &work);
		sim_settle(mm->sim);
		while (!work.done)
			sim_wait(mm->sim, &f->done);
	}
}

/* sync_inodes_sb() */
static void sync_inodes(struct mm *mm)
{
	static const struct writeback_work work = {
		.nr_pages = INT64_MAX,
		.sync_mode = WB_SYNC_ALL,
		.for_sync = true,
		.reason = WB_REASON_SYNC,
	};
	struct inode *inode;

	run_everywhere(mm, &work);
	sim_settle(mm->sim);
	while ((inode = TAILQ_FIRST(&mm->dirty->writeback_inodes)) != NULL) {
		mm_fdatawait(inode, 0, INT64_MAX);
		sim_settle(mm->sim);
	}
}

void mm_sync_data(struct mm *mm)
{
	if (!mm->dirty)
		return;
	sim_settle(mm->sim);
	mm_wakeup_flushers(mm);
	sync_inodes(mm);
}

void mm_syncfs_data(struct mm *mm)
{
	struct writeback_work work = {
		.sync_mode = WB_SYNC_NONE,
		.tagged_writepages = true,
		.reason = WB_REASON_SYNC,
	};

	if (!mm->dirty)
		return;
	sim_settle(mm->sim);
	work.nr_pages = nr_dirty_pages(mm);
	run_everywhere(mm, &work);
	sync_inodes(mm);
}
