/*
 * stream.jsonl.zst
 */
#include "sim/results/stream_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <zstd.h>

#include "sim/base/assert.h"
#include "sim/engine/metrics.h"

#define ZSTD_LEVEL 3
#define LINE_BYTES 512

static const char *const names[] = {
	"folios", "ioend_ranges", "conversions", "bios",          "splits",
	"merges", "requests",     "completions", "fuse_requests", NULL
};

struct writer {
	FILE *file;
	ZSTD_CCtx *context;
	void *buffer;
	size_t buffer_bytes;
};

const char *const *stream_file_names(void)
{
	return names;
}

static int compress_some(struct writer *writer, const void *data,
			 size_t nr_bytes, ZSTD_EndDirective end)
{
	ZSTD_inBuffer in = { data, nr_bytes, 0 };
	size_t left;

	do {
		ZSTD_outBuffer out = { writer->buffer, writer->buffer_bytes,
				       0 };

		left = ZSTD_compressStream2(writer->context, &out, &in, end);
		if (ZSTD_isError(left))
			return -EIO;
		if (fwrite(out.dst, 1, out.pos, writer->file) != out.pos)
			return -errno;
	} while (end == ZSTD_e_end ? left > 0 : in.pos < in.size);
	return 0;
}

static const uint64_t *record_at(const struct sim_stream *stream, size_t i)
{
	return stream->records + i * (1 + stream->nr_fields);
}

static int write_record(struct writer *writer, const struct sim_stream *stream,
			const uint64_t *record)
{
	char line[LINE_BYTES];
	size_t used;
	unsigned int f;

	used = (size_t)snprintf(line, sizeof(line),
				"{\"stream\":\"%s\",\"ns\":%" PRIu64,
				stream->name, record[0]);
	for (f = 0; f < stream->nr_fields; f++)
		used += (size_t)snprintf(line + used, sizeof(line) - used,
					 ",\"%s\":%" PRIu64, stream->fields[f],
					 record[1 + f]);
	used += (size_t)snprintf(line + used, sizeof(line) - used, "}\n");
	SIM_ASSERT(used < sizeof(line));
	return compress_some(writer, line, used, ZSTD_e_continue);
}

/* merge: always the stream whose next record is the earliest */
static int write_records(struct writer *writer,
			 const struct sim_metrics *metrics)
{
	size_t nr = metrics_nr_streams(metrics), i;
	size_t *next = calloc(nr + 1, sizeof(*next));
	int error = 0;

	SIM_ASSERT(next);
	while (!error) {
		const struct sim_stream *first = NULL;
		size_t chosen = 0;

		for (i = 0; i < nr; i++) {
			const struct sim_stream *stream =
				metrics_stream_at(metrics, i);

			if (!stream->keep || next[i] == stream->nr_records)
				continue;
			if (first && record_at(stream, next[i])[0] >=
					     record_at(first, next[chosen])[0])
				continue;
			first = stream;
			chosen = i;
		}
		if (!first)
			break;
		error = write_record(writer, first,
				     record_at(first, next[chosen]++));
	}
	free(next);
	return error;
}

int stream_file_write(const char *path, const struct sim_metrics *metrics)
{
	struct writer writer = { 0 };
	int error;

	writer.file = fopen(path, "wbe");
	if (!writer.file)
		return -errno;
	writer.context = ZSTD_createCCtx();
	writer.buffer_bytes = ZSTD_CStreamOutSize();
	writer.buffer = malloc(writer.buffer_bytes);
	SIM_ASSERT(writer.context && writer.buffer);
	ZSTD_CCtx_setParameter(writer.context, ZSTD_c_compressionLevel,
			       ZSTD_LEVEL);
	error = write_records(&writer, metrics);
	if (!error)
		error = compress_some(&writer, NULL, 0, ZSTD_e_end);
	if (fclose(writer.file) != 0 && !error)
		error = -errno;
	free(writer.buffer);
	ZSTD_freeCCtx(writer.context);
	return error;
}
