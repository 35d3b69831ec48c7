/*
 * An NVMe (or virtio) device: one link through which all data enters at the
 * given bandwidth, in order of submission, then N units that each hold one
 * request for the given latency.
 *
 *	time of a request alone = bytes / bandwidth + latency
 *	saturated: min(bandwidth, units / latency)
 *
 * Omits: reads, namespaces, flash internals (garbage collection, write cache
 * depletion), several link directions.
 */
#include <stdio.h>

#include "models/device/zoned.h"
#include "sim/base/assert.h"
#include "sim/base/units.h"

static void unit_done(void *arg);
static void link_done(void *arg);
static void start_request(struct device *device, struct request *rq,
			  uint64_t now_ns);

static uint64_t unit_ns(struct device *device, const struct request *rq)
{
	uint64_t ns = device->zones ? zns_unit_ns(device, rq)
				    : device->config->latency_ns;

	if (device->config->latency_distribution == LATENCY_EXPONENTIAL)
		return rng_exponential(&device->latencies, ns);
	return ns;
}

static void start_units(struct device *device, uint64_t now_ns)
{
	while (device->idle && device->unit_queue.head) {
		struct service *unit = device->idle;

		device->idle = unit->next_idle;
		if (!unit->unit) {
			char name[32];

			snprintf(name, sizeof(name), "device.unit%td",
				 unit - device->units);
			unit->unit = sim_unit_new(device->sim, name);
		}
		unit->rq = rq_list_take(&device->unit_queue);
		unit->rq->at_ns[BIO_AT_UNIT] = now_ns;
		sim_unit_serve(unit->unit, unit_ns(device, unit->rq), unit_done,
			       unit);
	}
}

static void unit_done(void *arg)
{
	struct service *unit = arg;
	struct device *device = unit->device;
	struct request *rq = unit->rq;
	uint64_t now_ns = sim_now_ns(device->sim);

	unit->rq = NULL;
	unit->next_idle = device->idle;
	device->idle = unit;
	if (device->zones) {
		struct request *next = zns_done(device, rq);

		if (next)
			start_request(device, next, now_ns);
	}
	start_units(device, now_ns);
	device_complete(device, rq, now_ns);
}

static void start_link(struct device *device, uint64_t now_ns)
{
	struct service *link = &device->link;
	uint64_t rate = device->config->bandwidth_bytes_per_s;
	uint64_t ns;

	if (link->rq || !device->link_queue.head)
		return;
	link->rq = rq_list_take(&device->link_queue);
	link->rq->at_ns[BIO_AT_START] = now_ns;
	ns = device->zones ? zns_link_ns(device, link->rq)
			   : mul_div_up(link->rq->bytes, NS_PER_S, rate);
	sim_unit_serve(link->unit, ns, link_done, link);
}

static void link_done(void *arg)
{
	struct service *link = arg;
	struct device *device = link->device;
	uint64_t now_ns = sim_now_ns(device->sim);

	link->rq->at_ns[BIO_AT_TRANSFER] = now_ns;
	rq_list_add(&device->unit_queue, link->rq);
	link->rq = NULL;
	start_link(device, now_ns);
	start_units(device, now_ns);
}

static void start_request(struct device *device, struct request *rq,
			  uint64_t now_ns)
{
	bool has_link = device->config->bandwidth_bytes_per_s ||
			(device->zones && device->config->zones.command_ns);

	if (has_link && rq->bytes) {
		rq_list_add(&device->link_queue, rq);
		start_link(device, now_ns);
	} else {
		rq_list_add(&device->unit_queue, rq);
		start_units(device, now_ns);
	}
}

static void nvme_queue_rq(struct blk_queue *queue, struct request *rq)
{
	start_request(queue->driver, rq, rq->issue_ns);
}

static void zns_queue_rq(struct blk_queue *queue, struct request *rq)
{
	if (zns_admit(queue->driver, rq))
		start_request(queue->driver, rq, rq->issue_ns);
}

const struct blk_driver_ops nvme_driver_ops = {
	.queue_rq = nvme_queue_rq,
};

const struct blk_driver_ops zns_driver_ops = {
	.queue_rq = zns_queue_rq,
	.report_zone = device_report_zone,
	.set_zone = device_set_zone,
};
