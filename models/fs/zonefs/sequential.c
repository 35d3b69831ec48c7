/*
 * Files of sequential zones: direct writes, explicit open, errors.
 * Models: zonefs_file_dio_write(), zonefs_seq_file_write_open(),
 * zonefs_handle_io_error(), fs/zonefs; __iomap_dio_rw(),
 * fs/iomap/direct-io.c; 6.12 to 7.3.
 */
#include <errno.h>
#include <stdlib.h>

#include "models/fs/zonefs/internal.h"
#include "sim/base/assert.h"
#include "sim/base/units.h"

/** struct direct_write - bios of one call that are in flight */
struct direct_write {
	struct zonefs *zonefs;
	struct sim_waitq waiters;
	uint32_t in_flight;
	int error;
};

void zonefs_seq_setup(struct zonefs *zonefs)
{
	struct sim_metrics *m = sim_metrics(zonefs->mm->sim);

	pool_init(&zonefs->bios, "direct bio", sizeof(struct bio));
	/* no two of them neighbours in memory */
	for (uint64_t i = 0; i < ZONEFS_BIO_PAGES; i++)
		zonefs->user_pages[i].frame = 2 * i + 1;
	metrics_counter(m, "zonefs.direct_writes", "calls",
			&zonefs->direct_writes);
	metrics_counter(m, "zonefs.io_errors", "errors", &zonefs->io_errors);
}

static uint64_t start_sector(const struct zonefs_inode *ip)
{
	return bytes_to_sectors(ip->zone_start_bytes);
}

static void look_at_zone(const struct zonefs_inode *ip, struct blk_zone *ret)
{
	blk_report_zone(ip->zonefs->queue, start_sector(ip), ret);
}

/* The file is as large as its zone is written. */
static void take_size(struct zonefs_inode *ip, uint64_t bytes)
{
	ip->wp_bytes = bytes;
	ip->inode.size_bytes = bytes;
}

void zonefs_seq_init(struct zonefs_inode *ip)
{
	struct blk_zone zone;

	look_at_zone(ip, &zone);
	ip->lock_waiters.name = "inode lock";
	ip->capacity_bytes = sectors_to_bytes(zone.capacity_sectors);
	take_size(ip, sectors_to_bytes(zone.wp_sectors));
}

int zonefs_seq_fill(struct zonefs_inode *ip, uint64_t bytes)
{
	struct blk_queue *queue = ip->zonefs->queue;
	int error;

	if (bytes > ip->capacity_bytes || bytes % SECTOR_BYTES)
		return -ENOSPC;
	error = queue->ops->set_zone(queue, start_sector(ip),
				     bytes_to_sectors(bytes));
	if (!error)
		take_size(ip, bytes);
	return error;
}

static void lock(struct zonefs_inode *ip)
{
	struct sim *sim = ip->zonefs->mm->sim;

	sim_settle(sim);
	while (ip->locked)
		sim_wait(sim, &ip->lock_waiters);
	ip->locked = true;
}

static void unlock(struct zonefs_inode *ip)
{
	ip->locked = false;
	sim_wake(ip->zonefs->mm->sim, &ip->lock_waiters, 1);
}

/* The zone says what became of it; the default is errors=remount-ro. */
static void handle_io_error(struct zonefs_inode *ip)
{
	struct blk_zone zone;
	uint64_t wp_bytes;

	ip->zonefs->io_errors++;
	look_at_zone(ip, &zone);
	wp_bytes = sectors_to_bytes(zone.wp_sectors);
	if (zone.cond == ZONE_OFFLINE) {
		ip->offline = true;
		wp_bytes = 0;
	} else if (zone.cond != ZONE_READONLY &&
		   wp_bytes == ip->inode.size_bytes) {
		take_size(ip, wp_bytes);
		return;
	}
	ip->zonefs->read_only = true;
	take_size(ip, wp_bytes);
}

static void bio_ends(struct bio *bio)
{
	struct direct_write *dio = bio->private;

	if (bio->status && !dio->error)
		dio->error = bio->status;
	bio_done(bio);
	pool_put(&dio->zonefs->bios, bio);
	SIM_ASSERT(dio->in_flight > 0);
	if (--dio->in_flight == 0)
		sim_wake(dio->zonefs->mm->sim, &dio->waiters, 1);
}

/* One bio from the first pages of [@at, @at + @bytes).  Return: its bytes. */
static uint64_t submit_pages(struct direct_write *dio, uint64_t at_bytes,
			     uint64_t bytes)
{
	struct zonefs *zonefs = dio->zonefs;
	struct bio *bio = pool_get(&zonefs->bios);
	uint64_t done = 0;

	bio_init(bio, zonefs->queue, BIO_WRITE, BIO_SYNC | BIO_IDLE,
		 bytes_to_sectors(at_bytes));
	bio->end_io = bio_ends;
	bio->private = dio;
	for (uint32_t i = 0; i < ZONEFS_BIO_PAGES && done < bytes; i++) {
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

static int write_and_wait(struct zonefs_inode *ip, uint64_t pos, uint64_t bytes)
{
	struct zonefs *zonefs = ip->zonefs;
	struct direct_write dio = {
		.zonefs = zonefs,
		.waiters.name = "direct write",
		.in_flight = 1,
	};
	struct blk_plug plug;
	uint64_t done = 0;

	blk_start_plug(&plug, zonefs->queue);
	while (done < bytes && !dio.error)
		done += submit_pages(&dio, ip->zone_start_bytes + pos + done,
				     bytes - done);
	blk_finish_plug(&plug);
	sim_settle(zonefs->mm->sim);
	dio.in_flight--;
	while (dio.in_flight)
		sim_wait(zonefs->mm->sim, &dio.waiters);
	return dio.error;
}

static int check_write(const struct zonefs_inode *ip, uint64_t pos,
		       uint64_t bytes)
{
	if (ip->offline)
		return -EPERM;
	if (pos >= ip->capacity_bytes || bytes > ip->capacity_bytes - pos)
		return -EFBIG;
	if ((pos | bytes) & (ip->zonefs->geometry.block_bytes - 1))
		return -EINVAL;
	return pos == ip->wp_bytes ? 0 : -EINVAL;
}

int zonefs_write_direct(struct inode *inode, uint64_t pos, uint64_t bytes)
{
	struct zonefs_inode *ip = zonefs_i(inode);
	struct mm *mm = inode->mm;
	int error;

	if (!ip->is_seq)
		return -EOPNOTSUPP;
	mm->stats.write_calls++;
	ip->zonefs->direct_writes++;
	sim_charge_ps(mm->sim, mm->accounts.write_call,
		      mm->costs->write_entry + mm->costs->write_call);
	lock(ip);
	error = check_write(ip, pos, bytes);
	if (!error) {
		ip->wp_bytes += bytes;
		error = write_and_wait(ip, pos, bytes);
		if (error)
			handle_io_error(ip);
		else
			take_size(ip, pos + bytes);
	}
	if (ip->wp_bytes == ip->capacity_bytes)
		ip->zone_is_open = false;
	unlock(ip);
	if (!error)
		mm->stats.written_bytes += bytes;
	return error;
}

static int zone_command(const struct zonefs_inode *ip, enum bio_op op)
{
	return blk_zone_mgmt(ip->zonefs->queue, op, start_sector(ip));
}

/* O_TRUNC: an empty zone again, open if it was. */
static int reset(struct zonefs_inode *ip)
{
	int error = zone_command(ip, BIO_ZONE_RESET);

	if (error) {
		handle_io_error(ip);
		return error;
	}
	take_size(ip, 0);
	if (ip->zone_is_open)
		error = zone_command(ip, BIO_ZONE_OPEN);
	return error;
}

int zonefs_seq_open(struct zonefs_inode *ip, bool truncate)
{
	int error = 0;

	if (ip->zonefs->read_only)
		return -EROFS;
	lock(ip);
	if (ip->offline)
		error = -EPERM;
	else if (!ip->nr_opens && ip->zonefs->geometry.explicit_open &&
		 ip->wp_bytes < ip->capacity_bytes)
		error = zone_command(ip, BIO_ZONE_OPEN);
	if (!error && !ip->nr_opens)
		ip->zone_is_open = ip->zonefs->geometry.explicit_open &&
				   ip->wp_bytes < ip->capacity_bytes;
	if (!error && truncate && ip->wp_bytes)
		error = reset(ip);
	if (!error)
		ip->nr_opens++;
	unlock(ip);
	return error;
}

int zonefs_seq_close(struct zonefs_inode *ip)
{
	/* an error is noted, but close(2) of a released file tells nobody */
	lock(ip);
	if (ip->nr_opens && --ip->nr_opens == 0 && ip->zone_is_open) {
		ip->zone_is_open = false;
		if (zone_command(ip, BIO_ZONE_CLOSE))
			handle_io_error(ip);
	}
	unlock(ip);
	return 0;
}
