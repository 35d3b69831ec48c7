/*
 * Oracle mode: SimGrid keeps the time.  Each event that lies ahead has an
 * actor that sleeps until its date; the driver blocks until the sleepers of
 * the next date are up, and the core's date must then equal SimGrid's clock.
 * Sleepers of one date wake in any order; the core's sequence decides which
 * event is dispatched first.
 */
#include "sim/engine/internal.h"

#include <stdlib.h>

struct sleeper {
	struct sleeper *next;
	struct oracle *oracle;
	struct glue_sem *start;
	uint64_t until_ns;
	bool asleep;
	bool owned; /* by a unit, a CPU or a thread */
};

struct oracle {
	struct sleeper *sleepers;
	struct glue_sem *gate; /* the driver waits for a sleeper */
	bool driver_waits;
};

struct oracle *oracle_new(void)
{
	struct oracle *oracle = calloc(1, sizeof(*oracle));

	SIM_ASSERT(oracle && "out of memory");
	oracle->gate = glue_sem_new();
	return oracle;
}

void oracle_free(struct oracle *oracle)
{
	if (!oracle)
		return;
	while (oracle->sleepers) {
		struct sleeper *sleeper = oracle->sleepers;

		oracle->sleepers = sleeper->next;
		glue_sem_free(sleeper->start);
		free(sleeper);
	}
	glue_sem_free(oracle->gate);
	free(oracle);
}

static void sleeper_main(void *arg)
{
	struct sleeper *sleeper = arg;
	struct oracle *oracle = sleeper->oracle;

	for (;;) {
		SIM_ASSERT(sleeper->asleep);
		glue_catch_up(sleeper->until_ns);
		SIM_ASSERT(glue_clock_ns() == sleeper->until_ns);
		sleeper->asleep = false;
		if (oracle->driver_waits) {
			oracle->driver_waits = false;
			glue_sem_release(oracle->gate);
		}
		glue_sem_acquire(sleeper->start);
	}
}

static struct sleeper *sleeper_find_idle(struct oracle *oracle)
{
	struct sleeper *s = oracle->sleepers;

	while (s && (s->asleep || s->owned))
		s = s->next;
	return s;
}

static void sleeper_new(struct oracle *oracle, uint64_t date_ns, bool owned,
			struct sleeper **ret_sleeper)
{
	struct sleeper *s = calloc(1, sizeof(*s));

	SIM_ASSERT(s && "out of memory");
	s->oracle = oracle;
	s->start = glue_sem_new();
	s->until_ns = date_ns;
	s->asleep = true;
	s->owned = owned;
	s->next = oracle->sleepers;
	oracle->sleepers = s;
	if (ret_sleeper)
		*ret_sleeper = s;
	glue_actor_start("sleeper", true, sleeper_main, s);
}

void oracle_arm(struct sim *sim, uint64_t date_ns, struct sleeper **sleeper)
{
	struct oracle *oracle = sim->oracle;
	struct sleeper *s = sleeper ? *sleeper : NULL;

	if (sleeper && !s) {
		sleeper_new(oracle, date_ns, true, sleeper);
		return;
	}
	/* The owner's may still sleep for an event that was cancelled. */
	if (!s || s->asleep)
		s = sleeper_find_idle(oracle);
	if (!s) {
		sleeper_new(oracle, date_ns, false, NULL);
		return;
	}
	s->until_ns = date_ns;
	s->asleep = true;
	glue_sem_release(s->start);
}

static bool oracle_is_up(const struct oracle *oracle, uint64_t date_ns)
{
	for (const struct sleeper *s = oracle->sleepers; s; s = s->next)
		if (s->asleep && s->until_ns <= date_ns)
			return false;
	return true;
}

void oracle_wait(struct sim *sim, uint64_t date_ns)
{
	struct oracle *oracle = sim->oracle;

	while (!oracle_is_up(oracle, date_ns)) {
		oracle->driver_waits = true;
		glue_sem_acquire(oracle->gate);
	}
	SIM_ASSERT(glue_clock_ns() == date_ns);
}
