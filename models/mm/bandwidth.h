/*
 * How fast a device writes and how fast one task may dirty, estimated from
 * counters at intervals.
 *
 * Source of the behaviour: __wb_update_bandwidth(), wb_update_dirty_ratelimit()
 * and their callers in mm/page-writeback.c, 6.12 to 7.3 (control.md 2.5).
 */
#ifndef MODELS_MM_BANDWIDTH_H
#define MODELS_MM_BANDWIDTH_H

#include <stdbool.h>
#include <stdint.h>

#include "models/mm/backing_dev.h"
#include "models/mm/position_ratio.h"

/** bandwidth_interval - jiffies between updates, at least (200 ms) */
uint64_t bandwidth_interval(const struct wb_domain *domain);

/**
 * struct ratelimit_step - what one update of the dirty rate used and found
 *   (the fields of the trace event bdi_dirty_ratelimit), pages/s
 */
struct ratelimit_step {
	uint64_t write_bandwidth;     /* before the update */
	uint64_t avg_write_bandwidth; /* before the update */
	uint64_t dirty_rate;
	uint64_t task_ratelimit;
	uint64_t dirty_ratelimit;          /* after */
	uint64_t balanced_dirty_ratelimit; /* after */
};

/**
 * wb_update_dirty_ratelimit - step wb->dirty_ratelimit and the balanced one
 * @dirty_rate: pages/s dirtied by all since the last update
 * @pos_ratio: wb_position_ratio() of @dtc
 */
struct ratelimit_step
wb_update_dirty_ratelimit(const struct control_config *config,
			  struct bdi_writeback *wb,
			  const struct dirty_throttle_control *dtc,
			  uint64_t pos_ratio, uint64_t dirty_rate);

/**
 * wb_update_write_bandwidth - fold @written pages of @elapsed jiffies in
 * @elapsed: > 0
 */
void wb_update_write_bandwidth(struct bdi_writeback *wb, uint64_t hz,
			       uint64_t elapsed, uint64_t written);

/**
 * domain_update_dirty_limit - let domain->dirty_limit follow the threshold
 */
void domain_update_dirty_limit(struct wb_domain *domain, uint64_t thresh,
			       uint64_t dirty, uint64_t now);

/**
 * wb_update_bandwidth - an update without the dirty rate (untraced)
 *
 * From the delayed work that wb_inode_writeback_end() asks for, and from
 * wb_bandwidth_estimate_end().
 */
void wb_update_bandwidth(const struct wb_domain *domain,
			 struct bdi_writeback *wb, uint64_t now);

/**
 * wb_update_bandwidth_throttled - an update from the throttle, with the rate
 *   and the domain's limit (traced)
 *
 * The caller has seen that bandwidth_interval() passed.
 */
struct ratelimit_step
wb_update_bandwidth_throttled(struct wb_domain *domain,
			      struct bdi_writeback *wb,
			      const struct dirty_throttle_control *dtc,
			      uint64_t pos_ratio, uint64_t now);

/**
 * wb_bandwidth_estimate_start - at the start of every writepages call:
 * after a second of idleness the stamps restart
 */
void wb_bandwidth_estimate_start(const struct wb_domain *domain,
				 struct bdi_writeback *wb, uint64_t now);

/**
 * wb_bandwidth_estimate_end - at its end: update when the last one is old
 */
void wb_bandwidth_estimate_end(const struct wb_domain *domain,
			       struct bdi_writeback *wb, uint64_t now);

/**
 * wb_inode_writeback_start - an inode has its first page under writeback
 */
void wb_inode_writeback_start(struct bdi_writeback *wb);

/**
 * wb_inode_writeback_end - its last page is no longer under writeback
 *
 * The caller then runs wb_update_bandwidth() after bandwidth_interval()
 * jiffies, unless such a run is pending already.
 */
void wb_inode_writeback_end(struct bdi_writeback *wb);

#endif
