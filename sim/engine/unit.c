/*
 * Units: servers of the device kind.
 */
#include "sim/engine/internal.h"

#include <stdlib.h>
#include <string.h>

struct sim_unit {
	struct sim *sim;
	struct sim_unit *next;
	char *name;
	bool busy;
	uint64_t start_ns;
	uint64_t busy_ns;
	sim_event_fn fn;
	void *arg;
	struct sleeper *sleeper;
};

struct sim_unit *sim_unit_new(struct sim *sim, const char *name)
{
	struct sim_unit *unit = calloc(1, sizeof(*unit));

	SIM_ASSERT(unit && "out of memory");
	unit->sim = sim;
	unit->name = strdup(name);
	SIM_ASSERT(unit->name && "out of memory");
	unit->next = sim->units;
	sim->units = unit;
	return unit;
}

void units_free(struct sim *sim)
{
	while (sim->units) {
		struct sim_unit *unit = sim->units;

		sim->units = unit->next;
		free(unit->name);
		free(unit);
	}
}

static void unit_served(void *arg)
{
	struct sim_unit *unit = arg;

	SIM_ASSERT(unit->busy);
	unit->busy_ns += core_now_ns(unit->sim->core) - unit->start_ns;
	/* Idle before the call: the function may serve the next job. */
	unit->busy = false;
	unit->fn(unit->arg);
}

void sim_unit_serve(struct sim_unit *unit, uint64_t service_ns, sim_event_fn fn,
		    void *arg)
{
	SIM_ASSERT(!unit->busy);
	SIM_ASSERT(fn);
	unit->busy = true;
	unit->start_ns = sim_now_ns(unit->sim);
	unit->fn = fn;
	unit->arg = arg;
	sim_push(unit->sim, unit->start_ns + service_ns, unit_served, unit,
		 &unit->sleeper);
}

bool sim_unit_is_busy(const struct sim_unit *unit)
{
	return unit->busy;
}

uint64_t sim_unit_busy_ns(const struct sim_unit *unit)
{
	uint64_t now_ns = sim_now_ns(unit->sim);

	if (!unit->busy || now_ns <= unit->start_ns)
		return unit->busy_ns;
	return unit->busy_ns + now_ns - unit->start_ns;
}
