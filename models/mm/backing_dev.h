/*
 * What throttling and bandwidth estimation remember: of the whole system
 * (struct wb_domain), of one device (struct bdi_writeback), of one task and
 * of one CPU.
 *
 * Everything here and in completions.h, position_ratio.h, bandwidth.h,
 * dirty_limits.h and dirty_throttle.h is arithmetic: no engine, no sleeping,
 * no clock.  The caller gives jiffies (64 bits, never wrap, never 0 while a
 * task has been throttled: a @paused_when of 0 means never).
 * Units: pages of 4096 bytes, pages/s, jiffies of 1 s / hz.
 *
 * Source of the behaviour: include/linux/backing-dev-defs.h,
 * mm/backing-dev.c, mm/page-writeback.c, 6.12 to 7.3 (control.md 2.1).
 * Omits: cgroup domains, several writebacks per device.
 */
#ifndef MODELS_MM_BACKING_DEV_H
#define MODELS_MM_BACKING_DEV_H

#include <stdbool.h>
#include <stdint.h>

#include "models/mm/config.h"
#include "models/mm/percpu_counter.h"

/* ratios of devices: parts of a million (BDI_RATIO_SCALE, 100 %) */
#define BDI_RATIO_FULL 1000000u
/* max_ratio of FUSE, 1 % */
#define BDI_RATIO_FUSE 10000u
/* 100 MiB/s in pages/s: what a device is taken for at first (INIT_BW) */
#define WB_INIT_BANDWIDTH 25600u
/* pages a task may dirty before the throttle looks, at first (128 KiB) */
#define TASK_FIRST_PAUSE_PAGES 32u

/**
 * struct wb_domain - the system's dirty state
 * @config: rules by kernel
 * @hz: jiffies per second
 * @nr_cpus: 1 to PERCPU_MAX_CPUS
 * @dirty_limit: pages; follows the threshold up at once, down slowly
 * @dirty_limit_stamp: jiffies of its last step down
 * @ratelimit_pages: pages dirtied on one CPU by all tasks before the
 *   throttle looks
 * @completions: pages whose writeback ended, all devices, halved each period
 * @period: ageing periods passed
 * @period_due: jiffies at which the next one ends; 0: the timer is off
 * @sum_min_ratio: of all devices, ppm
 */
struct wb_domain {
	const struct control_config *config;
	uint64_t hz;
	unsigned int nr_cpus;
	uint64_t dirty_limit;
	uint64_t dirty_limit_stamp;
	uint64_t ratelimit_pages;
	struct percpu_counter completions;
	uint64_t period;
	uint64_t period_due;
	uint64_t sum_min_ratio;
};

enum wb_stat_item {
	WB_RECLAIMABLE, /* pages dirty, not under writeback */
	WB_WRITEBACK,   /* pages under writeback */
	WB_DIRTIED,     /* pages ever dirtied */
	WB_WRITTEN,     /* pages whose writeback ever ended */
	NR_WB_STAT_ITEMS,
};

/**
 * struct bdi_writeback - a device's dirty state and estimates
 * @stat: by enum wb_stat_item, pages
 * @completions, @period: its part of the domain's
 * @min_ratio, @max_ratio: share of the threshold, ppm
 * @strictlimit: judged by its own threshold even while the system's is far
 * @write_bandwidth, @avg_write_bandwidth: pages/s written
 * @dirty_ratelimit: pages/s that one throttled task may dirty
 * @balanced_dirty_ratelimit: the unsmoothed target of it
 * @bw_time_stamp: jiffies of the last update
 * @dirtied_stamp, @written_stamp: the counters at that time
 * @writeback_inodes: inodes with a page under writeback
 * @dirty_exceeded: over its threshold: tasks look every 8 pages
 */
struct bdi_writeback {
	struct percpu_counter stat[NR_WB_STAT_ITEMS];
	struct percpu_counter completions;
	uint64_t period;
	uint64_t min_ratio;
	uint64_t max_ratio;
	bool strictlimit;
	uint64_t write_bandwidth;
	uint64_t avg_write_bandwidth;
	uint64_t dirty_ratelimit;
	uint64_t balanced_dirty_ratelimit;
	uint64_t bw_time_stamp;
	uint64_t dirtied_stamp;
	uint64_t written_stamp;
	uint64_t writeback_inodes;
	bool dirty_exceeded;
};

/**
 * struct dirtied_task - a task's account with the throttle
 * @nr_dirtied: pages dirtied since it last looked or slept
 * @nr_dirtied_pause: look when that many
 * @paused_when: jiffies at which its last pause ended, on its virtual clock;
 *   0: never
 */
struct dirtied_task {
	uint64_t nr_dirtied;
	uint64_t nr_dirtied_pause;
	uint64_t paused_when;
};

/**
 * struct dirtied_cpu - a CPU's account
 * @nr_dirtied: pages dirtied on it by all tasks since one last looked
 * @leaks: pages that tasks had dirtied and not accounted for when they ended
 */
struct dirtied_cpu {
	uint64_t nr_dirtied;
	uint64_t leaks;
};

/**
 * wb_domain_init - at boot
 * @config: kept by reference
 * @thresh: dirty threshold, pages
 */
void wb_domain_init(struct wb_domain *domain,
		    const struct control_config *config, uint64_t hz,
		    unsigned int nr_cpus, uint64_t thresh);

/**
 * wb_init - a device appears at jiffies @now: full ratio, no strictlimit
 */
void wb_init(struct bdi_writeback *wb, const struct wb_domain *domain,
	     uint64_t now);

/** dirtied_task_init - a new task */
void dirtied_task_init(struct dirtied_task *task);

/**
 * dirtied_task_exit - hand what is unaccounted to the next task on the CPU
 */
void dirtied_task_exit(struct dirtied_task *task, struct dirtied_cpu *cpu);

/** wb_stat_add - count @n pages on CPU @cpu */
void wb_stat_add(struct bdi_writeback *wb, enum wb_stat_item item,
		 unsigned int cpu, int64_t n);
/** wb_stat - cheap reading, behind by less than wb_stat_error() */
uint64_t wb_stat(const struct bdi_writeback *wb, enum wb_stat_item item);
/** wb_stat_sum - exact */
uint64_t wb_stat_sum(const struct bdi_writeback *wb, enum wb_stat_item item);
/** wb_stat_error - bound of what wb_stat() does not see, pages */
uint64_t wb_stat_error(const struct wb_domain *domain);

/**
 * wb_account_dirtied - @pages became dirty on CPU @cpu by @task
 */
void wb_account_dirtied(struct bdi_writeback *wb, struct dirtied_task *task,
			struct dirtied_cpu *dirtied_cpu, unsigned int cpu,
			uint64_t pages);

#endif
