/*
 * What the designs of FUSE writeback share, here and in models/legacy/fuse.
 */
#ifndef MODELS_FS_FUSE_DESIGN_H
#define MODELS_FS_FUSE_DESIGN_H

#include "models/fs/fuse/fuse.h"

/**
 * struct fuse_piece - bytes of one folio in a request
 * @folio: valid until the piece's writeback ends
 */
struct fuse_piece {
	struct fuse_piece *next;
	struct folio *folio;
	uint32_t bytes;
};

/** enum fuse_at - dates in the life of a WRITE */
enum fuse_at {
	FUSE_AT_SUBMIT,
	FUSE_AT_ALLOWED, /* no truncate or fsync holds it back */
	FUSE_AT_QUEUED,  /* max_background lets it through to the server */
	FUSE_AT_TAKEN,   /* a thread of the server has it */
	NR_FUSE_AT,
};

/**
 * struct fuse_request - a message to the server
 * @bytes: WRITE: sum of the pieces; READ: asked for
 * @sent_bytes: WRITE: after the crop at send
 * @first, @last: pieces, in order of the file
 * @nr_temporary_pages: copies it carries (temporary pages)
 * @secondary: WRITEs of one page each that wait for this one to end
 *   (temporary pages), newest first
 * @background: counts against max_background
 * @at_ns: of a WRITE, ends of stages of its folios' way (models/mm/way.h)
 */
struct fuse_request {
	struct fuse_request *next;
	struct fuse_inode *fi;
	enum fuse_opcode opcode;
	uint64_t offset;
	uint64_t bytes;
	uint64_t sent_bytes;
	uint64_t nr_pieces;
	struct fuse_piece *first;
	struct fuse_piece *last;
	uint64_t nr_temporary_pages;
	struct fuse_request *secondary;
	uint32_t handle;
	bool background;
	bool done;
	uint64_t at_ns[NR_FUSE_AT];
	struct sim_waitq waiters;
};

/**
 * struct fuse_inode - a file
 * @fuse: its mount
 * @queued: WRITEs made and not yet sent, in order
 * @nr_writers: WRITEs sent and not yet answered (fi->writectr)
 * @nowrite: truncate or fsync keeps WRITEs from being sent
 * @waiters: for @nr_writers to fall to zero, or for the end of a request
 * @times_dirty: mtime and ctime are newer than the server's
 * @store_file: of fuse_store_ops.open
 * @in_flight: the design's: pages of WRITEs made and not yet answered
 */
struct fuse_inode {
	struct inode inode;
	struct fuse *fuse;
	struct fuse_inode *next;
	struct fuse_request *queued;
	struct fuse_request **queued_tail;
	uint64_t nr_writers;
	bool nowrite;
	struct sim_waitq waiters;
	bool times_dirty;
	void *store_file;
	struct page_index in_flight;
};

/**
 * struct fuse - a mount: connection, server, files
 * @max_pages, @max_write_bytes: of a request, as negotiated
 * @background: WRITEs that wait to be given to the server, in order
 * @nr_background: those and @nr_active, which it was given
 */
struct fuse {
	struct mm *mm;
	const struct fuse_design *design;
	const struct fuse_kernel_config *kernel;
	const struct fuse_mount_config *mount;
	const struct fuse_costs *costs;
	struct fuse_store_ops store;
	struct flusher *flusher; /* NULL without dirty control */
	unsigned int block_shift;
	unsigned int account;
	unsigned int account_server;
	uint64_t max_pages;
	uint64_t max_write_bytes;
	uint64_t max_background;
	uint64_t congestion_threshold;
	struct pool pieces;
	struct mm_way_path way;
	struct hpool requests;
	struct fuse_request *background;
	struct fuse_request **background_tail;
	uint64_t nr_background;
	uint64_t nr_active;
	struct fuse_queue *queues;
	unsigned int nr_queues;
	struct fuse_inode *inodes;
	struct fuse_stats stats;
	struct sim_stream *stream_requests;
};

static inline struct fuse_inode *fuse_i(struct inode *inode)
{
	return inode->private;
}

/**
 * fuse_pass_starts - first thing of a pass: counts it
 * Return: false when it is to be skipped: one that need not be complete, and
 * the background is congested (fuse_writepages()).
 */
bool fuse_pass_starts(struct fuse_inode *fi,
		      const struct writeback_control *wbc);

/** fuse_new_write - a WRITE without pieces that begins at @offset */
struct fuse_request *fuse_new_write(struct fuse_inode *fi, uint64_t offset);

/** fuse_add_piece - the next @bytes of the file, in @folio; charges the piece */
void fuse_add_piece(struct fuse_request *request, struct folio *folio,
		    uint32_t bytes);

/**
 * fuse_is_full - would @bytes more at @pos need another request?
 * The rule of all designs: a gap in the file, more than max_pages, more than
 * max_write; from 7.2 also more pieces than max_pages.
 */
bool fuse_is_full(const struct fuse_request *request, uint64_t pos,
		  uint64_t bytes);

/**
 * fuse_send_write - queue the WRITE and send what may be sent
 * Sent: cropped at i_size, dropped wholly behind it, then in the background.
 * Settles.  The request must not be used afterwards.
 */
void fuse_send_write(struct fuse_request *request);

/**
 * fuse_send_write_now - past what keeps WRITEs back, cropped at @size
 * For one that follows another's answer; the thread has settled.
 */
void fuse_send_write_now(struct fuse_request *request, uint64_t size);

/** fuse_end_pieces - iomap_finish_folio_write() for each; frees them */
void fuse_end_pieces(struct fuse_request *request);

/** fuse_wait_folios - wait_range of designs whose folios stay under writeback */
void fuse_wait_folios(struct inode *inode, uint64_t pos, uint64_t len);

#endif
