/*
 * wbsim list
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/cli/cli.h"
#include "sim/results/datadir.h"
#include "sim/results/result.h"
#include "sim/results/study.h"

static const struct argp_option options[] = {
	CLI_OPTION_FORMAT,
	{ 0 },
};

struct list_args {
	struct cli_common common;
	const char *what;
};

/* always there; a file system or device may add its own */
static const struct {
	const char *name;
	const char *meaning;
} figures[] = {
	{ "elapsed", "from start to the end of the last thread (ns)" },
	{ "write_phase", "time in write operations (ns)" },
	{ "sync_phase", "time in fsync, fdatasync, sync (ns)" },
	{ "written", "bytes that threads have written" },
	{ "throughput", "written / elapsed (bytes/s)" },
	{ "folios", "folios handed to writeback" },
	{ "ioends", "ioends made" },
	{ "bios", "bios submitted" },
	{ "splits", "bios split by queue limits" },
	{ "merges", "requests merged in plug or scheduler" },
	{ "requests", "requests issued to the device" },
	{ "mean_bio", "bytes per bio" },
	{ "mean_request", "bytes per request" },
	{ "write_p50", "median latency of a write call (ns)" },
	{ "write_p99", "99th percentile of a write call (ns)" },
	{ "write_p999", "99.9th percentile of a write call (ns)" },
	{ "events", "events the simulation dispatched" },
	{ "fuse_requests", "FUSE: WRITE requests queued" },
	{ "fuse_bytes", "FUSE: bytes of WRITE requests" },
	{ "mean_fuse_request", "FUSE: bytes per WRITE request" },
	{ "extents_per_file", "zoned XFS: mean extents of a file" },
	{ "zones_per_file", "zoned XFS: mean zones of a file" },
	{ "write_amplification",
	  "zoned XFS: blocks written over blocks of files (ppm)" },
	{ "zone_resets", "zoned XFS: zones emptied and reset" },
};

static void add_row(const char *name, const char *comment, void *arg)
{
	struct print_table *table = arg;

	print_row(table);
	print_cell(table, 0, name, NULL);
	print_cell(table, 1, comment ? comment : "", NULL);
}

static int list_presets(const char *dir, struct print_table *table)
{
	int error = cfg_preset_list(dir, add_row, table);

	if (!error)
		return 0;
	fprintf(stderr, "wbsim: %s/%s: %s\n", cfg_dir(), dir, strerror(-error));
	return CLI_USAGE;
}

static int list_kernels(struct print_table *table)
{
	return list_presets("kernels", table);
}

static int list_hosts(struct print_table *table)
{
	return list_presets("hosts", table);
}

static int list_devices(struct print_table *table)
{
	return list_presets("devices", table);
}

static int list_filesystems(struct print_table *table)
{
	return list_presets("filesystems", table);
}

static int list_costs(struct print_table *table)
{
	return list_presets("costs", table);
}

static int list_designs(struct print_table *table)
{
	const struct design_entry *entry;

	for (entry = experiment_designs(); entry->name; entry++)
		add_row(entry->name, entry->help, table);
	return 0;
}

static int list_figures(struct print_table *table)
{
	size_t i;

	for (i = 0; i < sizeof(figures) / sizeof(figures[0]); i++)
		add_row(figures[i].name, figures[i].meaning, table);
	return 0;
}

static int is_json(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return n > 5 && strcmp(entry->d_name + n - 5, ".json") == 0;
}

static int list_workload_files(struct print_table *table, bool want_studies)
{
	const char *dir = datadir("workloads");
	struct dirent **entries;
	int nr = scandir(dir, &entries, is_json, alphasort), i;

	if (nr < 0) {
		fprintf(stderr, "wbsim: %s: cannot be read\n", dir);
		return CLI_USAGE;
	}
	for (i = 0; i < nr; i++) {
		char path[4096], message[512];
		json_t *json;

		snprintf(path, sizeof(path), "%s/%s", dir, entries[i]->d_name);
		json = json_read(path, message, sizeof(message));
		if (json && study_is_study(json) == want_studies)
			add_row(path,
				result_text(json, want_studies ? "question"
							       : "comment"),
				table);
		json_decref(json);
		free(entries[i]);
	}
	free(entries);
	return 0;
}

static int list_workloads(struct print_table *table)
{
	return list_workload_files(table, false);
}

static int list_studies(struct print_table *table)
{
	return list_workload_files(table, true);
}

static const struct {
	const char *name;
	int (*list)(struct print_table *table);
} lists[] = {
	{ "kernels", list_kernels },     { "hosts", list_hosts },
	{ "devices", list_devices },     { "filesystems", list_filesystems },
	{ "costs", list_costs },         { "designs", list_designs },
	{ "workloads", list_workloads }, { "studies", list_studies },
	{ "figures", list_figures },
};
#define NR_LISTS (sizeof(lists) / sizeof(lists[0]))

static size_t find(const char *what)
{
	size_t i = 0;

	while (i < NR_LISTS && strcmp(lists[i].name, what) != 0)
		i++;
	return i;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct list_args *args = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		if (args->what)
			argp_error(state, "one list only");
		if (find(arg) == NR_LISTS)
			argp_error(state, "there is no list '%s'", arg);
		args->what = arg;
		return 0;
	default:
		return cli_common_parse(key, arg, state, &args->common);
	}
}

static int print_list(size_t i, enum print_format format)
{
	static const struct print_column columns[] = { { "name", false },
						       { "comment", false } };
	struct print_table *table = print_table_new(columns, 2);
	int status = lists[i].list(table);

	if (status == 0)
		print_table_out(table, stdout, format);
	print_table_free(table);
	return status;
}

int cmd_list(int argc, char **argv)
{
	struct list_args args = { 0 };
	int status = cli_parse(options, parse, "list",
			       "[kernels|hosts|devices|filesystems|costs|"
			       "designs|workloads|studies|figures]",
			       argc, argv, &args);
	size_t i;

	if (status)
		return status;
	if (args.what)
		return print_list(find(args.what), args.common.format);
	for (i = 0; i < NR_LISTS && status == 0; i++) {
		printf("%s%s:\n", i ? "\n" : "", lists[i].name);
		status = print_list(i, PRINT_TABLE);
	}
	return status;
}
