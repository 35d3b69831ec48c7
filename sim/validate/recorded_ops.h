/*
 * The operation language of the recorder (recorder/gtw.c), parsed into a
 * neutral list.  All of it is understood here; whether the simulator can
 * play an operation is decided in workload.c.
 */
#ifndef SIM_VALIDATE_RECORDED_OPS_H
#define SIM_VALIDATE_RECORDED_OPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum rec_op_kind {
	REC_OP_OPEN,
	REC_OP_WRITE,  /* one write of @bytes at @offset */
	REC_OP_SEQ,    /* writes of @chunk at @offset, +@step, ... */
	REC_OP_APPEND, /* write() at the descriptor's position */
	REC_OP_FSYNC,
	REC_OP_FDATASYNC,
	REC_OP_SYNCFS,
	REC_OP_CLOSE,
	REC_OP_SYNC,
	REC_OP_SLEEP, /* @bytes milliseconds */
	REC_OP_DROP_CACHES,
	REC_OP_FALLOCATE,
	REC_OP_TRUNCATE, /* to @bytes */
	REC_OP_CLONE,    /* @fd becomes a clone of @fd_source */
	REC_OP_SYNC_RANGE,
	REC_OP_MMAP,       /* map, dirty a byte each @step (0: none) */
	REC_OP_MMAP_WRITE, /* dirty a byte at @offset */
	REC_OP_MSYNC,
	REC_OP_MUNMAP,
	REC_OP_PACE,    /* following seqs at @bytes per second */
	REC_OP_NOTHING, /* mark, fiemap: no effect on writeback */
	REC_OP_UNKNOWN, /* a word this version does not know */
};

enum rec_open_flags {
	REC_OPEN_READ = 1,
	REC_OPEN_WRITE = 2,
	REC_OPEN_CREATE = 4,
	REC_OPEN_TRUNCATE = 8,
	REC_OPEN_DIRECT = 16,
	REC_OPEN_SYNC = 32,
	REC_OPEN_APPEND = 64,
};

#define REC_MAX_FDS 16

struct rec_op {
	enum rec_op_kind kind;
	char word[16]; /* as written, for messages */
	unsigned int fd;
	unsigned int fd_source;
	unsigned int flags; /* open flags, fallocate mode, sfr flags */
	char *path;
	uint64_t offset;
	uint64_t bytes;
	uint64_t chunk;
	uint64_t step;
};

struct rec_ops {
	struct rec_op *items;
	size_t nr;
	size_t cap;
};

/**
 * rec_op_parse - one line of the language
 * @reterr: what is wrong with the line
 * Return: 0 with *ret filled (path owned by it), 1 for an empty line or a
 * comment, -EINVAL.
 */
int rec_op_parse(const char *line, struct rec_op *ret, char *reterr,
		 size_t reterr_bytes);

/** rec_ops_add - append a copy of @op; takes its path over */
void rec_ops_add(struct rec_ops *ops, const struct rec_op *op);

/**
 * rec_ops_only_faults_fill - do they map files and make no write call, so that
 * every folio added to the cache is added by a page fault?
 */
bool rec_ops_only_faults_fill(const struct rec_ops *ops);

void rec_ops_done(struct rec_ops *ops);

#endif
