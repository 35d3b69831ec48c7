/*
 * Mount, files and operations.
 */
#include "models/fs/gfs2/gfs2.h"

#include <errno.h>
#include <stdlib.h>

#include "models/fs/gfs2/internal.h"
#include "models/iomap/state.h"
#include "sim/base/assert.h"
#include "sim/base/units.h"

/* where mkfs.gfs2 lets data begin on the recorded device: block 8500 */
#define FIRST_BLOCK 8500

static bool covers(const struct iomap *iomap, uint64_t pos)
{
	return iomap->length_bytes && pos >= iomap->offset_bytes &&
	       pos < iomap_end(iomap);
}

/*
 * The context is fresh in each pass, so no map is older than the pass, and
 * nothing takes blocks away while the inode is written back.
 * Models: gfs2_map_blocks() and its heir in 6.17, fs/gfs2/bmap.c.
 */
static int gfs2_map(struct inode *inode, uint64_t pos, uint64_t len,
		    struct iomap *iomap)
{
	struct gfs2_inode *ip = gfs2_i(inode);
	struct gfs2 *gfs2 = ip->gfs2;

	(void)len;
	sim_settle(gfs2->sim);
	if (!ip->height)
		return -EIO;
	if (covers(iomap, pos)) {
		gfs2->stats.map_reuses++;
		return 0;
	}
	gfs2->stats.map_lookups++;
	gfs2_lookup(ip, pos >> gfs2->block_shift, UINT64_MAX / 2, iomap);
	return 0;
}

static const struct ioend_fs_ops ioend_ops = {
	.map = gfs2_map,
};

static int writepages(struct inode *inode, struct writeback_control *wbc)
{
	struct gfs2 *gfs2 = gfs2_i(inode)->gfs2;

	return gfs2->design->writepages(gfs2->ioends, inode, wbc, &ioend_ops);
}

static const struct mapping_ops mapping_ops = {
	.writepages = writepages,
	.free_state = ifs_free,
};

struct gfs2 *gfs2_new(struct mm *mm, struct ioend_core *ioends,
		      const struct wb_design *design,
		      const struct gfs2_geometry *geometry)
{
	struct gfs2 *gfs2 = calloc(1, sizeof(*gfs2));
	struct sim_metrics *m = sim_metrics(mm->sim);
	uint32_t block = (uint32_t)geometry->block_bytes;

	SIM_ASSERT(gfs2 != NULL);
	gfs2->mm = mm;
	gfs2->sim = mm->sim;
	gfs2->ioends = ioends;
	gfs2->design = design;
	gfs2->block_shift = log2_floor(block);
	gfs2->nr_blocks = geometry->size_bytes >> gfs2->block_shift;
	gfs2->next_block = min_u64(FIRST_BLOCK, gfs2->nr_blocks);
	gfs2->inode_pointers = (block - DINODE_BYTES) / POINTER_BYTES;
	gfs2->leaf_pointers = (block - META_HEADER_BYTES) / POINTER_BYTES;
	gfs2->account = sim_account_add(mm->sim, "fs mapping");
	pool_init(&gfs2->leaves, "gfs2 pointer block",
		  gfs2->leaf_pointers * sizeof(uint64_t));
	pool_init(&gfs2->chunks, "gfs2 pointer chunk",
		  LEAVES_PER_CHUNK * sizeof(uint64_t *));
	metrics_counter(m, "gfs2.map_lookups", "calls",
			&gfs2->stats.map_lookups);
	metrics_counter(m, "gfs2.map_reuses", "calls", &gfs2->stats.map_reuses);
	metrics_counter(m, "gfs2.blocks_allocated", "blocks",
			&gfs2->stats.blocks_allocated);
	metrics_counter(m, "gfs2.pointer_blocks", "blocks",
			&gfs2->stats.pointer_blocks);
	return gfs2;
}

void gfs2_free(struct gfs2 *gfs2)
{
	if (!gfs2)
		return;
	while (gfs2->inodes) {
		struct gfs2_inode *ip = gfs2->inodes;

		gfs2->inodes = ip->next;
		inode_done(&ip->inode);
		free(ip);
	}
	pool_done(&gfs2->leaves);
	pool_done(&gfs2->chunks);
	free(gfs2);
}

void gfs2_set_oracle(struct gfs2 *gfs2, gfs2_disk_oracle oracle, void *arg)
{
	gfs2->oracle = oracle;
	gfs2->oracle_arg = arg;
}

struct inode *gfs2_create(struct gfs2 *gfs2, const char *name)
{
	struct gfs2_inode *ip = calloc(1, sizeof(*ip));

	SIM_ASSERT(ip != NULL);
	inode_init(&ip->inode, gfs2->mm, name, gfs2->block_shift, &mapping_ops);
	/* no large folios up to 7.3 */
	ip->inode.max_order = ip->inode.min_order;
	ip->inode.private = ip;
	ip->gfs2 = gfs2;
	ip->next = gfs2->inodes;
	gfs2->inodes = ip;
	/* the inode's own block */
	if (gfs2->next_block < gfs2->nr_blocks)
		gfs2->next_block++;
	return &ip->inode;
}

static uint64_t blocks_up(const struct gfs2 *gfs2, uint64_t bytes)
{
	return (bytes + (1ull << gfs2->block_shift) - 1) >> gfs2->block_shift;
}

int gfs2_fill(struct inode *inode, uint64_t bytes, bool written)
{
	struct gfs2_inode *ip = gfs2_i(inode);
	int error = 0;

	(void)written;
	if (bytes > gfs2_stuffed_bytes(ip->gfs2))
		error = gfs2_alloc(ip, 0, blocks_up(ip->gfs2, bytes));
	if (!error)
		inode->size_bytes = bytes;
	return error;
}

/* All blocks of the call are allocated before its first byte is copied. */
static int write_begin(struct inode *inode, uint64_t pos, uint64_t len,
		       struct iomap *ret)
{
	struct gfs2_inode *ip = gfs2_i(inode);
	struct gfs2 *gfs2 = ip->gfs2;
	uint64_t block = pos >> gfs2->block_shift;
	uint64_t end = blocks_up(gfs2, pos + len);

	sim_settle(gfs2->sim);
	gfs2_lookup(ip, block, end - block, ret);
	if (ret->type != IOMAP_HOLE)
		return 0;
	int error = gfs2_alloc(ip, block, end);

	gfs2_lookup(ip, block, end - block, ret);
	/* new blocks need no read */
	ret->type = IOMAP_UNWRITTEN;
	return error;
}

static const struct iomap_write_ops write_ops = {
	.begin = write_begin,
};

/* Data leaves the inode: its bytes become a dirty page. */
static int unstuff(struct inode *inode)
{
	uint64_t size = inode->size_bytes;
	struct iomap iomap;
	int error = 0;

	if (!size) {
		gfs2_i(inode)->height = 1;
		return 0;
	}
	error = write_begin(inode, 0, size, &iomap);
	if (!error)
		error = iomap_zero_folios(inode, 0, size, &iomap, &write_ops);
	return error;
}

int gfs2_write(struct inode *inode, uint64_t pos, uint64_t bytes)
{
	struct gfs2_inode *ip = gfs2_i(inode);
	struct mm *mm = inode->mm;
	int error = 0;

	mm->stats.write_calls++;
	sim_charge_ps(mm->sim, mm->accounts.write_call,
		      mm->costs->write_entry + mm->costs->write_call);
	if (!ip->height && pos + bytes <= gfs2_stuffed_bytes(ip->gfs2)) {
		sim_charge_ps(mm->sim, mm->accounts.copy,
			      bytes * (mm->costs->copy_per_byte +
				       mm->costs->faultin_per_byte));
		mm->stats.written_bytes += bytes;
		inode->size_bytes = max_u64(inode->size_bytes, pos + bytes);
		return 0;
	}
	if (!ip->height)
		error = unstuff(inode);
	if (!error)
		error = iomap_file_buffered_write(inode, pos, bytes,
						  &write_ops);
	return error;
}

int gfs2_fsync(struct inode *inode, uint64_t start, uint64_t end)
{
	struct mm *mm = inode->mm;

	sim_charge_ps(mm->sim, mm->accounts.write_call, mm->costs->fsync_clean);
	return mm_write_and_wait(inode, start, end);
}

/* The block that the new end cuts is zeroed behind it. */
static int zero_tail(struct inode *inode, uint64_t bytes)
{
	struct gfs2_inode *ip = gfs2_i(inode);
	unsigned int shift = ip->gfs2->block_shift;
	uint64_t rest = (1ull << shift) - bytes % (1ull << shift);
	struct iomap iomap;

	if (!(bytes % (1ull << shift)))
		return 0;
	gfs2_lookup(ip, bytes >> shift, 1, &iomap);
	if (iomap.type != IOMAP_HOLE)
		return iomap_zero_folios(inode, bytes, rest, &iomap,
					 &write_ops);
	return 0;
}

int gfs2_truncate(struct inode *inode, uint64_t bytes)
{
	struct gfs2_inode *ip = gfs2_i(inode);
	int error = 0;

	sim_settle(inode->mm->sim);
	if (!ip->height && bytes > gfs2_stuffed_bytes(ip->gfs2))
		error = unstuff(inode);
	if (error || bytes >= inode->size_bytes || !ip->height) {
		if (!error)
			inode->size_bytes = bytes;
		return error;
	}
	error = zero_tail(inode, bytes);
	inode->size_bytes = bytes;
	mm_truncate_pages(inode, bytes, false);
	gfs2_punch(ip, blocks_up(ip->gfs2, bytes));
	return error;
}

int gfs2_page_mkwrite(struct inode *inode, struct folio *folio)
{
	int error = 0;

	if (!gfs2_i(inode)->height)
		error = unstuff(inode);
	return error ? error : iomap_page_mkwrite(folio, &write_ops);
}

int gfs2_open(struct inode *inode, bool truncate)
{
	return truncate && inode->size_bytes ? gfs2_truncate(inode, 0) : 0;
}

int gfs2_close(struct inode *inode)
{
	(void)inode;
	return 0;
}
