#include "models/fs/memory/memory.h"

#include <stdlib.h>
#include <string.h>

#include "models/iomap/state.h"
#include "sim/base/assert.h"

/* dates of a range: ends of stages of its folio's way (models/mm/way.h) */
enum { AT_SUBMIT, AT_START, AT_STORED, NR_AT };

static const struct mm_way_stage stages[NR_AT] = {
	{ "store queue", "until the store takes it" },
	{ "store", "it is stored" },
	{ "interrupt", "done, until the interrupt handler ends it" },
};

/** struct range - a copied range under way to the store */
struct range {
	struct memory_fs *fs;
	struct folio *folio;
	struct range *next;
	uint32_t bytes;
	unsigned int cpu;
	uint64_t at_ns[NR_AT];
};

struct memory_inode {
	struct inode inode;
	struct memory_fs *fs;
	struct memory_inode *next;
};

struct memory_fs {
	struct mm *mm;
	unsigned int block_shift;
	uint64_t latency_ns;
	uint64_t bytes_per_s;
	uint64_t store_free_ns;
	unsigned int account;
	struct pool ranges;
	struct mm_way_path way;
	struct memory_inode *inodes;
	uint64_t nr_ranges;
	uint64_t nr_submits;
	uint64_t in_flight;
	struct sim_stream *stream_ranges;
};

/** struct pass - what a writepages call has queued and not yet sent */
struct pass {
	struct iomap_writepage_ctx generic;
	struct memory_fs *fs;
	struct range *head;
	struct range **tail;
};

static void range_ends(void *arg)
{
	struct range *range = arg;
	struct memory_fs *fs = range->fs;

	fs->in_flight--;
	mm_way_begin(fs->mm, &fs->way, range->at_ns);
	iomap_finish_folio_write(range->folio, range->bytes);
	mm_way_done(fs->mm);
	pool_put(&fs->ranges, range);
}

static void store_is_done(void *arg)
{
	struct range *range = arg;

	range->at_ns[AT_STORED] = sim_now_ns(range->fs->mm->sim);
	sim_irq(range->fs->mm->sim, range->cpu, range_ends, range);
}

static ssize_t writeback_range(struct iomap_writepage_ctx *generic,
			       struct folio *folio, uint64_t pos, uint64_t len,
			       uint64_t end_pos)
{
	struct pass *pass = (struct pass *)generic;
	struct memory_fs *fs = pass->fs;
	struct range *range = pool_get(&fs->ranges);
	const struct design_costs *costs =
		iomap_design_costs(iomap_core(fs->mm));

	(void)end_pos;
	sim_charge_ps(fs->mm->sim, fs->account,
		      costs->range + len * fs->mm->costs->copy_per_byte);
	stream_emit(fs->stream_ranges, pos, len, 0, 0);
	generic->iomap.type = IOMAP_MAPPED;
	range->fs = fs;
	range->folio = folio;
	range->bytes = (uint32_t)len;
	range->next = NULL;
	iomap_start_folio_write(folio, range->bytes);
	*pass->tail = range;
	pass->tail = &range->next;
	generic->wb_ctx = pass->head;
	fs->nr_ranges++;
	fs->in_flight++;
	return (ssize_t)len;
}

static void send(struct memory_fs *fs, struct range *range)
{
	uint64_t now = sim_now_ns(fs->mm->sim);
	uint64_t start = max_u64(now, fs->store_free_ns);

	range->at_ns[AT_START] = start;
	if (fs->bytes_per_s)
		start += mul_div_up(range->bytes, NS_PER_S, fs->bytes_per_s);
	fs->store_free_ns = start;
	range->cpu = sim_current_cpu(fs->mm->sim);
	sim_at(fs->mm->sim, start + fs->latency_ns, store_is_done, range);
}

static int writeback_submit(struct iomap_writepage_ctx *generic, int error)
{
	struct pass *pass = (struct pass *)generic;
	struct range *range = pass->head;

	pass->fs->nr_submits++;
	generic->wb_ctx = NULL;
	sim_settle(pass->fs->mm->sim);
	while (range) {
		struct range *next = range->next;

		memset(range->at_ns, 0, sizeof(range->at_ns));
		range->at_ns[AT_SUBMIT] = sim_now_ns(pass->fs->mm->sim);
		if (error)
			range_ends(range);
		else
			send(pass->fs, range);
		range = next;
	}
	return error;
}

static const struct iomap_writeback_ops writeback_ops = {
	.writeback_range = writeback_range,
	.writeback_submit = writeback_submit,
};

static int writepages(struct inode *inode, struct writeback_control *wbc)
{
	struct memory_inode *mi = inode->private;
	struct pass pass = {
		.generic = {
			.inode = inode,
			.wbc = wbc,
			.ops = &writeback_ops,
		},
		.fs = mi->fs,
	};

	pass.tail = &pass.head;
	return iomap_writepages(&pass.generic);
}

static int launder_folio(struct folio *folio)
{
	struct memory_inode *mi = folio->inode->private;
	struct writeback_control wbc = {
		.sync_mode = WB_SYNC_ALL,
		.range_end = INT64_MAX,
		.nr_to_write = INT64_MAX,
	};
	struct pass pass = {
		.generic = {
			.inode = folio->inode,
			.wbc = &wbc,
			.ops = &writeback_ops,
		},
		.fs = mi->fs,
	};

	pass.tail = &pass.head;
	return iomap_launder_folio(&pass.generic, folio);
}

static const struct mapping_ops mapping_ops = {
	.writepages = writepages,
	.free_state = ifs_free,
	.launder_folio = launder_folio,
};

static int write_begin(struct inode *inode, uint64_t pos, uint64_t len,
		       struct iomap *ret)
{
	(void)inode;
	*ret = (struct iomap){
		.addr_bytes = IOMAP_NULL_ADDR,
		.offset_bytes = pos,
		.length_bytes = len,
		.type = IOMAP_UNWRITTEN,
	};
	return 0;
}

static const struct iomap_write_ops write_ops = {
	.begin = write_begin,
};

struct memory_fs *memory_fs_new(struct mm *mm, uint64_t block_bytes,
				uint64_t latency_ns, uint64_t bytes_per_s)
{
	static const char *const fields[] = { "pos_bytes", "bytes" };
	struct memory_fs *fs = calloc(1, sizeof(*fs));

	SIM_ASSERT(fs != NULL);
	fs->mm = mm;
	fs->block_shift = log2_floor(block_bytes);
	fs->latency_ns = latency_ns;
	fs->bytes_per_s = bytes_per_s;
	fs->account = sim_account_add(mm->sim, "memory fs");
	mm_ways_add(mm, stages, NR_AT, &fs->way);
	pool_init(&fs->ranges, "memory range", sizeof(struct range));
	fs->stream_ranges = stream_new(mm->sim, "memory_ranges", fields, 2);
	metrics_counter(sim_metrics(mm->sim), "memory_fs.ranges", "ranges",
			&fs->nr_ranges);
	metrics_counter(sim_metrics(mm->sim), "memory_fs.submits", "calls",
			&fs->nr_submits);
	return fs;
}

void memory_fs_free(struct memory_fs *fs)
{
	if (!fs)
		return;
	while (fs->inodes) {
		struct memory_inode *mi = fs->inodes;

		fs->inodes = mi->next;
		inode_done(&mi->inode);
		free(mi);
	}
	pool_done(&fs->ranges);
	free(fs);
}

struct inode *memory_fs_create(struct memory_fs *fs, const char *name)
{
	struct memory_inode *mi = calloc(1, sizeof(*mi));

	SIM_ASSERT(mi != NULL);
	inode_init(&mi->inode, fs->mm, name, fs->block_shift, &mapping_ops);
	mi->inode.private = mi;
	mi->fs = fs;
	mi->next = fs->inodes;
	fs->inodes = mi;
	return &mi->inode;
}

int memory_fs_write(struct inode *inode, uint64_t pos, uint64_t bytes)
{
	struct mm *mm = inode->mm;

	mm->stats.write_calls++;
	sim_charge_ps(mm->sim, mm->accounts.write_call,
		      mm->costs->write_entry + mm->costs->write_call);
	return iomap_file_buffered_write(inode, pos, bytes, &write_ops);
}

int memory_fs_fsync(struct inode *inode, uint64_t start, uint64_t end)
{
	struct mm *mm = inode->mm;

	sim_charge_ps(mm->sim, mm->accounts.write_call, mm->costs->fsync_clean);
	return mm_write_and_wait(inode, start, end);
}

int memory_fs_truncate(struct inode *inode)
{
	sim_settle(inode->mm->sim);
	inode->size_bytes = 0;
	mm_truncate_pages(inode, 0, true);
	return 0;
}

uint64_t memory_fs_in_flight(const struct memory_fs *fs)
{
	return fs->in_flight;
}
