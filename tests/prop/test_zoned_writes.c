/* test-links: wb_device */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "models/block/zoned.h"
#include "models/device/device.h"
#include "models/mm/mm.h"
#include "sim/base/rng.h"
#include "sim/base/units.h"
#include "tests/unit/in_child.h"

/*
 * Random direct workloads on random zoned devices: several threads write and
 * append to zones that they share.  Whatever the zone write plugs, the
 * scheduler and the device do with it: no write is off the write pointer, the
 * limits hold, each append lands alone and inside its zone, and what was
 * accepted adds up.
 */
#ifdef __SANITIZE_ADDRESS__
#define NR_WORKLOADS 60
#else
#define NR_WORKLOADS 200
#endif
#define NR_THREADS  4
#define NR_ZONES    16u
#define MAX_BIOS    4000
#define BLOCK       8u /* sectors */
#define ZONE_BLOCKS 256u

struct world {
	struct rng rng;
	struct sim *sim;
	struct block_config block;
	struct block_costs block_costs;
	struct device_config config;
	struct device_costs costs;
	struct blk_queue queue;
	struct device *device;
	struct folio page[32];
	struct bio *bios;
	uint64_t *starts; /* sectors at submission */
	unsigned int nr;
	unsigned int nr_ended;
	unsigned int nr_failed;
	uint64_t bytes;
	uint32_t next_block[NR_ZONES]; /* claimed by writes */
	bool appended[NR_ZONES];       /* takes appends, not writes */
	/* as an inode's lock: who sleeps in a split has not submitted all */
	bool locked[NR_ZONES];
	uint8_t *written; /* by block: how often */
};

static uint64_t below(struct world *w, uint64_t bound)
{
	return rng_below(&w->rng, bound);
}

static void note_end(struct bio *bio)
{
	struct world *w = bio->private;
	/* a split takes the sector of a write along */
	uint64_t sector = bio->op == BIO_ZONE_APPEND ? bio->sector
						     : w->starts[bio - w->bios];
	uint64_t zone = sector / w->queue.limits.zone_sectors;
	uint64_t first = sector / BLOCK;

	w->nr_ended++;
	w->nr_failed += bio->status != 0;
	SIM_ASSERT(zone < NR_ZONES);
	for (uint32_t i = 0; !bio->status && i < bio->nr_segs; i++)
		SIM_ASSERT(++w->written[first + i] == 1);
	SIM_ASSERT((first + bio->nr_segs - 1) / ZONE_BLOCKS == zone);
	bio_done(bio);
}

/* One block in each segment, so that nr_segs says how many there are. */
static void submit(struct world *w, enum bio_op op, uint64_t block,
		   uint32_t nr_blocks)
{
	struct bio *bio = &w->bios[w->nr];

	w->starts[w->nr++] = block * BLOCK;

	SIM_ASSERT(w->nr <= MAX_BIOS);
	bio_init(bio, &w->queue, op, BIO_SYNC | BIO_IDLE, block * BLOCK);
	for (uint32_t i = 0; i < nr_blocks; i++)
		SIM_ASSERT(bio_add_folio(bio, &w->page[i], 0, PAGE_BYTES, 256,
					 UINT32_MAX));
	bio->end_io = note_end;
	bio->private = w;
	w->bytes += bio->bytes;
	submit_bio(bio);
}

static void write_somewhere(struct world *w)
{
	uint32_t zone = (uint32_t)below(w, NR_ZONES);
	uint64_t first = (uint64_t)zone * ZONE_BLOCKS;
	uint64_t max_append = w->queue.limits.max_zone_append_sectors / BLOCK;
	uint32_t capacity =
		(uint32_t)(w->queue.limits.zone_capacity_sectors / BLOCK);
	uint32_t nr = 1 + (uint32_t)below(w, 31);
	uint32_t at = w->next_block[zone];

	if (zone < w->config.zones.conventional || w->locked[zone])
		return;
	nr = (uint32_t)min_u64(nr, capacity - at);
	if (w->appended[zone])
		nr = (uint32_t)min_u64(nr, max_append);
	if (!nr)
		return;
	w->next_block[zone] += nr;
	w->locked[zone] = !w->appended[zone];
	submit(w, w->appended[zone] ? BIO_ZONE_APPEND : BIO_WRITE,
	       w->appended[zone] ? first : first + at, nr);
	w->locked[zone] = false;
}

static void thread(void *arg)
{
	struct world *w = arg;
	struct blk_plug plug;

	for (unsigned int round = 0; round < 20; round++) {
		bool plugged = below(w, 2);
		uint64_t nr = 1 + below(w, 12);

		if (plugged)
			blk_start_plug(&plug, &w->queue);
		for (uint64_t i = 0; i < nr; i++)
			write_somewhere(w);
		if (plugged)
			blk_finish_plug(&plug);
		if (below(w, 3) == 0)
			sim_sleep_ns(w->sim, below(w, 200000));
	}
}

static void choose_device(struct world *w)
{
	static const int types[] = { DEVICE_NVME_ZNS, DEVICE_NULL_BLK_ZONED,
				     DEVICE_SMR };
	struct device_config *c = &w->config;

	*c = (struct device_config){
		.type = types[below(w, 3)],
		.size_bytes = sectors_to_bytes((uint64_t)NR_ZONES *
					       ZONE_BLOCKS * BLOCK),
		.logical_block_bytes = PAGE_BYTES,
		.physical_block_bytes = PAGE_BYTES,
		.max_transfer_bytes = PAGE_BYTES * (4 + below(w, 28)),
		.queue_depth = 1 + below(w, 64),
		.scheduler =
			below(w, 2) ? SCHEDULER_MQ_DEADLINE : SCHEDULER_NONE,
		.units = 1 + below(w, 8),
		.latency_ns = below(w, 50000),
		.bandwidth_bytes_per_s = below(w, 2) * 1000000000,
		.write_cache = below(w, 2),
	};
	c->mq_deadline.fifo_batch = 16;
	c->mq_deadline.front_merges = true;
	c->disk = (struct disk_config){ 7200, 1000000, 15000000, 200000000,
					1 << 20 };
	c->zones.zone_bytes = ZONE_BLOCKS * PAGE_BYTES;
	c->zones.capacity_bytes = (ZONE_BLOCKS - below(w, 64)) * PAGE_BYTES;
	c->zones.conventional = c->type == DEVICE_NVME_ZNS ? 0 : below(w, 3);
	c->zones.append = below(w, 2);
	c->zones.append_max_bytes = PAGE_BYTES * below(w, 16);
	c->zones.units_per_zone = below(w, 3);
	c->zones.command_ns = below(w, 5000);
	c->zones.max_open = below(w, 2) * (1 + below(w, NR_ZONES));
}

static void choose_kernel(struct world *w)
{
	w->block = (struct block_config){
		.max_sectors_bytes = 1310720,
		.max_segments = 128,
		.max_segment_bytes = 65536,
		.nvme_max_segments = 128,
		.plug_max_requests = 32,
		.plug_flush_bytes = 131072,
		.plug_each_bio = below(w, 2),
		.zoned_qd1_writes = (int)below(w, 3),
	};
}

static bool is_idle(void *arg)
{
	struct world *w = arg;

	return w->nr_ended == w->nr;
}

static void check_end(struct world *w, uint64_t refused)
{
	struct device_zone_totals t;
	const struct zone_plug_stats *s = zone_plug_stats(w->queue.zone_plugs);

	device_zone_totals(w->device, &t);
	SIM_ASSERT(w->nr_failed == 0);
	SIM_ASSERT(s->failed == 0);
	SIM_ASSERT(refused == 0);
	SIM_ASSERT(t.wp_sectors == t.accepted_sectors);
	SIM_ASSERT(sectors_to_bytes(t.accepted_sectors) == w->bytes);
	SIM_ASSERT(!w->config.zones.max_open ||
		   t.open_max <= w->config.zones.max_open);
	SIM_ASSERT(w->queue.stats.in_flight == 0);
}

static uint64_t counter(struct world *w, const char *name)
{
	struct sim_metrics *m = sim_metrics(w->sim);

	for (size_t i = 0; i < metrics_nr_counters(m); i++) {
		const char *unit;
		uint64_t value;

		if (!strcmp(metrics_counter_at(m, i, &unit, &value), name))
			return value;
	}
	SIM_ASSERT(!"a counter of that name");
	return 0;
}

static void start(struct world *w, uint64_t number)
{
	const struct sim_options options = {
		.nr_cpus = 1 + (unsigned int)(number % 2),
		.policy = SIM_CPU_TICK,
		.tick_ns = 4000000,
		.seed = number,
	};

	rng_init(&w->rng, number, "zoned writes");
	w->sim = sim_new(&options);
	choose_kernel(w);
	choose_device(w);
	w->bios = calloc(MAX_BIOS, sizeof(*w->bios));
	w->starts = calloc(MAX_BIOS, sizeof(*w->starts));
	SIM_ASSERT(w->starts != NULL);
	w->written = calloc(NR_ZONES, ZONE_BLOCKS);
	SIM_ASSERT(w->bios != NULL);
	SIM_ASSERT(w->written != NULL);
	for (unsigned int i = 0; i < 32; i++)
		w->page[i].frame = 2 * i + 1;
	for (unsigned int i = 0; i < NR_ZONES; i++)
		w->appended[i] = below(w, 2);
	blk_queue_init(&w->queue, w->sim, &w->block, &w->block_costs);
	w->device = device_new(&w->queue, &w->config, &w->costs);
}

static int workload(size_t index, void *arg, char **ret_data, size_t *ret_bytes)
{
	struct world *w = calloc(1, sizeof(*w));
	char error[256] = "";

	(void)arg;
	(void)ret_data;
	(void)ret_bytes;
	SIM_ASSERT(w != NULL);
	signal(SIGSEGV, SIG_DFL);
	signal(SIGABRT, SIG_DFL);
	start(w, index);
	for (unsigned int i = 0; i < NR_THREADS; i++)
		sim_thread_new(w->sim, "writer", i % sim_nr_cpus(w->sim), false,
			       thread, w);
	SIM_ASSERT(sim_run(w->sim, is_idle, w, NULL, error, sizeof(error)) ==
		   0);
	check_end(w, counter(w, "device.zone_refused"));
	device_free(w->device);
	blk_queue_done(&w->queue);
	sim_free(w->sim);
	free(w->bios);
	free(w->starts);
	free(w->written);
	free(w);
	return 0;
}

static void count_failure(size_t index, int status, const char *data,
			  size_t nr_bytes, void *arg)
{
	(void)data;
	(void)nr_bytes;
	if (!status)
		return;
	fprintf(stderr, "workload %zu failed\n", index);
	++*(size_t *)arg;
}

static void writes_stay_at_the_write_pointer(void **state)
{
	size_t nr = getenv("WBSIM_PROP_FULL") ? 1000 : NR_WORKLOADS;
	size_t nr_failed = 0;

	(void)state;
	jobs_run(nr, 0, workload, count_failure, &nr_failed);
	assert_int_equal(nr_failed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_stay_at_the_write_pointer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
