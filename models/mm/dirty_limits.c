/*
 * models/mm/dirty_limits.h
 */
#include "models/mm/dirty_limits.h"

#include "models/mm/completions.h"
#include "sim/base/units.h"

/* the part of dirty_limit that one chunk may be (DIRTY_SCOPE) */
#define DIRTY_SCOPE 8

uint64_t dirtyable_pages(uint64_t free, uint64_t reserve, uint64_t file)
{
	return free - min_u64(free, reserve) + file + 1;
}

/* Ratios are cut to 1/4096 first, as the kernel does. */
static uint64_t threshold(uint64_t bytes, uint64_t percent, uint64_t dirtyable)
{
	if (bytes)
		return bytes / PAGE_BYTES + (bytes % PAGE_BYTES != 0);
	return percent * PAGE_BYTES / 100 * dirtyable / PAGE_BYTES;
}

struct dirty_thresholds dirty_limits(const struct dirty_settings *settings,
				     uint64_t dirtyable)
{
	struct dirty_thresholds t = {
		.thresh = threshold(settings->dirty_bytes,
				    settings->dirty_ratio, dirtyable),
		.bg_thresh =
			threshold(settings->dirty_background_bytes,
				  settings->dirty_background_ratio, dirtyable),
	};

	if (t.bg_thresh >= t.thresh)
		t.bg_thresh = t.thresh / 2;
	return t;
}

void wb_domain_set_thresh(struct wb_domain *domain, uint64_t thresh)
{
	domain->dirty_limit = thresh;
	domain->ratelimit_pages =
		max_u64(16, thresh / ((uint64_t)domain->nr_cpus * 32));
}

uint64_t dirty_poll_interval(uint64_t dirty, uint64_t thresh)
{
	if (thresh <= dirty)
		return 1;
	return 1ull << (log2_floor(thresh - dirty) >> 1);
}

bool wb_over_background(const struct wb_domain *domain,
			struct bdi_writeback *wb, uint64_t file_dirty,
			uint64_t bg_thresh)
{
	uint64_t share;
	uint64_t reclaimable;

	if (file_dirty > bg_thresh)
		return true;
	share = wb_calc_share(domain, wb, bg_thresh, file_dirty);
	if (share < 2 * wb_stat_error(domain))
		reclaimable = wb_stat_sum(wb, WB_RECLAIMABLE);
	else
		reclaimable = wb_stat(wb, WB_RECLAIMABLE);
	return reclaimable > share;
}

uint64_t writeback_chunk_pages(const struct wb_domain *domain,
			       uint64_t avg_write_bandwidth, uint64_t left)
{
	uint64_t least = domain->config->min_writeback_pages;
	uint64_t pages = min_u64(avg_write_bandwidth / 2,
				 domain->dirty_limit / DIRTY_SCOPE);

	return round_down_to(min_u64(pages, left) + least, least);
}
