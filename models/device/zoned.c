#include "models/device/zoned.h"

#include "sim/base/assert.h"
#include "sim/base/units.h"

static void register_metrics(struct zone_stats *s, struct sim *sim)
{
	struct sim_metrics *m = sim_metrics(sim);

	metrics_counter(m, "device.zone_resets", "zones", &s->resets);
	metrics_counter(m, "device.zone_finishes", "zones", &s->finishes);
	metrics_counter(m, "device.zone_implicit_closes", "zones",
			&s->implicit_closes);
	metrics_counter(m, "device.zone_refused", "commands", &s->refused);
	metrics_counter(m, "device.zone_open_max", "zones", &s->open_max);
	metrics_counter(m, "device.zone_active_max", "zones", &s->active_max);
}

struct zone_set *device_zones_new(const struct device_config *config,
				  const struct queue_limits *limits,
				  struct sim *sim)
{
	struct zone_geometry geometry = {
		.size_sectors = config->size_bytes >> SECTOR_SHIFT,
		.zone_sectors = limits->zone_sectors,
		.capacity_sectors = limits->zone_capacity_sectors,
		.nr_conventional = limits->nr_conventional_zones,
		.max_open = limits->max_open_zones,
		.max_active = limits->max_active_zones,
		.append_max_sectors = limits->emulate_zone_append
					      ? 0
					      : limits->max_zone_append_sectors,
		.granularity_sectors =
			limits->write_granularity_bytes >> SECTOR_SHIFT,
		.close_empties = config->type != DEVICE_NVME_ZNS,
	};
	struct zone_set *set;

	if (!device_is_zoned(config))
		return NULL;
	set = zone_set_new(&geometry);
	register_metrics(&set->stats, sim);
	return set;
}

int device_zone_command(struct device *device, struct request *rq)
{
	struct zone_set *set = device->zones;
	uint64_t nr_sectors = bytes_to_sectors(rq->bytes);
	enum zone_status status = ZONE_OK;

	switch ((enum bio_op)rq->op) {
	case BIO_WRITE:
		status = zone_write(set, rq->sector, nr_sectors);
		break;
	case BIO_ZONE_APPEND:
		status = zone_append(set, rq->sector, nr_sectors, &rq->sector);
		break;
	case BIO_ZONE_OPEN:
		status = zone_open(set, rq->sector);
		break;
	case BIO_ZONE_CLOSE:
		status = zone_close(set, rq->sector);
		break;
	case BIO_ZONE_FINISH:
		status = zone_finish(set, rq->sector);
		break;
	case BIO_ZONE_RESET:
		status = zone_reset(set, rq->sector);
		break;
	case BIO_READ:
		if (zone_at(set, rq->sector)->cond == ZONE_OFFLINE)
			status = ZONE_IS_OFFLINE;
		break;
	case BIO_FLUSH:
		break;
	}
	return zone_errno(status);
}

static uint64_t or_latency(const struct device *device, uint64_t ns)
{
	return ns ? ns : device->config->latency_ns;
}

uint64_t device_mgmt_ns(const struct device *device, const struct request *rq)
{
	const struct zones_config *c = &device->config->zones;
	uint64_t capacity = device->zones->geometry.capacity_sectors;
	uint64_t wp = zone_at(device->zones, rq->sector)->wp_sectors;
	uint64_t pad = sectors_to_bytes(capacity - min_u64(wp, capacity));

	switch ((enum bio_op)rq->op) {
	case BIO_ZONE_OPEN:
		return or_latency(device, c->open_ns);
	case BIO_ZONE_CLOSE:
		return or_latency(device, c->close_ns);
	case BIO_ZONE_RESET:
		return or_latency(device, c->reset_ns) +
		       mul_div(c->reset_full_ns, wp, capacity);
	case BIO_ZONE_FINISH:
		return or_latency(device, c->finish_ns) +
		       (c->finish_bytes_per_s
				? mul_div_up(pad, NS_PER_S,
					     c->finish_bytes_per_s)
				: 0);
	case BIO_WRITE:
	case BIO_ZONE_APPEND:
	case BIO_FLUSH:
	case BIO_READ:
		break;
	}
	return device->config->latency_ns;
}

static void end_now(void *arg)
{
	struct request *rq = arg;

	device_complete(rq->queue->driver, rq, sim_now_ns(rq->queue->sim));
}

void device_end_after(struct device *device, struct request *rq, int status,
		      uint64_t ns)
{
	rq->status = (int16_t)status;
	sim_after(device->sim, ns, end_now, rq);
}

void device_report_zone(struct blk_queue *queue, uint64_t sector,
			struct blk_zone *ret)
{
	struct device *device = queue->driver;

	zone_report(device->zones, sector, ret);
}

int device_set_zone(struct blk_queue *queue, uint64_t sector,
		    uint64_t wp_sectors)
{
	struct device *device = queue->driver;

	return zone_set_wp(device->zones, sector, wp_sectors);
}

void device_zone_totals(const struct device *device,
			struct device_zone_totals *ret)
{
	const struct zone_stats *s = &device->zones->stats;

	*ret = (struct device_zone_totals){
		.wp_sectors = zone_sum_wp(device->zones),
		.accepted_sectors = s->written_sectors + s->preset_sectors +
				    s->skipped_sectors - s->reset_sectors,
		.open_max = s->open_max,
		.active_max = s->active_max,
	};
}
