/*
 * Oracles: outside information that a recording gives to a run.  Flattened:
 * file block -> disk block and page index -> page frame, nothing about
 * lengths or boundaries.
 */
#ifndef MODELS_RUN_ORACLES_H
#define MODELS_RUN_ORACLES_H

#include <stddef.h>
#include <stdint.h>

#include "models/mm/script.h"

/**
 * struct oracle_file - what is known of one file (by its name in the experiment)
 * @first_block .. : pieces [file byte, disk byte, bytes]; sorted by file
 *   byte, non-overlapping; may be cut and joined at will without effect
 * @frames: [page index, frame number] pairs, sorted by page index; none:
 *   folios are taken as not adjacent
 */
struct oracle_piece {
	uint64_t file_bytes;
	uint64_t disk_bytes;
	uint64_t nr_bytes;
};

struct oracle_frame {
	uint64_t page_index;
	uint64_t frame;
};

struct oracle_file {
	const char *name;
	const struct oracle_piece *pieces;
	size_t nr_pieces;
	/* where the file's blocks lay before the measured part, if they moved
	 * since (copy on write); none: the same */
	const struct oracle_piece *start_pieces;
	size_t nr_start_pieces;
	const struct oracle_frame *frames;
	size_t nr_frames;
	/* who wrote which folio, where passes ended; none: passes choose */
	const struct mm_script_step *steps;
	size_t nr_steps;
};

struct run_oracles {
	const struct oracle_file *files;
	size_t nr_files;
};

#endif
