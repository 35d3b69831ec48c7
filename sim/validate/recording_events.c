/*
 * Reading of recordings: events into streams and oracles, by the rules of
 * the last section of tests/groundtruth/README.md.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/validate/recording.h"
#include "sim/validate/vec.h"

#define PAGE_BYTES       4096
#define SECTOR_BYTES     512
#define MAX_ORDER        11
#define RESERVATION_MARK (UINT64_C(1) << 51) /* from here on no address */
/* How far back an issue may lie behind its requeue. */
#define REQUEUE_WINDOW 20000

/** struct sector_range - [begin, end) of a device, for classification */
struct sector_range {
	const char *device;
	uint64_t begin;
	uint64_t end;
};

/**
 * struct event_reader - state of the second pass
 * @ranges: union of the data bios' sectors, sorted, disjoint per device
 * @has_append: some data bio is a zone append: data is then what lies at or
 *   above @lowest_sector
 * @only_faults_fill: see rec_ops_only_faults_fill()
 */
struct event_reader {
	struct rec_reader *reader;
	struct recording *rec;
	const json_t *events;
	struct sector_range *ranges;
	size_t nr_ranges;
	size_t cap_ranges;
	bool has_append;
	bool only_faults_fill;
	uint64_t lowest_sector;
};

static const char *kind_of(const json_t *event)
{
	const char *kind = json_string_value(json_array_get(event, 1));

	return kind && strlen(kind) == 1 ? kind : "-";
}

/* Up to 6.16 an append prints as N, later as ZA. */
static bool is_append(const char *rwbs)
{
	return rwbs[0] == 'N' || !strncmp(rwbs, "ZA", 2);
}

static bool is_write(const char *rwbs)
{
	return strchr(rwbs, 'W') || is_append(rwbs);
}

static const char *text_at(const json_t *event, size_t i)
{
	const char *text = json_string_value(json_array_get(event, i));

	return text ? text : "";
}

static bool is_data_bio(const json_t *event)
{
	uint64_t bytes;

	return *kind_of(event) == 'Q' && !strcmp(text_at(event, 7), "d") &&
	       is_write(text_at(event, 4)) && *text_at(event, 3) &&
	       rec_uint(json_array_get(event, 6), &bytes) && bytes > 0;
}

const char *rec_data_device(const json_t *events)
{
	const json_t *event;
	size_t i;

	json_array_foreach(events, i, event) {
		if (is_data_bio(event))
			return text_at(event, 3);
	}
	return NULL;
}

static int event_fail(const struct event_reader *er, size_t i,
		      const char *expected)
{
	char place[32];

	snprintf(place, sizeof(place), "events[%zu]", i);
	return rec_fail(er->reader, place, "expected %s", expected);
}

/* @nr numbers from field @first on. */
static bool numbers_at(const json_t *event, size_t first, size_t nr,
		       uint64_t *ret)
{
	for (size_t i = 0; i < nr; i++) {
		if (!rec_uint(json_array_get(event, first + i), &ret[i]))
			return false;
	}
	return true;
}

static int compare_ranges(const void *left, const void *right)
{
	const struct sector_range *a = left;
	const struct sector_range *b = right;
	int by_device = strcmp(a->device, b->device);

	if (by_device)
		return by_device;
	if (a->begin != b->begin)
		return a->begin < b->begin ? -1 : 1;
	return (a->end > b->end) - (a->end < b->end);
}

static void join_ranges(struct event_reader *er)
{
	size_t kept = 0;

	if (!er->nr_ranges)
		return;
	qsort(er->ranges, er->nr_ranges, sizeof(*er->ranges), compare_ranges);
	for (size_t i = 1; i < er->nr_ranges; i++) {
		struct sector_range *last = &er->ranges[kept];
		const struct sector_range *next = &er->ranges[i];

		if (!strcmp(last->device, next->device) &&
		    next->begin <= last->end) {
			if (next->end > last->end)
				last->end = next->end;
		} else {
			er->ranges[++kept] = *next;
		}
	}
	er->nr_ranges = kept + 1;
}

/* First pass: the data bios tell which requests are data. */
static int collect_ranges(struct event_reader *er)
{
	const json_t *event;
	size_t i;

	er->lowest_sector = UINT64_MAX;
	json_array_foreach(er->events, i, event) {
		uint64_t v[2];

		if (!is_data_bio(event))
			continue;
		if (!numbers_at(event, 5, 2, v) || v[0] > UINT64_MAX / 2)
			return event_fail(
				er, i,
				"[us, \"Q\", comm, device, rwbs, sector, bytes, class]");
		er->ranges = vec_grow(er->ranges, er->nr_ranges,
				      &er->cap_ranges, sizeof(*er->ranges));
		er->ranges[er->nr_ranges++] = (struct sector_range){
			.device = text_at(event, 3),
			.begin = v[0],
			.end = v[0] + v[1] / SECTOR_BYTES,
		};
		if (v[0] < er->lowest_sector)
			er->lowest_sector = v[0];
		er->has_append |= is_append(text_at(event, 4));
		rec_stream_add(&er->rec->streams[REC_BIOS],
			       is_append(text_at(event, 4)), v[0], v[1]);
	}
	join_ranges(er);
	return 0;
}

static bool is_data(const struct event_reader *er, const json_t *event,
		    uint64_t sector)
{
	const char *device = text_at(event, 3);
	size_t low = 0;
	size_t high = er->nr_ranges;

	if (!is_write(text_at(event, 4)))
		return false;
	if (er->has_append)
		return er->nr_ranges && sector >= er->lowest_sector &&
		       !strcmp(device, er->ranges[0].device);
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct sector_range *r = &er->ranges[middle];
		int by_device = strcmp(r->device, device);

		if (by_device < 0 || (!by_device && r->end <= sector))
			low = middle + 1;
		else
			high = middle;
	}
	return low < er->nr_ranges && sector >= er->ranges[low].begin &&
	       !strcmp(er->ranges[low].device, device);
}

/*
 * A request that the driver gave back is issued again.  Some drivers give it
 * back before the issue is traced, so only an issue that the requeue really
 * follows makes the next one a repetition.
 */
static bool is_reissue(const struct event_reader *er, size_t at,
		       uint64_t sector)
{
	bool requeued = false;
	char wanted[48];

	snprintf(wanted, sizeof(wanted), ") %lu + ", sector);
	for (size_t n = 1; n <= at && n <= REQUEUE_WINDOW; n++) {
		const json_t *event = json_array_get(er->events, at - n);
		char kind = *kind_of(event);
		uint64_t other;

		if (kind == '?')
			requeued |= !strcmp(text_at(event, 3),
					    "block_rq_requeue") &&
				    strstr(text_at(event, 4), wanted);
		if (kind != 'I' && kind != 'C')
			continue;
		if (!numbers_at(event, kind == 'I' ? 6 : 5, 1, &other) ||
		    other != sector)
			continue;
		return kind == 'I' && requeued;
	}
	return false;
}

static int read_block_event(struct event_reader *er, size_t i,
			    const json_t *event, char kind, bool has_requeues)
{
	struct rec_stream *streams = er->rec->streams;
	uint64_t v[2];

	if (!numbers_at(event, 5, 2, v))
		return event_fail(er, i,
				  "[us, kind, comm, device, rwbs, N, N, ...]");
	switch (kind) {
	case 'X':
		if (is_data(er, event, v[0]))
			rec_stream_add(&streams[REC_SPLITS], v[0], v[1], 0);
		break;
	case 'I':
		if (v[0] && is_data(er, event, v[1]) &&
		    !(has_requeues && is_reissue(er, i, v[1])))
			rec_stream_add(&streams[REC_REQUESTS], v[1], v[0], 0);
		break;
	case 'C':
		if (v[1] && is_data(er, event, v[0]))
			rec_stream_add(&streams[REC_COMPLETIONS], v[0], v[1],
				       0);
		break;
	default: /* M, m */
		if (is_data(er, event, v[0]))
			rec_stream_add(&streams[REC_MERGES], v[0], v[1], 0);
		break;
	}
	return 0;
}

/* A block may be gone from the final map: its address is taken here. */
static int read_range(struct event_reader *er, size_t i, const json_t *event)
{
	struct rec_file *file;
	uint64_t
		v[6]; /* ino, pos, dirty length, address, extent's [pos, len] */
	uint64_t end;

	if (!numbers_at(event, 3, 6, v) || v[1] > UINT64_MAX / 4 ||
	    v[4] > UINT64_MAX / 4 || v[2] > UINT64_MAX / 4)
		return event_fail(
			er, i,
			"[us, \"A\", comm, ino, pos, bytes, address, extent pos, extent bytes, ...]");
	rec_stream_add(&er->rec->streams[REC_IOEND_RANGES], v[1], v[2], 0);
	file = recording_file_by_ino(er->rec, v[0]);
	end = v[1] + v[2];
	if (v[5] < UINT64_MAX / 4 && v[4] + v[5] < end)
		end = v[4] + v[5];
	if (!file || er->rec->fs.zoned || v[4] > v[1] || end <= v[1] ||
	    v[3] > UINT64_MAX / 4)
		return 0;
	pieces_add_missing(&file->pieces,
			   (struct oracle_piece){
				   .file_bytes = v[1],
				   .disk_bytes = v[3] + v[1] - v[4],
				   .nr_bytes = end - v[1],
			   });
	return 0;
}

static int read_frame(struct event_reader *er, size_t i, const json_t *event)
{
	struct rec_file *file;
	uint64_t v[4]; /* ino, file offset, first frame, order */

	if (!numbers_at(event, 3, 4, v) || v[3] > MAX_ORDER)
		return event_fail(
			er, i, "[us, \"B\", comm, ino, offset, frame, order]");
	file = recording_file_by_ino(er->rec, v[0]);
	if (!file)
		return 0;
	if (er->only_faults_fill)
		rec_stream_add(&er->rec->streams[REC_FILLS], v[1], v[3], 0);
	for (uint64_t n = 0; n < UINT64_C(1) << v[3]; n++) {
		file->frames =
			vec_grow(file->frames, file->nr_frames,
				 &file->cap_frames, sizeof(*file->frames));
		file->frames[file->nr_frames++] = (struct oracle_frame){
			.page_index = v[1] / PAGE_BYTES + n,
			.frame = v[2] + n,
		};
	}
	return 0;
}

static int read_conversion(struct event_reader *er, size_t i,
			   const json_t *event)
{
	uint64_t pos;
	uint64_t v[2]; /* start block, blocks */

	if (strcmp(text_at(event, 3), "map_blocks_alloc") != 0)
		return 0;
	if (!numbers_at(event, 5, 1, &pos) || !numbers_at(event, 8, 2, v))
		return event_fail(
			er, i,
			"[us, \"V\", comm, name, ino, pos, bytes, fork, block, blocks]");
	/* An address: converted before, and how often found is timing. */
	if (v[0] >= RESERVATION_MARK)
		rec_stream_add(&er->rec->streams[REC_CONVERSIONS], pos,
			       !strcmp(text_at(event, 7), "cow"), v[1]);
	return 0;
}

static int read_event(struct event_reader *er, size_t i, const json_t *event,
		      bool *has_requeues)
{
	char kind = *kind_of(event);
	uint64_t v[3];

	switch (kind) {
	case 'F':
		if (!numbers_at(event, 3, 3, v))
			return event_fail(
				er, i, "[us, \"F\", comm, ino, offset, bytes]");
		rec_stream_add(&er->rec->streams[REC_FOLIOS], v[1], v[2], 0);
		return 0;
	case 'A':
		return read_range(er, i, event);
	case 'B':
		return read_frame(er, i, event);
	case 'V':
		return read_conversion(er, i, event);
	case '?':
		*has_requeues |= !strcmp(text_at(event, 3), "block_rq_requeue");
		return 0;
	default:
		if (!strchr("XICMm", kind))
			return 0;
		return read_block_event(er, i, event, kind, *has_requeues);
	}
}

int rec_read_events(struct rec_reader *reader, const json_t *root,
		    struct recording *rec)
{
	struct event_reader er = {
		.reader = reader,
		.rec = rec,
		.events = json_object_get(root, "events"),
		.only_faults_fill = rec_ops_only_faults_fill(&rec->ops),
	};
	bool has_requeues = false;
	const json_t *event;
	int status;
	size_t i;

	status = collect_ranges(&er);
	json_array_foreach(er.events, i, event) {
		if (!status)
			status = read_event(&er, i, event, &has_requeues);
	}
	free(er.ranges);
	for (i = 0; i < rec->nr_files; i++) {
		struct rec_file *file = &rec->files[i];

		file->nr_frames = frames_sort(file->frames, file->nr_frames);
		pieces_join(&file->pieces);
	}
	return status;
}
