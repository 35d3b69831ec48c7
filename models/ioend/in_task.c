/*
 * Ending bios in task context: each CPU gathers those that end in its
 * interrupts, and one work item per CPU ends them, in the order they came.
 * Models: BIO_COMPLETE_IN_TASK of 7.3, there for uncached folios, which can
 * leave the cache in task context only.
 */
#include <stdlib.h>

#include "models/ioend/internal.h"
#include "sim/base/assert.h"

/* one CPU's list and work item */
struct ioend_task_batch {
	struct ioend_core *core;
	struct sim_work work;
	struct ioend *head;
	struct ioend **tail;
};

static void end_batch(void *arg)
{
	struct ioend_task_batch *batch = arg;
	struct sim *sim = batch->core->queue->sim;
	struct ioend *list;

	sim_settle(sim);
	list = batch->head;
	batch->head = NULL;
	batch->tail = &batch->head;
	batch->core->stats.task_batches++;
	while (list) {
		struct ioend *next = list->next;

		ioend_work_begins(list);
		ioend_finish(list, list->error);
		sim_settle(sim);
		list = next;
	}
}

void ioend_in_task_init(struct ioend_core *core)
{
	struct sim *sim = core->queue->sim;
	unsigned int nr = sim_nr_cpus(sim);

	core->task_wq = sim_workqueue_new(sim, "bio-complete");
	core->task_batches = calloc(nr, sizeof(*core->task_batches));
	SIM_ASSERT(core->task_batches);
	while (nr--) {
		struct ioend_task_batch *batch = &core->task_batches[nr];

		batch->core = core;
		batch->work.fn = end_batch;
		batch->work.arg = batch;
		batch->tail = &batch->head;
	}
}

void ioend_in_task_done(struct ioend_core *core)
{
	free(core->task_batches);
}

void ioend_end_in_task(struct ioend *ioend)
{
	struct ioend_core *core = ioend->core;
	struct sim *sim = core->queue->sim;
	struct ioend_task_batch *batch =
		&core->task_batches[sim_current_cpu(sim)];
	uint64_t ps = core->costs->task_queue;

	ioend->error = ioend->bio.status;
	ioend->next = NULL;
	*batch->tail = ioend;
	batch->tail = &ioend->next;
	core->stats.ended_in_task++;
	if (!batch->work.pending) {
		ps += core->costs->task_work;
		sim_queue_work(core->task_wq, &batch->work);
	}
	sim_charge_ps(sim, core->account, ps);
}
