/*
 * Completion of writes: one work item per inode takes all that have ended,
 * sorts, merges by file and actual place, maps the blocks, ends the folios.
 * Models: xfs_end_bio(), xfs_mark_rtg_boundary(), xfs_end_io(),
 * xfs_zoned_end_io(), xfs_setfilesize(), 6.16 to 7.3.
 */
#include <errno.h>

#include "models/fs/xfs_zoned/internal.h"
#include "sim/base/assert.h"
#include "sim/base/units.h"

/* An append knows its place only now. */
static void take_place(struct xfs_zoned *fs, struct ioend *ioend)
{
	uint64_t offset;

	if (ioend->bio.op != BIO_ZONE_APPEND || ioend->bio.status)
		return;
	ioend->sector = ioend->bio.sector;
	offset = (ioend->sector - fs->first_sector) % fs->zone_sectors;
	if (!offset)
		ioend->flags |= IOEND_BOUNDARY;
	sim_charge_ps(fs->sim, fs->account_transaction, fs->costs->boundary);
}

void xfsz_end_bio(struct bio *bio)
{
	struct ioend *ioend = bio->private;
	struct xfsz_inode *ip = xfsz_i(ioend->inode);
	struct xfs_zoned *fs = ip->fs;
	uint64_t ps = fs->xfs_costs->ioend_queue;

	ioend->error = bio->status;
	ioend->next = NULL;
	take_place(fs, ioend);
	if (!ioend->error)
		stream_emit(fs->stream_parts, ioend->offset_bytes,
			    ioend->size_bytes, ioend->sector,
			    ioend->flags & IOEND_BOUNDARY ? 1 : 0);
	if (!ip->ended)
		ip->ended_tail = &ip->ended;
	*ip->ended_tail = ioend;
	ip->ended_tail = &ioend->next;
	fs->stats.ioends_queued++;
	if (!ip->work.pending) {
		ps += fs->xfs_costs->work_queue;
		sim_queue_work(fs->conv_wq, &ip->work);
	}
	sim_charge_ps(fs->sim, fs->account_transaction, ps);
}

static void raise_disk_size(struct xfsz_inode *ip, uint64_t end)
{
	struct xfs_zoned *fs = ip->fs;

	if (end <= ip->disk_size_bytes || end > ip->inode.size_bytes)
		return;
	fs->stats.size_updates++;
	sim_charge_ps(fs->sim, fs->account_transaction,
		      fs->xfs_costs->setfilesize);
	ip->disk_size_bytes = end;
	ip->log_dirty = true;
}

/*
 * Measured while 814 scattered blocks were replaced, each of which makes two
 * extents more; how it goes on is not known, so it does not.
 */
#define MAX_MEASURED_EXTENTS 1628

static void charge_remaps(struct xfsz_inode *ip, uint64_t nr, bool was_hole)
{
	const struct xfs_zoned_costs *costs = ip->fs->costs;
	uint64_t ps = costs->remap_hole;

	if (!was_hole)
		ps = costs->remap_extent +
		     costs->remap_extent_per_extent *
			     min_u64(ip->data.nr_extents, MAX_MEASURED_EXTENTS);
	ip->fs->stats.remaps += nr;
	sim_charge_ps(ip->fs->sim, ip->fs->account_transaction, nr * ps);
}

/*
 * Nobody knows how far the zone was written: its blocks stay allocated and
 * never count as written, and their space is not given back.
 */
static void write_failed(struct xfs_zoned *fs, struct rtg *zone,
			 uint64_t blocks)
{
	zone->stranded += blocks;
	sim_wake(fs->sim, &fs->zone_waiters, UINT32_MAX);
	if (fs->config->write_error == ZONE_ERROR_SHUTS_DOWN)
		xfsz_shutdown(fs);
}

static void end_ioend(struct xfsz_inode *ip, struct ioend *ioend)
{
	struct xfs_zoned *fs = ip->fs;
	uint64_t sector = ioend->sector - fs->first_sector;
	struct rtg *zone = &fs->rtgs.zones[sector / fs->zone_sectors];
	uint64_t block =
		(sector % fs->zone_sectors) >> (fs->block_shift - SECTOR_SHIFT);
	uint64_t file_block = ioend->offset_bytes >> fs->block_shift;
	uint64_t blocks = blocks_up(fs, ioend->size_bytes);

	int error = fs->is_shutdown ? -EIO : ioend->error;

	ioend_work_begins(ioend);
	fs->stats.completion_lists++;
	if (error) {
		write_failed(fs, zone, blocks);
	} else {
		struct extent *old = fork_lookup(&ip->data, file_block);
		bool was_hole = !old || old->start >= file_block + blocks;

		charge_remaps(
			ip,
			xfsz_map_blocks(ip, file_block, zone, block, blocks),
			was_hole);
		xfsz_written(fs, zone, blocks);
		raise_disk_size(ip, ioend->offset_bytes + ioend->size_bytes);
	}
	ioend_finish(ioend, error);
	sim_settle(fs->sim);
}

void xfsz_end_io_work(void *arg)
{
	struct xfsz_inode *ip = arg;
	struct xfs_zoned *fs = ip->fs;
	struct ioend *list;
	uint64_t nr = 0;

	sim_settle(fs->sim);
	list = ip->ended;
	ip->ended = NULL;
	fs->stats.completion_runs++;
	for (struct ioend *ioend = list; ioend; ioend = ioend->next)
		nr++;
	sim_charge_ps(fs->sim, fs->account_transaction,
		      nr * fs->xfs_costs->ioend_sort);
	ioend_sort(&list);
	while (list) {
		struct ioend *ioend = list;

		list = ioend->next;
		ioend->next = NULL;
		sim_charge_ps(fs->sim, fs->account_transaction,
			      fs->xfs_costs->ioend_try_merge);
		ioend_try_merge(ioend, &list);
		end_ioend(ip, ioend);
	}
}
