/*
 * Oracle pieces: file byte -> disk byte, flattened.  Where a piece ends says
 * nothing; lists that map each byte alike are equal for the model.
 */
#ifndef SIM_VALIDATE_ORACLE_PIECES_H
#define SIM_VALIDATE_ORACLE_PIECES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/run/oracles.h"

/** struct piece_list - sorted by file byte, disjoint */
struct piece_list {
	struct oracle_piece *items;
	size_t nr;
	size_t cap;
};

/**
 * pieces_add_missing - add the parts of @piece whose file bytes are not
 * mapped yet; what is mapped stays
 */
void pieces_add_missing(struct piece_list *list, struct oracle_piece piece);

/** pieces_join - join neighbours that are contiguous in file and on disk */
void pieces_join(struct piece_list *list);

/**
 * pieces_cut - cut at random multiples of @block_bytes
 * @seed: of the positions; about every second piece gets cuts
 */
void pieces_cut(struct piece_list *list, uint64_t block_bytes, uint64_t seed);

/** pieces_lookup - disk byte of a file byte; false where nothing is known */
bool pieces_lookup(const struct piece_list *list, uint64_t file_byte,
		   uint64_t *ret_disk_byte);

void pieces_done(struct piece_list *list);

/**
 * frames_sort - by page index; of several frames of one page the last one
 * stays, the page was added to the cache again
 * Return: how many are left.
 */
size_t frames_sort(struct oracle_frame *frames, size_t nr);

#endif
