/*
 * Gaps of a recording.
 */
#include "sim/validate/gaps.h"

#include <stdio.h>
#include <string.h>

#include "sim/validate/workload.h"

static void note(json_t *notes, const char *text)
{
	json_array_append_new(notes, json_string(text));
}

static bool has_addresses(const struct recording *rec)
{
	for (size_t i = 0; i < rec->nr_files; i++) {
		if (rec->files[i].pieces.nr)
			return true;
	}
	return !strcmp(rec->fs.type, "bdev");
}

void gaps_note(struct recording *rec, json_t *notes)
{
	size_t nr_records = 0;
	char text[160];

	for (int id = 0; id < REC_NR_STREAMS; id++)
		nr_records += rec->streams[id].nr;
	if (rec->lost_events) {
		snprintf(text, sizeof(text),
			 "%lu events were lost while recording",
			 rec->lost_events);
		note(notes, text);
	}
	if (!nr_records)
		note(notes,
		     "no event of a stream was recorded: nothing to compare");
	if (rec->streams[REC_BIOS].nr && !has_addresses(rec))
		note(notes,
		     "no extents were recorded: sectors are the model's own");
	if (rec->nr_cpus > WORKLOAD_MAX_CPUS) {
		snprintf(text, sizeof(text), "%lu CPUs taken as %d",
			 rec->nr_cpus, WORKLOAD_MAX_CPUS);
		note(notes, text);
		rec->nr_cpus = WORKLOAD_MAX_CPUS;
	}
}
