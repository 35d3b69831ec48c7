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
#include <string.h>

#include "models/run/costs.h"
#include "sim/base/units.h"

#define PRICE_BYTES sizeof(uint64_t)

_Static_assert(offsetof(struct cost_config, host) == 0 &&
		       sizeof(struct cost_config) % PRICE_BYTES == 0,
	       "host_prices_scale: prices follow those of the host");

void host_prices_scale(const struct cost_config *costs, uint64_t instruction_ps,
		       struct cost_config *ret)
{
	char *at = (char *)ret + sizeof(ret->host);
	char *end = (char *)ret + sizeof(*ret);

	*ret = *costs;
	for (; at < end; at += PRICE_BYTES) {
		uint64_t ps;

		memcpy(&ps, at, sizeof(ps));
		ps = mul_div_up(ps, instruction_ps, 1000);
		memcpy(at, &ps, sizeof(ps));
	}
}

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
