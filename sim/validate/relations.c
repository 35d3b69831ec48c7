/*
 * The weaker relations that timing-dependent streams must satisfy.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/validate/compare.h"
#include "sim/validate/vec.h"

#define PAGE_BYTES   4096
#define SECTOR_BYTES 512

/** struct span - [begin, end) of a space (a fork; the disk; the file) */
struct span {
	uint64_t space;
	uint64_t begin;
	uint64_t end;
};

struct span_list {
	struct span *items;
	size_t nr;
	bool overlap;
};

static int compare_spans(const void *left, const void *right)
{
	const struct span *a = left;
	const struct span *b = right;

	if (a->space != b->space)
		return a->space < b->space ? -1 : 1;
	if (a->begin != b->begin)
		return a->begin < b->begin ? -1 : 1;
	return (a->end > b->end) - (a->end < b->end);
}

static struct span span_of(enum rec_stream_id id, const uint64_t *v,
			   uint64_t block_bytes)
{
	switch (id) {
	case REC_CONVERSIONS:
		return (struct span){ v[1], v[0], v[0] + v[2] * block_bytes };
	case REC_BIOS:
		return (struct span){ v[0], v[1], v[1] + v[2] / SECTOR_BYTES };
	case REC_SPLITS:
		return (struct span){ 0, v[0], v[1] };
	case REC_MERGES:
	case REC_REQUESTS:
	case REC_COMPLETIONS:
		return (struct span){ 0, v[0], v[0] + v[1] / SECTOR_BYTES };
	case REC_FOLIOS:
	case REC_IOEND_RANGES:
	case REC_FUSE_REQUESTS:
	case REC_NR_STREAMS:
		break;
	case REC_FILLS:
		return (struct span){ 0, v[0],
				      v[0] + ((uint64_t)PAGE_BYTES << v[1]) };
	}
	return (struct span){ 0, v[0], v[0] + v[1] };
}

/* Sorted and joined; notes whether any two overlapped. */
static struct span_list spans_of(enum rec_stream_id id,
				 const struct rec_stream *s, uint64_t grain,
				 uint64_t block_bytes)
{
	struct span_list ret = { 0 };
	size_t kept = 0;

	if (!s->nr)
		return ret;
	ret.items = malloc(s->nr * sizeof(*ret.items));
	SIM_ASSERT(ret.items != NULL);
	for (size_t i = 0; i < s->nr; i++) {
		struct span span =
			span_of(id, rec_stream_at(s, i), block_bytes);

		span.begin -= span.begin % grain;
		span.end += (grain - span.end % grain) % grain;
		ret.items[i] = span;
	}
	qsort(ret.items, s->nr, sizeof(*ret.items), compare_spans);
	for (size_t i = 1; i < s->nr; i++) {
		struct span *last = &ret.items[kept];
		const struct span *next = &ret.items[i];

		if (last->space != next->space || next->begin > last->end) {
			ret.items[++kept] = *next;
			continue;
		}
		ret.overlap |= next->begin < last->end;
		if (next->end > last->end)
			last->end = next->end;
	}
	ret.nr = kept + 1;
	return ret;
}

static bool spans_equal(const struct span_list *a, const struct span_list *b)
{
	if (a->nr != b->nr)
		return false;
	for (size_t i = 0; i < a->nr; i++) {
		if (compare_spans(&a->items[i], &b->items[i]) != 0)
			return false;
	}
	return true;
}

static bool covers_equal(enum rec_stream_id id, const struct rec_stream *a,
			 const struct rec_stream *b, uint64_t grain,
			 uint64_t block_bytes, bool overlap_allowed)
{
	struct span_list left = spans_of(id, a, grain, block_bytes);
	struct span_list right = spans_of(id, b, grain, block_bytes);
	bool ret = spans_equal(&left, &right);

	if (!overlap_allowed && (left.overlap || right.overlap))
		ret = false;
	free(left.items);
	free(right.items);
	return ret;
}

/* A split cuts [sector, new_sector) off a bio, leaving something behind. */
static bool splits_inside_bios(const struct rec_stream *splits,
			       const struct rec_stream *bios)
{
	for (size_t i = 0; i < splits->nr; i++) {
		const uint64_t *split = rec_stream_at(splits, i);
		bool inside = false;

		for (size_t n = 0; n < bios->nr && !inside; n++) {
			struct span bio =
				span_of(REC_BIOS, rec_stream_at(bios, n), 0);

			inside = bio.begin <= split[0] && split[0] < split[1] &&
				 split[1] < bio.end;
		}
		if (!inside)
			return false;
	}
	return true;
}

static int compare_words(const void *left, const void *right)
{
	const uint64_t *a = left;
	const uint64_t *b = right;

	for (size_t i = 0; i < REC_MAX_FIELDS; i++) {
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	}
	return 0;
}

static uint64_t *sorted_records(const struct rec_stream *s)
{
	size_t row = REC_MAX_FIELDS;
	uint64_t *ret = calloc(s->nr + 1, row * sizeof(*ret));

	SIM_ASSERT(ret != NULL);
	for (size_t i = 0; i < s->nr; i++)
		memcpy(&ret[i * row], rec_stream_at(s, i),
		       s->nr_fields * sizeof(*ret));
	qsort(ret, s->nr, row * sizeof(*ret), compare_words);
	return ret;
}

static bool multisets_equal(const struct rec_stream *a,
			    const struct rec_stream *b)
{
	uint64_t *left;
	uint64_t *right;
	bool ret;

	if (a->nr != b->nr)
		return false;
	left = sorted_records(a);
	right = sorted_records(b);
	ret = !memcmp(left, right, a->nr * REC_MAX_FIELDS * sizeof(*left));
	free(left);
	free(right);
	return ret;
}

bool relation_holds(enum stream_relation relation, enum rec_stream_id id,
		    const struct stream_set *recorded,
		    const struct stream_set *simulated, uint64_t block_bytes)
{
	const struct rec_stream *a = &recorded->streams[id];
	const struct rec_stream *b = &simulated->streams[id];

	switch (relation) {
	case RELATION_MULTISET:
		return multisets_equal(a, b);
	case RELATION_PAGE_SET:
		return covers_equal(id, a, b, PAGE_BYTES, block_bytes, true);
	case RELATION_TILING:
		if (id != REC_SPLITS)
			return covers_equal(id, a, b, 1, block_bytes, false);
		return covers_equal(REC_BIOS, &recorded->streams[REC_BIOS],
				    &simulated->streams[REC_BIOS], 1,
				    block_bytes, false) &&
		       splits_inside_bios(b, &simulated->streams[REC_BIOS]);
	}
	return false;
}
