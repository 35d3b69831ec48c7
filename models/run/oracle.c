/*
 * Oracles of a recording, looked up by file name.
 */
#include <string.h>

#include "models/mm/dirty_control.h"
#include "models/run/world.h"

static const struct oracle_file *find(const struct world *world,
				      const struct inode *inode)
{
	const struct run_oracles *oracles = world->options->oracles;

	for (size_t i = 0; i < oracles->nr_files; i++)
		if (strcmp(oracles->files[i].name, inode->name) == 0)
			return &oracles->files[i];
	return NULL;
}

static uint64_t frame_of(const struct inode *inode, uint64_t page, void *arg)
{
	const struct oracle_file *file = find(arg, inode);
	size_t low = 0;
	size_t high = file ? file->nr_frames : 0;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (file->frames[middle].page_index < page)
			low = middle + 1;
		else
			high = middle;
	}
	if (!file || low == file->nr_frames ||
	    file->frames[low].page_index != page)
		return 0;
	return file->frames[low].frame;
}

#if WBSIM_BLOCK
/* One list of pieces; "how far" is up to the next change of address. */
static uint64_t look_up(const struct oracle_piece *pieces, size_t nr,
			uint64_t file_bytes, uint64_t *ret_run_bytes)
{
	size_t low = 0;
	size_t high = nr;

	/* first piece that ends behind the byte */
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (pieces[middle].file_bytes + pieces[middle].nr_bytes <=
		    file_bytes)
			low = middle + 1;
		else
			high = middle;
	}
	*ret_run_bytes = 0;
	if (low == nr)
		return UINT64_MAX;
	uint64_t skip = file_bytes - pieces[low].file_bytes;

	if (pieces[low].file_bytes > file_bytes) {
		*ret_run_bytes = pieces[low].file_bytes - file_bytes;
		return UINT64_MAX;
	}
	*ret_run_bytes = pieces[low].nr_bytes - skip;
	return pieces[low].disk_bytes + skip;
}

/*
 * Before the measured part the file lies where its start pieces say.  A copy
 * made later is where the final pieces say, but where those still name the
 * old place, nothing was copied.
 */
static uint64_t disk_of(const struct inode *inode, bool is_cow,
			uint64_t file_bytes, uint64_t *ret_run_bytes, void *arg)
{
	const struct world *world = arg;
	const struct oracle_file *file = find(world, inode);
	uint64_t start_run = 0;
	uint64_t start = UINT64_MAX;

	*ret_run_bytes = 0;
	if (!file)
		return UINT64_MAX;
	if (file->nr_start_pieces)
		start = look_up(file->start_pieces, file->nr_start_pieces,
				file_bytes, &start_run);
	if (file->nr_start_pieces && !is_cow) {
		*ret_run_bytes = start_run;
		return start;
	}
	uint64_t disk = look_up(file->pieces, file->nr_pieces, file_bytes,
				ret_run_bytes);

	if (is_cow && start_run)
		*ret_run_bytes = *ret_run_bytes
					 ? min_u64(*ret_run_bytes, start_run)
					 : start_run;
	return is_cow && disk == start ? UINT64_MAX : disk;
}
#endif

void world_set_oracles(struct world *world)
{
	if (!world->options->oracles)
		return;
	world->mm.frame_oracle = frame_of;
	world->mm.frame_oracle_arg = world;
#if WBSIM_BLOCK
	if (world->xfs)
		xfs_set_oracle(world->xfs, disk_of, world);
	if (world->gfs2)
		gfs2_set_oracle(world->gfs2, disk_of, world);
#endif
}

static void flusher_thread(void *arg)
{
	struct world *world = arg;

	for (size_t i = 0; i < world->nr_files; i++)
		if (world->files[i].inode == world->script.inode)
			mm_script_flusher(world->files[i].inode);
}

void world_start_script(struct world *world)
{
	struct mm_script *script = &world->script;

	for (size_t i = 0; world->options->oracles && i < world->nr_files;
	     i++) {
		const struct inode *inode = world->files[i].inode;
		const struct oracle_file *file = find(world, inode);

		if (!file || !file->nr_steps)
			continue;
		script->steps = file->steps;
		script->nr_steps = file->nr_steps;
		script->inode = inode;
		script->changed.name = "writeback script";
		world->mm.script = script;
		world->mm.dirty->is_scripted = true;
		sim_thread_new(world->sim, "flusher", 0, true, flusher_thread,
			       world);
		return;
	}
}
