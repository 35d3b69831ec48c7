/*
 * A counter with a part per CPU: additions smaller than the batch stay with
 * the CPU, so that a plain read is behind by up to (batch - 1) * CPUs.
 *
 * Source of the behaviour: lib/percpu_counter.c, 6.12 to 7.3 (control.md
 * 2.2).
 */
#ifndef MODELS_MM_PERCPU_COUNTER_H
#define MODELS_MM_PERCPU_COUNTER_H

#include <stdint.h>

#define PERCPU_MAX_CPUS 64 /* host.cpus has the same bound */

/**
 * struct percpu_counter - zeroed and with @batch set it is ready
 * @count: the shared part
 * @local: what each CPU has not handed in
 * @batch: |local + n| >= batch hands in; > 0
 */
struct percpu_counter {
	int64_t count;
	int64_t local[PERCPU_MAX_CPUS];
	int64_t batch;
};

/** percpu_counter_init - zero with @batch > 0 */
void percpu_counter_init(struct percpu_counter *counter, int64_t batch);
/** percpu_counter_add - on CPU @cpu, from 0 */
void percpu_counter_add(struct percpu_counter *counter, unsigned int cpu,
			int64_t n);
/** percpu_counter_read - the shared part, not below 0 */
uint64_t percpu_counter_read(const struct percpu_counter *counter);
/** percpu_counter_sum - the exact value, not below 0 */
uint64_t percpu_counter_sum(const struct percpu_counter *counter);
/** percpu_counter_set - exactly @value from now on */
void percpu_counter_set(struct percpu_counter *counter, int64_t value);

#endif
