/* test-links: wb_engine wb_base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "sim/base/rng.h"
#include "sim/base/units.h"
#include "sim/engine/core.h"

struct log {
	struct core *core;
	uint64_t dates[8192];
	uint64_t names[8192];
	size_t nr;
};

struct named {
	struct log *log;
	uint64_t name;
	uint64_t date_ns;
	uint64_t handle;
};

static void note(void *arg)
{
	struct named *named = arg;
	struct log *log = named->log;

	assert_true(log->nr < 8192);
	log->dates[log->nr] = core_now_ns(log->core);
	log->names[log->nr++] = named->name;
}

static void events_of_one_date_run_first_in_first_out(void **state)
{
	struct log log = { .core = core_new() };
	struct named named[100];

	(void)state;
	for (uint64_t i = 0; i < 100; i++) {
		named[i] = (struct named){ .log = &log, .name = i };
		core_push(log.core, 1000 - 500 * (i & 1), note, &named[i]);
	}
	while (core_step(log.core))
		;
	assert_int_equal(log.nr, 100);
	for (size_t i = 0; i < 50; i++) {
		assert_int_equal(log.names[i], 2 * i + 1);
		assert_int_equal(log.names[50 + i], 2 * i);
	}
	assert_int_equal(core_nr_dispatched(log.core), 100);
	core_free(log.core);
}

static void a_cancelled_event_does_not_run_and_is_cancelled_once(void **state)
{
	struct log log = { .core = core_new() };
	struct named a = { &log, 1, 0, 0 }, b = { &log, 2, 0, 0 };
	uint64_t handle, other;

	(void)state;
	handle = core_push(log.core, 10, note, &a);
	assert_int_not_equal(handle, 0);
	assert_int_equal(core_next_ns(log.core), 10);
	assert_true(core_cancel(log.core, handle));
	assert_false(core_cancel(log.core, handle));
	assert_false(core_cancel(log.core, 0));
	assert_int_equal(core_next_ns(log.core), UINT64_MAX);
	other = core_push(log.core, 20, note, &b);
	assert_int_not_equal(other, handle);
	assert_false(core_cancel(log.core, handle));
	assert_true(core_step(log.core));
	assert_false(core_cancel(log.core, other));
	assert_false(core_step(log.core));
	assert_int_equal(log.nr, 1);
	assert_int_equal(log.names[0], 2);
	core_free(log.core);
}

static void time_passes_without_events_up_to_the_next_one(void **state)
{
	struct log log = { .core = core_new() };
	struct named a = { &log, 1, 0, 0 };

	(void)state;
	core_push(log.core, 10, note, &a);
	core_advance(log.core, 9);
	assert_int_equal(core_now_ns(log.core), 9);
	assert_true(core_step(log.core));
	assert_int_equal(core_now_ns(log.core), 10);
	core_advance(log.core, 1ull << 50);
	assert_int_equal(core_now_ns(log.core), 1ull << 50);
	core_free(log.core);
}

static int by_date_then_name(const void *a, const void *b)
{
	const struct named *x = *(struct named *const *)a;
	const struct named *y = *(struct named *const *)b;

	if (x->date_ns != y->date_ns)
		return x->date_ns < y->date_ns ? -1 : 1;
	return x->name < y->name ? -1 : 1;
}

/* Push @nr events of few dates, cancel some, compare with sorting. */
static void check_against_sorting(struct rng *rng, size_t nr)
{
	struct log *log = calloc(1, sizeof(*log));
	struct named *named = calloc(nr, sizeof(*named));
	struct named **left = calloc(nr, sizeof(void *));
	size_t nr_left = 0;

	log->core = core_new();
	for (size_t i = 0; i < nr; i++) {
		named[i] = (struct named){ log, i, rng_below(rng, nr), 0 };
		named[i].handle =
			core_push(log->core, named[i].date_ns, note, &named[i]);
		if (rng_chance_ppm(rng, 300000)) {
			struct named *victim = &named[rng_below(rng, i + 1)];

			if (core_cancel(log->core, victim->handle))
				victim->handle = 0;
		}
	}
	for (size_t i = 0; i < nr; i++)
		if (named[i].handle)
			left[nr_left++] = &named[i];
	qsort(left, nr_left, sizeof(void *), by_date_then_name);
	while (core_step(log->core))
		;
	assert_int_equal(log->nr, nr_left);
	for (size_t i = 0; i < nr_left; i++) {
		assert_int_equal(log->names[i], left[i]->name);
		assert_int_equal(log->dates[i], left[i]->date_ns);
	}
	core_free(log->core);
	free(log);
	free(named);
	free(left);
}

static void any_mix_of_pushes_and_cancels_comes_out_sorted(void **state)
{
	struct rng rng;

	(void)state;
	rng_init(&rng, 1, "core");
	for (size_t round = 0; round < 300; round++)
		check_against_sorting(&rng, 1 + rng_below(&rng, 400));
	check_against_sorting(&rng, 8000);
}

struct chain {
	struct core *core;
	struct rng rng;
	uint64_t last_ns;
	unsigned int nr_left;
};

static void chain_step(void *arg)
{
	struct chain *chain = arg;

	assert_true(core_now_ns(chain->core) >= chain->last_ns);
	chain->last_ns = core_now_ns(chain->core);
	if (chain->nr_left && chain->nr_left--)
		core_push(chain->core,
			  chain->last_ns + rng_below(&chain->rng, 50),
			  chain_step, chain);
}

static void dates_never_go_back_when_handlers_push(void **state)
{
	struct chain chain = { .core = core_new(), .nr_left = 20000 };

	(void)state;
	rng_init(&chain.rng, 2, "chain");
	for (int i = 0; i < 64; i++)
		core_push(chain.core, 7, chain_step, &chain);
	while (core_step(chain.core))
		;
	assert_int_equal(core_nr_dispatched(chain.core), 20064);
	core_free(chain.core);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_of_one_date_run_first_in_first_out),
		cmocka_unit_test(
			a_cancelled_event_does_not_run_and_is_cancelled_once),
		cmocka_unit_test(time_passes_without_events_up_to_the_next_one),
		cmocka_unit_test(
			any_mix_of_pushes_and_cancels_comes_out_sorted),
		cmocka_unit_test(dates_never_go_back_when_handlers_push),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
