/*
 * Policy `fluid`: processor sharing, what SimGrid executions do.
 *
 * A virtual date per CPU grows by 1/n per ns while n bursts pass, so a burst
 * that starts at virtual date v ends at v + its length, whoever comes and
 * goes.  Integer units of 1/720720 ns, which every n up to 16 divides; above,
 * the undivided rest is carried.  Ends are rounded up to whole ns; a burst
 * that follows one at the same date starts at that one's exact virtual end, so
 * rounding does not add up.
 */
#include "sim/engine/internal.h"

#define FLUID_UNITS 720720u

/* Let the virtual date follow the core's. */
static void fluid_update(struct sim_cpu *cpu)
{
	uint64_t now_ns = core_now_ns(cpu->sim->core);
	wide_uint units;

	/* Ahead while an interrupt holds the CPU. */
	if (now_ns <= cpu->fluid_date_ns)
		return;
	if (cpu->nr_fluid) {
		units = (wide_uint)(now_ns - cpu->fluid_date_ns) * FLUID_UNITS +
			cpu->fluid_rest;
		cpu->fluid_now += units / cpu->nr_fluid;
		cpu->fluid_rest = (uint64_t)(units % cpu->nr_fluid);
	} else {
		cpu->fluid_rest = 0;
	}
	cpu->fluid_date_ns = now_ns;
}

/* Date at which the first burst ends if nobody comes, goes or interrupts. */
static uint64_t fluid_end_ns(const struct sim_cpu *cpu)
{
	wide_uint units;

	if (cpu->fluid->fluid_end <= cpu->fluid_now)
		return cpu->fluid_date_ns;
	units = (cpu->fluid->fluid_end - cpu->fluid_now) * cpu->nr_fluid -
		cpu->fluid_rest;
	return cpu->fluid_date_ns +
	       (uint64_t)((units + FLUID_UNITS - 1) / FLUID_UNITS);
}

static void fluid_burst_end(void *arg);

static void fluid_rearm(struct sim_cpu *cpu)
{
	if (cpu->burst_event)
		sim_cancel(cpu->sim, cpu->burst_event);
	cpu->burst_event = 0;
	if (cpu->fluid)
		cpu->burst_event =
			sim_push(cpu->sim, fluid_end_ns(cpu), fluid_burst_end,
				 cpu, &cpu->sleeper);
}

static void fluid_burst_end(void *arg)
{
	struct sim_cpu *cpu = arg;
	uint64_t now_ns = core_now_ns(cpu->sim->core);

	cpu->burst_event = 0;
	fluid_update(cpu);
	while (cpu->fluid && cpu->fluid->fluid_end <= cpu->fluid_now &&
	       cpu->fluid_date_ns == now_ns) {
		struct sim_thread *thread = cpu->fluid;

		cpu->fluid = thread->next;
		cpu->nr_fluid--;
		thread->fluid_done_ns = now_ns;
		thread_burst_passed(thread, thread->burst_ns);
		thread_ready(thread);
	}
	fluid_rearm(cpu);
}

static void fluid_start(struct sim_thread *thread, wide_uint start)
{
	struct sim_cpu *cpu = thread->cpu;
	struct sim_thread **at = &cpu->fluid;

	thread->state = THREAD_BURST;
	thread->burst_ns = thread->piled_ps / PS_PER_NS;
	thread->fluid_end = start + (wide_uint)thread->burst_ns * FLUID_UNITS;
	while (*at && (*at)->fluid_end <= thread->fluid_end)
		at = &(*at)->next;
	thread->next = *at;
	*at = thread;
	cpu->nr_fluid++;
	fluid_rearm(cpu);
}

static void fluid_runnable(struct sim_thread *thread)
{
	fluid_update(thread->cpu);
	cpu_charge_switch(thread);
	fluid_start(thread, thread->cpu->fluid_now);
}

/* Does the thread's last burst end at this very date? */
static bool fluid_continues(const struct sim_thread *thread)
{
	uint64_t now_ns = core_now_ns(thread->sim->core);

	return thread->fluid_done_ns == now_ns && now_ns > 0;
}

bool fluid_is_alone(const struct sim_thread *thread)
{
	const struct sim_cpu *cpu = thread->cpu;

	if (cpu->nr_fluid)
		return false;
	return !fluid_continues(thread) || thread->fluid_end == cpu->fluid_now;
}

static void fluid_burst(struct sim_thread *thread)
{
	struct sim_cpu *cpu = thread->cpu;

	fluid_update(cpu);
	fluid_start(thread, fluid_continues(thread) ? thread->fluid_end
						    : cpu->fluid_now);
}

static void fluid_leave(struct sim_thread *thread)
{
	SIM_ASSERT(thread->state == THREAD_RUNNING ||
		   thread->state == THREAD_BLOCKED ||
		   thread->state == THREAD_ENDED);
}

static void fluid_steal(struct sim_cpu *cpu, uint64_t ns)
{
	fluid_update(cpu);
	SIM_ASSERT(cpu->fluid_date_ns + ns == cpu->irq_until_ns);
	cpu->fluid_date_ns = cpu->irq_until_ns;
	/* The end event finds out by itself that it is early. */
}

static bool fluid_is_contended(const struct sim_cpu *cpu)
{
	return cpu->nr_fluid > 0;
}

static uint64_t fluid_passing_ps(const struct sim_thread *thread)
{
	struct sim_cpu cpu = *thread->cpu;

	fluid_update(&cpu);
	if (thread->fluid_end <= cpu.fluid_now)
		return 0;
	return (uint64_t)(((thread->fluid_end - cpu.fluid_now) * PS_PER_NS +
			   FLUID_UNITS - 1) /
			  FLUID_UNITS);
}

const struct cpu_policy fluid_policy = {
	.runnable = fluid_runnable,
	.burst = fluid_burst,
	.leave = fluid_leave,
	.steal = fluid_steal,
	.is_contended = fluid_is_contended,
	.passing_ps = fluid_passing_ps,
};
