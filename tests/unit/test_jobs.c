/* test-links: wb_engine wb_base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/jobs.h"

struct tally {
	int base;
	size_t nr_done;
	int statuses[64];
	size_t bytes[64];
	uint64_t sums[64];
	size_t order[64];
};

static int job_of_any_size(size_t index, void *arg, char **ret_data,
			   size_t *ret_bytes)
{
	struct tally *tally = arg;
	size_t nr_bytes = index * 40000;

	if (nr_bytes) {
		*ret_data = malloc(nr_bytes);
		memset(*ret_data, (int)index + tally->base, nr_bytes);
		*ret_bytes = nr_bytes;
	}
	tally->base = 1000; /* the child's copy only */
	return (int)(index % 3);
}

static void tally_up(size_t index, int status, const char *data,
		     size_t nr_bytes, void *arg)
{
	struct tally *tally = arg;

	tally->statuses[index] = status;
	tally->bytes[index] = nr_bytes;
	for (size_t i = 0; i < nr_bytes; i++)
		tally->sums[index] += (unsigned char)data[i];
	tally->order[tally->nr_done++] = index;
}

static void every_job_answers_whatever_the_parallelism(void **state)
{
	(void)state;
	for (unsigned int parallel = 0; parallel < 5; parallel++) {
		struct tally tally = { .base = 5 };

		assert_int_equal(jobs_run(20, parallel, job_of_any_size,
					  tally_up, &tally),
				 2);
		assert_int_equal(tally.nr_done, 20);
		for (size_t i = 0; i < 20; i++) {
			assert_int_equal(tally.statuses[i], i % 3);
			assert_int_equal(tally.bytes[i], i * 40000);
			assert_int_equal(tally.sums[i], i * 40000 * (i + 5));
		}
	}
}

static int job_that_dies(size_t index, void *arg, char **ret_data,
			 size_t *ret_bytes) /* NOLINT: a job_fn */
{
	(void)arg;
	(void)ret_data;
	(void)ret_bytes;
	if (index == 1)
		raise(SIGKILL);
	return 0;
}

static void a_killed_job_counts_as_a_bug_and_the_others_run(void **state)
{
	struct tally tally = { 0 };

	(void)state;
	assert_int_equal(jobs_run(4, 2, job_that_dies, tally_up, &tally), 3);
	assert_int_equal(tally.nr_done, 4);
	assert_int_equal(tally.statuses[0], 0);
	assert_int_equal(tally.statuses[1], 3);
	assert_int_equal(tally.statuses[3], 0);
}

/* Job 0 ends when the parent has seen the end of the two others. */
struct late {
	struct tally tally;
	int pipe[2];
};

static int job_that_may_wait(size_t index, void *arg, char **ret_data,
			     size_t *ret_bytes) /* NOLINT: a job_fn */
{
	struct late *late = arg;
	char byte;

	(void)ret_data;
	(void)ret_bytes;
	return index == 0 && read(late->pipe[0], &byte, 1) != 1;
}

static void late_done(size_t index, int status, const char *data,
		      size_t nr_bytes, void *arg)
{
	struct late *late = arg;

	tally_up(index, status, data, nr_bytes, &late->tally);
	if (late->tally.nr_done == 2)
		assert_int_equal(write(late->pipe[1], "x", 1), 1);
}

static void jobs_are_reported_in_order_of_their_end(void **state)
{
	struct late late = { .pipe = { -1, -1 } };

	(void)state;
	assert_int_equal(pipe(late.pipe), 0);
	assert_int_equal(jobs_run(3, 2, job_that_may_wait, late_done, &late),
			 0);
	assert_int_equal(late.tally.order[0], 1);
	assert_int_equal(late.tally.order[1], 2);
	assert_int_equal(late.tally.order[2], 0);
	assert_int_equal(jobs_run(0, 2, job_that_may_wait, late_done, &late),
			 0);
	assert_true(jobs_default_parallel() >= 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_job_answers_whatever_the_parallelism),
		cmocka_unit_test(
			a_killed_job_counts_as_a_bug_and_the_others_run),
		cmocka_unit_test(jobs_are_reported_in_order_of_their_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
