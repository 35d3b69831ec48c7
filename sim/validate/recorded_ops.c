/*
 * Parser of the recorder's operation language.
 */
#include "sim/validate/recorded_ops.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/validate/vec.h"

/* Larger values cannot be file offsets and would overflow sums. */
#define MAX_VALUE (UINT64_C(1) << 60)
#define MAX_ARGS  6

/**
 * struct op_word - a word of the language
 * @kind, @word
 * @has_fd: the first number is a descriptor
 * @nr_needed: numbers that must be there, descriptor included
 */
struct op_word {
	const char *word;
	enum rec_op_kind kind;
	bool has_fd;
	unsigned int nr_needed;
};

static const struct op_word words[] = {
	{ "open", REC_OP_OPEN, true, 1 },
	{ "w", REC_OP_WRITE, true, 3 },
	{ "seq", REC_OP_SEQ, true, 4 },
	{ "a", REC_OP_APPEND, true, 2 },
	{ "fsync", REC_OP_FSYNC, true, 1 },
	{ "fdatasync", REC_OP_FDATASYNC, true, 1 },
	{ "syncfs", REC_OP_SYNCFS, true, 1 },
	{ "close", REC_OP_CLOSE, true, 1 },
	{ "sync", REC_OP_SYNC, false, 0 },
	{ "sleep", REC_OP_SLEEP, false, 1 },
	{ "dropcaches", REC_OP_DROP_CACHES, false, 0 },
	{ "falloc", REC_OP_FALLOCATE, true, 3 },
	{ "trunc", REC_OP_TRUNCATE, true, 2 },
	{ "clone", REC_OP_CLONE, true, 2 },
	{ "sfr", REC_OP_SYNC_RANGE, true, 4 },
	{ "mmap", REC_OP_MMAP, true, 3 },
	{ "mw", REC_OP_MMAP_WRITE, true, 2 },
	{ "msync", REC_OP_MSYNC, true, 1 },
	{ "munmap", REC_OP_MUNMAP, true, 1 },
	{ "pace", REC_OP_PACE, false, 1 },
	{ "fiemap", REC_OP_NOTHING, false, 0 },
	{ "mark", REC_OP_NOTHING, false, 0 },
};

static const struct op_word *word_find(const char *word)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!strcmp(words[i].word, word))
			return &words[i];
	}
	return NULL;
}

/* Numbers after the word, as far as they go. */
static unsigned int read_numbers(const char *text, uint64_t *numbers)
{
	unsigned int nr = 0;

	while (nr < MAX_ARGS) {
		char *end;

		while (*text == ' ' || *text == '\t')
			text++;
		if (*text < '0' || *text > '9')
			break;
		errno = 0;
		numbers[nr] = strtoull(text, &end, 10);
		if (errno || numbers[nr] > MAX_VALUE)
			numbers[nr] = UINT64_MAX;
		nr++;
		text = end;
	}
	return nr;
}

static int flag_of(char letter)
{
	switch (letter) {
	case 'r':
		return REC_OPEN_READ;
	case 'w':
		return REC_OPEN_WRITE;
	case 'c':
		return REC_OPEN_CREATE;
	case 't':
		return REC_OPEN_TRUNCATE;
	case 'd':
		return REC_OPEN_DIRECT;
	case 's':
		return REC_OPEN_SYNC;
	case 'a':
		return REC_OPEN_APPEND;
	default:
		return 0;
	}
}

static int parse_open(const char *args, struct rec_op *op, char *err,
		      size_t err_bytes)
{
	char path[256];
	char letters[16] = "";

	if (sscanf(args, "%*u %255s %15s", path, letters) < 2) {
		snprintf(err, err_bytes, "expected \"open FD PATH FLAGS\"");
		return -EINVAL;
	}
	for (const char *p = letters; *p; p++) {
		if (!flag_of(*p)) {
			snprintf(err, err_bytes,
				 "open flag '%c', expected letters of rwctdsa",
				 *p);
			return -EINVAL;
		}
		op->flags |= (unsigned int)flag_of(*p);
	}
	op->path = str_copy(path);
	return 0;
}

static void fill_numbers(struct rec_op *op, const uint64_t *v)
{
	switch (op->kind) {
	case REC_OP_WRITE:
		op->offset = v[1];
		op->bytes = v[2];
		break;
	case REC_OP_SEQ:
		op->offset = v[1];
		op->bytes = v[2];
		op->chunk = v[3];
		op->step = v[4] ? v[4] : v[3];
		break;
	case REC_OP_FALLOCATE:
	case REC_OP_SYNC_RANGE:
		op->offset = v[1];
		op->bytes = v[2];
		op->flags = (unsigned int)v[3];
		break;
	case REC_OP_MMAP:
		op->offset = v[1];
		op->bytes = v[2];
		op->step = v[3];
		break;
	case REC_OP_APPEND:
	case REC_OP_TRUNCATE:
		op->bytes = v[1];
		break;
	case REC_OP_CLONE:
		op->fd_source = (unsigned int)v[1];
		break;
	case REC_OP_MMAP_WRITE:
		op->offset = v[1];
		break;
	case REC_OP_SLEEP:
	case REC_OP_PACE:
		op->bytes = v[0];
		break;
	case REC_OP_OPEN:
	case REC_OP_FSYNC:
	case REC_OP_FDATASYNC:
	case REC_OP_SYNCFS:
	case REC_OP_CLOSE:
	case REC_OP_SYNC:
	case REC_OP_DROP_CACHES:
	case REC_OP_MSYNC:
	case REC_OP_MUNMAP:
	case REC_OP_NOTHING:
	case REC_OP_UNKNOWN:
		break;
	}
}

static int check_numbers(const struct op_word *word, const uint64_t *v,
			 unsigned int nr, char *err, size_t err_bytes)
{
	if (nr < word->nr_needed) {
		snprintf(err, err_bytes, "%u numbers, expected at least %u", nr,
			 word->nr_needed);
		return -EINVAL;
	}
	for (unsigned int i = 0; i < nr; i++) {
		if (v[i] > MAX_VALUE) {
			snprintf(err, err_bytes,
				 "number %u is too large for a file", i + 1);
			return -EINVAL;
		}
	}
	if ((word->has_fd && v[0] >= REC_MAX_FDS) ||
	    (word->kind == REC_OP_CLONE && v[1] >= REC_MAX_FDS)) {
		snprintf(err, err_bytes, "descriptor, expected 0 to %d",
			 REC_MAX_FDS - 1);
		return -EINVAL;
	}
	if (word->kind == REC_OP_SEQ && !v[3]) {
		snprintf(err, err_bytes,
			 "chunk of 0 bytes, expected 1 or more");
		return -EINVAL;
	}
	return 0;
}

int rec_op_parse(const char *line, struct rec_op *ret, char *reterr,
		 size_t reterr_bytes)
{
	uint64_t numbers[MAX_ARGS] = { 0 };
	const struct op_word *word;
	struct rec_op op = { .kind = REC_OP_UNKNOWN };
	unsigned int nr;
	int skipped = 0;
	int status;

	if (sscanf(line, "%15s%n", op.word, &skipped) != 1 || op.word[0] == '#')
		return 1;
	word = word_find(op.word);
	if (!word) {
		*ret = op;
		return 0;
	}
	op.kind = word->kind;
	nr = read_numbers(line + skipped, numbers);
	status = check_numbers(word, numbers, nr, reterr, reterr_bytes);
	if (status)
		return status;
	if (word->has_fd)
		op.fd = (unsigned int)numbers[0];
	fill_numbers(&op, numbers);
	if (op.kind == REC_OP_OPEN) {
		status = parse_open(line + skipped, &op, reterr, reterr_bytes);
		if (status)
			return status;
	}
	*ret = op;
	return 0;
}

void rec_ops_add(struct rec_ops *ops, const struct rec_op *op)
{
	ops->items = vec_grow(ops->items, ops->nr, &ops->cap, sizeof(*op));
	ops->items[ops->nr++] = *op;
}

bool rec_ops_only_faults_fill(const struct rec_ops *ops)
{
	bool maps = false;

	for (size_t i = 0; i < ops->nr; i++) {
		enum rec_op_kind kind = ops->items[i].kind;

		if (kind == REC_OP_WRITE || kind == REC_OP_SEQ ||
		    kind == REC_OP_APPEND || kind == REC_OP_TRUNCATE)
			return false;
		maps |= kind == REC_OP_MMAP;
	}
	return maps;
}

void rec_ops_done(struct rec_ops *ops)
{
	for (size_t i = 0; i < ops->nr; i++)
		free(ops->items[i].path);
	free(ops->items);
	*ops = (struct rec_ops){ 0 };
}
