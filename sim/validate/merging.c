#include "sim/validate/merging.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"
#include "sim/engine/metrics.h"

#define PART_FIELDS 4

void merging_collect(struct sim_metrics *metrics, struct rec_stream *ret)
{
	const struct sim_stream *s = metrics_stream(metrics, MERGING_STREAM);
	size_t nr = s && s->records ? (size_t)s->nr_records : 0;

	ret->nr_fields = PART_FIELDS;
	ret->nr = nr;
	ret->values = calloc(nr + 1, PART_FIELDS * sizeof(*ret->values));
	SIM_ASSERT(ret->values != NULL);
	for (size_t i = 0; i < nr; i++)
		memcpy(&ret->values[i * PART_FIELDS],
		       &s->records[i * (1 + s->nr_fields)] + 1,
		       PART_FIELDS * sizeof(*ret->values));
}

#if WBSIM_BLOCK
#include "models/ioend/ioend.h"

/** struct part - a completed part: where in the file and on the device */
struct part {
	uint64_t pos;
	uint64_t bytes;
	uint64_t sector;
	uint64_t boundary;
};

/**
 * struct merging
 * @parts: in the recorded order of completion
 * @range_of: of each part, the recorded range that holds it
 * @cut: before a part: may a run begin here, must it?
 */
struct merging {
	const struct rec_stream *ranges;
	struct part *parts;
	size_t nr_parts;
	size_t *range_of;
	enum { CUT_NEVER, CUT_MAY, CUT_MUST } * cut;
	size_t runs;
	size_t runs_min;
	size_t runs_max;
	const char *reason;
};

static int by_sector(const void *left, const void *right)
{
	const struct part *a = left;
	const struct part *b = right;

	return (a->sector > b->sector) - (a->sector < b->sector);
}

/* The simulated parts in the order in which the kernel's ended. */
static bool order_parts(struct merging *m, const struct rec_stream *parts,
			const struct rec_stream *completions)
{
	struct part *sorted = malloc((parts->nr + 1) * sizeof(*sorted));
	bool ret = parts->nr == completions->nr;

	SIM_ASSERT(sorted != NULL);
	for (size_t i = 0; i < parts->nr; i++)
		memcpy(&sorted[i], &parts->values[i * PART_FIELDS],
		       sizeof(*sorted));
	qsort(sorted, parts->nr, sizeof(*sorted), by_sector);
	for (size_t i = 0; ret && i < parts->nr; i++) {
		const uint64_t *c = rec_stream_at(completions, i);
		const struct part key = { .sector = c[0] };
		const struct part *part = bsearch(&key, sorted, parts->nr,
						  sizeof(key), by_sector);

		ret = part && part->bytes <= c[1];
		if (ret)
			m->parts[i] = *part;
	}
	free(sorted);
	m->nr_parts = parts->nr;
	if (!ret)
		m->reason = "the simulated parts are not the completed ones";
	return ret;
}

static bool find_ranges(struct merging *m)
{
	for (size_t i = 0; i < m->nr_parts; i++) {
		const struct part *part = &m->parts[i];
		size_t r;

		for (r = 0; r < m->ranges->nr; r++) {
			const uint64_t *v = rec_stream_at(m->ranges, r);

			if (part->pos >= v[0] &&
			    part->pos + part->bytes <= v[0] + v[1])
				break;
		}
		if (r == m->ranges->nr) {
			m->reason = "a part lies in no finished range";
			return false;
		}
		m->range_of[i] = r;
	}
	return true;
}

/* Does range @r stay apart from the one before when one run finds both? */
static bool stays_apart(const struct merging *m, size_t r)
{
	const uint64_t *before = rec_stream_at(m->ranges, r - 1);
	const uint64_t *at = rec_stream_at(m->ranges, r);
	const struct part *last = NULL;
	const struct part *first = NULL;

	if (before[0] + before[1] != at[0])
		return before[0] < at[0];
	for (size_t i = 0; i < m->nr_parts; i++) {
		const struct part *part = &m->parts[i];

		if (part->pos + part->bytes == at[0])
			last = part;
		if (part->pos == at[0])
			first = part;
	}
	return !last || !first || first->boundary ||
	       last->sector + last->bytes / 512 != first->sector;
}

/*
 * A run can begin before part i if the parts up to there are exactly the
 * first ranges; it must where two ranges would not come out of one run.
 */
static void find_cuts(struct merging *m)
{
	uint64_t bytes = 0;
	uint64_t wanted = 0;
	size_t range = 0;
	size_t highest = 0;

	for (size_t i = 0; i < m->nr_parts; i++) {
		while (range < m->ranges->nr && wanted < bytes)
			wanted += rec_stream_at(m->ranges, range++)[1];
		m->cut[i] = CUT_NEVER;
		if (i && wanted == bytes && highest + 1 == range)
			m->cut[i] =
				range < m->ranges->nr && stays_apart(m, range)
					? CUT_MAY
					: CUT_MUST;
		m->runs_min += m->cut[i] == CUT_MUST;
		m->runs_max += m->cut[i] != CUT_NEVER;
		bytes += m->parts[i].bytes;
		if (m->range_of[i] > highest)
			highest = m->range_of[i];
	}
	m->runs_min++;
	m->runs_max++;
}

/* One run of parts [@begin, @end) by the model's code, against the ranges. */
static bool run_gives(struct merging *m, struct ioend *ioends, size_t begin,
		      size_t end, size_t *range)
{
	struct ioend_core core = { 0 };
	struct ioend *list = NULL;
	struct ioend **tail = &list;

	for (size_t i = begin; i < end; i++) {
		struct ioend *ioend = &ioends[i];

		memset(ioend, 0, sizeof(*ioend));
		ioend->core = &core;
		ioend->offset_bytes = m->parts[i].pos;
		ioend->size_bytes = m->parts[i].bytes;
		ioend->sector = m->parts[i].sector;
		ioend->flags = m->parts[i].boundary ? IOEND_BOUNDARY : 0;
		*tail = ioend;
		tail = &ioend->next;
	}
	ioend_sort(&list);
	while (list) {
		struct ioend *ioend = list;
		const uint64_t *v;

		list = ioend->next;
		ioend->next = NULL;
		ioend_try_merge(ioend, &list);
		if (*range == m->ranges->nr)
			return false;
		v = rec_stream_at(m->ranges, (*range)++);
		if (v[0] != ioend->offset_bytes || v[1] != ioend->size_bytes)
			return false;
	}
	return true;
}

/* As many runs as recorded: where they must begin, then wherever they may. */
static bool replay(struct merging *m)
{
	struct ioend *ioends = calloc(m->nr_parts + 1, sizeof(*ioends));
	size_t more = m->runs - m->runs_min;
	size_t begin = 0;
	size_t range = 0;
	bool ret = true;

	SIM_ASSERT(ioends != NULL);
	for (size_t i = 1; ret && i <= m->nr_parts; i++) {
		bool ends = i == m->nr_parts || m->cut[i] == CUT_MUST;

		if (!ends && m->cut[i] == CUT_MAY && more) {
			more--;
			ends = true;
		}
		if (!ends)
			continue;
		ret = run_gives(m, ioends, begin, i, &range);
		begin = i;
	}
	free(ioends);
	return ret && range == m->ranges->nr;
}

static bool partition_exists(struct merging *m)
{
	if (!find_ranges(m))
		return false;
	find_cuts(m);
	if (m->runs < m->runs_min || m->runs > m->runs_max) {
		m->reason = "no partition has as many runs as recorded";
		return false;
	}
	if (replay(m))
		return true;
	m->reason = "the runs do not give the finished ranges";
	return false;
}

json_t *merging_check(const struct recording *rec,
		      const struct rec_stream *parts)
{
	const struct rec_stream *completions = &rec->streams[REC_COMPLETIONS];
	const json_t *runs = json_object_get(rec->calls, "xfs_end_io");
	struct merging m = { .ranges = &rec->finished };
	json_t *ret;
	bool ok;

	if (!rec->finished.nr || !parts->nr || !runs || rec->nr_files != 1)
		return NULL;
	m.runs = (size_t)json_integer_value(runs);
	m.parts = calloc(parts->nr + 1, sizeof(*m.parts));
	m.range_of = calloc(parts->nr + 1, sizeof(*m.range_of));
	m.cut = calloc(parts->nr + 1, sizeof(*m.cut));
	SIM_ASSERT(m.parts != NULL && m.range_of != NULL && m.cut != NULL);
	ok = order_parts(&m, parts, completions) && partition_exists(&m);
	ret = json_pack("{s:s, s:I, s:I, s:I, s:I, s:s?}", "state",
			ok ? "exact" : "differs", "ranges",
			(json_int_t)rec->finished.nr, "runs",
			(json_int_t)m.runs, "runs_min", (json_int_t)m.runs_min,
			"runs_max", (json_int_t)m.runs_max, "reason", m.reason);
	SIM_ASSERT(ret != NULL);
	free(m.parts);
	free(m.range_of);
	free(m.cut);
	return ret;
}
#else
json_t *merging_check(const struct recording *rec,
		      const struct rec_stream *parts)
{
	(void)rec;
	(void)parts;
	return NULL;
}
#endif

void rec_read_finished(const json_t *root, struct recording *rec)
{
	const json_t *event;
	size_t i;

	rec->finished.nr_fields = 2;
	json_array_foreach(json_object_get(root, "events"), i, event) {
		const char *kind = json_string_value(json_array_get(event, 1));
		uint64_t pos;
		uint64_t bytes;

		if (kind && !strcmp(kind, "k") &&
		    rec_uint(json_array_get(event, 3), &pos) &&
		    rec_uint(json_array_get(event, 4), &bytes))
			rec_stream_add(&rec->finished, pos, bytes, 0);
	}
}
