/*
 * Inside of the engine; nothing outside sim/engine includes it.
 *
 * Who drives.  Exactly one actor runs at any moment: it holds the baton.
 * While a thread's code runs, its actor holds it.  A thread that must wait
 * keeps the baton and drives the event core itself (sim_drive) until some
 * thread is ready to run code.  If that is itself, it goes on without an
 * actor switch; otherwise it hands the baton over and blocks.
 *
 *	thread code --> sim_settle --> sim_drive --> core_step ... --> code
 *	                                   |
 *	                                   +--> hand over, block ... --> code
 *
 * The pump actor drives at the start; at the end of the run the driver hands
 * the baton back to it.
 *
 * States of a thread:
 *
 *	 BLOCKED --wake--> WAKING --date--> QUEUED --cpu--> BURST --> READY
 *	    ^                                  ^              |         |
 *	    |                                  +----- tick ---+         v
 *	    +------------------------- wait, sleep ----------------- RUNNING
 *
 * BURST: its piled-up CPU time passes; the end is an event.  READY: it runs
 * code before the next event is dispatched.
 */
#ifndef SIM_ENGINE_INTERNAL_H
#define SIM_ENGINE_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/pool.h"
#include "sim/base/units.h"
#include "sim/engine/core.h"
#include "sim/engine/metrics.h"
#include "sim/engine/sim.h"

#define SIM_MAX_CPUS          64
#define SIM_MAX_ACCOUNTS      32
#define SIM_ACCOUNT_SCHEDULER 0

/* ---------------------------------------------------- SimGrid (one file) */

/* A semaphore: never waited for with a time-out (SimGrid's are broken). */
struct glue_sem;

void glue_start(unsigned int nr_cpus);
void glue_run(void);
struct glue_sem *glue_sem_new(void);
void glue_sem_free(struct glue_sem *sem);
void glue_sem_acquire(struct glue_sem *sem);
void glue_sem_release(struct glue_sem *sem);
/** glue_actor_start - daemons are killed when the last other actor ends */
void glue_actor_start(const char *name, bool daemon, void (*fn)(void *arg),
		      void *arg);
/** glue_catch_up - sleep until SimGrid's clock shows @date_ns */
void glue_catch_up(uint64_t date_ns);
/** glue_clock_ns - SimGrid's clock, rounded */
uint64_t glue_clock_ns(void);

/* ------------------------------------------------------------ structures */

enum thread_state {
	THREAD_BLOCKED,
	THREAD_WAKING,
	THREAD_QUEUED,
	THREAD_BURST,
	THREAD_READY,
	THREAD_RUNNING,
	THREAD_ENDED,
};

/* Oracle mode: an actor that sleeps until the date of an event. */
struct sleeper;

struct sim_thread {
	struct sim *sim;
	struct sim_cpu *cpu;
	struct sim_thread *next; /* of the one list it is in */
	struct sim_thread *next_all;
	char *name;
	void (*fn)(void *arg);
	void *arg;
	void *private;
	bool daemon;
	enum thread_state state;
	uint64_t piled_ps; /* CPU time not yet passed */
	uint64_t used_ps;
	uint64_t burst_ns;      /* the part of it that is passing */
	wide_uint fluid_end;    /* virtual date of the burst's end */
	uint64_t fluid_done_ns; /* date at which that was seen */
	const char *waits_for;
	struct glue_sem *baton; /* released: runs code and drives */
	struct sleeper *sleeper;
};

struct thread_list {
	struct sim_thread *head;
	struct sim_thread *tail;
};

struct irq_request {
	struct irq_request *next;
	struct sim_cpu *cpu;
	sim_event_fn fn;
	void *arg;
};

struct sim_cpu {
	struct sim *sim;
	unsigned int index;
	struct sim_thread *last; /* ran last, for the switch cost */
	uint64_t charged_ps;
	struct sleeper *sleeper;

	uint64_t irq_until_ns;
	uint64_t irq_rest_ps;         /* fraction of a ns of past interrupts */
	struct irq_request *irq_head; /* waiting for irq_until_ns */
	struct irq_request *irq_tail;

	uint64_t burst_event; /* 0: none pending */

	/* tick policy */
	struct sim_thread *current;
	struct thread_list runq;
	uint64_t burst_end_ns; /* date of burst_event */
	uint64_t stolen_ns;    /* to be added to it */
	uint64_t tick_event;
	uint64_t next_tick_ns; /* first one whose CPU time is not charged */
	bool is_idle;
	uint64_t idle_since_ns;
	uint64_t idle_irq_ns; /* of interrupts since then */

	/* fluid policy */
	struct sim_thread *fluid; /* by virtual end */
	unsigned int nr_fluid;
	wide_uint fluid_now; /* 1/FLUID_UNITS ns per thread */
	uint64_t fluid_rest;
	uint64_t fluid_date_ns; /* date of fluid_now; ahead during irq */
};

/**
 * struct cpu_policy - how runnable threads share a CPU
 * @runnable: a thread became runnable; the policy starts a burst of it
 * @burst: the running thread's piled-up time shall pass
 * @leave: the running thread blocks or ends
 * @yield: the running thread returns to user mode while others are runnable;
 *   NULL: does not matter
 * @steal: an interrupt takes the CPU for @ns, until cpu->irq_until_ns
 * @is_contended: is a thread runnable besides the running one?
 * @passing_ps: how much of the burst of @thread has yet to pass
 */
struct cpu_policy {
	void (*runnable)(struct sim_thread *thread);
	void (*burst)(struct sim_thread *thread);
	void (*leave)(struct sim_thread *thread);
	void (*yield)(struct sim_thread *thread);
	void (*steal)(struct sim_cpu *cpu, uint64_t ns);
	bool (*is_contended)(const struct sim_cpu *cpu);
	uint64_t (*passing_ps)(const struct sim_thread *thread);
};

extern const struct cpu_policy tick_policy;
extern const struct cpu_policy fluid_policy;

/** fluid_is_alone - nothing shares the CPU, no fraction of a ns is left over */
bool fluid_is_alone(const struct sim_thread *thread);

struct sim {
	/* hot */
	struct core *core;
	struct sim_thread *current; /* whose code runs */
	struct sim_cpu *irq_cpu;    /* whose interrupt runs */
	struct thread_list ready;
	uint64_t next_sample_ns; /* when metrics_advance() has work */
	uint64_t irq_piled_ps;
	const struct cpu_policy *policy;
	bool is_fluid;
	bool is_oracle;

	struct sim_options options;
	struct sim_cpu cpus[SIM_MAX_CPUS];
	struct {
		char *name;
		uint64_t ps;
	} accounts[SIM_MAX_ACCOUNTS];
	unsigned int nr_accounts;
	uint64_t nr_switches;
	struct sim_thread *threads;
	struct sim_thread **threads_tail;
	unsigned int nr_live; /* threads that are no daemons */
	struct sim_unit *units;
	struct sim_workqueue *workqueues;
	struct pool irq_requests;
	struct sim_metrics *metrics;

	struct glue_sem *pump_baton;
	bool has_run;
	bool is_deadlocked;
	bool (*idle)(void *arg);
	void *idle_arg;
	uint64_t end_ns;

	struct oracle *oracle;
};

/* ----------------------------------------------------------------- lists */

static inline void thread_list_push(struct thread_list *list,
				    struct sim_thread *thread)
{
	thread->next = NULL;
	if (list->tail)
		list->tail->next = thread;
	else
		list->head = thread;
	list->tail = thread;
}

static inline struct sim_thread *thread_list_pop(struct thread_list *list)
{
	struct sim_thread *thread = list->head;

	if (!thread)
		return NULL;
	list->head = thread->next;
	if (!list->head)
		list->tail = NULL;
	thread->next = NULL;
	return thread;
}

/* ------------------------------------------------------------- functions */

/** sim_push - core_push(); @sleeper: owner's actor in oracle mode or NULL */
uint64_t sim_push(struct sim *sim, uint64_t date_ns, core_event_fn fn,
		  void *arg, struct sleeper **sleeper);

/**
 * sim_drive - dispatch events until a thread runs code again
 * @self: the calling thread; NULL for the pump and for an ended thread, then
 *   it returns as soon as the baton is handed over
 */
void sim_drive(struct sim *sim, struct sim_thread *self);

/** sim_sample - the core's date is about to become @date_ns */
static inline void sim_sample(struct sim *sim, uint64_t date_ns)
{
	if (date_ns >= sim->next_sample_ns)
		metrics_advance(sim->metrics, date_ns);
}

/** thread_ready - the thread runs code before the next event */
void thread_ready(struct sim_thread *thread);

/** thread_wake_at_now - a blocked thread becomes runnable at sim_now_ns() */
void thread_wake_at_now(struct sim_thread *thread);

/** thread_new_blocked - a thread that is not yet runnable */
struct sim_thread *thread_new_blocked(struct sim *sim, const char *name,
				      unsigned int cpu, bool daemon,
				      void (*fn)(void *arg), void *arg);
void thread_free(struct sim_thread *thread);

void waitq_push(struct sim_waitq *waitq, struct sim_thread *thread);

/** cpu_charge_thread - CPU time that @thread has to let pass, not its own */
void cpu_charge_thread(struct sim_thread *thread, uint64_t ps);

/** tick_charge - the tick interrupts that fall into @thread's piled-up time */
void tick_charge(struct sim_thread *thread);

/** cpu_charge_switch - before @thread gets the CPU */
void cpu_charge_switch(struct sim_thread *thread);

/** thread_burst_passed - @ns of its piled-up time have passed */
void thread_burst_passed(struct sim_thread *thread, uint64_t ns);

void units_free(struct sim *sim);
void workqueues_free(struct sim *sim);

struct oracle *oracle_new(void);
void oracle_free(struct oracle *oracle);
/** oracle_arm - have an actor sleep until @date_ns */
void oracle_arm(struct sim *sim, uint64_t date_ns, struct sleeper **sleeper);
/** oracle_wait - block the driver until the sleepers of @date_ns are up */
void oracle_wait(struct sim *sim, uint64_t date_ns);

struct sim_metrics *metrics_new(struct sim *sim);
void metrics_free(struct sim_metrics *m);

#endif
