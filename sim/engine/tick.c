/*
 * Policy `tick`: no wake-up preemption inside the kernel.  Follows lazy
 * preemption as measured on kernels 6.12 to 6.17, HZ 250: a woken thread waits
 * until the current one sleeps, returns to user mode, or a tick of the fixed
 * grid passes; then the threads alternate in slices of one tick.
 *
 * The tick's own CPU time is charged to the burst that it falls into when that
 * begins; a CPU that idles has no ticks.  Going idle and back takes time as
 * well: what is left of going when a thread wakes delays it.
 *
 * Omits: priorities, migration.
 */
#include "sim/engine/internal.h"

static uint64_t tick_irq_left_ns(const struct sim_cpu *cpu)
{
	uint64_t now_ns = core_now_ns(cpu->sim->core);

	return cpu->irq_until_ns > now_ns ? cpu->irq_until_ns - now_ns : 0;
}

/* What is left of the burst that is passing now. */
static uint64_t tick_remaining_ns(const struct sim_cpu *cpu)
{
	uint64_t now_ns = core_now_ns(cpu->sim->core);

	SIM_ASSERT(cpu->burst_end_ns >= now_ns);
	/* The rest of a running interrupt is inside end or stolen time. */
	return cpu->burst_end_ns - now_ns + cpu->stolen_ns -
	       tick_irq_left_ns(cpu);
}

static void tick_burst_end(void *arg);

static void tick_burst_push(struct sim_cpu *cpu, uint64_t end_ns)
{
	cpu->stolen_ns = 0;
	cpu->burst_end_ns = end_ns;
	cpu->burst_event =
		sim_push(cpu->sim, end_ns, tick_burst_end, cpu, &cpu->sleeper);
}

static void tick_burst_end(void *arg)
{
	struct sim_cpu *cpu = arg;
	struct sim_thread *thread = cpu->current;

	cpu->burst_event = 0;
	if (cpu->stolen_ns) {
		tick_burst_push(cpu, cpu->burst_end_ns + cpu->stolen_ns);
		return;
	}
	SIM_ASSERT(tick_irq_left_ns(cpu) == 0);
	thread_burst_passed(thread, thread->burst_ns);
	thread_ready(thread);
}

static void tick_burst(struct sim_thread *thread)
{
	struct sim_cpu *cpu = thread->cpu;

	SIM_ASSERT(cpu->current == thread);
	SIM_ASSERT(!cpu->burst_event);
	thread->state = THREAD_BURST;
	thread->burst_ns = thread->piled_ps / PS_PER_NS;
	tick_burst_push(cpu, core_now_ns(cpu->sim->core) +
				     tick_irq_left_ns(cpu) + thread->burst_ns);
}

static void tick_tick(void *arg);

static uint64_t next_tick_ns(const struct sim_cpu *cpu)
{
	return sim_next_tick_ns(cpu->sim, core_now_ns(cpu->sim->core), 1);
}

/* Ticks are events only while they could matter. */
static void tick_update(struct sim_cpu *cpu)
{
	if (cpu->runq.head && !cpu->tick_event) {
		cpu->tick_event = sim_push(cpu->sim, next_tick_ns(cpu),
					   tick_tick, cpu, NULL);
	} else if (!cpu->runq.head && cpu->tick_event) {
		sim_cancel(cpu->sim, cpu->tick_event);
		cpu->tick_event = 0;
	}
}

void tick_charge(struct sim_thread *thread)
{
	const struct sim_options *options = &thread->sim->options;
	uint64_t now_ns = core_now_ns(thread->sim->core);
	struct sim_cpu *cpu = thread->cpu;

	while (cpu->next_tick_ns <= now_ns + thread->piled_ps / PS_PER_NS) {
		cpu_charge_thread(thread, options->tick_ps);
		cpu->next_tick_ns += options->tick_ns;
	}
}

static void tick_skip_to_now(struct sim_cpu *cpu)
{
	cpu->next_tick_ns = max_u64(cpu->next_tick_ns, next_tick_ns(cpu));
}

/* From idle to @thread: the rest of going idle, and the way back. */
static void tick_end_idle(struct sim_thread *thread)
{
	const struct sim_options *options = &thread->sim->options;
	uint64_t now_ns = core_now_ns(thread->sim->core);
	struct sim_cpu *cpu = thread->cpu;
	/* interrupts had the CPU, up to the end of the one that runs */
	uint64_t passed_ps = (now_ns + tick_irq_left_ns(cpu) -
			      cpu->idle_since_ns - cpu->idle_irq_ns) *
			     PS_PER_NS;

	cpu->is_idle = false;
	if (!options->idle_exit_ps) {
		cpu_charge_switch(thread);
		return;
	}
	cpu->last = thread;
	cpu_charge_thread(thread, options->idle_exit_ps);
	if (passed_ps >= options->idle_enter_ps)
		passed_ps = options->idle_enter_ps;
	cpu_charge_thread(thread, options->idle_enter_ps - passed_ps);
	cpu->charged_ps += passed_ps;
	thread->sim->accounts[SIM_ACCOUNT_SCHEDULER].ps += passed_ps;
}

static void tick_dispatch(struct sim_cpu *cpu)
{
	struct sim_thread *thread = thread_list_pop(&cpu->runq);

	SIM_ASSERT(!cpu->current);
	if (thread) {
		cpu->current = thread;
		if (cpu->is_idle || !cpu->last)
			tick_skip_to_now(cpu);
		if (cpu->is_idle)
			tick_end_idle(thread);
		else
			cpu_charge_switch(thread);
		tick_burst(thread);
	} else {
		cpu->is_idle = true;
		cpu->idle_since_ns =
			core_now_ns(cpu->sim->core) + tick_irq_left_ns(cpu);
		cpu->idle_irq_ns = 0;
	}
	tick_update(cpu);
}

static void tick_queue(struct sim_thread *thread)
{
	thread->state = THREAD_QUEUED;
	thread_list_push(&thread->cpu->runq, thread);
}

static void tick_tick(void *arg)
{
	struct sim_cpu *cpu = arg;
	struct sim_thread *thread = cpu->current;
	uint64_t remaining_ns = tick_remaining_ns(cpu);
	bool was_pending;

	cpu->tick_event = 0;
	SIM_ASSERT(cpu->runq.head);
	SIM_ASSERT(remaining_ns <= thread->burst_ns);
	was_pending = sim_cancel(cpu->sim, cpu->burst_event);
	SIM_ASSERT(was_pending);
	cpu->burst_event = 0;
	thread_burst_passed(thread, thread->burst_ns - remaining_ns);
	cpu->current = NULL;
	tick_queue(thread);
	tick_dispatch(cpu);
}

static void tick_runnable(struct sim_thread *thread)
{
	tick_queue(thread);
	if (thread->cpu->current)
		tick_update(thread->cpu);
	else
		tick_dispatch(thread->cpu);
}

static void tick_leave(struct sim_thread *thread)
{
	SIM_ASSERT(thread->cpu->current == thread);
	thread->cpu->current = NULL;
	tick_dispatch(thread->cpu);
}

static void tick_yield(struct sim_thread *thread)
{
	tick_queue(thread);
	tick_leave(thread);
}

static void tick_steal(struct sim_cpu *cpu, uint64_t ns)
{
	/* A thread that gets the CPU later starts after irq_until_ns. */
	if (cpu->current)
		cpu->stolen_ns += ns;
	else
		cpu->idle_irq_ns += ns;
}

static bool tick_is_contended(const struct sim_cpu *cpu)
{
	return cpu->runq.head;
}

static uint64_t tick_passing_ps(const struct sim_thread *thread)
{
	return tick_remaining_ns(thread->cpu) * PS_PER_NS;
}

const struct cpu_policy tick_policy = {
	.runnable = tick_runnable,
	.burst = tick_burst,
	.leave = tick_leave,
	.yield = tick_yield,
	.steal = tick_steal,
	.is_contended = tick_is_contended,
	.passing_ps = tick_passing_ps,
};
