/*
 * CPU time: accounts, charging, settling.  How threads share a CPU is in
 * tick.c and fluid.c.
 */
#include "sim/engine/internal.h"

#include <stdlib.h>
#include <string.h>

unsigned int sim_account_add(struct sim *sim, const char *name)
{
	unsigned int i;

	for (i = 0; i < sim->nr_accounts; i++)
		if (!strcmp(sim->accounts[i].name, name))
			return i;
	SIM_ASSERT(i < SIM_MAX_ACCOUNTS);
	sim->accounts[i].name = strdup(name);
	SIM_ASSERT(sim->accounts[i].name && "out of memory");
	sim->nr_accounts++;
	return i;
}

uint64_t sim_account_ns(const struct sim *sim, unsigned int account)
{
	SIM_ASSERT(account < sim->nr_accounts);
	return sim->accounts[account].ps / PS_PER_NS;
}

const char *sim_account_name(const struct sim *sim, unsigned int account)
{
	return account < sim->nr_accounts ? sim->accounts[account].name : NULL;
}

void sim_charge_ps(struct sim *sim, unsigned int account, uint64_t ps)
{
	SIM_ASSERT(account < sim->nr_accounts);
	sim->accounts[account].ps += ps;
	if (sim->irq_cpu) {
		sim->irq_piled_ps += ps;
		sim->irq_cpu->charged_ps += ps;
		return;
	}
	SIM_ASSERT(sim->current);
	sim->current->piled_ps += ps;
	sim->current->used_ps += ps;
	sim->current->cpu->charged_ps += ps;
}

void cpu_charge_thread(struct sim_thread *thread, uint64_t ps)
{
	thread->sim->accounts[SIM_ACCOUNT_SCHEDULER].ps += ps;
	thread->cpu->charged_ps += ps;
	thread->piled_ps += ps;
}

void cpu_charge_switch(struct sim_thread *thread)
{
	struct sim_cpu *cpu = thread->cpu;
	struct sim *sim = cpu->sim;

	if (cpu->last == thread)
		return;
	cpu->last = thread;
	cpu_charge_thread(thread, sim->options.switch_ps);
}

void thread_burst_passed(struct sim_thread *thread, uint64_t ns)
{
	SIM_ASSERT(thread->state == THREAD_BURST);
	SIM_ASSERT(ns <= thread->burst_ns);
	thread->piled_ps -= ns * PS_PER_NS;
	thread->burst_ns = 0;
}

/* May the core's date simply become @end_ns?  Nothing else would happen. */
static bool sim_is_quiet_until(const struct sim *sim, uint64_t end_ns)
{
	return !sim->ready.head && core_next_ns(sim->core) > end_ns;
}

/* May the thread's piled-up time pass by an addition? */
static bool thread_is_alone(const struct sim_thread *thread)
{
	const struct sim *sim = thread->sim;

	if (sim->is_oracle)
		return false;
	/* The tick that would end a slice is an event. */
	return !sim->is_fluid || fluid_is_alone(thread);
}

void sim_settle(struct sim *sim)
{
	struct sim_thread *thread = sim->current;
	uint64_t ns, end_ns;

	if (sim->irq_cpu)
		return;
	SIM_ASSERT(thread);
	ns = thread->piled_ps / PS_PER_NS;
	end_ns = core_now_ns(sim->core) + ns;
	if (end_ns >= thread->cpu->next_tick_ns && sim->options.tick_ps &&
	    !sim->is_fluid) {
		tick_charge(thread);
		ns = thread->piled_ps / PS_PER_NS;
		end_ns = core_now_ns(sim->core) + ns;
	}
	if (sim_is_quiet_until(sim, end_ns)) {
		if (!ns)
			return;
		if (thread_is_alone(thread)) {
			thread->piled_ps -= ns * PS_PER_NS;
			sim_sample(sim, end_ns);
			core_advance(sim->core, end_ns);
			return;
		}
	}
	sim->policy->burst(thread);
	sim_drive(sim, thread);
	SIM_ASSERT(thread->piled_ps < PS_PER_NS);
}

void sim_user_return(struct sim *sim)
{
	struct sim_thread *thread = sim->current;
	const struct cpu_policy *policy = sim->policy;

	SIM_ASSERT(thread);
	sim_settle(sim);
	if (policy->yield && policy->is_contended(thread->cpu)) {
		policy->yield(thread);
		sim_drive(sim, thread);
	}
}

/* CPU time that @thread has been charged but has not used yet. */
static uint64_t thread_ahead_ps(const struct sim_thread *thread)
{
	const struct sim *sim = thread->sim;

	switch (thread->state) {
	case THREAD_RUNNING:
		/* sim_now_ns() counts whole nanoseconds. */
		return thread->piled_ps % PS_PER_NS;
	case THREAD_BURST:
		return thread->piled_ps - thread->burst_ns * PS_PER_NS +
		       sim->policy->passing_ps(thread);
	case THREAD_BLOCKED:
	case THREAD_WAKING:
	case THREAD_QUEUED:
	case THREAD_READY:
	case THREAD_ENDED:
		break;
	}
	return thread->piled_ps;
}

uint64_t sim_cpu_busy_ns(const struct sim *sim, unsigned int cpu)
{
	const struct sim_cpu *c = &sim->cpus[cpu];
	uint64_t now_ns = core_now_ns(sim->core);
	uint64_t ahead_ps = c->irq_rest_ps;

	SIM_ASSERT(cpu < sim->options.nr_cpus);
	if (c->irq_until_ns > now_ns)
		ahead_ps += (c->irq_until_ns - now_ns) * PS_PER_NS;
	for (const struct sim_thread *t = sim->threads; t; t = t->next_all)
		if (t->cpu == c)
			ahead_ps += thread_ahead_ps(t);
	/* Rounding can let a fluid burst look longer than it is. */
	if (ahead_ps > c->charged_ps)
		return 0;
	return (c->charged_ps - ahead_ps) / PS_PER_NS;
}
