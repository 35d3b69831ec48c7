/*
 * Who wrote which folio: F events by task, and where its passes ended.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/base/units.h"
#include "sim/validate/recording.h"
#include "sim/validate/vec.h"

/**
 * struct script_reader
 * @counts_pages: folios themselves were not recorded (FUSE before 6.17), only
 *   that a task took its next dirty one
 * @sync_ends: a syncing call's pass ends apart from the flusher's
 */
struct script_reader {
	struct recording *rec;
	const json_t *comms;
	bool in_sync;
	bool counts_pages;
	bool sync_ends;
};

static const char *text_at(const json_t *event, size_t i)
{
	const char *text = json_string_value(json_array_get(event, i));

	return text ? text : "";
}

/*
 * Flushers are unbound workers.  While sync(2) runs they work for the caller:
 * what they do then is the call's own pass.
 */
static bool is_by_flusher(const struct script_reader *reader,
			  const json_t *event)
{
	const json_t *comms = reader->comms;

	json_int_t comm = json_integer_value(json_array_get(event, 2));

	return !reader->in_sync && comm >= 0 &&
	       !strncmp(text_at(comms, (size_t)comm), "kworker/u",
			strlen("kworker/u"));
}

/* Where its inode number was not recorded, there is only one such file. */
static struct rec_file *file_of(struct recording *rec, uint64_t ino)
{
	struct rec_file *file = recording_file_by_ino(rec, ino);

	for (size_t i = 0; !file && i < rec->nr_files; i++)
		if (!rec->files[i].ino)
			file = &rec->files[i];
	return file;
}

static void add_step(struct rec_file *file, uint64_t page, bool by_flusher,
		     bool ends_pass)
{
	file->steps = vec_grow(file->steps, file->nr_steps, &file->cap_steps,
			       sizeof(*file->steps));
	file->steps[file->nr_steps++] = (struct mm_script_step){
		.page = page,
		.nr_cached_before = by_flusher ? file->nr_cached : 0,
		.by_flusher = by_flusher,
		.ends_pass = ends_pass,
	};
	file->has_flusher_steps |= by_flusher;
	if (by_flusher)
		file->in_flusher_pass = !ends_pass;
	else
		file->in_sync_pass = !ends_pass;
}

static void read_folio(const struct script_reader *reader, const json_t *event)
{
	struct recording *rec = reader->rec;
	uint64_t ino = (uint64_t)json_integer_value(json_array_get(event, 3));
	json_int_t offset = json_integer_value(json_array_get(event, 4));
	struct rec_file *file = file_of(rec, ino);

	if (file && offset >= 0)
		add_step(file, (uint64_t)offset / PAGE_BYTES,
			 is_by_flusher(reader, event), false);
}

/* "bdi 0:26: towrt=13312 ...": the device's only file */
static void read_page(const struct script_reader *reader, const json_t *event)
{
	struct rec_file *file = file_of(reader->rec, 0);

	if (file && !strcmp(text_at(event, 3), "wbc_writepage"))
		add_step(file, MM_SCRIPT_NEXT_DIRTY,
			 is_by_flusher(reader, event), false);
}

/* A folio added to the page cache: how far the writer has come. */
static void read_cached(const struct script_reader *reader, const json_t *event)
{
	uint64_t ino = (uint64_t)json_integer_value(json_array_get(event, 3));
	json_int_t offset = json_integer_value(json_array_get(event, 4));
	struct rec_file *file = file_of(reader->rec, ino);

	if (file && offset >= 0)
		file->nr_cached = (uint64_t)offset / PAGE_BYTES + 1;
}

/* "bdi 259:1: ino=131 state=..." */
static void read_pass_end(const struct script_reader *reader,
			  const json_t *event)
{
	struct recording *rec = reader->rec;
	const char *ino = strstr(text_at(event, 4), "ino=");
	struct rec_file *file;

	if (strcmp(text_at(event, 3), "writeback_single_inode") != 0 || !ino)
		return;
	file = file_of(rec, strtoull(ino + strlen("ino="), NULL, 10));
	if (!file || !file->nr_steps)
		return;
	bool by_flusher = is_by_flusher(reader, event);
	bool is_open = by_flusher ? file->in_flusher_pass : file->in_sync_pass;

	if (reader->sync_ends ? is_open
			      : !file->steps[file->nr_steps - 1].ends_pass)
		add_step(file, 0, by_flusher, true);
}

static void read_writeback(const struct script_reader *reader,
			   const json_t *event)
{
	if (reader->counts_pages)
		read_page(reader, event);
	read_pass_end(reader, event);
}

/* A syncing call ends its pass when it returns. */
static void read_mark(struct script_reader *reader, const json_t *event)
{
	struct recording *rec = reader->rec;
	const char *text = text_at(event, 3);

	if (!strncmp(text, "GT+ sync", strlen("GT+ sync")))
		reader->in_sync = true;
	if (strncmp(text, "GT- ", strlen("GT- ")) != 0)
		return;
	reader->in_sync = false;
	for (size_t i = 0; i < rec->nr_files; i++) {
		struct rec_file *file = &rec->files[i];
		const struct mm_script_step *last =
			file->nr_steps ? &file->steps[file->nr_steps - 1]
				       : NULL;

		if (reader->sync_ends
			    ? file->in_sync_pass
			    : last && !last->by_flusher && !last->ends_pass)
			add_step(file, 0, false, true);
	}
}

/*
 * The marks of both ends come later than what the passes did last: of two
 * tasks that take nothing more, the one that ran last is through first.
 */
static void order_ends(struct rec_file *file)
{
	bool last_by_flusher = false;

	for (size_t i = 0; i + 1 < file->nr_steps; i++) {
		struct mm_script_step *step = &file->steps[i];

		if (!step->ends_pass) {
			last_by_flusher = step->by_flusher;
			continue;
		}
		if (step[1].ends_pass && step->by_flusher != last_by_flusher &&
		    step[1].by_flusher == last_by_flusher) {
			struct mm_script_step other = step[1];

			step[1] = *step;
			*step = other;
		}
	}
}

static uint64_t nr_folios_of_pass(const struct rec_file *file, size_t at)
{
	uint64_t nr = 0;

	while (at + nr < file->nr_steps && !file->steps[at + nr].ends_pass)
		nr++;
	return nr;
}

void recording_script_sizes(struct recording *rec)
{
	const struct rec_stream *requests = &rec->streams[REC_FUSE_REQUESTS];
	struct rec_file *file = file_of(rec, 0);
	size_t at = 0;

	for (size_t i = 0; file && i < requests->nr; i++) {
		const uint64_t *request = rec_stream_at(requests, i);
		uint64_t end = request[0] + request[1];
		uint64_t nr = (end + PAGE_BYTES - 1) / PAGE_BYTES -
			      request[0] / PAGE_BYTES;

		if (at >= file->nr_steps || !file->steps[at].by_flusher ||
		    nr_folios_of_pass(file, at) != nr)
			return;
		for (uint64_t n = 0; n < nr && end % PAGE_BYTES; n++)
			file->steps[at + n].min_size_bytes = end;
		at += nr + 1;
	}
}

void recording_read_script(struct recording *rec, const json_t *root)
{
	struct script_reader reader = {
		.rec = rec,
		.comms = json_object_get(root, "comms"),
	};
	const json_t *event;
	size_t i;

	reader.sync_ends = !strcmp(rec->fs.type, "fuse");
	reader.counts_pages = reader.sync_ends && !rec->streams[REC_FOLIOS].nr;
	json_array_foreach(json_object_get(root, "events"), i, event) {
		const char *kind = text_at(event, 1);

		if (!strcmp(kind, "F"))
			read_folio(&reader, event);
		else if (!strcmp(kind, "B"))
			read_cached(&reader, event);
		else if (!strcmp(kind, "W"))
			read_writeback(&reader, event);
		else if (!strcmp(kind, "O"))
			read_mark(&reader, event);
	}
	for (size_t n = 0; reader.sync_ends && n < rec->nr_files; n++)
		order_ends(&rec->files[n]);
}
