/*
 * models/mm/bandwidth.h
 */
#include "models/mm/bandwidth.h"

#include "models/mm/dirty_limits.h"
#include "sim/base/units.h"

uint64_t bandwidth_interval(const struct wb_domain *domain)
{
	return max_u64(domain->hz / 5, 1);
}

/* Has the number of dirty pages room to grow, so that the rate may rise? */
static bool below_setpoint(const struct control_config *config,
			   const struct bdi_writeback *wb,
			   const struct dirty_throttle_control *dtc)
{
	if (!wb->strictlimit)
		return dtc->dirty < dirty_setpoint(dtc);
	if (dtc->wb_dirty < config->strictlimit_free_pages)
		return true;
	return dtc->wb_dirty < dirty_freerun(dtc->wb_thresh, dtc->wb_bg_thresh);
}

/* How far the rate moves: only as far as three estimates agree, damped. */
static uint64_t ratelimit_step_size(const struct bdi_writeback *wb,
				    uint64_t balanced, uint64_t task,
				    bool below)
{
	uint64_t rate = wb->dirty_ratelimit;
	uint64_t last = wb->balanced_dirty_ratelimit;
	uint64_t step = 0;
	uint64_t shift;
	uint64_t x;

	if (below) {
		x = min_u64(min_u64(last, balanced), task);
		if (rate < x)
			step = x - rate;
	} else {
		x = max_u64(max_u64(last, balanced), task);
		if (rate > x)
			step = rate - x;
	}
	shift = rate / (2 * step + 1);
	return shift < 64 ? ((step >> shift) + 7) / 8 : 0;
}

struct ratelimit_step
wb_update_dirty_ratelimit(const struct control_config *config,
			  struct bdi_writeback *wb,
			  const struct dirty_throttle_control *dtc,
			  uint64_t pos_ratio, uint64_t dirty_rate)
{
	uint64_t rate = wb->dirty_ratelimit;
	uint64_t avg = wb->avg_write_bandwidth;
	uint64_t task = ((rate * pos_ratio) >> POSITION_RATIO_SHIFT) + 1;
	uint64_t balanced = min_u64(task * avg / (dirty_rate | 1), avg);
	uint64_t step = ratelimit_step_size(wb, balanced, task,
					    below_setpoint(config, wb, dtc));

	rate = rate < balanced ? rate + step : rate - step;
	wb->dirty_ratelimit = max_u64(rate, 1);
	wb->balanced_dirty_ratelimit = balanced;
	return (struct ratelimit_step){
		.write_bandwidth = wb->write_bandwidth,
		.avg_write_bandwidth = avg,
		.dirty_rate = dirty_rate,
		.task_ratelimit = task,
		.dirty_ratelimit = wb->dirty_ratelimit,
		.balanced_dirty_ratelimit = balanced,
	};
}

/* The power of two from @value on. */
static unsigned int log2_ceil(uint64_t value)
{
	return value <= 1 ? 0 : log2_floor(value - 1) + 1;
}

void wb_update_write_bandwidth(struct bdi_writeback *wb, uint64_t hz,
			       uint64_t elapsed, uint64_t written)
{
	unsigned int shift = log2_ceil(3 * hz);
	uint64_t period = 1ull << shift;
	uint64_t avg = wb->avg_write_bandwidth;
	uint64_t old = wb->write_bandwidth;
	uint64_t bw = written * hz;

	if (elapsed > period) {
		bw /= elapsed;
		avg = bw;
	} else {
		bw = (bw + old * (period - elapsed)) >> shift;
		/* smooth, and only when old lies between avg and bw */
		if (avg > old && old >= bw)
			avg -= (avg - old) >> 3;
		if (avg < old && old <= bw)
			avg += (old - avg) >> 3;
	}
	wb->avg_write_bandwidth = max_u64(avg, 1);
	wb->write_bandwidth = bw;
}

void domain_update_dirty_limit(struct wb_domain *domain, uint64_t thresh,
			       uint64_t dirty, uint64_t now)
{
	uint64_t floor = max_u64(thresh, dirty);

	if (now - domain->dirty_limit_stamp < bandwidth_interval(domain))
		return;
	if (domain->dirty_limit < thresh)
		domain->dirty_limit = thresh;
	else if (domain->dirty_limit > floor)
		domain->dirty_limit -= (domain->dirty_limit - floor) >> 5;
	domain->dirty_limit_stamp = now;
}

static uint64_t elapsed_since(const struct bdi_writeback *wb, uint64_t now)
{
	return max_u64(now - wb->bw_time_stamp, 1);
}

static void restart_stamps(struct bdi_writeback *wb, uint64_t now)
{
	wb->dirtied_stamp = wb_stat(wb, WB_DIRTIED);
	wb->written_stamp = wb_stat(wb, WB_WRITTEN);
	wb->bw_time_stamp = now;
}

void wb_update_bandwidth(const struct wb_domain *domain,
			 struct bdi_writeback *wb, uint64_t now)
{
	uint64_t written = wb_stat(wb, WB_WRITTEN);

	wb_update_write_bandwidth(wb, domain->hz, elapsed_since(wb, now),
				  written -
					  min_u64(written, wb->written_stamp));
	restart_stamps(wb, now);
}

struct ratelimit_step
wb_update_bandwidth_throttled(struct wb_domain *domain,
			      struct bdi_writeback *wb,
			      const struct dirty_throttle_control *dtc,
			      uint64_t pos_ratio, uint64_t now)
{
	uint64_t dirtied = wb_stat(wb, WB_DIRTIED) - wb->dirtied_stamp;
	struct ratelimit_step step;

	domain_update_dirty_limit(domain, dtc->thresh, dtc->dirty, now);
	step = wb_update_dirty_ratelimit(domain->config, wb, dtc, pos_ratio,
					 dirtied * domain->hz /
						 elapsed_since(wb, now));
	wb_update_bandwidth(domain, wb, now);
	return step;
}

void wb_bandwidth_estimate_start(const struct wb_domain *domain,
				 struct bdi_writeback *wb, uint64_t now)
{
	if (now - wb->bw_time_stamp > domain->hz && wb->writeback_inodes == 0)
		restart_stamps(wb, now);
}

void wb_bandwidth_estimate_end(const struct wb_domain *domain,
			       struct bdi_writeback *wb, uint64_t now)
{
	if (now - wb->bw_time_stamp > bandwidth_interval(domain))
		wb_update_bandwidth(domain, wb, now);
}

void wb_inode_writeback_start(struct bdi_writeback *wb)
{
	wb->writeback_inodes++;
}

void wb_inode_writeback_end(struct bdi_writeback *wb)
{
	SIM_ASSERT(wb->writeback_inodes > 0);
	wb->writeback_inodes--;
}
