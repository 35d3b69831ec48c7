/*
 * Plugs: requests of one thread held back so that bios merge.
 * Models: blk_add_rq_to_plug(), blk_attempt_plug_merge(),
 * blk_mq_flush_plug_list(), block/blk-mq.c and blk-merge.c, 6.12 to 7.3.
 * Omits: several queues in one plug.
 */
#include <string.h>

#include "models/block/internal.h"
#include "sim/base/assert.h"

void blk_start_plug(struct blk_plug *plug, struct blk_queue *queue)
{
	memset(plug, 0, sizeof(*plug));
	plug->queue = queue;
	plug->owner = sim_current(queue->sim);
	SIM_ASSERT(plug->owner != NULL);
	plug->outer = queue->plugs;
	queue->plugs = plug;
	queue->stats.plugs++;
}

void blk_finish_plug(struct blk_plug *plug)
{
	struct blk_plug **link = &plug->queue->plugs;

	blk_flush_plug(plug);
	while (*link != plug)
		link = &(*link)->outer;
	*link = plug->outer;
}

struct blk_plug *blk_current_plug(struct blk_queue *queue)
{
	struct blk_plug *plug = queue->plugs;
	struct sim_thread *thread = plug ? sim_current(queue->sim) : NULL;

	while (plug && plug->owner != thread)
		plug = plug->outer;
	return plug;
}

/* Empty the plug.  Only what needs neither scheduler nor worker is issued
 * here and now. */
static void flush(struct blk_plug *plug, bool from_schedule)
{
	struct blk_queue *queue = plug->queue;
	struct request *rq = plug->head;
	bool insert = from_schedule || queue->sched;

	if (!rq)
		return;
	plug->head = NULL;
	plug->tail = NULL;
	plug->nr_requests = 0;
	while (rq) {
		struct request *next = rq->next;

		rq->next = NULL;
		rq->at_ns[BIO_AT_PLUG] = sim_now_ns(queue->sim);
		if (insert)
			blk_insert(rq);
		else
			blk_issue(rq);
		rq = next;
	}
	if (insert)
		blk_run_queue(queue, from_schedule);
}

void blk_flush_plug(struct blk_plug *plug)
{
	flush(plug, false);
}

void blk_flush_plug_from_schedule(struct blk_queue *queue)
{
	struct blk_plug *plug = blk_current_plug(queue);

	if (!plug || !plug->head)
		return;
	queue->stats.sleep_flushes++;
	flush(plug, true);
}

bool blk_plug_try_merge(struct blk_plug *plug, struct bio *bio,
			uint32_t segments)
{
	return plug->tail && blk_try_merge(plug->tail, bio, segments);
}

void blk_plug_add(struct blk_plug *plug, struct request *rq)
{
	const struct block_config *config = plug->queue->config;

	if (plug->nr_requests >= config->plug_max_requests ||
	    (plug->head && plug->head->bytes >= config->plug_flush_bytes))
		blk_flush_plug(plug);
	rq->plugged = true;
	if (!rq->at_ns[BIO_AT_PREPARED])
		rq->at_ns[BIO_AT_PREPARED] = sim_now_ns(plug->queue->sim);
	rq->next = NULL;
	if (plug->tail)
		plug->tail->next = rq;
	else
		plug->head = rq;
	plug->tail = rq;
	plug->nr_requests++;
}
