#include "models/device/faults.h"

#include <errno.h>
#include <stdlib.h>

#include "models/device/zoned.h"
#include "sim/base/assert.h"

static const char *const types[] = { "bio-error", "zone-offline",
				     "zone-read-only", NULL };

#define T struct fault_config
static const struct cfg_key keys[] = {
	CFG_ROW_ENUM(
		T, type, "\"bio-error\"", types,
		"What goes wrong: the device fails a bio (EIO), or makes a zone offline or read-only.",
		"choice"),
	CFG_ROW_INT(T, nth, "bios", "1", 1, 1000000000000,
		    "bio-error: which data bio, counted as they are submitted.",
		    "choice"),
	CFG_ROW_INT(T, zone, "zones", "0", 0, 4294967295,
		    "zone-offline, zone-read-only: number of the zone.",
		    "choice"),
	CFG_ROW_INT(T, at_ns, "ns", "0", 0, 3600000000000,
		    "zone-offline, zone-read-only: simulated date.", "choice"),
	CFG_ROW_INT(
		T, after_writes, "requests", "0", 0, 1000000000000,
		"zone-offline, zone-read-only: in place of at_ns, before the first write request after so many; 0: at_ns.",
		"choice"),
};
#undef T

const struct cfg_object fault_config_object = {
	.name = "fault",
	.help = "Something the device does wrong during the run.",
	.size = sizeof(struct fault_config),
	.keys = keys,
	.nr_keys = CFG_NR_KEYS(keys),
};

/** struct fault - a configured one and the device it happens to */
struct fault {
	struct device *device;
	const struct fault_config *config;
};

/**
 * struct faults - those of a device
 * @inner: the device's own operations
 * @nr_bios, @nr_writes: seen so far
 */
struct faults {
	const struct blk_driver_ops *inner;
	struct blk_driver_ops ops;
	struct fault *items;
	size_t nr;
	uint64_t nr_bios;
	uint64_t nr_writes;
};

static void change_zone(void *arg)
{
	const struct fault *fault = arg;
	struct zone_set *set = fault->device->zones;

	zone_set_condition(
		set, fault->config->zone * set->geometry.zone_sectors,
		fault->config->type == FAULT_ZONE_OFFLINE ? ZONE_OFFLINE
							  : ZONE_READONLY);
}

static void note_data_bio(struct bio *bio)
{
	struct device *device = bio->queue->driver;
	struct faults *faults = device->faults;

	faults->nr_bios++;
	for (size_t i = 0; i < faults->nr; i++) {
		const struct fault_config *c = faults->items[i].config;

		if (c->type == FAULT_BIO_ERROR && c->nth == faults->nr_bios)
			bio->flags |= BIO_FAULT;
	}
}

static void count_write(struct faults *faults)
{
	for (size_t i = 0; i < faults->nr; i++) {
		const struct fault_config *c = faults->items[i].config;

		if (c->type != FAULT_BIO_ERROR && c->after_writes &&
		    c->after_writes == faults->nr_writes)
			change_zone(&faults->items[i]);
	}
	faults->nr_writes++;
}

static bool is_data_write(const struct request *rq)
{
	return (rq->op == BIO_WRITE || rq->op == BIO_ZONE_APPEND) &&
	       !(rq->bio_head->flags & BIO_META);
}

static void queue_rq(struct blk_queue *queue, struct request *rq)
{
	struct device *device = queue->driver;
	struct faults *faults = device->faults;

	if (is_data_write(rq))
		count_write(faults);
	for (const struct bio *bio = rq->bio_head; bio; bio = bio->next) {
		if (bio->flags & BIO_FAULT) {
			device_end_after(device, rq, -EIO,
					 device->config->latency_ns);
			return;
		}
	}
	faults->inner->queue_rq(queue, rq);
}

static int add_fault(struct device *device, struct fault *fault,
		     const struct fault_config *config)
{
	*fault = (struct fault){ .device = device, .config = config };
	if (config->type == FAULT_BIO_ERROR)
		return 0;
	if (!device->zones || config->zone >= device->zones->nr_zones)
		return -EINVAL;
	if (!config->after_writes)
		sim_at(device->sim, config->at_ns, change_zone, fault);
	return 0;
}

int faults_init(struct device *device, const struct fault_config *configs,
		size_t nr_faults)
{
	struct faults *faults;

	if (!nr_faults)
		return 0;
	faults = calloc(1, sizeof(*faults));
	SIM_ASSERT(faults != NULL);
	faults->items = calloc(nr_faults, sizeof(*faults->items));
	SIM_ASSERT(faults->items != NULL);
	device->faults = faults;
	faults->inner = device->queue->ops;
	faults->ops = *faults->inner;
	faults->ops.queue_rq = queue_rq;
	device->queue->ops = &faults->ops;
	device->queue->note_data_bio = note_data_bio;
	for (size_t i = 0; i < nr_faults; i++) {
		if (add_fault(device, &faults->items[i], &configs[i]))
			return -EINVAL;
		faults->nr++;
	}
	return 0;
}

void faults_free(struct device *device)
{
	if (!device || !device->faults)
		return;
	free(device->faults->items);
	free(device->faults);
	device->faults = NULL;
}
