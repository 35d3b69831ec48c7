/*
 * null_blk with timer completions: each request ends latency_ns after it was
 * issued, any number in parallel, one interrupt each unless they fall due
 * together.  Memory backed: the data is copied on the issuing stack before
 * the timer is armed.
 * Models: drivers/block/null_blk/main.c, 6.12 to 7.3, irqmode=2.
 * Zoned: the zone's rules apply when the request is issued.
 * Models: drivers/block/null_blk/zoned.c, 6.12 to 7.3.
 * Bandwidth limit: a budget of bytes per tick of 20 ms, on a grid that was
 * fixed when the device was made; a request that it does not cover waits for
 * the next tick, and all behind it.  A tick that finds the budget untouched
 * stops the timer; the request that starts it again is free, because the
 * timer, long overdue, fires at once and fills the budget up.
 */
#include "models/device/zoned.h"
#include "sim/base/assert.h"
#include "sim/base/units.h"

/* TIMER_INTERVAL */
#define BUDGET_TICK_NS (20 * NS_PER_MS)
/* mb_per_tick(): MiB/s in bytes per tick */
#define BUDGET_PER_MBPS (1048576 / 50)

static void budget_event(void *arg);

static void arm_budget(struct device *device, uint64_t date_ns)
{
	device->budget.is_active = true;
	sim_at(device->sim, date_ns, budget_event, device);
}

/* nullb_bwtimer_fn() */
static void budget_tick(void *arg)
{
	struct device *device = arg;
	struct byte_budget *b = &device->budget;
	uint64_t now = sim_now_ns(device->sim);

	if (b->left == b->per_tick) {
		b->is_active = false;
		return;
	}
	b->left = b->per_tick;
	if (b->expiry_ns <= now)
		b->expiry_ns += ((now - b->expiry_ns) / BUDGET_TICK_NS + 1) *
				BUDGET_TICK_NS;
	arm_budget(device, b->expiry_ns);
	blk_start_stopped_queue(device->queue);
}

static void budget_event(void *arg)
{
	sim_irq(((struct device *)arg)->sim, 0, budget_tick, arg);
}

/* null_handle_throttled() */
static bool may_queue(struct blk_queue *queue, struct request *rq)
{
	struct device *device = queue->driver;
	struct byte_budget *b = &device->budget;

	if (!b->is_active)
		arm_budget(device, sim_now_ns(device->sim));
	b->left -= rq->bytes;
	return b->left >= 0;
}

void null_blk_budget_init(struct device *device)
{
	struct byte_budget *b = &device->budget;

	if (!device->config->mbps)
		return;
	b->per_tick = (int64_t)(BUDGET_PER_MBPS * device->config->mbps);
	b->left = b->per_tick;
	b->expiry_ns = device->config->mbps_phase_ns;
	device->limited_ops = *device->queue->ops;
	device->limited_ops.may_queue = may_queue;
	device->queue->ops = &device->limited_ops;
}

static void timer_fires(void *arg)
{
	struct request *rq = arg;

	device_complete(rq->queue->driver, rq, sim_now_ns(rq->queue->sim));
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
	rq->at_ns[BIO_AT_DRIVER] = sim_now_ns(device->sim);
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
