/*
 * A small set of tables with every kind of row, for the tests of sim/config,
 * and helpers that write files into a folder of their own.
 */
#ifndef TESTS_UNIT_CONFIG_EXAMPLE_H
#define TESTS_UNIT_CONFIG_EXAMPLE_H

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/config/config.h"

struct op {
	int op;
	char *file;
	uint64_t write_bytes;
	uint64_t think_ns;
};

struct thread {
	char *name;
	uint64_t count;
	struct cfg_array ops;
};

struct costs {
	uint64_t lookup_ps;
	uint64_t copy_ps;
	struct cfg_array steps;
};

struct device {
	uint64_t zone_size_bytes;
	uint64_t bandwidth;
	bool zoned;
	struct costs costs;
	char *costs_name;
};

struct block {
	uint64_t max_sectors_bytes;
	uint64_t min_depth;
	uint64_t ratio;
};

struct experiment {
	char *name;
	struct device device;
	char *device_name;
	struct block block;
	struct cfg_array threads;
	struct cfg_array seeds;
	char *note;
};

static const char *const op_names[] = { "write", "fsync", "truncate", NULL };

static const struct cfg_key op_keys[] = {
	{ .key = "op",
	  .type = CFG_ENUM,
	  .offset = offsetof(struct op, op),
	  .required = true,
	  .names = op_names,
	  .help = "What is done." },
	{ .key = "file",
	  .type = CFG_STRING,
	  .offset = offsetof(struct op, file),
	  .help = "Name of the file." },
	{ .key = "write_bytes",
	  .type = CFG_INT,
	  .unit = "bytes",
	  .offset = offsetof(struct op, write_bytes),
	  .def = "\"1MiB\"",
	  .min = 1,
	  .help = "Size of one call.",
	  .source = "assumption" },
	{ .key = "think_ns",
	  .type = CFG_INT,
	  .unit = "ns",
	  .offset = offsetof(struct op, think_ns),
	  .min = 10,
	  .help = "Pause after each call." },
};

static const struct cfg_object op_table = { "thread.op", "One operation.",
					    sizeof(struct op), op_keys,
					    CFG_NR_KEYS(op_keys) };

static const struct cfg_key thread_keys[] = {
	{ .key = "name",
	  .type = CFG_STRING,
	  .offset = offsetof(struct thread, name),
	  .def = "\"thread\"",
	  .help = "Name in results." },
	{ .key = "count",
	  .type = CFG_INT,
	  .unit = "",
	  .offset = offsetof(struct thread, count),
	  .def = "1",
	  .min = 1,
	  .max = 1024,
	  .help = "How many of them." },
	{ .key = "ops",
	  .type = CFG_ARRAY,
	  .offset = offsetof(struct thread, ops),
	  .def = "[]",
	  .object = &op_table,
	  .help = "What each does, in order." },
};

static const struct cfg_object thread_table = {
	"thread", "Application threads.", sizeof(struct thread), thread_keys,
	CFG_NR_KEYS(thread_keys)
};

static const struct cfg_key costs_keys[] = {
	{ .key = "lookup_ns",
	  .type = CFG_COST,
	  .unit = "ns",
	  .offset = offsetof(struct costs, lookup_ps),
	  .def = "12.5",
	  .help = "One lookup.",
	  .source = "kernel/costs.md" },
	{ .key = "copy_ns_per_byte",
	  .type = CFG_COST,
	  .unit = "ns/byte",
	  .offset = offsetof(struct costs, copy_ps),
	  .def = "\"50ps\"",
	  .max = 2000,
	  .help = "Copying." },
	{ .key = "steps_bytes",
	  .type = CFG_INT_ARRAY,
	  .unit = "bytes",
	  .offset = offsetof(struct costs, steps),
	  .def = "[4096, \"64KiB\"]",
	  .max = 1 << 20,
	  .help = "Sizes | measured." },
};

static const struct cfg_object costs_table = { "costs", "CPU prices.",
					       sizeof(struct costs), costs_keys,
					       CFG_NR_KEYS(costs_keys) };

static const struct cfg_key device_keys[] = {
	{ .key = "zone_size_bytes",
	  .type = CFG_INT,
	  .unit = "bytes",
	  .offset = offsetof(struct device, zone_size_bytes),
	  .required = true,
	  .min = 4096,
	  .max = 1ull << 40,
	  .help = "Size of a zone." },
	{ .key = "bandwidth_bytes_per_s",
	  .type = CFG_INT,
	  .unit = "bytes/s",
	  .offset = offsetof(struct device, bandwidth),
	  .def = "\"7GB/s\"",
	  .help = "Of the medium." },
	{ .key = "zoned",
	  .type = CFG_BOOL,
	  .offset = offsetof(struct device, zoned),
	  .def = "false",
	  .help = "Has it zones?" },
	{ .key = "costs",
	  .type = CFG_PRESET,
	  .offset = offsetof(struct device, costs),
	  .object = &costs_table,
	  .preset_dir = "costs",
	  .preset_name_offset = offsetof(struct device, costs_name),
	  .help = "Prices of its driver." },
};

static const struct cfg_object device_table = { "device", "A device.",
						sizeof(struct device),
						device_keys,
						CFG_NR_KEYS(device_keys) };

static const struct cfg_key block_keys[] = {
	{ .key = "max_sectors_bytes",
	  .type = CFG_INT,
	  .unit = "bytes",
	  .offset = offsetof(struct block, max_sectors_bytes),
	  .def = "\"1280KiB\"",
	  .min = 4096,
	  .max = 4194304,
	  .help = "Largest request.",
	  .source = "6.17 BLK_DEF_MAX_SECTORS_CAP" },
	{ .key = "min_depth",
	  .type = CFG_INT,
	  .unit = "requests",
	  .offset = offsetof(struct block, min_depth),
	  .def = "1",
	  .min = 1,
	  .help = "Depth." },
	{ .key = "ratio_ppm",
	  .type = CFG_INT,
	  .unit = "ppm",
	  .offset = offsetof(struct block, ratio),
	  .def = "\"20%\"",
	  .max = 1000000,
	  .help = "Share." },
};

static const struct cfg_object block_table = { "block", "The block layer.",
					       sizeof(struct block), block_keys,
					       CFG_NR_KEYS(block_keys) };

static const struct cfg_key experiment_keys[] = {
	{ .key = "name",
	  .type = CFG_STRING,
	  .offset = offsetof(struct experiment, name),
	  .required = true,
	  .help = "Name of the experiment." },
	{ .key = "device",
	  .type = CFG_PRESET,
	  .offset = offsetof(struct experiment, device),
	  .def = "\"plain\"",
	  .object = &device_table,
	  .preset_dir = "devices",
	  .preset_name_offset = offsetof(struct experiment, device_name),
	  .help = "Where it goes." },
	{ .key = "block",
	  .type = CFG_OBJECT,
	  .offset = offsetof(struct experiment, block),
	  .object = &block_table,
	  .help = "Limits." },
	{ .key = "threads",
	  .type = CFG_ARRAY,
	  .offset = offsetof(struct experiment, threads),
	  .def = "[]",
	  .object = &thread_table,
	  .help = "Who writes." },
	{ .key = "seeds",
	  .type = CFG_INT_ARRAY,
	  .offset = offsetof(struct experiment, seeds),
	  .def = "[1]",
	  .help = "One run each." },
	{ .key = "note",
	  .type = CFG_STRING,
	  .offset = offsetof(struct experiment, note),
	  .help = "For people." },
};

static const struct cfg_object experiment_table = {
	"experiment", "One experiment.", sizeof(struct experiment),
	experiment_keys, CFG_NR_KEYS(experiment_keys)
};

/** struct example_dir - a folder under /tmp with configs/ in it */
struct example_dir {
	char path[64];
	char file[96];
};

static inline void example_write(const struct example_dir *dir,
				 const char *name, const char *text)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir->path, name);
	file = fopen(path, "w");
	if (!file)
		abort();
	fputs(text, file);
	fclose(file);
}

static inline void example_dir_init(struct example_dir *dir)
{
	static const char *const folders[] = { "devices", "costs" };
	char path[256];

	strcpy(dir->path, "/tmp/wbsim-config-XXXXXX");
	if (!mkdtemp(dir->path))
		abort();
	for (size_t i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir->path, folders[i]);
		if (mkdir(path, 0700) < 0)
			abort();
	}
	snprintf(dir->file, sizeof(dir->file), "%s/x.json", dir->path);
	example_write(dir, "devices/plain.json",
		      "{ \"comment\": \"a plain device\",\n"
		      "  \"zone_size_bytes\": \"256MiB\" }\n");
	cfg_set_dir(dir->path);
}

static inline void example_dir_done(struct example_dir *dir)
{
	char command[128];

	cfg_set_dir(NULL);
	snprintf(command, sizeof(command), "rm -r %s", dir->path);
	if (system(command) != 0)
		abort();
}

/** example_load - @text as x.json of @dir, with at most one override */
static inline int example_load(const struct example_dir *dir, const char *text,
			       const char *set_path, const char *set_value,
			       struct experiment *ret, struct cfg_error *reterr)
{
	struct cfg_override set = { set_path, set_value };

	example_write(dir, "x.json", text);
	return cfg_load_file(&experiment_table, dir->file, &set,
			     set_path ? 1 : 0, ret, reterr);
}

/** example_error - message of a load that must fail, folder cut off */
static inline const char *example_error(const struct example_dir *dir,
					const char *text, const char *set_path,
					const char *set_value,
					struct cfg_error *error)
{
	struct experiment experiment = { 0 };
	size_t nr = strlen(dir->path);
	char *at;

	if (example_load(dir, text, set_path, set_value, &experiment, error) ==
	    0) {
		cfg_release(&experiment_table, &experiment);
		return "(loaded)";
	}
	while ((at = strstr(error->text, dir->path)))
		memmove(at, at + nr + 1, strlen(at + nr + 1) + 1);
	return error->text;
}

#endif
