/*
 * Shared by the files of models/fs/fuse only.
 */
#ifndef MODELS_FS_FUSE_INTERNAL_H
#define MODELS_FS_FUSE_INTERNAL_H

#include "models/fs/fuse/design.h"

/**
 * struct fuse_queue - requests that a server thread may take
 * One for /dev/fuse, whatever the number of threads; one per CPU with
 * io_uring.
 */
struct fuse_queue {
	struct fuse *fuse;
	struct fuse_request *head;
	struct fuse_request **tail;
	struct sim_waitq servers;
	unsigned int number;
};

/* request.c */
struct fuse_request *fuse_new_request(struct fuse_inode *fi,
				      enum fuse_opcode opcode);
void fuse_put_request(struct fuse *fuse, struct fuse_request *request);

/** fuse_call - send a request and wait for its answer; frees it */
void fuse_call(struct fuse_inode *fi, enum fuse_opcode opcode, uint64_t offset,
	       uint64_t bytes);

/** fuse_send_background - give to the server as soon as max_background allows */
void fuse_send_background(struct fuse_request *request);

/**
 * fuse_request_end - the server has answered
 * Context: thread of the server.
 */
void fuse_request_end(struct fuse_request *request);

/* write.c */

/** fuse_set_nowrite - let no WRITE be sent and wait for those that were */
void fuse_set_nowrite(struct fuse_inode *fi);
void fuse_release_nowrite(struct fuse_inode *fi);
/** fuse_write_end - the answer to a WRITE, or its drop at send */
void fuse_write_end(struct fuse_request *request);

/* server.c */
void fuse_server_init(struct fuse *fuse);
void fuse_server_done(struct fuse *fuse);
/** fuse_queue_request - for the server to take; wakes a thread of it */
void fuse_queue_request(struct fuse_request *request);

#endif
