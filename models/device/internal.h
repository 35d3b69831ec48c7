/*
 * Shared by the drivers in models/device only.
 */
#ifndef MODELS_DEVICE_INTERNAL_H
#define MODELS_DEVICE_INTERNAL_H

#include "models/device/device.h"
#include "models/device/page_set.h"
#include "sim/base/rng.h"

/** struct rq_list - requests in order of arrival */
struct rq_list {
	struct request *head;
	struct request *tail;
	uint32_t nr;
};

void rq_list_add(struct rq_list *list, struct request *rq);
struct request *rq_list_take(struct rq_list *list);

/**
 * struct completion_queue - finished requests of one CPU
 * @delay: event of the aggregation time; 0: none running
 * @raised: an interrupt is on its way
 */
struct completion_queue {
	struct device *device;
	unsigned int cpu;
	struct rq_list done;
	sim_event_id delay;
	bool raised;
};

/** struct service - a unit and the request it works on */
struct service {
	struct device *device;
	struct sim_unit *unit;
	struct request *rq;
	struct service *next_idle;
};

/**
 * struct byte_budget - null_blk's bandwidth limit
 * @per_tick: bytes
 * @left: of this tick; negative: a request was refused
 * @expiry_ns: of the timer, last or next
 */
struct byte_budget {
	int64_t per_tick;
	int64_t left;
	uint64_t expiry_ns;
	bool is_active;
};

struct disk;
struct faults;
struct zone_set;

struct device {
	struct sim *sim;
	struct blk_queue *queue;
	const struct device_config *config;
	const struct device_costs *costs;
	unsigned int account;
	unsigned int account_irq;
	struct completion_queue *cqs;
	struct service link;
	struct rq_list link_queue;
	struct service *units;
	uint32_t nr_units;
	struct service *idle;
	struct rq_list unit_queue;
	struct rng latencies;
	struct zone_set *zones;            /* NULL: not zoned */
	struct rq_list zone_queue;         /* wait for others of their zone */
	struct disk *disk;                 /* smr.c */
	struct faults *faults;             /* NULL: none configured */
	struct byte_budget budget;         /* null_blk with mbps */
	struct blk_driver_ops limited_ops; /* its driver's, with the limit */
	struct page_set pages; /* memory-backed null_blk: those that exist */
};

extern const struct blk_driver_ops nvme_driver_ops;
extern const struct blk_driver_ops null_blk_driver_ops;

/** null_blk_budget_init - set the bandwidth limit up from the configuration */
void null_blk_budget_init(struct device *device);

/** device_complete - put @rq on its CPU's completion queue and interrupt */
void device_complete(struct device *device, struct request *rq,
		     uint64_t now_ns);

#endif
