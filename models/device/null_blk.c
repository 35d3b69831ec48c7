/*
 * null_blk with timer completions: each request ends latency_ns after it was
 * issued, any number in parallel, one interrupt each unless they fall due
 * together.  Memory backed: the data is copied on the issuing stack before
 * the timer is armed.
 * Models: drivers/block/null_blk/main.c, 6.12 to 7.3, irqmode=2.
 * Zoned: the zone's rules apply when the request is issued.
 * Models: drivers/block/null_blk/zoned.c, 6.12 to 7.3.
 * Omits: the bandwidth tick (mbps).
 */
#include "models/device/zoned.h"
#include "sim/base/assert.h"
#include "sim/base/units.h"

static void timer_fires(void *arg)
{
	struct request *rq = arg;

	device_complete(rq->queue->driver, rq);
}

/* Pages hold no data here, but the first write of each makes it. */
static uint64_t copy_ps(struct device *device, const struct request *rq)
{
	const struct device_costs *costs = device->costs;
	uint64_t start = sectors_to_bytes(rq->sector) >> PAGE_SHIFT;
	uint64_t end = sectors_to_bytes(rq->sector) + rq->bytes;
	uint64_t nr = ((end + PAGE_BYTES - 1) >> PAGE_SHIFT) - start;
	uint64_t nr_new = 0;

	if (!rq->bytes)
		return 0;
	if (rq->op != BIO_READ)
		nr_new = page_set_add(&device->pages, start, nr);
	return costs->copy_request + rq->bytes * costs->copy_per_byte +
	       nr_new * costs->page_new + (nr - nr_new) * costs->page_hit;
}

static void issue(struct blk_queue *queue, struct request *rq)
{
	struct device *device = queue->driver;
	uint64_t ps = device->costs->arm_timer;

	if (device->config->memory_backed)
		ps += copy_ps(device, rq);
	sim_charge_ps(device->sim, device->account, ps);
	sim_settle(device->sim);
	sim_after(device->sim, device->config->latency_ns, timer_fires, rq);
}

static void zoned_queue_rq(struct blk_queue *queue, struct request *rq)
{
	rq->status = (int16_t)device_zone_command(queue->driver, rq);
	issue(queue, rq);
}

const struct blk_driver_ops null_blk_driver_ops = {
	.queue_rq = issue,
};

const struct blk_driver_ops null_blk_zoned_driver_ops = {
	.queue_rq = zoned_queue_rq,
	.report_zone = device_report_zone,
	.set_zone = device_set_zone,
};
