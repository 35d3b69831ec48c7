/*
 * Work queues: one worker thread per CPU, made on first use.
 */
#include "sim/engine/internal.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct worker {
	struct sim *sim;
	struct sim_thread *thread;
	struct sim_waitq idle;
	struct sim_work *head;
	struct sim_work *tail;
};

struct sim_workqueue {
	struct sim *sim;
	struct sim_workqueue *next;
	char *name;
	struct worker workers[SIM_MAX_CPUS];
};

struct sim_workqueue *sim_workqueue_new(struct sim *sim, const char *name)
{
	struct sim_workqueue *wq = calloc(1, sizeof(*wq));

	SIM_ASSERT(wq && "out of memory");
	wq->sim = sim;
	wq->name = strdup(name);
	SIM_ASSERT(wq->name && "out of memory");
	wq->next = sim->workqueues;
	sim->workqueues = wq;
	return wq;
}

void workqueues_free(struct sim *sim)
{
	while (sim->workqueues) {
		struct sim_workqueue *wq = sim->workqueues;

		sim->workqueues = wq->next;
		free(wq->name);
		free(wq);
	}
}

static void worker_main(void *arg)
{
	struct worker *worker = arg;

	for (;;) {
		struct sim_work *work = worker->head;

		if (!work) {
			sim_wait(worker->sim, &worker->idle);
			continue;
		}
		worker->head = work->next;
		if (!worker->head)
			worker->tail = NULL;
		/* Before the call: the function may queue it again. */
		work->next = NULL;
		work->pending = false;
		work->fn(work->arg);
		sim_settle(worker->sim);
	}
}

static void worker_start(struct sim_workqueue *wq, unsigned int cpu)
{
	struct worker *worker = &wq->workers[cpu];
	char name[64];

	snprintf(name, sizeof(name), "%s/%u", wq->name, cpu);
	worker->sim = wq->sim;
	worker->idle.name = "work";
	worker->thread = thread_new_blocked(wq->sim, name, cpu, true,
					    worker_main, worker);
	/* As if it had run before, so that the first wake costs the same. */
	waitq_push(&worker->idle, worker->thread);
}

bool sim_queue_work(struct sim_workqueue *wq, struct sim_work *work)
{
	unsigned int cpu = sim_current_cpu(wq->sim);
	struct worker *worker = &wq->workers[cpu];

	SIM_ASSERT(work->fn);
	if (work->pending)
		return false;
	if (!worker->thread)
		worker_start(wq, cpu);
	work->pending = true;
	work->next = NULL;
	if (worker->tail)
		worker->tail->next = work;
	else
		worker->head = work;
	worker->tail = work;
	sim_wake(wq->sim, &worker->idle, 1);
	return true;
}
