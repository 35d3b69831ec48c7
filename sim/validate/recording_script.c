/*
 * Who wrote which folio: F events by task, and where its passes ended.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/base/units.h"
#include "sim/validate/recording.h"
#include "sim/validate/vec.h"

struct script_reader {
	struct recording *rec;
	const json_t *comms;
	bool in_sync;
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
	if (file && file->nr_steps &&
	    !file->steps[file->nr_steps - 1].ends_pass)
		add_step(file, 0, is_by_flusher(reader, event), true);
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

		if (last && !last->by_flusher && !last->ends_pass)
			add_step(file, 0, false, true);
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

	json_array_foreach(json_object_get(root, "events"), i, event) {
		const char *kind = text_at(event, 1);

		if (!strcmp(kind, "F"))
			read_folio(&reader, event);
		else if (!strcmp(kind, "B"))
			read_cached(&reader, event);
		else if (!strcmp(kind, "W"))
			read_pass_end(&reader, event);
		else if (!strcmp(kind, "O"))
			read_mark(&reader, event);
	}
}
