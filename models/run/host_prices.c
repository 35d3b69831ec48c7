/*
 * Indirect calls and locked instructions of the writeback layer, as counted
 * on 6.16.12 (old design) and 6.17.13 (new design): the same numbers.
 *
 *	per dirty range                1 indirect
 *	per ioend                      1 indirect
 *	per large folio                3 locked, 1 more with its state allocated
 *	per range in a large folio     1 locked
 *	per segment of a large folio   1 locked
 */
#include "models/run/costs.h"

struct design_costs host_prices_add(const struct design_costs *costs,
				    const struct host_costs *host)
{
	struct design_costs ret = *costs;

	ret.range += host->indirect_call;
	ret.ioend += host->indirect_call;
	ret.large_folio += 3 * host->locked_instruction;
	ret.state_alloc += host->locked_instruction;
	ret.large_range += host->locked_instruction;
	ret.large_segment_end += host->locked_instruction;
	return ret;
}
