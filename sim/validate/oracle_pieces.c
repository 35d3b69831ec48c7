/*
 * Building and looking up flattened oracle pieces.
 */
#include "sim/validate/oracle_pieces.h"

#include <stdlib.h>
#include <string.h>

#include "sim/validate/vec.h"

/* Index of the first piece that ends after @byte. */
static size_t piece_after(const struct piece_list *list, uint64_t byte)
{
	size_t low = 0;
	size_t high = list->nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct oracle_piece *p = &list->items[middle];

		if (p->file_bytes + p->nr_bytes <= byte)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void insert_at(struct piece_list *list, size_t at,
		      struct oracle_piece piece)
{
	SIM_ASSERT(at <= list->nr);
	list->items = vec_grow(list->items, list->nr, &list->cap,
			       sizeof(*list->items));
	memmove(&list->items[at + 1], &list->items[at],
		(list->nr - at) * sizeof(*list->items));
	list->items[at] = piece;
	list->nr++;
}

void pieces_add_missing(struct piece_list *list, struct oracle_piece piece)
{
	uint64_t end = piece.file_bytes + piece.nr_bytes;
	uint64_t at = piece.file_bytes;
	size_t i = piece_after(list, at);

	while (at < end) {
		uint64_t stop = end;

		if (i < list->nr && list->items[i].file_bytes < end)
			stop = list->items[i].file_bytes;
		if (stop > at) {
			insert_at(list, i,
				  (struct oracle_piece){
					  .file_bytes = at,
					  .disk_bytes = piece.disk_bytes + at -
							piece.file_bytes,
					  .nr_bytes = stop - at,
				  });
			i++;
		}
		if (stop == end)
			break;
		at = list->items[i].file_bytes + list->items[i].nr_bytes;
		i++;
	}
}

static bool continues(const struct oracle_piece *a,
		      const struct oracle_piece *b)
{
	if (a->file_bytes + a->nr_bytes != b->file_bytes)
		return false;
	return a->disk_bytes + a->nr_bytes == b->disk_bytes;
}

void pieces_join(struct piece_list *list)
{
	size_t kept = 0;

	if (!list->nr)
		return;
	for (size_t i = 1; i < list->nr; i++) {
		if (continues(&list->items[kept], &list->items[i]))
			list->items[kept].nr_bytes += list->items[i].nr_bytes;
		else
			list->items[++kept] = list->items[i];
	}
	list->nr = kept + 1;
}

/* splitmix64: the cuts need no quality, only the same ones each time. */
static uint64_t next_random(uint64_t *state)
{
	uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

void pieces_cut(struct piece_list *list, uint64_t block_bytes, uint64_t seed)
{
	struct piece_list ret = { 0 };

	SIM_ASSERT(block_bytes > 0);
	for (size_t i = 0; i < list->nr; i++) {
		struct oracle_piece rest = list->items[i];

		while (rest.nr_bytes > block_bytes && next_random(&seed) % 4) {
			uint64_t nr_blocks = rest.nr_bytes / block_bytes;
			uint64_t n = 1 + next_random(&seed) % nr_blocks;
			struct oracle_piece head = rest;

			head.nr_bytes = n * block_bytes;
			if (head.nr_bytes >= rest.nr_bytes)
				break;
			insert_at(&ret, ret.nr, head);
			rest.file_bytes += head.nr_bytes;
			rest.disk_bytes += head.nr_bytes;
			rest.nr_bytes -= head.nr_bytes;
		}
		insert_at(&ret, ret.nr, rest);
	}
	free(list->items);
	*list = ret;
}

bool pieces_lookup(const struct piece_list *list, uint64_t file_byte,
		   uint64_t *ret_disk_byte)
{
	size_t i = piece_after(list, file_byte);

	if (i == list->nr || list->items[i].file_bytes > file_byte)
		return false;
	*ret_disk_byte = list->items[i].disk_bytes + file_byte -
			 list->items[i].file_bytes;
	return true;
}

void pieces_done(struct piece_list *list)
{
	free(list->items);
	*list = (struct piece_list){ 0 };
}

static void merge_frames(struct oracle_frame *to,
			 const struct oracle_frame *from, size_t nr_left,
			 size_t nr_right)
{
	const struct oracle_frame *left = from;
	const struct oracle_frame *right = from + nr_left;
	const struct oracle_frame *left_end = right;
	const struct oracle_frame *right_end = right + nr_right;

	while (left < left_end || right < right_end) {
		bool take_left = right == right_end;

		if (left < left_end && right < right_end)
			take_left = left->page_index <= right->page_index;
		*to++ = take_left ? *left++ : *right++;
	}
}

/* Merge sort, bottom up: stable, so that the last addition of a page wins. */
static void sort_stable(struct oracle_frame *frames, size_t nr)
{
	struct oracle_frame *other = malloc(nr * sizeof(*other));
	struct oracle_frame *from = frames;
	struct oracle_frame *to = other;

	SIM_ASSERT(other != NULL);
	for (size_t width = 1; width < nr; width *= 2) {
		struct oracle_frame *swap = from;

		for (size_t i = 0; i < nr; i += 2 * width) {
			size_t left = nr - i < width ? nr - i : width;
			size_t right = nr - i - left;

			merge_frames(to + i, from + i, left,
				     right < width ? right : width);
		}
		from = to;
		to = swap;
	}
	if (from != frames)
		memcpy(frames, from, nr * sizeof(*frames));
	free(other);
}

size_t frames_sort(struct oracle_frame *frames, size_t nr)
{
	size_t kept = 0;

	if (!nr)
		return 0;
	sort_stable(frames, nr);
	for (size_t i = 1; i < nr; i++) {
		if (frames[i].page_index != frames[kept].page_index)
			kept++;
		frames[kept] = frames[i];
	}
	return kept + 1;
}
