/*
 * A timed recording as an experiment.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sim/validate/timed.h"
#include "sim/validate/vec.h"
#include "sim/validate/workload.h"

/* The recorder's guest. */
#define GUEST_MEMORY_BYTES (UINT64_C(3) << 30)

static void set_int(json_t *object, const char *key, uint64_t value)
{
	json_object_set_new(object, key, json_integer((json_int_t)value));
}

/*
 * The player's own time between operations, and the clock it reads around
 * each; a list may lack operations that do nothing, so both are walked.
 */
static void add_player(const struct rec_ops *ops, json_t *list)
{
	size_t at = 0;

	for (size_t i = 0; i < ops->nr; i++) {
		enum rec_op_kind kind = ops->items[i].kind;
		json_t *op = json_array_get(list, at);

		if (kind == REC_OP_NOTHING || kind == REC_OP_PACE || !op ||
		    (timed_phase_of(kind) == TIMED_WRITE &&
		     !ops->items[i].bytes))
			continue;
		if (kind == REC_OP_WRITE || kind == REC_OP_APPEND)
			json_object_set_new(op, "timed", json_true());
		if (at)
			set_int(op, "cpu_before_ns", timed_player_gap_ns(kind));
		at++;
	}
}

/* The player writes the last chunk of a seq in full. */
static void round_up_seqs(struct rec_ops *ops)
{
	for (size_t i = 0; i < ops->nr; i++) {
		struct rec_op *op = &ops->items[i];

		if (op->kind == REC_OP_SEQ && op->step == op->chunk)
			op->bytes = (op->bytes + op->chunk - 1) / op->chunk *
				    op->chunk;
	}
}

bool timed_is_throttled(const struct timed_recording *t)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < t->nr_threads; i++)
		for (size_t n = 0; n < t->threads[i].ops.nr; n++)
			if (t->threads[i].ops.items[n].kind == REC_OP_SEQ)
				bytes += t->threads[i].ops.items[n].bytes;
	return t->rec.dirty_bytes && bytes > t->rec.dirty_background_bytes;
}

static void fill_vm(const struct timed_recording *t, json_t *experiment)
{
	json_t *vm = json_object();

	set_int(vm, "dirty_bytes", t->rec.dirty_bytes);
	set_int(vm, "dirty_background_bytes", t->rec.dirty_background_bytes);
	set_int(vm, "dirty_writeback_centisecs",
		t->rec.dirty_writeback_centisecs);
	json_object_set_new(experiment, "vm", vm);
}

static void fill_device(const struct timed_recording *t, json_t *experiment)
{
	json_t *device = json_object_get(experiment, "device");
	bool wbt = t->wbt_lat_usec && t->wbt_lat_usec != UINT64_MAX;

	if (!device)
		return;
	if (t->hw_queue_depth != UINT64_MAX)
		set_int(device, "queue_depth", t->hw_queue_depth);
	set_int(device, "latency_ns", t->rec.device.completion_ns);
	if (t->mbps != UINT64_MAX)
		set_int(device, "mbps", t->mbps);
	json_object_set_new(device, "memory_backed",
			    json_boolean(t->memory_backed));
	json_object_set_new(device, "wbt",
			    json_pack("{s:b}", "enabled", (int)wbt));
}

static int fill_threads(const struct timed_recording *t, json_t *experiment,
			char *err, size_t err_bytes)
{
	json_t *threads = json_array();

	json_object_set_new(experiment, "threads", threads);
	for (size_t i = 0; i < t->nr_threads; i++) {
		const struct rec_ops *ops = &t->threads[i].ops;
		char name[32];
		json_t *list;
		int status = workload_ops(&t->rec, ops, &list, err, err_bytes);

		if (status)
			return status;
		add_player(ops, list);
		snprintf(name, sizeof(name), "player%zu", i);
		json_array_append_new(threads, json_pack("{s:s, s:o}", "name",
							 name, "ops", list));
	}
	return 0;
}

int timed_experiment(const struct timed_recording *timed, const char *preset,
		     json_t **ret, char *reterr, size_t reterr_bytes)
{
	int status;

	for (size_t i = 0; i < timed->nr_threads; i++)
		round_up_seqs(&timed->threads[i].ops);
	status = workload_experiment(&timed->rec, preset, ret, reterr,
				     reterr_bytes);
	if (status)
		return status;
	set_int(*ret, "memory_bytes", GUEST_MEMORY_BYTES);
	fill_vm(timed, *ret);
	fill_device(timed, *ret);
	status = fill_threads(timed, *ret, reterr, reterr_bytes);
	if (status) {
		json_decref(*ret);
		*ret = NULL;
	}
	return status;
}
