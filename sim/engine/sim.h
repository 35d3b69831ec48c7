/*
 * The engine: an event core in integer nanoseconds, threads that read top to
 * bottom (SimGrid actors), cores that run one thing at a time, interrupts
 * that steal from what they interrupt, work queues and wait queues.
 *
 * One run = one struct sim = one process (SimGrid's engine is a process
 * singleton).  Nothing here knows a storage word.
 *
 * How time passes.  Code that runs on a thread or in an interrupt handler
 * takes no time by itself; it piles up CPU time with sim_charge_ps().
 * sim_now_ns() is the date of the running context: the core's date plus what it
 * has piled up.
 * Before a thread looks at anything that another context may have changed,
 * or does anything that another context may see, it calls sim_settle(): the
 * piled-up time then passes on its CPU, interrupts that fall into it run at
 * their date and make it longer, and under the `tick` policy other threads
 * get their slices.  When no event falls into the piled-up time, settling is
 * an addition.
 *
 * Only one actor runs code at any moment, so models need no locks.
 */
#ifndef SIM_ENGINE_SIM_H
#define SIM_ENGINE_SIM_H

#include <stdbool.h>
#include <stdint.h>

struct sim;
struct sim_thread;
struct sim_waitq;

/**
 * enum sim_cpu_policy - how runnable threads share one CPU
 * @SIM_CPU_TICK: no wake-up preemption inside the kernel; a woken thread runs
 *   when the current one sleeps, returns to user mode (sim_user_return) or at
 *   the next tick of the fixed grid; then slices of one tick in turn
 *   (measured: lazy preemption, kernels 6.12 to 6.17, HZ 250)
 * @SIM_CPU_FLUID: all runnable threads of a CPU share it equally at every
 *   moment (what SimGrid executions do); for the oracle
 */
enum sim_cpu_policy {
	SIM_CPU_TICK,
	SIM_CPU_FLUID,
};

/**
 * struct sim_options - what a run of the engine needs
 * @nr_cpus: 1 to 64
 * @policy: see above
 * @tick_ns: tick period, for SIM_CPU_TICK; > 0
 * @tick_phase_ns: date of the first tick, below @tick_ns
 * @switch_ps: CPU time charged to the CPU before a thread runs that is not
 *   the one that ran last on it (sched.switch), picoseconds
 * @wakeup_ps: CPU time charged to the context that wakes a sleeping thread
 *   (sched.wakeup)
 * @irq_entry_ps: CPU time of interrupt entry and exit, charged per interrupt
 *   (switch, wake-up and interrupt entry are counted on the account
 *   "scheduler", which the engine adds itself as number 0)
 * @tick_ps: CPU time of the tick interrupt, for SIM_CPU_TICK; it falls into
 *   every tick of a CPU that is busy, not into idle ones
 * @idle_enter_ps: for SIM_CPU_TICK: CPU time from the last thread's sleep to
 *   the CPU's own, switch included; passes beside what the thread waits for
 * @idle_exit_ps: CPU time from then to the next thread, switch included, instead
 *   of @switch_ps; both 0: idling costs nothing
 * @seed: of the run; rng streams derive from it
 * @oracle: every event that takes time is waited for by a SimGrid actor of
 *   its own (sg_actor_sleep_for), and the core's date must equal SimGrid's
 *   clock to the nanosecond at every dispatch; slow, same results
 */
struct sim_options {
	unsigned int nr_cpus;
	enum sim_cpu_policy policy;
	uint64_t tick_ns;
	uint64_t tick_phase_ns;
	uint64_t switch_ps;
	uint64_t wakeup_ps;
	uint64_t irq_entry_ps;
	uint64_t tick_ps;
	uint64_t idle_enter_ps;
	uint64_t idle_exit_ps;
	uint64_t seed;
	bool oracle;
};

/**
 * sim_new - engine of one run; starts SimGrid in this process
 *
 * Writes no file: the platform (one host, as many cores as @nr_cpus) is handed
 * to SimGrid through a file in memory.
 * Return: never NULL; may be called once per process (a second call is a bug).
 */
struct sim *sim_new(const struct sim_options *options);

/** sim_free - end of the run; NULL allowed */
void sim_free(struct sim *sim);

/** sim_seed - the run's seed, for rng_init() */
uint64_t sim_seed(const struct sim *sim);

/** sim_nr_cpus - CPUs of the host */
unsigned int sim_nr_cpus(const struct sim *sim);

/**
 * sim_now_ns - date of the running context
 * Core date plus the CPU time that the running thread or interrupt has piled
 * up (whole nanoseconds; fractions carry over).
 */
uint64_t sim_now_ns(const struct sim *sim);

/** sim_tick_ns - period of the tick: the jiffy of what is simulated */
uint64_t sim_tick_ns(const struct sim *sim);

/** sim_nr_ticks - ticks up to @date_ns, itself included */
uint64_t sim_nr_ticks(const struct sim *sim, uint64_t date_ns);

/** sim_next_tick_ns - date of the @nr-th tick after @date_ns; @nr > 0 */
uint64_t sim_next_tick_ns(const struct sim *sim, uint64_t date_ns, uint64_t nr);

/* ------------------------------------------------------------------ events */

typedef void (*sim_event_fn)(void *arg);

/** sim_event_id - handle of a scheduled event; 0 is never a valid handle */
typedef uint64_t sim_event_id;

/**
 * sim_at - run @fn(@arg) in event context at @date_ns
 * @date_ns: not before the core's date; equal dates run first-in first-out
 * Context: anywhere.  Event handlers take no CPU time and must not settle;
 * work on a CPU is done by sim_irq() or a thread.
 */
sim_event_id sim_at(struct sim *sim, uint64_t date_ns, sim_event_fn fn,
		    void *arg);

/** sim_after - sim_at(sim_now_ns() + delay_ns) */
sim_event_id sim_after(struct sim *sim, uint64_t delay_ns, sim_event_fn fn,
		       void *arg);

/**
 * sim_cancel - take back an event that has not run
 * Return: false when it has run or was cancelled (handles are not reused for
 * 2^32 events of one slot).
 */
bool sim_cancel(struct sim *sim, sim_event_id id);

/**
 * struct sim_unit - a server of the device kind: one job at a time
 *
 * A named resource whose busy time is counted.  In oracle mode each unit is a
 * SimGrid actor that sleeps through the service.
 */
struct sim_unit;

/** sim_unit_new - @name for results ("device.unit0"); owned by the engine */
struct sim_unit *sim_unit_new(struct sim *sim, const char *name);

/**
 * sim_unit_serve - the unit is busy for @service_ns, then @fn(@arg) runs
 * The unit must be idle (bug otherwise).
 */
void sim_unit_serve(struct sim_unit *unit, uint64_t service_ns, sim_event_fn fn,
		    void *arg);

/** sim_unit_is_busy, sim_unit_busy_ns - state and total busy time so far */
bool sim_unit_is_busy(const struct sim_unit *unit);
uint64_t sim_unit_busy_ns(const struct sim_unit *unit);

/* ---------------------------------------------------------------- CPU time */

/**
 * sim_account_add - a named account of CPU time ("write", "ioend", "block")
 * Same name, same number.  At most 32.
 */
unsigned int sim_account_add(struct sim *sim, const char *name);

/**
 * sim_charge_ps - the running context uses CPU time
 * @account: where it is counted
 * @ps: picoseconds (costs are measured in tenths of nanoseconds)
 * Context: thread or interrupt (bug in plain event context).
 */
void sim_charge_ps(struct sim *sim, unsigned int account, uint64_t ps);

/**
 * sim_settle - let the piled-up CPU time of the running thread pass
 * After it, sim_now_ns() is the core's date and every event up to it has
 * run.  Context: thread (in an interrupt handler: a no-op).
 */
void sim_settle(struct sim *sim);

/**
 * sim_user_return - the running thread returns to user mode and comes back
 * Settles; a scheduling point under SIM_CPU_TICK.
 */
void sim_user_return(struct sim *sim);

/** sim_account_ns - CPU time counted on @account, all CPUs */
uint64_t sim_account_ns(const struct sim *sim, unsigned int account);
/** sim_account_name - NULL past the last account */
const char *sim_account_name(const struct sim *sim, unsigned int account);
/** sim_cpu_busy_ns - thread and interrupt time of one CPU up to now */
uint64_t sim_cpu_busy_ns(const struct sim *sim, unsigned int cpu);

/* ----------------------------------------------------------------- threads */

/**
 * sim_thread_new - a thread, runnable at the current date
 * @name: for results and deadlock reports; copied
 * @cpu: the CPU it stays on, < nr_cpus
 * @daemon: the run does not wait for its end
 * Ownership: engine's.  Context: before sim_run() or from anywhere in it.
 */
struct sim_thread *sim_thread_new(struct sim *sim, const char *name,
				  unsigned int cpu, bool daemon,
				  void (*fn)(void *arg), void *arg);

/**
 * sim_thread_new_waiting - a daemon that waits in @waitq already, as if it had
 * run before: nothing is charged until it is woken; then @fn begins
 */
struct sim_thread *sim_thread_new_waiting(struct sim *sim, const char *name,
					  unsigned int cpu,
					  struct sim_waitq *waitq,
					  void (*fn)(void *arg), void *arg);

/**
 * sim_thread_private - a slot for the models' own state of a thread
 * NULL at first; what it points to is theirs.
 */
void **sim_thread_private(struct sim_thread *thread);

/** sim_current - the running thread, NULL in events and interrupts */
struct sim_thread *sim_current(const struct sim *sim);
const char *sim_thread_name(const struct sim_thread *thread);
unsigned int sim_thread_cpu(const struct sim_thread *thread);
/** sim_thread_cpu_ns - CPU time the thread itself has used */
uint64_t sim_thread_cpu_ns(const struct sim_thread *thread);

/** sim_current_cpu - CPU of the running context (0 in plain events) */
unsigned int sim_current_cpu(const struct sim *sim);
/** sim_in_irq - is an interrupt handler running? */
bool sim_in_irq(const struct sim *sim);

/** sim_sleep_ns - settle, then sleep; the CPU is free meanwhile */
void sim_sleep_ns(struct sim *sim, uint64_t delay_ns);

/**
 * struct sim_waitq - threads waiting for a condition, in order of arrival
 * Plain structure, embedded in model objects; zero-filled is empty.
 * @name: for deadlock reports; may be NULL
 */
struct sim_waitq {
	struct sim_thread *head;
	struct sim_thread *tail;
	const char *name;
};

/**
 * sim_wait - block the running thread until woken
 *
 * The thread must have settled (bug otherwise), because the condition it
 * tested could have changed in between.  Idiom:
 *
 *	sim_settle(sim);
 *	while (!condition)
 *		sim_wait(sim, &waitq);
 */
void sim_wait(struct sim *sim, struct sim_waitq *waitq);

/**
 * sim_wake - wake the first @nr waiting threads
 * @nr: UINT_MAX for all
 * Charges wakeup_ps per thread to the running context (none in plain events);
 * each thread is runnable at the date of the running context after its charge.
 * Return: how many were woken.
 */
unsigned int sim_wake(struct sim *sim, struct sim_waitq *waitq,
		      unsigned int nr);

static inline bool sim_waitq_is_empty(const struct sim_waitq *waitq)
{
	return waitq->head == 0;
}

/* -------------------------------------------------------------- interrupts */

/**
 * sim_irq - run @fn(@arg) as an interrupt of @cpu
 *
 * At the current date, or when the interrupt that the CPU is serving has
 * ended.  What @fn charges (and irq_entry_ps) delays the thread on the CPU.
 * State changes made by @fn are seen by other contexts from its start on; the
 * threads it wakes run at the earliest when it has ended (same CPU) or at the
 * date of the waking (other CPUs).
 */
void sim_irq(struct sim *sim, unsigned int cpu, sim_event_fn fn, void *arg);

/* -------------------------------------------------------------- work items */

/**
 * struct sim_work - a work item; embedded; idle when zero-filled
 * A pending item is not queued twice; it may be queued again from its own
 * function.
 */
struct sim_work {
	void (*fn)(void *arg);
	void *arg;
	struct sim_work *next;
	bool pending;
};

struct sim_workqueue;

/**
 * sim_workqueue_new - one worker thread (daemon) per CPU, made on first use
 * @name: of the worker threads, "NAME/CPU"
 */
struct sim_workqueue *sim_workqueue_new(struct sim *sim, const char *name);

/**
 * sim_queue_work - queue @work for the worker of the running context's CPU
 * Return: false when it was pending already.
 */
bool sim_queue_work(struct sim_workqueue *wq, struct sim_work *work);

/* --------------------------------------------------------------------- run */

/**
 * sim_run - run until all threads that are no daemons have ended and @idle
 * @idle: called when no such thread is left, and after each event from then
 *   on, until it is true (nothing in flight); NULL: stop at once
 * @ret_end_ns: date when the last such thread ended; may be NULL
 * Return: 0; -EDEADLK when threads wait and no event is left (@reterr, of
 * @reterr_bytes, names each waiting thread and its wait queue).
 */
int sim_run(struct sim *sim, bool (*idle)(void *arg), void *arg,
	    uint64_t *ret_end_ns, char *reterr, int reterr_bytes);

/**
 * sim_nr_events - events dispatched so far
 * Settling that is an addition is none, so oracle mode has more.
 */
uint64_t sim_nr_events(const struct sim *sim);

/** sim_nr_switches - times the running actor changed (for the benchmark) */
uint64_t sim_nr_switches(const struct sim *sim);

#endif
