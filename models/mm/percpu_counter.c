/*
 * models/mm/percpu_counter.h
 */
#include "models/mm/percpu_counter.h"

#include <string.h>

#include "sim/base/assert.h"

void percpu_counter_init(struct percpu_counter *counter, int64_t batch)
{
	SIM_ASSERT(batch > 0);
	memset(counter, 0, sizeof(*counter));
	counter->batch = batch;
}

void percpu_counter_add(struct percpu_counter *counter, unsigned int cpu,
			int64_t n)
{
	int64_t local;

	SIM_ASSERT(cpu < PERCPU_MAX_CPUS);
	local = counter->local[cpu] + n;
	if (local >= counter->batch || local <= -counter->batch) {
		counter->count += local;
		local = 0;
	}
	counter->local[cpu] = local;
}

uint64_t percpu_counter_read(const struct percpu_counter *counter)
{
	return counter->count > 0 ? (uint64_t)counter->count : 0;
}

uint64_t percpu_counter_sum(const struct percpu_counter *counter)
{
	int64_t sum = counter->count;

	for (unsigned int i = 0; i < PERCPU_MAX_CPUS; i++)
		sum += counter->local[i];
	return sum > 0 ? (uint64_t)sum : 0;
}

void percpu_counter_set(struct percpu_counter *counter, int64_t value)
{
	memset(counter->local, 0, sizeof(counter->local));
	counter->count = value;
}
