/*
 * Threads and wait queues.
 */
#include "sim/engine/internal.h"

#include <stdlib.h>
#include <string.h>

void thread_ready(struct sim_thread *thread)
{
	SIM_ASSERT(thread->state == THREAD_BURST);
	thread->state = THREAD_READY;
	thread_list_push(&thread->sim->ready, thread);
}

static void thread_end(struct sim_thread *thread)
{
	struct sim *sim = thread->sim;

	sim_settle(sim);
	SIM_ASSERT(sim->current == thread);
	thread->state = THREAD_ENDED;
	if (!thread->daemon) {
		SIM_ASSERT(sim->nr_live > 0);
		if (--sim->nr_live == 0)
			sim->end_ns = core_now_ns(sim->core);
	}
	sim->policy->leave(thread);
	sim->current = NULL;
	sim_drive(sim, NULL);
}

static void thread_main(void *arg)
{
	struct sim_thread *thread = arg;

	glue_sem_acquire(thread->baton);
	SIM_ASSERT(!thread->sim->current);
	SIM_ASSERT(thread->state == THREAD_READY);
	thread->state = THREAD_RUNNING;
	thread->sim->current = thread;
	thread->fn(thread->arg);
	thread_end(thread);
}

struct sim_thread *thread_new_blocked(struct sim *sim, const char *name,
				      unsigned int cpu, bool daemon,
				      void (*fn)(void *arg), void *arg)
{
	struct sim_thread *thread = calloc(1, sizeof(*thread));

	SIM_ASSERT(thread && "out of memory");
	SIM_ASSERT(cpu < sim->options.nr_cpus);
	thread->sim = sim;
	thread->cpu = &sim->cpus[cpu];
	thread->name = strdup(name);
	SIM_ASSERT(thread->name && "out of memory");
	thread->fn = fn;
	thread->arg = arg;
	thread->daemon = daemon;
	thread->state = THREAD_BLOCKED;
	*sim->threads_tail = thread;
	sim->threads_tail = &thread->next_all;
	if (!daemon)
		sim->nr_live++;
	thread->baton = glue_sem_new();
	/* To SimGrid all threads are daemons: they end with the pump. */
	glue_actor_start(thread->name, true, thread_main, thread);
	return thread;
}

struct sim_thread *sim_thread_new(struct sim *sim, const char *name,
				  unsigned int cpu, bool daemon,
				  void (*fn)(void *arg), void *arg)
{
	struct sim_thread *thread =
		thread_new_blocked(sim, name, cpu, daemon, fn, arg);

	thread_wake_at_now(thread);
	return thread;
}

struct sim_thread *sim_thread_new_waiting(struct sim *sim, const char *name,
					  unsigned int cpu,
					  struct sim_waitq *waitq,
					  void (*fn)(void *arg), void *arg)
{
	struct sim_thread *thread =
		thread_new_blocked(sim, name, cpu, true, fn, arg);

	thread->waits_for = waitq->name;
	waitq_push(waitq, thread);
	return thread;
}

void **sim_thread_private(struct sim_thread *thread)
{
	return &thread->private;
}

void thread_free(struct sim_thread *thread)
{
	glue_sem_free(thread->baton);
	free(thread->name);
	free(thread);
}

struct sim_thread *sim_current(const struct sim *sim)
{
	return sim->irq_cpu ? NULL : sim->current;
}

const char *sim_thread_name(const struct sim_thread *thread)
{
	return thread->name;
}

unsigned int sim_thread_cpu(const struct sim_thread *thread)
{
	return thread->cpu->index;
}

uint64_t sim_thread_cpu_ns(const struct sim_thread *thread)
{
	return thread->used_ps / PS_PER_NS;
}

unsigned int sim_current_cpu(const struct sim *sim)
{
	if (sim->irq_cpu)
		return sim->irq_cpu->index;
	return sim->current ? sim->current->cpu->index : 0;
}

/* --------------------------------------------------------- block and wake */

static void thread_runnable(void *arg)
{
	struct sim_thread *thread = arg;

	SIM_ASSERT(thread->state == THREAD_WAKING);
	thread->sim->policy->runnable(thread);
}

void thread_wake_at_now(struct sim_thread *thread)
{
	struct sim *sim = thread->sim;
	uint64_t date_ns = sim_now_ns(sim);

	SIM_ASSERT(thread->state == THREAD_BLOCKED);
	thread->state = THREAD_WAKING;
	thread->waits_for = NULL;
	/* An interrupt does not know yet how long it will hold its CPU. */
	if (date_ns == core_now_ns(sim->core) && !sim->irq_cpu)
		thread_runnable(thread);
	else
		sim_push(sim, date_ns, thread_runnable, thread, NULL);
}

static void thread_block(struct sim_thread *thread, const char *waits_for)
{
	SIM_ASSERT(thread->piled_ps < PS_PER_NS);
	SIM_ASSERT(thread->state == THREAD_RUNNING);
	thread->state = THREAD_BLOCKED;
	thread->waits_for = waits_for;
	thread->sim->policy->leave(thread);
}

static void thread_sleep_over(void *arg)
{
	thread_wake_at_now(arg);
}

void sim_sleep_ns(struct sim *sim, uint64_t delay_ns)
{
	struct sim_thread *thread = sim->current;

	SIM_ASSERT(thread);
	SIM_ASSERT(!sim->irq_cpu);
	sim_settle(sim);
	thread_block(thread, "sleep");
	sim_push(sim, core_now_ns(sim->core) + delay_ns, thread_sleep_over,
		 thread, &thread->sleeper);
	sim_drive(sim, thread);
}

void waitq_push(struct sim_waitq *waitq, struct sim_thread *thread)
{
	thread->next = NULL;
	if (waitq->tail)
		waitq->tail->next = thread;
	else
		waitq->head = thread;
	waitq->tail = thread;
}

void sim_wait(struct sim *sim, struct sim_waitq *waitq)
{
	struct sim_thread *thread = sim->current;

	SIM_ASSERT(thread);
	SIM_ASSERT(!sim->irq_cpu);
	waitq_push(waitq, thread);
	thread_block(thread, waitq->name ? waitq->name : "a wait queue");
	sim_drive(sim, thread);
}

unsigned int sim_wake(struct sim *sim, struct sim_waitq *waitq, unsigned int nr)
{
	unsigned int nr_woken = 0;

	while (waitq->head && nr_woken < nr) {
		struct sim_thread *thread = waitq->head;

		waitq->head = thread->next;
		if (!waitq->head)
			waitq->tail = NULL;
		thread->next = NULL;
		if (sim->current || sim->irq_cpu)
			sim_charge_ps(sim, SIM_ACCOUNT_SCHEDULER,
				      sim->options.wakeup_ps);
		thread_wake_at_now(thread);
		nr_woken++;
	}
	return nr_woken;
}
