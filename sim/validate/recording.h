/*
 * A recorded kernel run: what tests/groundtruth/README.md describes, as C.
 *
 * Everything that comes from outside is checked here; a damaged recording is
 * a message with file, place and what was expected.
 */
#ifndef SIM_VALIDATE_RECORDING_H
#define SIM_VALIDATE_RECORDING_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/run/oracles.h"
#include "sim/validate/control_log.h"
#include "sim/validate/oracle_pieces.h"
#include "sim/validate/recorded_ops.h"

enum rec_stream_id {
	REC_FOLIOS,
	REC_IOEND_RANGES,
	REC_CONVERSIONS,
	REC_BIOS,
	REC_SPLITS,
	REC_MERGES,
	REC_REQUESTS,
	REC_COMPLETIONS,
	REC_FUSE_REQUESTS,
	REC_FILLS, /* folios that page faults added */
	REC_NR_STREAMS,
};

#define REC_MAX_FIELDS 3

/**
 * struct rec_stream_desc - a compared stream
 * @name: as the simulator names it (sim/engine/metrics.h)
 * @fields, @nr_fields: compared fields, in the simulator's order
 * @class_field: the simulator's field that is 0 for data (others are left
 *   out); 0 when it has none
 */
struct rec_stream_desc {
	const char *name;
	const char *fields[REC_MAX_FIELDS];
	unsigned int nr_fields;
	unsigned int class_field;
};

extern const struct rec_stream_desc rec_streams[REC_NR_STREAMS];

/** struct rec_stream - records, nr_fields values each */
struct rec_stream {
	unsigned int nr_fields;
	uint64_t *values;
	size_t nr;
	size_t cap;
};

void rec_stream_add(struct rec_stream *s, uint64_t f0, uint64_t f1,
		    uint64_t f2);
const uint64_t *rec_stream_at(const struct rec_stream *s, size_t i);

/**
 * struct rec_device - limits of the device the data went to, as its sysfs
 * files said; UINT64_MAX where a field was not recorded
 */
struct rec_device {
	bool given;
	char *name;
	char *scheduler;
	bool write_cache;
	bool zoned;
	uint64_t max_sectors_kb;
	uint64_t max_hw_sectors_kb;
	uint64_t max_segments;
	uint64_t max_segment_size;
	uint64_t logical_block_size;
	uint64_t physical_block_size;
	uint64_t chunk_sectors;
	uint64_t nr_requests;
	uint64_t virt_boundary_mask;
	uint64_t size_sectors;
	uint64_t zone_append_max_bytes;
	uint64_t zone_write_granularity;
	uint64_t nr_zones;
	uint64_t max_open_zones;
	uint64_t max_active_zones;
	uint64_t completion_ns;
};

/**
 * struct rec_filesystem - type as in the mount table, "fuse" or "bdev"
 * @setup: the recorder's shell line, for what only stands there
 * @conventional_zones: of a zoned device
 */
struct rec_filesystem {
	char *type;
	char *setup;
	char *mount_options;
	bool zoned;
	uint64_t block_size_bytes;
	uint64_t ag_count;
	uint64_t ag_blocks;
	uint64_t data_blocks;
	uint64_t conventional_zones;
};

/** struct rec_file - one file of the recording and what is known of it */
struct rec_file {
	char *path;
	char *name; /* path without the mount point */
	uint64_t ino;
	uint64_t size_bytes;
	struct piece_list pieces;
	struct oracle_frame *frames; /* sorted by page index */
	size_t nr_frames;
	size_t cap_frames;
	struct mm_script_step
		*steps; /* F events and ends of passes, in order */
	size_t nr_steps;
	size_t cap_steps;
	bool has_flusher_steps;
	/* while the events are read: a pass of that task is open */
	bool in_sync_pass;
	bool in_flusher_pass;
	uint64_t nr_cached; /* one past the page last added to the cache */
};

struct recording {
	char *path;
	char *release; /* "6.17.13+deb13-amd64" */
	char *kernel;  /* "6.17.13", or its folder "6.17.13-smp2" */
	char *scenario;
	uint64_t nr_cpus;
	uint64_t lost_events;
	uint64_t dirty_bytes;
	uint64_t dirty_background_bytes;
	uint64_t dirty_writeback_centisecs;
	struct rec_device device;
	struct rec_filesystem fs;
	struct rec_ops prepare;
	struct rec_ops ops;
	struct rec_file *files;
	size_t nr_files;
	size_t cap_files;
	struct rec_stream streams[REC_NR_STREAMS];
	json_t *calls;              /* each probed function: number of calls */
	struct rec_stream finished; /* ranges the completion worker ended */
	struct control_log control;
};

/**
 * recording_load - read and check one recording
 * @path: .json or .json.gz
 * @reterr: "PATH: $.place: what, expected what"
 * Return: 0 or -errno; *ret is to be given to recording_done() either way.
 */
int recording_load(const char *path, struct recording *ret, char *reterr,
		   size_t reterr_bytes);

/** recording_parse - the same from text in memory; @path only for messages */
int recording_parse(const char *text, size_t nr_bytes, const char *path,
		    struct recording *ret, char *reterr, size_t reterr_bytes);

void recording_done(struct recording *rec);

/** recording_file_by_ino, _by_path - NULL if the recording has none such */
struct rec_file *recording_file_by_ino(struct recording *rec, uint64_t ino);
struct rec_file *recording_file_by_path(struct recording *rec,
					const char *path);

/** recording_add_file - known already or not; ino 0: not known */
struct rec_file *recording_add_file(struct recording *rec, const char *path,
				    uint64_t ino, uint64_t size_bytes);

/**
 * recording_label - name of a kernel in reports: "6.17.13" of
 * "6.17.13+deb13-amd64", or the name of the recording's folder when that
 * begins so ("6.17.13-smp2")
 * Return: malloc'd.
 */
char *recording_label(const char *release, const char *path);

/* Parts of the parser, one file each. */

/** struct rec_reader - what all parts need to report an error */
struct rec_reader {
	const char *path;
	char *err;
	size_t err_bytes;
};

/** rec_fail - fill the message; Return: -EINVAL */
__attribute__((format(printf, 3, 4))) int
rec_fail(struct rec_reader *reader, const char *place, const char *format, ...);

/**
 * rec_load_json - parse, refusing duplicate keys; integers above INT64_MAX
 * are read as INT64_MAX
 * Return: new reference or NULL.
 */
json_t *rec_load_json(const char *text, size_t nr_bytes, json_error_t *reterr);

/** rec_uint - non-negative JSON integer; false if it is none */
bool rec_uint(const json_t *value, uint64_t *ret);

int rec_read_device(struct rec_reader *reader, const json_t *root,
		    struct recording *rec);
int rec_read_filesystem(struct rec_reader *reader, const json_t *root,
			struct recording *rec);
int rec_read_extents(struct rec_reader *reader, const json_t *root,
		     struct recording *rec);
/** rec_read_finished - "k" events: ranges finished after merging (merging.c) */
void rec_read_finished(const json_t *root, struct recording *rec);
int rec_read_calls(struct rec_reader *reader, const json_t *root,
		   struct recording *rec);
int rec_read_events(struct rec_reader *reader, const json_t *root,
		    struct recording *rec);

/**
 * rec_data_device - name of the device that the data bios of @events went to
 * Return: inside @events; NULL if there is no data bio.
 */
const char *rec_data_device(const json_t *events);

/**
 * recording_clone - the @n-th clone made in the preparation
 * @ret_source, @ret_clone: indexes of files
 * Return: false when there are fewer, or a file is not among the recorded.
 */
bool recording_clone(const struct recording *rec, size_t n, size_t *ret_source,
		     size_t *ret_clone);

/**
 * recording_read_script - fill the files' steps from the events of @root
 * Does nothing where tasks or marks were not recorded.
 */
void recording_read_script(struct recording *rec, const json_t *root);

/**
 * recording_script_sizes - how long the file was when the flusher's first
 * passes sent their WRITEs, where these were cropped (FUSE, one WRITE a pass)
 */
void recording_script_sizes(struct recording *rec);

#endif
