/*
 * The run: start and end of the engine, events, and who drives.
 */
#include "sim/engine/internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void sim_describe(char *buf, int size, void *arg)
{
	const struct sim *sim = arg;

	snprintf(buf, (size_t)size,
		 "date %" PRIu64 " ns, event %" PRIu64 ", seed %" PRIu64
		 ", %s%s",
		 core_now_ns(sim->core), core_nr_dispatched(sim->core),
		 sim->options.seed, sim->irq_cpu ? "in interrupt" : "thread ",
		 sim->irq_cpu   ? ""
		 : sim->current ? sim->current->name
				: "none");
}

struct sim *sim_new(const struct sim_options *options)
{
	struct sim *sim = calloc(1, sizeof(*sim));
	unsigned int account;

	SIM_ASSERT(sim && "out of memory");
	SIM_ASSERT(options->nr_cpus >= 1);
	SIM_ASSERT(options->nr_cpus <= SIM_MAX_CPUS);
	sim->options = *options;
	sim->is_oracle = options->oracle;
	sim->is_fluid = options->policy == SIM_CPU_FLUID;
	sim->policy = sim->is_fluid ? &fluid_policy : &tick_policy;
	SIM_ASSERT(sim->is_fluid || options->tick_ns > 0);
	SIM_ASSERT(!options->tick_phase_ns ||
		   options->tick_phase_ns < options->tick_ns);
	sim->core = core_new();
	sim->threads_tail = &sim->threads;
	for (unsigned int i = 0; i < options->nr_cpus; i++) {
		sim->cpus[i].sim = sim;
		sim->cpus[i].index = i;
	}
	sim_bug_hook(sim_describe, sim);
	pool_init(&sim->irq_requests, "irq_requests",
		  sizeof(struct irq_request));
	sim->next_sample_ns = UINT64_MAX;
	sim->metrics = metrics_new(sim);
	account = sim_account_add(sim, "scheduler");
	SIM_ASSERT(account == SIM_ACCOUNT_SCHEDULER);
	glue_start(options->nr_cpus);
	sim->pump_baton = glue_sem_new();
	if (sim->is_oracle)
		sim->oracle = oracle_new();
	return sim;
}

void sim_free(struct sim *sim)
{
	if (!sim)
		return;
	while (sim->threads) {
		struct sim_thread *thread = sim->threads;

		sim->threads = thread->next_all;
		thread_free(thread);
	}
	units_free(sim);
	workqueues_free(sim);
	oracle_free(sim->oracle);
	glue_sem_free(sim->pump_baton);
	metrics_free(sim->metrics);
	for (unsigned int i = 0; i < sim->nr_accounts; i++)
		free(sim->accounts[i].name);
	pool_done(&sim->irq_requests);
	core_free(sim->core);
	sim_bug_hook(NULL, NULL);
	free(sim);
}

uint64_t sim_tick_ns(const struct sim *sim)
{
	return sim->options.tick_ns;
}

uint64_t sim_nr_ticks(const struct sim *sim, uint64_t date_ns)
{
	const struct sim_options *options = &sim->options;

	if (date_ns < options->tick_phase_ns)
		return 0;
	return (date_ns - options->tick_phase_ns) / options->tick_ns + 1;
}

uint64_t sim_next_tick_ns(const struct sim *sim, uint64_t date_ns, uint64_t nr)
{
	const struct sim_options *options = &sim->options;

	SIM_ASSERT(nr > 0);
	return options->tick_phase_ns +
	       (sim_nr_ticks(sim, date_ns) + nr - 1) * options->tick_ns;
}

uint64_t sim_seed(const struct sim *sim)
{
	return sim->options.seed;
}

unsigned int sim_nr_cpus(const struct sim *sim)
{
	return sim->options.nr_cpus;
}

uint64_t sim_nr_events(const struct sim *sim)
{
	return core_nr_dispatched(sim->core);
}

uint64_t sim_nr_switches(const struct sim *sim)
{
	return sim->nr_switches;
}

struct sim_metrics *sim_metrics(struct sim *sim)
{
	return sim->metrics;
}

uint64_t sim_now_ns(const struct sim *sim)
{
	uint64_t piled_ps = 0;

	if (sim->irq_cpu)
		piled_ps = sim->irq_piled_ps;
	else if (sim->current)
		piled_ps = sim->current->piled_ps;
	return core_now_ns(sim->core) + piled_ps / PS_PER_NS;
}

/* ---------------------------------------------------------------- events */

uint64_t sim_push(struct sim *sim, uint64_t date_ns, core_event_fn fn,
		  void *arg, struct sleeper **sleeper)
{
	if (sim->is_oracle && date_ns > core_now_ns(sim->core))
		oracle_arm(sim, date_ns, sleeper);
	return core_push(sim->core, date_ns, fn, arg);
}

sim_event_id sim_at(struct sim *sim, uint64_t date_ns, sim_event_fn fn,
		    void *arg)
{
	return sim_push(sim, date_ns, fn, arg, NULL);
}

sim_event_id sim_after(struct sim *sim, uint64_t delay_ns, sim_event_fn fn,
		       void *arg)
{
	return sim_push(sim, sim_now_ns(sim) + delay_ns, fn, arg, NULL);
}

bool sim_cancel(struct sim *sim, sim_event_id id)
{
	return core_cancel(sim->core, id);
}

/* --------------------------------------------------------------- driving */

static bool sim_step(struct sim *sim)
{
	uint64_t date_ns = core_next_ns(sim->core);

	if (date_ns == UINT64_MAX)
		return false;
	if (sim->is_oracle)
		oracle_wait(sim, date_ns);
	sim_sample(sim, date_ns);
	return core_step(sim->core);
}

static bool sim_is_over(struct sim *sim)
{
	if (sim->is_deadlocked)
		return true;
	if (sim->nr_live)
		return false;
	if (!sim->idle)
		return true;
	return !sim->ready.head && sim->idle(sim->idle_arg);
}

static void sim_hand_over(struct sim *sim, struct glue_sem *baton)
{
	glue_catch_up(core_now_ns(sim->core));
	sim->nr_switches++;
	glue_sem_release(baton);
}

/* Return: whose baton it is next; @self's own is not released. */
static struct glue_sem *sim_drive_to_next(struct sim *sim)
{
	for (;;) {
		struct sim_thread *next;

		if (sim_is_over(sim))
			return sim->pump_baton;
		next = thread_list_pop(&sim->ready);
		if (next)
			return next->baton;
		if (!sim_step(sim))
			sim->is_deadlocked = true;
	}
}

void sim_drive(struct sim *sim, struct sim_thread *self)
{
	struct glue_sem *next;

	SIM_ASSERT(sim->current == self);
	SIM_ASSERT(!sim->irq_cpu);
	sim->current = NULL;
	next = sim_drive_to_next(sim);
	if (!self) {
		sim_hand_over(sim, next);
		return;
	}
	if (next != self->baton) {
		sim_hand_over(sim, next);
		glue_sem_acquire(self->baton);
	}
	SIM_ASSERT(self->state == THREAD_READY);
	SIM_ASSERT(!sim->current);
	self->state = THREAD_RUNNING;
	sim->current = self;
}

static void pump_main(void *arg)
{
	struct sim *sim = arg;

	sim_drive(sim, NULL);
	/* All other actors are daemons: they end with this one. */
	glue_sem_acquire(sim->pump_baton);
}

static void deadlock_describe(const struct sim *sim, char *reterr,
			      int reterr_bytes)
{
	size_t size = (size_t)reterr_bytes, at;
	int nr =
		snprintf(reterr, size,
			 "deadlock at %" PRIu64 " ns:", core_now_ns(sim->core));

	at = (size_t)nr;
	for (int daemon = 0; daemon < 2; daemon++) {
		for (struct sim_thread *t = sim->threads; t; t = t->next_all) {
			if (t->state == THREAD_ENDED || t->daemon != daemon)
				continue;
			SIM_ASSERT(t->state == THREAD_BLOCKED);
			if (at >= size)
				return;
			nr = snprintf(reterr + at, size - at,
				      " %s%s waits for %s;", t->name,
				      daemon ? " (daemon)" : "",
				      t->waits_for ? t->waits_for : "?");
			at += (size_t)nr;
		}
	}
	if (at < size)
		reterr[at - 1] = '\0'; /* last separator */
}

int sim_run(struct sim *sim, bool (*idle)(void *arg), void *arg,
	    uint64_t *ret_end_ns, char *reterr, int reterr_bytes)
{
	SIM_ASSERT(!sim->has_run);
	sim->has_run = true;
	sim->idle = idle;
	sim->idle_arg = arg;
	glue_actor_start("pump", false, pump_main, sim);
	glue_run();
	sim->current = NULL;
	if (sim->is_deadlocked) {
		if (reterr && reterr_bytes > 0)
			deadlock_describe(sim, reterr, reterr_bytes);
		return -EDEADLK;
	}
	if (ret_end_ns)
		*ret_end_ns = sim->end_ns;
	return 0;
}
