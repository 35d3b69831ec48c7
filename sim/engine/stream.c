/*
 * Streams of records and the digests over them.
 */
#include "sim/engine/metrics_internal.h"

#include <stdlib.h>
#include <string.h>

/* of a record in the event digest: stream, date, fields */
#define NR_EVENT_WORDS (2 + STREAM_MAX_FIELDS)

/* A stream and its number, which the event digest names it by. */
struct stream_entry {
	struct sim_stream stream;
	unsigned int index;
};

struct sim_stream *stream_new(struct sim *sim, const char *name,
			      const char *const *fields, unsigned int nr_fields)
{
	struct sim_metrics *m = sim->metrics;
	struct stream_entry *entry = calloc(1, sizeof(*entry));
	struct sim_stream *s;

	SIM_ASSERT(entry && "out of memory");
	SIM_ASSERT(nr_fields <= STREAM_MAX_FIELDS);
	SIM_ASSERT(!metrics_stream(m, name));
	s = &entry->stream;
	s->name = name;
	s->nr_fields = nr_fields;
	for (unsigned int i = 0; i < nr_fields; i++)
		s->fields[i] = fields[i];
	s->sim = sim;
	s->keep = m->keep_all;
	digest_init(&s->structure);
	entry->index = (unsigned int)m->nr_streams;
	m->streams = metrics_grow(m->streams, m->nr_streams, sizeof(void *));
	m->streams[m->nr_streams++] = entry;
	return s;
}

void metrics_free_streams(struct sim_metrics *m)
{
	for (size_t i = 0; i < m->nr_streams; i++) {
		free(m->streams[i]->stream.records);
		free(m->streams[i]);
	}
	free(m->streams);
}

void stream_keep(struct sim_metrics *m, const char *name)
{
	if (!name)
		m->keep_all = true;
	for (size_t i = 0; i < m->nr_streams; i++) {
		struct sim_stream *s = &m->streams[i]->stream;

		if (name && strcmp(s->name, name) != 0)
			continue;
		/* records[] has all records or none */
		SIM_ASSERT(s->keep || s->nr_records == 0);
		s->keep = true;
	}
}

struct sim_stream *metrics_stream_at(const struct sim_metrics *m, size_t i)
{
	SIM_ASSERT(i < m->nr_streams);
	return &m->streams[i]->stream;
}

size_t metrics_nr_streams(const struct sim_metrics *m)
{
	return m->nr_streams;
}

struct sim_stream *metrics_stream(const struct sim_metrics *m, const char *name)
{
	for (size_t i = 0; i < m->nr_streams; i++)
		if (!strcmp(m->streams[i]->stream.name, name))
			return &m->streams[i]->stream;
	return NULL;
}

void streams_mute(struct sim_metrics *m, bool mute)
{
	m->muted = mute;
}

uint64_t metrics_event_digest(const struct sim_metrics *m)
{
	return digest_value(&m->events);
}

/* @date_and_fields: 1 + nr_fields words */
static void stream_keep_record(struct sim_stream *s,
			       const uint64_t *date_and_fields)
{
	size_t words = 1 + s->nr_fields;
	uint64_t *record;

	if (s->nr_records == s->cap_records) {
		s->cap_records = s->cap_records ? 2 * s->cap_records : 256;
		s->records = reallocarray(s->records, s->cap_records,
					  words * sizeof(*s->records));
		SIM_ASSERT(s->records && "out of memory");
	}
	record = s->records + s->nr_records * words;
	memcpy(record, date_and_fields, words * sizeof(*record));
}

/*
 * The first @nr of the six @words.  Six are stored where there is room for
 * more than six: what lies behind the digest's end counts for nothing.
 */
static inline void add_words(struct digest *d, const uint64_t *words,
			     unsigned int nr)
{
	if (d->fill >= DIGEST_BLOCK_WORDS - NR_EVENT_WORDS) {
		for (unsigned int i = 0; i < nr; i++)
			digest_word(d, words[i]);
		return;
	}
	memcpy(&d->block[d->fill], words, NR_EVENT_WORDS * sizeof(*words));
	d->fill += nr;
}

void stream_emit(struct sim_stream *s, uint64_t f0, uint64_t f1, uint64_t f2,
		 uint64_t f3)
{
	const struct stream_entry *entry = (const struct stream_entry *)s;
	struct sim_metrics *metrics = s->sim->metrics;

	if (metrics->muted)
		return;
	/* two more, which add_words() copies behind the fields */
	const uint64_t words[2 + NR_EVENT_WORDS] = {
		entry->index, sim_now_ns(s->sim), f0, f1, f2, f3
	};

	add_words(&metrics->events, words, 2 + s->nr_fields);
	add_words(&s->structure, words + 2, s->nr_fields);
	if (s->keep)
		stream_keep_record(s, words + 1);
	s->nr_records++;
}
