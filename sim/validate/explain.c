/*
 * Alignment of two short windows by their longest common subsequence.
 */
#include "sim/validate/explain.h"

#include <stdio.h>
#include <string.h>

#include "sim/validate/vec.h"

#define WINDOW     (EXPLAIN_BEFORE + 1 + EXPLAIN_AFTER)
#define TEXT_BYTES 80

/** struct window - records [begin, begin + nr) of a stream */
struct window {
	const struct rec_stream *stream;
	size_t begin;
	size_t nr;
};

static struct window window_of(const struct rec_stream *s, size_t first)
{
	struct window ret = { .stream = s };

	ret.begin = first > EXPLAIN_BEFORE ? first - EXPLAIN_BEFORE : 0;
	if (ret.begin > s->nr)
		ret.begin = s->nr;
	ret.nr = s->nr - ret.begin;
	if (ret.nr > WINDOW)
		ret.nr = WINDOW;
	return ret;
}

static bool equal_at(const struct window *a, size_t i, const struct window *b,
		     size_t n)
{
	return !memcmp(rec_stream_at(a->stream, a->begin + i),
		       rec_stream_at(b->stream, b->begin + n),
		       a->stream->nr_fields * sizeof(uint64_t));
}

/* lengths[i][n]: longest common subsequence of the ends from i and n on. */
static void fill_lengths(const struct window *a, const struct window *b,
			 unsigned int lengths[WINDOW + 1][WINDOW + 1])
{
	memset(lengths, 0, sizeof(lengths[0]) * (WINDOW + 1));
	for (size_t i = a->nr; i-- > 0;) {
		for (size_t n = b->nr; n-- > 0;) {
			unsigned int down = lengths[i + 1][n];
			unsigned int right = lengths[i][n + 1];

			if (equal_at(a, i, b, n))
				lengths[i][n] = lengths[i + 1][n + 1] + 1;
			else
				lengths[i][n] = down > right ? down : right;
		}
	}
}

static void format_record(enum rec_stream_id id, const struct window *w,
			  size_t i, char *ret)
{
	const struct rec_stream_desc *desc = &rec_streams[id];
	const uint64_t *v = rec_stream_at(w->stream, w->begin + i);
	size_t used;

	used = (size_t)snprintf(ret, TEXT_BYTES, "%7zu:", w->begin + i);
	for (unsigned int n = 0; n < desc->nr_fields && used < TEXT_BYTES; n++)
		used += (size_t)snprintf(ret + used, TEXT_BYTES - used,
					 n == 0 ? " %12lu" : " %10lu", v[n]);
}

static void add_line(json_t *lines, const char *left, const char *mark,
		     const char *right)
{
	char line[2 * TEXT_BYTES + 8];

	snprintf(line, sizeof(line), "%-44s %s %s", left, mark, right);
	json_array_append_new(lines, json_string(line));
}

static void add_heading(enum rec_stream_id id, json_t *lines)
{
	const struct rec_stream_desc *desc = &rec_streams[id];
	char heading[TEXT_BYTES] = "  index:";
	size_t used = strlen(heading);

	for (unsigned int n = 0; n < desc->nr_fields && used < TEXT_BYTES; n++)
		used += (size_t)snprintf(heading + used, TEXT_BYTES - used,
					 n == 0 ? " %12s" : " %10s",
					 desc->fields[n]);
	add_line(lines, "recorded", " ", "simulated");
	add_line(lines, heading, " ", heading);
}

json_t *explain_excerpt(enum rec_stream_id id,
			const struct rec_stream *recorded,
			const struct rec_stream *simulated, size_t first)
{
	unsigned int lengths[WINDOW + 1][WINDOW + 1];
	struct window a = window_of(recorded, first);
	struct window b = window_of(simulated, first);
	char left[TEXT_BYTES];
	char right[TEXT_BYTES];
	json_t *ret = json_array();
	size_t i = 0;
	size_t n = 0;

	fill_lengths(&a, &b, lengths);
	add_heading(id, ret);
	while (i < a.nr || n < b.nr) {
		bool both = i < a.nr && n < b.nr && equal_at(&a, i, &b, n);
		bool take_left =
			n == b.nr ||
			(i < a.nr && lengths[i + 1][n] >= lengths[i][n + 1]);
		const char *mark = both ? " " : take_left ? "<" : ">";

		left[0] = '\0';
		right[0] = '\0';
		if (both || take_left)
			format_record(id, &a, i++, left);
		if (both || !take_left)
			format_record(id, &b, n++, right);
		add_line(ret, left, mark, right);
	}
	return ret;
}

json_t *explain_record(enum rec_stream_id id, const struct rec_stream *s,
		       size_t i)
{
	const struct rec_stream_desc *desc = &rec_streams[id];
	json_t *ret;

	if (i >= s->nr)
		return json_null();
	ret = json_object();
	for (unsigned int n = 0; n < desc->nr_fields; n++)
		json_object_set_new(
			ret, desc->fields[n],
			json_integer((json_int_t)rec_stream_at(s, i)[n]));
	return ret;
}
