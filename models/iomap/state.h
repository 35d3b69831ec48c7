/*
 * Per-block state of a folio (struct iomap_folio_state): dirty and uptodate
 * bits.  Exists only for folios of more than one block, made when first
 * needed; shared by the new and the old design.
 */
#ifndef MODELS_IOMAP_STATE_H
#define MODELS_IOMAP_STATE_H

#include <stdbool.h>
#include <stdint.h>

struct folio;
struct iomap_core;

/** folio_nr_blocks - file system blocks of @folio (1 if blocks are larger) */
unsigned int folio_nr_blocks(const struct folio *folio);

/**
 * ifs_alloc - the folio's state, made if it has more than one block and none
 * A folio dirty without state gets all dirty bits, one uptodate without state
 * all uptodate bits.
 * Return: NULL for a folio of one block.
 */
struct folio_state *ifs_alloc(struct folio *folio);

/** ifs_free - for mapping_ops.free_state */
void ifs_free(struct folio *folio);

/** ifs_set_dirty - blocks that overlap [pos, pos + len) become dirty */
void ifs_set_dirty(struct folio *folio, uint64_t pos, uint64_t len);
void ifs_clear_all_dirty(struct folio *folio);

/** ifs_set_uptodate - likewise; sets FOLIO_UPTODATE when all are */
void ifs_set_uptodate(struct folio *folio, uint64_t pos, uint64_t len);
bool ifs_block_is_uptodate(const struct folio *folio, uint64_t pos);

/**
 * ifs_find_dirty_range - next maximal run of dirty blocks
 * @pos: in: where to look from; out: first byte of the run
 * @end: block-rounded end of the search
 * Return: bytes of the run, 0 if none.  A folio without state is one run.
 */
uint64_t ifs_find_dirty_range(const struct folio *folio, uint64_t *pos,
			      uint64_t end);

/**
 * iomap_writeback_handle_eof - end of the bytes of @folio to write
 * @ret_end: end of file or of the folio, to the byte
 * Return: false when the folio lies wholly beyond the end of file.
 */
bool iomap_writeback_handle_eof(const struct folio *folio, uint64_t *ret_end);

#endif
