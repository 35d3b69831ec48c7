/*
 * NVMe with zones: what it adds to models/device/nvme.c.
 *
 * A command takes the link for the time of its data, at least for command_ns;
 * its latency runs meanwhile, so a request alone takes the longer of the two.
 * Of one zone only units_per_zone requests are worked on at once; those that
 * wait start in order of arrival.  Management commands take their time beside
 * the data path (ZN540: resets do not slow writes or appends).
 *
 * Source: models/device/zone.h; latencies by operation of configs/devices.
 * Omits: dies and channels, the slower reset beside writes (published: about
 * twice), reads.
 */
#include "models/device/zoned.h"
#include "sim/base/assert.h"
#include "sim/base/units.h"

static bool zone_has_room(const struct device *device, const struct zone *zone)
{
	uint64_t max = device->config->zones.units_per_zone;

	return !max || zone->busy < max;
}

bool zns_admit(struct device *device, struct request *rq)
{
	uint64_t ns = 0;
	struct zone *zone;
	int error;

	if (!bio_op_has_data(rq->op) && rq->op != BIO_FLUSH)
		ns = device_mgmt_ns(device, rq);
	error = device_zone_command(device, rq);
	if (error || ns) {
		device_end_after(device, rq, error,
				 ns && !error ? ns
					      : device->config->latency_ns);
		return false;
	}
	if (rq->op == BIO_FLUSH)
		return true;
	zone = zone_at(device->zones, rq->sector);
	if (!zone_has_room(device, zone)) {
		rq_list_add(&device->zone_queue, rq);
		return false;
	}
	zone->busy++;
	return true;
}

struct request *zns_done(struct device *device, const struct request *rq)
{
	struct rq_list *list = &device->zone_queue;
	struct request **link = &list->head;
	struct request *before = NULL;
	struct zone *zone;

	if (rq->op == BIO_FLUSH)
		return NULL;
	zone = zone_at(device->zones, rq->sector);
	SIM_ASSERT(zone->busy > 0);
	zone->busy--;
	while (*link && zone_at(device->zones, (*link)->sector) != zone) {
		before = *link;
		link = &(*link)->next;
	}
	struct request *next = *link;

	if (!next)
		return NULL;
	*link = next->next;
	if (list->tail == next)
		list->tail = before;
	list->nr--;
	next->next = NULL;
	zone->busy++;
	return next;
}

uint64_t zns_link_ns(const struct device *device, const struct request *rq)
{
	const struct device_config *c = device->config;
	uint64_t ns = 0;

	if (c->bandwidth_bytes_per_s)
		ns = mul_div_up(rq->bytes, NS_PER_S, c->bandwidth_bytes_per_s);
	return max_u64(ns, c->zones.command_ns);
}

uint64_t zns_unit_ns(const struct device *device, const struct request *rq)
{
	const struct device_config *c = device->config;
	uint64_t latency = c->latency_ns;
	uint64_t link = rq->bytes ? zns_link_ns(device, rq) : 0;

	if (rq->op == BIO_ZONE_APPEND && c->zones.append_latency_ns)
		latency = c->zones.append_latency_ns;
	return latency > link ? latency - link : 0;
}
