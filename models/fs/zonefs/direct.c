/*
 * Direct writes to files of sequential zones, waited for or not.
 * Models: zonefs_file_dio_write(), zonefs_file_write_dio_end_io(),
 * fs/zonefs; __iomap_dio_rw(), fs/iomap/direct-io.c; 6.12 to 7.3.
 */
#include <errno.h>

#include "models/fs/zonefs/internal.h"
#include "sim/base/assert.h"
#include "sim/base/units.h"

/**
 * struct direct_write - one call and its bios in flight
 * @in_flight: bios, and the submitter while it submits
 * @bytes: of the call; @end_bytes: of the file, if all goes well
 * @next_sector: where the next append is expected
 * @done, @arg: who is told; NULL: who submits waits
 */
struct direct_write {
	struct zonefs_inode *ip;
	struct sim_waitq waiters;
	uint32_t in_flight;
	int error;
	uint64_t bytes;
	uint64_t end_bytes;
	uint64_t next_sector;
	void (*done)(void *arg, int error);
	void *arg;
};

void zonefs_direct_setup(struct zonefs *zonefs)
{
	struct sim_metrics *m = sim_metrics(zonefs->mm->sim);

	pool_init(&zonefs->bios, "direct bio", sizeof(struct bio));
	pool_init(&zonefs->writes, "direct write", sizeof(struct direct_write));
	/* no two of them neighbours in memory */
	for (uint64_t i = 0; i < ZONEFS_BIO_PAGES; i++)
		zonefs->user_pages[i].frame = 2 * i + 1;
	metrics_counter(m, "zonefs.direct_writes", "calls",
			&zonefs->direct_writes);
	metrics_counter(m, "zonefs.io_errors", "errors", &zonefs->io_errors);
	metrics_counter(m, "zonefs.displaced_appends", "bios",
			&zonefs->displaced);
}

/* A later write may have ended before: then the earlier ones did as well. */
static void finish(struct direct_write *dio)
{
	struct zonefs_inode *ip = dio->ip;

	if (dio->error) {
		zonefs_io_error(ip, true);
		return;
	}
	ip->zonefs->mm->stats.written_bytes += dio->bytes;
	if (dio->end_bytes > ip->inode.size_bytes)
		ip->inode.size_bytes = dio->end_bytes;
	if (ip->inode.size_bytes == ip->capacity_bytes)
		ip->zone_is_open = false;
}

/* One bio, or the submitter, is done with it. */
static void put(struct direct_write *dio)
{
	struct zonefs *zonefs = dio->ip->zonefs;

	SIM_ASSERT(dio->in_flight > 0);
	if (--dio->in_flight)
		return;
	if (!dio->done) {
		sim_wake(zonefs->mm->sim, &dio->waiters, 1);
		return;
	}
	finish(dio);
	dio->done(dio->arg, dio->error);
	pool_put(&zonefs->writes, dio);
}

static void bio_ends(struct bio *bio)
{
	struct direct_write *dio = bio->private;
	struct zonefs *zonefs = dio->ip->zonefs;

	if (bio->status && !dio->error)
		dio->error = bio->status;
	if (bio->op == BIO_ZONE_APPEND && !bio->status) {
		zonefs->displaced += bio->sector != dio->next_sector;
		dio->next_sector = bio->sector + bytes_to_sectors(bio->bytes);
	}
	bio_done(bio);
	pool_put(&zonefs->bios, bio);
	put(dio);
}

/* An append is not split below: as much as one may be. */
static uint64_t bio_pages(const struct zonefs *zonefs)
{
	const struct queue_limits *limits = &zonefs->queue->limits;
	uint64_t max = sectors_to_bytes(limits->max_zone_append_sectors);

	if (!zonefs->geometry.append)
		return ZONEFS_BIO_PAGES;
	return min_u64(min_u64(ZONEFS_BIO_PAGES, limits->max_segments),
		       max >> PAGE_SHIFT);
}

/* One bio from the first pages of [@at, @at + @bytes).  Return: its bytes. */
static uint64_t submit_pages(struct direct_write *dio, uint64_t at_bytes,
			     uint64_t bytes)
{
	struct zonefs *zonefs = dio->ip->zonefs;
	bool append = zonefs->geometry.append;
	uint64_t sector = append ? dio->ip->zone_start_bytes : at_bytes;
	uint64_t nr_pages = bio_pages(zonefs);
	struct bio *bio = pool_get(&zonefs->bios);
	uint64_t done = 0;

	bio_init(bio, zonefs->queue, append ? BIO_ZONE_APPEND : BIO_WRITE,
		 BIO_SYNC | BIO_IDLE, bytes_to_sectors(sector));
	bio->end_io = bio_ends;
	bio->private = dio;
	for (uint64_t i = 0; i < nr_pages && done < bytes; i++) {
		uint32_t piece = (uint32_t)min_u64(PAGE_BYTES, bytes - done);
		bool added = bio_add_folio(bio, &zonefs->user_pages[i], 0,
					   piece, ZONEFS_BIO_PAGES, UINT32_MAX);

		SIM_ASSERT(added);
		done += piece;
	}
	dio->in_flight++;
	submit_bio(bio);
	return done;
}

/* Under the lock, which keeps the bios of the file in order. */
static void submit(struct direct_write *dio, uint64_t pos, uint64_t bytes)
{
	struct zonefs_inode *ip = dio->ip;
	struct zonefs *zonefs = ip->zonefs;
	struct blk_plug plug;
	uint64_t done = 0;

	dio->in_flight = 1;
	dio->bytes = bytes;
	dio->end_bytes = pos + bytes;
	dio->next_sector = bytes_to_sectors(ip->zone_start_bytes + pos);
	ip->wp_bytes += bytes;
	blk_start_plug(&plug, zonefs->queue);
	while (done < bytes && !dio->error)
		done += submit_pages(dio, ip->zone_start_bytes + pos + done,
				     bytes - done);
	blk_finish_plug(&plug);
	sim_settle(zonefs->mm->sim);
}

static int check_file(const struct zonefs_inode *ip)
{
	if (!ip->is_seq)
		return -EOPNOTSUPP;
	if (ip->offline || ip->read_only)
		return -EPERM;
	return ip->zonefs->read_only ? -EROFS : 0;
}

static int check_write(const struct zonefs_inode *ip, uint64_t pos,
		       uint64_t bytes)
{
	const struct zonefs *zonefs = ip->zonefs;
	int error = check_file(ip);

	if (error)
		return error;
	if (pos >= ip->capacity_bytes || bytes > ip->capacity_bytes - pos)
		return -EFBIG;
	if ((pos | bytes) & (zonefs->geometry.block_bytes - 1))
		return -EINVAL;
	if (zonefs->geometry.append && !bio_pages(zonefs))
		return -EOPNOTSUPP;
	return pos == ip->wp_bytes ? 0 : -EINVAL;
}

static void enter_call(struct zonefs_inode *ip)
{
	struct mm *mm = ip->zonefs->mm;

	mm->stats.write_calls++;
	ip->zonefs->direct_writes++;
	sim_charge_ps(mm->sim, mm->accounts.write_call,
		      mm->costs->write_entry + mm->costs->write_call);
	zonefs_lock(ip);
}

int zonefs_write_direct(struct inode *inode, uint64_t pos, uint64_t bytes)
{
	struct zonefs_inode *ip = zonefs_i(inode);
	struct mm *mm = inode->mm;
	struct direct_write dio = { .ip = ip, .waiters.name = "direct write" };
	int error;

	enter_call(ip);
	error = check_write(ip, pos, bytes);
	if (!error) {
		submit(&dio, pos, bytes);
		dio.in_flight--;
		while (dio.in_flight)
			sim_wait(mm->sim, &dio.waiters);
		finish(&dio);
		error = dio.error;
	}
	zonefs_unlock(ip);
	return error;
}

void zonefs_start_direct(struct inode *inode, uint64_t pos, uint64_t bytes,
			 void (*done)(void *arg, int error), void *arg)
{
	struct zonefs_inode *ip = zonefs_i(inode);
	struct direct_write *dio;
	int error;

	enter_call(ip);
	error = check_write(ip, pos, bytes);
	if (error) {
		zonefs_unlock(ip);
		done(arg, error);
		return;
	}
	dio = pool_get_zeroed(&ip->zonefs->writes);
	dio->ip = ip;
	dio->done = done;
	dio->arg = arg;
	submit(dio, pos, bytes);
	put(dio);
	zonefs_unlock(ip);
}
