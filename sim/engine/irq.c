/*
 * Interrupts: one at a time per CPU; what they charge is taken from the
 * thread they interrupt.
 */
#include "sim/engine/internal.h"

bool sim_in_irq(const struct sim *sim)
{
	return sim->irq_cpu;
}

static void irq_run(struct sim_cpu *cpu, sim_event_fn fn, void *arg)
{
	struct sim *sim = cpu->sim;
	uint64_t ns;

	SIM_ASSERT(!sim->irq_cpu);
	SIM_ASSERT(!sim->current);
	SIM_ASSERT(cpu->irq_until_ns <= core_now_ns(sim->core));
	sim->irq_cpu = cpu;
	sim->irq_piled_ps = cpu->irq_rest_ps;
	sim_charge_ps(sim, SIM_ACCOUNT_SCHEDULER, sim->options.irq_entry_ps);
	fn(arg);
	sim->irq_cpu = NULL;
	ns = sim->irq_piled_ps / PS_PER_NS;
	cpu->irq_rest_ps = sim->irq_piled_ps % PS_PER_NS;
	cpu->irq_until_ns = core_now_ns(sim->core) + ns;
	if (ns)
		sim->policy->steal(cpu, ns);
}

/* The interrupt that was running is over: the next one that waits. */
static void irq_next(void *arg)
{
	struct sim_cpu *cpu = arg;
	struct irq_request *request = cpu->irq_head;

	SIM_ASSERT(cpu->irq_until_ns == core_now_ns(cpu->sim->core));
	irq_run(cpu, request->fn, request->arg);
	cpu->irq_head = request->next;
	pool_put(&cpu->sim->irq_requests, request);
	if (!cpu->irq_head)
		cpu->irq_tail = NULL;
	else
		sim_push(cpu->sim, cpu->irq_until_ns, irq_next, cpu, NULL);
}

/* Context: plain event. */
static void irq_raise(struct sim_cpu *cpu, sim_event_fn fn, void *arg)
{
	struct sim *sim = cpu->sim;
	struct irq_request *request;

	if (cpu->irq_until_ns <= core_now_ns(sim->core) && !cpu->irq_head) {
		irq_run(cpu, fn, arg);
		return;
	}
	request = pool_get(&sim->irq_requests);
	*request = (struct irq_request){ .cpu = cpu, .fn = fn, .arg = arg };
	if (cpu->irq_tail)
		cpu->irq_tail->next = request;
	else
		sim_push(sim, cpu->irq_until_ns, irq_next, cpu, NULL);
	if (!cpu->irq_head)
		cpu->irq_head = request;
	cpu->irq_tail = request;
}

static void irq_arrive(void *arg)
{
	struct irq_request request = *(struct irq_request *)arg;

	pool_put(&request.cpu->sim->irq_requests, arg);
	irq_raise(request.cpu, request.fn, request.arg);
}

void sim_irq(struct sim *sim, unsigned int cpu, sim_event_fn fn, void *arg)
{
	struct irq_request *request;

	SIM_ASSERT(cpu < sim->options.nr_cpus);
	if (!sim->current && !sim->irq_cpu) {
		irq_raise(&sim->cpus[cpu], fn, arg);
		return;
	}
	/* From code that is ahead of the core: at its date. */
	request = pool_get(&sim->irq_requests);
	*request = (struct irq_request){
		.cpu = &sim->cpus[cpu],
		.fn = fn,
		.arg = arg,
	};
	sim_push(sim, sim_now_ns(sim), irq_arrive, request, NULL);
}
