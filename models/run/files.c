/*
 * Files and threads of the experiment, with "{thread}" filled in.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/run/world.h"
#include "sim/base/assert.h"

#define THREAD_WORD "{thread}"

/* @pattern with "{thread}" replaced; malloc'd. */
static char *fill_in(const char *pattern, uint64_t thread)
{
	const char *word = strstr(pattern, THREAD_WORD);
	char *name = NULL;
	int length;

	if (!word)
		length = asprintf(&name, "%s", pattern);
	else
		length = asprintf(&name, "%.*s%llu%s", (int)(word - pattern),
				  pattern, (unsigned long long)thread,
				  word + strlen(THREAD_WORD));
	SIM_ASSERT(length >= 0);
	return name;
}

static struct world_file *find_file(struct world *world, const char *name)
{
	for (size_t i = 0; i < world->nr_files; i++)
		if (strcmp(world->files[i].name, name) == 0)
			return &world->files[i];
	return NULL;
}

static uint64_t max_thread_count(const struct experiment *e)
{
	const struct thread_config *threads = e->threads.items;
	uint64_t max = 1;

	for (size_t i = 0; i < e->threads.nr_items; i++)
		max = max_u64(max, threads[i].count);
	return max;
}

/* Clean folios as a sequential read of the file would leave them. */
static void warm_up(struct inode *inode)
{
	uint64_t pages = round_up_to(inode->size_bytes,
				     PAGE_BYTES << inode->min_order) >>
			 PAGE_SHIFT;
	uint64_t page = 0;

	while (page < pages) {
		unsigned int order = log2_floor(pages - page);

		if (order > inode->max_order)
			order = inode->max_order;
		mm_add_clean_folio(inode, page, order);
		page += 1ull << order;
	}
}

static int make_file(struct world *world, const struct file_config *config,
		     char *name)
{
	struct world_file *file = &world->files[world->nr_files++];
	int error = 0;

	file->name = name;
	file->config = config;
	file->inode = world->fs->create(world, name);
	if (!file->inode)
		return world_fail(world,
				  "file \"%s\": %s has no file of that name",
				  name, world->fs->name);
	if (world->fs->configure)
		world->fs->configure(file->inode, config);
	if (config->initial != FILE_EMPTY && config->size_bytes)
		error = world->fs->fill(file->inode, config->size_bytes,
					config->initial == FILE_WRITTEN);
	if (error)
		return world_fail(
			world,
			"file \"%s\": %llu bytes do not fit into the file system",
			name, (unsigned long long)config->size_bytes);
	if (config->warm)
		warm_up(file->inode);
	return 0;
}

int world_make_files(struct world *world)
{
	const struct experiment *e = world->experiment;
	const struct file_config *configs = e->files.items;
	uint64_t max_count = max_thread_count(e);
	size_t nr = 0;

	for (size_t i = 0; i < e->files.nr_items; i++)
		nr += strstr(configs[i].name, THREAD_WORD) ? max_count : 1;
	world->files = calloc(nr + 1, sizeof(*world->files));
	SIM_ASSERT(world->files != NULL);
	for (size_t i = 0; i < e->files.nr_items; i++) {
		uint64_t count =
			strstr(configs[i].name, THREAD_WORD) ? max_count : 1;

		for (uint64_t thread = 0; thread < count; thread++) {
			char *name = fill_in(configs[i].name, thread);

			if (find_file(world, name)) {
				world_fail(world, "file \"%s\" is listed twice",
					   name);
				free(name);
				return 2;
			}
			int error = make_file(world, &configs[i], name);

			if (error)
				return error;
		}
	}
	return 0;
}

static bool needs_file(const struct op_config *op)
{
	return op->op != OP_SYNC && op->op != OP_DROP_CACHES &&
	       op->op != OP_SLEEP && op->op != OP_SYNCFS;
}

static struct world_file *need_file(struct world *world,
				    const struct world_thread *thread,
				    const char *pattern, uint64_t number,
				    size_t op)
{
	char *name = fill_in(pattern, number);
	struct world_file *file = find_file(world, name);

	if (!file)
		world_fail(
			world,
			"thread \"%s\", operation %zu: file \"%s\" is not listed in \"files\"",
			thread->name, op, name);
	free(name);
	return file;
}

static int find_ops(struct world *world, const struct cfg_array *configs,
		    uint64_t number, struct world_thread *ret)
{
	const struct op_config *ops = configs->items;

	ret->nr_ops = configs->nr_items;
	ret->ops = calloc(ret->nr_ops + 1, sizeof(*ret->ops));
	SIM_ASSERT(ret->ops != NULL);
	for (size_t i = 0; i < configs->nr_items; i++) {
		struct world_op *op = &ret->ops[i];

		op->config = &ops[i];
		if (!needs_file(&ops[i]))
			continue;
		op->file = need_file(world, ret, ops[i].file, number, i);
		if (!op->file)
			return 2;
		if (ops[i].op != OP_CLONE)
			continue;
		op->source = need_file(world, ret, ops[i].source, number, i);
		if (!op->source)
			return 2;
	}
	return 0;
}

/* Bytes a thread is going to write, for the progress display. */
static uint64_t planned_bytes(const struct world_thread *thread)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < thread->nr_ops; i++) {
		const struct op_config *op = thread->ops[i].config;

		if (op->op != OP_WRITE)
			continue;
		if (op->pattern == PATTERN_RANDOM && op->count)
			bytes += op->count * op->write_bytes;
		else
			bytes += op->total_bytes;
	}
	return bytes * thread->loop;
}

static int make_thread(struct world *world, const struct thread_config *config,
		       uint64_t number)
{
	struct world_thread *thread = &world->threads[world->nr_threads++];
	int length = config->count > 1
			     ? asprintf(&thread->name, "%s%llu", config->name,
					(unsigned long long)number)
			     : asprintf(&thread->name, "%s", config->name);

	SIM_ASSERT(length >= 0);
	thread->world = world;
	thread->loop = config->loop;
	thread->nr_dirtied_pages = config->nr_dirtied_pages;
	rng_init(&thread->rng, world->seed, thread->name);
	int error = find_ops(world, &config->ops, number, thread);

	if (!error)
		world->total_bytes += planned_bytes(thread);
	return error;
}

int world_make_threads(struct world *world)
{
	const struct experiment *e = world->experiment;
	const struct thread_config *configs = e->threads.items;
	size_t nr = 0;
	int error;

	for (size_t i = 0; i < e->threads.nr_items; i++)
		nr += configs[i].count;
	world->threads = calloc(nr + 1, sizeof(*world->threads));
	SIM_ASSERT(world->threads != NULL);
	for (size_t i = 0; i < e->threads.nr_items; i++) {
		for (uint64_t number = 0; number < configs[i].count; number++) {
			error = make_thread(world, &configs[i], number);
			if (error)
				return error;
		}
	}
	world->prepare.name = strdup("prepare");
	world->prepare.world = world;
	world->prepare.loop = 1;
	rng_init(&world->prepare.rng, world->seed, "prepare");
	return find_ops(world, &e->prepare, 0, &world->prepare);
}
