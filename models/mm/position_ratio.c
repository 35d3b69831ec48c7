/*
 * models/mm/position_ratio.h
 */
#include "models/mm/position_ratio.h"

#include "models/mm/dirty_limits.h"
#include "sim/base/units.h"

uint64_t dirty_hard_limit(const struct dirty_throttle_control *dtc)
{
	return max_u64(dtc->thresh, dtc->dirty_limit);
}

uint64_t dirty_setpoint(const struct dirty_throttle_control *dtc)
{
	return (dirty_freerun(dtc->thresh, dtc->bg_thresh) +
		dirty_hard_limit(dtc)) /
	       2;
}

/*
 * 1 + ((setpoint - dirty) / (limit - setpoint))^3, within 0 to 2.
 * Shifts of negative numbers round down (gcc, clang).
 */
static uint64_t ratio_polynom(uint64_t setpoint, uint64_t dirty, uint64_t limit)
{
	int64_t x = ((int64_t)setpoint - (int64_t)dirty) * POSITION_RATIO_ONE /
		    (int64_t)((limit - setpoint) | 1);
	int64_t ratio = x;

	ratio = (ratio * x) >> POSITION_RATIO_SHIFT;
	ratio = (ratio * x) >> POSITION_RATIO_SHIFT;
	ratio += POSITION_RATIO_ONE;
	if (ratio < 0)
		return 0;
	return min_u64((uint64_t)ratio, 2 * POSITION_RATIO_ONE);
}

/* A strictly limited device: the stricter of the two positions. */
static uint64_t strict_ratio(const struct control_config *config,
			     const struct dirty_throttle_control *dtc,
			     uint64_t ratio)
{
	uint64_t setpoint;

	if (dtc->wb_dirty < config->strictlimit_free_pages)
		return min_u64(2 * ratio, 2 * POSITION_RATIO_ONE);
	if (dtc->wb_dirty >= dtc->wb_thresh)
		return 0;
	setpoint = dirty_freerun(dtc->wb_thresh, dtc->wb_bg_thresh);
	if (setpoint == 0 || setpoint == dtc->wb_thresh)
		return 0;
	return min_u64(ratio,
		       ratio_polynom(setpoint, dtc->wb_dirty, dtc->wb_thresh));
}

/*
 * The line through the device's setpoint that falls to a quarter, and more
 * freedom for one below half of its threshold.
 */
static uint64_t wb_ratio(const struct dirty_throttle_control *dtc,
			 uint64_t wb_thresh, uint64_t avg_write_bandwidth,
			 uint64_t ratio)
{
	uint64_t scale = (wb_thresh << 16) / (dtc->thresh | 1);
	uint64_t setpoint = (dirty_setpoint(dtc) * scale) >> 16;
	uint64_t span =
		((dtc->thresh - wb_thresh + 8 * avg_write_bandwidth) * scale) >>
		16;
	uint64_t intercept = setpoint + span;
	uint64_t half = wb_thresh / 2;

	if (dtc->wb_dirty < intercept - span / 4)
		ratio = ratio * (intercept - dtc->wb_dirty) /
			((intercept - setpoint) | 1);
	else
		ratio /= 4;
	if (dtc->wb_dirty >= half)
		return ratio;
	return dtc->wb_dirty > half / 8 ? ratio * half / dtc->wb_dirty
					: ratio * 8;
}

uint64_t wb_position_ratio(const struct control_config *config,
			   const struct dirty_throttle_control *dtc,
			   bool strictlimit, uint64_t avg_write_bandwidth)
{
	uint64_t limit = dirty_hard_limit(dtc);
	uint64_t wb_thresh;
	uint64_t ratio;

	if (dtc->dirty >= limit)
		return 0;
	ratio = ratio_polynom(dirty_setpoint(dtc), dtc->dirty, limit);
	if (strictlimit)
		return strict_ratio(config, dtc, ratio);
	wb_thresh = min_u64(dtc->wb_thresh, dtc->thresh);
	if (config->wb_thresh_floor == WB_THRESH_FLOOR_POSITION)
		wb_thresh = max_u64(wb_thresh, (limit - dtc->dirty) / 8);
	return wb_ratio(dtc, wb_thresh, avg_write_bandwidth, ratio);
}
