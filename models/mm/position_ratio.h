/*
 * The position ratio: by how much a task's dirty rate is stretched, from
 * where the numbers of dirty pages stand between their limits.
 *
 * Source of the behaviour: wb_position_ratio() of mm/page-writeback.c, 6.12
 * to 7.3 (control.md 2.3).
 */
#ifndef MODELS_MM_POSITION_RATIO_H
#define MODELS_MM_POSITION_RATIO_H

#include <stdbool.h>
#include <stdint.h>

#include "models/mm/config.h"

/* 1.0 in the fixed point of position ratios */
#define POSITION_RATIO_SHIFT 10
#define POSITION_RATIO_ONE   (1u << POSITION_RATIO_SHIFT)

/**
 * struct dirty_throttle_control - where one throttled task stands; pages
 * @dirty: dirty and under writeback, all devices
 * @thresh, @bg_thresh: the domain's thresholds
 * @dirty_limit: the domain's dirty_limit
 * @wb_dirty: dirty and under writeback, this device
 * @wb_thresh: its share of @thresh
 * @wb_bg_thresh: and of @bg_thresh
 */
struct dirty_throttle_control {
	uint64_t dirty;
	uint64_t thresh;
	uint64_t bg_thresh;
	uint64_t dirty_limit;
	uint64_t wb_dirty;
	uint64_t wb_thresh;
	uint64_t wb_bg_thresh;
};

/** dirty_hard_limit - max(thresh, dirty_limit): throttled to 0 from there */
uint64_t dirty_hard_limit(const struct dirty_throttle_control *dtc);

/** dirty_setpoint - halfway between freerun and hard limit: ratio 1.0 */
uint64_t dirty_setpoint(const struct dirty_throttle_control *dtc);

/**
 * wb_position_ratio - POSITION_RATIO_ONE is 1.0; 0: stop
 * @strictlimit, @avg_write_bandwidth: of the device, the latter in pages/s
 */
uint64_t wb_position_ratio(const struct control_config *config,
			   const struct dirty_throttle_control *dtc,
			   bool strictlimit, uint64_t avg_write_bandwidth);

#endif
