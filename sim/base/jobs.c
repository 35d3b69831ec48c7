/*
 * Jobs in child processes, answers over pipes.
 */
#include "sim/base/jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/base/assert.h"

#define JOB_STATUS_MAX 3

struct job {
	size_t index;
	pid_t pid;
	char *data;
	size_t nr_bytes;
	size_t cap_bytes;
};

struct jobs {
	size_t nr_jobs;
	size_t nr_started;
	unsigned int nr_slots;
	unsigned int nr_running;
	struct job *running; /* nr_running of nr_slots */
	struct pollfd *poll; /* same order */
	job_fn fn;
	job_done_fn done;
	void *arg;
	int status_max;
	int err;
};

unsigned int jobs_default_parallel(void)
{
	cpu_set_t set;
	int nr;

	if (sched_getaffinity(0, sizeof(set), &set))
		return 1;
	nr = CPU_COUNT(&set);
	return nr > 0 ? (unsigned int)nr : 1;
}

static void write_all(int fd, const char *data, size_t nr_bytes)
{
	while (nr_bytes) {
		ssize_t nr = write(fd, data, nr_bytes);

		if (nr < 0 && errno == EINTR)
			continue;
		if (nr < 0)
			_exit(JOB_STATUS_MAX);
		data += nr;
		nr_bytes -= (size_t)nr;
	}
}

static _Noreturn void job_child(struct jobs *jobs, size_t index, int fd)
{
	char *data = NULL;
	size_t nr_bytes = 0;
	int status;

	/* whoever kills the parent does not want the runs to go on */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	status = jobs->fn(index, jobs->arg, &data, &nr_bytes);

	SIM_ASSERT(status >= 0 && status <= JOB_STATUS_MAX);
	if (data)
		write_all(fd, data, nr_bytes);
	free(data);
	close(fd);
	exit(status);
}

static int job_start(struct jobs *jobs)
{
	unsigned int slot = jobs->nr_running;
	size_t index = jobs->nr_started;
	int fds[2];
	pid_t pid;

	SIM_ASSERT(slot < jobs->nr_slots);
	if (pipe2(fds, O_CLOEXEC))
		return -errno;
	/* What is buffered now must not be written by both. */
	fflush(NULL);
	pid = fork();
	if (pid < 0) {
		int err = -errno;

		close(fds[0]);
		close(fds[1]);
		return err;
	}
	if (pid == 0) {
		close(fds[0]);
		for (unsigned int i = 0; i < jobs->nr_running; i++)
			close(jobs->poll[i].fd);
		job_child(jobs, index, fds[1]);
	}
	close(fds[1]);
	jobs->running[slot] = (struct job){ .index = index, .pid = pid };
	jobs->poll[slot] = (struct pollfd){ .fd = fds[0], .events = POLLIN };
	jobs->nr_running++;
	jobs->nr_started++;
	return 0;
}

static void job_end(struct jobs *jobs, unsigned int slot)
{
	struct job *job = &jobs->running[slot];
	int wait_status, status = JOB_STATUS_MAX;
	pid_t pid;

	close(jobs->poll[slot].fd);
	do {
		pid = waitpid(job->pid, &wait_status, 0);
	} while (pid < 0 && errno == EINTR);
	SIM_ASSERT(pid == job->pid);
	if (WIFEXITED(wait_status))
		status = WEXITSTATUS(wait_status);
	if (status > JOB_STATUS_MAX)
		status = JOB_STATUS_MAX;
	if (status > jobs->status_max)
		jobs->status_max = status;
	if (jobs->done)
		jobs->done(job->index, status, job->data, job->nr_bytes,
			   jobs->arg);
	free(job->data);
	/* Keep the others in order of start. */
	jobs->nr_running--;
	memmove(job, job + 1, (jobs->nr_running - slot) * sizeof(*job));
	memmove(&jobs->poll[slot], &jobs->poll[slot + 1],
		(jobs->nr_running - slot) * sizeof(jobs->poll[0]));
}

/* Return: false at the end of the answer. */
static bool job_read(struct job *job, int fd)
{
	ssize_t nr;

	if (job->cap_bytes - job->nr_bytes < 65536) {
		size_t cap = 2 * job->cap_bytes + 65536;
		char *data = realloc(job->data, cap);

		SIM_ASSERT(data && "out of memory");
		job->data = data;
		job->cap_bytes = cap;
	}
	do {
		nr = read(fd, job->data + job->nr_bytes, 65536);
	} while (nr < 0 && errno == EINTR);
	if (nr <= 0)
		return false;
	job->nr_bytes += (size_t)nr;
	return true;
}

static void jobs_wait(struct jobs *jobs)
{
	int nr = poll(jobs->poll, jobs->nr_running, -1);

	SIM_ASSERT(nr > 0 || errno == EINTR);
	if (nr < 0)
		return;
	for (unsigned int slot = jobs->nr_running; slot-- > 0;) {
		if (!jobs->poll[slot].revents)
			continue;
		if (job_read(&jobs->running[slot], jobs->poll[slot].fd))
			continue;
		if (!jobs->running[slot].nr_bytes) {
			free(jobs->running[slot].data);
			jobs->running[slot].data = NULL;
		}
		job_end(jobs, slot);
	}
}

int jobs_run(size_t nr_jobs, unsigned int nr_parallel, job_fn fn,
	     job_done_fn done, void *arg)
{
	struct jobs jobs = {
		.nr_jobs = nr_jobs,
		.nr_slots = nr_parallel ? nr_parallel : jobs_default_parallel(),
		.fn = fn,
		.done = done,
		.arg = arg,
	};

	if (nr_jobs < jobs.nr_slots)
		jobs.nr_slots = (unsigned int)nr_jobs;
	if (!nr_jobs)
		return 0;
	jobs.running = calloc(jobs.nr_slots, sizeof(jobs.running[0]));
	jobs.poll = calloc(jobs.nr_slots, sizeof(jobs.poll[0]));
	SIM_ASSERT(jobs.running && jobs.poll);
	for (;;) {
		while (!jobs.err && jobs.nr_running < jobs.nr_slots &&
		       jobs.nr_started < jobs.nr_jobs)
			jobs.err = job_start(&jobs);
		if (!jobs.nr_running)
			break;
		jobs_wait(&jobs);
	}
	free(jobs.running);
	free(jobs.poll);
	return jobs.err ? jobs.err : jobs.status_max;
}
