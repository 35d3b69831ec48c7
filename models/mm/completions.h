/*
 * A device's share of the dirty threshold: its part of the pages whose
 * writeback ended lately in the whole system.
 *
 * Source of the behaviour: lib/flex_proportions.c and __wb_calc_thresh() in
 * mm/page-writeback.c, 6.12 to 7.3 (control.md 2.2).
 */
#ifndef MODELS_MM_COMPLETIONS_H
#define MODELS_MM_COMPLETIONS_H

#include <stdint.h>

#include "models/mm/backing_dev.h"

/**
 * wb_account_written - writeback of @pages of one folio ended on CPU @cpu
 * @now: jiffies
 *
 * Counts them as written and as completions; they leave WB_WRITEBACK.
 * Starts the domain's ageing timer when it is off: see
 * wb_domain_period_timer().
 */
void wb_account_written(struct wb_domain *domain, struct bdi_writeback *wb,
			unsigned int cpu, uint64_t pages, uint64_t now);

/**
 * wb_completions_add - only the completions part of wb_account_written()
 */
void wb_completions_add(struct wb_domain *domain, struct bdi_writeback *wb,
			unsigned int cpu, uint64_t pages, uint64_t now);

/**
 * wb_domain_period_timer - the ageing timer fires
 * @now: jiffies, >= domain->period_due, which is not 0
 *
 * Every period (3 s) that ended halves what is remembered.  Afterwards
 * domain->period_due is the next date, or 0: nothing is left to age, and the
 * next completion starts the timer again.  The kernel's timer is deferrable:
 * on an idle CPU it may come late, and then counts the periods missed.
 */
void wb_domain_period_timer(struct wb_domain *domain, uint64_t now);

/**
 * struct wb_fraction - @numerator / @denominator, the latter > 0
 */
struct wb_fraction {
	uint64_t numerator;
	uint64_t denominator;
};

/**
 * wb_completions_fraction - the device's part of the domain's completions
 */
struct wb_fraction wb_completions_fraction(const struct wb_domain *domain,
					   struct bdi_writeback *wb);

/**
 * wb_calc_share - the device's share of the threshold @thresh, pages
 * @dirty: pages dirty in the system: with those under writeback when
 *   throttling, without for the background test
 */
uint64_t wb_calc_share(const struct wb_domain *domain, struct bdi_writeback *wb,
		       uint64_t thresh, uint64_t dirty);

/**
 * wb_share_of - the same from a given fraction (pure)
 */
uint64_t wb_share_of(const struct wb_domain *domain,
		     const struct bdi_writeback *wb,
		     struct wb_fraction fraction, uint64_t thresh,
		     uint64_t dirty);

#endif
