/*
 * Mount: limits, files, counters.
 * Models: process_init_limits(), process_init_reply(), fs/fuse/inode.c.
 */
#include <stdlib.h>

#include "models/fs/fuse/internal.h"
#include "models/iomap/state.h"
#include "models/mm/flusher.h"
#include "sim/base/assert.h"

static int writepages(struct inode *inode, struct writeback_control *wbc)
{
	return fuse_i(inode)->fuse->design->writepages(inode, wbc);
}

static int launder_folio(struct folio *folio)
{
	return fuse_i(folio->inode)->fuse->design->launder_folio(folio);
}

static const struct mapping_ops mapping_ops = {
	.writepages = writepages,
	.free_state = ifs_free,
	.launder_folio = launder_folio,
};

static void register_metrics(struct fuse *fuse)
{
	static const char *const fields[] = { "offset_bytes", "bytes" };
	struct sim_metrics *m = sim_metrics(fuse->mm->sim);
	struct fuse_stats *s = &fuse->stats;
	const struct {
		const char *name;
		const char *unit;
		const uint64_t *value;
	} counters[] = {
		{ "fuse.writepages_calls", "calls", &s->writepages_calls },
		{ "fuse.congested_passes", "calls", &s->congested_passes },
		{ "fuse.fill_calls", "calls", &s->fill_calls },
		{ "fuse.writeback_range_calls", "calls",
		  &s->writeback_range_calls },
		{ "fuse.writeback_submit_calls", "calls",
		  &s->writeback_submit_calls },
		{ "fuse.pieces", "pieces", &s->pieces },
		{ "fuse.write_requests", "requests", &s->write_requests },
		{ "fuse.write_requests_ended", "requests",
		  &s->write_requests_ended },
		{ "fuse.queued_bytes", "bytes", &s->queued_bytes },
		{ "fuse.sent_bytes", "bytes", &s->sent_bytes },
		{ "fuse.cropped_bytes", "bytes", &s->cropped_bytes },
		{ "fuse.dropped_bytes", "bytes", &s->dropped_bytes },
		{ "fuse.other_requests", "requests", &s->other_requests },
		{ "fuse.read_bytes", "bytes", &s->read_bytes },
		{ "fuse.temporary_pages", "pages", &s->temporary_pages },
		{ "fuse.secondary_requests", "requests",
		  &s->secondary_requests },
		{ "fuse.replaced_pages", "pages", &s->replaced_pages },
		{ "fuse.stored_bytes", "bytes", &s->stored_bytes },
	};

	for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++)
		metrics_counter(m, counters[i].name, counters[i].unit,
				counters[i].value);
	metrics_gauge(m, "fuse.background", "requests", false,
		      &fuse->nr_background);
	metrics_gauge(m, "fuse.temporary_pages", "pages", false,
		      &s->temporary_pages_left);
	fuse->stream_requests =
		stream_new(fuse->mm->sim, "fuse_requests", fields, 2);
}

/* what ends at FUSE_AT_ALLOWED and later, and what follows */
static const struct mm_way_stage way_stages[NR_FUSE_AT] = {
	{ "fuse held back", "while a truncate or an fsync keeps WRITEs back" },
	{ "fuse background", "until max_background lets it through" },
	{ "fuse queue", "until a thread of the server takes it" },
	{ "fuse server", "the server copies, stores and answers" },
};

static uint64_t given_or(uint64_t value, uint64_t otherwise)
{
	return value ? value : otherwise;
}

static void negotiate(struct fuse *fuse)
{
	const struct fuse_kernel_config *kernel = fuse->kernel;
	const struct fuse_mount_config *mount = fuse->mount;

	fuse->max_pages =
		min_u64(given_or(mount->max_pages, kernel->max_pages_default),
			kernel->max_pages_limit);
	fuse->max_write_bytes =
		given_or(mount->max_write_bytes, fuse->max_pages << PAGE_SHIFT);
	fuse->max_background =
		given_or(mount->max_background, kernel->max_background);
	fuse->congestion_threshold = given_or(mount->congestion_threshold,
					      kernel->congestion_threshold);
}

/* A mount is a device of its own to the flusher and the throttle. */
static void add_flusher(struct fuse *fuse)
{
	if (!fuse->mm->dirty)
		return;
	fuse->flusher = flusher_new(fuse->mm->dirty, "FUSE flusher");
	fuse->flusher->wb.strictlimit = fuse->kernel->strictlimit;
	fuse->flusher->wb.max_ratio = fuse->kernel->max_ratio_ppm;
}

struct fuse *fuse_new(struct mm *mm, const struct fuse_design *design,
		      const struct fuse_kernel_config *kernel,
		      const struct fuse_mount_config *mount,
		      const struct fuse_costs *costs, uint64_t block_bytes,
		      const struct fuse_store_ops *store)
{
	struct fuse *fuse = calloc(1, sizeof(*fuse));

	SIM_ASSERT(fuse != NULL);
	fuse->mm = mm;
	fuse->design = design;
	fuse->kernel = kernel;
	fuse->mount = mount;
	fuse->costs = costs;
	if (store)
		fuse->store = *store;
	fuse->block_shift = log2_floor(block_bytes);
	fuse->account = sim_account_add(mm->sim, "fuse");
	fuse->account_server = sim_account_add(mm->sim, "fuse server");
	fuse->background_tail = &fuse->background;
	negotiate(fuse);
	pool_init(&fuse->pieces, "FUSE piece", sizeof(struct fuse_piece));
	hpool_init(&fuse->requests, "FUSE request",
		   sizeof(struct fuse_request));
	register_metrics(fuse);
	mm_ways_add(mm, way_stages, NR_FUSE_AT, &fuse->way);
	fuse_server_init(fuse);
	add_flusher(fuse);
	return fuse;
}

void fuse_free(struct fuse *fuse)
{
	if (!fuse)
		return;
	while (fuse->inodes) {
		struct fuse_inode *fi = fuse->inodes;

		fuse->inodes = fi->next;
		page_index_done(&fi->in_flight);
		inode_done(&fi->inode);
		free(fi);
	}
	fuse_server_done(fuse);
	hpool_done(&fuse->requests);
	pool_done(&fuse->pieces);
	free(fuse);
}

/* A folio must fit into one request. */
static unsigned int max_order(const struct fuse *fuse, unsigned int cache_max)
{
	uint64_t bytes =
		min_u64(fuse->max_pages << PAGE_SHIFT, fuse->max_write_bytes);
	unsigned int order =
		bytes > PAGE_BYTES ? log2_floor(bytes) - PAGE_SHIFT : 0;

	if (!fuse->kernel->large_folios || fuse->design->small_folios)
		return 0;
	return order < cache_max ? order : cache_max;
}

struct inode *fuse_create(struct fuse *fuse, const char *name)
{
	struct fuse_inode *fi = calloc(1, sizeof(*fi));
	struct inode *inode;

	SIM_ASSERT(fi != NULL);
	inode = &fi->inode;
	inode_init(inode, fuse->mm, name, fuse->block_shift, &mapping_ops);
	inode->max_order = max_order(fuse, inode->max_order);
	/* without per-block state a folio is one block, whatever its size */
	if (fuse->design->whole_folio)
		inode->block_shift = PAGE_SHIFT + inode->max_order;
	if (fuse->flusher)
		inode->flusher = fuse->flusher;
	inode->counts_own_writeback = fuse->design->counts_own_writeback;
	inode->private = fi;
	fi->fuse = fuse;
	fi->queued_tail = &fi->queued;
	fi->waiters.name = "FUSE writes";
	page_index_init(&fi->in_flight, &fuse->mm->nodes);
	if (fuse->store.open)
		fi->store_file = fuse->store.open(fuse->store.arg, name);
	fi->next = fuse->inodes;
	fuse->inodes = fi;
	return inode;
}

bool fuse_is_idle(const struct fuse *fuse)
{
	const struct fuse_stats *s = &fuse->stats;

	return s->write_requests == s->write_requests_ended &&
	       s->other_requests == s->other_requests_ended;
}

uint64_t fuse_max_background(const struct fuse *fuse)
{
	return fuse->max_background;
}

const struct fuse_stats *fuse_stats(const struct fuse *fuse)
{
	return &fuse->stats;
}
