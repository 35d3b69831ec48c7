/*
 * Operations on shared mappings.  A thread has at most one mapping of a file;
 * mapping it again replaces the first.  Stores write one byte.
 */
#include <errno.h>
#include <stdlib.h>

#include "models/mm/fault.h"
#include "models/run/world.h"
#include "sim/base/assert.h"

/**
 * struct world_map - what a thread has open of a file, as far as faults see it
 * @mapped: is @area in use?
 * @reopened: the next mapping is of a new open file: readahead starts anew
 */
struct world_map {
	struct world_map *next;
	struct world_file *file;
	struct file_ra_state ra;
	struct mm_area area;
	bool mapped;
	bool reopened;
};

static struct world_map *find_map(const struct world_thread *thread,
				  const struct world_file *file)
{
	struct world_map *map = thread->maps;

	while (map && map->file != file)
		map = map->next;
	return map;
}

static void unmap(struct world_map *map)
{
	if (map->mapped)
		mm_area_done(&map->area);
	map->mapped = false;
}

void world_mmap_reopen(struct world_thread *thread,
		       const struct world_file *file)
{
	struct world_map *map = find_map(thread, file);

	if (map)
		map->reopened = true;
}

static struct world_map *need_map(struct world_thread *thread,
				  struct world_file *file)
{
	struct world_map *map = find_map(thread, file);

	if (map)
		return map;
	map = calloc(1, sizeof(*map));
	SIM_ASSERT(map != NULL);
	map->file = file;
	map->next = thread->maps;
	thread->maps = map;
	return map;
}

static int store(struct world_thread *thread, struct world_map *map,
		 uint64_t pos)
{
	bool faulted;
	int error = mm_area_store(&map->area, pos, &faulted);

	if (!error && faulted)
		sim_user_return(thread->world->sim);
	return error;
}

static int do_mmap(struct world_thread *thread, const struct world_op *op)
{
	const struct filesystem_type *fs = thread->world->fs;
	const struct op_config *c = op->config;
	const struct mm_area_place place = {
		.first_page = c->offset_bytes >> PAGE_SHIFT,
		.nr_pages = (c->total_bytes + PAGE_BYTES - 1) >> PAGE_SHIFT,
	};

	if (c->offset_bytes % PAGE_BYTES || !place.nr_pages)
		return -EINVAL;
	struct world_map *map = need_map(thread, op->file);

	unmap(map);
	if (map->reopened)
		map->ra = (struct file_ra_state){ 0 };
	map->reopened = false;
	mm_area_init(&map->area, op->file->inode, place, &map->ra,
		     fs->page_mkwrite);
	map->mapped = true;
	for (uint64_t at = 0; c->stride_bytes && at < c->total_bytes;
	     at += c->stride_bytes) {
		int error = store(thread, map, c->offset_bytes + at);

		if (error)
			return error;
	}
	return 0;
}

static int do_msync(const struct filesystem_type *fs,
		    const struct world_map *map)
{
	const struct mm_area *area = &map->area;
	uint64_t end = (area->first_page + area->nr_pages) << PAGE_SHIFT;

	return fs->fsync(area->inode, area->first_page << PAGE_SHIFT, end - 1);
}

int world_mmap_op(struct world_thread *thread, const struct world_op *op)
{
	const struct filesystem_type *fs = thread->world->fs;
	struct world_map *map = find_map(thread, op->file);

	if (!fs->page_mkwrite)
		return -EOPNOTSUPP;
	if (op->config->op == OP_MMAP)
		return do_mmap(thread, op);
	if (!map || !map->mapped)
		return -ENOMEM;
	switch (op->config->op) {
	case OP_MMAP_WRITE:
		return store(thread, map, op->config->offset_bytes);
	case OP_MSYNC:
		return do_msync(fs, map);
	case OP_MUNMAP:
		unmap(map);
		return 0;
	default:
		return -EOPNOTSUPP;
	}
}

/* The page tables go with the run's pools. */
void world_mmap_free(struct world_thread *thread)
{
	while (thread->maps) {
		struct world_map *map = thread->maps;

		thread->maps = map->next;
		free(map);
	}
}
