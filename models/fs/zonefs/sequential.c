/*
 * Files of sequential zones: size, explicit open, truncation, errors.
 * Models: zonefs_seq_file_write_open(), zonefs_seq_file_write_close(),
 * zonefs_file_truncate(), zonefs_handle_io_error(), fs/zonefs, 6.12 to 7.3.
 */
#include <errno.h>

#include "models/fs/zonefs/internal.h"
#include "sim/base/assert.h"
#include "sim/base/units.h"

static uint64_t start_sector(const struct zonefs_inode *ip)
{
	return bytes_to_sectors(ip->zone_start_bytes);
}

static void look_at_zone(const struct zonefs_inode *ip, struct blk_zone *ret)
{
	blk_report_zone(ip->zonefs->queue, start_sector(ip), ret);
}

void zonefs_set_size(struct zonefs_inode *ip, uint64_t bytes)
{
	ip->wp_bytes = bytes;
	ip->inode.size_bytes = bytes;
	if (bytes >= ip->capacity_bytes)
		ip->zone_is_open = false;
}

void zonefs_seq_init(struct zonefs_inode *ip)
{
	struct blk_zone zone;

	look_at_zone(ip, &zone);
	ip->lock_waiters.name = "inode lock";
	ip->capacity_bytes = sectors_to_bytes(zone.capacity_sectors);
	zonefs_set_size(ip, sectors_to_bytes(zone.wp_sectors));
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
		zonefs_set_size(ip, bytes);
	return error;
}

void zonefs_lock(struct zonefs_inode *ip)
{
	struct sim *sim = ip->zonefs->mm->sim;

	sim_settle(sim);
	while (ip->locked)
		sim_wait(sim, &ip->lock_waiters);
	ip->locked = true;
}

void zonefs_unlock(struct zonefs_inode *ip)
{
	ip->locked = false;
	sim_wake(ip->zonefs->mm->sim, &ip->lock_waiters, 1);
}

/* What can be read of a zone in that condition. */
static uint64_t readable_bytes(const struct zonefs_inode *ip,
			       const struct blk_zone *zone)
{
	if (zone->cond == ZONE_OFFLINE)
		return 0;
	if (zone->cond == ZONE_READONLY) /* its write pointer means nothing */
		return ip->inode.size_bytes;
	if (zone->cond == ZONE_FULL)
		return ip->capacity_bytes;
	return sectors_to_bytes(zone->wp_sectors);
}

void zonefs_io_error(struct zonefs_inode *ip, bool write)
{
	struct zonefs *zonefs = ip->zonefs;
	enum zonefs_errors errors = zonefs->geometry.errors;
	struct blk_zone zone;
	uint64_t bytes;

	zonefs->io_errors++;
	look_at_zone(ip, &zone);
	ip->offline |= zone.cond == ZONE_OFFLINE;
	ip->read_only |= zone.cond == ZONE_READONLY;
	bytes = readable_bytes(ip, &zone);
	if (!ip->offline && !ip->read_only && !write &&
	    bytes == ip->inode.size_bytes)
		return;
	if (ip->offline || errors == ZONEFS_ZONE_OFFLINE) {
		ip->offline = true;
		bytes = 0;
	} else if (ip->read_only || errors == ZONEFS_ZONE_RO) {
		ip->read_only = true;
		bytes = ip->inode.size_bytes;
	} else if (errors == ZONEFS_REMOUNT_RO) {
		bytes = min_u64(bytes, ip->inode.size_bytes);
	}
	if (ip->offline || ip->read_only)
		ip->zone_is_open = false;
	if (errors == ZONEFS_REMOUNT_RO)
		zonefs->read_only = true;
	zonefs_set_size(ip, bytes);
}

static int zone_command(const struct zonefs_inode *ip, enum bio_op op)
{
	return blk_zone_mgmt(ip->zonefs->queue, op, start_sector(ip));
}

/* To 0 or to the capacity; an open zone stays open unless it is full. */
static int set_zone_size(struct zonefs_inode *ip, uint64_t bytes)
{
	int error;

	if (ip->inode.size_bytes == bytes)
		return 0;
	error = zone_command(ip, bytes ? BIO_ZONE_FINISH : BIO_ZONE_RESET);
	if (error)
		return error;
	if (bytes)
		ip->zone_is_open = false;
	else if (ip->zone_is_open)
		error = zone_command(ip, BIO_ZONE_OPEN);
	zonefs_set_size(ip, bytes);
	return error;
}

int zonefs_truncate(struct inode *inode, uint64_t bytes)
{
	struct zonefs_inode *ip = zonefs_i(inode);
	int error;

	if (!ip->is_seq || ip->offline || ip->read_only ||
	    (bytes && bytes != ip->capacity_bytes))
		return -EPERM;
	if (ip->zonefs->read_only)
		return -EROFS;
	zonefs_lock(ip);
	error = set_zone_size(ip, bytes);
	zonefs_unlock(ip);
	return error;
}

/* The first writer of a file: with explicit-open it opens the zone. */
static int first_open(struct zonefs_inode *ip)
{
	struct zonefs *zonefs = ip->zonefs;
	uint32_t max = zonefs->queue->limits.max_open_zones;
	int error = 0;

	if (!zonefs->geometry.explicit_open)
		return 0;
	if (max && zonefs->nr_open_seq >= max)
		return -EBUSY;
	if (ip->inode.size_bytes < ip->capacity_bytes) {
		error = zone_command(ip, BIO_ZONE_OPEN);
		ip->zone_is_open = !error;
	}
	return error;
}

int zonefs_seq_open(struct zonefs_inode *ip, bool truncate)
{
	int error = 0;

	if (ip->zonefs->read_only)
		return -EROFS;
	zonefs_lock(ip);
	if (ip->offline || ip->read_only)
		error = -EPERM;
	else if (!ip->nr_opens)
		error = first_open(ip);
	if (!error && !ip->nr_opens++)
		ip->zonefs->nr_open_seq++;
	if (!error && truncate)
		error = set_zone_size(ip, 0);
	zonefs_unlock(ip);
	return error;
}

/* An error is noted, but close(2) of a released file tells nobody. */
static void close_zone(struct zonefs_inode *ip)
{
	if (zone_command(ip, BIO_ZONE_CLOSE)) {
		zonefs_io_error(ip, false);
		/* too many zones that stay open: better none is written */
		if (ip->zone_is_open)
			ip->zonefs->read_only = true;
	} else {
		ip->zone_is_open = false;
	}
}

int zonefs_seq_close(struct zonefs_inode *ip)
{
	zonefs_lock(ip);
	if (ip->nr_opens && --ip->nr_opens == 0) {
		ip->zonefs->nr_open_seq--;
		if (ip->zone_is_open)
			close_zone(ip);
	}
	zonefs_unlock(ip);
	return 0;
}
