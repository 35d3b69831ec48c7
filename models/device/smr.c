/*
 * A host-managed SMR disk: zones, a head that seeks and waits for its sector,
 * a write cache that is emptied in order of arrival.
 *
 *	seek     = min + (max - min) * sqrt(distance / size)
 *	rotation = until the sector comes by, from the date and the sector
 *	transfer = bytes / media rate
 *
 * A request that begins where the last one ended, without a pause, needs
 * neither seek nor rotation.
 *
 * Source: ZBC-2 (zone rules: models/device/zone.h); Ruemmler and Wilkes, An
 * introduction to disk drive modeling, IEEE Computer 27(3), 1994.
 * Omits: reordering inside the disk (NCQ), media cache, zoned recording (outer
 * tracks are not faster), track and head skew, reads that hit the cache.
 */
#include <stdlib.h>

#include "models/device/zoned.h"
#include "sim/base/assert.h"
#include "sim/base/units.h"

#define PPM 1000000ull

/** struct disk_job - something for the head; without request: from the cache */
struct disk_job {
	struct request *rq;
	uint64_t sector;
	uint64_t bytes;
	struct disk_job *next;
};

/**
 * struct disk
 * @head, @tail: jobs that wait; @current: being done
 * @waiting: writes that wait for room in the cache; flushes
 * @position_sector, @position_ns: where the head is, since when
 */
struct disk {
	struct device *device;
	struct pool jobs;
	struct disk_job *head;
	struct disk_job *tail;
	struct disk_job *current;
	struct rq_list waiting;
	uint64_t cached_bytes;
	uint64_t position_sector;
	uint64_t position_ns;
};

struct disk *disk_new(struct device *device)
{
	struct disk *disk = calloc(1, sizeof(*disk));

	SIM_ASSERT(disk != NULL);
	disk->device = device;
	pool_init(&disk->jobs, "disk job", sizeof(struct disk_job));
	return disk;
}

void disk_free(struct disk *disk)
{
	if (!disk)
		return;
	pool_done(&disk->jobs);
	free(disk);
}

static uint64_t square_root(uint64_t value)
{
	uint64_t low = 0;
	uint64_t high = 1ull << 32;

	while (high - low > 1) {
		uint64_t middle = (low + high) / 2;

		if (middle * middle <= value)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static uint64_t seek_ns(const struct disk *disk, uint64_t sector)
{
	const struct device_config *c = disk->device->config;
	uint64_t from = disk->position_sector;
	uint64_t distance = sector > from ? sector - from : from - sector;
	uint64_t part =
		mul_div(distance, PPM * PPM, bytes_to_sectors(c->size_bytes));

	if (!distance)
		return 0;
	return c->disk.seek_min_ns +
	       mul_div(c->disk.seek_max_ns - c->disk.seek_min_ns,
		       square_root(part), PPM);
}

/* From @date_ns until the sector is under the head. */
static uint64_t rotation_ns(const struct disk *disk, uint64_t sector,
			    uint64_t date_ns)
{
	const struct disk_config *c = &disk->device->config->disk;
	uint64_t turn_ns = 60 * NS_PER_S / c->rotations_per_minute;
	uint64_t track_bytes = mul_div(c->media_bytes_per_s, turn_ns, NS_PER_S);
	uint64_t at_ns = mul_div(sectors_to_bytes(sector) % track_bytes,
				 NS_PER_S, c->media_bytes_per_s);

	return (at_ns + turn_ns - date_ns % turn_ns) % turn_ns;
}

static uint64_t job_ns(const struct disk *disk, const struct disk_job *job)
{
	const struct disk_config *c = &disk->device->config->disk;
	uint64_t now = sim_now_ns(disk->device->sim);
	uint64_t ns = mul_div_up(job->bytes, NS_PER_S, c->media_bytes_per_s);
	uint64_t seek;

	if (job->sector == disk->position_sector && now == disk->position_ns)
		return ns;
	seek = seek_ns(disk, job->sector);
	return seek + rotation_ns(disk, job->sector, now + seek) + ns;
}

static void job_done(void *arg);

static void start_job(struct disk *disk)
{
	struct disk_job *job = disk->head;

	if (disk->current || !job)
		return;
	disk->head = job->next;
	if (!disk->head)
		disk->tail = NULL;
	disk->current = job;
	if (job->rq)
		job->rq->at_ns[BIO_AT_START] = sim_now_ns(disk->device->sim);
	sim_unit_serve(disk->device->link.unit, job_ns(disk, job), job_done,
		       disk);
}

static void add_job(struct disk *disk, struct request *rq, uint64_t sector,
		    uint64_t bytes)
{
	struct disk_job *job = pool_get(&disk->jobs);

	*job = (struct disk_job){ .rq = rq, .sector = sector, .bytes = bytes };
	if (disk->tail)
		disk->tail->next = job;
	else
		disk->head = job;
	disk->tail = job;
	start_job(disk);
}

/* From the head of the waiting: into the cache what fits, flushes when empty */
static void fill_cache(struct disk *disk)
{
	const struct device_config *c = disk->device->config;
	struct request *rq;

	while ((rq = disk->waiting.head) != NULL) {
		uint64_t wire_ns = 0;

		if (rq->op == BIO_FLUSH && disk->cached_bytes)
			return;
		if (rq->bytes && disk->cached_bytes &&
		    disk->cached_bytes + rq->bytes > c->disk.cache_bytes)
			return;
		rq_list_take(&disk->waiting);
		rq->at_ns[BIO_AT_START] = sim_now_ns(disk->device->sim);
		if (c->bandwidth_bytes_per_s)
			wire_ns = mul_div_up(rq->bytes, NS_PER_S,
					     c->bandwidth_bytes_per_s);
		disk->cached_bytes += rq->bytes;
		if (rq->bytes)
			add_job(disk, NULL, rq->sector, rq->bytes);
		device_end_after(disk->device, rq, 0, c->latency_ns + wire_ns);
	}
}

static void job_done(void *arg)
{
	struct disk *disk = arg;
	struct disk_job *job = disk->current;

	disk->current = NULL;
	disk->position_sector = job->sector + bytes_to_sectors(job->bytes);
	disk->position_ns = sim_now_ns(disk->device->sim);
	if (job->rq) {
		device_complete(disk->device, job->rq, disk->position_ns);
	} else {
		SIM_ASSERT(disk->cached_bytes >= job->bytes);
		disk->cached_bytes -= job->bytes;
	}
	pool_put(&disk->jobs, job);
	start_job(disk);
	fill_cache(disk);
}

static void smr_queue_rq(struct blk_queue *queue, struct request *rq)
{
	struct device *device = queue->driver;
	const struct device_config *c = device->config;
	bool is_mgmt = !bio_op_has_data(rq->op) && rq->op != BIO_FLUSH;
	uint64_t ns = is_mgmt ? device_mgmt_ns(device, rq) : c->latency_ns;
	int error = device_zone_command(device, rq);

	if (error || is_mgmt) {
		device_end_after(device, rq, error, ns);
		return;
	}
	if (rq->op == BIO_READ || !c->write_cache || !c->disk.cache_bytes) {
		if (rq->op == BIO_FLUSH)
			device_end_after(device, rq, 0, ns);
		else
			add_job(device->disk, rq, rq->sector, rq->bytes);
		return;
	}
	rq_list_add(&device->disk->waiting, rq);
	fill_cache(device->disk);
}

const struct blk_driver_ops smr_driver_ops = {
	.queue_rq = smr_queue_rq,
	.report_zone = device_report_zone,
	.set_zone = device_set_zone,
};
