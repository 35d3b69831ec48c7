/*
 * One run: from a filled experiment to its results, in this process.
 *
 * Assembles engine, host, page cache, file system, block layer and device from the
 * experiment, plays the threads' operations, checks conservation and
 * returns everything as JSON.  A process can do this once (sim_new());
 * commands use sim/base/jobs.h.
 */
#ifndef MODELS_RUN_RUN_H
#define MODELS_RUN_RUN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/run/experiment.h"

struct sim_metrics;
struct run_oracles;

/**
 * struct run_options - what is not part of the experiment
 * @seed: replaces the first of experiment.seeds when seed_given
 * @oracle: SimGrid carries every sleep (slow; same results)
 * @keep_streams: NULL-terminated stream names whose records are kept for
 *   @inspect; NULL: none
 * @oracles: outside information from a recording; NULL: none
 * @progress: called about every 100 ms of wall time with the simulated date
 *   and the bytes the threads have written so far, of @total_bytes; NULL: none
 * @inspect: called after the run, before everything is freed; NULL: none
 * @arg: handed to both
 */
struct run_options {
	bool seed_given;
	uint64_t seed;
	bool oracle;
	const char *const *keep_streams;
	const struct run_oracles *oracles;
	void (*progress)(uint64_t date_ns, uint64_t done_bytes,
			 uint64_t total_bytes, void *arg);
	void (*inspect)(struct sim_metrics *metrics, void *arg);
	void *arg;
};

/**
 * run_experiment - do the run
 * @ret: new reference, the result (format below); set when the return is 0 or 1
 * @reterr: message for return 2
 * Return: 0 done; 1 done but a conservation check failed (named in the result
 * and in @reterr); 2 the experiment cannot be run (a contradiction that the
 * tables cannot see, e.g. an operation names an unknown file).
 *
 * Result ("wbsim-result/1"), all times simulated:
 *
 *  { "format": "wbsim-result/1", "version": "0.1.0",
 *    "name": S, "kernel": S, "design": S, "host": S, "device": S,
 *    "filesystem": S, "seed": N,
 *    "figures": { NAME: { "value": N, "unit": S, "tag": S, "help": S } },
 *        tag: exact | calibrated | predicted | extrapolated.  Always there:
 *        elapsed (ns), write_phase (ns), sync_phase (ns), written (bytes),
 *        throughput (bytes/s), bios, requests, splits, merges, ioends, folios
 *        (count), mean_bio, mean_request (bytes), write_p50/p99/p999 (ns),
 *        events (count)
 *    "stages": [ { "name": S, "ns": N, "ns_per_mib": R } ... ],
 *        CPU time by account, then "idle"; they sum up to elapsed x CPUs
 *    "latency": { "folios": N, "ns": N, "throttle": STAGE or null,
 *                 "stages": [ STAGE ... ] },
 *        where folios spent their time from being dirtied to the end of their
 *        writeback (models/mm/way.h); STAGE is { "name": S, "help": S,
 *        "folios": N that spent any, "ns": N of all together, "share_ppm": N,
 *        "p50", "p99", "p999": N of those folios }; the ns of the stages add
 *        up to "ns"
 *    "threads": [ { "name": S, "cpu_ns": N, "written_bytes": N,
 *                   "phases": { OP: ns } } ],
 *    "resources": [ { "name": S, "busy_ppm": N } ],  busiest first
 *    "bottleneck": { "resource": S, "busy_ppm": N, "next": S,
 *                    "next_busy_ppm": N },
 *        commands add "proof" (sim/results/limit.h)
 *    "counters": { NAME: { "value": N, "unit": S } },
 *    "boundary": { "design": S, "methods": [ { "name": S, "calls": N } ],
 *                  "submit_path": S },
 *    "streams": { NAME: { "records": N, "digest": "16 hex digits" } },
 *    "event_digest": "16 hex digits",
 *    "histograms": [ { "name": S, "unit": S, "count": N, "mean": R, "min": N, "max": N,
 *                      "p50": N, "p99": N, "p999": N, "buckets": [[low, count]...] } ],
 *    "timeseries": { "columns": [ { "name": S, "unit": S } ... ],
 *                    "rows": [ [date_ns, ...] ... ] },
 *    "checks": [ { "name": S, "ok": B, "detail": S } ],
 *    "warnings": [ S... ],     outside the validated range, with the key's name
 *    "untouched_keys": [ { "key": S, "why": S } ],   limits never reached
 *    "config": resolved experiment }
 */
int run_experiment(const struct experiment *experiment,
		   const struct run_options *options, json_t **ret,
		   char *reterr, size_t reterr_bytes);

#endif
