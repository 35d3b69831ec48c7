/*
 * The server: threads that take requests, copy the data out of the kernel,
 * store it and answer.  On /dev/fuse a request costs two system calls (read
 * and write) and all threads take from one queue; with io_uring each CPU has a
 * queue and a thread, and one call answers a request and takes the next
 * (fs/fuse/dev_uring.c, 6.14).
 */
#include <stdio.h>
#include <stdlib.h>

#include "models/fs/fuse/internal.h"
#include "sim/base/assert.h"

void fuse_queue_request(struct fuse_request *request)
{
	struct fuse *fuse = request->fi->fuse;
	struct fuse_queue *queue =
		&fuse->queues[sim_current_cpu(fuse->mm->sim) % fuse->nr_queues];

	request->next = NULL;
	*queue->tail = request;
	queue->tail = &request->next;
	sim_wake(fuse->mm->sim, &queue->servers, 1);
}

static struct fuse_request *take(struct fuse_queue *queue)
{
	struct sim *sim = queue->fuse->mm->sim;
	struct fuse_request *request;

	sim_settle(sim);
	while (!queue->head)
		sim_wait(sim, &queue->servers);
	request = queue->head;
	queue->head = request->next;
	if (!queue->head)
		queue->tail = &queue->head;
	request->at_ns[FUSE_AT_TAKEN] = sim_now_ns(sim);
	return request;
}

static void charge(const struct fuse *fuse, uint64_t ps)
{
	sim_charge_ps(fuse->mm->sim, fuse->account_server, ps);
}

/* A system call on /dev/fuse, or its share of one on the ring. */
static void charge_call(const struct fuse *fuse)
{
	charge(fuse, fuse->mount->transport == FUSE_TRANSPORT_IO_URING
			     ? fuse->costs->uring_enter / 2
			     : fuse->costs->server_call);
}

/* Between kernel and server, page by page. */
static void charge_copy(const struct fuse *fuse, uint64_t pos, uint64_t bytes)
{
	uint64_t pages = ((pos + bytes + PAGE_BYTES - 1) >> PAGE_SHIFT) -
			 (pos >> PAGE_SHIFT);

	if (bytes)
		charge(fuse, bytes * fuse->mm->costs->copy_per_byte +
				     pages * fuse->costs->page_copy);
}

/* The server keeps what it was given; an error of its store is no bug here. */
static void store_bytes(struct fuse_request *request)
{
	struct fuse_inode *fi = request->fi;
	struct fuse *fuse = fi->fuse;
	int error = 0;

	fuse->stats.stored_bytes += request->sent_bytes;
	if (fi->store_file)
		error = fuse->store.write(fuse->store.arg, fi->store_file,
					  request->offset, request->sent_bytes);
	else
		charge(fuse, request->sent_bytes * fuse->costs->store_per_byte);
	if (error)
		mm_set_error(&fi->inode, error);
}

static void sync_store(struct fuse_inode *fi)
{
	struct fuse_store_ops *store = &fi->fuse->store;
	int error =
		fi->store_file ? store->fsync(store->arg, fi->store_file) : 0;

	if (error)
		mm_set_error(&fi->inode, error);
}

static void handle(struct fuse_request *request)
{
	struct fuse_inode *fi = request->fi;
	struct fuse *fuse = fi->fuse;

	charge(fuse, fuse->costs->server_request);
	switch (request->opcode) {
	case FUSE_WRITE:
		store_bytes(request);
		break;
	case FUSE_FSYNC:
		sync_store(fi);
		break;
	case FUSE_SETATTR:
	case FUSE_OPEN:
	case FUSE_READ:
	case FUSE_FLUSH:
	case FUSE_CREATE:
		break;
	}
}

static void server_thread(void *arg)
{
	struct fuse_queue *queue = arg;
	struct fuse *fuse = queue->fuse;
	struct sim *sim = fuse->mm->sim;

	for (;;) {
		struct fuse_request *request = take(queue);
		bool is_write = request->opcode == FUSE_WRITE;

		if (is_write)
			stream_emit(fuse->stream_requests, request->offset,
				    request->sent_bytes, 0, 0);
		charge_call(fuse);
		if (is_write)
			charge_copy(fuse, request->offset, request->sent_bytes);
		sim_user_return(sim);
		handle(request);
		charge_call(fuse);
		if (request->opcode == FUSE_READ)
			charge_copy(fuse, request->offset, request->bytes);
		sim_settle(sim);
		fuse_request_end(request);
		sim_user_return(sim);
	}
}

static void start_thread(struct fuse_queue *queue, unsigned int number,
			 unsigned int cpu)
{
	char name[32];

	snprintf(name, sizeof(name), "fuse server %u", number);
	sim_thread_new(queue->fuse->mm->sim, name, cpu, true, server_thread,
		       queue);
}

void fuse_server_init(struct fuse *fuse)
{
	bool uring = fuse->mount->transport == FUSE_TRANSPORT_IO_URING;
	unsigned int nr_cpus = sim_nr_cpus(fuse->mm->sim);
	unsigned int nr_threads =
		uring ? nr_cpus : (unsigned int)fuse->mount->server_threads;

	fuse->nr_queues = uring ? nr_cpus : 1;
	fuse->queues = calloc(fuse->nr_queues, sizeof(*fuse->queues));
	SIM_ASSERT(fuse->queues != NULL);
	for (unsigned int i = 0; i < fuse->nr_queues; i++) {
		fuse->queues[i].fuse = fuse;
		fuse->queues[i].tail = &fuse->queues[i].head;
		fuse->queues[i].servers.name = "FUSE server";
	}
	for (unsigned int i = 0; i < nr_threads; i++)
		start_thread(&fuse->queues[i % fuse->nr_queues], i,
			     i % nr_cpus);
}

void fuse_server_done(struct fuse *fuse)
{
	free(fuse->queues);
}
