/*
 * Recorded operations in the words of the experiment.
 *
 * A descriptor becomes the name of the file it was opened on.  An operation
 * or flag that the build's experiment has no word for makes the recording
 * "not modelled"; the word lists are asked, so that new ones count as soon as
 * they exist.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sim/validate/vec.h"
#include "sim/validate/workload.h"

#define MAX_SLEEP_MS 3600000

/** struct player - descriptors and positions while a list is translated */
struct player {
	const struct recording *rec;
	json_t *out;
	const char *names[REC_MAX_FDS];
	uint64_t positions[REC_MAX_FDS];
	uint64_t rate; /* of the following seqs, bytes/s; 0: none */
	char *err;
	size_t err_bytes;
};

static const struct {
	enum rec_op_kind kind;
	const char *word;
} op_words[] = {
	{ REC_OP_OPEN, "open" },
	{ REC_OP_WRITE, "write" },
	{ REC_OP_SEQ, "write" },
	{ REC_OP_APPEND, "write" },
	{ REC_OP_FSYNC, "fsync" },
	{ REC_OP_FDATASYNC, "fdatasync" },
	{ REC_OP_SYNCFS, "syncfs" },
	{ REC_OP_CLOSE, "close" },
	{ REC_OP_SYNC, "sync" },
	{ REC_OP_SLEEP, "sleep" },
	{ REC_OP_DROP_CACHES, "drop_caches" },
	{ REC_OP_FALLOCATE, "fallocate" },
	{ REC_OP_TRUNCATE, "truncate" },
	{ REC_OP_CLONE, "clone" },
	{ REC_OP_SYNC_RANGE, "sync_file_range" },
	{ REC_OP_MMAP, "mmap" },
	{ REC_OP_MMAP_WRITE, "mmap_write" },
	{ REC_OP_MSYNC, "msync" },
	{ REC_OP_MUNMAP, "munmap" },
};

static const char *word_of(enum rec_op_kind kind)
{
	for (size_t i = 0; i < sizeof(op_words) / sizeof(op_words[0]); i++) {
		if (op_words[i].kind == kind)
			return op_words[i].word;
	}
	return NULL;
}

static int not_modelled(struct player *p, const char *what, const char *word)
{
	snprintf(p->err, p->err_bytes, "%s %s", what, word);
	return 1;
}

static void set_int(json_t *object, const char *key, uint64_t value)
{
	json_object_set_new(object, key, json_integer((json_int_t)value));
}

/* A flag of open that the experiment has under @key, or not at all. */
static int set_flag(struct player *p, json_t *object, const struct rec_op *op,
		    unsigned int flag, const char *key)
{
	char path[64];

	if (!(op->flags & flag))
		return 0;
	snprintf(path, sizeof(path), "threads.ops.%s", key);
	if (!workload_has_key(path))
		return not_modelled(p, "open flag", key);
	json_object_set_new(object, key, json_true());
	return 0;
}

static const char *name_of_path(const struct recording *rec, const char *path)
{
	for (size_t i = 0; i < rec->nr_files; i++) {
		if (!strcmp(rec->files[i].path, path))
			return rec->files[i].name;
	}
	return path;
}

static int add_open(struct player *p, const struct rec_op *op, json_t *object)
{
	int status;

	p->names[op->fd] = name_of_path(p->rec, op->path);
	p->positions[op->fd] = 0;
	json_object_set_new(object, "file", json_string(p->names[op->fd]));
	status = set_flag(p, object, op, REC_OPEN_CREATE, "create");
	if (!status)
		status = set_flag(p, object, op, REC_OPEN_TRUNCATE, "truncate");
	if (!status)
		status = set_flag(p, object, op, REC_OPEN_SYNC, "o_sync");
	if (!status)
		status = set_flag(p, object, op, REC_OPEN_DIRECT, "o_direct");
	/* A positioned write ignores it but for O_APPEND's own rule. */
	if (!status)
		status = set_flag(p, object, op, REC_OPEN_APPEND, "o_append");
	return status;
}

static void add_write(json_t *object, uint64_t offset, uint64_t total,
		      uint64_t chunk, uint64_t step)
{
	json_object_set_new(object, "pattern", json_string("sequential"));
	set_int(object, "offset_bytes", offset);
	set_int(object, "total_bytes", total);
	set_int(object, "write_bytes", chunk);
	if (step != chunk)
		set_int(object, "stride_bytes", step);
}

static int add_range(struct player *p, const struct rec_op *op, json_t *object)
{
	if (op->kind == REC_OP_FALLOCATE && op->flags)
		return not_modelled(p, "operation", "falloc with a mode");
	if (op->kind == REC_OP_SYNC_RANGE)
		set_int(object, "flags", op->flags);
	if (op->kind == REC_OP_MMAP)
		set_int(object, "stride_bytes", op->step);
	set_int(object, "offset_bytes", op->offset);
	set_int(object, "total_bytes", op->bytes);
	return 0;
}

static int fill_op(struct player *p, const struct rec_op *op, json_t *object)
{
	switch (op->kind) {
	case REC_OP_WRITE:
		add_write(object, op->offset, op->bytes, op->bytes, op->bytes);
		return 0;
	case REC_OP_SEQ:
		add_write(object, op->offset, op->bytes, op->chunk, op->step);
		if (p->rate)
			set_int(object, "rate_bytes_per_s", p->rate);
		return 0;
	case REC_OP_APPEND:
		add_write(object, p->positions[op->fd], op->bytes, op->bytes,
			  op->bytes);
		p->positions[op->fd] += op->bytes;
		return 0;
	case REC_OP_FALLOCATE:
	case REC_OP_SYNC_RANGE:
	case REC_OP_MMAP:
		return add_range(p, op, object);
	case REC_OP_TRUNCATE:
		set_int(object, "total_bytes", op->bytes);
		return 0;
	case REC_OP_MMAP_WRITE:
		set_int(object, "offset_bytes", op->offset);
		return 0;
	case REC_OP_CLONE:
		json_object_set_new(object, "source",
				    json_string(p->names[op->fd_source]));
		return 0;
	case REC_OP_OPEN:
	case REC_OP_FSYNC:
	case REC_OP_FDATASYNC:
	case REC_OP_SYNCFS:
	case REC_OP_CLOSE:
	case REC_OP_SYNC:
	case REC_OP_SLEEP:
	case REC_OP_DROP_CACHES:
	case REC_OP_MSYNC:
	case REC_OP_MUNMAP:
	case REC_OP_PACE:
	case REC_OP_NOTHING:
	case REC_OP_UNKNOWN:
		return 0;
	}
	return 0;
}

static bool is_on_file(enum rec_op_kind kind)
{
	switch (kind) {
	case REC_OP_SYNC:
	case REC_OP_SLEEP:
	case REC_OP_DROP_CACHES:
	case REC_OP_OPEN:
		return false;
	case REC_OP_WRITE:
	case REC_OP_SEQ:
	case REC_OP_APPEND:
	case REC_OP_FSYNC:
	case REC_OP_FDATASYNC:
	case REC_OP_SYNCFS:
	case REC_OP_CLOSE:
	case REC_OP_FALLOCATE:
	case REC_OP_TRUNCATE:
	case REC_OP_CLONE:
	case REC_OP_SYNC_RANGE:
	case REC_OP_MMAP:
	case REC_OP_MMAP_WRITE:
	case REC_OP_MSYNC:
	case REC_OP_MUNMAP:
	case REC_OP_PACE:
	case REC_OP_NOTHING:
	case REC_OP_UNKNOWN:
		return true;
	}
	return true;
}

static int check_file(struct player *p, const struct rec_op *op)
{
	unsigned int fd = op->fd;

	if (op->kind == REC_OP_CLONE && p->names[fd])
		fd = op->fd_source;
	if (p->names[fd])
		return 0;
	snprintf(p->err, p->err_bytes,
		 "operation %s on descriptor %u, which is not open", op->word,
		 fd);
	return -EINVAL;
}

static bool writes_nothing(const struct rec_op *op)
{
	if (op->kind == REC_OP_NOTHING)
		return true;
	if (op->kind == REC_OP_WRITE || op->kind == REC_OP_SEQ ||
	    op->kind == REC_OP_APPEND)
		return !op->bytes;
	return false;
}

static int add_op(struct player *p, const struct rec_op *op)
{
	const char *word = word_of(op->kind);
	json_t *object;
	int status;

	if (op->kind == REC_OP_PACE)
		p->rate = op->bytes;
	if (op->kind == REC_OP_PACE || writes_nothing(op))
		return 0;
	if (!word || !workload_has_word("threads.ops.op", word))
		return not_modelled(p, "operation", op->word);
	if (is_on_file(op->kind) && check_file(p, op))
		return -EINVAL;
	object = json_pack("{s:s}", "op", word);
	SIM_ASSERT(object != NULL);
	if (is_on_file(op->kind))
		json_object_set_new(object, "file",
				    json_string(p->names[op->fd]));
	if (op->kind == REC_OP_SLEEP)
		set_int(object, "duration_ns",
			(op->bytes > MAX_SLEEP_MS ? MAX_SLEEP_MS : op->bytes) *
				1000000);
	status = op->kind == REC_OP_OPEN ? add_open(p, op, object)
					 : fill_op(p, op, object);
	if (status) {
		json_decref(object);
		return status;
	}
	json_array_append_new(p->out, object);
	if (op->kind == REC_OP_CLOSE)
		p->names[op->fd] = NULL;
	return 0;
}

int workload_ops(const struct recording *rec, const struct rec_ops *ops,
		 json_t **ret, char *reterr, size_t reterr_bytes)
{
	struct player p = {
		.rec = rec,
		.out = json_array(),
		.err_bytes = reterr_bytes,
	};

	p.err = reterr;
	for (size_t i = 0; i < ops->nr; i++) {
		int status = add_op(&p, &ops->items[i]);

		if (status) {
			json_decref(p.out);
			return status;
		}
	}
	*ret = p.out;
	return 0;
}
