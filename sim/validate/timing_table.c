/*
 * The table.  Evidence: two boots of one kernel differ in these streams
 * (folders "-repeat" of the corpus), or the recorded device's clock decides.
 */
#include "sim/validate/timing_table.h"

#include <regex.h>
#include <stdbool.h>
#include <stdio.h>

#include "sim/base/assert.h"

#define EARLY_FLUSHER                                                          \
	"6.12's flusher starts while the writer is at work; without page-cache events the recording tells which folios its passes took, not when, and a delayed extent grows meanwhile"
#define PREEMPTED                                                              \
	"a flusher preempted in its last pass submits its last piece after the next task's first ones"
#define DEVICE_ORDER                                                           \
	"the order in which requests complete is the recorded (emulated) device's timing"
#define NO_FRAMES                                                              \
	"no page frames were recorded in this boot, and the 256-segment cap counts page-frame runs"

#define EARLY_S01                                                              \
	"s01-xfs-(nullb256k-seq|nvme128k-seq|nvmebig-seq|nvmemqdl-seq|seq-append|virtio-seq)"
#define SMALL_FOLIOS "s02b-xfs-seq-overwrite-4k|s16-xfs-seq-w(4k|64k)"

static const struct timing_row rows[] = {
	{ "6[.]12[.].*", EARLY_S01, "conversions", RELATION_TILING,
	  EARLY_FLUSHER },
	{ "6[.]12[.].*", "s12-zonefs-cnv-stride", "bios|requests|completions",
	  RELATION_MULTISET, PREEMPTED },
	{ ".*-(repeat|smp2)", SMALL_FOLIOS, "bios|splits|requests|completions",
	  RELATION_TILING, NO_FRAMES },
	{ ".*", ".*", "completions", RELATION_MULTISET, DEVICE_ORDER },
};

static bool fits(const char *expression, const char *word)
{
	char whole[256];
	regex_t regex;
	bool ret;

	SIM_ASSERT(snprintf(whole, sizeof(whole), "^(%s)$", expression) <
		   (int)sizeof(whole));
	SIM_ASSERT(!regcomp(&regex, whole, REG_EXTENDED | REG_NOSUB));
	ret = !regexec(&regex, word, 0, NULL, 0);
	regfree(&regex);
	return ret;
}

const struct timing_row *
timing_row_find(const char *kernel, const char *scenario, const char *stream)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (fits(rows[i].stream, stream) &&
		    fits(rows[i].kernel, kernel) &&
		    fits(rows[i].scenario, scenario))
			return &rows[i];
	}
	return NULL;
}

const char *stream_relation_name(enum stream_relation relation)
{
	switch (relation) {
	case RELATION_MULTISET:
		return "equal multiset";
	case RELATION_PAGE_SET:
		return "equal page set";
	case RELATION_TILING:
		return "tiling of the same run";
	}
	return "?";
}

const struct timing_row *timing_table(size_t *ret_nr)
{
	*ret_nr = sizeof(rows) / sizeof(rows[0]);
	return rows;
}
