/*
 * What all devices share: set-up, completion queues, interrupts.
 *
 * A device raises an interrupt on the CPU that submitted; the handler takes
 * whatever is done by then, so completions batch by themselves under load
 * (nvme_irq(), drivers/nvme/host/pci.c, 6.12 to 7.3), and more with the
 * aggregation threshold and time of the NVMe specification.
 */
#include "models/device/device.h"

#include <stdlib.h>

#include "models/block/sched.h"
#include "models/block/wbt.h"
#include "models/block/zoned.h"
#include "models/device/internal.h"
#include "models/device/zoned.h"
#include "sim/base/assert.h"
#include "sim/base/units.h"

void rq_list_add(struct rq_list *list, struct request *rq)
{
	rq->next = NULL;
	if (list->tail)
		list->tail->next = rq;
	else
		list->head = rq;
	list->tail = rq;
	list->nr++;
}

struct request *rq_list_take(struct rq_list *list)
{
	struct request *rq = list->head;

	if (!rq)
		return NULL;
	list->head = rq->next;
	if (!list->head)
		list->tail = NULL;
	list->nr--;
	rq->next = NULL;
	return rq;
}

static void interrupt(void *arg)
{
	struct completion_queue *cq = arg;
	struct device *device = cq->device;
	struct request *rq;

	cq->raised = false;
	while ((rq = rq_list_take(&cq->done))) {
		sim_charge_ps(device->sim, device->account_irq,
			      device->costs->interrupt_request);
		blk_end_request(rq, rq->status);
	}
}

static void raise_interrupt(struct completion_queue *cq)
{
	struct device *device = cq->device;

	if (cq->delay) {
		sim_cancel(device->sim, cq->delay);
		cq->delay = 0;
	}
	cq->raised = true;
	sim_irq(device->sim, cq->cpu, interrupt, cq);
}

static void delay_is_over(void *arg)
{
	struct completion_queue *cq = arg;

	cq->delay = 0;
	raise_interrupt(cq);
}

void device_complete(struct device *device, struct request *rq, uint64_t now_ns)
{
	const struct device_config *config = device->config;
	struct completion_queue *cq = &device->cqs[rq->cpu];

	rq->at_ns[BIO_AT_SERVICE] = now_ns;
	rq_list_add(&cq->done, rq);
	if (cq->raised)
		return;
	if (cq->done.nr >= config->interrupt_max_requests ||
	    !config->interrupt_delay_ns)
		raise_interrupt(cq);
	else if (!cq->delay)
		cq->delay = sim_after(device->sim, config->interrupt_delay_ns,
				      delay_is_over, cq);
}

static void make_units(struct device *device)
{
	device->nr_units = (uint32_t)device->config->units;
	device->units = calloc(device->nr_units, sizeof(*device->units));
	SIM_ASSERT(device->units != NULL);
	for (uint32_t i = device->nr_units; i-- > 0;) {
		struct service *unit = &device->units[i];

		unit->device = device;
		unit->next_idle = device->idle;
		device->idle = unit;
	}
	device->link.device = device;
	device->link.unit = sim_unit_new(device->sim, "device.link");
}

static void set_driver(struct device *device, enum device_type type)
{
	static const struct blk_driver_ops *const ops[] = {
		[DEVICE_NVME] = &nvme_driver_ops,
		[DEVICE_VIRTIO_BLK] = &nvme_driver_ops,
		[DEVICE_NULL_BLK] = &null_blk_driver_ops,
		[DEVICE_NVME_ZNS] = &zns_driver_ops,
		[DEVICE_NULL_BLK_ZONED] = &null_blk_zoned_driver_ops,
		[DEVICE_SMR] = &smr_driver_ops,
	};

	device->queue->ops = ops[type];
	if (type != DEVICE_NULL_BLK && type != DEVICE_NULL_BLK_ZONED)
		make_units(device);
	else
		null_blk_budget_init(device);
	if (type == DEVICE_SMR)
		device->disk = disk_new(device);
}

struct device *device_new(struct blk_queue *queue,
			  const struct device_config *config,
			  const struct device_costs *costs)
{
	struct device *device = calloc(1, sizeof(*device));
	unsigned int nr_cpus = sim_nr_cpus(queue->sim);

	SIM_ASSERT(device != NULL);
	device->sim = queue->sim;
	device->queue = queue;
	device->config = config;
	device->costs = costs;
	rng_init(&device->latencies, sim_seed(device->sim), "device latencies");
	device->account = sim_account_add(queue->sim, "driver");
	device->account_irq = sim_account_add(queue->sim, "interrupt");
	device->cqs = calloc(nr_cpus, sizeof(*device->cqs));
	SIM_ASSERT(device->cqs != NULL);
	for (unsigned int i = 0; i < nr_cpus; i++) {
		device->cqs[i].device = device;
		device->cqs[i].cpu = i;
	}
	set_driver(device, (enum device_type)config->type);
	queue->driver = device;
	queue->depth = (uint32_t)config->queue_depth;
	queue->has_write_cache = config->write_cache;
	device_limits(config, queue->config, &queue->limits);
	device->zones = device_zones_new(config, &queue->limits, device->sim);
	if (config->scheduler == SCHEDULER_MQ_DEADLINE)
		mq_deadline_init(queue, (uint32_t)config->nr_requests,
				 &config->mq_deadline);
	if (config->wbt.enabled)
		wbt_init(queue, &config->wbt);
	zone_plugs_init(queue, config->type == DEVICE_SMR);
	return device;
}

void device_free(struct device *device)
{
	if (!device)
		return;
	page_set_done(&device->pages);
	zone_set_free(device->zones);
	disk_free(device->disk);
	free(device->cqs);
	free(device->units);
	free(device);
}

unsigned int device_nr_resources(const struct device *device)
{
	switch ((enum device_type)device->config->type) {
	case DEVICE_NULL_BLK:
	case DEVICE_NULL_BLK_ZONED:
		return 0;
	case DEVICE_SMR:
		return 1;
	case DEVICE_NVME:
	case DEVICE_VIRTIO_BLK:
	case DEVICE_NVME_ZNS:
		break;
	}
	return 2;
}

const char *device_resource(const struct device *device, unsigned int i,
			    uint64_t *ret_busy_ns)
{
	uint64_t busy = 0;

	if (i == 0) {
		*ret_busy_ns = sim_unit_busy_ns(device->link.unit);
		return device->disk ? "device head" : "device bandwidth";
	}
	for (uint32_t unit = 0; unit < device->nr_units; unit++)
		if (device->units[unit].unit)
			busy += sim_unit_busy_ns(device->units[unit].unit);
	*ret_busy_ns = busy / device->nr_units;
	return "device units";
}
