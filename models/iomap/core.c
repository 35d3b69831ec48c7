/*
 * Set-up of the generic code.
 */
#include <stdlib.h>

#include "models/iomap/internal.h"
#include "sim/base/assert.h"

static void register_metrics(struct iomap_core *core)
{
	struct sim_metrics *m = sim_metrics(core->mm->sim);
	struct iomap_stats *s = &core->stats;

	metrics_counter(m, "iomap.writeback_folio_calls", "calls",
			&s->writeback_folio_calls);
	metrics_counter(m, "iomap.writeback_range_calls", "calls",
			&s->writeback_range_calls);
	metrics_counter(m, "iomap.writeback_submit_calls", "calls",
			&s->writeback_submit_calls);
	metrics_counter(m, "iomap.start_folio_write_bytes", "bytes",
			&s->start_folio_write_bytes);
	metrics_counter(m, "iomap.finish_folio_write_calls", "calls",
			&s->finish_folio_write_calls);
	metrics_counter(m, "iomap.finish_folio_write_bytes", "bytes",
			&s->finish_folio_write_bytes);
	metrics_counter(m, "iomap.state_allocs", "folios", &s->state_allocs);
	metrics_counter(m, "iomap.state_alloc_calls", "calls",
			&s->state_alloc_calls);
	metrics_counter(m, "iomap.large_folios", "folios", &s->large_folios);
	metrics_counter(m, "iomap.partial_folios", "folios",
			&s->partial_folios);
	metrics_counter(m, "iomap.page_mkwrite_calls", "calls",
			&s->page_mkwrite_calls);
}

struct iomap_core *iomap_core_new(struct mm *mm,
				  const struct design_costs *costs)
{
	struct iomap_core *core = calloc(1, sizeof(*core));

	SIM_ASSERT(core != NULL);
	core->mm = mm;
	core->costs = costs;
	core->account = sim_account_add(mm->sim, "iomap");
	for (unsigned int i = 0; i < NR_STATE_POOLS; i++)
		pool_init(&core->states[i], "folio state",
			  8 + 2 * sizeof(uint64_t) * (1u << i));
	register_metrics(core);
	SIM_ASSERT(!mm->generic);
	mm->generic = core;
	return core;
}

void iomap_core_free(struct iomap_core *core)
{
	if (!core)
		return;
	for (unsigned int i = 0; i < NR_STATE_POOLS; i++)
		pool_done(&core->states[i]);
	core->mm->generic = NULL;
	free(core);
}

struct iomap_core *iomap_core(const struct mm *mm)
{
	SIM_ASSERT(mm->generic);
	return mm->generic;
}

const struct design_costs *iomap_design_costs(const struct iomap_core *core)
{
	return core->costs;
}

struct iomap_stats *iomap_stats(struct iomap_core *core)
{
	return &core->stats;
}

unsigned int iomap_account(const struct iomap_core *core)
{
	return core->account;
}
