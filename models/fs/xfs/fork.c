#include "models/fs/xfs/fork.h"

#include <string.h>

#include "sim/base/assert.h"
#include "sim/base/units.h"

static int compare(struct extent *a, struct extent *b)
{
	if (a->start < b->start)
		return -1;
	return a->start > b->start;
}

RB_GENERATE_INTERNAL(extent_tree, extent, link, compare,
		     static __attribute__((unused)))

void fork_init(struct fork *fork, struct pool *pool)
{
	memset(fork, 0, sizeof(*fork));
	RB_INIT(&fork->tree);
	fork->pool = pool;
}

static void take_out(struct fork *fork, struct extent *extent)
{
	if (fork->cached == extent)
		fork->cached = NULL;
	RB_REMOVE(extent_tree, &fork->tree, extent);
	fork->nr_extents--;
	pool_put(fork->pool, extent);
}

void fork_done(struct fork *fork)
{
	struct extent *extent;

	while ((extent = RB_ROOT(&fork->tree)) != NULL)
		take_out(fork, extent);
}

struct extent *fork_first(struct fork *fork)
{
	return RB_MIN(extent_tree, &fork->tree);
}

struct extent *fork_last(struct fork *fork)
{
	return RB_MAX(extent_tree, &fork->tree);
}

struct extent *fork_prev(struct fork *fork, struct extent *extent)
{
	(void)fork;
	return RB_PREV(extent_tree, &fork->tree, extent);
}

struct extent *fork_next(struct fork *fork, struct extent *extent)
{
	(void)fork;
	return RB_NEXT(extent_tree, &fork->tree, extent);
}

struct extent *fork_lookup(struct fork *fork, uint64_t block)
{
	struct extent *extent = fork->cached;
	struct extent *found = NULL;

	if (extent && extent->start <= block && block < extent_end(extent))
		return extent;
	extent = RB_ROOT(&fork->tree);
	while (extent) {
		if (extent_end(extent) > block) {
			found = extent;
			extent = RB_LEFT(extent, link);
		} else {
			extent = RB_RIGHT(extent, link);
		}
	}
	fork->cached = found;
	return found;
}

static bool can_join(const struct extent *left, const struct extent *right)
{
	if (left->type != right->type || extent_end(left) != right->start)
		return false;
	if (left->type == EXTENT_DELALLOC)
		return left->len + right->len <= XFS_MAX_EXTENT_BLOCKS;
	return left->disk + left->len == right->disk;
}

static struct extent *join_neighbours(struct fork *fork, struct extent *extent)
{
	struct extent *next = fork_next(fork, extent);
	struct extent *prev = fork_prev(fork, extent);

	if (next && can_join(extent, next)) {
		extent->len += next->len;
		take_out(fork, next);
	}
	if (prev && can_join(prev, extent)) {
		prev->len += extent->len;
		take_out(fork, extent);
		return prev;
	}
	return extent;
}

static struct extent *add(struct fork *fork, uint64_t start, uint64_t len,
			  enum extent_type type, uint64_t disk)
{
	struct extent *extent = pool_get(fork->pool);

	SIM_ASSERT(len > 0);
	extent->start = start;
	extent->len = len;
	extent->type = type;
	extent->disk = type == EXTENT_DELALLOC ? 0 : disk;
	struct extent *same = RB_INSERT(extent_tree, &fork->tree, extent);

	SIM_ASSERT(same == NULL);
	fork->nr_extents++;
	return extent;
}

struct extent *fork_insert(struct fork *fork, uint64_t start, uint64_t len,
			   enum extent_type type, uint64_t disk)
{
	struct extent *after = fork_lookup(fork, start);

	SIM_ASSERT(!after || after->start >= start + len);
	return join_neighbours(fork, add(fork, start, len, type, disk));
}

/* Make @block the start of an extent, if one covers it. */
static void cut_at(struct fork *fork, uint64_t block)
{
	struct extent *extent = fork_lookup(fork, block);

	if (!extent || extent->start >= block)
		return;
	uint64_t front = block - extent->start;
	uint64_t rest = extent->len - front;

	extent->len = front;
	add(fork, block, rest, extent->type, extent->disk + front);
	fork->cached = NULL;
}

void fork_punch(struct fork *fork, uint64_t start, uint64_t len,
		void (*freed)(uint64_t disk, uint64_t len, void *arg),
		void *arg)
{
	struct extent *extent;
	uint64_t end = len > UINT64_MAX - start ? UINT64_MAX : start + len;

	cut_at(fork, start);
	cut_at(fork, end);
	while ((extent = fork_lookup(fork, start)) && extent->start < end) {
		if (freed && extent->type != EXTENT_DELALLOC)
			freed(extent->disk, extent->len, arg);
		take_out(fork, extent);
	}
}

unsigned int fork_convert(struct fork *fork, uint64_t start, uint64_t len,
			  enum extent_type type)
{
	uint64_t end = start + len;
	unsigned int nr = 0;

	while (start < end) {
		struct extent *extent = fork_lookup(fork, start);

		if (!extent || extent->start >= end)
			break;
		if (extent->type == type || extent->type == EXTENT_DELALLOC) {
			start = extent_end(extent);
			continue;
		}
		start = max_u64(start, extent->start);
		cut_at(fork, start);
		extent = fork_lookup(fork, start);
		/* not what lies across @end and is of @type already */
		if (extent_end(extent) > end)
			cut_at(fork, end);
		extent->type = type;
		start = extent_end(extent);
		join_neighbours(fork, extent);
		fork->cached = NULL;
		nr++;
	}
	return nr;
}
