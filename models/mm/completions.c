/*
 * models/mm/completions.h
 */
#include "models/mm/completions.h"

#include "sim/base/units.h"

/* fractions of max_ratio are in 1/1024 here */
#define FRACTION_SHIFT 10
#define FRACTION_ONE   (1u << FRACTION_SHIFT)

static uint64_t period_jiffies(const struct wb_domain *domain)
{
	return 3 * domain->hz;
}

/* Let the periods that ended since the device's last look halve its part. */
static void reflect_periods(const struct wb_domain *domain,
			    struct bdi_writeback *wb)
{
	struct percpu_counter *events = &wb->completions;
	uint64_t periods = domain->period - wb->period;
	uint64_t seen;

	if (periods == 0)
		return;
	wb->period = domain->period;
	if (periods >= 64) {
		percpu_counter_set(events, 0);
		return;
	}
	seen = percpu_counter_read(events);
	if (seen < domain->nr_cpus * (uint64_t)events->batch)
		seen = percpu_counter_sum(events);
	percpu_counter_add(events, 0,
			   (int64_t)(seen >> periods) - (int64_t)seen);
}

struct wb_fraction wb_completions_fraction(const struct wb_domain *domain,
					   struct bdi_writeback *wb)
{
	struct wb_fraction f;

	reflect_periods(domain, wb);
	f.numerator = percpu_counter_read(&wb->completions);
	f.denominator = percpu_counter_read(&domain->completions);
	/* the counters are read apart: never more than the whole */
	if (f.denominator <= f.numerator)
		f.denominator = f.numerator ? f.numerator : 1;
	return f;
}

/* Of @pages, those that keep the device at or below its max_ratio. */
static uint64_t within_max_ratio(const struct wb_domain *domain,
				 struct bdi_writeback *wb, uint64_t pages)
{
	uint64_t max = wb->max_ratio * FRACTION_ONE / BDI_RATIO_FULL;
	struct wb_fraction f;
	int64_t room;

	if (max >= FRACTION_ONE)
		return pages;
	f = wb_completions_fraction(domain, wb);
	room = (int64_t)(f.denominator * max) -
	       (int64_t)(f.numerator << FRACTION_SHIFT);
	if (room < 0)
		return 0;
	return min_u64(pages, ((uint64_t)room + FRACTION_ONE - max - 1) /
				      (FRACTION_ONE - max));
}

void wb_completions_add(struct wb_domain *domain, struct bdi_writeback *wb,
			unsigned int cpu, uint64_t pages, uint64_t now)
{
	int64_t n = (int64_t)within_max_ratio(domain, wb, pages);

	if (n > 0) {
		reflect_periods(domain, wb);
		percpu_counter_add(&wb->completions, cpu, n);
		percpu_counter_add(&domain->completions, cpu, n);
	}
	if (domain->period_due == 0)
		domain->period_due = now + period_jiffies(domain);
}

void wb_account_written(struct wb_domain *domain, struct bdi_writeback *wb,
			unsigned int cpu, uint64_t pages, uint64_t now)
{
	wb_stat_add(wb, WB_WRITEBACK, cpu, -(int64_t)pages);
	wb_stat_add(wb, WB_WRITTEN, cpu, (int64_t)pages);
	wb_completions_add(domain, wb, cpu, pages, now);
}

void wb_domain_period_timer(struct wb_domain *domain, uint64_t now)
{
	uint64_t sum = percpu_counter_sum(&domain->completions);
	uint64_t periods;

	SIM_ASSERT(domain->period_due != 0 && now >= domain->period_due);
	if (sum <= 1) {
		domain->period_due = 0;
		return;
	}
	periods = 1 + (now - domain->period_due) / period_jiffies(domain);
	percpu_counter_add(&domain->completions, 0,
			   (int64_t)(periods < 64 ? sum >> periods : 0) -
				   (int64_t)sum);
	domain->period += periods;
	domain->period_due += periods * period_jiffies(domain);
}

uint64_t wb_share_of(const struct wb_domain *domain,
		     const struct bdi_writeback *wb,
		     struct wb_fraction fraction, uint64_t thresh,
		     uint64_t dirty)
{
	uint64_t share = thresh * (BDI_RATIO_FULL - domain->sum_min_ratio) /
			 BDI_RATIO_FULL;

	share = share * fraction.numerator / fraction.denominator;
	share += thresh * wb->min_ratio / BDI_RATIO_FULL;
	/* a device without completions must be able to start */
	if (domain->config->wb_thresh_floor == WB_THRESH_FLOOR_SHARE &&
	    thresh > dirty)
		share = max_u64(share,
				(thresh - dirty) / (wb->strictlimit ? 100 : 8));
	return min_u64(share, thresh * wb->max_ratio / BDI_RATIO_FULL);
}

uint64_t wb_calc_share(const struct wb_domain *domain, struct bdi_writeback *wb,
		       uint64_t thresh, uint64_t dirty)
{
	return wb_share_of(domain, wb, wb_completions_fraction(domain, wb),
			   thresh, dirty);
}
