/*
 * models/mm/backing_dev.h
 */
#include "models/mm/backing_dev.h"

#include <string.h>

#include "models/mm/completions.h"
#include "models/mm/dirty_limits.h"
#include "sim/base/units.h"

/* batch of a device's counters: grows with the CPUs */
static int64_t stat_batch(unsigned int nr_cpus)
{
	return 8 * (1 + (int64_t)log2_floor(nr_cpus));
}

void wb_domain_init(struct wb_domain *domain,
		    const struct control_config *config, uint64_t hz,
		    unsigned int nr_cpus, uint64_t thresh)
{
	SIM_ASSERT(hz > 0 && nr_cpus > 0 && nr_cpus <= PERCPU_MAX_CPUS);
	memset(domain, 0, sizeof(*domain));
	domain->config = config;
	domain->hz = hz;
	domain->nr_cpus = nr_cpus;
	percpu_counter_init(&domain->completions,
			    (int64_t)max_u64(32, 2 * nr_cpus));
	percpu_counter_set(&domain->completions, 1);
	wb_domain_set_thresh(domain, thresh);
}

void wb_init(struct bdi_writeback *wb, const struct wb_domain *domain,
	     uint64_t now)
{
	int64_t batch = stat_batch(domain->nr_cpus);

	memset(wb, 0, sizeof(*wb));
	for (int i = 0; i < NR_WB_STAT_ITEMS; i++)
		percpu_counter_init(&wb->stat[i], batch);
	percpu_counter_init(&wb->completions, batch);
	wb->max_ratio = BDI_RATIO_FULL;
	wb->write_bandwidth = WB_INIT_BANDWIDTH;
	wb->avg_write_bandwidth = WB_INIT_BANDWIDTH;
	wb->dirty_ratelimit = WB_INIT_BANDWIDTH;
	wb->balanced_dirty_ratelimit = WB_INIT_BANDWIDTH;
	wb->bw_time_stamp = now;
}

void dirtied_task_init(struct dirtied_task *task)
{
	*task = (struct dirtied_task){
		.nr_dirtied_pause = TASK_FIRST_PAUSE_PAGES,
	};
}

void dirtied_task_exit(struct dirtied_task *task, struct dirtied_cpu *cpu)
{
	cpu->leaks += task->nr_dirtied;
	task->nr_dirtied = 0;
}

void wb_stat_add(struct bdi_writeback *wb, enum wb_stat_item item,
		 unsigned int cpu, int64_t n)
{
	percpu_counter_add(&wb->stat[item], cpu, n);
}

uint64_t wb_stat(const struct bdi_writeback *wb, enum wb_stat_item item)
{
	return percpu_counter_read(&wb->stat[item]);
}

uint64_t wb_stat_sum(const struct bdi_writeback *wb, enum wb_stat_item item)
{
	return percpu_counter_sum(&wb->stat[item]);
}

uint64_t wb_stat_error(const struct wb_domain *domain)
{
	return domain->nr_cpus * (uint64_t)stat_batch(domain->nr_cpus);
}

void wb_account_dirtied(struct bdi_writeback *wb, struct dirtied_task *task,
			struct dirtied_cpu *dirtied_cpu, unsigned int cpu,
			uint64_t pages)
{
	wb_stat_add(wb, WB_RECLAIMABLE, cpu, (int64_t)pages);
	wb_stat_add(wb, WB_DIRTIED, cpu, (int64_t)pages);
	task->nr_dirtied += pages;
	dirtied_cpu->nr_dirtied += pages;
}
