/* test-links: wb_validate */
/*
 * The replay judges what a throttle loop on the same functions prints: all of
 * it exact, and a changed field is found.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "models/mm/completions.h"
#include "models/mm/dirty_throttle.h"
#include "sim/base/rng.h"
#include "sim/validate/control_replay.h"
#include "sim/validate/recording.h"
#include "sim/validate/vec.h"

#define HZ          250
#define JIFFY_US    4000
#define JIFFIES     1200
#define FOLIO       16
#define MAX_WRITERS 3

static const struct control_config v6_12 = {
	.wb_thresh_floor = WB_THRESH_FLOOR_POSITION,
	.strictlimit_free_pages = 8,
	.min_writeback_pages = 1024,
};
static const struct control_config v6_16 = {
	.wb_thresh_floor = WB_THRESH_FLOOR_SHARE,
	.min_writeback_pages = 1024,
};

struct writer {
	struct dirtied_task task;
	uint64_t awake_at;
	uint64_t again; /* pages_dirtied of a loop that goes on; 0: none */
	bool slept;
	struct throttle_decision decision;
};

/** struct loop - writers on one CPU and one device, jiffy by jiffy */
struct loop {
	struct wb_domain domain;
	struct bdi_writeback wb;
	struct dirtied_cpu cpu;
	struct dirty_thresholds limits;
	struct writer writers[MAX_WRITERS];
	unsigned int nr_writers;
	uint64_t dirty;
	uint64_t writeback;
	uint64_t dirtied;
	uint64_t written;
	uint64_t now;
	uint64_t us;
	struct rng rng;
	struct control_log log;
};

static struct control_event *add_event(struct loop *l, enum control_kind kind)
{
	struct control_log *log = &l->log;

	log->events =
		vec_grow(log->events, log->nr, &log->cap, sizeof(*log->events));
	log->events[log->nr] = (struct control_event){
		.kind = kind,
		.t_us = l->now * JIFFY_US + l->us,
	};
	return &log->events[log->nr++];
}

static void print_state(struct loop *l)
{
	add_event(l, CONTROL_STATE)->state = (struct control_state){
		.dirty = (int64_t)l->dirty,
		.writeback = (int64_t)l->writeback,
		.bg_thresh = (int64_t)l->limits.bg_thresh,
		.thresh = (int64_t)l->limits.thresh,
		.limit = (int64_t)l->domain.dirty_limit,
		.dirtied = (int64_t)l->dirtied,
		.written = (int64_t)l->written,
	};
}

static void print_step(struct loop *l, const struct ratelimit_step *s)
{
	add_event(l, CONTROL_RATELIMIT)->ratelimit = (struct control_ratelimit){
		.write_bw = (int64_t)s->write_bandwidth * 4,
		.awrite_bw = (int64_t)s->avg_write_bandwidth * 4,
		.dirty_rate = (int64_t)s->dirty_rate * 4,
		.dirty_ratelimit = (int64_t)s->dirty_ratelimit * 4,
		.task_ratelimit = (int64_t)s->task_ratelimit * 4,
		.balanced_dirty_ratelimit =
			(int64_t)s->balanced_dirty_ratelimit * 4,
	};
}

static void print_throttle(struct loop *l, const struct throttle_event *e)
{
	add_event(l, CONTROL_THROTTLE)->throttle = (struct control_throttle){
		.limit = (int64_t)e->limit,
		.setpoint = (int64_t)e->setpoint,
		.dirty = (int64_t)e->dirty,
		.wb_setpoint = (int64_t)e->wb_setpoint,
		.wb_dirty = (int64_t)e->wb_dirty,
		.dirty_ratelimit = (int64_t)e->dirty_ratelimit * 4,
		.task_ratelimit = (int64_t)e->task_ratelimit * 4,
		.dirtied = (int64_t)e->dirtied,
		.dirtied_pause = (int64_t)e->dirtied_pause,
		.pause = e->pause_jiffies * 4,
		.period = (int64_t)e->period_jiffies * 4,
		.think = e->think_jiffies * 4,
	};
}

static void look(struct loop *l, struct writer *w, uint64_t pages)
{
	const struct throttle_input in = {
		.now = l->now,
		.start = l->now,
		.file_dirty = l->dirty,
		.writeback = l->writeback,
		.limits = l->limits,
		.pages_dirtied = pages,
	};
	struct throttle_decision d;

	print_state(l);
	d = throttle_pass(&l->domain, &l->wb, &w->task, &in);
	if (d.has_step)
		print_step(l, &d.step);
	if (d.has_event)
		print_throttle(l, &d.event);
	if (d.action != THROTTLE_SLEEP)
		return;
	w->slept = true;
	w->decision = d;
	w->awake_at = l->now + d.pause_jiffies + 1;
	w->again = d.again ? pages : 0;
}

static void run_writer(struct loop *l, struct writer *w)
{
	uint64_t nr = rng_below(&l->rng, 12);

	if (l->now < w->awake_at)
		return;
	if (w->slept)
		throttle_slept(&w->task, &w->decision);
	w->slept = false;
	if (w->again)
		look(l, w, w->again);
	for (uint64_t i = 0; i < nr && !w->slept; i++) {
		uint64_t pages;

		w->again = 0;
		wb_account_dirtied(&l->wb, &w->task, &l->cpu, 0, FOLIO);
		l->dirty += FOLIO;
		l->dirtied += FOLIO;
		pages = balance_due(&l->domain, &l->wb, &w->task, &l->cpu);
		if (pages)
			look(l, w, pages);
		l->us++;
	}
}

static void run_device(struct loop *l)
{
	uint64_t start = rng_below(&l->rng, 30) * FOLIO;
	uint64_t end = rng_below(&l->rng, 6) * FOLIO;

	start = start < l->dirty ? start : l->dirty;
	wb_stat_add(&l->wb, WB_RECLAIMABLE, 0, -(int64_t)start);
	wb_stat_add(&l->wb, WB_WRITEBACK, 0, (int64_t)start);
	l->dirty -= start;
	l->writeback += start;
	end = end < l->writeback ? end : l->writeback;
	for (uint64_t i = 0; i < end; i += FOLIO)
		wb_account_written(&l->domain, &l->wb, 0, FOLIO, l->now);
	l->writeback -= end;
	l->written += end;
}

static char task_name[] = "writer";
static char bdi_name[] = "254:0";
static char *task_names[] = { task_name };
static char *bdi_names[] = { bdi_name };

static void run_loop(struct loop *l, const struct control_config *config,
		     unsigned int nr_writers, uint64_t seed)
{
	memset(l, 0, sizeof(*l));
	rng_init(&l->rng, seed, "loop");
	l->limits = (struct dirty_thresholds){ 4096, 1024 };
	wb_domain_init(&l->domain, config, HZ, 1, l->limits.thresh);
	/* other devices wrote before: the share grows from nothing */
	percpu_counter_set(&l->domain.completions, 200000);
	wb_init(&l->wb, &l->domain, 1000);
	l->nr_writers = nr_writers;
	for (unsigned int i = 0; i < nr_writers; i++)
		dirtied_task_init(&l->writers[i].task);
	l->log.tasks = (struct control_names){ task_names, 1, 1 };
	l->log.bdis = (struct control_names){ bdi_names, 1, 1 };
	for (l->now = 1001; l->now < 1001 + JIFFIES; l->now++) {
		l->us = 1500;
		if (l->domain.period_due && l->now >= l->domain.period_due)
			wb_domain_period_timer(&l->domain, l->now);
		for (unsigned int i = 0; i < nr_writers; i++)
			run_writer(l, &l->writers[i]);
		run_device(l);
	}
}

static void replay(const struct loop *l, struct control_result *ret)
{
	const struct control_setting setting = {
		.config = l->domain.config,
		.fresh_device = true,
		.exact_clock = true,
		.nr_writers = l->nr_writers,
	};

	control_replay(&l->log, &setting, ret);
}

static void assert_full(const struct control_result *result, int row)
{
	const struct control_count *c = &result->rows[row];

	if (c->exact != c->total)
		fail_msg("%s: %lu of %lu; %s", control_row_text(row), c->exact,
			 c->total, c->first_miss);
	assert_true(c->total > 0);
}

static const int throttle_rows[] = {
	CONTROL_LIMITS, CONTROL_TASK_RATELIMIT, CONTROL_PERIOD,
	CONTROL_PAUSE,  CONTROL_DIRTIED_PAUSE,  CONTROL_RATE_STEP,
};

#define NR_THROTTLE_ROWS (sizeof(throttle_rows) / sizeof(throttle_rows[0]))

static void a_loop_on_the_same_functions_is_exact(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 100; seed++) {
		const struct control_config *config =
			seed % 2 ? &v6_12 : &v6_16;
		struct control_result result;
		struct loop l;

		run_loop(&l, config, 1 + (unsigned int)(seed % MAX_WRITERS),
			 seed);
		replay(&l, &result);
		for (size_t i = 0; i < NR_THROTTLE_ROWS; i++)
			assert_full(&result, throttle_rows[i]);
		/* no untraced updates here: only the first has no start */
		assert_true(result.rows[CONTROL_DIRTY_RATE].exact + 1 >=
			    result.rows[CONTROL_DIRTY_RATE].total);
		assert_true(result.rows[CONTROL_BANDWIDTH].exact + 1 >=
			    result.rows[CONTROL_BANDWIDTH].total);
		free(l.log.events);
	}
}

static bool is_full(const struct control_result *result)
{
	for (size_t i = 0; i < NR_THROTTLE_ROWS; i++) {
		const struct control_count *c = &result->rows[throttle_rows[i]];

		if (c->exact != c->total)
			return false;
	}
	return true;
}

static void doctor(struct loop *l, enum control_kind kind, size_t offset,
		   int64_t by)
{
	size_t middle = l->log.nr / 2;
	int64_t *field;

	while (l->log.events[middle].kind != kind)
		middle++;
	field = (int64_t *)(void *)((char *)&l->log.events[middle] + offset);
	*field += by;
}

static void each_changed_output_is_found(void **state)
{
#define OF(part, member) offsetof(struct control_event, part.member)
	static const struct {
		enum control_kind kind;
		size_t offset;
		int64_t by;
	} changes[] = {
		{ CONTROL_THROTTLE, OF(throttle, limit), 1 },
		{ CONTROL_THROTTLE, OF(throttle, setpoint), 1 },
		{ CONTROL_THROTTLE, OF(throttle, dirty), 1 },
		{ CONTROL_THROTTLE, OF(throttle, task_ratelimit), 4 },
		{ CONTROL_THROTTLE, OF(throttle, period), 4 },
		{ CONTROL_THROTTLE, OF(throttle, pause), 4 },
		{ CONTROL_THROTTLE, OF(throttle, dirtied_pause), 1 },
		{ CONTROL_STATE, OF(state, dirty), 1 },
		{ CONTROL_RATELIMIT, OF(ratelimit, task_ratelimit), 4 },
		{ CONTROL_RATELIMIT, OF(ratelimit, dirty_ratelimit), 4 },
		{ CONTROL_RATELIMIT, OF(ratelimit, balanced_dirty_ratelimit),
		  4 },
	};
#undef OF

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct control_result result;
		struct loop l;

		run_loop(&l, &v6_16, 1, 7);
		doctor(&l, changes[i].kind, changes[i].offset, changes[i].by);
		replay(&l, &result);
		if (is_full(&result))
			fail_msg("change %zu was not found", i);
		free(l.log.events);
	}
}

static void the_wrong_kernels_rules_are_found(void **state)
{
	struct control_result result;
	struct loop l;

	(void)state;
	run_loop(&l, &v6_12, 1, 7);
	l.domain.config = &v6_16;
	replay(&l, &result);
	assert_true(result.rows[CONTROL_TASK_RATELIMIT].exact <
		    result.rows[CONTROL_TASK_RATELIMIT].total);
	free(l.log.events);
}

static int read_log(const char *text, bool timed, struct control_log *log,
		    char *error, size_t bytes)
{
	struct rec_reader reader = { "x.json", error, bytes };
	json_t *root = json_loads(text, 0, NULL);
	int status;

	assert_non_null(root);
	*log = (struct control_log){ 0 };
	status = control_log_read(&reader, root, timed, log);
	json_decref(root);
	return status;
}

#define BDP                                                                    \
	"limit=4096 setpoint=3328 dirty=2592 wb_setpoint=152 wb_dirty=2590 "   \
	"dirty_ratelimit=102400 task_ratelimit=143000 dirtied=32 "             \
	"dirtied_pause=33 paused=0 pause=-4 period=8 think=12"

static void both_kinds_of_recordings_are_read(void **state)
{
	struct control_log log;
	char error[256] = "";

	(void)state;
	assert_int_equal(read_log("{\"comms\": [\"a\", \"b\"], \"events\": ["
				  "[1, \"Q\", 0, \"nb0\"],"
				  "[5, \"W\", 1, \"balance_dirty_pages\","
				  " \"bdi 254:0: " BDP "\"],"
				  "[6, \"W\", 1, \"wbc_writepage\", \"x\"]]}",
				  false, &log, error, sizeof(error)),
			 0);
	assert_int_equal(log.nr, 1);
	assert_string_equal(log.tasks.items[log.events[0].task], "b");
	assert_string_equal(log.bdis.items[log.events[0].bdi], "254:0");
	assert_int_equal(log.events[0].throttle.dirty, 2592);
	assert_int_equal(log.events[0].throttle.wb_dirty, 2590);
	assert_int_equal(log.events[0].throttle.pause, -4);
	control_log_done(&log);
	assert_int_equal(
		read_log("{\"events\": [[7, \"gtt\", \"writeback_start\","
			 " \"bdi 0:26: nr_pages=9 reason=background\"],"
			 "[8, \"gtt\", \"block_rq_issue\", \"x\"]]}",
			 true, &log, error, sizeof(error)),
		0);
	assert_int_equal(log.nr, 1);
	assert_true(log.events[0].work.background);
	control_log_done(&log);
}

static void names_of_6_12_are_read(void **state)
{
	struct control_log log;
	char error[256] = "";

	(void)state;
	assert_int_equal(
		read_log("{\"events\": [[7, \"t\", \"balance_dirty_pages\","
			 " \"bdi 8:0: limit=1 setpoint=2 dirty=3"
			 " bdi_setpoint=4 bdi_dirty=5 dirty_ratelimit=6"
			 " task_ratelimit=7 dirtied=8 dirtied_pause=9"
			 " paused=10 pause=11 period=12 think=13\"]]}",
			 true, &log, error, sizeof(error)),
		0);
	assert_int_equal(log.events[0].throttle.wb_setpoint, 4);
	assert_int_equal(log.events[0].throttle.wb_dirty, 5);
	assert_int_equal(log.events[0].throttle.dirtied, 8);
	control_log_done(&log);
}

static void a_missing_field_is_named(void **state)
{
	struct control_log log;
	char error[256] = "";

	(void)state;
	assert_true(read_log("{\"events\": [[7, \"t\", \"bdi_dirty_ratelimit\","
			     " \"bdi 8:0: write_bw=1 awrite_bw=2\"]]}",
			     true, &log, error, sizeof(error)) < 0);
	assert_non_null(strstr(error, "events[0]"));
	assert_non_null(strstr(error, "bdi_dirty_ratelimit"));
	assert_non_null(strstr(error, "dirty_rate"));
	control_log_done(&log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_loop_on_the_same_functions_is_exact),
		cmocka_unit_test(each_changed_output_is_found),
		cmocka_unit_test(the_wrong_kernels_rules_are_found),
		cmocka_unit_test(both_kinds_of_recordings_are_read),
		cmocka_unit_test(names_of_6_12_are_read),
		cmocka_unit_test(a_missing_field_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
