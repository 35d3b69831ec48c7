/*
 * A process holds one engine: tests that need one run it in a child.  The
 * child checks with SIM_ASSERT (cmocka's assertions would jump into the
 * parent's stack) and may answer with numbers.
 */
#ifndef TESTS_UNIT_IN_CHILD_H
#define TESTS_UNIT_IN_CHILD_H

#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/assert.h"
#include "sim/base/jobs.h"

#define CHILD_MAX_NUMBERS 64

struct child_answer {
	uint64_t nr;
	uint64_t numbers[CHILD_MAX_NUMBERS];
};

struct child_call {
	void (*fn)(void *arg, struct child_answer *answer);
	void *arg;
	struct child_answer *answer;
};

static inline void answer_add(struct child_answer *answer, uint64_t number)
{
	SIM_ASSERT(answer->nr < CHILD_MAX_NUMBERS);
	answer->numbers[answer->nr++] = number;
}

static inline int child_body(size_t index, void *arg, char **ret_data,
			     size_t *ret_bytes)
{
	struct child_call *call = arg;
	struct child_answer *answer = calloc(1, sizeof(*answer));

	(void)index;
	SIM_ASSERT(answer);
	/* cmocka's handlers would go on with the tests in the child. */
	signal(SIGSEGV, SIG_DFL);
	signal(SIGFPE, SIG_DFL);
	signal(SIGBUS, SIG_DFL);
	signal(SIGILL, SIG_DFL);
	signal(SIGABRT, SIG_DFL);
	call->fn(call->arg, answer);
	*ret_data = (char *)answer;
	*ret_bytes = sizeof(*answer);
	return 0;
}

static inline void child_done(size_t index, int status, const char *data,
			      size_t nr_bytes, void *arg)
{
	struct child_call *call = arg;

	(void)index;
	if (status == 0 && nr_bytes == sizeof(*call->answer))
		memcpy(call->answer, data, nr_bytes);
}

/* Run @fn in a child; its exit status, 0 when nothing failed. */
static inline int in_child(void (*fn)(void *arg, struct child_answer *answer),
			   void *arg, struct child_answer *ret_answer)
{
	struct child_answer unused;
	struct child_call call = { fn, arg, ret_answer ? ret_answer : &unused };

	memset(call.answer, 0, sizeof(*call.answer));
	return jobs_run(1, 1, child_body, child_done, &call);
}

#endif
