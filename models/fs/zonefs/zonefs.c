#include "models/fs/zonefs/zonefs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "models/fs/zonefs/internal.h"
#include "models/iomap/state.h"
#include "sim/base/assert.h"
#include "sim/base/units.h"

/* The rest of the zone, from @pos on. */
static void look_up(struct inode *inode, uint64_t pos, struct iomap *ret)
{
	struct zonefs_inode *ip = zonefs_i(inode);
	uint64_t at = round_down_to(pos, 1ull << inode->block_shift);

	*ret = (struct iomap){
		.addr_bytes = ip->zone_start_bytes + at,
		.offset_bytes = at,
		.length_bytes = inode->size_bytes - at,
		.type = IOMAP_MAPPED,
	};
}

/* Models: zonefs_write_map_blocks(), 6.12 to 6.16, and its heir. */
static int zonefs_map(struct inode *inode, uint64_t pos, uint64_t len,
		      struct iomap *iomap)
{
	struct zonefs *zonefs = zonefs_i(inode)->zonefs;

	(void)len;
	if (iomap->length_bytes && pos >= iomap->offset_bytes &&
	    pos < iomap_end(iomap)) {
		zonefs->map_reuses++;
		return 0;
	}
	zonefs->map_lookups++;
	look_up(inode, pos, iomap);
	return 0;
}

static const struct ioend_fs_ops ioend_ops = {
	.map = zonefs_map,
};

static int writepages(struct inode *inode, struct writeback_control *wbc)
{
	struct zonefs *zonefs = zonefs_i(inode)->zonefs;

	return zonefs->design->writepages(zonefs->ioends, inode, wbc,
					  &ioend_ops);
}

static const struct mapping_ops mapping_ops = {
	.writepages = writepages,
	.free_state = ifs_free,
};

struct zonefs *zonefs_new(struct mm *mm, struct ioend_core *ioends,
			  const struct wb_design *design,
			  const struct zonefs_geometry *geometry)
{
	struct zonefs *zonefs = calloc(1, sizeof(*zonefs));

	SIM_ASSERT(zonefs != NULL);
	SIM_ASSERT(geometry->zone_bytes > 0);
	zonefs->mm = mm;
	zonefs->ioends = ioends;
	zonefs->design = design;
	zonefs->geometry = *geometry;
	zonefs->queue = ioends->queue;
	zonefs_direct_setup(zonefs);
	metrics_counter(sim_metrics(mm->sim), "zonefs.map_lookups", "calls",
			&zonefs->map_lookups);
	metrics_counter(sim_metrics(mm->sim), "zonefs.map_reuses", "calls",
			&zonefs->map_reuses);
	return zonefs;
}

void zonefs_free(struct zonefs *zonefs)
{
	if (!zonefs)
		return;
	while (zonefs->inodes) {
		struct zonefs_inode *ip = zonefs->inodes;

		zonefs->inodes = ip->next;
		inode_done(&ip->inode);
		free(ip);
	}
	pool_done(&zonefs->bios);
	pool_done(&zonefs->writes);
	free(zonefs);
}

/* Number behind @dir in @name; UINT64_MAX when it is none. */
static uint64_t number_in(const char *name, const char *dir)
{
	const char *digits = name + strlen(dir);
	uint64_t number;
	char *end;

	if (strncmp(name, dir, strlen(dir)) != 0 || digits[0] < '0' ||
	    digits[0] > '9')
		return UINT64_MAX;
	number = strtoull(digits, &end, 10);
	return *end ? UINT64_MAX : number;
}

/* Zone of a file; 0, the super block's, when there is none. */
static uint64_t zone_of(const struct zonefs *zonefs, const char *name,
			bool *ret_is_seq)
{
	const struct zonefs_geometry *g = &zonefs->geometry;
	uint64_t nr_zones = g->size_bytes / g->zone_bytes;
	uint64_t first_seq = max_u64(g->nr_conventional, 1);
	uint64_t number = number_in(name, "cnv/");

	*ret_is_seq = false;
	if (number < nr_zones)
		return number + 1 < min_u64(g->nr_conventional, nr_zones)
			       ? number + 1
			       : 0;
	number = number_in(name, "seq/");
	*ret_is_seq = true;
	if (!zonefs->queue->limits.zone_sectors || number >= nr_zones)
		return 0;
	return first_seq + number < nr_zones ? first_seq + number : 0;
}

struct inode *zonefs_create(struct zonefs *zonefs, const char *name)
{
	bool is_seq;
	uint64_t zone = zone_of(zonefs, name, &is_seq);
	struct zonefs_inode *ip;

	if (!zone)
		return NULL;
	ip = calloc(1, sizeof(*ip));
	SIM_ASSERT(ip != NULL);
	inode_init(&ip->inode, zonefs->mm, name,
		   log2_floor(zonefs->geometry.block_bytes), &mapping_ops);
	ip->inode.private = ip;
	ip->inode.size_bytes = zonefs->geometry.zone_bytes;
	ip->zonefs = zonefs;
	ip->zone_start_bytes = zone * zonefs->geometry.zone_bytes;
	ip->is_seq = is_seq;
	if (is_seq)
		zonefs_seq_init(ip);
	ip->next = zonefs->inodes;
	zonefs->inodes = ip;
	return &ip->inode;
}

int zonefs_fill(struct inode *inode, uint64_t bytes, bool written)
{
	struct zonefs_inode *ip = zonefs_i(inode);

	(void)written;
	if (ip->is_seq)
		return zonefs_seq_fill(ip, bytes);
	return bytes <= inode->size_bytes ? 0 : -ENOSPC;
}

static int write_begin(struct inode *inode, uint64_t pos, uint64_t len,
		       struct iomap *ret)
{
	(void)len;
	look_up(inode, pos, ret);
	return 0;
}

static const struct iomap_write_ops write_ops = {
	.begin = write_begin,
};

int zonefs_write(struct inode *inode, uint64_t pos, uint64_t bytes)
{
	struct mm *mm = inode->mm;

	mm->stats.write_calls++;
	sim_charge_ps(mm->sim, mm->accounts.write_call,
		      mm->costs->write_entry + mm->costs->write_call);
	if (zonefs_i(inode)->is_seq)
		return -EIO;
	if (pos >= inode->size_bytes || bytes > inode->size_bytes - pos)
		return -EFBIG;
	return iomap_file_buffered_write(inode, pos, bytes, &write_ops);
}

int zonefs_fsync(struct inode *inode, uint64_t start, uint64_t end)
{
	struct mm *mm = inode->mm;
	int error;

	sim_charge_ps(mm->sim, mm->accounts.write_call, mm->costs->fsync_clean);
	error = mm_write_and_wait(inode, start, end);
	if (error)
		return error;
	return blk_issue_flush(zonefs_i(inode)->zonefs->queue);
}

int zonefs_page_mkwrite(struct inode *inode, struct folio *folio)
{
	(void)inode;
	return iomap_page_mkwrite(folio, &write_ops);
}

int zonefs_open(struct inode *inode, bool truncate)
{
	struct zonefs_inode *ip = zonefs_i(inode);

	return ip->is_seq ? zonefs_seq_open(ip, truncate) : 0;
}

int zonefs_close(struct inode *inode)
{
	struct zonefs_inode *ip = zonefs_i(inode);

	return ip->is_seq ? zonefs_seq_close(ip) : 0;
}
