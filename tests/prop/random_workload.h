/*
 * Random workloads for property tests: a number makes one, always the same.
 */
#ifndef TESTS_PROP_RANDOM_WORKLOAD_H
#define TESTS_PROP_RANDOM_WORKLOAD_H

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/assert.h"
#include "sim/base/rng.h"

static const char *const kernels[] = { "linux-6.12", "linux-6.16", "linux-6.17",
				       "linux-6.18", "linux-7.3" };
static const char *const devices[] = {
	"nvme-mdts-512k", "nvme-mdts-128k", "nvme-no-mdts",
	"virtio-blk",     "null-blk-10us",  "null-blk-4k-100us",
};
#define NR(array) (sizeof(array) / sizeof((array)[0]))
#define NR_FILES  3

struct maker {
	struct rng rng;
	bool threaded;
	bool aligned;
	bool small_folios;
};

static uint64_t below(struct maker *m, uint64_t bound)
{
	return rng_below(&m->rng, bound);
}

static bool chance(struct maker *m, uint64_t one_in)
{
	return below(m, one_in) == 0;
}

/* 1 byte to 1 MiB, small ones often; whole pages if all are to be. */
static uint64_t random_bytes(struct maker *m)
{
	uint64_t bytes = 1 + below(m, 1ull << (4 + below(m, 17)));

	return m->aligned ? (bytes + 4095) / 4096 * 4096 : bytes;
}

static void set(json_t *object, const char *key, uint64_t value)
{
	json_object_set_new(object, key, json_integer((json_int_t)value));
}

static json_t *new_op(struct maker *m, const char *op)
{
	char file[16];

	/* threads have files of their own */
	if (m->threaded)
		snprintf(file, sizeof(file), "f{thread}");
	else
		snprintf(file, sizeof(file), "f%u",
			 (unsigned int)below(m, NR_FILES));
	return json_pack("{s:s, s:s}", "op", op, "file", file);
}

static json_t *new_write(struct maker *m)
{
	json_t *op = new_op(m, "write");
	uint64_t bytes = random_bytes(m);
	uint64_t nr = 1 + below(m, 30);

	set(op, "write_bytes", bytes);
	if (!chance(m, 3))
		set(op, "offset_bytes", random_bytes(m) * below(m, 4));
	if (chance(m, 3)) {
		json_object_set_new(op, "pattern", json_string("random"));
		set(op, "count", nr);
	} else if (chance(m, 3)) {
		set(op, "stride_bytes", bytes + random_bytes(m) / 4);
	}
	nr = nr * bytes > 2u << 20 ? 1 + (2u << 20) / bytes : nr;
	set(op, "total_bytes", bytes * nr + (m->aligned ? 0 : below(m, bytes)));
	if (chance(m, 20))
		set(op, "duration_ns", below(m, 100000));
	return op;
}

static json_t *new_other_op(struct maker *m)
{
	static const char *const ops[] = { "fsync",     "fsync",
					   "fsync",     "fdatasync",
					   "fallocate", "truncate",
					   "close",     "sync_file_range" };
	const char *name = ops[below(m, NR(ops))];
	json_t *op = new_op(m, name);

	if (strcmp(name, "fallocate") == 0 || strcmp(name, "truncate") == 0 ||
	    strcmp(name, "sync_file_range") == 0)
		set(op, "total_bytes", random_bytes(m));
	if (strcmp(name, "sync_file_range") == 0)
		set(op, "flags", 7);
	return op;
}

static json_t *new_ops(struct maker *m)
{
	json_t *ops = json_array();
	uint64_t nr = 2 + below(m, 8);

	for (uint64_t i = 0; i < nr; i++) {
		if (!m->threaded && chance(m, 12))
			json_array_append_new(
				ops, json_pack("{s:s}", "op",
					       chance(m, 2) ? "sync"
							    : "drop_caches"));
		else if (chance(m, 3))
			json_array_append_new(ops, new_other_op(m));
		else
			json_array_append_new(ops, new_write(m));
	}
	json_array_append_new(ops, new_op(m, "fsync"));
	return ops;
}

static json_t *new_files(struct maker *m)
{
	static const char *const initials[] = { "empty", "written",
						"unwritten" };
	json_t *files = json_array();

	for (unsigned int i = 0; i < (m->threaded ? 1 : NR_FILES); i++) {
		char name[16];
		uint64_t initial = below(m, 3);

		snprintf(name, sizeof(name), m->threaded ? "f{thread}" : "f%u",
			 i);
		json_t *file = json_pack("{s:s, s:s}", "name", name, "initial",
					 initials[initial]);

		if (initial)
			set(file, "size_bytes", 1 + random_bytes(m) * 2);
		if (initial == 1)
			json_object_set_new(file, "warm",
					    json_boolean(chance(m, 3)));
		json_array_append_new(files, file);
	}
	return files;
}

/* f2 begins as a clone of f0, so that writes to either copy. */
static void add_clone(json_t *workload)
{
	json_t *files = json_object_get(workload, "files");

	json_array_set_new(files, 0,
			   json_pack("{s:s, s:s, s:i}", "name", "f0", "initial",
				     "written", "size_bytes", 700000));
	json_array_set_new(
		files, 2,
		json_pack("{s:s, s:s}", "name", "f2", "initial", "empty"));
	json_object_set_new(workload, "prepare",
			    json_pack("[{s:s, s:s, s:s}]", "op", "clone",
				      "file", "f2", "source", "f0"));
}

static json_t *new_kernel(struct maker *m)
{
	json_t *kernel =
		json_pack("{s:s}", "base", kernels[below(m, NR(kernels))]);
	static const uint64_t folio_bytes[] = { 16384, 65536, 2097152 };

	if (m->small_folios || chance(m, 3))
		json_object_set_new(
			kernel, "mm",
			json_pack("{s:i}", "max_folio_bytes",
				  m->small_folios
					  ? 4096
					  : (int)folio_bytes[below(m, 3)]));
	if (chance(m, 3))
		json_object_set_new(kernel, "ioend",
				    json_pack("{s:i, s:i}", "max_folios",
					      (int)(1 + below(m, 100)),
					      "max_vecs",
					      (int)(1 + below(m, 60))));
	return kernel;
}

/* Workload @index. */
static json_t *new_workload(uint64_t index)
{
	static const char *const policies[] = { "never", "always",
						"probability" };
	struct maker m = { .threaded = index % 4 == 3 };

	rng_init(&m.rng, index, "twin");
	m.aligned = chance(&m, 3);
	uint64_t device = below(&m, NR(devices));
	/* null_blk has logical blocks of 4 KiB */
	uint64_t shift = device < 4 && chance(&m, 2) ? 10 + below(&m, 5) : 12;

	/* 4 KiB folios only where blocks are not larger */
	m.small_folios = shift <= 12 && chance(&m, 5);
	json_t *workload = json_pack(
		"{s:s, s:o, s:s, s:s, s:{s:s, s:i}, s:{s:s}, s:o, s:[i]}",
		"name", "twin", "kernel", new_kernel(&m), "host",
		m.threaded ? "instruction-clock-2cpu"
			   : "instruction-clock-1cpu",
		"device", devices[device], "filesystem", "base", "xfs",
		"block_size_bytes", 1 << shift, "frames", "policy",
		policies[below(&m, 3)], "files", new_files(&m), "seeds",
		(int)(1 + below(&m, 1000)));

	SIM_ASSERT(workload != NULL);
	if (!m.threaded && chance(&m, 4))
		add_clone(workload);
	json_object_set_new(workload, "threads",
			    json_pack("[{s:s, s:i, s:o}]", "name", "w", "count",
				      m.threaded ? 3 : 1, "ops", new_ops(&m)));
	return workload;
}

#endif
